import type { Header } from '../canonical.ts'
import type { Answer, Transport } from '../client.ts'
import { TimeoutError } from '../failure.ts'

export interface FetchOptions {
  /** The longest duration of an attempt, in milliseconds. Default: unlimited. */
  readonly requestTimeout?: number | undefined
  /** The `fetch` to use, such as that of a binding. Default: the global one. */
  readonly fetch?: typeof fetch | undefined
}

/** Headers that `fetch` sets itself, and refuses or duplicates otherwise. */
const ITS_OWN = new Set(['host', 'content-length'])

/** Sends to one endpoint by `fetch`. */
export class FetchTransport implements Transport {
  readonly #url: URL
  readonly #options: FetchOptions

  constructor(url: URL, options: FetchOptions) {
    this.#url = url
    this.#options = options
  }

  async post(given: readonly Header[], body: string, signal: AbortSignal | undefined): Promise<Answer> {
    const { requestTimeout, fetch: send = fetch } = this.#options
    const headers = given.filter(([name]) => !ITS_OWN.has(name)).map(([name, value]): [string, string] => [name, value])
    const limit = requestTimeout ? new AbortController() : undefined
    const late = () => limit?.abort(new TimeoutError(`the request took over ${requestTimeout} ms`))
    const timer = limit && setTimeout(late, requestTimeout)
    const signals = [signal, limit?.signal].filter(one => one !== undefined)
    const [only] = signals
    const either = signals.length > 1 ? AbortSignal.any(signals) : only
    try {
      const response = await send(this.#url, { method: 'POST', headers, body, ...(either && { signal: either }) })
      const content = new Uint8Array(await response.arrayBuffer())
      return { status: response.status, headers: headersOf(response), body: content }
    } catch (cause) {
      if (signal?.aborted) throw signal.reason
      if (limit?.signal.aborted) throw limit.signal.reason
      throw new ConnectionError(cause)
    } finally {
      clearTimeout(timer)
    }
  }

  destroy(): void {} // the runtime owns the connections
}

/** Drops the checksum of a compressed answer: it belongs to the compressed bytes. */
const headersOf = ({ headers }: Response): Record<string, string> => {
  const all = Object.fromEntries(headers)
  if (all['content-encoding'] !== undefined) delete all['x-amz-crc32']
  return all
}

/** A connection that failed. Each runtime has its own message, with or without a code. */
class ConnectionError extends Error {
  override readonly name = 'ConnectionError'
  readonly code: string

  constructor(cause: unknown) {
    const inner: unknown = cause instanceof Error ? (cause.cause ?? cause) : cause
    super(`the request did not get through: ${inner instanceof Error ? inner.message : String(inner)}`, { cause })
    const said = inner instanceof Error && 'code' in inner ? String(inner.code) : ''
    this.code = /^E[A-Z_]+$/.test(said) ? said : 'ECONNRESET'
  }
}
