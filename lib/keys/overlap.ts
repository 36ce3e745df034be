import type { KeyCodec } from './codec.ts'
import { unescapeValue } from './encoding.ts'
import type { Template } from './template.ts'

/** What stands between two `#` of a key: fixed text or a value. A raw value may hold `#`, and so fill several pieces. */
type Piece = string | { readonly codec: KeyCodec; readonly raw: boolean }

/**
 * Whether some key could be rendered by both templates. Exact for escaped keys; with raw keys never `false` where a
 * common key exists.
 */
export const overlap = (a: Template, b: Template): boolean => meet(pieces(a), 0, pieces(b), 0)

const pieces = (template: Template): Piece[] => [
  ...template.slots.flatMap((slot): Piece[] => [
    ...(slot.identifier === '' ? [] : slot.identifier.split('#')),
    { codec: slot.codec, raw: template.raw }
  ]),
  ...(template.suffix === '' ? [] : template.suffix.split('#'))
]

const meet = (a: readonly Piece[], i: number, b: readonly Piece[], j: number): boolean => {
  const left = a[i]
  const right = b[j]
  if (left === undefined || right === undefined) return left === right
  if (!share(left, right)) return false
  return meet(a, i + 1, b, j + 1) || (isRaw(left) && meet(a, i, b, j + 1)) || (isRaw(right) && meet(a, i + 1, b, j))
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
