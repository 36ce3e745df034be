import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { InvalidRequest } from '../../errors.ts'
import { MadeOperator } from '../../expressions/operators.ts'
import { compareDecimals } from '../../fields/decimal.ts'
import { ownValue } from '../../fields/record.ts'
import { Misfit } from '../../fields/report.ts'
import { type Check, isInRange, isRangeKind, type Range } from '../../keys/bounds.ts'
import { compareText } from '../../keys/order.ts'
import { keyBoundOf } from '../../keys/range.ts'
import { type KeyBound, type KeySource, NO_KEYS, NOTHING, UNBOUND, type Values } from '../../keys/source.ts'
import type { Definition, StoredItem } from '../../schema/definition.ts'
import type { Where } from './where.ts'

/** The ranges among the values of where(). Throws InvalidRequest for other operators. */
export const rangesIn = (model: Definition, { values, asked }: Where): readonly Range[] =>
  asked.map(attribute => {
    const operator = values[attribute] as MadeOperator // whereOf() checked that it is one
    const { kind } = operator
    if (!isRangeKind(kind))
      throw new InvalidRequest(model.name, `where() takes a value or a range for ${attribute}, but not ${kind}()`)
    return { attribute, kind, operands: MadeOperator.operandsOf(operator) }
  })

/**
 * The bound on the sort keys for some values. It always includes the model's fixed text, so it skips other models of
 * the partition. Throws InvalidKey.
 */
export const sortBoundOf = (keys: readonly KeySource[], where: Values, range: Range | undefined): KeyBound => {
  let known = NO_KEYS
  for (const key of keys) {
    if (range !== undefined && key.attributes.includes(range.attribute))
      return { ...keyBoundOf(key, key.prefix(where, range.attribute), range), known }
    const beginning = key.prefix(where)
    if (beginning.condition !== 'whole' || key === keys.at(-1)) return { ...beginning, known }
    known = [...known, beginning.low]
  }
  return UNBOUND
}

/** Whether a row is in the range, by its key. A raw key that does not tell passes: the decoder reports the row. */
export const passesCheck = (model: Definition, key: KeySource, stored: StoredItem, check: Check): boolean => {
  const text = key.textIn(stored[key.name], check.attribute, model.valuesBeside(stored, key))
  const told = text ?? (key.isRaw ? storedText(model, key, stored, check) : undefined)
  return told === undefined ? key.isRaw : isInRange(check, told)
}

/** The text that the key would have for the stored value of the attribute. */
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

/** Compares keys of one type in DynamoDB's order. Returns a negative number, 0 or a positive number. */
export const compareKeys = (a: AttributeValue, b: AttributeValue): number => {
  if (a.S !== undefined && b.S !== undefined) return compareText(a.S, b.S)
  if (a.N !== undefined && b.N !== undefined) return compareDecimals(a.N, b.N)
  return Buffer.compare(a.B ?? new Uint8Array(), b.B ?? new Uint8Array())
}

/** Where sort keys are relative to a bound: before (negative), within (0) or after (positive). */
export const sideOf = (bound: KeyBound, keys: readonly (AttributeValue | undefined)[]): number => {
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

/** Whether sort keys are within a bound. */
export const isWithin = (bound: KeyBound, keys: readonly (AttributeValue | undefined)[]): boolean =>
  sideOf(bound, keys) === 0

/** The sort keys of a row. */
export const sortKeysOf = (row: StoredItem, keys: readonly KeySource[]): (AttributeValue | undefined)[] =>
  keys.map(({ name }) => row[name])
