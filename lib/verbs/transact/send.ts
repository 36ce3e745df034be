import type { CancellationReason } from '@aws-sdk/client-dynamodb'
import { itemOf, reasonsIn } from '../../driver/output.ts'
import type { Target, TargetOptions } from '../../driver/target.ts'
import { sendTransaction } from '../../driver/transaction.ts'
import { isRefusal } from '../../errors.ts'
import { guardFailure } from '../../plan/write/precondition.ts'
import type { PreparedWrite } from '../builder/item-write.ts'
import { readFailedItem } from '../builder/refused.ts'
import { compileTransactWrite, operationsOf } from './command.ts'

/** Why a transaction was cancelled: a reason for each operation, with the item that its guard met. */
interface Cancelled {
  readonly reasons: readonly CancellationReason[]
  readonly cause: unknown
}

const CHECK_FAILED = 'ConditionalCheckFailed'

/** Sends writes as one transaction. Resolves to the reasons if it was cancelled. */
export const sendTogether = async (
  target: Target,
  writes: readonly PreparedWrite[],
  token: string | undefined,
  purpose: TargetOptions
): Promise<Cancelled | undefined> => {
  const operations = operationsOf(writes)
  if (operations.some(({ isRefused }) => isRefused))
    return { reasons: operations.map(({ isRefused }) => (isRefused ? { Code: CHECK_FAILED } : {})), cause: undefined }
  try {
    await sendTransaction(target, 'TransactWriteItems', compileTransactWrite(writes, token), purpose)
    return undefined
  } catch (cause) {
    if (!isRefusal(cause, 'TransactionCanceledException')) throw cause
    const told = reasonsIn(cause).map(async (reason, i) => {
      const write = operations[i]
      if (reason.Code !== CHECK_FAILED || itemOf(reason) || write === undefined) return reason
      const item = await readFailedItem({ ...write, target }, purpose)
      return item ? { ...reason, Item: item } : reason
    })
    return { reasons: await Promise.all(told), cause }
  }
}

/** Sends one write as a transaction of its own. Throws the same error as the write by itself would. */
export const sendAlone = async <Result>(
  target: Target,
  write: PreparedWrite<Result>,
  token: string | undefined,
  purpose: TargetOptions
): Promise<Result> => {
  const cancelled = await sendTogether(target, [write], token, purpose)
  if (cancelled === undefined) return write.result()
  const { reasons, cause } = cancelled
  const place = reasons.findIndex(({ Code }) => Code === CHECK_FAILED)
  const failed = write.operations[place]
  if (failed === undefined) throw cause
  throw guardFailure(failed.model, failed.key, failed.guard, itemOf(reasons[place] ?? {}), cause)
}
