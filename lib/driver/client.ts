import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { checkGiven, NoClient } from '../errors.ts'
import { loadSdk } from './aws-sdk.ts'
import type { Operation, Operations, Sender, SendOptions } from './sender.ts'

/** Sends commands: a client of the AWS SDK, or any sender. */
export type Client = DynamoDBClient | Sender

type SenderOf = Awaited<ReturnType<typeof loadSdk>>

/** Makes senders of SDK clients. Defined once the SDK is loaded. */
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

/**
 * Starts to load the SDK if the client needs it. If that fails, the first request throws. Throws InvalidRequest for
 * anything that is no client.
 */
export const prepare = (client: Client | undefined, of: string): void => {
  const { send, request } = (client ?? {}) as Partial<Record<'send' | 'request', unknown>> // or anything else that was passed
  const isClient = client === undefined || typeof (request ?? send) === 'function'
  checkGiven(of, 'client takes a DynamoDBClient or a Sender', client, isClient)
  if (ready === undefined && (client === undefined || !isSender(client))) load().catch(() => {})
}

/** The sender for a client, or for a client with the SDK's defaults if there is none. */
export const senderOf = (client: Client | undefined): Sender => {
  if (client !== undefined && isSender(client)) return client
  return ready === undefined ? lateSender(client) : ready(client)
}

const lateSender = (client: DynamoDBClient | undefined): Sender => ({
  request: async <O extends Operation>(operation: O, input: Operations[O]['input'], options?: SendOptions) =>
    (await load())(client).request(operation, input, options)
})
