import { IncompleteQuery, InvalidRequest } from '../../errors.ts'
import type { Ordered } from '../../expressions/grammar.ts'
import type { Operator } from '../../expressions/operators.ts'
import { isRecord, notARecord } from '../../fields/record.ts'
import { snapshotOf } from '../../fields/snapshot.ts'
import type { Range, RangeKind } from '../../keys/bounds.ts'
import type { AttributeOf } from '../../keys/part.ts'
import { isGiven, type Slot, type Template } from '../../keys/template.ts'
import type { Definition } from '../../schema/definition.ts'
import type { IndexPartitionNames, PartitionNames, Parts, Shape, SortNames } from '../../schema/shape.ts'

/** What a query reads: the table, the table with strong consistency, or the index. */
export type QueryMode = 'table' | 'consistent' | 'GSI1'

/** What stands among the given attributes for one that is given as a range. */
type Ranged<K extends string> = `range of ${K}`

/** A range of the values of type `T` in a sort key. */
type RangeOf<T> =
  | Operator<Exclude<RangeKind, 'beginsWith'>, Extract<T, Ordered>>
  | (T extends string ? Operator<'beginsWith', string> : never)

/** What where() takes: values of key attributes, and ranges of such. Which of them may be ranges, its result says. */
export type WhereInput<Keys> = { readonly [K in keyof Keys]?: ValueOf<Keys[K]> }
type ValueOf<T> = [T] extends [never] ? never : T | RangeOf<T> // conditional, so that it is worked out once for each `T`

/** Refuses other attributes, in a sentence in the place of their types. */
export type OnlyKeys<S extends Shape, V, Names> = [keyof V] extends [Names]
  ? unknown
  : { readonly [K in Exclude<keyof V, Names>]: [`${S['name']}: where() gives ${K & string}, which stands in no key`] }

/** The names of where()'s values, but not of those that may be undefined, and a mark for those that are ranges. */
export type GivenBy<V> = [V[keyof V]] extends [Exclude<Ordered, Uint8Array> | boolean] ? keyof V & string : MarkedIn<V>

type AnyRange = Operator<RangeKind, unknown>
type MarkedIn<V> = {
  [K in keyof V & string]: undefined extends V[K] ? never : Extract<V[K], AnyRange> extends never ? K : K | Ranged<K>
}[keyof V & string]

/**
 * The first thing that keeps a query from running, as a sentence; `never` if nothing does. `Given` are the attributes
 * that where() has. The type-level twin of {@link whereProblem}.
 */
export type WhereProblem<S extends Shape, Given extends string, Mode extends QueryMode> = Mode extends 'GSI1'
  ? Problem<S, Given, NonNullable<S['gsi1']>, IndexPartitionNames<S>, 'GSI1PK'>
  : Problem<S, Given, S['pk'], PartitionNames<S>, 'PK'>

type Problem<
  S extends Shape,
  Given extends string,
  Partition extends Parts,
  Names extends string,
  Key extends string
> = string extends Names // parts that are not known to the compiler are left to run time
  ? never
  : [Names] extends [Given]
    ? [Given] extends [Names | SortNames<S>]
      ? [Given] extends [Names]
        ? never
        : Gap<S['name'], S['sk'], Given>
      : [Exclude<Given, Names | SortNames<S> | Ranged<string>>] extends [never]
        ? RangeProblem<S, Given, Names, Key>
        : `${S['name']}: where() gives ${Exclude<Given, Names | SortNames<S> | Ranged<string>>}, which is not a part of ${Key} or SK`
    : `${S['name']}: where() lacks ${FirstMissing<Partition, Given>}, a part of ${Key}`

type RangeProblem<S extends Shape, Given extends string, Names extends string, Key extends string> = [
  Ranged<Names> & Given
] extends [never]
  ? [Gap<S['name'], S['sk'], Given>] extends [never]
    ? Later<S['name'], S['sk'], Given>
    : Gap<S['name'], S['sk'], Given>
  : `${S['name']}: where() gives a range of ${NameIn<Ranged<Names> & Given>}, a part of ${Key}, which needs one value`

type NameIn<Mark> = Mark extends Ranged<infer Name> ? Name : never

type FirstMissing<P extends Parts, Given extends string> = P extends readonly [
  infer First extends string,
  ...infer Rest extends Parts
]
  ? AttributeOf<First> extends Given
    ? FirstMissing<Rest, Given>
    : AttributeOf<First>
  : never

