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
  /** Called before a client sends the command again by itself; what it throws ends the request. */
  readonly onRetry?: (() => void) | undefined
  /** Called with the sizes of the bodies that were sent and received, as far as a client knows them; NaN for one that it does not know. */
  readonly onBytes?: ((sent: number, received: number) => void) | undefined
}

/**
 * What sends commands in the place of the SDK's client: the one seam between keystorm and the network. Inputs and outputs
 * are DynamoDB's, with attribute values as `{ S: 'text' }` and bytes as Uint8Array. It rejects with errors that have the
 * names and members that the SDK gives them, such as `ConditionalCheckFailedException` with its `Item`; when the signal is
 * aborted, with its reason or an `AbortError`.
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
  // Not `send`, which every client of the SDK has, and which takes a command.
  request<O extends Operation>(
    operation: O,
    input: Operations[O]['input'],
    options?: SendOptions
  ): Promise<Operations[O]['output']>
}
