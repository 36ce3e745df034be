/** The SDK's standard retries for DynamoDB, from @smithy/core/retry. */

const THROTTLING = new Set([
  'BandwidthLimitExceeded',
  'EC2ThrottledException',
  'LimitExceededException',
  'PriorRequestNotComplete',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'SlowDown',
  'ThrottledException',
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
  'TransactionInProgressException'
])
const TRANSIENT = new Set(['TimeoutError', 'RequestTimeout', 'RequestTimeoutException'])
const STATUSES = new Set([500, 502, 503, 504])
const BROKEN = new Set([
  ...['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT'],
  ...['EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN']
])

const FIRST_MS = 25
const FIRST_THROTTLED_MS = 1_000
const LONGEST_MS = 20_000
/** How much longer a pause may become because the service requests it. */
const LONGER_MS = 5_000

const TOKENS = 500
const COST = 14
const THROTTLED_COST = 5

export type Passing = 'throttled' | 'transient'

interface Failure {
  readonly name?: unknown
  readonly code?: unknown
  readonly $metadata?: { readonly httpStatusCode?: number }
}

/** Whether an error is worth a retry, and of which kind. */
export const passingOf = (error: unknown): Passing | undefined => {
  const { name, code, $metadata }: Failure = error instanceof Error ? error : {}
  const status = $metadata?.httpStatusCode ?? 0
  if (status === 429 || THROTTLING.has(String(name))) return 'throttled'
  return TRANSIENT.has(String(name)) || STATUSES.has(status) || BROKEN.has(String(code)) ? 'transient' : undefined
}

/**
 * The pause before the next attempt, in milliseconds, after `attempts` failures (1 or more). `asked` is the pause that
 * the service requests.
 */
export const pauseAfter = (attempts: number, passing: Passing, asked = 0, random = Math.random): number => {
  const first = passing === 'throttled' ? FIRST_THROTTLED_MS : FIRST_MS
  const own = Math.floor(random() * Math.min(first * 2 ** (attempts - 1), LONGEST_MS))
  return Math.max(own, Math.min(asked, own + LONGER_MS))
}

/** The pause that the service requests, in milliseconds. */
export const retryAfterOf = (headers: Readonly<Record<string, string | string[] | undefined>>): number | undefined => {
  const milliseconds = Number(headers['x-amz-retry-after'] ?? Number.NaN)
  if (!Number.isNaN(milliseconds)) return milliseconds
  const said = headers['retry-after']
  if (typeof said !== 'string') return undefined
  const seconds = Number(said)
  const asked = Number.isNaN(seconds) ? Date.parse(said) - Date.now() : seconds * 1_000
  return Number.isNaN(asked) ? undefined : Math.max(0, asked)
}

/** The retry budget that all requests of a client share. If nothing gets through, retries soon stop. */
export class Tokens {
  #left = TOKENS

  /** Takes the cost of a retry; `undefined` if the budget does not suffice. */
  take(passing: Passing): number | undefined {
    const cost = passing === 'throttled' ? THROTTLED_COST : COST
    if (this.#left < cost) return undefined
    this.#left -= cost
    return cost
  }

  /** A successful request returns the cost of its last retry, or 1. */
  giveBack(cost = 1): void {
    this.#left = Math.min(TOKENS, this.#left + cost)
  }
}
