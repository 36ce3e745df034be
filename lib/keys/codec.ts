import { cut, few } from '../errors.ts'
import type { Escaping } from './escaping.ts'
import { instantOf, isoOf } from './iso.ts'

/**
 * Writes the values of one type into keys. `decode` inverts `encode`. If the values have an order, their texts sort the
 * same way.
 */
export interface KeyCodec {
  /** The values that `encode` takes, for messages. */
  readonly expects: string
  /** Sample texts: all texts if there are few. Two codecs share a text if one decodes a sample of the other. */
  readonly samples: readonly string[]
  /** The order of the values: as text of any length, as texts made to sort like the values, or none. */
  readonly order: 'text' | 'fixed' | 'none'
  /** The number of characters, if all texts have the same. */
  readonly width?: number
  /** The characters that texts can begin with, if there are few. */
  readonly starts?: string
  /** Whether the samples are all texts. */
  readonly isFinite?: boolean
  /** Whether the text of a value may be empty. */
  readonly mayBeEmpty?: boolean
  /** How the text is derived from the value, if that cannot be undone. `of` is then the codec of the value itself. */
  readonly derivation?: Derivation
  readonly of?: KeyCodec
  /** The only text, if there is only one value. Callers can omit that value. */
  readonly only?: string | undefined
  /** The codec of values that a schema has transformed already, such as the bounds of a range. */
  readonly made?: KeyCodec
  /** The text of a value; `undefined` if the value cannot stand in a key. */
  encode(value: unknown): string | undefined
  /** The value of a text; `undefined` if `encode` never gives this text. */
  decode(text: string): unknown
}

/** The type of a value's text in a key. */
export type KeyText<V> = V extends string ? V : V extends boolean ? `${V}` : string

/** Collects the union types among a key's values. Only the first two are multiplied out. */
export type ManyWith<Many extends readonly unknown[], V> = IsUnion<V> extends true ? [...Many, V] : Many

/**
 * The type of a value's text beside the earlier unions. From the third union on it is `string`: three unions of fifty
 * choices are too many keys for the compiler.
 */
export type Few<V extends string, Many extends readonly unknown[]> = Many['length'] extends 0 | 1
  ? V
  : IsUnion<V> extends true
    ? string
    : V

type IsUnion<V, All = V> = string extends V
  ? false
  : (V extends unknown ? ([All] extends [V] ? false : true) : never) extends false
    ? false
    : true

const textCodec = (mayBeEmpty: boolean): KeyCodec => ({
  expects: `a string that ${mayBeEmpty ? '' : 'is not empty and '}has no lone surrogate`,
  samples: ['s'],
  order: 'text',
  mayBeEmpty,
  encode: value => (typeof value === 'string' && value.isWellFormed() && (mayBeEmpty || value) ? value : undefined),
  decode: text => (mayBeEmpty || text ? text : undefined)
})

export const stringCodec = /* @__PURE__ */ textCodec(false)

/** Any text, also the empty one, for tables whose programs leave a value's place in a key empty. */
export const emptiableCodec = /* @__PURE__ */ textCodec(true)

export const booleanCodec: KeyCodec = {
  expects: 'true or false',
  samples: ['true', 'false'],
  isFinite: true,
  order: 'none',
  encode: value => (typeof value === 'boolean' ? String(value) : undefined),
  decode: text => (text === 'true' ? true : text === 'false' ? false : undefined)
}

export const choiceCodec = (choices: readonly string[]): KeyCodec => {
  const find = (value: unknown): string | undefined => choices.find(choice => choice === value)
  return {
    expects:
      choices.length === 1
        ? `'${cut(choices[0] ?? '', 40)}'`
        : `one of ${few(
            choices.map(choice => `'${cut(choice, 40)}'`),
            ', '
          )}`,
    samples: choices,
    isFinite: true,
    only: choices.length === 1 ? choices[0] : undefined,
    order: 'text',
    encode: find,
    decode: find
  }
}

/**
 * Integers as text that sorts like the numbers, zero-padded to a width. A negative number is `-` and the nines'
 * complement of its digits: `-` sorts before every digit, and a larger complement is a number nearer to zero.
 */
