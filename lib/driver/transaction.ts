import { isRefusal } from '../errors.ts'
import { backoff, pause } from './backoff.ts'
import type { Operations } from './sender.ts'
import type { Target, TargetOptions } from './target.ts'
import { isTransient } from './transient.ts'

const MAX_TRIES = 10

/** What cancels a transaction that may well succeed a moment later. */
const PASSING = new Set(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded'])

/**
 * Sends a transaction, and sends it again, after ever longer pauses, when another was in its way or the answer got lost. One
 * that writes has a token, so that it is carried out once however often it is sent.
 */
export const sendTransaction = async <O extends 'TransactGetItems' | 'TransactWriteItems'>(
  target: Target,
  operation: O,
  input: Operations[O]['input'],
  options: TargetOptions
): Promise<Operations[O]['output']> => {
  for (let tries = 1; ; tries++) {
    try {
      return await target.send(operation, input, { ...options, isRetry: tries > 1 })
    } catch (error) {
      if (tries === MAX_TRIES || !mayPass(error)) throw error
      await pause(backoff(tries), options.signal)
    }
  }
}

const mayPass = (error: unknown): boolean => {
  if (!isRefusal(error, 'TransactionCanceledException'))
    return isRefusal(error, 'TransactionInProgressException') || isTransient(error)
  const failed = error.CancellationReasons?.filter(({ Code = 'None' }) => Code !== 'None') ?? []
  return failed.length > 0 && failed.every(({ Code = '' }) => PASSING.has(Code))
}
