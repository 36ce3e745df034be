import { Buffer } from 'node:buffer'
import { SORT_KEY_BYTES } from './source.ts'

/** Compares texts as DynamoDB does: by UTF-8 bytes, which is the order of code points. Negative, zero or positive. */
export const compareText = (a: string, b: string): number => {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i)
    const y = b.charCodeAt(i)
    if (x !== y) return rank(x) - rank(y)
  }
  return a.length - b.length
}

/** UTF-16 order puts surrogates before U+E000 to U+FFFF, but characters above U+FFFF come after these. */
const rank = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit)

/**
 * Whether a sort key can be this long. A UTF-16 unit takes at most three bytes of UTF-8, so short texts are not
 * counted.
 */
export const isShort = (text: string): boolean =>
  text.length * 3 <= SORT_KEY_BYTES || Buffer.byteLength(text) <= SORT_KEY_BYTES

/** The first sort key after all that begin with the prefix: its last character is replaced by the next one. */
export const behind = (prefix: string): string | undefined => {
  if (prefix === '') return undefined
  const pair = prefix.codePointAt(prefix.length - 2) ?? 0
  const isPair = pair > 0xffff
  const last = isPair ? pair : prefix.charCodeAt(prefix.length - 1)
  const start = prefix.slice(0, isPair ? -2 : -1)
  if (last === 0x10ffff) return behind(start)
  const next = last === 0xd7ff ? 0xe000 : last + 1 // only surrogates lie between these two
  const text = start + String.fromCodePoint(next)
  return isShort(text) ? text : behind(start)
}
