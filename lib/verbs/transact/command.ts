import type {
  ConditionCheck,
  Delete,
  CancellationReason as EngineReason,
  GetItemCommandInput,
  ItemResponse,
  Put,
  TransactGetItemsCommandInput,
  TransactWriteItem,
  TransactWriteItemsCommandInput,
  Update
} from '@aws-sdk/client-dynamodb'
import { checkRows, itemOf } from '../../driver/output.ts'
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
import { makeFirst } from '../../expressions/found-row.ts'
import { isRecord } from '../../fields/record.ts'
import { textOf } from '../../keys/param.ts'
import { BY_ITSELF, type Guard, guardFailure } from '../../plan/write/precondition.ts'
import { MAX_ITEM_BYTES, measure } from '../../plan/write/size.ts'
import type { Definition, StoredItem } from '../../schema/definition.ts'
import { plainKey } from '../../schema/plain-key.ts'
import { idOf } from '../batch/requests.ts'
import type { PreparedWrite } from '../builder/item-write.ts'
import type { Footing } from '../update/command.ts'

/** DynamoDB's limits for a transaction. */
const MAX_OPERATIONS = 100
const MAX_BYTES = 4 * 1024 * 1024

/** How error messages about a transaction begin. */
export const TRANSACT = 'transact()'

/** The item that an operation is about. */
interface ItemRef {
  readonly model: Definition
  readonly key: StoredItem
}

/** One write, ready to be sent, and to be sent again unchanged. */
export interface WriteOperation extends ItemRef {
  readonly operation: TransactWriteItem
  /** The condition, to explain a failure. */
  readonly guard: Guard
  /** Whether the write has failed without being sent, since there is no item. The guard says which error that is. */
  readonly isRefused?: boolean
  /** Only for an update. */
  footing?(): Footing
}

export interface ReadOperation extends ItemRef {
  readonly input: GetItemCommandInput
}

/** Makes the input for several builders' operations. Throws InvalidRequest where DynamoDB would refuse it. */
export const compileTransactWrite = (
  writes: readonly Pick<PreparedWrite, 'operations'>[],
  token: string | undefined
): TransactWriteItemsCommandInput => {
  const numbered: (Pick<WriteOperation, 'model' | 'key' | 'operation'> & Numbered)[] = []
  for (const [i, { operations }] of writes.entries())
    for (const { model, key, operation } of operations) numbered.push({ model, key, operation, number: i + 1 })
  checkDistinct(numbered)
  checkSizes(numbered)
  const TransactItems = numbered.map(({ operation }) => returningItem(operation))
  const ClientRequestToken = textOf(token)
  return ClientRequestToken === undefined ? { TransactItems } : { TransactItems, ClientRequestToken }
}

/**
 * Throws InvalidRequest. Drops ConsistentRead: DynamoDB does not take it here, and transactions are consistent anyway.
 */
export const compileTransactGet = (reads: readonly ReadOperation[]): TransactGetItemsCommandInput => {
  checkDistinct(reads.map((read, i) => ({ ...read, number: i + 1 })))
  return {
    TransactItems: reads.map(({ input: { ConsistentRead: _, ...read } }) => ({
      Get: { ...read, TableName: read.TableName, Key: read.Key }
    }))
  }
}

/** The answer for each get. Throws InvalidResponse if there is not exactly one for each. */
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

/** Makes a conditional operation return the item if its condition fails. */
const returningItem = (operation: TransactWriteItem): TransactWriteItem => {
  const { Put, Update, Delete, ConditionCheck } = operation
  if (Put) return { Put: withItem(Put) }
  if (Update) return { Update: withItem(Update) }
  if (Delete) return { Delete: withItem(Delete) }
  return ConditionCheck ? { ConditionCheck: withItem(ConditionCheck) } : operation
}

const withItem = <Part extends Update | Delete | Put | ConditionCheck>(part: Part): Part => {
  if (part.ConditionExpression !== undefined) part.ReturnValuesOnConditionCheckFailure = 'ALL_OLD'
  return part
}

/** Throws InvalidRequest for no operation, and for more than DynamoDB takes. */
export const checkOperationCount = (count: number): void => {
  if (count === 0) throw new InvalidRequest(TRANSACT, 'there is no operation')
  if (count > MAX_OPERATIONS)
    throw new InvalidRequest(TRANSACT, `there are ${count} operations, and ${MAX_OPERATIONS} is DynamoDB's limit`)
}

/** The position, from 1, of the builder that an operation comes from. */
interface Numbered {
  readonly number: number
}

const checkDistinct = (places: readonly (ItemRef & Numbered)[]): void => {
  checkOperationCount(places.length)
  const seen = new Map<string, ItemRef & Numbered>()
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

/** Checks the sizes of puts. Only DynamoDB knows the size of an updated item. */
const checkSizes = (writes: readonly (Pick<WriteOperation, 'model' | 'operation'> & Numbered)[]): void => {
  let total = 0
  for (const { model, operation, number } of writes) {
    const item = operation.Put?.Item
    if (item === undefined) continue
    const { size } = measure(item)
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

/** Explains what became of each operation of a cancelled transaction. */
export const reasonsOf = (
  places: readonly (ItemRef & Partial<Pick<WriteOperation, 'guard' | 'footing'>>)[],
  reasons: readonly EngineReason[],
  cause: unknown
): CancellationReason[] =>
  places.map(({ model, key, guard, footing }, i) => {
    const { Code = 'None', Message } = reasons[i] ?? {}
    const item = itemOf(reasons[i] ?? {})
    const place = { model: model.name, key: plainKey(key), item: item && readable(model, item) }
    if (Code !== 'ConditionalCheckFailed' || guard === undefined)
      return {
        code: Code,
        message: Code === 'ValidationError' ? advised(Message, footing ? [footing()] : []) : (Message ?? ''),
        ...place
      }
    const failure = guardFailure(model, key, guard, item, cause)
    const { code, message } = failure
    const reason = reasonOf(failure)
    return { code, message, ...place, ...(reason && { reason }) }
  })

/** The same for builders. A builder with several operations gets the reason of the first that failed. */
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

/** Matches how engines say that an update does not fit a row. */
const OF_ROWS = /document path|operand .* data type/i

/** DynamoDB's message about an update that does not fit a row, with advice. */
const advised = (message = '', footings: readonly Footing[]): string => {
  const starts = footings.flatMap(footing => footing.starts)
  if (starts.length > 0 && OF_TYPES.test(message))
    return `${message.replace(/\.$/, '')}: what ${few(starts, ', ')} starts from may be NULL, or of another type: ${BY_ITSELF}`
  const inside = footings.flatMap(footing => footing.inside)
  return inside.length === 0
    ? message
    : `${message.replace(/\.$/, '')}. A map or list around ${few(inside, ', ')} may not be there: ${makeFirst('it')}`
}

/** Matches how engines say that a value has another type than the change requires. */
const OF_TYPES = /operand|type/i

const TOKEN_USED =
  'token() was given a text that a transaction of other content had, in the last ten minutes: give each its own, and to ask again await the very same builder'

/**
 * The error for a transaction that DynamoDB refused as a whole: an update may not fit its row, or the token may belong
 * to other content. Returns any other error unchanged.
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
