import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { InvalidItem, InvalidModel, type Issue, type ItemKey, UndecodableItem } from '../errors.ts'
import { Attributes } from '../fields/attributes.ts'
import type { Role } from '../fields/field.ts'
import { isPlain } from '../fields/kinds.ts'
import { isNamedByTexts, notARecord, ownValue } from '../fields/record.ts'
import { Misfit, Report } from '../fields/report.ts'
import { TEXT } from '../fields/scalars.ts'
import { SchemaField } from '../fields/schema.ts'
import { Param } from '../keys/param.ts'
import type { KeySource } from '../keys/source.ts'
import { Access, keysIn } from './access.ts'
import { type Blueprint, rolesOf } from './blueprint.ts'
import { type IndexGroup, indexGroups } from './index-groups.ts'
import { constantsOf } from './key-fields.ts'
import { KeyValues } from './key-values.ts'
import { type Compiled, ModelKeys, notInIndex } from './model-keys.ts'
import type { RawItem } from './raw.ts'

export type StoredItem = Record<string, AttributeValue>

type Given = Readonly<Record<string, unknown>>

/** A model compiled for use: its keys, and its attributes with their codecs. */
export class Definition extends ModelKeys {
  /** The keys of the table, and of each index that the model is in. */
  readonly table: Access
  readonly indexes: ReadonlyMap<string, Access>
  /** The keys of indexes that are written and removed together. */
  readonly groups: readonly IndexGroup[]
  readonly attributes: Attributes
  /** Those that are stored beside the keys, which alone conditions can ask for. */
  readonly beside: Attributes
  /** The names of the attributes that keystorm itself writes. */
  readonly roles: { readonly [R in Role]?: string }
  /** The attributes of the primary key. */
  readonly primary: readonly string[]
  readonly #keys: readonly KeySource[]
  /** The attributes of keys that a schema checks. */
  readonly #schemaKeys: ReadonlyMap<string, SchemaField>
  readonly #keyValues: KeyValues
  readonly #onlyInKeys: readonly string[]
  readonly #ownIndexKeys: ReadonlyMap<string, KeySource>
  /** The attributes of rows that are looked at. */
  #names: ReadonlySet<string> | undefined

