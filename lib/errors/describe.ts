/** Characters that end a line, move a terminal's cursor or change the direction of text, and lone surrogates. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu
const escapeOf = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

/** The text on one line. Unprintable characters are escaped as in JSON. */
export const printable = (text: string): string => text.replace(UNPRINTABLE, escapeOf)

/** The text, or its beginning and `…` if it is longer than `max`. */
export const cut = (text: string, max: number): string =>
  text.length <= max ? text : `${text.slice(0, max - 1).replace(/[\ud800-\udbff]$/, '')}…`

/** The text in quotation marks, on one line. Of a long text: its beginning and its length. */
export const quote = (text: string, max = 120): string =>
  text.length <= max
    ? printable(JSON.stringify(text))
    : `${printable(JSON.stringify(cut(text, max)))} (${text.length} characters)`

/** The first few texts, and the number of the others. */
export const few = (all: readonly string[], separator: string, max = 10): string =>
  all.length <= max
    ? all.join(separator)
    : `${all.slice(0, max).join(separator)}${separator}and ${all.length - max} more`

/**
 * Describes any value for a message: on one line, in at most 80 characters. It never throws and never prints a whole
 * item.
 */
export const describe = (value: unknown): string => {
  try {
    return described(value)
  } catch {
    return 'an object that cannot be read' // such as a revoked proxy
  }
}

/** A count and its noun: `1 item`, `2 items`. */
export const countOf = (count: number, thing: string): string => `${count} ${thing}${count === 1 ? '' : 's'}`

/** The name as it is, or a description of a value that is not a name. */
export const nameOf = (given: unknown): string => (typeof given === 'string' ? given : describe(given))

const MAX_BIGINT = 10n ** 40n
/** The most bytes to show: base64 makes 64 characters of them. */
const MAX_BYTES = 48

const described = (value: unknown): string => {
  if (value === undefined) return 'nothing'
  if (value === '') return 'an empty string'
  if (typeof value === 'string') {
    if (!value.isWellFormed()) return 'a string with a lone surrogate'
    const text = value.length > 40 ? undefined : quote(value)
    return text === undefined || text.length > 80 ? `a string of ${value.length} characters` : text
  }
  if (typeof value === 'bigint')
    return value > MAX_BIGINT || value < -MAX_BIGINT ? 'a bigint of more than 40 digits' : `${value}n`
  if (typeof value === 'symbol') return 'a symbol'
  if (typeof value === 'function') return 'a function'
  if (typeof value !== 'object' || value === null) return String(value)
  if (Array.isArray(value)) return 'a list'
  // A Date without its prototype is still one: snapshots copy it as a Date.
  if (value instanceof Date || {}.toString.call(value) === '[object Date]') {
    const time = Date.prototype.getTime.call(value)
    return Number.isNaN(time) ? 'an invalid Date' : new Date(time).toISOString()
  }
  if (value instanceof Uint8Array)
    return value.length > MAX_BYTES ? `${value.length} bytes` : `bytes ${quote(Buffer.from(value).toString('base64'))}`
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null ? 'an object (no prototype)' : `an object${classOf(prototype)}`
}

const NAME = /^[\p{ID_Start}$_][\p{ID_Continue}$]{0,39}$/u

/** The class name in brackets. It comes from the prototype, because an object can claim any name for itself. */
const classOf = (prototype: unknown): string => {
  const { constructor: made } = prototype as { readonly constructor?: unknown } // of any object
  const name: unknown = typeof made === 'function' ? made.name : undefined
  // Bundlers put "_" before the name of a class that names itself.
  return typeof name === 'string' && NAME.test(name) ? ` (${name.replace(/^_/, '')})` : ''
}

/** The name of an error, on one line: `Error` if it has none, or if the thrown value is not an error. */
export const errorName = (error: unknown): string => {
  try {
    const name: unknown = error instanceof Error ? error.name : undefined
    if (typeof name === 'string' && name !== '') return printable(name)
  } catch {
    // The name cannot be read.
  }
  return 'Error'
}

/** The name and message of a thrown value, whatever it is. */
export const wordsOf = (error: unknown): string => {
  try {
    if (error === undefined) return 'undefined'
    return error instanceof Error ? `${errorName(error)}: ${error.message}` : describe(error)
  } catch {
    return describe(error)
  }
}
