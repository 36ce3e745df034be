import { randomUUID } from 'node:crypto'
import { pause } from '../driver/backoff.ts'
import type { Operation, Operations, Sender, SendOptions } from '../driver/sender.ts'
import { InvalidResponse } from '../errors.ts'
import { crc32 } from './crc32.ts'
import { type CredentialProvider, Wallet } from './credentials.ts'
import { type Endpoint, type EndpointOptions, findEndpoint } from './endpoint.ts'
import { failureOf, type Metadata, ServiceError } from './failure.ts'
import { type Answer, Transport, type TransportOptions } from './http.ts'
import { agentFor } from './proxy.ts'
import { type Passing, passingOf, pauseAfter, retryAfterOf, Tokens } from './retry.ts'
import { type Credentials, dateOf, type Header, Signer } from './sign.ts'
import { fromWire, toWire } from './wire.ts'

export interface LeanOptions extends EndpointOptions, TransportOptions {
  /** Default: the environment's, else what the SDK's own chain finds (`@aws-sdk/credential-provider-node`). */
  readonly credentials?: Credentials | CredentialProvider | undefined
  /** How often a request is sent at most. Default: `AWS_MAX_ATTEMPTS`, else 4. */
  readonly maxAttempts?: number | undefined
}

/** What is known once a client is first used. */
interface Line extends Endpoint {
  readonly transport: Transport
}

const SERVICE = 'dynamodb'
const MAX_ATTEMPTS = 4

/** What the service says when its clock and this one differ. */
const SKEWED = new Set([
  'InvalidSignatureException',
  'SignatureDoesNotMatch',
  'RequestExpired',
  'RequestInTheFuture',
  'RequestTimeTooSkewed',
  'AuthFailure'
])
/** By how much clocks must differ for it to matter. */
const SKEW_MS = 4 * 60_000

/** Sends to DynamoDB without the AWS SDK. */
export class LeanClient implements Sender {
  readonly #options: LeanOptions
  readonly #wallet: Wallet
  readonly #tokens = new Tokens()
  readonly #signer = new Signer()
  #line: Line | undefined
  #finding: Promise<Line> | undefined
  /** What is to be added to this clock to have that of the service. */
  #skew = 0

  constructor(options: LeanOptions) {
    this.#options = { ...options }
    this.#wallet = new Wallet(options.credentials)
  }

  /** Sends one command, and again while it may pass. */
  async request<O extends Operation>(
    operation: O,
    input: Operations[O]['input'],
    options: SendOptions = {}
  ): Promise<Operations[O]['output']> {
    const { abortSignal, onRetry } = options
    abortSignal?.throwIfAborted()
    const body = toWire(input)
    const max = Math.max(1, this.#options.maxAttempts ?? (Number(process.env.AWS_MAX_ATTEMPTS) || MAX_ATTEMPTS))
    const id = randomUUID()
    let paid: number | undefined
    let waited = 0
    for (let attempt = 1; ; attempt++) {
      const outcome = await this.#try(operation, body, id, `attempt=${attempt}; max=${max}`, options)
      if ('output' in outcome) {
        this.#tokens.giveBack(paid)
        Object.assign(outcome.metadata, { attempts: attempt, totalRetryDelay: waited })
        return { ...outcome.output, $metadata: outcome.metadata } as Operations[O]['output'] // as the service promises
      }
      const { error, passing, after } = outcome
      paid = passing && attempt < max ? this.#tokens.take(passing) : undefined
      if (passing === undefined || paid === undefined) {
        if (error instanceof ServiceError)
          Object.assign(error.$metadata, { attempts: attempt, totalRetryDelay: waited })
        throw error
      }
      const wait = pauseAfter(attempt, passing, after)
      waited += wait
      await pause(wait, abortSignal)
      onRetry?.()
    }
  }

  /** Closes the connections that are kept. */
  destroy(): void {
    this.#line?.transport.destroy()
  }

  async #try(
    operation: Operation,
    body: string,
    id: string,
    attempt: string,
    { abortSignal: signal, onBytes }: SendOptions
  ): Promise<Outcome> {
    const line = this.#line ?? (await this.#find())
    const credentials = await this.#wallet.get()
    signal?.throwIfAborted()
    const skew = this.#skew
    const headers = this.#headers(line, operation, body, credentials, id, attempt)
    let answer: Answer
    try {
      answer = await line.transport.post(headers, body, signal)
    } catch (error) {
      const isAborted = signal?.aborted && error === signal.reason
      return { error, passing: isAborted ? undefined : passingOf(error) }
    }
    onBytes?.(Buffer.byteLength(body), answer.body.length)
    const metadata: Metadata = { httpStatusCode: answer.status, requestId: textOf(answer.headers['x-amzn-requestid']) }
    const problem = problemOf(answer)
    if (problem !== undefined) return { error: new InvalidResponse(operation, problem), passing: 'transient' }
    const text = answer.body.toString('utf8')
    if (answer.status >= 300) {
      const error = failureOf(text, textOf(answer.headers['x-amzn-errortype']), metadata)
      const passing = passingOf(error) ?? this.#mendClock(error, answer, skew)
      return { error, passing, after: retryAfterOf(answer.headers) }
    }
    try {
      return { output: fromWire(text), metadata }
    } catch (cause) {
      const error = new InvalidResponse(operation, 'it is no JSON')
      return { error: Object.assign(error, { cause }), passing: 'transient' }
    }
  }

