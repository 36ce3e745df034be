import { isRefusal } from '../errors.ts'
import { backoff, pause } from './backoff.ts'
import { reasonsIn } from './output.ts'
import type { Operations } from './sender.ts'
import type { Target, TargetOptions } from './target.ts'
import { isTransient } from './transient.ts'

const MAX_TRIES = 10

/** Cancellation reasons after which the same transaction may soon succeed. */
const PASSING = new Set(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded'])

/**
 * Sends a transaction. Retries it, with growing pauses, after a conflict with another transaction or a lost answer. A
 * writing transaction has a token, so all its attempts take effect once.
 */
export const sendTransaction = async <O extends 'TransactGetItems' | 'TransactWriteItems'>(
  target: Target,
  operation: O,
  input: Operations[O]['input'],
  options: Omit<TargetOptions, 'isRetry'>
): Promise<Operations[O]['output']> => {
  for (let tries = 1; ; tries++) {
    try {
      return await target.send(operation, input, { isRetry: tries > 1, ...options })
    } catch (error) {
      if (tries === MAX_TRIES || !mayPass(error)) throw error
      await pause(backoff(tries), options.signal)
    }
  }
}

const mayPass = (error: unknown): boolean => {
  if (!isRefusal(error, 'TransactionCanceledException'))
    return isRefusal(error, 'TransactionInProgressException') || isTransient(error)
  const failed = reasonsIn(error).filter(({ Code = 'None' }) => Code !== 'None')
  return failed.length > 0 && failed.every(({ Code = '' }) => PASSING.has(Code))
}
