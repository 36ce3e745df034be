import { isKeystormError } from '../errors.ts'
import { idOf } from '../verbs/batch/requests.ts'
import type { Row } from './walk.ts'

/** How long DynamoDB knows a transaction's token (ten minutes), less a margin. */
export const KNOWN_MS = 9.5 * 60_000

/** When the first of the left-over writes may have taken effect; now, if none may have. */
export const oldest = (rows: readonly Row[], unread: Iterable<string>, since: ReadonlyMap<string, number>): number => {
  const ids = rows.map(({ model, stored }) => {
    const key = model.keyIn(stored)
    return idOf(key, Object.keys(key))
  })
  const now = Date.now()
  return Math.min(now, ...[...ids, ...unread].map(id => since.get(id) ?? now))
}

/** Whether an error proves that nothing was written. Another error may stand for a lost answer. */
export const isRefused = (error: unknown): boolean => {
  if (isKeystormError(error)) return error.code !== 'InvalidResponse'
  const { $metadata } = Object(error) as { readonly $metadata?: { readonly httpStatusCode?: unknown } | null } // or of any value
  const status = Number($metadata?.httpStatusCode)
  return status >= 400 && status < 500
}
