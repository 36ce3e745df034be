import type {
  CancellationReason as EngineReason,
  GetItemCommandInput,
  ItemResponse,
  TransactGetItemsCommandInput,
  TransactWriteItem,
  TransactWriteItemsCommandInput
} from '@aws-sdk/client-dynamodb'
import { checkRows } from '../../driver/output.ts'
import {
  type CancellationReason,
  type ConditionReason,
  few,
  InvalidRequest,
  InvalidResponse,
  isRefusal,
  showKey,
  UndecodableItem
} from '../../errors.ts'
import { makeFirst } from '../../expressions/absent.ts'
import { isRecord } from '../../fields/record.ts'
import { textOf } from '../../keys/param.ts'
import { BY_ITSELF, type Guard, guardFailure } from '../../plan/write/precondition.ts'
import { MAX_ITEM_BYTES, measure } from '../../plan/write/size.ts'
import type { Definition, StoredItem } from '../../schema/definition.ts'
import { plainKey } from '../../schema/plain-key.ts'
import { idOf } from '../batch/requests.ts'
import type { PreparedWrite } from '../builder/item-write.ts'
import type { Footing } from '../update/command.ts'

/** DynamoDB's limits of a transaction. */
const MAX_OPERATIONS = 100
const MAX_BYTES = 4 * 1024 * 1024

/** What messages about a transaction begin with. */
export const TRANSACT = 'transact()'

/** An operation of a transaction: whose item, and which. */
interface Place {
  readonly model: Definition
  readonly key: StoredItem
}

/** One write, ready to be sent, and to be sent again as it is. */
export interface WriteOperation extends Place {
  readonly operation: TransactWriteItem
  /** What must hold, to tell what failed. */
  readonly guard: Guard
  /** Whether there is no item, so that it need not be sent: its guard says what that is. */
  readonly isRefused?: boolean
  /** Of an update. */
  footing?(): Footing
}

export interface ReadOperation extends Place {
  readonly input: GetItemCommandInput
}

/** The operations that builders become. Throws InvalidRequest where DynamoDB would refuse the transaction. */
export const compileTransactWrite = (
  writes: readonly Pick<PreparedWrite, 'operations'>[],
  token: string | undefined
): TransactWriteItemsCommandInput => {
  const numbered = writes.flatMap(({ operations }, i) => operations.map(write => ({ ...write, number: i + 1 })))
  checkPlaces(numbered)
  checkSizes(numbered)
  const TransactItems = numbered.map(({ operation }) => asking(operation))
  const ClientRequestToken = textOf(token)
  return ClientRequestToken === undefined ? { TransactItems } : { TransactItems, ClientRequestToken }
}

/** Throws InvalidRequest. A transaction reads consistently by itself, and cannot be told to. */
export const compileTransactGet = (reads: readonly ReadOperation[]): TransactGetItemsCommandInput => {
  checkPlaces(reads.map((read, i) => ({ ...read, number: i + 1 })))
  return {
    TransactItems: reads.map(({ input: { ConsistentRead: _, ...read } }) => ({
      Get: { ...read, TableName: read.TableName, Key: read.Key }
    }))
  }
}

/** What was found for each of so many gets. Throws InvalidResponse where that is not said of each. */
export const answersOf = (answers: readonly ItemResponse[] | undefined, count: number): readonly ItemResponse[] => {
  const operation = 'TransactGetItems'
  if (answers?.length !== count || !answers.every(answer => isRecord(answer)))
    throw new InvalidResponse(operation, `it has not one response for each of ${count} gets`)
  checkRows(
    operation,
    Array.from(answers, ({ Item }) => Item ?? {})
  )
  return answers
}

/** The operation, asking for the item where there is a condition that it can fail. */
const asking = (operation: TransactWriteItem): TransactWriteItem => {
  const { Put, Update, Delete, ConditionCheck } = operation
  if (Put) return { Put: withItem(Put) }
  if (Update) return { Update: withItem(Update) }
  if (Delete) return { Delete: withItem(Delete) }
  return ConditionCheck ? { ConditionCheck: withItem(ConditionCheck) } : operation
}

const withItem = <Part extends { readonly ConditionExpression?: string | undefined }>(part: Part): Part =>
  part.ConditionExpression === undefined ? part : { ...part, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }

export const checkCount = (count: number): void => {
  if (count === 0) throw new InvalidRequest(TRANSACT, 'there is no operation')
  if (count > MAX_OPERATIONS)
    throw new InvalidRequest(TRANSACT, `there are ${count} operations, and ${MAX_OPERATIONS} is DynamoDB's limit`)
}

/** Of an operation, the number of the builder that it comes from. */
interface Numbered {
  readonly number: number
}

