import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { Client } from 'keystorm'
import { leanClient } from 'keystorm/lean'

/** A client of the kind that KEYSTORM_CLIENT names: what holds with the SDK's holds with the lean one. */
export const clientOf = (endpoint: string, maxAttempts = 3, requestTimeout = 0): Client & { destroy(): void } => {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
  const options = { endpoint, region: 'us-east-1', credentials, maxAttempts }
  if (process.env.KEYSTORM_CLIENT === 'lean') return leanClient({ ...options, requestTimeout })
  return new DynamoDBClient({ ...options, requestHandler: { requestTimeout, throwOnRequestTimeout: true } })
}
