import type { QueryCommandInput, ScanCommandInput } from '@aws-sdk/client-dynamodb'
import { IncompleteQuery, InvalidRequest } from '../errors.ts'
import { tableName } from '../keys/param.ts'
import type { Definition } from '../model/definition.ts'
import type { AnyModel, Shape } from '../model/shape.ts'
import type { CursorScope } from './cursor.ts'
import { type ReadOptions, refine } from './read-options.ts'
import { CONDITIONS } from './sort-bound.ts'
import { type QueryMode, type WhereProblem, whereProblem } from './where.ts'

export type Definitions = readonly [Definition, ...Definition[]]

export interface CollectionPlan {
  readonly table: string | undefined
  readonly models: Definitions
  readonly where: Readonly<Record<string, unknown>>
  readonly mode: QueryMode
  readonly reverse: boolean
  readonly options: ReadOptions
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

/** What keeps a query of several models from running. The type-level twin of what {@link prepareCollection} throws. */
export type CollectionProblem<
  F extends AnyModel,
  M extends AnyModel,
  Given extends string,
  Mode extends QueryMode,
  S extends Shape = F['~shape']
> = [Stranger<S, M, Mode extends 'GSI1' ? 'gsi1' : 'pk'>] extends [never]
  ? WhereProblem<S, Given, Mode>
  : `${S['name']} and ${Stranger<S, M, Mode extends 'GSI1' ? 'gsi1' : 'pk'>} do not share a partition: their ${Mode extends 'GSI1' ? 'GSI1PK' : 'PK'} differ`

/** The Query for the items of several models in one partition. Throws InvalidRequest, IncompleteQuery and InvalidKey. */
export const prepareCollection = ({ table, models, where, mode, reverse, options }: CollectionPlan) => {
  const [first] = models
  const partitions = models.map(model => (mode === 'GSI1' ? model.index : model.pk))
  const partition = partitions[0] as (typeof partitions)[0] // there is a first model
  const stranger = models.find((_, i) => partitions[i]?.text !== partition.text)
  if (stranger !== undefined)
    throw new InvalidRequest(
      first.name,
      `${first.name} and ${stranger.name} do not share a partition: their ${partition.name} differ`
    )
  const problem = whereProblem(first, partition, where, [])
  if (problem !== undefined) throw new IncompleteQuery(first.name, problem.sentence, problem.attribute)
  const [pk, other] = new Set(partitions.map(partition => partition.render(where)))
  if (pk === undefined || other !== undefined)
    throw new InvalidRequest(first.name, `these values make different ${partition.name} in its models`)
  const start = models.map(model => model.sk.prefix({})).reduce(common)
  const input: QueryCommandInput & ScanCommandInput = {
    TableName: tableName(table),
    KeyConditionExpression: CONDITIONS[partition.name][start === '' ? 'none' : 'prefix'],
    ExpressionAttributeValues: start === '' ? { ':pk': { S: pk } } : { ':pk': { S: pk }, ':sk': { S: start } }
  }
  if (mode === 'GSI1') input.IndexName = mode
  if (mode === 'consistent') input.ConsistentRead = true
  if (reverse) input.ScanIndexForward = false
  refine(input, models, options)
  return input
}

/** What two texts begin with. */
const common = (a: string, b: string): string => {
  let length = 0
  while (length < a.length && a[length] === b[length]) length++
  return a.slice(0, length)
}

/** The Scan for the items of some models. Throws InvalidCondition and InvalidRequest. */
export const prepareScan = (
  table: string | undefined,
  models: Definitions,
  isConsistent: boolean,
  options: ReadOptions
): QueryCommandInput & ScanCommandInput => {
  const input: QueryCommandInput & ScanCommandInput = { TableName: tableName(table) }
  if (isConsistent) input.ConsistentRead = true
  refine(input, models, options)
  return input
}

/** What the cursors of a read of several models are bound to. */
export const scopeOfMany = (models: Definitions, input: QueryCommandInput & ScanCommandInput): CursorScope => {
  const { ':pk': partition = { S: '' } } = input.ExpressionAttributeValues ?? {}
  const isQuery = input.KeyConditionExpression !== undefined
  const templates = models.map(({ name, pk, sk }) => [name, pk.text, sk.text])
  return {
    model: models.map(({ name }) => name).join(' and '),
    shape: JSON.stringify([templates, { ...input, TableName: undefined, ConsistentRead: undefined }]),
    known: !isQuery ? {} : input.IndexName ? { GSI1PK: partition } : { PK: partition },
    keys: isQuery && !input.IndexName ? ['SK'] : ['PK', 'SK']
  }
}
