import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { checkOptions, describe, InvalidModel } from '../errors.ts'
import { integerCodec, printedCodec } from '../keys/codec.ts'
import {
  type Decimal,
  decimalOf,
  isStorable,
  MAX_DIGITS,
  numberText,
  showDecimal,
  simpleNumber,
  wholeOf
} from './decimal.ts'
import { type Field, MadeField, misfit } from './field.ts'
import { Misfit, type Report } from './report.ts'

export class NumberField extends MadeField<number, number, false> {
  override get scalar() {
    return 'N' as const
  }

  override takes(source: MadeField): boolean {
    return source.scalar === 'N'
  }

  encode(value: unknown, report: Report): AttributeValue | undefined {
    if (typeof value !== 'number') return report.misfit(value, 'a number', { type: 'N' })
    return isInRange(value)
      ? { N: numberText(value) }
      : report.fail(`must be 0 or of a magnitude between 1E-130 and 1E126, but is ${value}`)
  }

  decode(stored: AttributeValue): number {
    return readNumber(stored)
  }
}

export class IntegerField extends MadeField<number, number, true> {
  readonly #expects: string
  readonly #max: number

  constructor(digits = 16, codec = integerCodec(digits)) {
    super(codec)
    this.#expects = codec.expects
    this.#max = Math.min(10 ** digits - 1, Number.MAX_SAFE_INTEGER)
  }

  override get scalar() {
    return 'N' as const
  }

