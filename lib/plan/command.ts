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

/** The builder calls whose effect one DynamoDB command cannot have. */
export type Lacking = 'orThrow' | 'unexpired' | 'skipInvalid' | 'limit' | 'range' | 'token'

/** A builder's command, for code that sends it in another way, such as a state machine. */
export interface Command<O extends keyof Inputs = keyof Inputs> {
  /** The model's name, for messages. */
  readonly model: string
  readonly operation: O
  compile(): Inputs[O]
  /** The call whose effect the command lacks; `undefined` if it does everything. */
  lacks?(): Lacking | undefined
}
