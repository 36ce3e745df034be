import type { QueryCommandInput } from '@aws-sdk/client-dynamodb'
import { IncompleteQuery, InvalidRequest } from '../errors.ts'
import { Operator } from '../expressions/operators.ts'
import type { Range } from '../keys/bounds.ts'
import { compareText } from '../keys/order.ts'
import { textOf } from '../keys/param.ts'
import type { Template } from '../keys/template.ts'
import type { Definition, StoredItem } from '../model/definition.ts'
import type { CursorScope } from './cursor.ts'
import { NO_OPTIONS, type ReadOptions, refine } from './read-options.ts'
import { CONDITIONS, rangeOf, type SortBound, sortBoundOf } from './sort-bound.ts'
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
  /** The range that items which were read may be outside of. */
  readonly check: Range | undefined
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
  if (mode === 'GSI1') input.IndexName = mode
  if (mode === 'consistent') input.ConsistentRead = true
  if (reverse) input.ScanIndexForward = false
  // Only of raw keys some cannot be read, and then the attribute itself is looked at.
  if (options !== NO_OPTIONS)
    refine(input, [model], options, bound.check && model.sk.raw ? [bound.check.attribute] : [])
  return { input, check: bound.check, isSparse: bound.check !== undefined || options.filters.length > 0 }
}

/** The key that a query starts behind. Throws InvalidKey, and InvalidRequest where the query never gets there. */
export const startKeyOf = (plan: QueryPlan, input: QueryCommandInput): StoredItem => {
  const { model, mode, options } = plan
  const { PK, SK } = model.key(options.after)
  const { ':pk': partition, ':sk': low, ':to': high } = input.ExpressionAttributeValues ?? {}
  // Of params, only DynamoDB can tell.
  const isKnown = [PK, SK, partition?.S, low?.S, high?.S].every(text => text === undefined || text.isWellFormed())
  if (isKnown && mode !== 'GSI1' && PK !== partition?.S)
    throw new InvalidRequest(model.name, 'startingAfter() is given a key of another partition')
  if (isKnown && !isWithin(SK, input.KeyConditionExpression ?? '', low?.S ?? '', high?.S ?? ''))
    throw new InvalidRequest(model.name, 'startingAfter() is given a sort key that is outside of the query')
  const key = { PK: { S: PK }, SK: { S: SK } }
  return mode === 'GSI1' && partition ? { ...key, GSI1PK: partition } : key
}

/** DynamoDB refuses to start at a key that does not meet the key condition. */
const isWithin = (key: string, condition: string, low: string, high: string): boolean => {
  if (condition.includes('begins_with')) return key.startsWith(low)
  if (condition.includes('SK BETWEEN')) return compareText(key, low) >= 0 && compareText(key, high) <= 0
  if (condition.includes('SK >=')) return compareText(key, low) >= 0
  if (condition.includes('SK <=')) return compareText(key, low) <= 0
  return !condition.includes('SK =') || key === low
}

/** What the cursors of a query are bound to. */
export const scopeOf = (plan: QueryPlan): CursorScope => {
  const { model, mode, options } = plan
  const { input, check } = prepareQuery({ ...plan, table: undefined, options: { ...options, only: undefined } })
  const { ':pk': partition = { S: '' } } = input.ExpressionAttributeValues ?? {}
  return {
    model: model.name,
    shape: JSON.stringify([model.name, model.pk.text, model.sk.text, { ...input, ConsistentRead: undefined }, check]),
    known: mode === 'GSI1' ? { GSI1PK: partition } : { PK: partition },
    keys: mode === 'GSI1' ? ['PK', 'SK'] : ['SK']
  }
}

interface KeyTexts {
  readonly partition: string
  readonly bound: SortBound
}

/** The keys of plain values that leave no gap, looked at but once; `undefined` for ranges, and where anything is wrong. */
const plainKeys = (model: Definition, partition: Template, where: Values): KeyTexts | undefined => {
  const { sk } = model
  const whole = partition.begin(where)
  if (whole === undefined || whole.count < partition.slots.length) return undefined
  const others = countOf(where) - whole.count
  const sort = others === 0 && !model.isSortShared ? sk.start : sk.begin(where)
  if (sort === undefined || sort.count !== others) return undefined
  const condition = sort.count === sk.slots.length ? 'whole' : sort.text === '' ? 'none' : 'prefix'
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

const NO_RANGES: readonly Range[] = []

/** The ranges among values. Throws InvalidRequest for other operators. */
export const rangesIn = (model: Definition, where: Values): readonly Range[] => {
  let ranges: Range[] | undefined
  for (const attribute in where) {
    const value = where[attribute]
    if (!(value instanceof Operator)) continue
    const range = rangeOf(attribute, value)
    if (range === undefined)
      throw new InvalidRequest(model.name, `where() takes a value or a range for ${attribute}, but not ${value.kind}()`)
    ranges ??= []
    ranges.push(range)
  }
  return ranges ?? NO_RANGES
}

export const without = (values: Values, attribute: string): Values => {
  const { [attribute]: _, ...rest } = values
  return rest
}
