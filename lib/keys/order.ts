import { Buffer } from 'node:buffer'
import { SORT_KEY_BYTES } from './source.ts'

/** DynamoDB's order of text: by its UTF-8 bytes, which is the order of its code points. Negative, zero or positive. */
export const compareText = (a: string, b: string): number => {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i)
    const y = b.charCodeAt(i)
    if (x !== y) return rank(x) - rank(y)
  }
  return a.length - b.length
}

/** JavaScript compares UTF-16 units, where the halves of characters above U+FFFF stand before U+E000 to U+FFFF. */
const rank = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit)

/** The first sort key behind all that begin with a prefix: its last character is replaced by the next one. */
export const behind = (prefix: string): string | undefined => {
  const characters = [...prefix]
  const last = characters.pop()?.codePointAt(0)
  if (last === undefined) return undefined
  if (last === 0x10ffff) return behind(characters.join(''))
  const next = last === 0xd7ff ? 0xe000 : last + 1 // between these two there are only halves of characters
  const text = characters.join('') + String.fromCodePoint(next)
  return Buffer.byteLength(text) > SORT_KEY_BYTES ? behind(characters.join('')) : text
}
