/**
 * Makes every client of the SDK hand over what it is to send to `keystorm/lean`, or by KEYSTORM_CLIENT=fetch to the one of
 * `keystorm/lean/fetch`, behind the middleware that specs watch and meddle by: so all that holds with the SDK's client can
 * be shown to hold with the lean one, in two thirds of the time.
 */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { type LeanClient, leanClient } from 'keystorm/lean'
import type { Operation, SendOptions } from '../../lib/driver/sender.ts'
import { leanMaker } from './client.ts'

/** What keystorm sends; of the rest, such as ListTables, the lean client knows nothing. */
const OPERATIONS: Record<Operation, true> = {
  ...{ BatchGetItem: true, BatchWriteItem: true, CreateTable: true, DeleteItem: true, DescribeTable: true },
  ...{ DescribeTimeToLive: true, GetItem: true, PutItem: true, Query: true, Scan: true, TransactGetItems: true },
  ...{ TransactWriteItems: true, UpdateItem: true, UpdateTimeToLive: true }
}

const made = new WeakMap<DynamoDBClient, Promise<LeanClient>>()

const leanOf = (client: DynamoDBClient): Promise<LeanClient> => {
  const lean = made.get(client) ?? make(client)
  made.set(client, lean)
  return lean
}

const make = async ({ config }: DynamoDBClient): Promise<LeanClient> => {
  const { protocol, hostname, port, path } = (await config.endpoint?.()) ?? {}
  return (leanMaker() ?? leanClient)({
    ...(hostname && { endpoint: `${protocol}//${hostname}:${port}${path}` }),
    region: await config.region(),
    credentials: () => config.credentials(),
    maxAttempts: await config.maxAttempts()
  })
}

type Command = Parameters<DynamoDBClient['send']>[0]

const send = DynamoDBClient.prototype.send as (command: Command, options?: SendOptions) => Promise<never>
const sendByLean = function (this: DynamoDBClient, command: Command, options: SendOptions = {}): Promise<never> {
  command.middlewareStack.add(
    (next, { commandName = '' }) =>
      async args => {
        const operation = commandName.replace(/Command$/, '') as Operation
        if (!Object.hasOwn(OPERATIONS, operation)) return next(args)
        const output = await (await leanOf(this)).request(operation, args.input as never, options)
        return { output, response: {} }
      },
    { step: 'initialize', priority: 'low', name: 'lean', override: true }
  )
  return send.call(this, command, options)
}

/** Whether clients of the SDK send by the lean one from now on. */
export const useLean = (isUsed: boolean): void => {
  Object.assign(DynamoDBClient.prototype, { send: isUsed ? sendByLean : send })
}
