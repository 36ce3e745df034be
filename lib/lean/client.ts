import { Buffer } from 'node:buffer'
import { pause } from '../driver/backoff.ts'
import type { Operation, Operations, Sender, SendOptions } from '../driver/sender.ts'
import { checkGiven, checkOptions, InvalidResponse } from '../errors.ts'
import { type Credentials, dateOf, type Header, type Scope, type Unsigned } from './canonical.ts'
import { type CredentialProvider, Wallet } from './credentials.ts'
import type { Endpoint, EndpointOptions } from './endpoint.ts'
import { failureOf, type Metadata, ServiceError } from './failure.ts'
import { type Passing, passingOf, pauseAfter, retryAfterOf, Tokens } from './retry.ts'
import { fromWire, toWire } from './wire.ts'

export interface ClientOptions extends EndpointOptions {
  /**
   * Default: the environment's. If it has none, `keystorm/lean` asks the SDK's own chain
   * (`@aws-sdk/credential-provider-node`).
   */
  readonly credentials?: Credentials | CredentialProvider | undefined
  /** The most attempts for a request. Default: `AWS_MAX_ATTEMPTS`, or else 4. */
  readonly maxAttempts?: number | undefined
}

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Uint8Array
}

/** Sends to one endpoint. */
export interface Transport {
  /** Rejects with the signal's reason, a TimeoutError, or the error of a broken connection. */
  post(headers: readonly Header[], body: string, signal: AbortSignal | undefined): Promise<Answer>
  destroy(): void
}

/** The endpoint and the transport to it, found when the client is first used. */
interface Line extends Endpoint {
  readonly transport: Transport
}

/** What a client needs from its runtime. */
export interface Platform {
  /** Throws NoClient. */
  locate(): Promise<Line>
  /** Provides credentials if the options have none. */
  readonly provide: CredentialProvider
  sign(unsigned: Unsigned, scope: Scope, credentials: Credentials): string | Promise<string>
  readonly crc32: (data: Uint8Array) => number
}

const SERVICE = 'dynamodb'
const MAX_ATTEMPTS = 4

/** Errors of the service that may mean that the clocks differ. */
const SKEWED = new Set([
  'InvalidSignatureException',
  'SignatureDoesNotMatch',
  'RequestExpired',
  'RequestInTheFuture',
  'RequestTimeTooSkewed',
  'AuthFailure'
])

/** The least difference between the clocks that matters. */
const SKEW_MS = 4 * 60_000

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null
const isFunction = (value: unknown): boolean => typeof value === 'function'

/** What an option takes, in words, and whether a value is that. */
type Taken = readonly [takes: string, isTaken: (value: unknown) => boolean]
type TakenBy<Options> = { readonly [Name in keyof Options]-?: Taken }

const TEXT: Taken = ['a text', value => typeof value === 'string']
const FLAG: Taken = ['true or false', value => typeof value === 'boolean']
export const MILLISECONDS: Taken = ['a number of milliseconds', value => typeof value === 'number' && value >= 0]
export const AGENT: Taken = ['an agent of node:http', isObject]
export const FUNCTION: Taken = ['a function', isFunction]

/** The options that both clients have. */
export const COMMON: TakenBy<ClientOptions> = {
  region: TEXT,
  endpoint: TEXT,
  useFipsEndpoint: FLAG,
  useDualstackEndpoint: FLAG,
  credentials: ['credentials or a function', value => isObject(value) || isFunction(value)],
  maxAttempts: ['a number from 1 on', value => typeof value === 'number' && value >= 1]
}

/** Throws InvalidRequest for unknown options, and for values of another type. */
export const checkClient = <Options extends object>(options: Options, taken: TakenBy<Options>): void => {
  const names = Object.keys(taken) as (keyof Options & string)[] // the table has these names
  checkOptions('leanClient()', options, names)
  for (const name of names) {
    const [takes, isTaken] = taken[name]
    const value: unknown = options[name]
    checkGiven('leanClient()', `${name} takes ${takes}`, value, value === undefined || isTaken(value))
  }
}

/** Sends to DynamoDB without the AWS SDK. */
export class LeanClient implements Sender {
  readonly #options: ClientOptions
  readonly #platform: Platform
  readonly #wallet: Wallet
  readonly #tokens = new Tokens()
  #line: Line | undefined
  #finding: Promise<Line> | undefined
  /** The service's clock minus this one, in milliseconds. */
  #skew = 0

  constructor(options: ClientOptions, platform: Platform) {
    this.#options = { ...options }
    this.#platform = platform
    this.#wallet = new Wallet(options.credentials ?? platform.provide)
  }

  /** Sends one command, and retries it after transient errors. */
  async request<O extends Operation>(
    operation: O,
    input: Operations[O]['input'],
    options: SendOptions = {}
  ): Promise<Operations[O]['output']> {
    const { abortSignal, onRetry } = options
    abortSignal?.throwIfAborted()
    const body = toWire(input)
    const max = this.#options.maxAttempts ?? Math.max(1, Number(process.env.AWS_MAX_ATTEMPTS) || MAX_ATTEMPTS)
    const id = crypto.randomUUID()
    let paid: number | undefined
    let waited = 0
    for (let attempt = 1; ; attempt++) {
      const outcome = await this.#try(operation, body, id, `attempt=${attempt}; max=${max}`, options)
      if ('output' in outcome) {
        this.#tokens.giveBack(paid)
        Object.assign(outcome.metadata, { attempts: attempt, totalRetryDelay: waited })
        return Object.assign(outcome.output, { $metadata: outcome.metadata }) as Operations[O]['output'] // as the service promises
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

  /** Closes the kept connections. */
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
    const headers = await this.#headers(line, operation, body, credentials, id, attempt)
    let answer: Answer
    try {
      answer = await line.transport.post(headers, body, signal)
    } catch (error) {
      const isAborted = signal?.aborted && error === signal.reason
      return { error, passing: isAborted ? undefined : passingOf(error) }
    }
    onBytes?.(Buffer.byteLength(body), answer.body.length)
    const metadata: Metadata = { httpStatusCode: answer.status, requestId: textOf(answer.headers['x-amzn-requestid']) }
    const problem = this.#problemOf(answer)
    if (problem !== undefined) return { error: new InvalidResponse(operation, problem), passing: 'transient' }
    const text = textIn(answer.body)
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
    this.#finding ??= this.#platform.locate().then(line => {
      this.#line = line
      return line
    })
    // After a failure, the next request tries again.
    this.#finding.catch(() => {
      this.#finding = undefined
    })
    return this.#finding
  }

  async #headers(
    { region, url }: Line,
    operation: Operation,
    body: string,
    credentials: Credentials,
    id: string,
    attempt: string
  ): Promise<Header[]> {
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
    const authorization = await this.#platform.sign(
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

  /** The problem of an answer that cannot even be parsed. */
  #problemOf({ headers, body }: Answer): string | undefined {
    const checksum = headers['x-amz-crc32']
    const isRight = checksum === undefined || Number(checksum) === this.#platform.crc32(body)
    return isRight ? undefined : 'its checksum is wrong'
  }

  /** After an error about clocks, adopts the service's time, unless the request was already signed with that time. */
  #mendClock({ name }: ServiceError, { headers }: Answer, before: number): Passing | undefined {
    const theirs = Date.parse(textOf(headers.date) ?? '')
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

/** Decodes UTF-8 through a Buffer that shares the bytes, since a TextDecoder is slower. */
const textIn = ({ buffer, byteOffset, byteLength }: Uint8Array): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString('utf8')
