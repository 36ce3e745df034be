import { isDeepStrictEqual } from 'node:util'
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { InvalidModel } from '../errors.ts'
import type { Attributes } from '../fields/attributes.ts'
import { isAbsentable, type MadeField } from '../fields/field.ts'
import { ownValue } from '../fields/record.ts'
import { Misfit, Report } from '../fields/report.ts'
import { isDerived, type KeySource, type Values } from '../keys/source.ts'
import type { Definition, StoredItem } from './definition.ts'

/**
 * Fills in attributes that a row holds only in its keys, as other programs may write them. A missing optional attribute
 * counts as absent, unless it is `.onlyInKeys()`.
 */
export class KeyValues {
  readonly #primary: readonly KeySource[]
  readonly #ofIndexes: readonly KeySource[]
  readonly #attributes: Attributes
  readonly #names: readonly string[]
  /** The attributes whose absence a read does not report, because they have a default or are optional. */
  readonly #silent: readonly string[]
  /** The attributes that only keys of indexes hold. */
  readonly #inIndexes: readonly string[]

  constructor(
    { name, attributes, groups, primary: own }: Definition,
    primary: readonly KeySource[],
    only: readonly string[]
  ) {
    this.#primary = primary
    this.#ofIndexes = groups.flatMap(({ keys }) => keys)
    this.#attributes = attributes
    const held = [...primary, ...this.#ofIndexes].flatMap(({ slots }) =>
      slots.filter(({ codec }) => codec !== undefined && codec.derivation === undefined)
    )
    const names = new Set(held.map(({ attribute }) => attribute))
    const isSure = (attribute: string) => only.includes(attribute) || !attributes.field(attribute)?.traits.isOptional
    this.#names = [...names].filter(isSure)
    const constants = held.filter(({ constant }) => constant !== undefined).map(({ attribute }) => attribute)
    this.#silent = this.#names.filter(attribute => {
      const field = attributes.field(attribute)
      return field !== undefined && isAbsentable(field) && !constants.includes(attribute)
    })
    this.#inIndexes = only.filter(attribute => !own.includes(attribute))
    const lost = only.find(attribute => !names.has(attribute))
    if (lost !== undefined)
      throw new InvalidModel(name, `${lost} is .onlyInKeys(), but stands in no key as it is, so that it would be lost`)
  }

  /** Whether reads fill in the attribute from a key if the row lacks it. */
  fills(name: string): boolean {
    return this.#names.includes(name)
  }

  /** The row. If it lacks an attribute whose absence the read would not report, keys fill in what they hold. */
  added(row: Readonly<StoredItem>, attributes: Attributes): Readonly<StoredItem> {
    for (const name of this.#silent)
      if (ownValue(row, name) === undefined && attributes.field(name) !== undefined) return this.filled(row, attributes)
    return row
  }

  /** The changed attributes of a row after an update, with those that only index keys hold. */
  changed(row: Readonly<StoredItem>, attributes: Attributes): Readonly<StoredItem> {
    return this.#inIndexes.length === 0 ? row : this.filled(row, attributes, this.#inIndexes)
  }

  /** The row, with all or some attributes filled in from its keys; the same object if there is nothing to add. */
  filled(
    row: Readonly<StoredItem>,
    attributes: Attributes,
    names: readonly string[] = this.#names
  ): Readonly<StoredItem> {
    const values = this.#valuesIn(row)
    let filled: StoredItem | undefined
    for (const name of names) {
      const field = attributes.field(name)
      if (ownValue(row, name) !== undefined || field === undefined || !Object.hasOwn(values, name)) continue
      const stored = field.encode(values[name], new Report())
      if (stored === undefined) continue
      filled ??= { ...row }
      filled[name] = stored
    }
    return filled ?? row
  }

  /** The values in a row's keys. If keys disagree, the primary key is right. */
  #valuesIn(row: Readonly<StoredItem>): Values {
    const values: Record<string, unknown> = {}
    const isUnread = (key: KeySource) =>
      !key.parse(ownValue(row, key.name), values, key.isRaw ? { ...values, ...this.beside(row, key) } : undefined)
    // A raw key that cannot be parsed alone may be parsed with the values of another key.
    const read = (keys: readonly KeySource[]) => keys.filter(isUnread).filter(key => key.isRaw && isUnread(key))
    const unread = read(this.#primary)
    const primary = { ...values }
    read(this.#ofIndexes)
    Object.assign(values, primary)
    for (const key of unread) isUnread(key)
    return values
  }

  /** The row's own values of the attributes in a raw key, which help to parse it. Other keys need none. */
  beside(row: Readonly<StoredItem>, { isRaw, attributes }: KeySource): Values | undefined {
    if (!isRaw || attributes.length < 2) return undefined
    const values: Record<string, unknown> = {}
    for (const name of attributes) {
      const stored = ownValue(row, name)
      const value = stored && decoded(this.#attributes.field(name), stored)
      if (value !== undefined) values[name] = value
    }
    return values
  }

  /**
   * The first of these values that cannot be read back from the row's keys; `undefined` if there is none. A raw key
   * always tells a value that is the only one in it that the row does not also have beside it. Among several such
   * values, a param cannot be tried, so it counts as unreadable.
   */
  unreadable(row: Readonly<StoredItem>, held: Readonly<StoredItem>): string | undefined {
    const keys = [...this.#primary, ...this.#ofIndexes].filter(
      key => key.isRaw && ownValue(row, key.name) !== undefined
    )
    if (keys.length === 0) return undefined
    const isTold = (name: string, { attributes, slots }: KeySource) =>
      attributes.includes(name) &&
      slots.every(slot => (slot.attribute === name ? !isDerived(slot) : ownValue(row, slot.attribute) !== undefined))
    const names = Object.keys(held).filter(name => !keys.some(key => isTold(name, key)))
    const read = this.filled(row, this.#attributes, names)
    return names.find(name => !isDeepStrictEqual(ownValue(read, name), held[name]))
  }
}

const decoded = (field: MadeField | undefined, stored: AttributeValue): unknown => {
  try {
    return field?.decode(stored)
  } catch (error) {
    if (error instanceof Misfit) return undefined
    throw error
  }
}
