/** Reads a table's stream, as an event source does. In the SDK, streams have their own client. */
import type { StreamRecord } from 'keystorm/streams'

/** All records of a stream of a local engine, which needs no signature. */
export const recordsOf = async (endpoint: string, StreamArn: string | undefined): Promise<StreamRecord[]> => {
  const records: StreamRecord[] = []
  const { StreamDescription } = await ask<Stream>(endpoint, 'DescribeStream', { StreamArn })
  for (const { ShardId } of StreamDescription.Shards) {
    const input = { StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' }
    let { ShardIterator } = await ask<{ ShardIterator?: string }>(endpoint, 'GetShardIterator', input)
    while (ShardIterator !== undefined) {
      const page = await ask<Page>(endpoint, 'GetRecords', { ShardIterator })
      records.push(...page.Records)
      ShardIterator = page.Records.length > 0 ? page.NextShardIterator : undefined
    }
  }
  return records
}

interface Stream {
  readonly StreamDescription: { readonly Shards: readonly { readonly ShardId: string }[] }
}

interface Page {
  readonly Records: StreamRecord[]
  readonly NextShardIterator?: string
}

const ask = async <T>(endpoint: string, operation: string, input: object): Promise<T> => {
  const headers = {
    'content-type': 'application/x-amz-json-1.0',
    'x-amz-target': `DynamoDBStreams_20120810.${operation}`,
    'x-amz-date': '20260101T000000Z',
    authorization:
      'AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0'
  }
  const response = await fetch(endpoint, { method: 'POST', headers, body: JSON.stringify(input) })
  if (!response.ok) throw new Error(`${operation}: ${await response.text()}`)
  return (await response.json()) as T
}
