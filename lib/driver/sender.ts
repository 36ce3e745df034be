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
}

/** What sends commands: the one seam between keystorm and the network. Its errors have the names that DynamoDB gives them. */
export interface Sender {
  send<O extends Operation>(
    operation: O,
    input: Operations[O]['input'],
    options?: SendOptions
  ): Promise<Operations[O]['output']>
}
