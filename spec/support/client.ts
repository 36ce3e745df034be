import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { Client } from 'keystorm'
import { leanClient } from 'keystorm/lean'
import { leanClient as fetchClient } from 'keystorm/lean/fetch'

/** Makes lean clients of the kind that KEYSTORM_CLIENT names, if it names one. */
export const leanMaker = (name = process.env.KEYSTORM_CLIENT) =>
  name === 'lean' ? leanClient : name === 'fetch' ? fetchClient : undefined

/** A client of the kind that KEYSTORM_CLIENT names: what holds with the SDK's holds with the lean one. */
export const clientOf = (endpoint: string, maxAttempts = 3, requestTimeout = 0): Client & { destroy(): void } => {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
  const options = { endpoint, region: 'us-east-1', credentials, maxAttempts }
  const makeLean = leanMaker()
  if (makeLean !== undefined) return makeLean({ ...options, requestTimeout })
  return new DynamoDBClient({ ...options, requestHandler: { requestTimeout, throwOnRequestTimeout: true } })
}
