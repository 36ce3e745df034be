import { Operator } from '../expressions/operators.ts'
import { boundsOf, isInRange, RANGE_KINDS, type Range } from '../keys/bounds.ts'
import { compareText } from '../keys/order.ts'
import type { KeyName, Template } from '../keys/template.ts'
import type { StoredItem } from '../model/definition.ts'

type Values = Readonly<Record<string, unknown>>

/** What a query asks of the sort key: its part of the key condition, and what is left to check after the read. */
export interface SortBound {
  readonly condition: 'none' | 'prefix' | 'whole' | 'from' | 'to' | 'between'
  readonly low: string
  readonly high: string
  /** The range that keys within the bounds may be outside of; `undefined` where the bounds are exact. */
  readonly check: Range | undefined
}

/** The range that an operator asks for; `undefined` for any other value. */
export const rangeOf = (attribute: string, value: unknown): Range | undefined => {
  const kind = value instanceof Operator && RANGE_KINDS.find(kind => kind === value.kind)
  return kind ? { attribute, kind, operands: value.operands } : undefined
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
  const { prefix, low, high, isWide } = boundsOf(sk, where, range)
  const check = isWide ? range : undefined
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
export const passesCheck = (sk: Template, stored: StoredItem, check: Range): boolean => {
  const { [check.attribute]: value } = sk.raw ? {} : (sk.parse(stored.SK?.S ?? '') ?? {})
  const text = sk.raw ? stored[check.attribute]?.S : value
  return typeof text === 'string' && isInRange(check, text)
}

/** Whether a sort key meets the condition of a bound. */
export const isWithin = ({ condition, low, high }: SortBound, key: string): boolean => {
  switch (condition) {
    case 'none':
      return true
    case 'prefix':
      return key.startsWith(low)
    case 'whole':
      return key === low
    case 'from':
      return compareText(key, low) >= 0
    case 'to':
      return compareText(key, low) <= 0
    case 'between':
      return compareText(key, low) >= 0 && compareText(key, high) <= 0
  }
}
