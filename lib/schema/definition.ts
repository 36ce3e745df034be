import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { InvalidItem, InvalidKey, InvalidModel, type PrimaryKey, UndecodableItem } from '../errors.ts'
import { Attributes } from '../fields/attributes.ts'
import { Field, type Role } from '../fields/field.ts'
import { isPlain } from '../fields/kinds.ts'
import { isRecord, notARecord, ownValue } from '../fields/record.ts'
import type { Fields } from '../fields/records.ts'
import { Misfit, Report } from '../fields/report.ts'
import { string } from '../fields/scalars.ts'
import { SchemaField } from '../fields/schema.ts'
import { Param } from '../keys/param.ts'
import { type KeyName, Template } from '../keys/template.ts'
import { type Blueprint, keyParts, rolesOf } from './blueprint.ts'
import { type RawItem, storedItem } from './raw.ts'

export type StoredItem = Record<string, AttributeValue>
/** The primary key of a stored item. */
export const primaryKeyOf = ({ PK, SK }: Readonly<StoredItem>): PrimaryKey => ({ PK: PK?.S ?? '', SK: SK?.S ?? '' })

type Given = Readonly<Record<string, unknown>>

/** A model compiled for use: its key templates, and its attributes with their codecs. */
export class Definition {
  readonly name: string
  readonly pk: Template
  readonly sk: Template
  readonly gsi1: Template | undefined
  readonly attributes: Attributes
  /** The names of the attributes that keystorm itself writes. */
  readonly roles: { readonly [R in Role]?: string }
  /** The attributes of keys that a schema checks. */
  readonly #schemaKeys: ReadonlyMap<string, SchemaField>
  /** Whether the first attribute of SK stands in a partition key, too. */
  readonly isSortShared: boolean
  readonly #hasSharedAttribute: boolean

  constructor(blueprint: Blueprint) {
    const { name, suffix, pk, sk, gsi1, fields, raw } = blueprint
    this.name = name
    if (pk === undefined || sk === undefined)
      throw new InvalidModel(name, `this is not a model yet: call .${pk === undefined ? 'pk' : 'sk'}(…)`)
    const template = (key: KeyName, parts: readonly string[], end: string): Template =>
      new Template(name, key, keyParts(blueprint, key, parts), end, raw)
    this.pk = template('PK', pk, suffix)
    this.sk = template('SK', sk, '')
    this.gsi1 = gsi1 && template('GSI1PK', gsi1, suffix)
    this.#hasSharedAttribute = this.pk.attributes.some(attribute => this.sk.attributes.includes(attribute))
    const names = [...this.pk.attributes, ...this.sk.attributes, ...(this.gsi1?.attributes ?? [])]
    const [first = ''] = this.sk.attributes
    this.isSortShared = names.filter(name => name === first).length > 1
    this.roles = rolesOf(blueprint)
    const strings = Object.fromEntries(names.map(key => [key, string()]))
    this.attributes = new Attributes({ ...strings, ...fields, ...this.#constants(fields) })
    this.#schemaKeys = new Map(
      names.flatMap(name => {
        const field = this.attributes.field(name)
        return field instanceof SchemaField ? [[name, field]] : []
      })
    )
  }

  /** The fields of key attributes that have one possible value: it is their default. */
  #constants(fields: Fields): Fields {
    const slots = [...this.pk.slots, ...this.sk.slots, ...(this.gsi1?.slots ?? [])]
    return Object.fromEntries(
      slots.flatMap(({ attribute, constant }) => {
        const field = ownValue(fields, attribute)
        const isConstant = constant !== undefined && field instanceof Field && field.traits.fallback === undefined
        return isConstant ? [[attribute, field.default(constant)]] : []
      })
    )
  }

  /** The primary key of an item, or of the key attributes alone. */
  key(values: unknown): PrimaryKey {
    if (!isRecord(values)) throw new InvalidKey(this.name, 'key', notARecord(values))
    return { PK: this.pk.render(values), SK: this.sk.render(values) }
  }

  /** The key in GSI1 of an item, or of the key attributes alone. */
  indexKey(values: unknown): { GSI1PK: string; SK: string } {
    if (!isRecord(values)) throw new InvalidKey(this.name, 'gsi1Key', notARecord(values))
    return { GSI1PK: this.index.render(values), SK: this.sk.render(values) }
  }

