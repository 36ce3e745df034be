import { InvalidKey, InvalidModel, nameOf } from '../errors.ts'
import { isRecord, notARecord } from '../fields/record.ts'
import { STORM_INDEX } from '../storm.ts'
import type { Blueprint } from './blueprint.ts'
import type { Definition, StoredItem } from './definition.ts'
import { type KeySources, keySources } from './key-sources.ts'
import { PrimaryKey } from './primary-key.ts'
import type { TableLayout } from './table-layout.ts'

/** The keys of a model. A program that only renders and parses keys compiles no more than this. */
export class ModelKeys {
  readonly name: string
  readonly layout: TableLayout
  readonly primaryKey: PrimaryKey
  protected readonly sources: KeySources

  constructor(blueprint: Blueprint) {
    this.name = blueprint.name
    this.layout = blueprint.layout
    this.sources = keySources(blueprint)
    this.primaryKey = new PrimaryKey(this.name, this.sources.pk, this.sources.sk)
  }

  /** The primary key of an item or of its key attributes. Throws InvalidKey. */
  key(values: unknown): StoredItem {
    return this.primaryKey.stored(values)
  }

  /** The index key of an item or of that key's attributes. Throws InvalidKey and InvalidModel. */
  indexKey(index: string, values: unknown): StoredItem {
    if (!isRecord(values)) throw new InvalidKey(this.name, 'indexKey', notARecord(values))
    const sources = this.sources.indexes.get(index)
    if (sources === undefined) throw new InvalidModel(this.name, notInIndex(index))
    return Object.fromEntries([...sources.pk, ...sources.sk].map(key => [key.name, key.stored(values)]))
  }

  /** The attributes in a primary key; `undefined` if it is another model's. */
  parse(row: Readonly<StoredItem>): Record<string, unknown> | undefined {
    return this.primaryKey.parse(row)
  }
}

/** A model's blueprint, and what is compiled from it at first use. */
export class Compiled {
  readonly blueprint: Blueprint
  /** The whole definition, once something is sent or decoded: see `definitionIn`. */
  definition: Definition | undefined
  #keys: ModelKeys | undefined

  constructor(blueprint: Blueprint) {
    this.blueprint = blueprint
  }

  get keys(): ModelKeys {
    this.#keys ??= this.definition ?? new ModelKeys(this.blueprint)
    return this.#keys
  }
}

/** The error for a model that is not in an index, at compile time and at run time. */
export const notInIndex = (index: string): string => {
  const name = nameOf(index)
  return `not in ${name}, its model has no ${callFor(name)}`
}

const callFor = (index: string): string => (index === STORM_INDEX ? '.gsi1(…)' : `.index('${index}', …)`)
