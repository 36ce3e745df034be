import {
  type $Command,
  BatchGetItemCommand,
  type BatchGetItemCommandInput,
  type BatchGetItemCommandOutput,
  BatchWriteItemCommand,
  type BatchWriteItemCommandInput,
  type BatchWriteItemCommandOutput,
  CreateTableCommand,
  type CreateTableCommandInput,
  type CreateTableCommandOutput,
  DeleteItemCommand,
  type DeleteItemCommandInput,
  type DeleteItemCommandOutput,
  DescribeTableCommand,
  type DescribeTableCommandInput,
  type DescribeTableCommandOutput,
  DescribeTimeToLiveCommand,
  type DescribeTimeToLiveCommandInput,
  type DescribeTimeToLiveCommandOutput,
  DynamoDBClient,
  type DynamoDBClientResolvedConfig,
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
  type ServiceInputTypes,
  type ServiceOutputTypes,
  TransactGetItemsCommand,
  type TransactGetItemsCommandInput,
  type TransactGetItemsCommandOutput,
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
import { currentMeter, type Meter } from './meter.ts'

/** The DynamoDB operations keystorm uses, with what each takes and gives. */
export interface Operations {
  BatchGetItem: { input: BatchGetItemCommandInput; output: BatchGetItemCommandOutput }
  BatchWriteItem: { input: BatchWriteItemCommandInput; output: BatchWriteItemCommandOutput }
  CreateTable: { input: CreateTableCommandInput; output: CreateTableCommandOutput }
  DescribeTable: { input: DescribeTableCommandInput; output: DescribeTableCommandOutput }
  DescribeTimeToLive: { input: DescribeTimeToLiveCommandInput; output: DescribeTimeToLiveCommandOutput }
  GetItem: { input: GetItemCommandInput; output: GetItemCommandOutput }
  PutItem: { input: PutItemCommandInput; output: PutItemCommandOutput }
  DeleteItem: { input: DeleteItemCommandInput; output: DeleteItemCommandOutput }
  Query: { input: QueryCommandInput; output: QueryCommandOutput }
  Scan: { input: ScanCommandInput; output: ScanCommandOutput }
  TransactGetItems: { input: TransactGetItemsCommandInput; output: TransactGetItemsCommandOutput }
  TransactWriteItems: { input: TransactWriteItemsCommandInput; output: TransactWriteItemsCommandOutput }
  UpdateItem: { input: UpdateItemCommandInput; output: UpdateItemCommandOutput }
  UpdateTimeToLive: { input: UpdateTimeToLiveCommandInput; output: UpdateTimeToLiveCommandOutput }
}

export type Operation = keyof Operations

/** How one command is sent. */
export interface SendOptions {
  /** Ends the request when it is aborted. */
  readonly abortSignal?: AbortSignal | undefined
  /** Whether the command repeats one that failed, or was left undone in part. */
  readonly isRetry?: boolean
}

/** The one seam between keystorm and the network. */
export interface Sender {
  send<O extends Operation>(
    operation: O,
    input: Operations[O]['input'],
    options?: SendOptions
  ): Promise<Operations[O]['output']>
}

/** A client, and what is called before the SDK sends a command again by itself. */
interface Line {
  readonly client: DynamoDBClient
  readonly abortSignal?: AbortSignal | undefined
  readonly onRetry?: () => void
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

/** A sender over a client of the AWS SDK, which is used as it is. Inside of `metered`, what it sends is counted. */
export const senderOf = (client: DynamoDBClient): Sender => ({
  send: (operation, input, options = {}) => {
    const meter = currentMeter()
    return meter === undefined
      ? commands[operation]({ client, abortSignal: options.abortSignal }, input)
      : sendCounted(client, operation, input, options, meter)
  }
})

const sendCounted = async <O extends Operation>(
  client: DynamoDBClient,
  operation: O,
  input: Operations[O]['input'],
  { abortSignal, isRetry = false }: SendOptions,
  meter: Meter
): Promise<Operations[O]['output']> => {
  meter.start(operation, isRetry)
  const onRetry = () => meter.start(operation, true)
  const output = await commands[operation]({ client, abortSignal, onRetry }, meter.asking(operation, input))
  meter.finish(operation, output)
  return output
}

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
