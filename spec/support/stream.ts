/** A table of a local engine with a stream, and what stands in the stream. */
import { CreateTableCommand, DeleteTableCommand, type StreamViewType } from '@aws-sdk/client-dynamodb'
import { connect, type Db, tableDefinition } from 'keystorm'
import type { StreamRecord } from 'keystorm/streams'
import { localTable } from 'keystorm/testing'

export interface Streaming {
  readonly db: Db
  /** The records of each shard that there is, those of a parent before those of its children. */
  shards(): Promise<StreamRecord[][]>
}

interface Shard {
  readonly ShardId: string
  readonly ParentShardId?: string
}

/** Runs on a fresh table of a layout, whose stream has this view. */
export const streaming = async (
  layout: Parameters<typeof tableDefinition>[1],
  view: StreamViewType,
  run: (place: Streaming) => Promise<void>
): Promise<void> => {
  const { client, table } = await localTable(({ client, table }) => ({ client, table: `${table}-streaming` }))
  const StreamSpecification = { StreamEnabled: true, StreamViewType: view }
  const made = await client.send(new CreateTableCommand({ ...tableDefinition(table, layout), StreamSpecification }))
  const arn = { StreamArn: made.TableDescription?.LatestStreamArn }
  const at = await client.config.endpoint?.()
  if (at === undefined) throw new Error('the client of a local engine has an endpoint')
  const url = `${at.protocol}//${at.hostname}:${at.port}`
  const shards = async (): Promise<StreamRecord[][]> => {
    const { StreamDescription } = await ask<{ StreamDescription: { Shards: Shard[] } }>(url, 'DescribeStream', arn)
    const records: StreamRecord[][] = []
    for (const { ShardId } of parentsFirst(StreamDescription.Shards)) {
      const start = { ...arn, ShardId, ShardIteratorType: 'TRIM_HORIZON' }
      let { ShardIterator } = await ask<{ ShardIterator?: string }>(url, 'GetShardIterator', start)
      const all: StreamRecord[] = []
      while (ShardIterator !== undefined) {
        const input = { ShardIterator, Limit: 10 }
        const page: Page = await ask(url, 'GetRecords', input)
        all.push(...page.Records)
        ShardIterator = page.Records.length > 0 ? page.NextShardIterator : undefined
      }
      records.push(all)
    }
    return records
  }
  try {
    await run({ db: connect({ table, client }), shards })
  } finally {
    await client.send(new DeleteTableCommand({ TableName: table }))
  }
}

interface Page {
  readonly Records: StreamRecord[]
  readonly NextShardIterator?: string
}

// Neither dynoxide nor DynamoDB Local splits a shard: what is behind this is DynamoDB itself.
const parentsFirst = (shards: readonly Shard[]): Shard[] => {
  const known = new Set(shards.map(({ ShardId }) => ShardId))
  const depth = (shard: Shard): number => {
    const parent = shard.ParentShardId !== undefined && known.has(shard.ParentShardId) && shard.ParentShardId
    const found = parent && shards.find(({ ShardId }) => ShardId === parent)
    return found ? depth(found) + 1 : 0
  }
  return [...shards].sort((a, b) => depth(a) - depth(b))
}

/** The streams have a client of their own in the SDK, and local engines ask for no signature. */
const ask = async <T>(url: string, operation: string, input: object): Promise<T> => {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `DynamoDBStreams_20120810.${operation}`,
      'x-amz-date': '20260101T000000Z',
      authorization:
        'AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0'
    },
    body: JSON.stringify(input)
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${operation}: ${response.status} ${text}`)
  return JSON.parse(text) as T
}
