import {
  type $Command,
  BatchGetItemCommand,
  BatchWriteItemCommand,
  CreateTableCommand,
  DeleteItemCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  type DynamoDBClientResolvedConfig,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  type ServiceInputTypes,
  type ServiceOutputTypes,
  TransactGetItemsCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  UpdateTimeToLiveCommand
} from '@aws-sdk/client-dynamodb'
import type { Operation, Operations, Sender, SendOptions } from './sender.ts'

/** A client, and how it is to send one command. */
interface Line extends SendOptions {
  readonly client: DynamoDBClient
}

type Send<O extends Operation> = (line: Line, input: Operations[O]['input']) => Promise<Operations[O]['output']>

// The SDK's own command classes, so that middleware and mocks that look for them find them.
const commands: { [O in Operation]: Send<O> } = {
  BatchGetItem: (line, input) => dispatch(line, new BatchGetItemCommand(input)),
  BatchWriteItem: (line, input) => dispatch(line, new BatchWriteItemCommand(input)),
  CreateTable: (line, input) => dispatch(line, new CreateTableCommand(input)),
  DescribeTable: (line, input) => dispatch(line, new DescribeTableCommand(input)),
  DescribeTimeToLive: (line, input) => dispatch(line, new DescribeTimeToLiveCommand(input)),
  GetItem: (line, input) => dispatch(line, new GetItemCommand(input)),
  PutItem: (line, input) => dispatch(line, new PutItemCommand(input)),
  DeleteItem: (line, input) => dispatch(line, new DeleteItemCommand(input)),
  Query: (line, input) => dispatch(line, new QueryCommand(input)),
  Scan: (line, input) => dispatch(line, new ScanCommand(input)),
  TransactGetItems: (line, input) => dispatch(line, new TransactGetItemsCommand(input)),
  TransactWriteItems: (line, input) => dispatch(line, new TransactWriteItemsCommand(input)),
  UpdateItem: (line, input) => dispatch(line, new UpdateItemCommand(input)),
  UpdateTimeToLive: (line, input) => dispatch(line, new UpdateTimeToLiveCommand(input))
}

const dispatch = <Input extends ServiceInputTypes, Output extends ServiceOutputTypes>(
  { client, abortSignal, onRetry }: Line,
  command: $Command<Input, Output, DynamoDBClientResolvedConfig, ServiceInputTypes, ServiceOutputTypes>
): Promise<Output> => {
  if (onRetry !== undefined) {
    let attempts = 0
    // Every attempt passes here, behind the SDK's retries, which do not repeat what this throws.
    command.middlewareStack.add(
      next => args => {
        if (attempts++ > 0) onRetry()
        return next(args)
      },
      { step: 'finalizeRequest', priority: 'low', name: 'keystormMeter' }
    )
  }
  return client.send(command, abortSignal === undefined ? {} : { abortSignal })
}

/** A sender over a client of the AWS SDK, which is used as it is; without one, over keystorm's own. */
export const senderOf = (client: DynamoDBClient = defaultClient()): Sender => ({
  request: (operation, input, options) => commands[operation]({ client, ...options }, input)
})

/**
 * The client keystorm makes where none is given, one for the process: the SDK's defaults for region, credentials and
 * retries. The SDK's logger middleware is taken out: it makes a redacted copy of every response, though nobody logs.
 */
const defaultClient = (): DynamoDBClient => {
  if (shared === undefined) {
    shared = new DynamoDBClient({})
    shared.middlewareStack.remove('loggerMiddleware')
  }
  return shared
}

let shared: DynamoDBClient | undefined
