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

/** What no single command does: by the call that asks for it. */
export type Beside = 'orThrow' | 'unexpired' | 'skipInvalid' | 'limit' | 'range' | 'token'

/** What a builder is to those who send its command in other ways, such as a state machine. */
export interface Command<O extends keyof Inputs = keyof Inputs> {
  /** For messages. */
  readonly model: string
  readonly operation: O
  compile(): Inputs[O]
  /** What the builder does beside sending its command once; `undefined` if that is all. */
  beside?(): Beside | undefined
}