const checkPlaces = (places: readonly (Place & Numbered)[]): void => {
  checkCount(places.length)
  const seen = new Map<string, Place & Numbered>()
  for (const place of places) {
    const { model, key, number } = place
    const text = idOf(key, Object.keys(key))
    const before = seen.get(text)
    if (before !== undefined)
      throw new InvalidRequest(
        TRANSACT,
        `operations ${before.number} (${before.model.name}) and ${number} (${model.name}) are for the same item, ` +
          `${showKey(plainKey(key))}, and DynamoDB takes one operation an item`
      )
    seen.set(text, place)
  }
}

/** Of updates, only DynamoDB knows how big the item becomes. */
const checkSizes = (writes: readonly (WriteOperation & Numbered)[]): void => {
  let total = 0
  for (const { model, operation, number } of writes) {
    const { size } = measure(operation.Put?.Item ?? {})
    if (size > MAX_ITEM_BYTES)
      throw new InvalidRequest(
        TRANSACT,
        `the item of operation ${number} (${model.name}) has ${size} bytes, and ${MAX_ITEM_BYTES} is DynamoDB's limit`
      )
    total += size
  }
  if (total > MAX_BYTES)
    throw new InvalidRequest(TRANSACT, `the items have ${total} bytes in all, and ${MAX_BYTES} is DynamoDB's limit`)
}

/** What became of each operation of a transaction that was cancelled. */
export const reasonsOf = (
  places: readonly (Place & Partial<Pick<WriteOperation, 'guard' | 'footing'>>)[],
  reasons: readonly EngineReason[],
  cause: unknown
): CancellationReason[] =>
  places.map(({ model, key, guard, footing }, i) => {
    const { Code = 'None', Message, Item } = reasons[i] ?? {}
    const place = { model: model.name, key: plainKey(key), item: Item && readable(model, Item) }
    if (Code !== 'ConditionalCheckFailed' || guard === undefined)
      return {
        code: Code,
        message: Code === 'ValidationError' ? advised(Message, footing ? [footing()] : []) : (Message ?? ''),
        ...place
      }
    const failure = guardFailure(model, key, guard, Item, cause)
    const { code, message } = failure
    const reason = reasonOf(failure)
    return { code, message, ...place, ...(reason && { reason }) }
  })

/** The same for builders, each of which may have become several operations: of those the first that failed. */
export const writeReasonsOf = (
  writes: readonly Pick<PreparedWrite, 'operations'>[],
  reasons: readonly EngineReason[],
  cause: unknown
): CancellationReason[] => {
  const all = reasonsOf(operationsOf(writes), reasons, cause)
  return writes.flatMap(({ operations }) => {
    const own = all.splice(0, operations.length)
    return own.find(({ code }) => code !== 'None') ?? own.slice(0, 1)
  })
}

export const operationsOf = (writes: readonly Pick<PreparedWrite, 'operations'>[]): WriteOperation[] =>
  writes.flatMap(({ operations }) => operations)

/** How engines say that an update does not fit a row. */
const OF_ROWS = /document path|operand .* data type/i

/** What DynamoDB says of a row that an update does not fit, and what to do. */
const advised = (message = '', footings: readonly Footing[]): string => {
  const starts = footings.flatMap(footing => footing.starts)
  if (starts.length > 0 && OF_TYPES.test(message))
    return `${message.replace(/\.$/, '')}: what ${few(starts, ', ')} starts from may be NULL, or of another type: ${BY_ITSELF}`
  const inside = footings.flatMap(footing => footing.inside)
  return inside.length === 0
    ? message
    : `${message.replace(/\.$/, '')}. A map or list around ${few(inside, ', ')} may not be there: ${makeFirst('it')}`
}

/** How engines say that a value is not of the type that a change starts from. */
const OF_TYPES = /operand|type/i

const TOKEN_USED =
  'token() was given a text that a transaction of other content had, in the last ten minutes: give each its own, and to ask again await the very same builder'

/**
 * The error of a transaction that DynamoDB refuses as a whole, as it may where an update has no place, or its token was
 * another's; any other error as it is.
 */
export const refusalOf = (writes: readonly PreparedWrite[], error: unknown): unknown => {
  if (isRefusal(error, 'IdempotentParameterMismatchException'))
    return new InvalidRequest(TRANSACT, TOKEN_USED, { cause: error })
  if (!(isRefusal(error, 'ValidationException') && OF_ROWS.test(error.message))) return error
  const said = `${error.message.replace(/\.$/, '')}.`
  const message = advised(
    said,
    operationsOf(writes).flatMap(write => write.footing?.() ?? [])
  )
  return message === said ? error : new InvalidRequest(TRANSACT, message, { cause: error })
}

const reasonOf = (failure: ReturnType<typeof guardFailure>): ConditionReason | undefined => {
  if (failure.code === 'ConditionFailed') return failure.data.reason
  return failure.code === 'ItemNotFound' ? 'missing' : undefined
}

const readable = (model: Definition, stored: StoredItem): unknown => {
  try {
    return model.decode(stored)
  } catch (error) {
    if (error instanceof UndecodableItem) return undefined
    throw error
  }
}
