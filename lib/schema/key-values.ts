import { InvalidModel } from '../errors.ts'
import type { Attributes } from '../fields/attributes.ts'
import { ownValue } from '../fields/record.ts'
import { Report } from '../fields/report.ts'
import type { KeySource } from '../keys/source.ts'
import type { Definition, StoredItem } from './definition.ts'

/**
 * Takes from the keys of a row what is not stored beside them: other programs may keep a value in a key alone. An attribute
 * that may be absent is taken from its absence to be absent, unless it is never stored beside keys.
 */
export class KeyValues {
  readonly #keys: readonly KeySource[]
  readonly #names: readonly string[]

  constructor({ name, attributes, groups }: Definition, primary: readonly KeySource[], only: readonly string[]) {
    // Where keys disagree, the primary one is right.
    this.#keys = [...groups.flatMap(({ keys }) => keys), ...primary]
    const held = this.#keys.flatMap(({ slots }) => slots.filter(({ codec }) => codec !== undefined && !codec.isDerived))
    const names = new Set(held.map(({ attribute }) => attribute))
    const isSure = (attribute: string) => only.includes(attribute) || !attributes.field(attribute)?.traits.isOptional
    this.#names = [...names].filter(isSure)
    const lost = only.find(attribute => !names.has(attribute))
    if (lost !== undefined)
      throw new InvalidModel(name, `${lost} is .onlyInKeys(), but stands in no key as it is, so that it would be lost`)
  }

  /** The row with those of the attributes that it lacks and its keys hold. */
  added(row: Readonly<StoredItem>, attributes: Attributes): Readonly<StoredItem> {
    for (const name of this.#names)
      if (row[name] === undefined && attributes.field(name) !== undefined) return this.#filled(row, attributes)
    return row
  }

  #filled(row: Readonly<StoredItem>, attributes: Attributes): Readonly<StoredItem> {
    const values: Record<string, unknown> = {}
    for (const key of this.#keys) key.parse(ownValue(row, key.name), values)
    const filled: StoredItem = { ...row }
    for (const name of this.#names) {
      const field = attributes.field(name)
      if (Object.hasOwn(row, name) || field === undefined || !Object.hasOwn(values, name)) continue
      const stored = field.encode(values[name], new Report())
      if (stored !== undefined) filled[name] = stored
    }
    return filled
  }
}
