import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import type { JsonValue } from 'type-fest'
import { describe } from '../errors.ts'
import { Param } from '../keys/param.ts'
import { type AnyField, Field, misfit } from './field.ts'
import { bigint, number, readNumberOrBigint } from './numbers.ts'
import { isNoName, isRecord } from './record.ts'
import { type Report, tooDeep, within } from './report.ts'
import { elementsOf, setOf } from './set.ts'

/** Which values a document takes: those of JSON, all that DynamoDB has, or those that come back as a schema gave them. */
type Range = 'json' | 'all' | 'schema'

/** Values whose shape keystorm does not know: each is stored by what it is. */
export class DocumentField<T, Input = T> extends Field<T, Input, false> {
  readonly #range: Range

  constructor(range: Range) {
    super(undefined, { isNullable: true }) // null is one of the values
    this.#range = range
  }

  encode(value: unknown, report: Report): AttributeValue | undefined {
    if (typeof value === 'string')
      return value.isWellFormed() ? { S: value } : report.fail('must not hold a lone surrogate')
    if (typeof value === 'number') return number().encode(value, report)
    if (typeof value === 'boolean') return { BOOL: value }
    if (value === null) return { NULL: true }
    if (Array.isArray(value)) return this.#encodeList(value, report)
    if (this.#range !== 'json') {
      if (typeof value === 'bigint' && this.#range === 'all') return bigint().encode(value, report)
      if (value instanceof Uint8Array) return { B: value }
      if (value instanceof Set) return this.#encodeSet(value, report)
    }
    if (isPlain(value)) return this.#encodeMap(value, report)
    const expects = this.#range === 'json' ? 'a JSON value' : 'a value that DynamoDB can store'
    if (value instanceof Param) return report.misfit(value, expects, { type: 'any' })
    return report.fail(`must be ${expects}, but is ${describe(value)}${hintFor(value)}`)
  }

  decode(stored: AttributeValue): T {
    return this.#decode(stored) as T // what was written, which is the caller's word for T
  }

  override get isMap(): boolean {
    return true
  }

  override step(): AnyField {
    return this
  }

  override get element(): AnyField {
    return this
  }

  override takes(source: AnyField): boolean {
    if (this.#range !== 'json') return true
    return source.scalar !== undefined || (source instanceof DocumentField && source.#range === 'json')
  }

  #encodeList(value: readonly unknown[], report: Report): AttributeValue | undefined {
    if (tooDeep(report)) return undefined
    const L = value.map((element, i) => this.#encodeAt(i, element, report))
    return { L: L.filter(element => element !== undefined) }
  }

  #encodeMap(value: Readonly<Record<string, unknown>>, report: Report): AttributeValue | undefined {
    if (tooDeep(report)) return undefined
    const M: Record<string, AttributeValue> = {}
    for (const [name, element] of Object.entries(value)) {
      if (element === undefined) continue
      const stored = this.#encodeAt(name, element, report)
      if (stored !== undefined) M[name] = stored
    }
    return { M }
  }

  #encodeAt(step: string | number, value: unknown, report: Report): AttributeValue | undefined {
    report.path.push(step)
    const stored = isNoName(step) ? report.fail('is no name for an attribute') : this.encode(value, report)
    report.path.pop()
    return stored
  }

  #encodeSet(value: ReadonlySet<unknown>, report: Report): AttributeValue | undefined {
    const elements = [...value].map(element => this.encode(element, report)).filter(element => element !== undefined)
    const set = elements.length > 0 ? setOf(elements) : undefined
    return set ?? report.fail('a set must hold different strings, numbers or binaries, one kind, and at least one')
  }

  #decode(stored: AttributeValue): unknown {
    if (stored.S !== undefined) return stored.S
    if (stored.N !== undefined) return this.#range === 'json' ? number().decode(stored) : readNumberOrBigint(stored)
    if (stored.BOOL !== undefined) return stored.BOOL
    if (stored.NULL !== undefined) return null
    if (stored.L !== undefined) return stored.L.map((element, i) => this.#decodeAt(i, element))
    if (stored.M !== undefined)
      return Object.fromEntries(Object.entries(stored.M).map(([name, value]) => [name, this.#decodeAt(name, value)]))
    if (this.#range === 'json') throw misfit('a JSON value', stored)
    if (stored.B !== undefined) return stored.B
    const elements = elementsOf(stored)
    if (elements === undefined) throw misfit('a value', stored)
    return new Set(elements.map(element => this.#decode(element)))
  }

  #decodeAt(step: string | number, stored: AttributeValue): unknown {
    try {
      return this.#decode(stored)
    } catch (error) {
      throw within(step, error)
    }
  }
}

/** A field for what a document would give back as something else. */
const hintFor = (value: unknown): string => {
  if (value instanceof Date) return '; a Date would come back as text: use t.date()'
  return typeof value === 'bigint' ? '; a bigint could come back as a number: use t.bigint()' : ''
}

/** Class instances would lose their class: only plain objects are documents. */
const isPlain = (value: unknown): value is Readonly<Record<string, unknown>> => {
  if (!isRecord(value)) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

/** Any JSON value, stored by what it is (`{ M }`, `{ L }`, `{ S }` …). Attributes that are `undefined` are left out. */
export const json = (): Field<JsonValue, JsonValue, false> => new DocumentField<JsonValue>('json')

/**
 * A value of type `T`, which is taken at its word: only what DynamoDB cannot store is refused. Stored by what it is;
 * also bigints, `Uint8Array`s and `Set`s. Whole numbers beyond 2^53 come back as bigints.
 *
 * ```ts
 * t.type<{ theme: 'dark' | 'light' }>()
 * ```
 */
export const type = <T>(): Field<T, Whole<T>, false> => new DocumentField<T, Whole<T>>('all')

/** What a write takes of a `T` that an update can only replace: to the compiler, it is no map with known attributes. */
export type Whole<T> = T extends object ? (object extends T ? T : T & { readonly '~whole'?: never }) : T
