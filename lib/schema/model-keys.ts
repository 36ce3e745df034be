import { InvalidKey, InvalidModel, nameOf } from '../errors.ts'
import { isRecord, notARecord } from '../fields/record.ts'
import { STORM_INDEX } from '../storm.ts'
import type { Blueprint } from './blueprint.ts'
import type { Definition, StoredItem } from './definition.ts'
import { type KeySources, keySources } from './key-sources.ts'
import { PrimaryKey } from './primary-key.ts'
import type { TableLayout } from './table-layout.ts'

/** The keys of a model, which is all that is compiled of it where nothing is sent. */
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

  /** The primary key of an item, or of the key attributes alone. Throws InvalidKey. */
  key(values: unknown): StoredItem {
    return this.primaryKey.stored(values)
  }

  /** The key in an index of an item, or of the attributes of that key alone. Throws InvalidKey and InvalidModel. */
  indexKey(index: string, values: unknown): StoredItem {
    if (!isRecord(values)) throw new InvalidKey(this.name, 'indexKey', notARecord(values))
    const sources = this.sources.indexes.get(index)
    if (sources === undefined) throw new InvalidModel(this.name, notInIndex(index))
    return Object.fromEntries([...sources.pk, ...sources.sk].map(key => [key.name, key.stored(values)]))
  }

  /** The attributes behind a primary key; `undefined` if it is another model's. */
  parse(row: Readonly<StoredItem>): Record<string, unknown> | undefined {
    return this.primaryKey.parse(row)
  }
}

/** What a model was told, and what was compiled of it when that was first needed. */
export class Compiled {
  readonly blueprint: Blueprint
  /** All of it, made by who sends or decodes: see `definitionIn`. */
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

/** What the compiler says, and the run time throws, of a model that is not in an index. */
export const notInIndex = (index: string): string => {
  const name = nameOf(index)
  return `not in ${name}, its model has no ${callFor(name)}`
}

const callFor = (index: string): string => (index === STORM_INDEX ? '.gsi1(…)' : `.index('${index}', …)`)
