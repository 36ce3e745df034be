import { codeOf, type Escaping } from './escaping.ts'
import { behind, compareText } from './order.ts'
import { SORT_KEY_BYTES } from './source.ts'

/** One end of a range, as the text of a key behind the fixed text before the value. */
export interface End {
  readonly text: string
  /** Whether values that are not in the range lie within this end. */
  readonly isWide: boolean
}

/** The end of each comparison with a value. */
export type Ends = Readonly<Record<'lt' | 'lte' | 'gt' | 'gte', (value: string) => End>>

const exact = (text: string): End => ({ text, isWide: false })

/** The first text behind all that begin with a text; behind the last character of all, one longer than any key, so a wide end. */
const past = (text: string): string => behind(text) ?? text.repeat(SORT_KEY_BYTES)
const previous = (character: string): string => String.fromCharCode(character.charCodeAt(0) - 1)

/**
 * The ends of integers and dates, whose texts sort as they do: at the end of the key, or before fixed text that begins with
 * `follower`. What is just before a text at the end: its last character's predecessor and `~`.
 */
export const fixedEnds = (escaping: Escaping | undefined, follower: string): Ends => {
  const write = (text: string): string => (escaping === undefined ? text : escaping.write(text))
  if (follower !== '') {
    const at = (text: string) => exact(write(text))
    const after = (text: string) => exact(write(text) + past(follower))
    return { gte: at, gt: after, lte: after, lt: at }
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
export const textEnds = (escaping: Escaping | undefined, follower: string, mayBeEmpty = false): Ends => {
  const { write, below, above } = orderOf(escaping)
  const odd = classOf(oddIn(escaping, follower), follower)
  /** The end below all keys of greater values, if that is not the value's own text. */
  const low = (value: string, from: number): string | undefined => {
    for (let i = from; i < value.length; i++) {
      const slips = below(value.charAt(i))
      if (slips !== undefined) return write(value.slice(0, i)) + slips
    }
    return undefined
  }
  /** The end above all keys of lower values, if that is not the value's own text. */
  const high = (value: string, from: number): string | undefined => {
    let start = value.slice(0, from)
    for (const character of value.slice(from)) {
      const isBehind = (mayBeEmpty || start !== '') && endsBefore(escaping, follower, character)
      const [, furthest] = [above(character) ?? '', isBehind ? past(follower) : ''].sort()
      if (furthest) return write(start) + furthest
      start += character
    }
    return undefined
  }
  /** The ends of values that nothing can slip past are their own texts, and this. */
  const end =
    (moved: typeof low, isWide: boolean, behind = '') =>
    (value: string) => {
      const at = value.search(odd)
      const text = at < 0 ? undefined : moved(value, at)
      return { text: text ?? write(value) + behind, isWide: isWide || at >= 0 }
    }
  return follower === ''
    ? { gte: end(low, false), gt: end(low, false, '\u0000'), lte: end(high, false), lt: end(high, true) }
    : { gte: end(low, false), gt: end(low, true), lte: end(high, true, past(follower)), lt: end(high, false) }
}

/** The characters of ASCII that can make, in a value, the order of keys another one than that of values. */
export const oddIn = (escaping: Escaping | undefined, follower: string): readonly string[] => {
  const { below, above } = orderOf(escaping)
  return Array.from({ length: 128 }, (_, code) => String.fromCharCode(code)).filter(
    character =>
      below(character) !== undefined || above(character) !== undefined || endsBefore(escaping, follower, character)
  )
}

/** Finds the first of these, or of those beyond ASCII that are not greater than what follows. */
const classOf = (characters: readonly string[], follower: string): RegExp => {
  const codes = characters.map(character => `\\x${codeOf(character).slice(1)}`).join('')
  return new RegExp(`[${codes}${isBeyond(follower) ? `\x80-${follower}` : ''}]`, 'u')
}

/** Whether raw values are followed by what is not of ASCII. */
export const isBeyond = (follower: string): boolean => follower > '\x7f'

/** Whether a value that ends here sorts behind one that goes on with this character, because of what follows it. */
const endsBefore = (escaping: Escaping | undefined, follower: string, character: string): boolean => {
  const first = escaping?.delimiters.includes(character) ? '%' : character
  return follower !== '' && compareText(first, follower) < (escaping === undefined ? 1 : 0)
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
    for (let at = past(from); at < to; at = past(at)) if (!isMoved(at)) found.push(at)
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
      return slips && codeOf(past(slips))
    }
  }
}
