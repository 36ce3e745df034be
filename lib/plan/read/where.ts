import { IncompleteQuery, InvalidRequest } from '../../errors.ts'
import type { Ordered } from '../../expressions/grammar.ts'
import { MadeOperator, type Operator } from '../../expressions/operators.ts'
import { isImmutable, isPlain } from '../../fields/kinds.ts'
import { isRecord, takesRecord } from '../../fields/record.ts'
import { snapshot, snapshotOf } from '../../fields/snapshot.ts'
import type { Range, RangeKind } from '../../keys/bounds.ts'
import type { AttributeOf } from '../../keys/part.ts'
import type { KeySource, Slot, Values } from '../../keys/source.ts'
import type { Access } from '../../schema/access.ts'
import type { Definition } from '../../schema/definition.ts'
import type { Nothing, StormIndex } from '../../schema/layout-types.ts'
import type {
  AnyModel,
  ConstantKeys,
  IndexShape,
  NamesOf,
  PartitionNames,
  Parts,
  PartsIn,
  Shape,
  TableKey
} from '../../schema/shape.ts'

/** The type of a query's source: the table, the table with consistent reads, or the name of an index. */
export type QueryMode = 'table' | 'consistent' | (string & {})

/** Marks an attribute that is given as a range. */
type Ranged<K extends string> = `range of ${K}`

/** A range of values of type `T` in a sort key. */
type RangeOf<T> =
  | Operator<Exclude<RangeKind, 'beginsWith'>, Extract<T, Ordered>>
  | (T extends string ? Operator<'beginsWith', string> : T extends Uint8Array ? Operator<'beginsWith', T> : never)

/** The argument of where(): values of key attributes, or ranges. WhereProblem says which of them may be ranges. */
export type WhereInput<Keys> = { readonly [K in keyof Keys]?: ValueOf<Keys[K]> }

/** The argument of where() of a model, for code that takes any model. */
export type WhereOf<M extends AnyModel> = WhereInput<M[' keys']>

type ValueOf<T> = [T] extends [never] ? never : T | RangeOf<T> // conditional, so that it is resolved once for each `T`

/** The names of where()'s values, with a mark for each range. Leaves out values that may be undefined. */
export type GivenBy<V, Keys> = [V[keyof V]] extends [Single]
  ? keyof V & keyof Keys & string // OnlyKeys refused others
  : WhereInput<Keys> extends (Nothing extends V ? V : never) // compared only for an argument without required members
    ? AtRunTime // the type may be anything, or was refused, so it says nothing about the values
    : MarkedIn<V>

/** Given in place of names if only the run time can check the query. */
export type AtRunTime = 'at run time'

type Single = Exclude<Ordered, Uint8Array> | boolean
type AnyRange = Operator<RangeKind, unknown>
type MarkedIn<V> = {
  [K in keyof V & string]: V[K] extends Single
    ? K
    : undefined extends V[K]
      ? never
      : Extract<V[K], AnyRange> extends never
        ? K
        : K | Ranged<K>
}[keyof V & string]

/**
 * The first problem that keeps a query from running, as a sentence; `never` if there is none. `Given` names the
 * attributes that where() has. The type-level twin of {@link whereProblem}.
 */
export type WhereProblem<S extends Shape, Given extends string, Mode extends QueryMode> = AtRunTime extends Given
  ? never
  : Mode extends 'table' | 'consistent'
    ? Problem<S, Given, Mode, S['pk'], PartitionNames<S>, S['sk']>
    : ProblemOn<S, Given, Mode, S['indexes']['of'][Mode]>

type ProblemOn<S extends Shape, Given extends string, Mode extends QueryMode, I extends IndexShape> = Problem<
  S,
  Given,
  Mode,
  PartsIn<S, I['pk']>,
  NamesOf<PartsIn<S, I['pk']>>,
  PartsIn<S, I['sk']>
>

type Problem<
  S extends Shape,
  Given extends string,
  Mode extends QueryMode,
  Partition,
  Names extends string,
  Sort
> = string extends Names // the compiler does not know the parts, so the run time checks them
  ? never
  : [Names] extends [Given]
    ? [Given] extends [Names | First<Sort, Names>] // the most common case needs no further check
      ? never
      : ProblemBehind<S, Given, Mode, Names, Sort>
    : [Exclude<Names, ConstantKeys<S>>] extends [Given] // an attribute with one possible value may be left out
      ? ProblemBehind<S, Given, Mode, Names, Sort>
      : `${S['name']}: where() lacks ${FirstMissing<Partition, Given | ConstantKeys<S>>}, a part of ${KeyName<S, Mode, 'pk'>}${Meant<S, Given, Mode>}`

