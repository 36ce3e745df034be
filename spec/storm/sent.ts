/** The requests that a client sends, as the recordings spell them. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import * as assert from 'uvu/assert'
import type { Row, SentRequest, StormRequest } from './data.ts'
import { spelledRow } from './values.ts'

const TABLE = 'storm-golden'

export interface Watch {
  /** What was sent since this was asked last. */
  take(): readonly SentRequest[]
  end(): void
}

export const watch = (client: DynamoDBClient, table: string): Watch => {
  let sent: SentRequest[] = []
  const name = 'watch'
  client.middlewareStack.add(
    (next, { commandName = '' }) =>
      args => {
        const { TableName, ...input } = args.input as StormRequest // of the items and queries that STORM has, too
        const params = { ...input, TableName: TableName === table ? TABLE : TableName }
        sent.push({ operation: commandName.replace(/Command$/, ''), params })
        return next(args)
      },
    { step: 'initialize', name }
  )
  const take = () => {
    const all = sent
    sent = []
    return all
  }
  return { take, end: () => client.middlewareStack.remove(name) }
}

/** Whether our requests are STORM's: the same operations on the same keys, items and partitions, under the same condition. */
export const assertSent = (
  label: string,
  ours: readonly SentRequest[],
  theirs: readonly SentRequest[],
  isExact: boolean
): void => {
  assert.equal(
    ours.map(({ operation }) => operation),
    theirs.map(({ operation }) => operation),
    label
  )
  for (const [i, { operation, params }] of ours.entries()) {
    const other = theirs[i]?.params
    assert.ok(other, label)
    if (operation === 'Query') assert.equal(readOf(params), readOf(other), label)
    else assert.equal(writeOf(params, isExact), writeOf(other, isExact), label)
  }
}

/** STORM asks for other rows than the model's own, and starts by a condition: what a query finds is compared elsewhere. */
const readOf = ({ TableName, IndexName, ConsistentRead, ScanIndexForward, ...rest }: StormRequest) => ({
  ...{ TableName, IndexName, ConsistentRead, ScanIndexForward },
  partition: Object.values(rest.ExpressionAttributeValues ?? {})[0]
})

const writeOf = (request: StormRequest, isExact: boolean) => {
  const { TableName, Key, Item, ConditionExpression } = request
  const item = Item && isExact ? spelledRow(Item) : undefined
  return {
    TableName,
    Key,
    ConditionExpression: shortened(ConditionExpression, request),
    item,
    ...changeOf(request, isExact)
  }
}

const shortened = (text: string | undefined, request: StormRequest) => text && filled(text, request)

/** The changes of an update, in no order, each with what its placeholders stand for. */
const changeOf = (request: StormRequest, isExact: boolean) => {
  const { UpdateExpression } = request
  if (UpdateExpression === undefined || !isExact) return {}
  return { changes: filled(UpdateExpression.replace(/^SET /, ''), request).split(SEPARATOR).sort() }
}

const SEPARATOR = '\0'

/** An expression with what its placeholders stand for. */
const filled = (
  text: string,
  { ExpressionAttributeNames: names = {}, ExpressionAttributeValues: values = {} }: StormRequest
): string =>
  text.replaceAll(', ', SEPARATOR).replace(/[#:]\w+/gu, placeholder => {
    const value: Row[string] | undefined = values[placeholder]
    return names[placeholder] ?? JSON.stringify(value && spelledRow({ value }))
  })
