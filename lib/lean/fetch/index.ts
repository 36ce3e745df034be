import { NoClient } from '../../errors.ts'
import {
  type ClientOptions,
  COMMON,
  checkClient,
  FUNCTION,
  LeanClient,
  MILLISECONDS,
  type Platform
} from '../client.ts'
import { byTable } from '../crc32-table.ts'
import { fromEnvironment } from '../credentials.ts'
import { findEndpoint } from '../endpoint.ts'
import { WebSigner } from './sign.ts'
import { type FetchOptions, FetchTransport } from './transport.ts'

export interface LeanFetchOptions extends ClientOptions, FetchOptions {}

/**
 * The client of `keystorm/lean` for Workers, Deno and Bun. It sends by `fetch` and signs by WebCrypto. Region, endpoint
 * and credentials come from the options, or from the environment if the runtime has one. It reads no files.
 *
 * ```ts
 * const credentials = { accessKeyId: env.AWS_ACCESS_KEY_ID, secretAccessKey: env.AWS_SECRET_ACCESS_KEY }
 * const db = connect({ table: 'app', client: leanClient({ region: 'eu-west-1', credentials }) })
 * ```
 *
 * Throws InvalidRequest for an unknown option or a value of another type. Requests throw NoClient if the region or the credentials are missing or
 * the endpoint is invalid, and errors with the names and members that the SDK gives them.
 */
export const leanClient = (options: LeanFetchOptions = {}): LeanClient => {
  checkClient(options, { ...COMMON, requestTimeout: MILLISECONDS, fetch: FUNCTION })
  return new LeanClient(options, fetchPlatform({ ...options }))
}

const fetchPlatform = (options: LeanFetchOptions): Platform => {
  const signer = new WebSigner()
  return {
    locate: async () => {
      const endpoint = await findEndpoint(options)
      return { ...endpoint, transport: new FetchTransport(endpoint.url, options) }
    },
    provide: async () => {
      const found = fromEnvironment(process.env)
      if (found !== undefined) return found
      throw new NoClient(
        'credentials',
        'leanClient(): there are no credentials in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY: give leanClient({ credentials })'
      )
    },
    sign: (...given) => signer.sign(...given),
    crc32: byTable
  }
}

export type { Credentials } from '../canonical.ts'
export type { ClientOptions, LeanClient } from '../client.ts'
export type { CredentialProvider } from '../credentials.ts'
export type { EndpointOptions } from '../endpoint.ts'
export type { FetchOptions } from './transport.ts'
