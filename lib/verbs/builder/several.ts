import { Stop } from '../../driver/signals.ts'
import type { Target } from '../../driver/target.ts'
import { InvalidRequest } from '../../errors.ts'

// What the verbs that send several builders have in common.

/** Throws InvalidRequest for a builder that was made for another table or client. */
export const checkTarget = (target: Target, other: Target, verb: string, what: string): void => {
  if (target.isSame(other)) return
  const problem =
    other.table === target.table
      ? `${what} was made for another client`
      : `${what} was made for the table ${other.table}, and this is the table ${target.table}`
  throw new InvalidRequest(verb, problem)
}

/**
 * Joins the builders' signals: the result aborts when the first of them does, until it is released. `undefined` if
 * there are no signals.
 */
export const joinedSignals = (builders: readonly { readonly signal: AbortSignal | undefined }[]): Stop | undefined => {
  const signals = new Set<AbortSignal>()
  for (const { signal } of builders) if (signal !== undefined) signals.add(signal)
  return signals.size === 0 ? undefined : new Stop(...signals)
}
