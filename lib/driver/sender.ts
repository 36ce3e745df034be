import type {
  BatchGetItemCommandInput,
  BatchGetItemCommandOutput,
  BatchWriteItemCommandInput,
  BatchWriteItemCommandOutput,
  CreateTableCommandInput,
  CreateTableCommandOutput,
  DeleteItemCommandInput,
  DeleteItemCommandOutput,
  DescribeTableCommandInput,
  DescribeTableCommandOutput,
  DescribeTimeToLiveCommandInput,
  DescribeTimeToLiveCommandOutput,
  GetItemCommandInput,
  GetItemCommandOutput,
  PutItemCommandInput,
  PutItemCommandOutput,
  QueryCommandInput,
  QueryCommandOutput,
  ScanCommandInput,
  ScanCommandOutput,
  TransactGetItemsCommandInput,
  TransactGetItemsCommandOutput,
  TransactWriteItemsCommandInput,
  TransactWriteItemsCommandOutput,
  UpdateItemCommandInput,
  UpdateItemCommandOutput,
  UpdateTimeToLiveCommandInput,
  UpdateTimeToLiveCommandOutput
} from '@aws-sdk/client-dynamodb'

/** The DynamoDB operations that keystorm uses, with their inputs and outputs. */
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

/** How to send one command. */
export interface SendOptions {
  /** Ends the request when it is aborted. */
  readonly abortSignal?: AbortSignal | undefined
  /** Called before the client itself retries the command. If it throws, the request ends with that error. */
  readonly onRetry?: (() => void) | undefined
  /** Called with the body sizes sent and received, in bytes; NaN for a size that the client does not know. */
  readonly onBytes?: ((sent: number, received: number) => void) | undefined
}

/**
 * Sends commands in place of the SDK's client: everything that keystorm sends goes through it. Inputs and outputs are
 * DynamoDB's, with attribute values such as `{ S: 'text' }` and bytes as Uint8Array. It rejects with errors that have
 * the SDK's names and members, such as `ConditionalCheckFailedException` with its `Item`. When the signal is aborted,
 * it rejects with the signal's reason or an `AbortError`.
 *
 * ```ts
 * const seen: string[] = []
 * const recorder: Sender = {
 *   request: (operation, input, options) => {
 *     seen.push(operation)
 *     return inner.request(operation, input, options)
 *   }
 * }
 * const db = connect({ client: recorder })
 * ```
 */
export interface Sender {
  // Not called `send`: every client of the SDK has a `send`, which takes a command.
  request<O extends Operation>(
    operation: O,
    input: Operations[O]['input'],
    options?: SendOptions
  ): Promise<Operations[O]['output']>
}
