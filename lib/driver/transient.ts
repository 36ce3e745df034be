import { errorName } from '../errors.ts'

/** What the service says when it is asked for too much, or is busy with what it is asked for. */
const THROTTLED = new Set([
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ThrottlingException',
  'ReplicatedWriteConflictException'
])

/** What the system and the SDK say when a connection does not come about, or breaks. */
const BROKEN = new Set<unknown>([
  'ECONNRESET',
  'ECONNREFUSED',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN'
])

interface Failure extends Error {
  readonly code?: unknown
  readonly $metadata?: { readonly httpStatusCode?: unknown }
}

/**
 * Whether the same request may well succeed when it is sent again: throttling, a fault of the service's own, or a broken
 * connection. Of the last two nobody knows whether the request was carried out.
 */
export const isTransient = (error: unknown): boolean => {
  try {
    if (!(error instanceof Error)) return false
    const name = errorName(error)
    const { code, $metadata }: Failure = error
    const status = $metadata?.httpStatusCode
    return (
      (typeof status === 'number' && status >= 500) ||
      THROTTLED.has(name) ||
      BROKEN.has(code) ||
      name === 'TimeoutError'
    )
  } catch {
    return false // it cannot be read
  }
}
