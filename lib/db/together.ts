import { TRANSACT } from '../commands/transact.ts'
import { InvalidRequest } from '../errors.ts'
import type { Target } from '../table/target.ts'

/** Refuses a builder that was made for another table, or another client. */
export const checkTarget = (target: Target, other: Target, what: string): void => {
  if (target.isSame(other)) return
  const problem =
    other.table === target.table
      ? `${what} was made for another client`
      : `${what} was made for the table ${other.table}, and this is the table ${target.table}`
  throw new InvalidRequest(TRANSACT, problem)
}

/** A signal that is aborted when the first of some is; `undefined` where there is none. */
export const joinedSignal = (builders: readonly { readonly signal: AbortSignal | undefined }[]) => {
  const signals = builders.flatMap(({ signal }) => signal ?? [])
  return signals.length > 1 ? AbortSignal.any(signals) : signals[0]
}