  #find(): Promise<Line> {
    this.#finding ??= findEndpoint(this.#options).then(endpoint => {
      const agent = this.#options.agent ?? agentFor(endpoint.url)
      this.#line = { ...endpoint, transport: new Transport(endpoint.url, agent, this.#options) }
      return this.#line
    })
    // What failed is looked for anew by the next request.
    this.#finding.catch(() => {
      this.#finding = undefined
    })
    return this.#finding
  }

  #headers(
    { region, url }: Line,
    operation: Operation,
    body: string,
    credentials: Credentials,
    id: string,
    attempt: string
  ): Header[] {
    const { sessionToken } = credentials
    const headers: Header[] = [
      ['amz-sdk-invocation-id', id],
      ['amz-sdk-request', attempt],
      ['content-type', 'application/x-amz-json-1.0'],
      ['host', url.host],
      ['x-amz-date', dateOf(Date.now() + this.#skew)],
      ...(sessionToken ? ([['x-amz-security-token', sessionToken]] as const) : []),
      ['x-amz-target', `DynamoDB_20120810.${operation}`]
    ]
    const authorization = this.#signer.sign(
      { path: url.pathname, headers, body },
      { region, service: SERVICE },
      credentials
    )
    headers.push(
      ['authorization', authorization],
      ['content-length', `${Buffer.byteLength(body)}`],
      ['user-agent', 'keystorm-lean']
    )
    return headers
  }

  /** After an answer that blames the clocks, the service's is taken for right, unless it was when the request was signed. */
  #mendClock({ name }: ServiceError, { headers }: Answer, before: number): Passing | undefined {
    const theirs = Date.parse(headers.date ?? '')
    if (!SKEWED.has(name) || Number.isNaN(theirs)) return undefined
    const skew = theirs - Date.now()
    if (Math.abs(skew - before) < SKEW_MS) return undefined
    this.#skew = skew
    return 'transient'
  }
}

type Outcome =
  | { readonly output: object; readonly metadata: Metadata }
  | { readonly error: unknown; readonly passing: Passing | undefined; readonly after?: number | undefined }

const textOf = (header: string | string[] | undefined): string | undefined =>
  Array.isArray(header) ? header[0] : header

/** What is wrong with an answer before it is read. */
const problemOf = ({ headers, body }: Answer): string | undefined => {
  const checksum = headers['x-amz-crc32']
  return checksum === undefined || Number(checksum) === crc32(body) ? undefined : 'its checksum is wrong'
}
