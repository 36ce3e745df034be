import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { InvalidItem, InvalidModel, type Issue, type ItemKey, UndecodableItem } from '../errors.ts'
import { Attributes } from '../fields/attributes.ts'
import type { Entry } from '../fields/decoder.ts'
import type { Filled } from '../fields/encoder.ts'
import type { Role } from '../fields/field.ts'
import { fill, type Stamps, valuesOf } from '../fields/fill.ts'
import { isPlain } from '../fields/kinds.ts'
import { isNamedByTexts, notARecord, ownValue } from '../fields/record.ts'
import { IS_MISSING, Misfit, Report } from '../fields/report.ts'
import { TEXT } from '../fields/scalars.ts'
import { type Copy, copyMaker, often, spread } from '../keys/generated.ts'
import type { KeySource } from '../keys/source.ts'
import { Access, keysIn } from './access.ts'
import { type Blueprint, rolesOf } from './blueprint.ts'
import { type IndexGroup, indexGroups } from './index-groups.ts'
import { constantsOf } from './key-fields.ts'
import { KeySchemas } from './key-schemas.ts'
import { KeyValues } from './key-values.ts'
import { type Compiled, ModelKeys, notInIndex } from './model-keys.ts'
import type { RawItem } from './raw.ts'

export type StoredItem = Record<string, AttributeValue>

type Given = Readonly<Record<string, unknown>>

