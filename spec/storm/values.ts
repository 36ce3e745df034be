/** STORM's neutral values as JavaScript's and as stored ones, and stored values in one spelling. */
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import type { Neutral, NeutralRecord, Row } from './data.ts'

type Tag = '$int' | '$float' | '$decimal' | '$bytes' | '$binary' | '$set' | '$F' | '$add'
type Tagged = Readonly<Partial<Record<Tag, string | readonly Neutral[]>>>

/** A fraction with more digits than a JavaScript number holds. */
export class TooPrecise extends Error {}

const isList = (value: Neutral): value is readonly Neutral[] => Array.isArray(value)

const isObject = (value: Neutral): value is NeutralRecord =>
  typeof value === 'object' && value !== null && !isList(value)

const tagged = (value: NeutralRecord): Tagged => value as Tagged // a tag is a name like any other

/** The JavaScript value of a neutral one. Throws {@link TooPrecise}. */
export const plainOf = (value: Neutral): unknown => {
  if (isList(value)) return value.map(plainOf)
  if (!isObject(value)) return value
  const { $int, $float, $decimal, $bytes, $binary, $set } = tagged(value)
  if ($float !== undefined) return Number($float)
  if ($int !== undefined || $decimal !== undefined) return numberOf(String($int ?? $decimal))
  if ($bytes !== undefined || $binary !== undefined) return bytesOf(String($bytes ?? $binary))
  if (typeof $set === 'object') return new Set($set.map(plainOf))
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plainOf(inner)]))
}

/** What boto3 stores for a value that STORM gives it; floats too, which boto3 refuses. */
export const storedOf = (value: Neutral): AttributeValue => {
  if (value === null) return { NULL: true }
  if (typeof value === 'string') return { S: value }
  if (typeof value === 'number') return { N: String(value) }
  if (typeof value === 'boolean') return { BOOL: value }
  if (isList(value)) return { L: value.map(storedOf) }
  const { $int, $float, $decimal, $bytes, $set } = tagged(value)
  const number = $int ?? $float ?? $decimal
  if (number !== undefined) return { N: String(number) }
  if ($bytes !== undefined) return { B: bytesOf(String($bytes)) }
  if (typeof $set === 'object') return storedSet($set.map(storedOf))
  return { M: Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, storedOf(inner)])) }
}

const storedSet = (elements: readonly AttributeValue[]): AttributeValue => {
  const [first] = elements
  if (first?.S !== undefined) return { SS: elements.map(({ S = '' }) => S) }
  if (first?.N !== undefined) return { NS: elements.map(({ N = '' }) => N) }
  return { BS: elements.map(({ B = new Uint8Array() }) => B) }
}

export const bytesOf = (base64: Uint8Array | string): Uint8Array =>
  new Uint8Array(typeof base64 === 'string' ? Buffer.from(base64, 'base64') : base64)

/** The number of a text; a bigint where it is whole and a JavaScript number would be another. */
export const numberOf = (text: string): number | bigint => {
  const number = Number(text)
  if (Number.isNaN(number)) throw new TypeError(`${text} is no number`)
  if (digitsOf(text) === digitsOf(String(number))) return number
  if (/^-?\d+$/.test(text)) return BigInt(text)
  throw new TooPrecise(text)
}

/** A number in one spelling: sign, digits, and what power of ten they are to be multiplied by. */
export const digitsOf = (text: string): string => {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^([-+]?)(\d*)\.?(\d*)(?:e([-+]?\d+))?$/i.exec(text) ?? []
  const digits = (whole + fraction).replace(/^0+/, '')
  const significant = digits.replace(/0+$/, '')
  if (significant === '') return '0'
  return `${sign}${significant}e${Number(exponent) - fraction.length + digits.length - significant.length}`
}

/** The texts of all numbers in a neutral value. */
export const numbersIn = (value: Neutral): string[] => {
  if (typeof value === 'number') return [String(value)]
  if (isList(value)) return value.flatMap(numbersIn)
  if (!isObject(value)) return []
  const { $int, $float, $decimal } = tagged(value)
  const number = $int ?? $float ?? $decimal
  return number === undefined ? Object.values(value).flatMap(numbersIn) : [String(number)]
}

/** A stored value in one spelling, to be compared: numbers, bytes and the order in sets have several. */
const spelled = (value: AttributeValue): unknown => {
  if (value.N !== undefined) return { N: digitsOf(value.N) }
  if (value.B !== undefined) return { B: base64(value.B) }
  if (value.SS !== undefined) return { SS: [...value.SS].sort() }
  if (value.NS !== undefined) return { NS: value.NS.map(digitsOf).sort() }
  if (value.BS !== undefined) return { BS: value.BS.map(base64).sort() }
  if (value.L !== undefined) return { L: value.L.map(spelled) }
  return value.M === undefined ? value : { M: spelledRow(value.M) }
}

export const spelledRow = (row: Row): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(row).map(([name, value]) => [name, spelled(value)]))

const base64 = (bytes: Uint8Array | string): string => Buffer.from(bytesOf(bytes)).toString('base64')