  constructor(blueprint: Blueprint) {
    super(blueprint)
    const { fields } = blueprint
    const { pk, sk, indexes } = this.sources
    this.table = new Access([pk], sk ? [sk] : [])
    this.#keys = sk ? [pk, sk] : [pk]
    this.indexes = new Map(
      [...indexes.values()].map(index => [index.layout.name, new Access(index.pk, index.sk, index.layout)])
    )
    const ofIndexes = [...indexes.values()].flatMap(index => [...index.pk, ...index.sk])
    const all = new Map([...this.#keys, ...ofIndexes].map(key => [key.name, key]))
    this.primary = [...new Set(this.#keys.flatMap(key => key.attributes))]
    this.groups = indexGroups(this.#keys, this.indexes.values())
    this.roles = rolesOf(blueprint)
    const sources = [...all.values()]
    const names = [...new Set(sources.flatMap(source => source.attributes))]
    const strings = Object.fromEntries(names.map(key => [key, TEXT]))
    const slots = sources.flatMap(source => source.slots)
    const whole = { ...strings, ...fields, ...constantsOf(slots, fields) }
    this.attributes = new Attributes(whole)
    this.#onlyInKeys = this.attributes.entries.flatMap(({ name, field }) => (field.traits.isOnlyInKeys ? name : []))
    this.#keyValues = new KeyValues(this, this.#keys, this.#onlyInKeys)
    this.beside =
      this.#onlyInKeys.length === 0
        ? this.attributes
        : new Attributes(
            Object.fromEntries(Object.entries(whole).filter(([attribute]) => !this.#onlyInKeys.includes(attribute))),
            this.#onlyInKeys
          )
    const own = ofIndexes.filter(key => key.misfit !== undefined).filter(key => !this.#keys.includes(key))
    // The least limit counts, of an attribute that is a sort key here and a partition key there.
    this.#ownIndexKeys = new Map(own.sort((a, b) => b.limit - a.limit).map(key => [key.name, key]))
    this.#schemaKeys = new Map(
      names.flatMap(name => {
        const field = this.attributes.field(name)
        return field instanceof SchemaField ? [[name, field]] : []
      })
    )
  }

  /** The keys to read by. Throws InvalidModel where the model is not in the index. */
  on(index: string | undefined): Access {
    if (index === undefined) return this.table
    const access = this.indexes.get(index)
    if (access === undefined) throw new InvalidModel(this.name, notInIndex(index))
    return access
  }

  /** The primary key among the attributes of a row. */
  keyIn(row: Readonly<StoredItem>): StoredItem {
    return keysIn(row, this.#keys)
  }

  /**
   * Whether a row is this model's. With raw keys that can be so though the key is ambiguous. Who has made the partition key
   * need not have it matched again.
   */
  claims(row: Readonly<StoredItem>, isOwnPartition = false): boolean {
    const { type } = this.layout
    if (type !== undefined && !this.isType(ownValue(row, type))) return false
    return this.primaryKey.claims(row, isOwnPartition)
  }

  /** Whether a row may be this model's by the attribute that names models, which rows of other programs may lack. */
  isType(stored: AttributeValue | undefined): boolean {
    return stored === undefined || stored.S === this.name
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
    return this.primary.flatMap(name => {
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
   * The stored form of a resolved item: its attributes and its keys. The keys of an index are left out where an attribute of
   * them is absent. Throws InvalidItem with all issues, those in the report included, and InvalidKey.
   */
  encode(item: unknown, report = new Report()): StoredItem {
    const record = this.#record(item)
    isNamedByTexts(record, report)
    const stored: StoredItem = this.attributes.encode(record, report)
    this.checkOwnKeys(stored, report)
    if (report.issues.length > 0) throw new InvalidItem(this.name, report.issues)
    for (const key of this.#keys) stored[key.name] = key.stored(record)
    for (const { keys } of this.groups)
      if (keys.every(key => key.isComplete(record))) for (const key of keys) stored[key.name] = key.stored(record)
    if (this.#onlyInKeys.length > 0) this.#dropFromBeside(stored)
    if (this.layout.type !== undefined) stored[this.layout.type] = { S: this.name }
    return stored
  }

  /** Whether keys of indexes are attributes of the model themselves. */
  get hasOwnIndexKeys(): boolean {
    return this.#ownIndexKeys.size > 0
  }

  /** Notes what DynamoDB would refuse of an index's key that is an attribute of its own. */
  checkOwnKeys(stored: Readonly<StoredItem>, report: Report): void {
    for (const [name, key] of this.#ownIndexKeys) {
      const value = ownValue(stored, name)
      const message = value && key.misfit?.(value)
      if (message !== undefined) report.issues.push({ path: [name], message })
    }
  }

  isOnlyInKeys(name: string): boolean {
    return this.#onlyInKeys.includes(name)
  }

  /** Where those of the attributes are that are stored in keys alone: in the keys of indexes, and by what those are read. */
  holdersOf(names: readonly string[]): readonly string[] {
    if (this.#onlyInKeys.length === 0) return []
    const isHeld = (name: string) => names.includes(name) && this.#onlyInKeys.includes(name)
    const holders = (keys: readonly KeySource[]) => keys.filter(key => key.attributes.some(isHeld))
    const indexes = holders(this.groups.flatMap(({ keys }) => keys))
    // Raw keys are read by what stands beside them.
    const raw = [...holders(this.#keys), ...indexes].filter(key => key.isRaw)
    const beside = raw.flatMap(key => key.attributes).filter(name => !this.#onlyInKeys.includes(name))
    return [...indexes.map(key => key.name), ...beside]
  }

  /** The values that a row has beside a raw key, by which that key may be read. */
  valuesBeside(row: Readonly<StoredItem>, key: KeySource): Given | undefined {
    return this.#keyValues.beside(row, key)
  }

  /** What is in a key need not stand beside it, but must be in one that this very row has, and be read from there. */
  #dropFromBeside(stored: StoredItem): void {
    const held: StoredItem = {}
    const holders = [...this.#keys, ...this.groups.flatMap(({ keys }) => keys)].filter(key => stored[key.name])
    for (const name of this.#onlyInKeys) {
      const value = stored[name]
      if (value === undefined) continue
      held[name] = value
      delete stored[name]
      if (!holders.some(key => key.attributes.includes(name)))
        throw new InvalidItem(this.name, [
          {
            path: [name],
            message: 'is .onlyInKeys(), and would be lost: the index whose key holds it lacks another attribute'
          }
        ])
    }
    const issue = this.unreadable(stored, held)
    if (issue !== undefined) throw new InvalidItem(this.name, [issue])
  }

  /** What is wrong with a row whose keys alone hold some stored values, if they cannot be read from there. */
  unreadable(row: Readonly<StoredItem>, held: Readonly<StoredItem>): Issue | undefined {
    const name = this.#keyValues.unreadable(row, held)
    return name === undefined ? undefined : { path: [name], message: UNREADABLE }
  }

  #record(item: unknown): Given {
    if (isPlain(item)) return item
    throw new InvalidItem(this.name, [{ path: [], message: notARecord(item) }])
  }

  /** The row with those of the attributes that it lacks and its keys hold. */
  fromKeys(row: Readonly<StoredItem>, names: readonly string[]): Readonly<StoredItem> {
    return this.#keyValues.filled(row, this.attributes, names)
  }

  /** The item in a stored form; attributes may be missing from a partial one. Others than the model's are left out. */
  decode(
    stored: Readonly<StoredItem>,
    partial = false,
    attributes: Attributes = this.attributes
  ): Record<string, unknown> {
    const row = partial ? this.#keyValues.changed(stored, attributes) : this.#keyValues.added(stored, attributes)
    try {
      return attributes.decode(row, partial)
    } catch (error) {
      const filled = partial || !(error instanceof Misfit) ? row : this.#keyValues.filled(row, attributes)
      if (filled !== row) return this.decode(filled, partial, attributes)
      throw this.undecodable(stored, error)
    }
  }

  /** The names of all that rows of the model may have: its attributes and the keys of its layout. */
  get names(): ReadonlySet<string> {
    this.#names ??= new Set([...this.attributes.names, ...this.layout.keys.map(key => key.name)])
    return this.#names
  }

  /** The error of a row that does not fit, if that is what is wrong with it. */
  undecodable(row: RawItem, thrown: unknown): unknown {
    // Clients of the user's own may give null, which nobody looks for while all goes well.
    const odd = thrown instanceof TypeError ? Object.keys(row).find(name => row[name] === null) : undefined
    const error = odd === undefined ? thrown : new Misfit('a stored value was expected, but there is null').within(odd)
    if (!(error instanceof Misfit)) return error
    const keys = this.#keys.map(({ name, type }) => [name, ownValue(row, name)?.[type]] as const)
    const known = Object.fromEntries(keys.filter(([, value]) => value !== undefined))
    return new UndecodableItem(this.name, known as Partial<ItemKey>, error.path, error.problem) // by the layout's names
  }
}

const UNREADABLE =
  'is .onlyInKeys(), and could not be read there: it, or what stands before or behind it in the raw key, holds the text ' +
  'that parts them. Store it beside the key, without .onlyInKeys()'

/** A model compiled for use, at its first use. */
export const definitionIn = ({ ' compiled': compiled }: { readonly ' compiled': Compiled }): Definition => {
  compiled.definition ??= new Definition(compiled.blueprint)
  return compiled.definition
}
