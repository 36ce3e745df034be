import type { QueryCommandInput } from '@aws-sdk/client-dynamodb'
import { IncompleteQuery, InvalidRequest } from '../errors.ts'
import { Operator } from '../expressions/operators.ts'
import type { Range } from '../keys/bounds.ts'
import type { Definition, StoredItem } from '../model/definition.ts'
import { CONDITIONS, rangeOf, sortBoundOf } from './sort-bound.ts'
import { type QueryMode, whereProblem } from './where.ts'

type Values = Readonly<Record<string, unknown>>

export interface QueryPlan {
  readonly table: string | undefined
  readonly model: Definition
  /** The values of key attributes, and ranges; `undefined` before the first where(). */
  readonly where: Values | undefined
  readonly mode: QueryMode
  readonly reverse: boolean
}

/** One page of a query: where it starts, and how many items it may read. */
export interface PageRange {
  readonly limit?: number | undefined
  readonly startKey?: StoredItem | undefined
}

/** A Query without what differs from page to page. */
export interface PreparedQuery {
  readonly input: QueryCommandInput
  /** The range that items which were read may be outside of. */
  readonly check: Range | undefined
}

/**
 * The Query of a plan. The sort key is always bounded by the model's own fixed text, so that other models in the
 * partition are not read. Throws IncompleteQuery, InvalidKey, and InvalidModel without `.gsi1()`.
 */
export const prepareQuery = (plan: QueryPlan): PreparedQuery => {
  const { table, model, where = {}, mode, reverse } = plan
  const partition = mode === 'GSI1' ? model.index : model.pk
  const ranges = rangesIn(model, where)
  const problem = whereProblem(model, partition, where, ranges)
  if (problem !== undefined) throw new IncompleteQuery(model.name, problem.sentence, problem.attribute)
  const [range] = ranges
  const bound = sortBoundOf(model.sk, range ? without(where, range.attribute) : where, range)
  const pk = { S: partition.render(where) }
  const input: QueryCommandInput = {
    TableName: table,
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
  return { input, check: bound.check }
}

/** The Query for one page. */
export const pageOf = (input: QueryCommandInput, { limit, startKey }: PageRange): QueryCommandInput => {
  const page = { ...input }
  if (limit !== undefined) page.Limit = limit
  if (startKey !== undefined) page.ExclusiveStartKey = startKey
  return page
}

const NO_RANGES: readonly Range[] = []

const rangesIn = (model: Definition, where: Values): readonly Range[] => {
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

const without = (values: Values, attribute: string): Values => {
  const { [attribute]: _, ...rest } = values
  return rest
}
