/** A number as DynamoDB stores it: `digits`, without zeros at either end, times ten to the power of `exponent`. */
export interface Decimal {
  readonly isNegative: boolean
  /** '' for zero. */
  readonly digits: string
  readonly exponent: number
}

/** DynamoDB's limit of significant digits. A number's magnitude is from 1E-130 up to below 1E126. */
export const MAX_DIGITS = 38

/**
 * Reads a short number fast: digits, perhaps with a minus sign and a decimal point, whose whole part is exact.
 * `undefined` for all other texts, and for fractions if `isWhole`: {@link decimalOf} reads those.
 */
export const simpleNumber = (text: string, isWhole = false): number | undefined => {
  const { length } = text
  const first = text.charCodeAt(0) === MINUS ? 1 : 0
  if (length > MAX_DIGITS || length === first) return undefined
  let point = -1
  let whole = 0
  for (let i = first; i < length; i++) {
    const code = text.charCodeAt(i)
    if (code >= ZERO && code <= NINE) whole = whole * 10 + (code - ZERO)
    else if (code !== POINT || point >= 0 || i === first || i === length - 1 || isWhole) return undefined
    else point = i
  }
  const value = point >= 0 ? Number(text) : first > 0 ? -whole : whole
  return value <= Number.MAX_SAFE_INTEGER && value >= Number.MIN_SAFE_INTEGER ? value || 0 : undefined // no -0
}

const [ZERO, NINE, POINT, MINUS] = [48, 57, 46, 45]

/**
 * A number as `String()` prints it. Engines print whole numbers beyond 31 bits, such as timestamps, several times as slowly
 * as small ones, so these are printed in two halves.
 */
export const numberText = (value: number): string => {
  if (!(value > MAX_SMALL && value < MAX_SMALL * MILLION && Number.isInteger(value))) return String(value)
  const high = Math.floor(value / MILLION)
  return `${high}${String(value - high * MILLION + MILLION).slice(1)}`
}

const MILLION = 1_000_000
const MAX_SMALL = 2 ** 30 - 1

const GRAMMAR = /^([-+]?)(\d*)(?:\.(\d*))?(?:e([-+]?\d+))?$/i

/** Reads a number of any length in decimal digits; `undefined` for any other text. */
export const decimalOf = (text: string): Decimal | undefined => {
  const [, sign, whole = '', fraction = '', power = '0'] = GRAMMAR.exec(text.trim()) ?? []
  const written = whole + fraction
  if (sign === undefined || written === '') return undefined
  let start = 0
  while (written.charCodeAt(start) === ZERO) start++
  let end = written.length
  while (end > start && written.charCodeAt(end - 1) === ZERO) end--
  const digits = written.slice(start, end)
  const exponent = digits === '' ? 0 : Number(power) - fraction.length + (written.length - end)
  return { isNegative: sign === '-', digits, exponent }
}

/** Whether DynamoDB can store the number. */
export const isStorable = ({ digits, exponent }: Decimal): boolean => {
  const magnitude = digits.length + exponent - 1
  return digits === '' || (digits.length <= MAX_DIGITS && magnitude >= -130 && magnitude < 126)
}

/** The number as short text. */
export const showDecimal = ({ isNegative, digits, exponent }: Decimal): string => {
  if (digits === '') return '0'
  const sign = isNegative ? '-' : ''
  const point = digits.length + exponent
  if (exponent >= 0 && point <= MAX_DIGITS) return sign + digits + '0'.repeat(exponent)
  if (exponent < 0 && point > 0) return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`
  if (exponent < 0 && point > -7) return `${sign}0.${'0'.repeat(-point)}${digits}`
  return `${sign}${digits}E${exponent}`
}

/** The number as a bigint; `undefined` if it has a fraction. Only for storable numbers, since others can be endless. */
export const wholeOf = ({ isNegative, digits, exponent }: Decimal): bigint | undefined => {
  if (exponent < 0) return undefined
  const whole = BigInt(digits + '0'.repeat(exponent))
  return isNegative ? -whole : whole
}

/** Compares two numbers given as text. Negative, zero or positive; text that is no number counts as zero. */
export const compareDecimals = (a: string, b: string): number => {
  const [x, y] = [decimalOf(a) ?? ZERO_DECIMAL, decimalOf(b) ?? ZERO_DECIMAL]
  const [signOfX, signOfY] = [signOf(x), signOf(y)]
  if (signOfX !== signOfY || signOfX === 0) return signOfX - signOfY
  const magnitude = x.digits.length + x.exponent - (y.digits.length + y.exponent)
  const length = Math.max(x.digits.length, y.digits.length)
  const [left, right] = [x.digits.padEnd(length, '0'), y.digits.padEnd(length, '0')]
  return signOfX * (magnitude || (left < right ? -1 : left > right ? 1 : 0))
}

const ZERO_DECIMAL: Decimal = { isNegative: false, digits: '', exponent: 0 }

const signOf = ({ isNegative, digits }: Decimal): number => (digits === '' ? 0 : isNegative ? -1 : 1)
