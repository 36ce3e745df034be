import { escapeValue } from './encoding.ts'

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

/** Integers and dates that another value follows in the key: their texts sort as they do, and `#` is behind each. */
export const FIXED: Ends = {
  gte: exact,
  gt: text => exact(`${text}$`),
  lte: text => exact(`${text}$`),
  lt: exact
}

/** Integers and dates at the end of the key. What is just before a text: its last character's predecessor and `~`. */
export const FIXED_LAST: Ends = {
  gte: exact,
  gt: text => exact(`${text}!`),
  lte: exact,
  lt: text => exact(`${text.slice(0, -1)}${String.fromCharCode(text.charCodeAt(text.length - 1) - 1)}~`)
}

/**
 * The ends of text. A range means what the values mean, but DynamoDB compares the text of keys, and that has another
 * order in two ways:
 *
 * 1. `#` follows a value that is not the last in the key. `New` is less than `New York`, but `New#…` is greater than
 *    `New York#…`, because a blank sorts before `#`. So do all characters up to `"`; where values are raw, `#` does too.
 * 2. `#` is escaped to `%23`. `#` is less than `$`, but `%23` is greater. (`%25` changes nothing: `%` sorts behind `#`
 *    and `$` just as well.)
 *
 * So an end is moved outwards to the first place in the value where another one could slip past it. Then, and where
 * values on both sides of an end have keys in between, each value is to be checked after the read.
 */
export const textEnds = (raw: boolean, isLast: boolean): Ends => {
  const written = (text: string): string => (raw ? text : escapeValue(text))
  const isExact = (value: string): boolean => isPlain(value, raw, isLast)

  const low = (value: string): string => {
    const hash = raw ? -1 : value.indexOf('#')
    return hash < 0 ? written(value) : `${written(value.slice(0, hash))}$`
  }
  /** The end above all keys of lower values, if that is not the value's own text. */
  const high = (value: string): string | undefined => {
    for (let i = 0; i < value.length; i++) {
      const character = value.charAt(i)
      if (!raw && character === '$') return `${written(value.slice(0, i))}%24`
      const endsBefore = character < '#' || (raw && character === '#')
      if (!isLast && i > 0 && endsBefore) return `${written(value.slice(0, i))}$`
    }
    return undefined
  }
  return isLast
    ? {
        gte: value => ({ text: low(value), isWide: !isExact(value) }),
        gt: value => (isExact(value) ? exact(`${written(value)}\u0000`) : wide(low(value))),
        lte: value => ({ text: high(value) ?? written(value), isWide: !isExact(value) }),
        lt: value => wide(high(value) ?? written(value))
      }
    : {
        gte: value => ({ text: low(value), isWide: !isExact(value) }),
        gt: value => wide(low(value)),
        lte: value => wide(high(value) ?? `${written(value)}$`),
        lt: value => ({ text: high(value) ?? written(value), isWide: !isExact(value) })
      }
}

/** Whether no character of a value makes the two orders differ. */
const isPlain = (value: string, raw: boolean, isLast: boolean): boolean => {
  const highest = raw ? '#' : '$'
  for (const character of value) if (character <= highest && !(isLast && (raw || character < '#'))) return false
  return true
}
