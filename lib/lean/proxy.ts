import type http from 'node:http'
import https from 'node:https'
import type { Duplex } from 'node:stream'
import tls from 'node:tls'
import { NoClient, quote } from '../errors.ts'
import { loadFor, loadHttp } from './http.ts'

const SETTINGS = { keepAlive: true, maxSockets: 50 } as const

/** An agent for a URL. It goes through the proxy that the environment names, if there is one. Throws NoClient. */
export const agentFor = async (url: URL, env: NodeJS.ProcessEnv = process.env): Promise<http.Agent> => {
  const proxy = url.protocol === 'https:' && (env.https_proxy || env.HTTPS_PROXY)
  if (proxy && !isExempt(url, env.no_proxy || env.NO_PROXY || ''))
    return new TunnelAgent(proxyOf(proxy), (await loadHttp()).request)
  const { Agent } = await loadFor(url)
  return new Agent(SETTINGS)
}

const isExempt = ({ hostname, port }: URL, exempt: string): boolean =>
  exempt.split(/[\s,]+/).some(one => {
    const [, name = '', only] = /^\*?\.?(.*?)(?::(\d+))?$/.exec(one.toLowerCase()) ?? []
    if (one === '*') return true
    if (name === '' || (only !== undefined && only !== (port || '443'))) return false
    return hostname === name || hostname.endsWith(`.${name}`)
  })

const proxyOf = (text: string): URL => {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol === 'http:') return url
  throw new NoClient(
    'proxy',
    `leanClient(): the proxy ${quote(url ? url.origin : text)} of HTTPS_PROXY is none that speaks http: give leanClient({ agent })`
  )
}

/** Connects through a proxy, by HTTP's CONNECT with TLS inside. */
class TunnelAgent extends https.Agent {
  readonly #proxy: URL
  readonly #request: typeof http.request

  constructor(proxy: URL, request: typeof http.request) {
    super(SETTINGS)
    this.#proxy = proxy
    this.#request = request
  }

  override createConnection(options: http.RequestOptions & tls.ConnectionOptions, done?: Done): undefined {
    const { hostname, port, username, password } = this.#proxy
    const to = `${options.host}:${options.port}`
    const login = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64')
    const headers = { host: to, ...(username && { 'proxy-authorization': `Basic ${login}` }) }
    const asked = this.#request({
      host: hostname,
      port: port || 80,
      method: 'CONNECT',
      path: to,
      headers,
      agent: false
    })
    asked.once('error', error => done?.(error, NONE))
    asked.once('connect', ({ statusCode = 0 }, socket) => {
      if (statusCode === 200) {
        const secure = tls.connect({ ...options, socket, servername: options.servername ?? options.host ?? '' })
        return done?.(null, secure)
      }
      socket.destroy()
      done?.(new Error(`the proxy ${hostname} refused to connect to ${to}: HTTP ${statusCode}`), NONE)
    })
    asked.end()
  }
}

type Done = (error: Error | null, stream: Duplex) => void

const NONE = undefined as unknown as Duplex // the callback's type requires a stream, but with an error there is none