/** A model compiled for use: its keys, and its attributes with their codecs. */
export class Definition extends ModelKeys {
  /** The keys of the table and of each index of the model. */
  readonly table: Access
  readonly indexes: ReadonlyMap<string, Access>
  /** The keys of indexes that are written and removed together. */
  readonly groups: readonly IndexGroup[]
  readonly attributes: Attributes
  /** The attributes that rows have under their own names, not only in keys. Only these can stand in conditions. */
  readonly inRows: Attributes
  /** The names of the attributes with a role, by role. */
  readonly roles: { readonly [R in Role]?: string }
  /** The attributes of the primary key. */
  readonly primary: readonly string[]
  readonly keySchemas: KeySchemas
  /** Copies the argument of where(). */
  copyWhere: Copy = often(spread, copyMaker, made => {
    this.copyWhere = made
  })
  readonly #keys: readonly KeySource[]
  readonly #keyValues: KeyValues
  readonly #onlyInKeys: readonly string[]
  /** The attributes of all keys; none if writes fill in none of them but constants, which keys know. */
  readonly #inKeys: readonly Entry[]
  readonly #ownIndexKeys: ReadonlyMap<string, KeySource>
  /** Cached by the getter `names`. */
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
    const inKeys = this.attributes.entries.filter(({ name }) => names.includes(name))
    const constants = slots.flatMap(({ attribute, constant }) => (constant === undefined ? [] : [attribute]))
    const isMade = ({ name, filled }: Entry) => filled !== undefined && !constants.includes(name)
    this.#inKeys = inKeys.some(isMade) ? inKeys : []
    this.#onlyInKeys = this.attributes.entries.flatMap(({ name, field }) => (field.traits.isOnlyInKeys ? name : []))
    this.#keyValues = new KeyValues(this, this.#keys, this.#onlyInKeys)
    this.inRows =
      this.#onlyInKeys.length === 0
        ? this.attributes
        : new Attributes(
            Object.fromEntries(Object.entries(whole).filter(([attribute]) => !this.#onlyInKeys.includes(attribute))),
            this.#onlyInKeys
          )
    const own = ofIndexes.filter(key => key.misfit !== undefined).filter(key => !this.#keys.includes(key))
    // An attribute can be a partition key of one index and a sort key of another. The smaller limit comes last and
    // wins.
    this.#ownIndexKeys = new Map(own.sort((a, b) => b.limit - a.limit).map(key => [key.name, key]))
    this.keySchemas = new KeySchemas(inKeys, this.primary)
  }

  /** The keys to read by. Throws InvalidModel if the model is not in the index. */
  on(index: string | undefined): Access {
    if (index === undefined) return this.table
    const access = this.indexes.get(index)
    if (access === undefined) throw new InvalidModel(this.name, notInIndex(index))
    return access
  }

  /** The primary key of a row. */
  keyIn(row: Readonly<StoredItem>): StoredItem {
    return keysIn(row, this.#keys)
  }

  /**
   * Whether a row is this model's. A raw key can match although it is ambiguous. `isOwnPartition`: the caller made the
   * partition key from this model, so it is not matched again.
   */
  claims(row: Readonly<StoredItem>, isOwnPartition = false): boolean {
    const { type } = this.layout
    if (type !== undefined && !this.isType(ownValue(row, type))) return false
    return this.primaryKey.claims(row, isOwnPartition)
  }

  /** Whether the type attribute allows this model. Rows of other programs may lack the attribute. */
  isType(stored: AttributeValue | undefined): boolean {
    return stored === undefined || stored.S === this.name
  }

  /**
   * What a write fills in beside the given item: stamps, defaults and outputs of schemas; a promise if a schema is
   * asynchronous. Issues go to the report, and {@link encode} throws them.
   */
  fill(item: unknown, stamps: Stamps, report: Report): Filled | undefined | Promise<Filled> {
    if (this.attributes.filled.length === 0) return undefined
    const record = this.#record(item)
    const filled = fill(this.attributes.filled, record, stamps, report)
    if (!this.keySchemas.areAny) return filled
    const check = (made: Filled): Filled => {
      this.keySchemas.checkAll(valuesOf(this.#inKeys, record, made), report)
      return made
    }
    return filled instanceof Promise ? filled.then(check) : check(filled)
  }

  /**
   * The stored form of an item: its attributes and keys. If an attribute of an index key is absent, the keys of that
   * index are left out. Throws InvalidItem with all issues, those in the report included, and InvalidKey.
   */
  encode(item: unknown, report = new Report(), filled?: Filled): StoredItem {
    const record = this.#record(item)
    isNamedByTexts(record, report)
    const stored: StoredItem = this.attributes.encode(record, report, filled)
    this.checkOwnKeys(stored, report)
    if (report.issues.length > 0) throw new InvalidItem(this.name, report.issues)
    const values = filled === undefined || this.#inKeys.length === 0 ? record : valuesOf(this.#inKeys, record, filled)
    for (const key of this.#keys) stored[key.name] = key.stored(values)
    for (const { keys } of this.groups)
      if (keys.every(key => key.isComplete(values))) for (const key of keys) stored[key.name] = key.stored(values)
    if (this.#onlyInKeys.length > 0) this.#dropFromBeside(stored)
    if (this.layout.type !== undefined) stored[this.layout.type] = { S: this.name }
    return stored
  }

  /** Whether some index keys are own keys: attributes of the model as they are. */
  get hasOwnIndexKeys(): boolean {
    return this.#ownIndexKeys.size > 0
  }

  /** Reports values of own index keys that DynamoDB would refuse. */
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

  /**
   * What a read of these attributes must request as well, because a row may hold them only in its keys: the index keys
   * with them, and the attributes that help to parse raw keys.
   */
  holdersOf(names: readonly string[]): readonly string[] {
    if (this.#onlyInKeys.length === 0 && this.groups.length === 0) return []
    const isFilled = (name: string) => !this.primary.includes(name) && this.#keyValues.fills(name)
    const held = names.filter(name => this.#onlyInKeys.includes(name) || isFilled(name))
    if (held.length === 0) return held
    const holders = (keys: readonly KeySource[]) => keys.filter(key => key.attributes.some(name => held.includes(name)))
    const indexes = holders(this.groups.flatMap(({ keys }) => keys))
    // Raw keys are parsed with the help of the attributes beside them.
    const raw = [...holders(this.#keys), ...indexes].filter(key => key.isRaw)
    const beside = raw.flatMap(key => key.attributes).filter(name => !this.#onlyInKeys.includes(name))
    return [...indexes.map(key => key.name), ...beside]
  }

  /** The row's other values that help to parse a raw key. */
  valuesBeside(row: Readonly<StoredItem>, key: KeySource): Given | undefined {
    return this.#keyValues.beside(row, key)
  }

  /** Removes attributes that are only in keys. Each must be in a key of this row, and readable there. */
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

  /** The issue of values that only the row's keys hold and that cannot be read from there. */
  unreadable(row: Readonly<StoredItem>, held: Readonly<StoredItem>): Issue | undefined {
    const name = this.#keyValues.unreadable(row, held)
    return name === undefined ? undefined : { path: [name], message: UNREADABLE }
  }

  #record(item: unknown): Given {
    if (isPlain(item)) return item
    throw new InvalidItem(this.name, [{ path: [], message: notARecord(item) }])
  }

  /** The row, with those of the named attributes that it lacks filled in from its keys. */
  fromKeys(row: Readonly<StoredItem>, names: readonly string[]): Readonly<StoredItem> {
    return this.#keyValues.filled(row, this.attributes, names)
  }

  /**
   * The item of a stored row. In a `partial` row, attributes can be missing. Attributes that the model does not have
   * are left out.
   */
  decode(
    stored: Readonly<StoredItem>,
    partial = false,
    attributes: Attributes = this.attributes
  ): Record<string, unknown> {
    const row = partial ? this.#keyValues.changed(stored, attributes) : this.#keyValues.added(stored, attributes)
    try {
      const item = attributes.decode(row, partial)
      for (const key of this.#keys) key.checkRead?.(stored, item)
      return item
    } catch (error) {
      const filled = partial || !(error instanceof Misfit) ? row : this.#keyValues.filled(row, attributes)
      if (filled !== row) return this.decode(filled, partial, attributes)
      throw this.undecodable(stored, error)
    }
  }

  /** The names of all attributes that rows of the model can have: its attributes and the layout's keys. */
  get names(): ReadonlySet<string> {
    this.#names ??= new Set([...this.attributes.names, ...this.layout.keys.map(key => key.name)])
    return this.#names
  }

  /** The error of a row that does not fit. Errors with other causes are returned unchanged. */
  undecodable(row: RawItem, error: unknown): unknown {
    if (!(error instanceof Misfit)) return error
    const keys = this.#keys.map(({ name, type }) => [name, ownValue(row, name)?.[type]] as const)
    const known = Object.fromEntries(keys.filter(([, value]) => value !== undefined))
    const isUntold = error.problem === IS_MISSING && this.isOnlyInKeys(String(error.path[0]))
    const problem = isUntold ? UNTOLD : error.problem
    return new UndecodableItem(this.name, known as Partial<ItemKey>, error.path, problem) // by the layout's names
  }
}

const UNTOLD = "is missing: it is only in keys, and this row's do not tell it: if it has few texts, let it be t.oneOf()"

const UNREADABLE =
  'is .onlyInKeys(), and could not be read there: it, or what stands before or behind it in the raw key, holds the text ' +
  'that parts them, or is a param. Store it beside the key, without .onlyInKeys()'

/** The compiled model. It is compiled at the first use. */
export const definitionIn = ({ ' compiled': compiled }: { readonly ' compiled': Compiled }): Definition => {
  compiled.definition ??= new Definition(compiled.blueprint)
  return compiled.definition
}
