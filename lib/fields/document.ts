import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { describe } from '../errors.ts'
import { timeOf } from '../keys/codec.ts'
import { type Field, isStoredMap, MadeField, misfit } from './field.ts'
import { elementsIn, isBytes, isList, isPlain, isSet } from './kinds.ts'
import { decodeMembers, encodeList, encodeMembers } from './members.ts'
import { BigintField, NumberField, readNumberOrBigint } from './numbers.ts'
import { hintFor } from './record.ts'
import { type Report, within } from './report.ts'
import { encodeText } from './scalars.ts'
import { elementsOf, setOf } from './set.ts'

/**
 * The values that a document takes: JSON values, all that DynamoDB can store, or all that come back as the schema gave
 * them.
 */
type Range = 'json' | 'all' | 'schema'

/** A field of values whose shape keystorm does not know. Each value is stored by its own type. */
export class DocumentField<T, Input = T> extends MadeField<T, Input, false> {
  readonly #range: Range

  constructor(range: Range) {
    super(undefined, { isNullable: true }) // null is one of the values
    this.#range = range
  }

  encode(value: unknown, report: Report): AttributeValue | undefined {
    if (typeof value === 'string') return encodeText(value, report)
    if (typeof value === 'number') return new NumberField().encode(value, report)
    if (typeof value === 'boolean') return { BOOL: value }
    if (value === null) return { NULL: true }
    if (isList(value)) return encodeList(value, this, report)
    if (isPlain(value)) return encodeMembers(value, this, report)
    if (this.#range !== 'json') {
      if (typeof value === 'bigint' && this.#range === 'all') return encodeBigint(value, report)
      if (isBytes(value)) return report.fits(value.byteLength) ? { B: new Uint8Array(value) } : undefined
      if (isSet(value)) return this.#encodeSet(value, report)
    }
    const expects = this.#range === 'json' ? 'a JSON value' : 'a value that DynamoDB can store'
    return report.misfit(value, expects, { type: 'any' }, fieldFor(value) ?? hintFor(value))
  }

  decode(stored: AttributeValue): T {
    return this.#decode(stored) as T // the value that was written; the caller vouches for T
  }

  override get isMap(): boolean {
    return true
  }

  override step(): MadeField {
    return this
  }

  override get element(): MadeField {
    return this
  }

  override takes(source: MadeField): boolean {
    if (this.#range !== 'json') return true
    return source.scalar !== undefined || (source instanceof DocumentField && source.#range === 'json')
  }

  #encodeSet(value: ReadonlySet<unknown>, report: Report): AttributeValue | undefined {
    const elements: AttributeValue[] = []
    const { length } = report.issues
    for (const element of elementsIn(value)) {
      if (!report.fits()) return undefined
      const stored = ELEMENTS.has(typeof element) || isBytes(element) ? this.encode(element, report) : undefined
      if (stored !== undefined) elements.push(stored)
      else if (report.issues.length === length) return report.fail(NO_SET)
    }
    if (report.issues.length > length) return undefined
    return (elements.length > 0 ? setOf(elements) : undefined) ?? report.fail(NO_SET)
  }

  #decode(stored: AttributeValue): unknown {
    if (typeof stored.S === 'string') return stored.S
    if (stored.N !== undefined)
      return this.#range === 'json' ? new NumberField().decode(stored) : readNumberOrBigint(stored)
    if (typeof stored.BOOL === 'boolean') return stored.BOOL
    if (stored.NULL !== undefined) return null
    if (Array.isArray(stored.L)) return stored.L.map((element, i) => this.#decodeAt(i, element))
    if (isStoredMap(stored.M)) return decodeMembers(stored.M, element => this.#decode(element))
    if (this.#range === 'json') throw misfit('a JSON value', stored)
    if (isBytes(stored.B)) return stored.B
    const elements = elementsOf(stored)
    if (!Array.isArray(elements)) throw misfit('a value', stored)
    return new Set(elements.map(element => this.#decode(element)))
  }

  #decodeAt(step: string | number, stored: AttributeValue): unknown {
    try {
      return this.#decode(stored)
    } catch (error) {
      throw within(step, error, stored)
    }
  }
}

const ELEMENTS = new Set(['string', 'number', 'bigint'])
const NO_SET = 'a set must hold different strings, numbers or binaries, one kind, and at least one'

/** Refuses to store bigints that a read would return as numbers. */
const encodeBigint = (value: bigint, report: Report): AttributeValue | undefined => {
  const stored = new BigintField().encode(value, report)
  return stored === undefined || report.isComparing || typeof readNumberOrBigint(stored) === 'bigint'
    ? stored
    : report.fail(`must be a value that DynamoDB can store, but is ${describe(value)}${fieldFor(value)}`)
}

/** A hint at the field for a value that a document would return as another type. */
const fieldFor = (value: unknown): string | undefined => {
  if (timeOf(value) !== undefined) return '; a Date would come back as text: use t.date()'
  return typeof value === 'bigint' ? '; a bigint could come back as a number: use t.bigint()' : undefined
}

/** The values of `t.json()`. */
export type JsonValue = string | number | boolean | null | JsonObject | JsonValue[] | readonly JsonValue[]

/** An object in a `t.json()` value. */
export interface JsonObject {
  [name: string]: JsonValue
}

/**
 * Any JSON value. Each value is stored by its own type (`{ M }`, `{ L }`, `{ S }` …). `undefined` members are left out.
 */
export const json = (): Field<JsonValue, JsonValue, false> => new DocumentField<JsonValue>('json')

/**
 * A value of type `T`. keystorm trusts the type and refuses only values that DynamoDB cannot store. Each value is
 * stored by its own type; bigints, `Uint8Array`s and `Set`s work too. Whole numbers beyond 2^53 come back as bigints.
 *
 * ```ts
 * t.type<{ theme: 'dark' | 'light' }>()
 * ```
 */
export const type = <T>(): Field<T, Whole<T>, false> => new DocumentField<T, Whole<T>>('all')

/**
 * The input type of `t.type<T>()`. An update can only replace such a value, so it must not look like a map with known
 * attributes to the compiler.
 */
export type Whole<T> = T extends object ? (object extends T ? T : T & { readonly ' whole'?: never }) : T
