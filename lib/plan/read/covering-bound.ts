import { Buffer } from 'node:buffer'
import { compareText } from '../../keys/order.ts'
import { SORT_KEY_BYTES } from '../../keys/template.ts'
import type { SortBound } from './sort-bound.ts'

/** The least bound on SK that holds all keys of these bounds. */
export const hullOf = ([first, ...others]: readonly [SortBound, ...SortBound[]]): SortBound => {
  const isSame = ({ condition, low, high }: SortBound): boolean =>
    condition === first.condition && low === first.low && high === first.high
  if (others.every(isSame)) return { ...first, check: undefined }
  let { low, high } = intervalOf(first)
  for (const other of others.map(intervalOf)) {
    if (compareText(other.low, low) < 0) low = other.low
    if (high !== undefined && (other.high === undefined || compareText(other.high, high) > 0)) high = other.high
  }
  if (high === undefined) return { condition: low === '' ? 'none' : 'from', low, high: '', check: undefined }
  return low === ''
    ? { condition: 'to', low: high, high: '', check: undefined }
    : { condition: 'between', low, high, check: undefined }
}

/** From the lowest text to the highest one, both included; an end that is not there is open. */
interface Interval {
  readonly low: string
  readonly high: string | undefined
}

const intervalOf = ({ condition, low, high }: SortBound): Interval => {
  switch (condition) {
    case 'none':
    case 'from':
      return { low, high: undefined }
    case 'prefix':
      return { low, high: behind(low) }
    case 'whole':
      return { low, high: low }
    case 'to':
      return { low: '', high: low }
    case 'between':
      return { low, high }
  }
}

/** The first text behind all that begin with a prefix: its last character is replaced by the next one. */
const behind = (prefix: string): string | undefined => {
  const characters = [...prefix]
  const last = characters.pop()?.codePointAt(0)
  if (last === undefined) return undefined
  if (last === 0x10ffff) return behind(characters.join(''))
  const next = last === 0xd7ff ? 0xe000 : last + 1 // between these two there are only halves of characters
  const text = characters.join('') + String.fromCodePoint(next)
  return Buffer.byteLength(text) > SORT_KEY_BYTES ? behind(characters.join('')) : text
}
