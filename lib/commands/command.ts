import type {
  DeleteItemCommandInput,
  GetItemCommandInput,
  PutItemCommandInput,
  QueryCommandInput,
  TransactGetItemsCommandInput,
  TransactWriteItemsCommandInput,
  UpdateItemCommandInput
} from '@aws-sdk/client-dynamodb'

interface Inputs {
  GetItem: GetItemCommandInput
  PutItem: PutItemCommandInput
  UpdateItem: UpdateItemCommandInput
  DeleteItem: DeleteItemCommandInput
  Query: QueryCommandInput
  TransactGetItems: TransactGetItemsCommandInput
  TransactWriteItems: TransactWriteItemsCommandInput
}

/** What a builder is to those who send its command in other ways, such as a state machine. */
export interface Command<O extends keyof Inputs = keyof Inputs> {
  /** For messages. */
  readonly model: string
  readonly operation: O
  compile(): Inputs[O]
  /** What the builder does beside sending its command once, as a sentence; `undefined` if that is all. */
  unmet?(): string | undefined
}
