/** A service whose every answer is made up, and a client that talks to it. */
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { type LeanClient, type LeanOptions, leanClient } from 'keystorm/lean'

export interface Answer {
  readonly status?: number
  readonly headers?: Record<string, string>
  readonly body?: object | string
  /** Milliseconds before it comes. */
  readonly after?: number
}

export interface Received {
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

type Answering = (received: Received, count: number, response: ServerResponse) => Answer | undefined

export interface Service {
  readonly endpoint: string
  readonly received: Received[]
  readonly connections: { count: number }
  readonly client: LeanClient
}

/** Answers each request as it is told to, or, where nothing is given, leaves that to whoever answers by the response. */
export const serving = async <T>(
  answer: Answering,
  use: (service: Service) => Promise<T>,
  options: LeanOptions = {},
  make: (options: LeanOptions) => LeanClient = leanClient
): Promise<T> => {
  const received: Received[] = []
  const connections = { count: 0 }
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const one = { headers: request.headers, body: Buffer.concat(chunks).toString() }
    received.push(one)
    const made = answer(one, received.length, response)
    if (made === undefined) return
    const { status = 200, headers = {}, body = {}, after = 0 } = made
    if (after > 0) await delay(after)
    response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body))
  })
  server.on('connection', () => connections.count++)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
  const client = make({ endpoint, region: 'us-east-1', credentials, ...options })
  try {
    return await use({ endpoint, received, connections, client })
  } finally {
    client.destroy()
    server.closeAllConnections()
    server.close()
  }
}

/** A refusal as the service makes it. */
export const refusal = (name: string, status = 400, more: object = {}): Answer => ({
  status,
  body: { __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: `this is ${name}`, ...more }
})
