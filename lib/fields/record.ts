import { describe } from '../errors.ts'

/** Whether a value is an object that holds named values, as items and maps do. */
export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  !(value instanceof Date) &&
  !(value instanceof Set) &&
  !(value instanceof Uint8Array)

/** The issue of a value that should have been a record. */
export const notARecord = (value: unknown): string => `must be an object, but is ${describe(value)}`

/** DynamoDB takes no empty name, and a plain object cannot hold the other one. */
export const isNoName = (name: string | number): boolean => name === '' || name === '__proto__'
