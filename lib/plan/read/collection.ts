import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { describe, IncompleteQuery, InvalidRequest } from '../../errors.ts'
import type { Range } from '../../keys/bounds.ts'
import type { AttributeOf } from '../../keys/part.ts'
import { given, type KeyBound, type KeySource, type Slot, type Values } from '../../keys/source.ts'
import { Template } from '../../keys/template.ts'
import type { Access } from '../../schema/access.ts'
import type { OfOtherLayout, OtherLayout } from '../../schema/apart.ts'
import type { AnyModel, IndexShape, OwnPart, Parts, PartsIn, Shape, SortNames, TableKey } from '../../schema/shape.ts'
import { coveringBound } from './covering-bound.ts'
import type { Definitions } from './models.ts'
import { type Keys, walk } from './query.ts'
import { compareKeys, rangesIn, sortBoundOf } from './sort-bound.ts'
import { type QueryMode, type Where, type WhereProblem, whereProblem } from './where.ts'

/** The names of the models whose partition differs from the first model's. */
type Stranger<S extends Shape, M, Mode extends QueryMode> = StrangerTo<Partition<S, Mode>, M, Mode>

type StrangerTo<P, M, Mode extends QueryMode> = M extends AnyModel
  ? Differ<P, Partition<M[' shape'], Mode>> extends true
    ? M[' shape']['name']
    : never
  : never

type Differ<A, B> = [A, B] extends [B, A] ? false : 'text' extends A | B ? false : true

/**
 * What identifies the partitions of a model: the parts of the key and the suffix. Only the run time can compare keys
 * made by `text()`.
 */
type Partition<S extends Shape, Mode extends QueryMode> = Mode extends 'table' | 'consistent'
  ? TablePartition<S, 'pk'>
  : IndexPartition<S, S['indexes']['of'][Mode]>

/** Attributes used as keys, and sort keys, have no suffix. */
type TablePartition<S extends Shape, Key extends TableKey> = Key extends keyof S['table']['texts']
  ? 'text'
  : Key extends 'sk'
    ? [S['sk']]
    : S['pk'] extends readonly [S['table']['layout']['pk']]
      ? [S['pk']]
      : [S['pk'], S['suffix']]

type IndexPartition<S extends Shape, I extends IndexShape> = I['pk'] extends TableKey
  ? TablePartition<S, I['pk']>
  : 'pk' extends keyof I['texts']
    ? 'text'
    : I['pk'] extends readonly [OwnPart<string>, ...Parts]
      ? [I['pk']]
      : [I['pk'], S['suffix']]

/** The parts with which all the sort keys begin. */
type Shared<P extends Parts, All extends Parts> = P extends readonly [
  infer First extends string,
  ...infer Rest extends Parts
]
  ? [All] extends [readonly [First, ...Parts]]
    ? [First, ...Shared<Rest, All extends readonly [string, ...infer Tail extends Parts] ? Tail : never>]
    : []
  : []

type PartitionParts<S extends Shape, Mode extends QueryMode> = Mode extends 'table' | 'consistent'
  ? S['pk']
  : Extract<PartsIn<S, S['indexes']['of'][Mode]['pk']>, Parts>

/** The given attributes of SK that are not at the same place in all models. */
type Unshared<S extends Shape, M extends AnyModel, Given extends string, Mode extends QueryMode> = Exclude<
  Given & SortNames<S>,
  AttributeOf<PartitionParts<S, Mode>[number] | Shared<S['sk'], M[' shape']['sk']>[number]>
>

/**
 * The sentence that says why a query of several models cannot run; `never` if it can. The type-level twin of what
 * {@link keysOfAll} throws.
 */
export type CollectionProblem<
  F extends AnyModel,
  M extends AnyModel,
  Given extends string,
  Mode extends QueryMode,
  S extends Shape = F[' shape']
> = [Stranger<S, M, Mode>] extends [never]
  ? [M[' shape']['table']['layout']] extends [S['table']['layout']]
    ? [SharedSort<S, M, Given, Mode>] extends [never]
      ? WhereProblem<S, Given, Mode>
      : `${S['name']}: where() gives ${SharedSort<S, M, Given, Mode>}, at whose place in ${S['table']['layout']['sk']} not all models have it`
    : OfOtherLayout<S['name'], OtherLayout<S['table']['layout'], M>>
  : `${S['name']} and ${Stranger<S, M, Mode>} do not share a partition: their ${PartitionName<S, Mode>} differ, so each needs a query of its own`

/** Only the run time compares keys made by `text()`, and an index's own sort key. */
type SharedSort<S extends Shape, M extends AnyModel, Given extends string, Mode extends QueryMode> = [
  Given & SortNames<S>
] extends [never]
  ? never
  : keyof S['table']['texts'] extends never
    ? Mode extends 'table' | 'consistent'
      ? Unshared<S, M, Given, Mode>
      : S['indexes']['of'][Mode]['sk'] extends 'sk'
        ? Unshared<S, M, Given, Mode>
        : never
    : never

