import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { describe } from '../errors.ts'
import { booleanCodec, choiceCodec, dateCodec, integerCodec, stringCodec } from '../keys/codec.ts'
import { Field, misfit } from './field.ts'
import { Misfit, type Report } from './report.ts'

class StringField extends Field<string, string, true> {
  constructor() {
    super(stringCodec)
  }

  encode(value: unknown, report: Report): AttributeValue | undefined {
    if (typeof value !== 'string') return report.fail(`must be a string, but is ${describe(value)}`)
    return value.isWellFormed() ? { S: value } : report.fail('must not hold a lone surrogate')
  }

  decode(stored: AttributeValue): string {
    const text = stored.S ?? stored.N // STORM stored numbers that were given to text fields as numbers
    if (text === undefined) throw misfit('a string', stored)
    return text
  }
}

class NumberField extends Field<number, number, false> {
  encode(value: unknown, report: Report): AttributeValue | undefined {
    if (typeof value !== 'number') return report.fail(`must be a number, but is ${describe(value)}`)
    return isStorable(value)
      ? { N: String(value) }
      : report.fail(`must be 0 or of a magnitude between 1E-130 and 1E126, but is ${value}`)
  }

  decode(stored: AttributeValue): number {
    return decodeNumber(stored)
  }
}

class IntegerField extends Field<number, number, true> {
  readonly #expects: string
  readonly #max: number

  constructor(digits: number) {
    const codec = integerCodec(digits)
    super(codec)
    this.#expects = codec.expects
    this.#max = Math.min(10 ** digits - 1, Number.MAX_SAFE_INTEGER)
  }

  encode(value: unknown, report: Report): AttributeValue | undefined {
    if (typeof value === 'number' && Number.isInteger(value) && Math.abs(value) <= this.#max)
      return { N: String(value) }
    return report.fail(`must be ${this.#expects}, but is ${describe(value)}`)
  }

  decode(stored: AttributeValue): number {
    const value = decodeNumber(stored)
    if (!Number.isSafeInteger(value))
      throw new Misfit(`an integer was expected, but the number is ${stored.N ?? stored.S}`)
    return value
  }
}

class BooleanField extends Field<boolean, boolean, true> {
  constructor() {
    super(booleanCodec)
  }

  encode(value: unknown, report: Report): AttributeValue | undefined {
    return typeof value === 'boolean'
      ? { BOOL: value }
      : report.fail(`must be true or false, but is ${describe(value)}`)
  }

  decode(stored: AttributeValue): boolean {
    if (stored.BOOL !== undefined) return stored.BOOL
    if (stored.N === '0' || stored.N === '1') return stored.N === '1' // STORM stored 0 and 1 as given
    throw misfit('true or false', stored)
  }
}

class DateField extends Field<Date, Date, true> {
  constructor() {
    super(dateCodec)
  }

  encode(value: unknown, report: Report): AttributeValue | undefined {
    const text = dateCodec.encode(value)
    return text === undefined ? report.fail(`must be ${dateCodec.expects}, but is ${describe(value)}`) : { S: text }
  }

  decode(stored: AttributeValue): Date {
    if (stored.S === undefined) throw misfit('a date as text', stored)
    const date = new Date(stored.S)
    if (Number.isNaN(date.getTime())) throw new Misfit(`a date was expected, but the text is ${describe(stored.S)}`)
    return date
  }
}

class ChoiceField<Choice extends string> extends Field<Choice, Choice, true> {
  readonly #expects: string
  readonly #choices: ReadonlySet<unknown>

  constructor(choices: readonly Choice[]) {
    const codec = choiceCodec(choices)
    super(codec)
    this.#expects = codec.expects
    this.#choices = new Set(choices)
  }

  encode(value: unknown, report: Report): AttributeValue | undefined {
    return this.#isChoice(value) ? { S: value } : report.fail(`must be ${this.#expects}, but is ${describe(value)}`)
  }

  decode(stored: AttributeValue): Choice {
    if (this.#isChoice(stored.S)) return stored.S
    throw new Misfit(`${this.#expects} was expected, but the stored value is ${describe(stored.S)}`)
  }

  #isChoice(value: unknown): value is Choice {
    return this.#choices.has(value)
  }
}

/** DynamoDB's numbers: zero, or a magnitude from 1E-130 up to below 1E126. */
const isStorable = (value: number): boolean => {
  const magnitude = Math.abs(value)
  return value === 0 || (magnitude >= 1e-130 && magnitude < 1e126)
}

const decodeNumber = (stored: AttributeValue): number => {
  const text = stored.N ?? stored.S // STORM stored numbers that were given as text as text
  if (text === undefined || text.trim() === '') throw misfit('a number', stored)
  const value = Number(text)
  if (!Number.isFinite(value)) throw new Misfit(`a number was expected, but the stored value is ${describe(text)}`)
  // A fraction is read as the nearest double; a whole number is never rounded.
  if (text.length > 15 && !text.includes('.') && digitsOf(text) !== digitsOf(String(value)))
    throw new Misfit(`the stored number ${text} has more digits than a JavaScript number can hold`)
  return value
}

/** The significant digits of a number as text. */
const digitsOf = (text: string): string =>
  text
    .trim()
    .replace(/e.*$/i, '')
    .replace(/[-+.]/g, '')
    .replace(/^0+|0+$/g, '')

/** A string. `{ S }`; in keys as it is, with `#` and `%` escaped. */
export const string = (): Field<string, string, true> => new StringField()

/** A finite number. `{ N }`; not for keys, since text does not sort as numbers do: see {@link int}. */
export const number = (): Field<number, number, false> => new NumberField()

/**
 * An integer. `{ N }`; in keys padded with zeros to `digits` (16, or fewer), so that keys sort as the numbers do,
 * negative ones too.
 *
 * ```ts
 * model('Page').pk('book').sk('page').fields({ page: t.int({ digits: 4 }) })   // SK  P#0042
 * ```
 */
export const int = (options: { readonly digits?: number } = {}): Field<number, number, true> => {
  const { digits = 16 } = options
  if (!Number.isInteger(digits) || digits < 1 || digits > 16)
    throw new RangeError(`t.int(): digits must be an integer from 1 to 16, but is ${digits}`)
  return new IntegerField(digits)
}

/** `true` or `false`. `{ BOOL }`; in keys `true` and `false`. */
export const boolean = (): Field<boolean, boolean, true> => new BooleanField()

/**
 * A Date of the years 0 to 9999. Stored, and in keys, as ISO 8601 in UTC with milliseconds, so that text order is
 * time order: `2026-01-01T00:00:00.000Z`.
 */
export const date = (): Field<Date, Date, true> => new DateField()

/** One of several strings. `t.oneOf('S', 'M', 'L')`. */
export const oneOf = <const Choices extends readonly [string, ...string[]]>(
  ...choices: Choices
): Field<Choices[number], Choices[number], true> => {
  if (choices.length === 0 || choices.some(choice => choice === '' || !choice.isWellFormed()))
    throw new RangeError('t.oneOf(): give at least one choice, none of them empty or with a lone surrogate')
  return new ChoiceField<Choices[number]>(choices)
}

/** Always this one string. `t.literal('PROFILE')`. */
export const literal = <const Value extends string>(value: Value): Field<Value, Value, true> => oneOf(value)
