import type { QueryCommandInput, ScanCommandInput } from '@aws-sdk/client-dynamodb'
import { IncompleteQuery, InvalidRequest } from '../../errors.ts'
import type { Range } from '../../keys/bounds.ts'
import { textOf } from '../../keys/param.ts'
import type { AttributeOf } from '../../keys/part.ts'
import type { Definition, StoredItem } from '../../schema/definition.ts'
import type { AnyModel, Parts, Shape, SortNames } from '../../schema/shape.ts'
import { hullOf } from './covering-bound.ts'
import type { CursorScope } from './cursor.ts'
import { scopeOfQuery } from './cursor-scope.ts'
import { onIndex, type ReadOptions, refine } from './options.ts'
import { CONDITIONS, isWithin, rangesIn, type SortBound, sortBoundOf, without } from './sort-bound.ts'
import { type QueryMode, type WhereProblem, whereProblem } from './where.ts'

export type Definitions = readonly [Definition, ...Definition[]]

export interface CollectionPlan {
  readonly table: string | undefined
  readonly models: Definitions
  readonly where: Readonly<Record<string, unknown>>
  readonly mode: QueryMode
  readonly reverse: boolean
  readonly options: ReadOptions
  /** The model of the item behind which to start. */
  readonly afterModel: Definition | undefined
}

/** The models whose partition is not that of the first. */
type Stranger<S extends Shape, M, Key extends 'pk' | 'gsi1'> = M extends AnyModel
  ? [M['~shape'][Key], M['~shape']['suffix'], S[Key], S['suffix']] extends [
      S[Key],
      S['suffix'],
      M['~shape'][Key],
      M['~shape']['suffix']
    ]
    ? never
    : M['~shape']['name']
  : never

/** The parts that all of some sort keys begin with. */
type Shared<P extends Parts, All extends Parts> = P extends readonly [
  infer First extends string,
  ...infer Rest extends Parts
]
  ? [All] extends [readonly [First, ...Parts]]
    ? [First, ...Shared<Rest, All extends readonly [string, ...infer Tail extends Parts] ? Tail : never>]
    : []
  : []

/** The attributes of SK among the given ones that do not stand at the same place in all models. */
type Unshared<S extends Shape, M extends AnyModel, Given extends string, Key extends 'pk' | 'gsi1'> = [
  Given & SortNames<S>
] extends [never]
  ? never
  : Exclude<
      Given & SortNames<S>,
      AttributeOf<Extract<S[Key], Parts>[number] | Shared<S['sk'], M['~shape']['sk']>[number]>
    >

/** What keeps a query of several models from running. The type-level twin of what {@link prepareCollection} throws. */
export type CollectionProblem<
  F extends AnyModel,
  M extends AnyModel,
  Given extends string,
  Mode extends QueryMode,
  S extends Shape = F['~shape'],
  Key extends 'pk' | 'gsi1' = Mode extends 'GSI1' ? 'gsi1' : 'pk'
> = [Stranger<S, M, Key>] extends [never]
  ? [Unshared<S, M, Given, Key>] extends [never]
    ? WhereProblem<S, Given, Mode>
    : `${S['name']}: where() gives ${Unshared<S, M, Given, Key>}, at whose place in SK not all models have it`
  : `${S['name']} and ${Stranger<S, M, Key>} do not share a partition: their ${Mode extends 'GSI1' ? 'GSI1PK' : 'PK'} differ`

export interface PreparedCollection {
  readonly input: QueryCommandInput & ScanCommandInput
  /** What is asked of the sort keys of each model; the command has the least bound that holds them all. */
  readonly bounds: readonly SortBound[]
  readonly hull: SortBound
  /** Whether the bounds ask more than that a key is the model's. */
  readonly isBounded: boolean
}

