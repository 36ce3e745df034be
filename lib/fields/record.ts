import { describe } from '../errors.ts'
import { Param, writerFor } from '../keys/param.ts'

/** Whether a value is an object that holds named values, as items and maps do. */
export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  !(value instanceof Date) &&
  !(value instanceof Set) &&
  !(value instanceof Uint8Array) &&
  !(value instanceof Param)

/** The issue of a value that should have been a record. */
export const notARecord = (value: unknown): string =>
  value instanceof Param && writerFor(value)
    ? `must be an object, and the param ${value.expression} cannot stand for a whole one: give each attribute its own`
    : `must be an object, but is ${describe(value)}`

/** DynamoDB takes no empty name, and a plain object cannot hold the other one. */
export const isNoName = (name: string | number): boolean => name === '' || name === '__proto__'
