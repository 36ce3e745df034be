import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { behind } from '../../keys/order.ts'
import { type KeyBound, NOTHING, UNBOUND } from '../../keys/source.ts'
import { compareKeys } from './sort-bound.ts'

/** The smallest bound on the sort keys that includes all the given bounds. */
export const coveringBound = ([first = UNBOUND, ...others]: readonly KeyBound[]): KeyBound => {
  if (others.every(other => isSame(other, first))) return { ...first, check: undefined }
  // If there are several sort keys, only bounds with the same known keys can be compared further. Otherwise use the
  // known keys that all share.
  if (others.some(other => !isSameKeys(other.known, first.known))) return common(first, others)
  let { low, high } = intervalOf(first)
  for (const other of others.map(intervalOf)) {
    if (low !== undefined && (other.low === undefined || compareKeys(other.low, low) < 0)) low = other.low
    if (high !== undefined && (other.high === undefined || compareKeys(other.high, high) > 0)) high = other.high
  }
  const { known } = first
  if (low === undefined)
    return {
      condition: high === undefined ? 'none' : 'to',
      low: high ?? NOTHING,
      high: NOTHING,
      check: undefined,
      known
    }
  const condition = high === undefined ? 'from' : 'between'
  return { condition, low, high: high ?? NOTHING, check: undefined, known }
}

const isSame = (one: KeyBound, other: KeyBound): boolean =>
  one.condition === other.condition &&
  isSameKeys([...one.known, one.low, one.high], [...other.known, other.low, other.high])

const isSameKeys = (some: readonly AttributeValue[], others: readonly AttributeValue[]): boolean =>
  some.length === others.length && some.every((key, i) => compareKeys(key, others[i] ?? NOTHING) === 0)

/** The bound of the first sort keys that all the bounds share. */
const common = (first: KeyBound, others: readonly KeyBound[]): KeyBound => {
  let count = 0
  while (
    count < first.known.length &&
    others.every(({ known }) => isSameKeys(known.slice(count, count + 1), first.known.slice(count, count + 1)))
  )
    count++
  const last = first.known[count - 1]
  return last === undefined
    ? UNBOUND
    : { ...UNBOUND, condition: 'whole', low: last, known: first.known.slice(0, count - 1) }
}

/** From the lowest to the highest key, both included; `undefined` means unbounded. */
interface Interval {
  readonly low: AttributeValue | undefined
  readonly high: AttributeValue | undefined
}

const intervalOf = ({ condition, low, high }: KeyBound): Interval => {
  switch (condition) {
    case 'none':
      return { low: undefined, high: undefined }
    case 'from':
    case 'above':
      return { low, high: undefined }
    case 'prefix': {
      const end = low.S === undefined ? undefined : behind(low.S)
      return { low, high: end === undefined ? undefined : { S: end } }
    }
    case 'whole':
      return { low, high: low }
    case 'to':
    case 'below':
      return { low: undefined, high: low }
    case 'between':
      return { low, high }
  }
}
