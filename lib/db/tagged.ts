import type { Definitions } from '../commands/collection.ts'
import type { ReadOptions } from '../commands/read-options.ts'
import type { StoredItem } from '../model/definition.ts'
import type { AnyModel, ItemOf } from '../model/shape.ts'
import { decoderOf } from './decode.ts'

/** An item, and the name of the model it belongs to. */
export type TaggedItem<M extends AnyModel> = M extends AnyModel
  ? { model: M['~shape']['name']; item: ItemOf<M> }
  : never

/** Items by the names of their models. */
export type Grouped<M extends AnyModel> = { [K in M as K['~shape']['name']]: ItemOf<K>[] }

interface AnyTagged {
  readonly model: string
  readonly item: unknown
}

/** Finds the model that a row belongs to, and decodes it; `undefined` if it is none of them. */
export const taggerOf = (
  models: Definitions,
  isOwnPartition: boolean,
  options: ReadOptions,
  isCount: boolean
): ((stored: StoredItem) => AnyTagged | undefined) => {
  const readers = models.map(model => ({ model, decode: isCount ? () => true : decoderOf(model, options) }))
  return stored => {
    const PK = stored.PK?.S
    const SK = stored.SK?.S
    if (PK === undefined || SK === undefined) return undefined
    const owner = readers.find(({ model }) => model.claims({ PK, SK }, isOwnPartition))
    const item = owner?.decode(stored)
    return owner && item !== undefined ? { model: owner.model.name, item } : undefined
  }
}

/** Tagged items as lists by model, each in the order of the read. */
export const grouped = (models: Definitions, items: readonly AnyTagged[]): Record<string, unknown[]> => {
  const groups: Record<string, unknown[]> = Object.fromEntries(models.map(({ name }) => [name, []]))
  for (const { model, item } of items) groups[model]?.push(item)
  return groups
}
