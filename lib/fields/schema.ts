import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { describe, InvalidRequest } from '../errors.ts'
import { type KeyCodec, stringCodec } from '../keys/codec.ts'
import { Param, writerFor } from '../keys/param.ts'
import { asRead } from './default.ts'
import { DocumentField } from './document.ts'
import { MadeField } from './field.ts'
import { isSet } from './kinds.ts'
import { MAX_DEPTH, Misfit, type Report } from './report.ts'

/** The Standard Schema interface, version 1, as far as keystorm uses it. Source: https://standardschema.dev */
export interface StandardSchema<Input = unknown, Output = Input> {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>
    readonly types?: { readonly input: Input; readonly output: Output } | undefined
  }
}

type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] }

interface SchemaIssue {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
}

/** An attribute whose values a schema checks and changes on write; its output is stored by what it is. */
export class SchemaField extends MadeField<unknown, unknown, boolean> {
  readonly #schema: StandardSchema
  readonly #document = new DocumentField<unknown>('schema')

  constructor(schema: StandardSchema) {
    // Whether the schema takes strings is known when it has given one.
    super(schemaCodec(schema), { isOptional: true })
    this.#schema = schema
  }

  encode(value: unknown, report: Report): AttributeValue | undefined {
    return this.#document.encode(value, report)
  }

  decode(stored: AttributeValue): unknown {
    return stored.NULL === true && this.#hasNoNull() ? this.absent() : this.#document.decode(stored)
  }

  /** Whether to the schema an attribute may be absent, but not null. Where it is asynchronous, that is not known. */
  #hasNoNull(): boolean {
    if (!this.#validate(null)?.issues) return false
    const absent = this.#validate(undefined)
    return absent !== undefined && !absent.issues
  }

  /** What the schema says of a value, where it says so at once. */
  #validate(value: unknown): SchemaResult<unknown> | undefined {
    const result = this.#schema['~standard'].validate(value)
    if (!(result instanceof Promise)) return result
    result.catch(() => undefined) // nobody waits for it
    return undefined
  }

  override get isMap(): boolean {
    return true
  }

  override step(): MadeField {
    return this.#document
  }

  override get element(): MadeField {
    return this.#document
  }

  /** What another schema let pass, this one may refuse. */
  override takes(source: MadeField): boolean {
    return source instanceof SchemaField && source.#schema === this.#schema
  }

  /** What the schema makes of a value given to a write; its issues go to the report, at the path of the call. */
  resolve(value: unknown, report: Report): unknown {
    const param = paramIn(value)
    if (param !== undefined && writerFor(param))
      return report.fail(`is checked by a schema, which cannot check the param ${param.expression}`)
    const path = [...report.path]
    const settle = (result: SchemaResult<unknown>): unknown => {
      if (!result.issues) {
        if (!(result.value instanceof Promise)) return result.value
        report.issues.push({
          path,
          message: `must be a value that DynamoDB can store, but is ${describe(result.value)}`
        })
        return undefined
      }
      // Array.from, since a library's path may be an array of its own kind, whose map() makes another of them.
      for (const issue of result.issues)
        report.issues.push({ path: [...path, ...Array.from(issue.path ?? [], stepOf)], message: issue.message })
      return undefined
    }
    const result = this.#schema['~standard'].validate(value)
    return result instanceof Promise ? result.then(settle) : settle(result)
  }

  /** Refuses what the schema made of a key's value, if reads that are given it would look under another key. */
  checkKey(made: unknown, report: Report): void {
    if (typeof made === 'string' && this.codec?.encode(made) !== made)
      report.fail('stands in a key, so its schema must leave as it is what it has made')
  }

  /** What the schema makes of nothing: a default, or that it must be there. An asynchronous schema is not asked. */
  override absent(): unknown {
    const result = this.#validate(undefined)
    if (result?.issues) throw new Misfit('is missing')
    return result?.value === undefined ? undefined : asRead(this.#document, result.value)
  }
}

const codecs = new WeakMap<StandardSchema, KeyCodec>()

/** How many values are remembered whose schema was not done at once. */
const MAX_LATE = 1_000

/**
 * How values stand in keys that a schema checks: as what it makes of them, so that a read finds what was written. What it
 * refuses stands as it is, since rows may be older than a schema; and so does what it answers for with a promise, since a
 * read does not wait. That is so value by value: what one value was answered with says nothing of another.
 */
export const schemaCodec = (schema: StandardSchema): KeyCodec => {
  const known = codecs.get(schema)
  if (known !== undefined) return known
  const late = new Set<unknown>() // so that reads do not ask a slow service again and again
  const make = (value: unknown): unknown => {
    if (value instanceof Param || late.has(value)) return value
    const result = schema['~standard'].validate(value)
    if (!(result instanceof Promise)) return result.issues ? value : result.value
    result.catch(() => undefined) // nobody waits for it
    if (late.size >= MAX_LATE) late.clear()
    if (typeof value === 'string') late.add(value)
    return value
  }
  const codec: KeyCodec = { ...stringCodec, made: stringCodec, encode: value => stringCodec.encode(make(value)) }
  codecs.set(schema, codec)
  return codec
}

/** The error of a command that was to be shown at once, though a schema of the model is still at work. */
export const asyncSchema = (model: string, abandoned: Promise<unknown>): InvalidRequest => {
  abandoned.catch(() => {}) // nobody will ask how it ended
  return new InvalidRequest(
    model,
    'a schema checks its values asynchronously, and neither compile() nor a state machine can wait for it; await the builder instead'
  )
}

/** A param that is the value, or somewhere in it: a schema may copy what it does not know. */
const paramIn = (value: unknown, depth = 0, seen?: Set<object>): Param | undefined => {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || depth > MAX_DEPTH) return undefined
  if (value instanceof Param) return value
  if (seen?.has(value)) return undefined
  const known = (seen ?? new Set()).add(value) // which may hold itself, or another many times
  for (const inside of isSet(value) ? value : Object.values(value)) {
    const param = paramIn(inside, depth + 1, known)
    if (param !== undefined) return param
  }
  return undefined
}

const stepOf = (step: PropertyKey | { readonly key: PropertyKey }): string | number => {
  const key = typeof step === 'object' ? step.key : step
  return typeof key === 'number' ? key : String(key)
}

/** Schemas of some libraries are functions. */
export const isSchema = (value: unknown): value is StandardSchema =>
  ((typeof value === 'object' && value !== null) || typeof value === 'function') && '~standard' in value
