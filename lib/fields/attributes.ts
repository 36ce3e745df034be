import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import type { Simplify } from 'type-fest'
import { describe } from '../errors.ts'
import type { AnyField } from './field.ts'
import { Misfit, type Report, within } from './report.ts'

/** Attributes by name, as `.fields()` and `t.map()` take them. */
export type Fields = Readonly<Record<string, AnyField>>

type OptionalNames<F extends Fields, Side extends '~output' | '~input'> = {
  [K in keyof F]: undefined extends F[K][Side] ? K : never
}[keyof F]

/** What a read of these fields gives: optional attributes are absent, never `undefined`. */
export type OutputOf<F extends Fields> = Simplify<
  { [K in Exclude<keyof F, OptionalNames<F, '~output'>>]: F[K]['~output'] } & {
    [K in OptionalNames<F, '~output'>]?: Exclude<F[K]['~output'], undefined>
  }
>

/** What a write of these fields takes: `undefined` means absent. */
export type InputOf<F extends Fields> = Simplify<
  { [K in Exclude<keyof F, OptionalNames<F, '~input'>>]: F[K]['~input'] } & {
    [K in OptionalNames<F, '~input'>]?: F[K]['~input']
  }
>

type Stored = Readonly<Record<string, AttributeValue>>

/** A set of named fields, compiled once, that writes and reads records: whole items and maps inside them. */
export class Attributes {
  readonly #entries: readonly { readonly name: string; readonly field: AnyField; readonly isInherited: boolean }[]
  readonly #names: ReadonlySet<string>

  constructor(fields: Fields) {
    this.#names = new Set(Object.keys(fields))
    this.#entries = Object.entries(fields).map(([name, field]) => ({
      name,
      field,
      isInherited: name in Object.prototype // `constructor` is a fine name, but every object seems to have it
    }))
  }

  /** Adds the stored form of `record` to `target`. What is missing, unknown or does not fit goes to the report. */
  encodeInto(target: Record<string, AttributeValue>, record: Readonly<Record<string, unknown>>, report: Report): void {
    let given = 0
    for (const { name, field, isInherited } of this.#entries) {
      const value = isInherited && !Object.hasOwn(record, name) ? undefined : record[name]
      if (value !== undefined) {
        given++
        report.path.push(name)
        const stored = field.encode(value, report)
        if (stored !== undefined) target[name] = stored
        report.path.pop()
      } else if (!field.isOptional) this.#fail(report, name, 'is missing')
    }
    // Fewer known attributes than own ones: some are unknown, or given as undefined.
    if (Object.keys(record).length !== given)
      for (const name of Object.keys(record))
        if (!this.#names.has(name) && record[name] !== undefined)
          this.#fail(report, name, `is not an attribute; there are ${[...this.#names].join(', ')}`)
  }

  /** Reads the named fields from a stored record; other attributes are left out. Throws Misfit. */
  decode(stored: Stored): Record<string, unknown> {
    const record: Record<string, unknown> = {}
    let at = ''
    try {
      for (const { name, field, isInherited } of this.#entries) {
        at = name
        const value = isInherited && !Object.hasOwn(stored, name) ? undefined : stored[name]
        if (value !== undefined) {
          const decoded = field.decode(value)
          if (decoded !== undefined) record[name] = decoded
        } else if (!field.isOptional) throw new Misfit('is missing')
      }
    } catch (error) {
      throw within(at, error)
    }
    return record
  }

  #fail(report: Report, name: string, message: string): void {
    report.path.push(name)
    report.fail(message)
    report.path.pop()
  }
}

/** Whether a value is an object that holds named values, as items and maps do. */
export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)

/** The issue of a value that should have been a record. */
export const notARecord = (value: unknown): string => `must be an object, but is ${describe(value)}`