type Gap<Name extends string, Sk extends Parts, Given extends string> = Sk extends readonly [
  infer First extends string,
  ...infer Rest extends Parts
]
  ? AttributeOf<First> extends Given
    ? Gap<Name, Rest, Given>
    : `${Name}: where() gives ${Extract<AttributeOf<Rest[number]>, Given>} but not ${AttributeOf<First>}, which stands before it in SK`
  : never

type Later<Name extends string, Sk extends Parts, Given extends string> = Sk extends readonly [
  infer First extends string,
  ...infer Rest extends Parts
]
  ? Ranged<AttributeOf<First>> extends Given
    ? `${Name}: where() gives ${Extract<AttributeOf<Rest[number]>, Given>} behind a range of ${AttributeOf<First>}, which must be the last in SK`
    : Later<Name, Rest, Given>
  : never

/**
 * What where() was given, as it is now. A value that is `undefined` is refused: without it, more would be read than was
 * meant. Throws InvalidRequest and IncompleteQuery.
 */
export const whereOf = (model: string, values: unknown): Readonly<Record<string, unknown>> => {
  if (!isRecord(values)) throw new InvalidRequest(model, `where() ${notARecord(values)}`)
  const given: Readonly<Record<string, unknown>> = snapshotOf(values)
  for (const name in given)
    if (given[name] === undefined && Object.hasOwn(given, name))
      throw new IncompleteQuery(
        model,
        `${model}: where() gives ${name} as undefined: give it a value, or leave it out`,
        name
      )
  return given
}

/** The first thing that keeps a query with these values from running: the attribute it is about, and a sentence. */
export const whereProblem = (
  model: Definition,
  partition: Template,
  where: Readonly<Record<string, unknown>>,
  ranges: readonly Range[]
): { attribute: string; sentence: string } | undefined => {
  if (ranges.length === 0 && isFine(model.sk, partition, where)) return undefined
  const found = findProblem(model.sk, partition, where, ranges)
  return found && { attribute: found[0], sentence: `${model.name}: where() ${found[1]}` }
}

/** Most queries have no problem, and that is told without looking for one. */
const isFine = (sk: Template, partition: Template, where: Readonly<Record<string, unknown>>): boolean => {
  let known = 0
  for (const slot of partition.slots) {
    if (isGiven(where, slot)) known++
    else if (slot.constant === undefined) return false
  }
  for (const slot of sk.slots) {
    if (isGiven(where, slot)) known++
    else if (slot.constant === undefined) break
  }
  for (const _ in where) known--
  return known === 0
}

const findProblem = (
  sk: Template,
  partition: Template,
  where: Readonly<Record<string, unknown>>,
  ranges: readonly Range[]
): readonly [attribute: string, sentence: string] | undefined => {
  const given = Object.keys(where)
  const isKnown = ({ attribute, constant }: Slot): boolean => constant !== undefined || given.includes(attribute)
  const lacking = partition.slots.find(slot => !isKnown(slot))?.attribute
  if (lacking !== undefined) return [lacking, `lacks ${lacking}, a part of ${partition.name}`]
  const foreign = given.find(name => !partition.attributes.includes(name) && !sk.attributes.includes(name))
  if (foreign !== undefined) return [foreign, `gives ${foreign}, which is not a part of ${partition.name} or SK`]
  const ranged = ranges.map(({ attribute }) => attribute)
  const inPartition = ranged.find(attribute => partition.attributes.includes(attribute))
  if (inPartition !== undefined)
    return [inPartition, `gives a range of ${inPartition}, a part of ${partition.name}, which needs one value`]
  const gap = sk.slots.findIndex(slot => !isKnown(slot))
  const before = sk.attributes[gap]
  const behind = sk.attributes.find((attribute, i) => i > gap && given.includes(attribute))
  if (before !== undefined && behind !== undefined)
    return [before, `gives ${behind} but not ${before}, which stands before it in SK`]
  if (ranged.length === 0) return undefined
  const range = sk.attributes.findIndex(attribute => ranged.includes(attribute))
  const last = sk.attributes[range]
  const later = sk.attributes.find((attribute, i) => i > range && given.includes(attribute))
  if (last === undefined || later === undefined) return undefined
  return [last, `gives ${later} behind a range of ${last}, which must be the last in SK`]
}
