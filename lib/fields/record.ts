import { describe } from '../errors.ts'
import { Param, writerFor } from '../keys/param.ts'
import { Immutable, isPlain, tried } from './kinds.ts'
import type { Report } from './report.ts'

/** Whether the value is an object with named values, like an item or a map. */
export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  isPlain(value) ||
  (typeof value === 'object' &&
    value !== null &&
    tried(Array.isArray, value) === false && // false for a revoked proxy, too
    !(value instanceof Date) &&
    !(value instanceof Set) &&
    !(value instanceof Map) && // it has no names, so as a condition it would match every item
    !('then' in value) && // nor has a promise or an unawaited builder
    !(value instanceof Uint8Array) &&
    !(value instanceof Immutable) && // such as an operator
    !(value instanceof Param))

/**
 * Whether a record is not a plain object and has no own properties, such as an instance whose class defines them all.
 */
export const isNameless = (value: object): boolean => !isPlain(value) && Object.keys(value).length === 0

/** The record's own value of this name. Every object inherits names such as `constructor`. */
export const ownValue = <T>(record: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(record, name) ? record[name] : undefined

/** Gives an object a member of any name. To assign `__proto__` would set the prototype. */
export const define = (on: object, name: string, value: unknown): object =>
  Object.defineProperty(on, name, { value, writable: true, enumerable: true, configurable: true })

/** The issue of a value that should be a record. */
export const notARecord = (value: unknown, must = 'must be', is = 'is'): string =>
  value instanceof Param && writerFor(value)
    ? `${must} an object, and the param ${value.expression} cannot stand for a whole one: give each attribute its own`
    : `${must} an object, but ${is} ${describe(value)}${hintFor(value)}`

/** The problem of an argument that should be a record: `where() takes an object, but got null`. */
export const takesRecord = (call: string, given: unknown): string => `${call} ${notARecord(given, 'takes', 'got')}`

const MAX_NAME = 65_535

/**
 * Whether the name cannot be an attribute's: DynamoDB refuses empty names, long ones and lone surrogates, and a plain
 * object cannot hold `__proto__`.
 */
export const isNoName = (name: string | number): boolean =>
  typeof name === 'string' && (name === '' || name === '__proto__' || !name.isWellFormed() || name.length > MAX_NAME)

/**
 * The problem of a value that should be an object of named fields or models. In a literal, `__proto__: …` sets the
 * prototype and adds no member.
 */
export const notNamed = (named: unknown): string | undefined => {
  if (isPlain(named) || (isRecord(named) && Object.getPrototypeOf(named) === null)) return undefined // such as a module
  const hint = isRecord(named) ? '; what is written as __proto__ in a literal is no member of it' : ''
  return `takes a plain object, but got ${describe(named)}${hint}`
}

/** Advice for an object that is not plain, which would lose its class in the table. */
export const hintFor = (value: unknown): string => {
  try {
    if (typeof value !== 'object' || value === null || isPlain(value) || Array.isArray(value)) return ''
    if (value instanceof Immutable) return '' // such as an operator
    if (value instanceof Map) return '; only plain objects are stored: give Object.fromEntries(map)'
    return Object.keys(value).length > 0 ? '; only plain objects are stored: spread it, { ...object }' : ''
  } catch {
    return '' // a revoked proxy
  }
}

/** Begins a map, unless it has symbol names: see {@link Report.enter}. */
export const enterMap = (map: object, report: Report): boolean => isNamedByTexts(map, report) && report.enter(map)

/** Whether no member has a symbol as its name, which would be lost. Reports an issue if one has. */
export const isNamedByTexts = (map: object, report: Report): boolean => {
  const symbols = Object.getOwnPropertySymbols(map)
  if (symbols.length === 0 || !symbols.some(symbol => Object.prototype.propertyIsEnumerable.call(map, symbol)))
    return true
  report.fail('has a symbol among its names, which cannot be stored')
  return false
}
