import type { QueryCommandInput } from '@aws-sdk/client-dynamodb'
import { IncompleteQuery, InvalidRequest } from '../../errors.ts'
import type { Check } from '../../keys/bounds.ts'
import { textOf } from '../../keys/param.ts'
import type { Template } from '../../keys/template.ts'
import type { Definition, StoredItem } from '../../schema/definition.ts'
import type { CursorScope } from './cursor.ts'
import { scopeOfQuery } from './cursor-scope.ts'
import { NO_OPTIONS, onIndex, type ReadOptions, refine } from './options.ts'
import { CONDITIONS, isWithin, rangesIn, type SortBound, sortBoundOf, without } from './sort-bound.ts'
import { type QueryMode, whereProblem } from './where.ts'

type Values = Readonly<Record<string, unknown>>

export interface QueryPlan {
  readonly table: string | undefined
  readonly model: Definition
  /** The values of key attributes, and ranges; `undefined` before the first where(). */
  readonly where: Values | undefined
  readonly mode: QueryMode
  readonly reverse: boolean
  readonly options: ReadOptions
}

/** A Query without what differs from page to page. */
export interface PreparedQuery {
  readonly input: QueryCommandInput
  readonly bound: SortBound
  /** The range that items which were read may be outside of. */
  readonly check: Check | undefined
  /** Whether items are expected to be read and then dropped. */
  readonly isSparse: boolean
}

/**
 * The Query of a plan. The sort key is always bounded by the model's own fixed text, so that other models in the
 * partition are not read. Throws IncompleteQuery, InvalidKey, and InvalidModel without `.gsi1()`.
 */
export const prepareQuery = (plan: QueryPlan): PreparedQuery => {
  const { table, model, where = {}, mode, reverse, options } = plan
  const partition = mode === 'GSI1' ? model.index : model.pk
  const keys = plainKeys(model, partition, where) ?? rangedKeys(model, partition, where)
  const { bound } = keys
  const pk = { S: keys.partition }
  const input: QueryCommandInput = {
    TableName: textOf(table),
    KeyConditionExpression: CONDITIONS[partition.name][bound.condition],
    ExpressionAttributeValues:
      bound.condition === 'none'
        ? { ':pk': pk }
        : bound.condition === 'between'
          ? { ':pk': pk, ':sk': { S: bound.low }, ':to': { S: bound.high } }
          : { ':pk': pk, ':sk': { S: bound.low } }
  }
  if (mode === 'consistent') input.ConsistentRead = true
  if (reverse) input.ScanIndexForward = false
  // Only of raw keys some cannot be read, and then the attribute itself is looked at.
  if (options !== NO_OPTIONS)
    refine(input, [model], options, bound.check && model.sk.raw ? [bound.check.attribute] : [])
  if (mode === 'GSI1') onIndex(input)
  return { input, bound, check: bound.check, isSparse: bound.check !== undefined || options.filters.length > 0 }
}

/** The key that a query starts behind. Throws InvalidKey, and InvalidRequest where the query never gets there. */
export const startKeyOf = (plan: QueryPlan, { input, bound }: PreparedQuery): StoredItem => {
  const { model, mode, options } = plan
  const { PK, SK } = model.key(options.after)
  const { ':pk': partition } = input.ExpressionAttributeValues ?? {}
  // Of params, only DynamoDB can tell.
  const isKnown = [PK, SK, partition?.S, bound.low, bound.high].every(text => text === undefined || text.isWellFormed())
  if (isKnown && mode !== 'GSI1' && PK !== partition?.S)
    throw new InvalidRequest(model.name, 'startingAfter() is given a key of another partition')
  if (isKnown && !isWithin(bound, SK))
    throw new InvalidRequest(model.name, 'startingAfter() is given a sort key that is outside of the query')
  const key = { PK: { S: PK }, SK: { S: SK } }
  return mode === 'GSI1' && partition ? { ...key, GSI1PK: partition } : key
}

/** What the cursors of a query are bound to. */
export const scopeOf = (plan: QueryPlan): CursorScope => {
  const { input, bound } = prepareQuery(plan)
  return scopeOfQuery({ ...plan, models: [plan.model] }, input.ExpressionAttributeValues?.[':pk']?.S ?? '', bound)
}

interface KeyTexts {
  readonly partition: string
  readonly bound: SortBound
}

/** The keys of plain values that leave no gap, looked at but once; `undefined` for ranges, and where anything is wrong. */
const plainKeys = (model: Definition, partition: Template, where: Values): KeyTexts | undefined => {
  const { sk } = model
  const whole = partition.begin(where)
  if (whole === undefined || !whole.isWhole) return undefined
  const others = countOf(where) - whole.count
  const sort = others === 0 && !model.isSortShared ? sk.start : sk.begin(where)
  if (sort === undefined || sort.count !== others) return undefined
  const condition = sort.isWhole ? 'whole' : sort.text === '' ? 'none' : 'prefix'
  return { partition: whole.text, bound: { condition, low: sort.text, high: '', check: undefined } }
}

const countOf = (values: Values): number => {
  let count = 0
  for (const _ in values) count++
  return count
}

/** The keys of any values. Throws IncompleteQuery and InvalidKey. */
const rangedKeys = (model: Definition, partition: Template, where: Values): KeyTexts => {
  const ranges = rangesIn(model, where)
  const problem = whereProblem(model, partition, where, ranges)
  if (problem !== undefined) throw new IncompleteQuery(model.name, problem.sentence, problem.attribute)
  const [range] = ranges
  const bound = sortBoundOf(model.sk, range ? without(where, range.attribute) : where, range)
  return { partition: partition.render(where), bound }
}
