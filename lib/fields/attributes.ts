import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import type { Simplify } from 'type-fest'
import type { AnyField } from './field.ts'
import { type Report, within } from './report.ts'
import { isSchema, SchemaField, type StandardSchema } from './schema.ts'

/** Attributes by name: what `t.map()` takes. */
export type FieldMap = Readonly<Record<string, AnyField>>

/** Attributes by name, made by `t.*` or any Standard Schema: what `.fields()` takes. */
export type Fields = Readonly<Record<string, AnyField | StandardSchema>>

/** What a read of an attribute gives. */
export type OutputOfField<F> = F extends { readonly '~output': infer Output }
  ? Output
  : F extends StandardSchema
    ? NonNullable<F['~standard']['types']>['output']
    : never

/** What a write of an attribute takes. */
export type InputOfField<F> = F extends { readonly '~input': infer Input }
  ? Input
  : F extends StandardSchema
    ? NonNullable<F['~standard']['types']>['input']
    : never

/** Whether an attribute can stand in a key. */
export type IsKeyable<F> = F extends { readonly '~keyable': infer Keyable }
  ? Keyable
  : [OutputOfField<F>] extends [string]
    ? true
    : false

type Outputs<F extends Fields> = { [K in keyof F]: OutputOfField<F[K]> }
type Inputs<F extends Fields> = { [K in keyof F]: InputOfField<F[K]> }
type OptionalNames<T> = { [K in keyof T]: undefined extends T[K] ? K : never }[keyof T]

/** What a read of these fields gives: optional attributes are absent, never `undefined`. */
export type OutputOf<F extends Fields, O = Outputs<F>> = Simplify<
  { [K in Exclude<keyof O, OptionalNames<O>>]: O[K] } & { [K in OptionalNames<O>]?: Exclude<O[K], undefined> }
>

/** What a write of these fields takes: `undefined` means absent. */
export type InputOf<F extends Fields, I = Inputs<F>> = Simplify<
  { [K in Exclude<keyof I, OptionalNames<I>>]: I[K] } & { [K in OptionalNames<I>]?: I[K] }
>

type Stored = Readonly<Record<string, AttributeValue>>
type Given = Readonly<Record<string, unknown>>

interface Entry {
  readonly name: string
  readonly field: AnyField
  /** `constructor` is a fine name, but every object seems to have it. */
  readonly isInherited: boolean
}

/** A set of named fields, compiled once, that writes and reads records: whole items and maps inside them. */
export class Attributes {
  readonly entries: readonly Entry[]
  readonly #fields: ReadonlyMap<string, AnyField>
  readonly #changing: readonly Entry[]

  constructor(fields: Fields) {
    this.entries = Object.entries(fields).map(([name, field]) => ({
      name,
      field: isSchema(field) ? new SchemaField(field) : field,
      isInherited: name in Object.prototype
    }))
    this.#fields = new Map(this.entries.map(({ name, field }) => [name, field]))
    this.#changing = this.entries.filter(({ field }) => field instanceof SchemaField || field.traits.fallback)
  }

  get names(): readonly string[] {
    return [...this.#fields.keys()]
  }

  field(name: string): AnyField | undefined {
    return this.#fields.get(name)
  }

  /**
   * The record with defaults filled in and with what schemas make of its values: itself where there is nothing to do, a
   * promise where a schema is asynchronous.
   */
  resolve(record: Given, report: Report): Given | Promise<Given> {
    if (this.#changing.length === 0) return record
    const resolved: Record<string, unknown> = { ...record }
    const pending: Promise<void>[] = []
    for (const entry of this.#changing) {
      const { name, field } = entry
      report.path.push(name)
      const given = valueIn(record, entry)
      const value = field instanceof SchemaField ? field.resolve(given, report) : valueOr(given, field)
      report.path.pop()
      const settle = (settled: unknown): void => {
        resolved[name] = settled
      }
      if (value instanceof Promise) pending.push(value.then(settle))
      else settle(value)
    }
    return pending.length === 0 ? resolved : Promise.all(pending).then(() => resolved)
  }

  /** Adds the stored form of `record` to `target`. What is missing, unknown or does not fit goes to the report. */
  encodeInto(target: Record<string, AttributeValue>, record: Given, report: Report): void {
    let given = 0
    for (const entry of this.entries) {
      const { name, field } = entry
      const own = valueIn(record, entry)
      const value = valueOr(own, field)
      if (own !== undefined) given++
      if (value !== undefined) {
        report.path.push(name)
        const stored = field.encode(value, report)
        if (stored !== undefined) target[name] = stored
        report.path.pop()
      } else if (!field.traits.isOptional) failAt(report, name, 'is missing')
    }
    // Fewer known attributes than own ones: some are unknown, or given as undefined.
    if (Object.keys(record).length !== given)
      for (const name of Object.keys(record))
        if (!this.#fields.has(name) && record[name] !== undefined)
          failAt(report, name, `is not an attribute; there are ${this.names.join(', ')}`)
  }

  /** Reads the named fields from a stored record; other attributes are left out. Throws Misfit. */
  decode(stored: Stored, partial = false): Record<string, unknown> {
    const record: Record<string, unknown> = {}
    let at = ''
    try {
      for (const entry of this.entries) {
        const { name, field } = entry
        at = name
        const value = valueIn(stored, entry)
        if (value === undefined && partial) continue
        const decoded = value === undefined ? field.absent() : field.decode(value, partial)
        if (decoded !== undefined) record[name] = decoded
      }
    } catch (error) {
      throw within(at, error)
    }
    return record
  }
}

const valueIn = <T>(record: Readonly<Record<string, T>>, { name, isInherited }: Entry): T | undefined =>
  isInherited && !Object.hasOwn(record, name) ? undefined : record[name]

const valueOr = (value: unknown, { traits }: AnyField): unknown =>
  value === undefined && traits.fallback ? traits.fallback() : value

const failAt = (report: Report, name: string, message: string): void => {
  report.path.push(name)
  report.fail(message)
  report.path.pop()
}
