import { Buffer } from 'node:buffer'
import type http from 'node:http'
import https from 'node:https'
import type { Socket } from 'node:net'
import { onAbort } from '../driver/signals.ts'
import type { Header } from './canonical.ts'
import type { Answer, Transport } from './client.ts'
import { TimeoutError } from './failure.ts'

/** How requests are sent. */
export interface TransportOptions {
  /** The longest time to connect, in milliseconds. Default: unlimited. */
  readonly connectionTimeout?: number | undefined
  /** The longest duration of an attempt, in milliseconds. Default: unlimited. */
  readonly requestTimeout?: number | undefined
  /** Default: an agent that keeps up to 50 connections alive, and uses the proxy that the environment names. */
  readonly agent?: http.Agent | undefined
}

type Http = Pick<typeof http, 'Agent' | 'request'>

/**
 * A static import in an ES module would make Node 22 load all of `fetch`, which takes longer than everything else here.
 */
export const loadHttp = (): Promise<Http> => import('node:http')

/** The module that sends requests to a URL. */
export const loadFor = async ({ protocol }: URL): Promise<Http> => (protocol === 'https:' ? https : loadHttp())

/** Sends to one endpoint over kept connections. */
export class NodeTransport implements Transport {
  readonly #options: TransportOptions
  readonly #to: http.RequestOptions
  readonly #request: Http['request']
  readonly #agent: http.Agent

  constructor(url: URL, request: Http['request'], agent: http.Agent, options: TransportOptions) {
    const isSecure = url.protocol === 'https:'
    this.#options = options
    this.#agent = agent
    this.#request = request
    const host = url.hostname.replace(/^\[|\]$/g, '')
    this.#to = { agent, host, port: url.port || (isSecure ? 443 : 80), path: url.pathname, method: 'POST' }
  }

  /** Rejects with the signal's reason, a TimeoutError, or the system's error for a broken connection. */
  post(headers: readonly Header[], body: string, signal: AbortSignal | undefined): Promise<Answer> {
    return new Promise((resolve, reject) => {
      // Node takes a flat list of pairs as it is, but checks an object once more.
      const request = this.#request({ ...this.#to, headers: headers.flat() })
      const undo = [signal && onAbort(signal, () => request.destroy(signal.reason)), ...this.#limits(request)]
      const settle = (act: () => void) => {
        for (const one of undo) one?.()
        act()
      }
      const fail = (error: unknown) => settle(() => reject(signal?.aborted ? signal.reason : error))
      request.once('error', fail)
      request.once('response', response => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.once('error', fail)
        response.once('end', () => {
          const [first = Buffer.alloc(0)] = chunks
          const whole = chunks.length < 2 ? first : Buffer.concat(chunks)
          settle(() => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: whole }))
        })
      })
      request.end(body)
    })
  }

  *#limits(request: http.ClientRequest): Iterable<() => void> {
    const { connectionTimeout, requestTimeout } = this.#options
    const limit = (milliseconds: number, what: string) => {
      const timer = setTimeout(
        () => request.destroy(new TimeoutError(`${what} took over ${milliseconds} ms`)),
        milliseconds
      )
      return () => clearTimeout(timer)
    }
    if (requestTimeout) yield limit(requestTimeout, 'the request')
    if (!connectionTimeout) return
    const connected = limit(connectionTimeout, 'the connection')
    request.once('socket', (socket: Socket) => {
      if (!socket.connecting) connected()
      else socket.once(socket instanceof Object && 'encrypted' in socket ? 'secureConnect' : 'connect', connected)
    })
    yield connected
  }

  destroy(): void {
    this.#agent.destroy()
  }
}
