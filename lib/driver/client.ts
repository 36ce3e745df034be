import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { NoClient } from '../errors.ts'
import type { Operation, Operations, Sender, SendOptions } from './sender.ts'

/** What commands are sent by: a client of the AWS SDK, or any sender. */
export type Client = DynamoDBClient | Sender

type Sdk = typeof import('./aws-sdk.ts')

/** The SDK, loaded by whoever first connects with a client of it, or with none. */
let sdk: Sdk | undefined
let loading: Promise<Sdk> | undefined

const load = (): Promise<Sdk> => {
  loading ??= import('./aws-sdk.ts').then(
    loaded => {
      sdk = loaded
      return loaded
    },
    cause => {
      const otherwise = 'give connect() a client that does without, such as leanClient() of keystorm/lean'
      throw NoClient.ofPackage('@aws-sdk/client-dynamodb', otherwise, { cause })
    }
  )
  return loading
}

const isSender = (client: Client): client is Sender => 'request' in client

/** Begins to load what a client needs. If that fails, the first request tells. */
export const prepare = (client: Client | undefined): void => {
  if (sdk === undefined && (client === undefined || !isSender(client))) load().catch(() => {})
}

/** What sends for a client; without one, for a client with the SDK's defaults. */
export const senderOf = (client: Client | undefined): Sender => {
  if (client !== undefined && isSender(client)) return client
  return sdk === undefined ? lateSender(client) : sdk.senderOf(client)
}

const lateSender = (client: DynamoDBClient | undefined): Sender => ({
  request: async <O extends Operation>(operation: O, input: Operations[O]['input'], options?: SendOptions) =>
    (await load()).senderOf(client).request(operation, input, options)
})
