import { isKeystormError } from '../errors.ts'
import { idOf } from '../verbs/batch/requests.ts'
import type { Row } from './walk.ts'

/** How long DynamoDB knows a transaction, but for a bit. */
export const KNOWN_MS = 9.5 * 60_000

/** When the first of what is left may have been carried out, by what is known of each since when it may; now, if none. */
export const oldest = (rows: readonly Row[], unread: Iterable<string>, since: ReadonlyMap<string, number>): number => {
  const ids = rows.map(({ model, stored }) => {
    const key = model.keyIn(stored)
    return idOf(key, Object.keys(key))
  })
  const now = Date.now()
  return Math.min(now, ...[...ids, ...unread].map(id => since.get(id) ?? now))
}

/** Whether an error says that nothing was written: another one may have come in the place of an answer that was lost. */
export const isRefused = (error: unknown): boolean => {
  if (isKeystormError(error)) return error.code !== 'InvalidResponse'
  const { $metadata } = Object(error) as { readonly $metadata?: { readonly httpStatusCode?: unknown } | null } // or of anything
  const status = Number($metadata?.httpStatusCode)
  return status >= 400 && status < 500
}
