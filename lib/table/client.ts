import {
  CreateTableCommand,
  type CreateTableCommandInput,
  type CreateTableCommandOutput,
  DeleteItemCommand,
  type DeleteItemCommandInput,
  type DeleteItemCommandOutput,
  DescribeTableCommand,
  type DescribeTableCommandInput,
  type DescribeTableCommandOutput,
  DynamoDBClient,
  GetItemCommand,
  type GetItemCommandInput,
  type GetItemCommandOutput,
  PutItemCommand,
  type PutItemCommandInput,
  type PutItemCommandOutput,
  QueryCommand,
  type QueryCommandInput,
  type QueryCommandOutput,
  ScanCommand,
  type ScanCommandInput,
  type ScanCommandOutput,
  TransactWriteItemsCommand,
  type TransactWriteItemsCommandInput,
  type TransactWriteItemsCommandOutput,
  UpdateItemCommand,
  type UpdateItemCommandInput,
  type UpdateItemCommandOutput,
  UpdateTimeToLiveCommand,
  type UpdateTimeToLiveCommandInput,
  type UpdateTimeToLiveCommandOutput
} from '@aws-sdk/client-dynamodb'

/** The DynamoDB operations keystorm uses, with what each takes and gives. */
export interface Operations {
  CreateTable: { input: CreateTableCommandInput; output: CreateTableCommandOutput }
  DescribeTable: { input: DescribeTableCommandInput; output: DescribeTableCommandOutput }
  GetItem: { input: GetItemCommandInput; output: GetItemCommandOutput }
  PutItem: { input: PutItemCommandInput; output: PutItemCommandOutput }
  DeleteItem: { input: DeleteItemCommandInput; output: DeleteItemCommandOutput }
  Query: { input: QueryCommandInput; output: QueryCommandOutput }
  Scan: { input: ScanCommandInput; output: ScanCommandOutput }
  TransactWriteItems: { input: TransactWriteItemsCommandInput; output: TransactWriteItemsCommandOutput }
  UpdateItem: { input: UpdateItemCommandInput; output: UpdateItemCommandOutput }
  UpdateTimeToLive: { input: UpdateTimeToLiveCommandInput; output: UpdateTimeToLiveCommandOutput }
}

export type Operation = keyof Operations

/** How one command is sent. */
export interface SendOptions {
  /** Ends the request when it is aborted. */
  readonly abortSignal?: AbortSignal
}

/** The one seam between keystorm and the network. */
export interface Sender {
  send<O extends Operation>(
    operation: O,
    input: Operations[O]['input'],
    options?: SendOptions
  ): Promise<Operations[O]['output']>
}

type Send<O extends Operation> = (
  client: DynamoDBClient,
  input: Operations[O]['input'],
  options: SendOptions
) => Promise<Operations[O]['output']>

// The SDK's own command classes, so that middleware and mocks that look for them find them.
const commands: { [O in Operation]: Send<O> } = {
  CreateTable: (client, input, options) => client.send(new CreateTableCommand(input), options),
  DescribeTable: (client, input, options) => client.send(new DescribeTableCommand(input), options),
  GetItem: (client, input, options) => client.send(new GetItemCommand(input), options),
  PutItem: (client, input, options) => client.send(new PutItemCommand(input), options),
  DeleteItem: (client, input, options) => client.send(new DeleteItemCommand(input), options),
  Query: (client, input, options) => client.send(new QueryCommand(input), options),
  Scan: (client, input, options) => client.send(new ScanCommand(input), options),
  TransactWriteItems: (client, input, options) => client.send(new TransactWriteItemsCommand(input), options),
  UpdateItem: (client, input, options) => client.send(new UpdateItemCommand(input), options),
  UpdateTimeToLive: (client, input, options) => client.send(new UpdateTimeToLiveCommand(input), options)
}

/** A sender over a client of the AWS SDK, which is used as it is. */
export const senderOf = (client: DynamoDBClient): Sender => ({
  send: (operation, input, options = {}) => commands[operation](client, input, options)
})

/**
 * The client keystorm makes where none is given, one for the process: the SDK's defaults for region, credentials and
 * retries. The SDK's logger middleware is taken out: it makes a redacted copy of every response, though nobody logs.
 */
export const defaultClient = (): DynamoDBClient => {
  if (shared === undefined) {
    shared = new DynamoDBClient({})
    shared.middlewareStack.remove('loggerMiddleware')
  }
  return shared
}

let shared: DynamoDBClient | undefined
