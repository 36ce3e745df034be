/**
 * Stands between a client and an engine, and does what networks and services do: seldom, but sooner or later. What
 * becomes of a request depends on the seed, on what it says and how often it was said, and not on when it comes.
 */
import { once } from 'node:events'
import { Agent, createServer, type IncomingHttpHeaders, request, type ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { type Body, cutPage, partOf, withoutPart } from './parts.ts'
import { type Dice, diceOf } from './seeded.ts'

/** The chance of each fault, from 0 to 1; one that is not named does not happen. */
export interface Faults {
  /** The connection ends before the engine has heard of the request. */
  readonly drop?: number
  /** The connection ends when the engine has done what was asked: the answer is lost. */
  readonly lose?: number
  /** InternalServerError; the engine has heard of half of these. */
  readonly error?: number
  /** ProvisionedThroughputExceededException. */
  readonly throttle?: number
  /** A transaction is cancelled, as if another was at work on one of its items; the engine has not heard of it. */
  readonly conflict?: number
  /** Some of a batch comes back as unprocessed; at times all of it. */
  readonly unprocessed?: number
  /** A page of a query or scan ends early. */
  readonly cut?: number
  /** The answer takes up to 30 ms longer. */
  readonly slow?: number
}

export interface ProxyOptions {
  readonly seed: number
  readonly faults: Faults
  /** Spares the last attempt of the SDK, so that whoever tries again is sure to get through. */
  readonly isMerciful?: boolean
  /** Does not lose the answer to what may be done only once, such as an update: whoever tried again would do it twice. */
  readonly isCareful?: boolean
  /** Puts right what the engine is known to answer wrongly. */
  mend?(operation: string, request: string, answer: Answer): Answer
  /** Done before the request of this number is looked at. */
  before?(count: number): unknown
  /** Done when there is an answer, before it is sent. */
  after?(): void
}

export interface FaultProxy {
  readonly endpoint: string
  /** How many requests came, and how often each fault happened. */
  readonly counts: Readonly<Record<'requests' | keyof Faults, number>>
  stop(): Promise<void>
}

/** Operations on tables go through unharmed. */
const TABLES = /Table|TimeToLive/

export const startFaultProxy = async (engine: string, options: ProxyOptions): Promise<FaultProxy> => {
  const agent = new Agent({ keepAlive: true })
  const counts = { requests: 0, drop: 0, lose: 0, error: 0, throttle: 0, conflict: 0, unprocessed: 0, cut: 0, slow: 0 }
  const said = new Map<string, number>()
  const server = createServer(async (incoming, response) => {
    try {
      const text = await textOf(incoming)
      const { headers, method = 'POST' } = incoming
      const operation = String(headers['x-amz-target']).split('.')[1] ?? ''
      const forward = async (body: string) => {
        const answer = await ask(agent, engine + (incoming.url ?? '/'), method, headers, body)
        options.after?.()
        return options.mend?.(operation, body, answer) ?? answer
      }
      counts.requests++
      await options.before?.(counts.requests)
      if (operation === '' || TABLES.test(operation)) return send(response, await forward(text))
      await treat(response, operation, text, forward, fateOf(options, said, operation, text, headers), counts)
    } catch {
      response.destroy() // the engine is gone, or whoever asked
    }
  })
  server.keepAliveTimeout = 60_000
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The proxy has no port.')
  const stop = async () => {
    server.close()
    server.closeAllConnections()
    agent.destroy()
  }
  return { endpoint: `http://127.0.0.1:${address.port}`, counts, stop }
}

interface Fate {
  readonly dice: Dice
  readonly hits: Readonly<Record<keyof Faults, boolean>>
  /** Whether an answer that does not arrive means that nothing was done. */
  readonly isCareful: boolean
}

const fateOf = (
  { seed, faults, isMerciful = false, isCareful = false }: ProxyOptions,
  said: Map<string, number>,
  operation: string,
  text: string,
  headers: IncomingHttpHeaders
): Fate => {
  // Names of tables and tokens of transactions are made at random; the same request has the same fate in every run.
  const same = `${operation} ${text.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '')}`
  const times = (said.get(same) ?? 0) + 1
  said.set(same, times)
  const dice = diceOf(`${seed} ${times} ${same}`)
  const [, attempt, max] = /attempt=(\d+); max=(\d+)/.exec(String(headers['amz-sdk-request'])) ?? []
  const isSpared = isMerciful && attempt === max
  const roll = (fault: keyof Faults) => dice() < (faults[fault] ?? 0) && !isSpared
  // One after the other, and all of them each time, so that the chance of one does not change what the others do.
  const hits = {
    drop: roll('drop'),
    lose: roll('lose'),
    error: roll('error'),
    throttle: roll('throttle'),
    unprocessed: roll('unprocessed'),
    cut: roll('cut'),
    slow: roll('slow'),
    conflict: roll('conflict')
  }
  return { dice, hits, isCareful: isCareful && !isRepeatable(operation, text) }
}

const treat = async (
  response: ServerResponse,
  operation: string,
  text: string,
  forward: (body: string) => Promise<Answer>,
  { dice, hits, isCareful }: Fate,
  counts: Record<keyof Faults, number>
): Promise<void> => {
  const count = (fault: keyof Faults) => counts[fault]++
  if (hits.slow) {
    count('slow')
    await delay(dice() * 30)
  }
  if (hits.drop) {
    count('drop')
    return void response.destroy()
  }
  if (hits.throttle) {
    count('throttle')
    const type = 'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException'
    return send(response, { status: 400, body: JSON.stringify({ __type: type, message: 'Slow down.' }) })
  }
  if (hits.conflict && operation.startsWith('Transact')) {
    count('conflict')
    return send(response, conflictOf(text))
  }
  if (hits.error) {
    count('error')
    if (dice() < 0.5 && !isCareful) await forward(text)
    const type = 'com.amazonaws.dynamodb.v20120810#InternalServerError'
    return send(response, { status: 500, body: JSON.stringify({ __type: type, message: 'Something went wrong.' }) })
  }
  if (hits.lose && !isCareful) {
    count('lose')
    await forward(text)
    return void response.destroy()
  }
  if (hits.unprocessed && operation.startsWith('Batch')) {
    count('unprocessed')
    const body = JSON.parse(text) as Body
    const { kept, rest } = partOf(body.RequestItems ?? {}, dice)
    const none: Answer = { status: 200, body: '{"Responses":{}}' }
    const asked = kept === undefined ? none : await forward(JSON.stringify({ ...body, RequestItems: kept }))
    return send(response, asked.status === 200 ? withoutPart(operation, asked, rest) : asked)
  }
  if (hits.cut && (operation === 'Query' || operation === 'Scan')) {
    count('cut')
    return send(response, await forward(cutPage(text, dice)))
  }
  send(response, await forward(text))
}

/** Whether an engine that is asked twice ends, and answers, as one that is asked once. Transactions have a token for that. */
const isRepeatable = (operation: string, text: string): boolean =>
  operation === 'TransactWriteItems' ||
  (operation !== 'UpdateItem' && !/"(ConditionExpression|ReturnValues)":/.test(text))

/** What DynamoDB says when another transaction is at work on the first item. */
const conflictOf = (text: string): Answer => {
  const { TransactItems } = JSON.parse(text) as { TransactItems: unknown[] }
  const CancellationReasons = TransactItems.map((_, i) => ({ Code: i === 0 ? 'TransactionConflict' : 'None' }))
  const __type = 'com.amazonaws.dynamodb.v20120810#TransactionCanceledException'
  return { status: 400, body: JSON.stringify({ __type, Message: 'Another is at work.', CancellationReasons }) }
}

export interface Answer {
  readonly status: number
  readonly body: string
}

const ask = (
  agent: Agent,
  url: string,
  method: string,
  { connection: _, 'transfer-encoding': __, ...headers }: IncomingHttpHeaders,
  body: string
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const length = Buffer.byteLength(body)
    const outgoing = request(url, { agent, method, headers: { ...headers, 'content-length': length } }, answer => {
      textOf(answer).then(body => resolve({ status: answer.statusCode ?? 500, body }), reject)
    })
    outgoing.once('error', reject)
    outgoing.end(body)
  })

const send = (response: ServerResponse, { status, body }: Answer): void => {
  response.writeHead(status, {
    'content-type': 'application/x-amz-json-1.0',
    'content-length': Buffer.byteLength(body)
  })
  response.end(body)
}

const textOf = async (stream: AsyncIterable<Buffer>): Promise<string> => {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}
