import { codeOf, type Escaping } from './escaping.ts'
import { behind, compareText } from './order.ts'
import { SORT_KEY_BYTES } from './source.ts'

/** One end of a range, as key text from the place where the value begins. */
export interface End {
  readonly text: string
  /** Whether keys inside this end can hold values outside of the range. Then each value is checked after the read. */
  readonly isWide: boolean
}

/** The end for each comparison with a value. */
export type Ends = Readonly<Record<'lt' | 'lte' | 'gt' | 'gte', (value: string) => End>>

const exact = (text: string): End => ({ text, isWide: false })

/**
 * The first text after all texts with this prefix. After the last character there is none, so it is a text longer than
 * any key, which makes the end wide.
 */
const past = (text: string): string => behind(text) ?? text.repeat(SORT_KEY_BYTES)
const previous = (character: string): string => String.fromCharCode(character.charCodeAt(0) - 1)

/**
 * The ends of integers and dates, whose texts sort like the values. `follower` is the first character of the fixed text
 * behind the value, '' at the end of the key. There, `lt` ends just before the text: at its last character's
 * predecessor and `~`.
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

/** The ends of a value that the next value follows directly: every key is longer than the text, so none equals it. */
export const openEnds: Ends = {
  gte: exact,
  gt: text => exact(past(text)),
  lte: text => exact(past(text)),
  lt: exact
}

/**
 * The ends of text. A range compares values, but DynamoDB compares the text of keys, and its order differs in two ways:
 *
 * 1. A delimiter follows a value that is not the last in the key. `New` is less than `New York`, but `New#…` is greater
 *    than `New York#…`, because a blank sorts before `#`. This holds for all characters before `#`, and for `#` itself
 *    in raw values.
 * 2. A delimiter in a value is escaped. `#` is less than `$`, but `%23` is greater. (`%25` changes nothing: `%` also
 *    sorts after `#` and `$`.)
 *
 * So an end moves outwards to the first character where another value could slip past it. Such an end is wide: each
 * value is checked after the read. An end is also wide where keys of values inside and outside of the range alternate.
 */
export const textEnds = (escaping: Escaping | undefined, follower: string, mayBeEmpty = false): Ends => {
  const name = JSON.stringify([escaping?.delimiters, follower, mayBeEmpty])
  const known = madeEnds.get(name) ?? newTextEnds(escaping, follower, mayBeEmpty)
  madeEnds.set(name, known)
  return known
}

/** By the delimiters and what follows: most keys have the same. */
const madeEnds = new Map<string, Ends>()

const newTextEnds = (escaping: Escaping | undefined, follower: string, mayBeEmpty: boolean): Ends => {
  const { write, below, above } = orderOf(escaping)
  const odd = classOf(oddIn(escaping, follower), follower)
  /** The end below all keys of greater values, if it is not the value's own text. */
  const low = (value: string, from: number): string | undefined => {
    for (let i = from; i < value.length; i++) {
      const slips = below(value.charAt(i))
      if (slips !== undefined) return write(value.slice(0, i)) + slips
    }
    return undefined
  }
  /** The end above all keys of lower values, if it is not the value's own text. */
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
  /** If no value can slip past, the end is the value's own text and `behind`. */
  const end =
    (moved: typeof low, isWide: boolean, behind = '') =>
    (value: string) => {
      const at = odd.test(value) ? value.search(odd) : -1 // few values have such a character, and search() is slow
      const text = at < 0 ? undefined : moved(value, at)
      return { text: text ?? write(value) + behind, isWide: isWide || at >= 0 }
    }
  return follower === ''
    ? { gte: end(low, false), gt: end(low, false, '\u0000'), lte: end(high, false), lt: end(high, true) }
    : { gte: end(low, false), gt: end(low, true), lte: end(high, true, past(follower)), lt: end(high, false) }
}

/** The ASCII characters that can make keys sort otherwise than their values. */
export const oddIn = (escaping: Escaping | undefined, follower: string): readonly string[] => {
  const { below, above } = orderOf(escaping)
  return Array.from({ length: 128 }, (_, code) => String.fromCharCode(code)).filter(
    character =>
      below(character) !== undefined || above(character) !== undefined || endsBefore(escaping, follower, character)
  )
}

/** Matches these characters, and non-ASCII characters that are not greater than the follower. */
const classOf = (characters: readonly string[], follower: string): RegExp => {
  const codes = characters.map(character => `\\x${codeOf(character).slice(1)}`).join('')
  return new RegExp(`[${codes}${isBeyond(follower) ? `\x80-${follower}` : ''}]`, 'u')
}

/** Whether a non-ASCII character follows raw values. */
export const isBeyond = (follower: string): boolean => follower > '\x7f'

/** Whether a value that ends here sorts after one that continues with this character, because of the follower. */
const endsBefore = (escaping: Escaping | undefined, follower: string, character: string): boolean => {
  const first = escaping?.delimiters.includes(character) ? '%' : character
  return follower !== '' && compareText(first, follower) < (escaping === undefined ? 1 : 0)
}

/** How escaping changes the order of characters. */
interface Order {
  write(value: string): string
  /** The least text of a greater character that sorts before this character's text; `undefined` if there is none. */
  below(character: string): string | undefined
  /** A text after those of all lower characters that sort after this character's text; `undefined` if there is none. */
  above(character: string): string | undefined
}

const none = () => undefined
const RAW: Order = { write: value => value, below: none, above: none }

const orderOf = (escaping: Escaping | undefined): Order => (escaping === undefined ? RAW : escapedOrder(escaping))

const escapedOrder = ({ delimiters, write }: Escaping): Order => {
  const moved = [...delimiters].sort()
  const isMoved = (character: string): boolean => moved.includes(character)
  /** The characters strictly between two that escaping leaves unchanged. */
  const between = (from: string, to: string): string[] => {
    const found: string[] = []
    for (let at = past(from); at < to; at = past(at)) if (!isMoved(at)) found.push(at)
    return found
  }
  return {
    write,
    below: character => {
      // A delimiter is written as `%` and its code, so the characters between it and `%` sort before it.
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
