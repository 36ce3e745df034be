import { cut, few } from '../errors.ts'
import { instantOf, isoOf } from './iso.ts'

/**
 * How the values of one type stand in a key. `encode` and `decode` are inverse, and where values have an order, their
 * texts sort alike.
 */
export interface KeyCodec {
  /** What `encode` wants, for messages. */
  readonly expects: string
  /** Texts of values: all where they are few, else one. Two codecs share a text if one decodes a sample of the other. */
  readonly samples: readonly string[]
  /** Which values have an order: texts of any length, values whose texts are made to sort like them, or none. */
  readonly order: 'text' | 'fixed' | 'none'
  /** How many characters every text has, where that is known. */
  readonly width?: number
  /** The characters that texts may begin with, where these are few. */
  readonly starts?: string
  /** Whether the samples are all texts there are. */
  readonly isFinite?: boolean
  /** Whether the text of a value may be empty. */
  readonly mayBeEmpty?: boolean
  /** Of text that is made of a value in a way that cannot be undone: which way, and of what text. */
  readonly derivation?: Derivation
  readonly of?: KeyCodec
  /** The only text, where there is but one value: it need not be given. */
  readonly only?: string | undefined
  /** How values stand in keys that are what a schema makes of others already, such as the bounds of a range. */
  readonly made?: KeyCodec
  /** The text of a value, `undefined` if the value cannot stand in a key. */
  encode(value: unknown): string | undefined
  /** The value of a text, `undefined` if `encode` never gives this text. */
  decode(text: string): unknown
}

/** The text a value has in a key, as far as types can tell. */
export type KeyText<V> = V extends string ? V : V extends boolean ? `${V}` : string

/** The values of a key that are several each, of which two are multiplied out. */
export type ManyWith<Many extends readonly unknown[], V> = IsUnion<V> extends true ? [...Many, V] : Many

/** A value as the compiler can hold it beside those: three times fifty choices would be too many keys for it. */
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

/** Any text, as programs write it that leave the place of a value in a key empty. */
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
 * Integers as text that sorts like the numbers: zero-padded to `digits`; a negative number is `-` and the nines'
 * complement of its digits, since `-` sorts before every digit and a larger complement means a number nearer to zero.
 */
export const integerCodec = (digits: number, isPadded = true): KeyCodec => {
  const encode = (value: unknown): string | undefined => {
    if (!Number.isSafeInteger(value)) return undefined
    const number = value as number // isSafeInteger takes unknown but does not narrow
    const text = String(Math.abs(number)).padStart(isPadded ? digits : 1, '0')
    if (text.length > digits) return undefined
    return number < 0 ? `-${isPadded ? complement(text) : text}` : text
  }
  return {
    samples: ['1'.padEnd(digits, '0')],
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

/** Integers as they are printed, as programs write them that pad none: such texts do not sort like the numbers. */
export const printedCodec = /* @__PURE__ */ integerCodec(16, false)

const complement = (digits: string): string => digits.replace(/\d/g, digit => String(9 - Number(digit)))

/** The time of a valid Date, whatever it says of itself; `undefined` of all else. */
export const timeOf = (value: unknown): number | undefined => {
  if (typeof value !== 'object' || value === null) return undefined
  try {
    const time = Date.prototype.getTime.call(value)
    return Number.isNaN(time) ? undefined : time
  } catch {
    return undefined
  }
}

/** Dates as ISO 8601 in UTC with milliseconds. Only the years 0 to 9999 have four digits, and so sort as text. */
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

/** The text of a day that there is, not 2026-02-30; `undefined` of all else. */
const dayOf = (value: unknown): string | undefined =>
  typeof value === 'string' && instantOf(`${value}T00:00:00.000Z`) !== undefined ? value : undefined

/** Days of the years 0000 to 9999 as they are, whose texts sort like the days. */
export const dayCodec: KeyCodec = {
  expects: "a day such as '2026-11-25'",
  samples: ['1970-01-01'],
  width: 10,
  starts: '0123456789',
  order: 'fixed',
  encode: dayOf,
  decode: dayOf
}

/** What a key may be made of instead of a value itself. */
export const DERIVATIONS = ['lower', 'upper', 'day', 'month', 'year'] as const
export type Derivation = (typeof DERIVATIONS)[number]

/** How many characters of a date stay. */
export const LENGTHS: { readonly [D in Derivation]?: number } = { day: 10, month: 7, year: 4 }

/** How a value stands in a key that is made of its text in another case, or of the beginning of its date. */
export const derivedCodec = (of: KeyCodec, derivation: Derivation): KeyCodec => {
  const width = LENGTHS[derivation]
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
  return {
    expects: of.expects,
    // A digit is of both cases.
    samples: isCase && !of.isFinite ? [...of.samples.map(derive), '0'] : of.samples.map(derive),
    isFinite: of.isFinite === true,
    mayBeEmpty,
    derivation,
    of: of.made ?? of,
    ...(!isCase && { width, starts: '0123456789' }),
    order: 'none',
    encode,
    decode: text => {
      if (isCase) return derive(text) === text && (mayBeEmpty || text !== '') ? text : undefined
      return of.encode(of.decode(text + '1970-01-01T00:00:00.000Z'.slice(text.length))) && text.length === width
        ? text
        : undefined
    }
  }
}