type PartitionName<S extends Shape, Mode extends QueryMode> = Mode extends 'table' | 'consistent'
  ? S['table']['layout']['pk']
  : S['table']['layout']['indexes'][Mode]['pk'][number]

/** The keys of a query of several models. Throws InvalidRequest, IncompleteQuery and InvalidKey. */
export const keysOfAll = (models: Definitions, access: Access, where: Where): Keys => {
  const [first] = models
  checkPartition(models, access)
  const ranges = rangesIn(first, where)
  const isRight = ranges.length < 2 && walk(access, where, ranges[0]) !== undefined
  const problem = isRight ? undefined : whereProblem(first.name, access, where.values, ranges)
  if (problem !== undefined) throw new IncompleteQuery(first.name, problem.sentence, problem.attribute)
  const { partition, bounds } = boundsOfAll(models, access, where.values, ranges[0])
  return { partition, bounds, bound: coveringBound(bounds) }
}

/**
 * Throws InvalidRequest for models whose partitions differ. It compares attributes by their places in the keys, not by
 * name.
 */
const checkPartition = (models: Definitions, access: Access): void => {
  const [first, ...others] = models
  for (const other of others) {
    const { pk } = other.on(access.index)
    const odd = access.pk.find((key, i) => !isAlike(key, pk[i]))
    if (odd !== undefined)
      throw new InvalidRequest(
        first.name,
        `${first.name} and ${other.name} do not share a partition: their ${odd.name} differ, so each needs a query of its own`
      )
  }
}

/** Whether two keys have the same fixed text around their values, or are the same attribute used as key. */
const isAlike = (one: KeySource, other: KeySource | undefined): boolean => {
  if (!(one instanceof Template && other instanceof Template))
    return one.name === other?.name && one.text === other.text
  const [a, b] = [one.frame, other.frame]
  return a.tail === b.tail && a.heads.length === b.heads.length && a.heads.every((head, i) => head === b.heads[i])
}

/**
 * The partition and each model's bounds, from the first model's where(). Throws InvalidRequest, IncompleteQuery and
 * InvalidKey.
 */
const boundsOfAll = (
  models: Definitions,
  access: Access,
  where: Values,
  range: Range | undefined
): { readonly partition: readonly AttributeValue[]; readonly bounds: readonly KeyBound[] } => {
  const [first] = models
  const partition = access.pk.map(key => key.stored(where))
  const slots = slotsOf(access.sk)
  const bounds = models.map(model => {
    const own = model.on(access.index)
    const others = own.pk.map((key, i) => key.stored(renamed(where, access.pk[i]?.slots ?? [], key.slots)))
    const at = others.findIndex((key, i) => compareKeys(key, partition[i] ?? key) !== 0)
    if (at >= 0) {
      const [one, other] = [partition[at], others[at]].map(key => describe(Object.values(key ?? {})[0]))
      throw new InvalidRequest(
        first.name,
        `${first.name} and ${model.name} do not share this partition: ${access.pk[at]?.name} is ${one} for one and ${other} for the other, so each needs a query of its own`
      )
    }
    const ownSlots = slotsOf(own.sk)
    // A value of the partition key is also known wherever the model's sort key has it.
    const known = renamed(where, slotsOf(access.pk), slotsOf(own.pk))
    const values = { ...known, ...renamed(where, slots, ownSlots, slot => isSorted(where, slot, access)) }
    const odd = slots.find(
      (slot, i) =>
        isSorted(where, slot, access) &&
        (slot.head !== ownSlots[i]?.head ||
          (slot.codec === undefined) !== (ownSlots[i]?.codec === undefined) ||
          ownSlots.slice(0, i).some(before => given(values, before) === undefined))
    )
    if (odd !== undefined)
      throw new IncompleteQuery(
        first.name,
        `${first.name}: where() gives ${odd.attribute}, at whose place in ${access.sk.map(({ name }) => name).join(', ')} not all models have it`,
        odd.attribute
      )
    const place = slots.findIndex(({ attribute }) => attribute === range?.attribute)
    const ownRange = range && { ...range, attribute: ownSlots[place]?.attribute ?? range.attribute }
    return sortBoundOf(own.sk, values, ownRange)
  })
  return { partition, bounds }
}

const slotsOf = (keys: readonly KeySource[]): readonly Slot[] => {
  const [first, ...others] = keys
  return first !== undefined && others.length === 0 ? first.slots : keys.flatMap(key => key.slots)
}

const isSorted = (where: Values, { attribute }: Slot, { pk }: Access): boolean =>
  Object.hasOwn(where, attribute) && !pk.some(key => key.attributes.includes(attribute))

/** Renames values: each attribute of one model becomes the other model's attribute at the same place. */
const renamed = (
  where: Values,
  from: readonly Slot[],
  to: readonly Slot[],
  takes: (slot: Slot) => boolean = ({ attribute }) => Object.hasOwn(where, attribute)
): Values => {
  const values: Record<string, unknown> = {}
  for (const [i, slot] of from.entries()) {
    const other = to[i]
    if (other !== undefined && takes(slot)) values[other.attribute] = where[slot.attribute]
  }
  return values
}
