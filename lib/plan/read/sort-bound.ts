import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { InvalidRequest } from '../../errors.ts'
import { Operator } from '../../expressions/operators.ts'
import { compareDecimals } from '../../fields/decimal.ts'
import { ownValue } from '../../fields/record.ts'
import { Misfit } from '../../fields/report.ts'
import { type Check, isInRange, RANGE_KINDS, type Range } from '../../keys/bounds.ts'
import { compareText } from '../../keys/order.ts'
import { keyBoundOf } from '../../keys/range.ts'
import { boundOf, type KeyBound, type KeySource, NOTHING, type Values } from '../../keys/source.ts'
import type { Definition, StoredItem } from '../../schema/definition.ts'

/** What a query asks of the sort keys: values of the first ones, and a bound on the one behind them. */
export interface SortBound extends KeyBound {
  /** The values of the keys before it; most indexes have one sort key, and so none of these. */
  readonly known: readonly AttributeValue[]
}

/** What a read that takes any sort key asks. */
export const UNBOUND: SortBound = { condition: 'none', low: NOTHING, high: NOTHING, check: undefined, known: [] }

/** The range that an operator asks for; `undefined` for any other value. */
export const rangeOf = (attribute: string, value: unknown): Range | undefined => {
  const kind = value instanceof Operator && RANGE_KINDS.find(kind => kind === value.kind)
  return kind ? { attribute, kind, operands: value.operands } : undefined
}

const NO_RANGES: readonly Range[] = []

/** The ranges among values. Throws InvalidRequest for other operators. */
export const rangesIn = (model: Definition, where: Values): readonly Range[] => {
  let ranges: Range[] | undefined
  for (const attribute in where) {
    const value = where[attribute]
    if (!(value instanceof Operator)) continue
    const range = rangeOf(attribute, value)
    if (range === undefined)
      throw new InvalidRequest(model.name, `where() takes a value or a range for ${attribute}, but not ${value.kind}()`)
    ranges ??= []
    ranges.push(range)
  }
  return ranges ?? NO_RANGES
}

const NONE: readonly AttributeValue[] = []

/** A bound behind known keys: written out, since an object that is spread is slow to make. */
export const behindKnown = (
  { condition, low, high, check }: KeyBound,
  known: readonly AttributeValue[] = NONE
): SortBound => ({ condition, low, high, check, known })

/**
 * The bound on the sort keys of these values, which always has the model's own fixed text, so that other models in the
 * partition are not read. Throws InvalidKey.
 */
export const sortBoundOf = (keys: readonly KeySource[], where: Values, range: Range | undefined): SortBound => {
  let known = NONE
  for (const key of keys) {
    if (range !== undefined && key.attributes.includes(range.attribute))
      return behindKnown(keyBoundOf(key, key.prefix(where, range.attribute), range), known)
    const beginning = key.prefix(where)
    if (!beginning.isWhole || key === keys.at(-1)) return behindKnown(boundOf(beginning), known)
    known = [...known, beginning.stored]
  }
  return UNBOUND
}

/** Whether a stored item is in the range. The key says it; only of raw keys some cannot be read. */
export const passesCheck = (model: Definition, key: KeySource, stored: StoredItem, check: Check): boolean => {
  const text =
    key.textIn(stored[key.name], check.attribute) ?? (key.isRaw ? storedText(model, key, stored, check) : undefined)
  return text !== undefined && isInRange(check, text)
}

/** The text that the key has for what the attribute itself holds. */
const storedText = (
  { attributes }: Definition,
  { slots }: KeySource,
  stored: StoredItem,
  { attribute }: Check
): string | undefined => {
  const value = ownValue(stored, attribute)
  const codec = slots.find(slot => slot.attribute === attribute)?.codec
  if (value === undefined || codec === undefined) return undefined
  try {
    return (codec.made ?? codec).encode(attributes.field(attribute)?.decode(value))
  } catch (error) {
    if (error instanceof Misfit) return undefined
    throw error
  }
}

/** DynamoDB's order of keys of one type. Negative, zero or positive. */
export const compareKeys = (a: AttributeValue, b: AttributeValue): number => {
  if (a.S !== undefined && b.S !== undefined) return compareText(a.S, b.S)
  if (a.N !== undefined && b.N !== undefined) return compareDecimals(a.N, b.N)
  return Buffer.compare(a.B ?? new Uint8Array(), b.B ?? new Uint8Array())
}

/** Where sort keys are: before all that meet a bound (less than 0), among them (0), or behind them. */
export const sideOf = (bound: SortBound, keys: readonly (AttributeValue | undefined)[]): number => {
  for (const [i, known] of bound.known.entries()) {
    const side = compareKeys(keys[i] ?? NOTHING, known)
    if (side !== 0) return side
  }
  return sideOfKey(bound, keys[bound.known.length] ?? NOTHING)
}

const sideOfKey = ({ condition, low, high }: KeyBound, key: AttributeValue): number => {
  switch (condition) {
    case 'none':
      return 0
    case 'prefix':
      return startsWith(key, low) ? 0 : compareKeys(key, low)
    case 'whole':
      return compareKeys(key, low)
    case 'from':
      return Math.min(0, compareKeys(key, low))
    case 'to':
      return Math.max(0, compareKeys(key, low))
    case 'above':
      return compareKeys(key, low) > 0 ? 0 : -1
    case 'below':
      return compareKeys(key, low) < 0 ? 0 : 1
    case 'between':
      return Math.min(0, compareKeys(key, low)) || Math.max(0, compareKeys(key, high))
  }
}

const startsWith = (key: AttributeValue, start: AttributeValue): boolean =>
  start.S !== undefined
    ? key.S?.startsWith(start.S) === true
    : key.B !== undefined && Buffer.compare(key.B.subarray(0, start.B?.length ?? 0), start.B ?? key.B) === 0

/** Whether sort keys meet a bound. */
export const isWithin = (bound: SortBound, keys: readonly (AttributeValue | undefined)[]): boolean =>
  sideOf(bound, keys) === 0

/** The sort keys of a row. */
export const sortKeysOf = (row: StoredItem, keys: readonly KeySource[]): (AttributeValue | undefined)[] =>
  keys.map(({ name }) => row[name])
