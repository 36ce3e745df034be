import { codeOf, type Escaping } from './escaping.ts'

/** One end of a range, as the text of a key behind the fixed text before the value. */
export interface End {
  readonly text: string
  /** Whether values that are not in the range lie within this end. */
  readonly isWide: boolean
}

/** The end of each comparison with a value. */
export type Ends = Readonly<Record<'lt' | 'lte' | 'gt' | 'gte', (value: string) => End>>

const exact = (text: string): End => ({ text, isWide: false })
const wide = (text: string): End => ({ text, isWide: true })

/** The character behind one of ASCII, or before it. */
const next = (character: string): string => String.fromCharCode(character.charCodeAt(0) + 1)
const previous = (character: string): string => String.fromCharCode(character.charCodeAt(0) - 1)

/**
 * The ends of integers and dates, whose texts sort as they do: at the end of the key, or before fixed text that begins with
 * `follower`. What is just before a text at the end: its last character's predecessor and `~`.
 */
export const fixedEnds = (escaping: Escaping | undefined, follower: string): Ends => {
  const write = (text: string): string => (escaping === undefined ? text : escaping.write(text))
  if (follower !== '') {
    const behind = (text: string) => exact(write(text) + next(follower))
    return { gte: text => exact(write(text)), gt: behind, lte: behind, lt: text => exact(write(text)) }
  }
  return {
    gte: text => exact(write(text)),
    gt: text => exact(`${write(text)}!`),
    lte: text => exact(write(text)),
    lt: text => exact(`${write(text.slice(0, -1))}${previous(text.slice(-1))}~`)
  }
}

/** The same where another value follows at once: keys go on behind a text, and no key is one. */
export const openEnds: Ends = {
  gte: exact,
  gt: text => exact(past(text)),
  lte: text => exact(past(text)),
  lt: exact
}

/** The first text behind all that begin with one of ASCII. */
const past = (text: string): string => `${text.slice(0, -1)}${next(text.slice(-1))}`

/**
 * The ends of text. A range means what the values mean, but DynamoDB compares the text of keys, and that has another
 * order in two ways:
 *
 * 1. A delimiter follows a value that is not the last in the key. `New` is less than `New York`, but `New#…` is greater than
 *    `New York#…`, because a blank sorts before `#`. So do all characters before `#`; where values are raw, `#` does too.
 * 2. A delimiter in a value is escaped. `#` is less than `$`, but `%23` is greater. (`%25` changes nothing: `%` sorts behind
 *    `#` and `$` just as well.)
 *
 * So an end is moved outwards to the first place in the value where another one could slip past it. Then, and where
 * values on both sides of an end have keys in between, each value is to be checked after the read.
 */
export const textEnds = (escaping: Escaping | undefined, follower: string): Ends => {
  const { write, below, above } = orderOf(escaping)
  const odd = classOf(oddIn(escaping, follower))
  const low = (value: string, from: number): string => {
    for (let i = from; i < value.length; i++) {
      const slips = below(value.charAt(i))
      if (slips !== undefined) return write(value.slice(0, i)) + slips
    }
    return write(value)
  }
  /** The end above all keys of lower values, if that is not the value's own text. */
  const high = (value: string, from: number): string | undefined => {
    for (let i = from; i < value.length; i++) {
      const character = value.charAt(i)
      const slips = above(character)
      if (slips !== undefined) return write(value.slice(0, i)) + slips
      if (i > 0 && endsBefore(escaping, follower, character)) return write(value.slice(0, i)) + next(follower)
    }
    return undefined
  }
  /** The ends of values that nothing can slip past are their own texts, and this. */
  const lowEnd =
    (isWide: boolean, behind = '') =>
    (value: string) => {
      const at = value.search(odd)
      return at < 0 ? { text: write(value) + behind, isWide } : wide(low(value, at))
    }
  const highEnd =
    (isWide: boolean, behind = '') =>
    (value: string) => {
      const at = value.search(odd)
      return at < 0 ? { text: write(value) + behind, isWide } : wide(high(value, at) ?? write(value) + behind)
    }
  return follower === ''
    ? { gte: lowEnd(false), gt: lowEnd(false, '\u0000'), lte: highEnd(false), lt: highEnd(true) }
    : { gte: lowEnd(false), gt: lowEnd(true), lte: highEnd(true, next(follower)), lt: highEnd(false) }
}

const ASCII = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code))

/** The characters of a value that can make the order of keys another one than that of values; others than ASCII's cannot. */
export const oddIn = (escaping: Escaping | undefined, follower: string): readonly string[] => {
  const { below, above } = orderOf(escaping)
  return ASCII.filter(
    character =>
      below(character) !== undefined || above(character) !== undefined || endsBefore(escaping, follower, character)
  )
}

/** Finds the first of these characters. */
const classOf = (characters: readonly string[]): RegExp =>
  new RegExp(`[${characters.map(character => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`).join('')}]`)

/** Whether a value that ends here sorts behind one that goes on with this character, because of what follows it. */
const endsBefore = (escaping: Escaping | undefined, follower: string, character: string): boolean => {
  const first = escaping?.delimiters.includes(character) ? '%' : character
  return follower !== '' && (escaping === undefined ? first <= follower : first < follower)
}

/** How escaping moves characters in the order of texts. */
interface Order {
  write(value: string): string
  /** The least text of a greater character that is written below this one; `undefined` if there is none. */
  below(character: string): string | undefined
  /** What is above all texts of lower characters that are written above this one; `undefined` if there is none. */
  above(character: string): string | undefined
}

const none = () => undefined
const RAW: Order = { write: value => value, below: none, above: none }

const orderOf = (escaping: Escaping | undefined): Order => (escaping === undefined ? RAW : escapedOrder(escaping))

const escapedOrder = ({ delimiters, write }: Escaping): Order => {
  const moved = [...delimiters].sort()
  const isMoved = (character: string): boolean => moved.includes(character)
  /** What stays where it is, strictly between two characters. */
  const between = (from: string, to: string): string[] => {
    const found: string[] = []
    for (let at = next(from); at < to; at = next(at)) if (!isMoved(at)) found.push(at)
    return found
  }
  return {
    write,
    below: character => {
      // A delimiter is written as `%`: what stands between it and `%` stays below.
      if (isMoved(character)) return character < '%' ? between(character, '%')[0] : undefined
      const slips = character > '%' ? moved.find(delimiter => delimiter > character) : undefined
      return slips && codeOf(slips)
    },
    above: character => {
      if (isMoved(character)) return character > '%' && between('%', character).length > 0 ? character : undefined
      const slips = character < '%' ? moved.findLast(delimiter => delimiter < character) : undefined
      return slips && codeOf(next(slips))
    }
  }
}