export const integerCodec = (digits: number, width = digits): KeyCodec => {
  const isPadded = width > 0
  const encode = (value: unknown): string | undefined => {
    if (!Number.isSafeInteger(value)) return undefined
    const number = value as number // isSafeInteger takes unknown but does not narrow
    const printed = String(Math.abs(number))
    if (printed.length > digits) return undefined
    const text = printed.padStart(width, '0')
    return number < 0 ? `-${isPadded ? complement(text) : text}` : text
  }
  return {
    samples: ['1'.padEnd(digits, '0').padStart(width, '0')],
    starts: '-0123456789',
    order: isPadded ? 'fixed' : 'none',
    expects: `an integer of at most ${digits} digits${digits === 16 ? ' within ±(2^53 - 1)' : ''}`,
    encode,
    decode: text => {
      const value = isPadded && text.startsWith('-') ? -Number(complement(text.slice(1))) : Number(text)
      return encode(value) === text ? value : undefined
    }
  }
}

/**
 * Integers as `String()` prints them, for tables whose programs do not pad. These texts do not sort like the numbers.
 */
export const printedCodec = /* @__PURE__ */ integerCodec(16, 0)

const complement = (digits: string): string => digits.replace(/\d/g, digit => String(9 - Number(digit)))

/**
 * The time of a valid Date; `undefined` for all else. Date.prototype reads it, because an object can override
 * getTime().
 */
export const timeOf = (value: unknown): number | undefined => {
  if (typeof value !== 'object' || value === null) return undefined
  try {
    const time = Date.prototype.getTime.call(value)
    return Number.isNaN(time) ? undefined : time
  } catch {
    return undefined
  }
}

/** Dates as ISO 8601 in UTC with milliseconds. Only years 0 to 9999 have four digits, and so sort as text. */
export const dateCodec: KeyCodec = {
  expects: 'a valid Date between the years 0 and 9999',
  samples: ['1970-01-01T00:00:00.000Z'],
  width: 24,
  starts: '0123456789',
  order: 'fixed',
  encode: value => {
    const time = timeOf(value)
    return time === undefined ? undefined : isoOf(time)
  },
  decode: text => {
    const time = instantOf(text)
    return time === undefined ? undefined : new Date(time)
  }
}

/** The text of a day that exists (not 2026-02-30); `undefined` for all else. */
const dayOf = (value: unknown): string | undefined =>
  typeof value === 'string' && instantOf(`${value}T00:00:00.000Z`) !== undefined ? value : undefined

/** Days of the years 0000 to 9999 as they are. The texts sort like the days. */
export const dayCodec: KeyCodec = {
  expects: "a day such as '2026-11-25'",
  samples: ['1970-01-01'],
  width: 10,
  starts: '0123456789',
  order: 'fixed',
  encode: dayOf,
  decode: dayOf
}

/** The ways to derive key text from a value: its text in another case, or the beginning of its date. */
export const DERIVATIONS = ['lower', 'upper', 'day', 'month', 'year'] as const
export type Derivation = (typeof DERIVATIONS)[number]

/** The number of characters of a date that a derivation keeps. */
export const DATE_LENGTHS: { readonly [D in Derivation]?: number } = { day: 10, month: 7, year: 4 }

/** The codec of text in another case or of the beginning of a date. `decode` gives the derived text, not the value. */
export const derivedCodec = (of: KeyCodec, derivation: Derivation): KeyCodec => {
  const width = DATE_LENGTHS[derivation]
  const isCase = width === undefined
  const mayBeEmpty = isCase && of.mayBeEmpty === true
  const derive = (text: string): string => {
    if (derivation === 'lower') return text.toLowerCase()
    return derivation === 'upper' ? text.toUpperCase() : text.slice(0, width)
  }
  const encode = (value: unknown): string | undefined => {
    const text = of.encode(value)
    return text && derive(text)
  }
  const samples = of.samples.map(derive)
  return {
    expects: of.expects,
    // A digit is the same in both cases, so the codecs for lower and upper case share a text.
    samples: isCase && !of.isFinite ? [...samples, '0'] : samples,
    isFinite: of.isFinite === true,
    mayBeEmpty,
    derivation,
    of: of.made ?? of,
    ...(!isCase && { width, starts: '0123456789' }),
    order: 'none',
    encode,
    decode: text => {
      if (of.isFinite) return samples.includes(text) ? text : undefined
      if (isCase) return derive(text) === text && (mayBeEmpty || text !== '') ? text : undefined
      // The beginning of a date is one that the rest of some date completes.
      return of.encode(of.decode(text + '1970-01-01T00:00:00.000Z'.slice(text.length, of.width))) &&
        text.length === width
        ? text
        : undefined
    }
  }
}

/** Whether the fixed-width texts of a codec can hold delimiters. */
export const holdsAny = ({ samples }: KeyCodec, { delimiters }: Escaping): boolean =>
  samples.some(sample => [...delimiters].some(delimiter => sample.includes(delimiter)))
