import type { KeyCodec } from './codec.ts'
import { unescapeValue } from './encoding.ts'
import type { Template } from './template.ts'

/** What stands between two `#` of a key: fixed text or a value. A raw value may hold `#`, and so fill several pieces. */
type Piece = string | { readonly codec: KeyCodec; readonly raw: boolean }

/**
 * Whether some key could be rendered by both templates. Exact for escaped keys; with raw keys never `false` where a
 * common key exists.
 */
export const overlap = (a: Template, b: Template): boolean => meet(pieces(a), pieces(b))

const pieces = (template: Template): Piece[] => [
  ...template.slots.flatMap((slot): Piece[] => [
    ...(slot.identifier === '' ? [] : slot.identifier.split('#')),
    { codec: slot.codec, raw: template.raw }
  ]),
  ...(template.suffix === '' ? [] : template.suffix.split('#'))
]

/**
 * Whether some text is made by both rows of pieces, from behind: `meets[j]` says it of the rest of `a` that was looked at last
 * and the rest of `b` from `j` on. Each pair of rests is looked at once, so that rows of many raw values take no longer.
 */
const meet = (a: readonly Piece[], b: readonly Piece[]): boolean => {
  let meets = [...b.map(() => false), true]
  for (const left of a.toReversed()) {
    const next = [...b.map(() => false), false]
    for (let j = b.length - 1; j >= 0; j--) {
      const right = b[j] as Piece // j is within bounds
      const goesOn = meets[j + 1] || (isRaw(left) && next[j + 1]) || (isRaw(right) && meets[j])
      next[j] = goesOn === true && share(left, right)
    }
    meets = next
  }
  return meets[0] === true
}

const isRaw = (piece: Piece): boolean => typeof piece !== 'string' && piece.raw

const share = (left: Piece, right: Piece): boolean => {
  if (typeof left === 'string') return typeof right === 'string' ? left === right : accepts(right, left)
  if (typeof right === 'string') return accepts(left, right)
  if (left.raw || right.raw) return true
  return decodesSample(left.codec, right.codec) || decodesSample(right.codec, left.codec)
}

const accepts = (piece: Exclude<Piece, string>, fixed: string): boolean => {
  if (piece.raw) return true
  const text = unescapeValue(fixed)
  return text !== undefined && piece.codec.decode(text) !== undefined
}

const decodesSample = (codec: KeyCodec, other: KeyCodec): boolean =>
  other.samples.some(sample => codec.decode(sample) !== undefined)