  /** The template of GSI1PK. Throws InvalidModel without `.gsi1()`. */
  get index(): Template {
    if (this.gsi1 === undefined) throw new InvalidModel(this.name, 'not in GSI1, its model has no .gsi1(…)')
    return this.gsi1
  }

  /** The attributes behind a primary key; `undefined` if it is another model's. */
  parse(key: PrimaryKey): Record<string, unknown> | undefined {
    const partition = this.pk.parse(key.PK)
    const values = partition && this.sk.parse(key.SK, partition)
    if (values === undefined) return undefined
    // An attribute that stands in both keys must say the same in both: SK has just won, so ask PK.
    return this.#hasSharedAttribute && this.pk.render(values) !== key.PK ? undefined : values
  }

  /**
   * Whether an item under this key is this model's. With raw keys that can be so though the key is ambiguous. Who has
   * rendered PK need not have it matched again.
   */
  claims(key: PrimaryKey, isOwnPartition = false): boolean {
    if (this.#hasSharedAttribute && !this.pk.raw) return this.parse(key) !== undefined
    return this.sk.matches(key.SK) && (isOwnPartition || this.pk.matches(key.PK))
  }

  /**
   * An item with its defaults, and with what schemas make of its values; a promise where a schema is asynchronous.
   * Issues go to the report, for {@link encode} to throw.
   */
  resolve(item: unknown, report: Report): Given | Promise<Given> {
    const resolved = this.attributes.resolve(this.#record(item), report)
    if (this.#schemaKeys.size === 0) return resolved
    const check = (made: Given): Given => {
      for (const name of this.#schemaKeys.keys()) this.checkKey(name, ownValue(made, name), report)
      return made
    }
    return resolved instanceof Promise ? resolved.then(check) : check(resolved)
  }

  /** Refuses what a schema made of an attribute that stands in a key, if reads would not find it there. */
  checkKey(name: string, made: unknown, report: Report): void {
    report.path.push(name)
    this.#schemaKeys.get(name)?.checkKey(made, report)
    report.path.pop()
  }

  /** What schemas make of some values of the primary key; the values of the others are left out. */
  resolveKey(values: Given, report: Report): { name: string; made: unknown }[] {
    return [...new Set([...this.pk.attributes, ...this.sk.attributes])].flatMap(name => {
      const field = this.#schemaKeys.get(name)
      const value = ownValue(values, name)
      if (field === undefined || value === undefined || value instanceof Param) return []
      report.path.push(name)
      const made = field.resolve(value, report)
      report.path.pop()
      return [{ name, made }]
    })
  }

  /**
   * The stored form of a resolved item: its attributes and its keys. GSI1PK is left out where an attribute of it is
   * absent. Throws InvalidItem with all issues, those in the report included, and InvalidKey.
   */
  encode(item: unknown, report = new Report()): StoredItem {
    const record = this.#record(item)
    const stored: StoredItem = {}
    this.attributes.encodeInto(stored, record, report)
    if (report.issues.length > 0) throw new InvalidItem(this.name, report.issues)
    stored.PK = { S: this.pk.render(record) }
    stored.SK = { S: this.sk.render(record) }
    if (this.gsi1?.isComplete(record)) stored.GSI1PK = { S: this.gsi1.render(record) }
    return stored
  }

  #record(item: unknown): Given {
    if (isPlain(item)) return item
    throw new InvalidItem(this.name, [{ path: [], message: notARecord(item) }])
  }

  /** The item in a stored form; attributes may be missing from a partial one. Others than the model's are left out. */
  decode(
    stored: Readonly<StoredItem>,
    partial = false,
    attributes: Attributes = this.attributes
  ): Record<string, unknown> {
    try {
      return attributes.decode(stored, partial)
    } catch (error) {
      throw this.#undecodable(stored, error)
    }
  }

  /** The item in a row from elsewhere. Others than the model's attributes are not looked at. */
  decodeRaw(raw: RawItem): Record<string, unknown> {
    try {
      return this.attributes.decode(storedItem(raw, this.attributes.names))
    } catch (error) {
      throw this.#undecodable(raw, error)
    }
  }

  #undecodable({ PK, SK }: RawItem, error: unknown): unknown {
    if (!(error instanceof Misfit)) return error
    return new UndecodableItem(
      this.name,
      { ...(PK?.S && { PK: PK.S }), ...(SK?.S && { SK: SK.S }) },
      error.path,
      error.problem
    )
  }
}