/**
 * What is always allowed for a sort key: its first attribute, or a range of it if the partition does not already give
 * it.
 */
type First<Sort, Names extends string> = Sort extends readonly [infer Part extends string, ...unknown[]]
  ? ValueOrRange<AttributeOf<Part>, Names>
  : never
type ValueOrRange<Name extends string, Names extends string> = Name extends Names ? never : Name | Ranged<Name>

/** Completes a sentence, if there is one; a range without a problem has none. */
type Told<Sentence, S extends Shape, Given extends string, Mode extends QueryMode> = Sentence extends string
  ? `${Sentence}${Meant<S, Given, Mode>}`
  : never

/**
 * If where() has a whole key of an index, but not of the table, the sentence suggests that index. Resolved only for a
 * query with a problem.
 */
type Meant<S extends Shape, Given extends string, Mode extends QueryMode> = Mode extends 'table' | 'consistent'
  ? [ReadBy<S, Given, S['indexes']['of']>] extends [never]
    ? ''
    : ReadBy<S, Given, S['indexes']['of']>
  : ''

type ReadBy<S extends Shape, Given extends string, Of extends Readonly<Record<string, IndexShape>>> = {
  [I in keyof Of & string]: [ProblemOn<S, Given, I, Of[I]>] extends [never]
    ? `, but a whole key of ${I}: read that by ${I extends StormIndex ? '.onGsi1()' : `.on('${I}')`}`
    : never
}[keyof Of & string]

/** The problem of a query whose partition key is complete. */
type ProblemBehind<S extends Shape, Given extends string, Mode extends QueryMode, Names extends string, Sort> = [
  Given
] extends [Names | NamesOf<Sort>]
  ? [Given] extends [Names]
    ? never
    : Gap<S, Mode, Sort, Given, Names>
  : [Exclude<Given, Names | NamesOf<Sort> | Ranged<string>>] extends [never]
    ? RangeProblem<S, Given, Mode, Names, Sort>
    : `${S['name']}: where() gives ${Exclude<Given, Names | NamesOf<Sort> | Ranged<string>>}, which is not a part of ${KeyName<S, Mode, 'pk'>}${Or<KeyName<S, Mode, 'sk'>>}${Meant<S, Given, Mode>}`

/** The names of a key of the table or of an index. */
type KeyName<S extends Shape, Mode extends QueryMode, K extends TableKey> = Mode extends 'table' | 'consistent'
  ? S['table']['layout'][K]
  : S['table']['layout']['indexes'][Mode][K][number]

type Or<SortKey extends string> = [SortKey] extends [never] ? '' : ` or ${SortKey}`

type RangeProblem<S extends Shape, Given extends string, Mode extends QueryMode, Names extends string, Sort> = [
  Ranged<Names> & Given
] extends [never]
  ? [Gap<S, Mode, Sort, Given, Names>] extends [never]
    ? Told<Later<S, Mode, Sort, Given, Names>, S, Given, Mode>
    : Gap<S, Mode, Sort, Given, Names>
  : `${S['name']}: where() gives a range of ${NameIn<Ranged<Names> & Given>}, a part of ${KeyName<S, Mode, 'pk'>}, which needs one value${Meant<S, Given, Mode>}`

type NameIn<Mark> = Mark extends Ranged<infer Name> ? Name : never

type FirstMissing<P, Given extends string> = P extends readonly [
  infer First extends string,
  ...infer Rest extends Parts
]
  ? AttributeOf<First> extends Given
    ? FirstMissing<Rest, Given>
    : AttributeOf<First>
  : never

/** Attributes that the partition key has, `Names`, may appear at any place. */
type Gap<
  S extends Shape,
  Mode extends QueryMode,
  Sort,
  Given extends string,
  Names extends string
> = Sort extends readonly [infer First extends string, ...infer Rest extends Parts]
  ? [Given] extends [Names | AttributeOf<First>]
    ? never
    : AttributeOf<First> extends Given
      ? Gap<S, Mode, Rest, Given, Names>
      : AttributeOf<Rest[number]> & Given extends Names
        ? never
        : AttributeOf<First> extends ConstantKeys<S>
          ? Gap<S, Mode, Rest, Given, Names>
          : `${S['name']}: where() gives ${Exclude<AttributeOf<Rest[number]> & Given, Names>} but not ${AttributeOf<First>}, which stands before it in ${KeyName<S, Mode, 'sk'>}${Meant<S, Given, Mode>}`
  : never

type Later<
  S extends Shape,
  Mode extends QueryMode,
  Sort,
  Given extends string,
  Names extends string
