import type { KeyCodec } from './codec.ts'
import type { Escaping } from './escaping.ts'
import { given, type Slot, type Values } from './source.ts'

/** The fixed text of a key: one head before each value, and the tail after the last value. */
export interface Frame {
  readonly heads: readonly string[]
  readonly tail: string
  /** The width of each value in characters, if no delimiter can end the value. */
  readonly widths: readonly (number | undefined)[]
  /** The minimum length of each value in characters: 0 or 1. */
  readonly least: readonly number[]
}

/**
 * Splits a key of escaped values. A value ends at the next delimiter, because it holds none, or after its known width.
 */
export const split = (key: string, { heads, tail, widths, least }: Frame, escaping: Escaping): string[] | undefined => {
  const end = key.length - tail.length
  if (end < 0 || !key.endsWith(tail)) return undefined
  const texts: string[] = []
  let at = 0
  for (const [i, head] of heads.entries()) {
    if (!key.startsWith(head, at)) return undefined
    at += head.length
    const width = widths[i]
    const next = width === undefined ? escaping.end(key, at) : at + width
    const stop = next < 0 || next > end ? end : next
    if (stop - at < (least[i] ?? 1)) return undefined
    texts.push(key.slice(at, stop))
    at = stop
  }
  return at === end ? texts : undefined
}

/** What is known of a raw value before its key is split: its text, or the texts of its type. */
type Known = string | Texts | undefined

/** The texts of a type that does not allow every text. */
interface Texts {
  readonly longest: number
  has(text: string): boolean
}

/** What is known of a slot's raw text: the text of the value in `beside`, or the texts of its type. */
export const knownOf = (slot: Slot & { readonly codec: KeyCodec }, beside: Values = NO_VALUES): Known => {
  const value = given(beside, slot)
  return (value === undefined ? undefined : slot.codec.encode(value)) ?? textsOf(slot.codec)
}

const textsOf = (codec: KeyCodec): Texts | undefined => {
  if (!codec.isFinite && codec.starts === undefined) return undefined
  const longest = Math.max(...codec.samples.map(sample => sample.length)) + 1 // + 1 for the sign of a number
  return { longest, has: text => codec.decode(text) !== undefined }
}

const NO_VALUES: Values = {}

export const isKnown = (known: Known): boolean => known !== undefined

/** Splits a key of raw values by what is known of them; `undefined` if no split fits, or more than one. */
export const splitRaw = (key: string, frame: Frame, known: readonly Known[]): string[] | undefined => {
  const { heads, tail, least } = frame
  const starts = startsIn(key, frame, known)
  const texts: string[] = []
  // `starts` fits the text before each value. This loop goes backwards and fits the text after it.
  let end = key.length - tail.length
  for (let i = heads.length - 1; i >= 0; i--) {
    const [start, other] = (starts[i] ?? []).filter(at => mayBe(known[i], key, at, end, least[i]))
    if (start === undefined || other !== undefined) return undefined
    texts.unshift(key.slice(start, end))
    end = start - (heads[i]?.length ?? 0)
  }
  return end === 0 && starts.length > 0 ? texts : undefined
}

/** Whether a key of raw values can be split at all, whatever the values. */
export const canBeCut = (key: string, frame: Frame): boolean => {
  const [start] = startsIn(key, frame, []).at(-1) ?? []
  const end = key.length - frame.tail.length
  return (
    start !== undefined && (frame.heads.length === 0 ? start === key.length : end - start >= (frame.least.at(-1) ?? 1))
  )
}

/**
 * The places where each value can begin, judged by the text before it. Empty if the fixed ends of the key do not match.
 */
const startsIn = (key: string, { heads, tail, least }: Frame, known: readonly Known[]): number[][] => {
  const [first = tail, ...others] = heads
  if (!key.startsWith(first) || !key.endsWith(tail)) return []
  const starts = [[first.length]]
  for (const [i, head] of others.entries()) starts.push(placesBehind(key, starts[i] ?? [], known[i], head, least[i]))
  return starts
}

/** The places behind a head where a value can begin, if the value before begins at one of `starts`. */
const placesBehind = (key: string, starts: readonly number[], known: Known, head: string, least = 1): number[] => {
  const places = new Set<number>()
  const longest = known === undefined ? key.length : typeof known === 'string' ? known.length : known.longest
  // Without knowledge of the value, its first possible start covers all others.
  for (const start of known === undefined ? starts.slice(0, 1) : starts)
    for (let at = key.indexOf(head, start + least); at >= 0 && at <= start + longest; at = key.indexOf(head, at + 1))
      if (mayBe(known, key, start, at, least)) places.add(at + head.length)
  return [...places].sort((a, b) => a - b)
}

const mayBe = (known: Known, key: string, start: number, end: number, least = 1): boolean => {
  if (known === undefined || end - start < least) return end - start >= least
  const text = key.slice(start, end)
  return typeof known === 'string' ? text === known : text.length <= known.longest && known.has(text)
}
