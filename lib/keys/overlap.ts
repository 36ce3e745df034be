import { holdsAny, type KeyCodec, stringCodec } from './codec.ts'
import type { Escaping } from './escaping.ts'
import type { Template } from './template.ts'

/** A piece of a key between two delimiters: fixed text, and perhaps a value after it. */
interface Piece {
  /** The delimiter before the piece; '' at the beginning of the key. */
  readonly by: string
  readonly fixed: string
  readonly codec: KeyCodec | undefined
  /** A raw value can hold delimiters, so it can fill several pieces. */
  readonly isRaw: boolean
  readonly escaping: Escaping | undefined
}

/**
 * Whether both templates can render the same key. Exact for escaped keys with one value between two delimiters. In
 * other cases it may be `true` though there is no such key, but never `false` if there is one.
 */
export const overlap = (a: Template, b: Template): boolean => {
  if (!endAlike(a, b) || !endAlike(b, a)) return false
  const delimiters = (a.escaping ?? b.escaping)?.delimiters ?? '#'
  return meet(piecesOf(a, delimiters), piecesOf(b, delimiters))
}

const known = new WeakMap<Template, { readonly delimiters: string; readonly pieces: readonly Piece[] }>()

/** The pieces of a key, which is compared with those of many models. */
const piecesOf = (template: Template, delimiters: string): readonly Piece[] => {
  const last = known.get(template)
  if (last?.delimiters === delimiters) return last.pieces
  const made = pieces(template, delimiters)
  known.set(template, { delimiters, pieces: made })
  return made
}

/** Whether the fixed text at both ends of the keys allows a common key. */
const endAlike = ({ frame: { heads, tail } }: Template, { frame: other }: Template): boolean => {
  const [first = tail] = heads
  const [start = other.tail] = other.heads
  const isWhole = heads.length === 0
  return (
    (first.startsWith(start) || (!isWhole && start.startsWith(first))) &&
    (tail.endsWith(other.tail) || (!isWhole && other.tail.endsWith(tail)))
  )
}

const pieces = ({ slots, frame, escaping }: Template, delimiters: string): Piece[] => {
  const found: Piece[] = []
  let by = ''
  let fixed = ''
  // The fixed-width value that the current piece began with.
  let wide: { readonly codec: KeyCodec; readonly isRaw: boolean } | undefined
  const end = (codec: KeyCodec | undefined, isRaw: boolean, escaping: Escaping | undefined) => {
    found.push({ by, fixed, codec, isRaw, escaping })
    fixed = ''
  }
  // Text after a fixed-width value is not compared: the piece can be anything.
  const endWide = (): void => {
    if (wide?.isRaw) end(wide.codec, true, escaping)
    else if (wide) end(stringCodec, false, undefined)
    wide = undefined
  }
  // Whether a piece has begun that no value has ended.
  let isOpen = true
  const read = (text: string) => {
    for (const character of text) {
      if (!delimiters.includes(character)) {
        if (wide === undefined) fixed += character
        isOpen = true
        continue
      }
      if (wide) endWide()
      else if (isOpen) end(undefined, false, escaping)
      by = character
      isOpen = true
    }
  }
  for (const [i, { head, codec }] of slots.entries()) {
    read(head)
    if (frame.widths[i] !== undefined) {
      const isRaw = escaping !== undefined && holdsAny(codec, escaping)
      wide = { codec: wide?.isRaw ? wide.codec : codec, isRaw: isRaw || wide?.isRaw === true }
    } else if (wide === undefined) end(codec, escaping === undefined, escaping)
    isOpen = false
  }
  read(frame.tail)
  if (wide) endWide()
  else if (isOpen) end(undefined, false, escaping)
  return found
}

/**
 * Whether both rows of pieces can make the same text. It works from the end: `meets[j]` says so for the rest of `a`
 * after the current piece and the rest of `b` from `j` on. Each pair of rests is compared once, so many raw values take
 * no longer.
 */
const meet = (a: readonly Piece[], b: readonly Piece[]): boolean => {
  let meets = [...b.map(() => false), true]
  for (const left of a.toReversed()) {
    const next = [...b.map(() => false), false]
    for (let j = b.length - 1; j >= 0; j--) {
      const right = b[j] as Piece // j is within bounds
      const goesOn = meets[j + 1] || (left.isRaw && next[j + 1]) || (right.isRaw && meets[j])
      next[j] = goesOn === true && share(left, right)
    }
    meets = next
  }
  return meets[0] === true
}

const share = (left: Piece, right: Piece): boolean => {
  if (left.isRaw || right.isRaw) return mayBeIn(left, right) && mayBeIn(right, left)
  if (left.by !== right.by) return false
  const [short, long] = left.fixed.length <= right.fixed.length ? [left, right] : [right, left]
  if (!long.fixed.startsWith(short.fixed)) return false
  const rest = long.fixed.slice(short.fixed.length)
  if (short.codec === undefined) return rest === '' && (long.codec === undefined || accepts(long, ''))
  if (long.codec === undefined) return accepts(short, rest)
  if (rest === '') return decodesSample(short.codec, long.codec) || decodesSample(long.codec, short.codec)
  if (!mayBegin(short.codec, rest)) return false
  if (long.codec.isFinite) return long.codec.samples.some(sample => accepts(short, rest + written(long, sample)))
  if (!short.codec.isFinite) return true
  return short.codec.samples
    .map(sample => written(short, sample))
    .some(sample => sample.startsWith(rest) && accepts(long, sample.slice(rest.length)))
}

/**
 * Whether fixed text can be part of a fixed-width value that holds delimiters. All parts of such a value begin alike.
 */
const mayBeIn = (value: Piece, { fixed, codec }: Piece): boolean =>
  !value.isRaw ||
  value.escaping === undefined ||
  value.fixed !== '' ||
  fixed === '' ||
  codec?.isFinite === true ||
  value.codec === undefined ||
  mayBegin(value.codec, fixed)

/** Whether texts of a codec can begin like this. Escapes begin with `%`. */
const mayBegin = ({ starts }: KeyCodec, text: string): boolean =>
  starts === undefined || text.startsWith('%') || starts.includes(text.charAt(0))

const written = ({ escaping }: Piece, text: string): string => (escaping === undefined ? text : escaping.write(text))

/** Whether the text is a possible value of the piece. */
const accepts = ({ codec, escaping }: Piece, text: string): boolean => {
  const value = escaping === undefined ? text : escaping.read(text)
  return value !== undefined && codec?.decode(value) !== undefined
}

const decodesSample = (codec: KeyCodec, other: KeyCodec): boolean =>
  [...other.samples, negativeOf(other)].some(sample => codec.decode(sample) !== undefined)

/** A negative integer of the codec. Padded ones look like printed ones. */
const negativeOf = (codec: KeyCodec): string =>
  (codec.starts?.startsWith('-') ? codec.encode(-Number(codec.samples[0])) : undefined) ?? ''
