import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { describe } from '../errors.ts'
import { integerCodec } from '../keys/codec.ts'
import { type AnyField, Field, misfit } from './field.ts'
import { Misfit, type Report } from './report.ts'

class NumberField extends Field<number, number, false> {
  override get scalar() {
    return 'N' as const
  }

  override takes(source: AnyField): boolean {
    return source.scalar === 'N'
  }

  encode(value: unknown, report: Report): AttributeValue | undefined {
    if (typeof value !== 'number') return report.misfit(value, 'a number', { type: 'N' })
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

  override get scalar() {
    return 'N' as const
  }

  encode(value: unknown, report: Report): AttributeValue | undefined {
    if (typeof value === 'number' && Number.isInteger(value) && Math.abs(value) <= this.#max)
      return { N: String(value) }
    return report.misfit(value, this.#expects, { type: 'N', codec: this.codec })
  }

  decode(stored: AttributeValue): number {
    const value = decodeNumber(stored)
    if (!Number.isSafeInteger(value))
      throw new Misfit(`an integer was expected, but the number is ${stored.N ?? stored.S}`)
    return value
  }
}

/** Of a bigint param, the text is as long as it is. */
const BIGINT = { type: 'N', codec: integerCodec(38) } as const

class BigintField extends Field<bigint, bigint | number | string, false> {
  override takes(source: AnyField): boolean {
    return source instanceof BigintField || source instanceof IntegerField
  }

  encode(value: unknown, report: Report): AttributeValue | undefined {
    const text = Number.isSafeInteger(value) || typeof value === 'bigint' ? String(value) : value
    if (typeof text !== 'string' || !/^-?\d+$/.test(text))
      return report.misfit(value, 'a bigint, or an integer as number or text', BIGINT)
    const N = String(BigInt(text))
    return digitsOf(N).length <= 38 && N.length <= 126
      ? { N }
      : report.fail(`must have at most 38 significant digits, but is a number of ${N.length} digits`)
  }

  decode(stored: AttributeValue): bigint {
    const text = stored.N ?? stored.S
    const whole = text === undefined ? undefined : plain(text)
    if (whole === undefined) throw misfit('an integer', stored)
    return BigInt(whole)
  }
}

/** DynamoDB's numbers: zero, or a magnitude from 1E-130 up to below 1E126. */
const isStorable = (value: number): boolean => {
  const magnitude = Math.abs(value)
  return value === 0 || (magnitude >= 1e-130 && magnitude < 1e126)
}

const decodeNumber = (stored: AttributeValue): number => {
  const text = stored.N ?? stored.S // STORM stored numbers that were given as text as text
  if (text === undefined) throw misfit('a number', stored)
  const value = Number(text)
  if (value === 0 && text.trim() === '') throw misfit('a number', stored)
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

/** An integer without an exponent: engines may give `1E+21`. */
const plain = (text: string): string | undefined => {
  const match = /^(-?)(\d+)(?:\.(\d+?)0*)?(?:e\+?(\d+))?$/i.exec(text.trim())
  if (match === null) return undefined
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match
  const decimals = fraction.replace(/^0+$/, '')
  if (decimals.length > Number(exponent)) return undefined
  return sign + whole + decimals.padEnd(Number(exponent), '0')
}

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

/** An integer of up to 38 digits, as a bigint; a write also takes numbers and digits as text. `{ N }`. */
export const bigint = (): Field<bigint, bigint | number | string, false> => new BigintField()
