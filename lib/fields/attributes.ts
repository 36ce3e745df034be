import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { few, InvalidModel, type Issue } from '../errors.ts'
import { type Copy, copyMaker, often, spread } from '../keys/generated.ts'
import { type Param, writerFor } from '../keys/param.ts'
import { type Decoder, type Entry, generatedDecoder, inOrder, loopedDecoder } from './decoder.ts'
import { inside } from './default.ts'
import { type Encoder, type Filled, generatedEncoder, loopedEncoder } from './encoder.ts'
import { checkField, isAbsentable, type MadeField } from './field.ts'
import { isNoName, notNamed } from './record.ts'
import type { Fields } from './records.ts'
import type { Report } from './report.ts'
import { isSchema, SchemaField } from './schema.ts'

type Stored = Readonly<Record<string, AttributeValue>>
type Given = Readonly<Record<string, unknown>>

const isFilled = (field: MadeField): boolean => {
  const { fallback, role } = field.traits
  return field instanceof SchemaField || fallback !== undefined || role === 'createdAt' || role === 'updatedAt'
}

/** The number of picks that are cached. */
const MAX_PICKED = 100

/** The number of attribute names that a message lists. */
const MAX_SHOWN = 20

/** The most characters that a number, date or boolean has. */
const FIXED = 48

/** A set of named fields, compiled once. It writes and reads records: whole items, and maps inside them. */
export class Attributes {
  readonly entries: readonly Entry[]
  readonly #fields: ReadonlyMap<string, MadeField>
  /** Whether a schema checks some values, perhaps asynchronously. */
  readonly hasSchemas: boolean
  /** The attributes that writes fill in, in the order of {@link Entry.filled}. */
  readonly filled: readonly Entry[]
  /** The most that the names and the values of fixed length add to a report's size. */
  readonly #length: number
  readonly #picked = new Map<string, Attributes>()
  readonly #decoded: readonly Entry[]
  #decode: Decoder
  #encode: Encoder
  /** Copies the members of a record that has some of these attributes. */
  copy: Copy = often(spread, copyMaker, made => {
    this.copy = made
  })
  /** Copies changes of some of these attributes. */
  copyChanges: Copy = often(spread, copyMaker, made => {
    this.copyChanges = made
  })
  #unknown: string | undefined

  constructor(
    fields: Fields,
    /** Names of attributes that are stored only in keys. */
    readonly elsewhere: readonly string[] = []
  ) {
    const problem = notNamed(fields)
    if (problem !== undefined) throw new InvalidModel('t.map()', problem)
    const odd = Object.keys(fields).find(isNoName)
    if (odd !== undefined) throw new InvalidModel('t.map()', `an attribute cannot be called '${odd}'`)
    let filled = 0
    this.entries = Object.entries(fields).map(([name, given]) => {
      const field = isSchema(given) ? new SchemaField(given) : checkField(`t.map(): ${name}`, given)
      return { name, field, isInherited: name in Object.prototype, filled: isFilled(field) ? filled++ : undefined }
    })
    this.filled = this.entries.filter(entry => entry.filled !== undefined)
    this.#fields = new Map(this.entries.map(({ name, field }) => [name, field]))
    this.hasSchemas = this.entries.some(({ field }) => field instanceof SchemaField)
    this.#length = this.entries.reduce((length, { name }) => length + name.length + FIXED, 0)
    this.#encode = often<Parameters<Encoder>, ReturnType<Encoder>>(
      (record, report, filled) => loopedEncoder(this.entries, this.#noteUnknown, record, report, filled),
      () => generatedEncoder(this.entries, this.#noteUnknown),
      made => {
        this.#encode = made
      }
    )
    this.#decoded = inOrder(this.entries)
    this.#decode = often<Parameters<Decoder>, ReturnType<Decoder>>(
      stored => loopedDecoder(this.#decoded, stored),
      () => generatedDecoder(this.#decoded),
      made => {
        this.#decode = made
      }
    )
  }

  get names(): readonly string[] {
    return [...this.#fields.keys()]
  }

  /** The issue for a name that is not an attribute. */
  get unknown(): string {
    this.#unknown ??= `is not an attribute; there are ${few([...this.#fields.keys()], ', ', MAX_SHOWN)}`
    return this.#unknown
  }

  /** The issue for a name that is not an attribute, or is stored only in keys. */
  problemOf(name: string): string {
    return this.elsewhere.includes(name) ? 'is stored in keys only, where conditions cannot look' : this.unknown
  }

  /** Some of these attributes, for reads of only these. Cached. */
  pick(names: readonly string[]): Attributes {
    const key = JSON.stringify(names)
    const known = this.#picked.get(key)
    if (known !== undefined) return known
    const wanted = new Set(names)
    const picked = new Attributes(Object.fromEntries([...this.#fields].filter(([name]) => wanted.has(name))))
    if (this.#picked.size >= MAX_PICKED) this.#picked.clear() // picks from user input could grow without end
    this.#picked.set(key, picked)
    return picked
  }

  /** The issues of the defaults of these attributes and of those inside, each with its path. */
  get unfitDefaults(): readonly Issue[] {
    return this.entries.flatMap(({ name, field }) => inside(name, field.unfitDefaults))
  }

  field(name: string): MadeField | undefined {
    return this.#fields.get(name)
  }

  /** Params for the members of a map that is a param. */
  membersOf(map: Param): Record<string, Param> {
    const member = ({ name, field }: Entry): [string, Param] => [
      name,
      writerFor(map).member(map, name, isAbsentable(field))
    ]
    return Object.fromEntries(this.entries.map(member))
  }

  /** The stored form of a record. Missing, unknown and unfit attributes go to the report. */
  encode(record: Given, report: Report, filled?: Filled): Record<string, AttributeValue> {
    report.fits(this.#length)
    return this.#encode(record, report, filled)
  }

  readonly #noteUnknown = (record: Given, report: Report): void => {
    for (const name of Object.keys(record))
      if (!this.#fields.has(name) && record[name] !== undefined) {
        report.path.push(name)
        report.fail(this.unknown)
        report.path.pop()
      }
  }

  /** Reads the named fields from a stored record and leaves out other attributes. Throws Misfit. */
  decode(stored: Stored, partial = false): Record<string, unknown> {
    return partial ? loopedDecoder(this.#decoded, stored, partial) : this.#decode(stored)
  }
}
