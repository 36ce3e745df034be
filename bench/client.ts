import { type AttributeValue, DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb'
import { TABLE } from './integration.ts'

export type Client = DynamoDBClient
export type Stored = Record<string, AttributeValue>

/**
 * A client that answers every Query with the next page, without a network. Reading is measured through it: so it is each
 * variant's real way from a Query's output to its items, and nothing here calls what is inside keystorm.
 */
export const clientOf = (pages: readonly Stored[][]): Client => {
  let calls = 0
  const send = async () => ({ Items: pages[calls++ % pages.length], $metadata: {} })
  return { send } as unknown as Client // nothing but send is called
}

/** Bytes are base64 text there. */
const onWire = (_name: string, value: unknown): unknown =>
  value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value

/** Pages as the SDK makes them from a response; object literals would be laid out better in memory than these are. */
export const received = async (pages: readonly Stored[][]): Promise<Stored[][]> => {
  let calls = 0
  const handle = async () => ({
    response: {
      statusCode: 200,
      headers: { 'content-type': 'application/x-amz-json-1.0' },
      body: Buffer.from(JSON.stringify({ Items: pages[calls++ % pages.length] }, onWire))
    }
  })
  const client = new DynamoDBClient({
    region: 'eu-west-1',
    credentials: { accessKeyId: 'none', secretAccessKey: 'none' },
    requestHandler: { handle, updateHttpClientConfig: () => {}, httpHandlerConfigs: () => ({}) }
  })
  const outputs: Stored[][] = []
  for (const _ of pages) outputs.push((await client.send(new QueryCommand({ TableName: TABLE }))).Items ?? [])
  client.destroy()
  return outputs
}
