import { describe } from '../errors.ts'
import { Param, writerFor } from '../keys/param.ts'
import { isPlain, tried } from './kinds.ts'
import type { Report } from './report.ts'

/** Whether a value is an object that holds named values, as items and maps do. */
export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  isPlain(value) ||
  (typeof value === 'object' &&
    value !== null &&
    tried(Array.isArray, value) === false && // and no revoked proxy
    !(value instanceof Date) &&
    !(value instanceof Set) &&
    !(value instanceof Map) && // which has no names: a condition of one would hold for every item,
    !('then' in value) && // as would that of a promise, or builder, that nobody awaited
    !(value instanceof Uint8Array) &&
    !(value instanceof Param))

/** Whether a record is no literal and has no names of its own, as is an instance whose class has them all: it asks for nothing. */
export const isNameless = (value: object): boolean => !isPlain(value) && Object.keys(value).length === 0

/** What a record has under a name: `constructor` is a fine name, but every object seems to have it. */
export const ownValue = <T>(record: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(record, name) ? record[name] : undefined

/** The issue of a value that should have been a record. */
export const notARecord = (value: unknown): string =>
  value instanceof Param && writerFor(value)
    ? `must be an object, and the param ${value.expression} cannot stand for a whole one: give each attribute its own`
    : `must be an object, but is ${describe(value)}${hintFor(value)}`

const MAX_NAME = 65_535

/** DynamoDB takes no empty name, no longer one and no half of a character, and a plain object cannot hold `__proto__`. */
export const isNoName = (name: string | number): boolean =>
  typeof name === 'string' && (name === '' || name === '__proto__' || !name.isWellFormed() || name.length > MAX_NAME)

/** What is wrong with what should be named fields or models: in a literal, `__proto__` names none, and one would be lost. */
export const notNamed = (named: unknown): string | undefined => {
  if (isPlain(named) || (isRecord(named) && Object.getPrototypeOf(named) === null)) return undefined // such as a module
  const hint = isRecord(named) ? '; what is written as __proto__ in a literal is no member of it' : ''
  return `takes a plain object, but got ${describe(named)}${hint}`
}

/** What to do with an object that is no plain one, and would lose what it is. */
export const hintFor = (value: unknown): string => {
  try {
    if (typeof value !== 'object' || value === null || isPlain(value) || Array.isArray(value)) return ''
    if (value instanceof Map) return '; only plain objects are stored: give Object.fromEntries(map)'
    return Object.keys(value).length > 0 ? '; only plain objects are stored: spread it, { ...object }' : ''
  } catch {
    return '' // a revoked proxy
  }
}

/** Begins a map whose names are to be stored: see {@link Report.enter}. */
export const enterMap = (map: object, report: Report): boolean => isNamedByTexts(map, report) && report.enter(map)

/** Whether no member is named by a symbol, which would be lost; if one is, that is an issue. */
export const isNamedByTexts = (map: object, report: Report): boolean => {
  const symbols = Object.getOwnPropertySymbols(map)
  if (symbols.length === 0 || !symbols.some(symbol => Object.prototype.propertyIsEnumerable.call(map, symbol)))
    return true
  report.fail('has a symbol among its names, which cannot be stored')
  return false
}
