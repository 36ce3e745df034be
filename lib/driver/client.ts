import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { checkGiven, NoClient } from '../errors.ts'
import { loadSdk } from './aws-sdk.ts'
import type { Operation, Operations, Sender, SendOptions } from './sender.ts'

/** What commands are sent by: a client of the AWS SDK, or any sender. */
export type Client = DynamoDBClient | Sender

type SenderOf = Awaited<ReturnType<typeof loadSdk>>

/** What makes senders, once the SDK is loaded by whoever first connects with a client of it, or with none. */
let ready: SenderOf | undefined
let loading: Promise<SenderOf> | undefined

const load = (): Promise<SenderOf> => {
  loading ??= loadSdk().then(
    senderOf => {
      ready = senderOf
      return senderOf
    },
    cause => {
      const otherwise = 'give connect() a client that does without, such as leanClient() of keystorm/lean'
      throw NoClient.ofPackage('@aws-sdk/client-dynamodb', otherwise, { cause })
    }
  )
  return loading
}

const isSender = (client: Client): client is Sender => 'request' in client

/** Begins to load what a client needs. If that fails, the first request tells. Throws InvalidRequest for what is no client. */
export const prepare = (client: Client | undefined, of: string): void => {
  const { send, request } = (client ?? {}) as Partial<Record<'send' | 'request', unknown>> // or whatever was given
  const isClient = client === undefined || typeof (request ?? send) === 'function'
  checkGiven(of, 'client takes a DynamoDBClient or a Sender', client, isClient)
  if (ready === undefined && (client === undefined || !isSender(client))) load().catch(() => {})
}

/** What sends for a client; without one, for a client with the SDK's defaults. */
export const senderOf = (client: Client | undefined): Sender => {
  if (client !== undefined && isSender(client)) return client
  return ready === undefined ? lateSender(client) : ready(client)
}

const lateSender = (client: DynamoDBClient | undefined): Sender => ({
  request: async <O extends Operation>(operation: O, input: Operations[O]['input'], options?: SendOptions) =>
    (await load())(client).request(operation, input, options)
})
