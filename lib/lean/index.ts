import { checkClient, LeanClient } from './client.ts'
import { type LeanOptions, nodePlatform } from './node.ts'

/**
 * A client for {@link connect} that talks to DynamoDB by itself, without the AWS SDK. Region, credentials, endpoint and retries
 * are found as the SDK finds them, when the first request is sent.
 *
 * ```ts
 * const db = connect({ table: 'app', client: leanClient() })
 * const local = connect({ table: 'app', client: leanClient({ endpoint: 'http://localhost:8000', region: 'local' }) })
 * ```
 *
 * Requests throw NoClient where there is no region, no credentials, or an endpoint that is none; and errors with the names and
 * members that the SDK gives them. An option that there is not is an InvalidRequest.
 */
export const leanClient = (options: LeanOptions = {}): LeanClient => {
  checkClient(options, 'connectionTimeout', 'requestTimeout', 'agent')
  return new LeanClient(options, nodePlatform({ ...options }))
}

export type { Credentials } from './canonical.ts'
export type { ClientOptions, LeanClient } from './client.ts'
export type { CredentialProvider } from './credentials.ts'
export type { EndpointOptions } from './endpoint.ts'
export type { TransportOptions } from './http.ts'
export type { LeanOptions } from './node.ts'
