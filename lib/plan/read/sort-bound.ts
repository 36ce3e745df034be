import { InvalidRequest } from '../../errors.ts'
import { Operator } from '../../expressions/operators.ts'
import { ownValue } from '../../fields/record.ts'
import { Misfit } from '../../fields/report.ts'
import { boundsOf, type Check, isInRange, RANGE_KINDS, type Range } from '../../keys/bounds.ts'
import { compareText } from '../../keys/order.ts'
import type { KeyName, Template } from '../../keys/template.ts'
import type { Definition, StoredItem } from '../../schema/definition.ts'

type Values = Readonly<Record<string, unknown>>

/** What a query asks of the sort key: its part of the key condition, and what is left to check after the read. */
export interface SortBound {
  readonly condition: 'none' | 'prefix' | 'whole' | 'from' | 'to' | 'between'
  readonly low: string
  readonly high: string
  /** The range that keys within the bounds may be outside of; `undefined` where the bounds are exact. */
  readonly check: Check | undefined
}

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

export const without = (values: Values, attribute: string): Values => {
  const { [attribute]: _, ...rest } = values
  return rest
}

/**
 * The bound on SK of these values. It always has the model's own fixed text, so that other models in the partition are
 * not read. Throws InvalidKey.
 */
export const sortBoundOf = (sk: Template, where: Values, range: Range | undefined): SortBound => {
  if (range === undefined) {
    const low = sk.prefix(where)
    const condition = low === '' ? 'none' : sk.isComplete(where) ? 'whole' : 'prefix'
    return { condition, low, high: '', check: undefined }
  }
  const { prefix, low, high, check } = boundsOf(sk, where, range)
  if (prefix !== undefined) return { condition: prefix === '' ? 'none' : 'prefix', low: prefix, high: '', check }
  if (low === undefined) return { condition: high === undefined ? 'none' : 'to', low: high ?? '', high: '', check }
  return { condition: high === undefined ? 'from' : 'between', low, high: high ?? '', check }
}

const conditions = (key: KeyName): Readonly<Record<SortBound['condition'], string>> => ({
  none: `${key} = :pk`,
  prefix: `${key} = :pk AND begins_with(SK, :sk)`,
  whole: `${key} = :pk AND SK = :sk`,
  from: `${key} = :pk AND SK >= :sk`,
  to: `${key} = :pk AND SK <= :sk`,
  between: `${key} = :pk AND SK BETWEEN :sk AND :to`
})

/** KeyConditionExpressions, by the partition key. */
export const CONDITIONS = { PK: conditions('PK'), SK: conditions('SK'), GSI1PK: conditions('GSI1PK') }

/** Whether a stored item is in the range. The key says it; only of raw keys some cannot be read. */
export const passesCheck = (model: Definition, stored: StoredItem, check: Check): boolean => {
  const { sk } = model
  const text = sk.textIn(stored.SK?.S ?? '', check.attribute) ?? (sk.raw ? storedText(model, stored, check) : undefined)
  return text !== undefined && isInRange(check, text)
}

/** The text that the key has for what the attribute itself holds. */
const storedText = ({ sk, attributes }: Definition, stored: StoredItem, { attribute }: Check): string | undefined => {
  const value = ownValue(stored, attribute)
  const codec = sk.slots.find(slot => slot.attribute === attribute)?.codec
  if (value === undefined || codec === undefined) return undefined
  try {
    return (codec.made ?? codec).encode(attributes.field(attribute)?.decode(value))
  } catch (error) {
    if (error instanceof Misfit) return undefined
    throw error
  }
}

/** Where a sort key is: before all that meet the condition of a bound (less than 0), among them (0), or behind them. */
export const sideOf = ({ condition, low, high }: SortBound, key: string): number => {
  switch (condition) {
    case 'none':
      return 0
    case 'prefix':
      return key.startsWith(low) ? 0 : compareText(key, low)
    case 'whole':
      return compareText(key, low)
    case 'from':
      return Math.min(0, compareText(key, low))
    case 'to':
      return Math.max(0, compareText(key, low))
    case 'between':
      return Math.min(0, compareText(key, low)) || Math.max(0, compareText(key, high))
  }
}

/** Whether a sort key meets the condition of a bound. */
export const isWithin = (bound: SortBound, key: string): boolean => sideOf(bound, key) === 0

/** What a read that takes any sort key asks. */
export const UNBOUND: SortBound = { condition: 'none', low: '', high: '', check: undefined }