> = Sort extends readonly [infer First extends string, ...infer Rest extends Parts]
  ? Ranged<AttributeOf<First>> extends Given
    ? `${S['name']}: where() gives ${Exclude<AttributeOf<Rest[number]> & Given, Names>} behind a range of ${AttributeOf<First>}, which must be the last in ${KeyName<S, Mode, 'sk'>}`
    : Later<S, Mode, Rest, Given, Names>
  : never

/** The arguments of where(). */
export interface Where {
  readonly values: Values
  /** The number of values. */
  readonly count: number
  /** The attributes whose value is an operator. */
  readonly asked: readonly string[]
}

export const NOWHERE: Where = { values: {}, count: 0, asked: [] }

/**
 * Takes a snapshot of where()'s argument and adds it to the earlier ones. Refuses `undefined`, since without that value
 * the query would read more than the caller meant. Throws InvalidRequest and IncompleteQuery.
 */
export const whereOf = (
  { name: model, copyWhere }: Pick<Definition, 'name' | 'copyWhere'>,
  values: unknown,
  before: Where
): Where => {
  const isLiteral = isPlain(values)
  if (!isLiteral && !isRecord(values)) throw new InvalidRequest(model, takesRecord('where()', values))
  const given = copyWhere(isLiteral ? values : snapshotOf(values))
  let { count, asked } = before
  for (const name in given) {
    const value = given[name]
    if (value === undefined && Object.hasOwn(given, name))
      throw new IncompleteQuery(
        model,
        `${model}: where() gives ${name} as undefined: give it a value, or leave it out`,
        name
      )
    if (before.count > 0 && Object.hasOwn(before.values, name))
      throw new InvalidRequest(model, `where() was given ${name} before`)
    count++
    if (typeof value !== 'object') continue
    if (isImmutable(value) && value instanceof MadeOperator) asked = asked.length === 0 ? [name] : [...asked, name]
    else if (Object.hasOwn(given, name)) given[name] = snapshot(value)
  }
  return { values: before.count > 0 ? { ...before.values, ...given } : given, count, asked }
}

/** The first problem that keeps a query from running: the attribute it is about, and a sentence. */
export const whereProblem = (
  model: string,
  { pk, sk }: Access,
  where: Values,
  ranges: readonly Range[]
): { attribute: string; sentence: string } | undefined => {
  const found = findProblem(pk, sk, where, ranges)
  return found && { attribute: found[0], sentence: `${model}: where() ${found[1]}` }
}

const namesOf = (keys: readonly KeySource[]): string => keys.map(({ name }) => name).join(' or ')

const findProblem = (
  pk: readonly KeySource[],
  sk: readonly KeySource[],
  where: Values,
  ranges: readonly Range[]
): readonly [attribute: string, sentence: string] | undefined => {
  const given = Object.keys(where)
  const partition = pk.flatMap(key => key.attributes)
  const sort = sk.flatMap(key => key.attributes)
  const [partitionKey, sortKey] = [namesOf(pk), namesOf(sk)]
  const isKnown = ({ attribute, constant }: Slot): boolean => constant !== undefined || given.includes(attribute)
  const lacking = pk.flatMap(key => key.slots).find(slot => !isKnown(slot))?.attribute
  if (lacking !== undefined) return [lacking, `lacks ${lacking}, a part of ${partitionKey}`]
  const foreign = given.find(name => !partition.includes(name) && !sort.includes(name))
  if (foreign !== undefined)
    return [foreign, `gives ${foreign}, which is not a part of ${partitionKey}${sortKey && ` or ${sortKey}`}`]
  const ranged = ranges.map(({ attribute }) => attribute)
  const inPartition = ranged.find(attribute => partition.includes(attribute))
  if (inPartition !== undefined)
    return [inPartition, `gives a range of ${inPartition}, a part of ${partitionKey}, which needs one value`]
  // Attributes that the partition key has may appear at any place.
  const isAsked = (attribute: string) => given.includes(attribute) && !partition.includes(attribute)
  const gap = sk.flatMap(key => key.slots).findIndex(slot => !isKnown(slot))
  const before = sort[gap]
  const behind = sort.find((attribute, i) => i > gap && isAsked(attribute))
  if (before !== undefined && behind !== undefined)
    return [before, `gives ${behind} but not ${before}, which stands before it in ${sortKey}`]
  if (ranged.length === 0) return undefined
  const range = sort.findIndex(attribute => ranged.includes(attribute))
  const last = sort[range]
  const later = sort.find((attribute, i) => i > range && isAsked(attribute))
  if (last === undefined || later === undefined) return undefined
  return [last, `gives ${later} behind a range of ${last}, which must be the last in ${sortKey}`]
}
