import type { Target, TargetOptions } from '../../driver/target.ts'
import { sendTransaction } from '../../driver/transaction.ts'
import { isRefusal } from '../../errors.ts'
import { guardFailure } from '../../plan/write/precondition.ts'
import type { PreparedWrite } from '../builder/item-write.ts'
import { unsent } from '../builder/refused.ts'
import { compileTransactWrite } from './command.ts'

/** Sends a write as a transaction of its own. Throws what it would by itself. */
export const sendAlone = async <Result>(
  target: Target,
  write: PreparedWrite<Result>,
  token: string | undefined,
  purpose: TargetOptions
): Promise<Result> => {
  const { operations } = write
  for (const { model, key, guard, isRefused } of operations)
    if (isRefused) throw guardFailure(model, key, guard, undefined, undefined)
  try {
    await sendTransaction(target, 'TransactWriteItems', compileTransactWrite([write], token), purpose)
  } catch (error) {
    if (!isRefusal(error, 'TransactionCanceledException')) throw error
    const reasons = error.CancellationReasons ?? []
    const place = reasons.findIndex(({ Code }) => Code === 'ConditionalCheckFailed')
    const failed = operations[place]
    if (failed === undefined) throw error
    const { model, key, guard } = failed
    throw guardFailure(
      model,
      key,
      guard,
      reasons[place]?.Item ?? (await unsent({ target, key, guard }, purpose)),
      error
    )
  }
  return write.result()
}
