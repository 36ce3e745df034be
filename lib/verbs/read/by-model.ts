import type { ConditionOf } from '../../expressions/grammar.ts'
import type { Combination } from '../../expressions/operators.ts'
import type { KeyBound, KeySource } from '../../keys/source.ts'
import type { Definitions } from '../../plan/read/models.ts'
import { projectedBy } from '../../plan/read/narrow.ts'
import type { NotInAll } from '../../plan/read/options.ts'
import type { QueryPlan } from '../../plan/read/query.ts'
import { isWithin, passesCheck, sortKeysOf } from '../../plan/read/sort-bound.ts'
import type { QueryMode } from '../../plan/read/where.ts'
import { ownerOf } from '../../schema/apart.ts'
import type { Definition, StoredItem } from '../../schema/definition.ts'
import type { AnyModel, InputOf, ItemOf } from '../../schema/shape.ts'
import { decoderOf } from './decode.ts'
import type { BehindOf, ItemOn } from './mode.ts'

/** An item, or only the attributes that `only()` named. */
export type Chosen<M extends AnyModel, Only extends string, Mode extends QueryMode = 'table'> = [Only, Mode] extends [
  never,
  'table' | 'consistent'
]
  ? ItemOf<M>
  : [Only] extends [never]
    ? ItemOn<M, Mode>
    : Pick<ItemOf<M>, Only & keyof ItemOf<M>>

/** An item, and the name of its model. */
export type TaggedItem<
  M extends AnyModel,
  Only extends string = never,
  Mode extends QueryMode = 'table'
> = M extends AnyModel ? { model: M[' shape']['name']; item: Chosen<M, Only, Mode> } : never

/** The key of an item, and the name of its model. A pair that `for await` yields fits too. */
export type TaggedKey<M extends AnyModel, Mode extends QueryMode = 'table'> = M extends AnyModel
  ? { readonly model: M[' shape']['name']; readonly item: BehindOf<M, Mode> }
  : never

/** Lists of items by the names of their models. */
export type Grouped<M extends AnyModel, Only extends string = never, Mode extends QueryMode = 'table'> = {
  [K in M as K[' shape']['name']]: Chosen<K, Only, Mode>[]
}

/** The attributes that all models of a read share. */
export type SharedNames<M extends AnyModel> = keyof ItemOf<M> & string

type NamesOf<M> = M extends AnyModel ? keyof InputOf<M> & string : never

/** A condition on the attributes that all models of a read share. */
export type SharedCondition<M extends AnyModel> =
  | Combination<Pick<InputOf<M>, keyof InputOf<M>>>
  | (ConditionOf<Pick<InputOf<M>, keyof InputOf<M>>> & {
      readonly [K in Exclude<NamesOf<M>, keyof InputOf<M>>]?: NotInAll<K>
    })

/** An item of any model, and the name of its model. */
export interface AnyTagged {
  readonly model: string
  readonly item: unknown
}

/** Pairs an item with the name of its model. */
export const tagged = (item: unknown, model: string): AnyTagged => ({ model, item })

/**
 * Returns a function that finds the model of a row, and decodes it. The function returns `undefined` for a row of no
 * model of the read, or outside its model's bounds. The key condition cannot exclude every other model: `A#<a>` is also
 * a prefix of `A#<a>#B#<b>`.
 */
export const taggerOf = (
  { models, index, options, isWhole }: Pick<QueryPlan, 'models' | 'index' | 'options'> & { readonly isWhole?: boolean },
  isCount: boolean,
  isOwnPartition: boolean,
  bounds: readonly KeyBound[] | undefined,
  give: (item: unknown, model: string) => unknown
): ((stored: StoredItem) => unknown) => {
  const readers = models.map((model, i) => ({
    model,
    sk: model.on(index).sk,
    decode: isCount
      ? () => true
      : decoderOf(model, options, isWhole ? undefined : projectedBy(model, model.on(index).layout)),
    bound: bounds?.[i]
  }))
  const [only, another] = readers
  const hasType = models[0].layout.type !== undefined
  const readerOf = (owner: Definition | undefined) => readers.find(({ model }) => model === owner)
  return stored => {
    const owner =
      another === undefined
        ? only?.model.claims(stored, isOwnPartition) && only
        : hasType
          ? readerOf(ownerOf(models, stored))
          : readers.find(({ model }) => model.claims(stored, isOwnPartition))
    if (!owner) return undefined
    const { model, sk, bound } = owner
    if (bound !== undefined && !isInBound(model, sk, bound, stored)) return undefined
    const item = owner.decode(stored)
    return item === undefined ? undefined : give(item, model.name)
  }
}

const isInBound = (model: Definition, sk: readonly KeySource[], bound: KeyBound, stored: StoredItem): boolean => {
  if (!isWithin(bound, sortKeysOf(stored, sk))) return false
  const { check } = bound
  const key = check && sk.find(key => key.attributes.includes(check.attribute))
  return check === undefined || key === undefined || passesCheck(model, key, stored, check)
}

/** Groups tagged items by model. Each list keeps the order of the read. */
export const grouped = (models: Definitions, items: readonly AnyTagged[]): Record<string, unknown[]> => {
  const groups: Record<string, unknown[]> = Object.fromEntries(models.map(({ name }) => [name, []]))
  for (const { model, item } of items) groups[model]?.push(item)
  return groups
}
