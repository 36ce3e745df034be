import type { QueryCommandInput } from '@aws-sdk/client-dynamodb'
import { IncompleteQuery } from '../errors.ts'
import type { KeyName } from '../keys/template.ts'
import type { Definition, StoredItem } from '../model/definition.ts'
import { type QueryMode, whereProblem } from './where.ts'

export interface QueryPlan {
  readonly table: string | undefined
  readonly model: Definition
  /** The values of key attributes; `undefined` before the first where(). */
  readonly where: Readonly<Record<string, unknown>> | undefined
  readonly mode: QueryMode
  readonly reverse: boolean
}

/** One page of a query: where it starts, and how many items it may read. */
export interface PageRange {
  readonly limit?: number | undefined
  readonly startKey?: StoredItem | undefined
}

/**
 * The Query for one page. The sort key is always bounded by the model's own fixed text, so that other models in the
 * partition are not read. Throws IncompleteQuery, InvalidKey, and InvalidModel without `.gsi1()`.
 */
export const compileQuery = (plan: QueryPlan, { limit, startKey }: PageRange): QueryCommandInput => {
  const { table, model, where = {}, mode, reverse } = plan
  const partition = mode === 'GSI1' ? model.index : model.pk
  const problem = whereProblem(model, partition, where)
  if (problem !== undefined) throw new IncompleteQuery(model.name, problem.sentence, problem.attribute)
  const sort = model.sk.prefix(where)
  const bound = sort === '' ? 'none' : model.sk.isComplete(where) ? 'whole' : 'prefix'
  const pk = { S: partition.render(where) }
  const input: QueryCommandInput = {
    TableName: table,
    KeyConditionExpression: CONDITIONS[partition.name][bound],
    ExpressionAttributeValues: bound === 'none' ? { ':pk': pk } : { ':pk': pk, ':sk': { S: sort } }
  }
  if (mode === 'GSI1') input.IndexName = mode
  if (mode === 'consistent') input.ConsistentRead = true
  if (reverse) input.ScanIndexForward = false
  if (limit !== undefined) input.Limit = limit
  if (startKey !== undefined) input.ExclusiveStartKey = startKey
  return input
}

const conditions = (key: KeyName) => ({
  none: `${key} = :pk`,
  prefix: `${key} = :pk AND begins_with(SK, :sk)`,
  whole: `${key} = :pk AND SK = :sk`
})

const CONDITIONS = { PK: conditions('PK'), SK: conditions('SK'), GSI1PK: conditions('GSI1PK') }