/** The Query for the items of several models in one partition. Throws InvalidRequest, IncompleteQuery and InvalidKey. */
export const prepareCollection = (plan: CollectionPlan): PreparedCollection => {
  const { table, models, where, mode, reverse, options, afterModel } = plan
  const [first] = models
  const partitions = models.map(model => (mode === 'GSI1' ? model.index : model.pk))
  const partition = partitions[0] as (typeof partitions)[0] // there is a first model
  const stranger = models.find((_, i) => partitions[i]?.text !== partition.text)
  if (stranger !== undefined)
    throw new InvalidRequest(
      first.name,
      `${first.name} and ${stranger.name} do not share a partition: their ${partition.name} differ`
    )
  const ranges = rangesIn(first, where)
  const problem = unshared(models, partition.attributes, where) ?? problemOfAny(plan, ranges)
  if (problem !== undefined) throw new IncompleteQuery(first.name, problem.sentence, problem.attribute)
  const [pk, other] = new Set(partitions.map(partition => partition.render(where)))
  if (pk === undefined || other !== undefined)
    throw new InvalidRequest(first.name, `these values make different ${partition.name} in its models`)
  const [range] = ranges
  const values = range ? without(where, range.attribute) : where
  const bounds = models.map(model => sortBoundOf(model.sk, values, range))
  const hull = hullOf(bounds as [SortBound, ...SortBound[]]) // as many as there are models
  const input: QueryCommandInput & ScanCommandInput = {
    TableName: textOf(table),
    KeyConditionExpression: CONDITIONS[partition.name][hull.condition],
    ExpressionAttributeValues: {
      ':pk': { S: pk },
      ...(hull.condition !== 'none' && { ':sk': { S: hull.low } }),
      ...(hull.condition === 'between' && { ':to': { S: hull.high } })
    }
  }
  if (mode === 'consistent') input.ConsistentRead = true
  if (reverse) input.ScanIndexForward = false
  const isUnreadable = range !== undefined && models.some(({ sk }) => sk.raw)
  refine(input, models, options, isUnreadable ? [range.attribute] : [])
  if (mode === 'GSI1') onIndex(input)
  if (afterModel !== undefined) input.ExclusiveStartKey = startKeyOf(afterModel, plan, pk, hull)
  const isBounded = models.some(({ sk }) => sk.attributes.some(name => Object.hasOwn(where, name)))
  return { input, bounds, hull, isBounded }
}

/** What keeps any of the models from being queried: an attribute may have one possible value in one and be missed in another. */
const problemOfAny = ({ models, mode, where }: CollectionPlan, ranges: readonly Range[]) => {
  for (const model of models) {
    const problem = whereProblem(model, mode === 'GSI1' ? model.index : model.pk, where, ranges)
    if (problem !== undefined) return problem
  }
  return undefined
}

/** An attribute of SK that is given, but does not stand at the same place in all models. */
const unshared = (models: Definitions, partition: readonly string[], where: CollectionPlan['where']) => {
  const [first, ...others] = models
  const attribute = first.sk.slots
    .filter((slot, i) =>
      others.some(({ sk }) => sk.slots[i]?.head !== slot.head || sk.attributes[i] !== slot.attribute)
    )
    .map(slot => slot.attribute)
    .find(attribute => Object.hasOwn(where, attribute) && !partition.includes(attribute))
  const sentence = `${first.name}: where() gives ${attribute}, at whose place in SK not all models have it`
  return attribute === undefined ? undefined : { attribute, sentence }
}

const startKeyOf = (model: Definition, { models, mode, options }: CollectionPlan, pk: string, hull: SortBound) => {
  const { PK, SK } = model.key(options.after)
  const isKnown = [PK, SK, pk, hull.low, hull.high].every(text => text.isWellFormed()) // of params, only DynamoDB can tell
  if (isKnown && mode !== 'GSI1' && PK !== pk)
    throw new InvalidRequest(models[0].name, 'startingAfter() is given a key of another partition')
  if (isKnown && !isWithin(hull, SK))
    throw new InvalidRequest(models[0].name, 'startingAfter() is given a sort key that is outside of the query')
  const key: StoredItem = { PK: { S: PK }, SK: { S: SK } }
  return mode === 'GSI1' ? { ...key, GSI1PK: { S: pk } } : key
}

/** The Scan for the items of some models. Throws InvalidCondition and InvalidRequest. */
export const prepareScan = (
  table: string | undefined,
  models: Definitions,
  mode: QueryMode,
  options: ReadOptions
): QueryCommandInput & ScanCommandInput => {
  const input: QueryCommandInput & ScanCommandInput = { TableName: textOf(table) }
  if (mode === 'consistent') input.ConsistentRead = true
  // Cursors are made of the whole key of a row.
  refine(input, models, options, mode === 'GSI1' ? ['GSI1PK'] : [])
  if (mode === 'GSI1') onIndex(input)
  return input
}

/** What the cursors of a query of several models are bound to. */
export const scopeOfMany = (plan: CollectionPlan): CursorScope => {
  const { input, hull } = prepareCollection(plan)
  return scopeOfQuery(plan, input.ExpressionAttributeValues?.[':pk']?.S ?? '', hull)
}
