import { AGENT, COMMON, checkClient, LeanClient, MILLISECONDS } from './client.ts'
import { type LeanOptions, nodePlatform } from './node.ts'

/**
 * A client for {@link connect} that sends to DynamoDB without the AWS SDK. When it sends the first request, it finds
 * region, credentials, endpoint and retry settings as the SDK does.
 *
 * ```ts
 * const db = connect({ table: 'app', client: leanClient() })
 * const local = connect({ table: 'app', client: leanClient({ endpoint: 'http://localhost:8000', region: 'local' }) })
 * ```
 *
 * Throws InvalidRequest for an unknown option or a value of another type. Requests throw NoClient if the region or the credentials are missing or
 * the endpoint is invalid, and errors with the names and members that the SDK gives them.
 */
export const leanClient = (options: LeanOptions = {}): LeanClient => {
  checkClient(options, { ...COMMON, connectionTimeout: MILLISECONDS, requestTimeout: MILLISECONDS, agent: AGENT })
  return new LeanClient(options, nodePlatform({ ...options }))
}

export type { Credentials } from './canonical.ts'
export type { ClientOptions, LeanClient } from './client.ts'
export type { CredentialProvider } from './credentials.ts'
export type { EndpointOptions } from './endpoint.ts'
export type { TransportOptions } from './http.ts'
export type { LeanOptions } from './node.ts'
