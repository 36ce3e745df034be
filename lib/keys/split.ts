import type { Escaping } from './escaping.ts'

/** The fixed text of a key: one head before each value, and the tail after the last. */
export interface Frame {
  readonly heads: readonly string[]
  readonly tail: string
  /** How many characters each value has as it is written, where that is known and no delimiter follows. */
  readonly widths: readonly (number | undefined)[]
}

/**
 * Cuts a key of escaped values. None of them holds a delimiter, so the next one ends the value; one whose width is known ends
 * there.
 */
export const split = (key: string, { heads, tail, widths }: Frame, escaping: Escaping): string[] | undefined => {
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
    if (stop <= at) return undefined
    texts.push(key.slice(at, stop))
    at = stop
  }
  return at === end ? texts : undefined
}

/** Cuts a key of raw values, which may hold `#` and the heads themselves, at the first places where it can be cut. */
export const splitRawFromLeft = (key: string, frame: Frame): string[] | undefined => {
  const body = bodyOf(key, frame)
  if (body === undefined || frame.heads.length === 0) return body === '' ? [] : undefined
  const texts: string[] = []
  let at = 0
  for (const head of frame.heads.slice(1)) {
    const cut = body.indexOf(head, at + 1)
    if (cut < 0) return undefined
    texts.push(body.slice(at, cut))
    at = cut + head.length
  }
  return at < body.length ? [...texts, body.slice(at)] : undefined
}

/** Cuts a key of raw values; `undefined` if there is more than one way, that is, if the last places to cut differ. */
export const splitRaw = (key: string, frame: Frame): string[] | undefined => {
  const texts = splitRawFromLeft(key, frame)
  const body = bodyOf(key, frame)
  if (texts === undefined || body === undefined) return undefined
  let to = body.length
  for (let i = texts.length - 1; i > 0; i--) {
    const head = frame.heads[i] ?? ''
    const cut = body.lastIndexOf(head, to - 1 - head.length)
    if (body.slice(cut + head.length, to) !== texts[i]) return undefined
    to = cut
  }
  return texts
}

const bodyOf = (key: string, { heads, tail }: Frame): string | undefined => {
  const head = heads[0] ?? ''
  const fits = key.startsWith(head) && key.endsWith(tail) && key.length >= head.length + tail.length
  return fits ? key.slice(head.length, key.length - tail.length) : undefined
}