  encode(value: unknown, report: Report): AttributeValue | undefined {
    if (typeof value === 'number' && Number.isInteger(value) && Math.abs(value) <= this.#max)
      return { N: numberText(value) }
    return report.misfit(value, this.#expects, { type: 'N', codec: this.codec })
  }

  decode(stored: AttributeValue): number {
    return readNumber(stored, true)
  }
}

/** The kind of a bigint param. It has no limit of its own, so the most digits are allowed. */
const BIGINT = { type: 'N', codec: /* @__PURE__ */ integerCodec(38) } as const

const WHOLE = /^-?\d{1,38}$/
const TOO_LONG = `must have at most ${MAX_DIGITS} significant digits, and be below 1E126`
const BEYOND = 10n ** 126n
/** All integers below have at most {@link MAX_DIGITS} digits. */
const EXACT = 10n ** 38n

export class BigintField extends MadeField<bigint, bigint | number | string, false> {
  override get storage() {
    return 'N' as const
  }

  override takes(source: MadeField): boolean {
    return source instanceof BigintField || source instanceof IntegerField
  }

  encode(value: unknown, report: Report): AttributeValue | undefined {
    if (Number.isSafeInteger(value) || (typeof value === 'bigint' && value < EXACT && value > -EXACT))
      return { N: String(value) }
    if (typeof value === 'bigint' && (value >= BEYOND || value <= -BEYOND)) return report.fail(TOO_LONG)
    const text = typeof value === 'bigint' ? String(value) : value
    if (typeof text !== 'string' || !/^-?\d+$/.test(text))
      return report.misfit(value, 'a bigint, or an integer as number or text', BIGINT)
    const decimal = decimalOf(text)
    return decimal && isStorable(decimal) ? { N: String(wholeOf(decimal)) } : report.fail(TOO_LONG)
  }

  decode(stored: AttributeValue): bigint {
    const text = numberIn(stored, 'an integer')
    if (WHOLE.test(text)) return BigInt(text)
    const decimal = readDecimal(text)
    return wholeOf(decimal) ?? refuseFraction(decimal)
  }
}

/** Whether DynamoDB can store the number: zero, or a magnitude from 1E-130 up to below 1E126. */
const isInRange = (value: number): boolean => {
  const magnitude = Math.abs(value)
  return value === 0 || (magnitude >= 1e-130 && magnitude < 1e126)
}

/** The text of a stored number. STORM stored numbers given as text as `S`, and true and false as `BOOL`. */
const numberIn = (stored: AttributeValue, expects: string): string => {
  const text = stored.N ?? stored.S
  if (typeof text === 'string') return text
  if (typeof stored.BOOL !== 'boolean') throw misfit(expects, stored)
  return stored.BOOL ? '1' : '0'
}

const readDecimal = (text: string): Decimal => {
  const decimal = decimalOf(text)
  if (decimal === undefined) throw new Misfit(`a number was expected, but the stored value is ${describe(text)}`)
  if (isStorable(decimal)) return decimal
  throw new Misfit(
    'a number was expected, but the stored text has more digits, or a greater exponent, than DynamoDB has'
  )
}

/** A stored number as a JavaScript number. A fraction becomes the nearest one, but a whole number is never rounded. */
const readNumber = (stored: AttributeValue, isWhole = false): number => {
  const text = numberIn(stored, 'a number')
  const simple = simpleNumber(text, isWhole)
  if (simple !== undefined) return simple
  const decimal = readDecimal(text)
  if (isWhole && decimal.exponent < 0) return refuseFraction(decimal)
  const value = Number(showDecimal(decimal))
  // A written JavaScript number is stored as it prints. The sum of a later plus() can have more digits.
  if ((!isWhole && isPrinted(decimal, value)) || BigInt(value) === wholeOf(decimal)) return value
  throw new Misfit(
    `the stored number ${showDecimal(decimal)} has more digits than a JavaScript number can hold: declare the attribute as ` +
      't.bigint(), or set it anew; .skipInvalid() goes on without such items'
  )
}

/** Whether the number is a fraction, or equals the printed form of its nearest JavaScript number. */
const isPrinted = ({ digits, exponent }: Decimal, value: number): boolean =>
  exponent < 0 || digits.length <= 15 || decimalOf(String(value))?.digits === digits

/** A stored number where both types are allowed: a number if JavaScript can print it, else a bigint. */
export const readNumberOrBigint = (stored: AttributeValue): number | bigint => {
  const text = numberIn(stored, 'a number')
  const simple = simpleNumber(text)
  if (simple !== undefined) return simple
  const decimal = readDecimal(text)
  const value = Number(showDecimal(decimal))
  return isPrinted(decimal, value) ? value : (wholeOf(decimal) ?? value)
}

const refuseFraction = (decimal: Decimal): never => {
  throw new Misfit(`an integer was expected, but the number is ${showDecimal(decimal)}`)
}

/**
 * A finite number. Stored as `{ N }`. It cannot stand in keys, because its text does not sort like the number: see
 * {@link int}.
 */
export const number = (): Field<number, number, false> => new NumberField()

/**
 * An integer. Stored as `{ N }`. In keys it is padded with zeros to `digits` (1 to 16, default 16), so that keys sort
 * like the numbers, negative ones too.
 *
 * Two options fit tables where other programs write keys. `{ padded: 19 }` pads to more characters than `digits`.
 * `{ padded: false }` writes no zeros, and then queries take no ranges.
 *
 * ```ts
 * model('Page').pk('book').sk('page').fields({ page: t.int({ digits: 4 }) })       // SK  P#0042
 * model('Page').pk('book').sk('page').fields({ page: t.int({ padded: false }) })   // SK  P#42
 * ```
 */
export const int = (
  options: { readonly digits?: number; readonly padded?: boolean | number } = {}
): Field<number, number, true> => {
  checkOptions('t.int()', options, ['digits', 'padded'], InvalidModel)
  const { digits = 16, padded = true } = options
  const isWide = typeof padded === 'number'
  checkWidth('digits', digits, 1, 16)
  if (isWide) checkWidth('padded', padded, digits, MAX_DIGITS - 1)
  else if (typeof padded !== 'boolean')
    throw new InvalidModel('t.int()', `padded takes true, false or a width, but got ${describe(padded)}`)
  return new IntegerField(digits, isWide ? integerCodec(digits, padded) : padded ? undefined : printedCodec)
}

const checkWidth = (name: string, width: number, min: number, max: number): void => {
  if (!Number.isInteger(width) || width < min || width > max)
    throw new InvalidModel('t.int()', `${name} must be an integer from ${min} to ${max}, but is ${describe(width)}`)
}

/** An integer of up to 38 digits, as a bigint. Stored as `{ N }`. A write also takes numbers, and digits as text. */
export const bigint = (): Field<bigint, bigint | number | string, false> => new BigintField()
