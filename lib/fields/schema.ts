import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { describe, InvalidRequest } from '../errors.ts'
import { type KeyCodec, stringCodec } from '../keys/codec.ts'
import { Param, writerFor } from '../keys/param.ts'
import { readBack } from './default.ts'
import { DocumentField } from './document.ts'
import { MadeField } from './field.ts'
import { isSet } from './kinds.ts'
import { IS_MISSING, MAX_DEPTH, Misfit, type Report } from './report.ts'

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

/** An attribute that a schema checks and transforms on writes. The schema's output is stored by its own type. */
export class SchemaField extends MadeField<unknown, unknown, boolean> {
  readonly #schema: StandardSchema
  readonly #document = new DocumentField<unknown>('schema')

  constructor(schema: StandardSchema) {
    // keys try the schema's output; whether it is a string is only known then
    super(schemaCodec(schema), { isOptional: true })
    this.#schema = schema
  }

  encode(value: unknown, report: Report): AttributeValue | undefined {
    return this.#document.encode(value, report)
  }

  decode(stored: AttributeValue): unknown {
    return stored.NULL === true && this.#hasNoNull() ? this.absent() : this.#document.decode(stored)
  }

  /** Whether the schema allows absence but not null. Unknown, so `false`, if the schema is asynchronous. */
  #hasNoNull(): boolean {
    if (!this.#validate(null)?.issues) return false
    const absent = this.#validate(undefined)
    return absent !== undefined && !absent.issues
  }

  /** The schema's result for a value; `undefined` if the schema is asynchronous. */
  #validate(value: unknown): SchemaResult<unknown> | undefined {
    const result = this.#schema['~standard'].validate(value)
    if (!(result instanceof Promise)) return result
    result.catch(() => undefined) // nobody awaits it
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

  /** Another schema may allow values that this one refuses. */
  override takes(source: MadeField): boolean {
    return source instanceof SchemaField && source.#schema === this.#schema
  }

  /** The schema's output for a value of a write. Its issues go to the report, at the path of the call. */
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
      // Array.from, because a library's path may be a subclass of Array, whose map() returns that subclass.
      for (const issue of result.issues)
        report.issues.push({ path: [...path, ...Array.from(issue.path ?? [], stepOf)], message: issue.message })
      return undefined
    }
    const result = this.#schema['~standard'].validate(value)
    return result instanceof Promise ? result.then(settle) : settle(result)
  }

  /**
   * Refuses a key value if the schema would transform it again: then a read with this value would look under another
   * key.
   */
  checkKey(made: unknown, report: Report): void {
    if (typeof made === 'string' && this.codec?.encode(made) !== made)
      report.fail('stands in a key, so its schema must leave as it is what it has made')
  }

  /**
   * The schema's output for `undefined`, such as a default. Throws Misfit if the attribute is required. Asynchronous
   * schemas are not asked.
   */
  override absent(): unknown {
    const result = this.#validate(undefined)
    if (result?.issues) throw new Misfit(IS_MISSING)
    return result?.value === undefined ? undefined : readBack(this.#document, result.value)
  }
}

const codecs = new WeakMap<StandardSchema, KeyCodec>()

/** The most values to remember that a schema answered with a promise. */
const MAX_LATE = 1_000

/**
 * The codec of values that a schema checks. Keys hold the schema's output, so that a read finds what was written. A
 * value that the schema refuses stands as it is, because rows may be older than the schema. So does a value that it
 * answers with a promise, because a read does not wait. This is decided for each value.
 */
export const schemaCodec = (schema: StandardSchema): KeyCodec => {
  const known = codecs.get(schema)
  if (known !== undefined) return known
  const late = new Set<unknown>() // so that reads do not ask a slow schema again and again
  const make = (value: unknown): unknown => {
    if (value instanceof Param || late.has(value)) return value
    const result = schema['~standard'].validate(value)
    if (!(result instanceof Promise)) return result.issues ? value : result.value
    result.catch(() => undefined) // nobody awaits it
    if (late.size >= MAX_LATE) late.clear()
    if (typeof value === 'string') late.add(value)
    return value
  }
  const codec: KeyCodec = { ...stringCodec, made: stringCodec, encode: value => stringCodec.encode(make(value)) }
  codecs.set(schema, codec)
  return codec
}

/** The error of compile() while a schema is still at work. */
export const asyncSchema = (model: string, abandoned: Promise<unknown>): InvalidRequest => {
  abandoned.catch(() => {}) // nobody awaits it
  return new InvalidRequest(
    model,
    'a schema checks its values asynchronously, and neither compile() nor a state machine can wait for it; await the builder instead'
  )
}

/**
 * The param that is the value or is somewhere inside. A schema may copy values that it does not know, params included.
 */
const paramIn = (value: unknown, depth = 0, seen?: Set<object>): Param | undefined => {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || depth > MAX_DEPTH) return undefined
  if (value instanceof Param) return value
  if (seen?.has(value)) return undefined
  const known = (seen ?? new Set()).add(value) // the value may hold itself, or another many times
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

/** Whether the value is a Standard Schema. Those of some libraries are functions. */
export const isSchema = (value: unknown): value is StandardSchema =>
  ((typeof value === 'object' && value !== null) || typeof value === 'function') && '~standard' in value
