import { InvalidRequest } from '../../errors.ts'
import type { ConditionOf } from '../../expressions/grammar.ts'
import type { Combination } from '../../expressions/operators.ts'
import type { Definitions } from '../../plan/read/collection.ts'
import type { NotInAll, ReadOptions } from '../../plan/read/options.ts'
import { isWithin, passesCheck, type SortBound } from '../../plan/read/sort-bound.ts'
import type { StoredItem } from '../../schema/definition.ts'
import type { AnyModel, InputOf, ItemOf, KeyOf } from '../../schema/shape.ts'
import { decoderOf } from './decode.ts'

/** An item, or those attributes of it that `only()` names. */
type Chosen<M extends AnyModel, Only extends string> = [Only] extends [never]
  ? ItemOf<M>
  : Pick<ItemOf<M>, Only & keyof ItemOf<M>>

/** An item, and the name of the model it belongs to. */
export type TaggedItem<M extends AnyModel, Only extends string = never> = M extends AnyModel
  ? { model: M['~shape']['name']; item: Chosen<M, Only> }
  : never

/** The key of an item, and the name of the model it belongs to: what a stream gives will do. */
export type TaggedKey<M extends AnyModel> = M extends AnyModel
  ? { readonly model: M['~shape']['name']; readonly item: KeyOf<M> }
  : never

/** Items by the names of their models. */
export type Grouped<M extends AnyModel, Only extends string = never> = {
  [K in M as K['~shape']['name']]: Chosen<K, Only>[]
}

/** The attributes that all of some models have. */
export type SharedNames<M extends AnyModel> = keyof ItemOf<M> & string

type NamesOf<M> = M extends AnyModel ? keyof InputOf<M> & string : never

/** A condition of the attributes that all of some models have. */
export type SharedCondition<M extends AnyModel> =
  | Combination<Pick<InputOf<M>, keyof InputOf<M>>>
  | (ConditionOf<Pick<InputOf<M>, keyof InputOf<M>>> & {
      readonly [K in Exclude<NamesOf<M>, keyof InputOf<M>>]?: NotInAll<K>
    })

interface AnyTagged {
  readonly model: string
  readonly item: unknown
}

/**
 * Finds the model that a row belongs to, and decodes it; `undefined` if it is none of them, or outside of the bounds that
 * its model has.
 */
export const taggerOf = (
  models: Definitions,
  isOwnPartition: boolean,
  options: ReadOptions,
  isCount: boolean,
  bounds: readonly SortBound[] = []
): ((stored: StoredItem) => AnyTagged | undefined) => {
  const readers = models.map((model, i) => ({
    model,
    decode: isCount ? () => true : decoderOf(model, options),
    bound: bounds[i]
  }))
  return stored => {
    const PK = stored.PK?.S
    const SK = stored.SK?.S
    if (PK === undefined || SK === undefined) return undefined
    const owner = readers.find(({ model }) => model.claims({ PK, SK }, isOwnPartition))
    if (owner === undefined) return undefined
    const { model, bound } = owner
    if (bound !== undefined && !isWithin(bound, SK)) return undefined
    if (bound?.check !== undefined && !passesCheck(model, stored, bound.check)) return undefined
    const item = owner.decode(stored)
    return item === undefined ? undefined : { model: model.name, item }
  }
}

/** Tagged items as lists by model, each in the order of the read. */
export const grouped = (models: Definitions, items: readonly AnyTagged[]): Record<string, unknown[]> => {
  const groups: Record<string, unknown[]> = Object.fromEntries(models.map(({ name }) => [name, []]))
  for (const { model, item } of items) groups[model]?.push(item)
  return groups
}

/** Refuses names of attributes that one of the models does not have. */
export const checkNames = (models: Definitions, names: readonly string[]): void => {
  for (const model of models) {
    const unknown = names.find(name => model.attributes.field(name) === undefined)
    if (unknown !== undefined)
      throw new InvalidRequest(
        models[0].name,
        `only() is given ${unknown}, which is no attribute${models.length > 1 ? ` of ${model.name}` : ''}`
      )
  }
}
