import { errorName } from '../errors.ts'

/** Errors of a service that is throttling, or busy with the requested item. */
const THROTTLED = new Set([
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ThrottlingException',
  'ReplicatedWriteConflictException'
])

/** Error codes of the system and the SDK for a connection that fails. */
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
 * Whether the same request may succeed when it is sent again: after throttling, a fault of the service, or a broken
 * connection. After the last two, the request may or may not have taken effect.
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
