import { DynamoDBClient } from '@aws-sdk/client-dynamodb'

/** A client that sends nothing, answers with nothing, and counts what it was asked to send. */
export const idleClient = () => {
  const requests = { count: 0 }
  const client = new DynamoDBClient({ region: 'us-east-1', credentials: { accessKeyId: 'a', secretAccessKey: 's' } })
  client.middlewareStack.add(
    () => async () => {
      requests.count++
      return { output: { $metadata: {} }, response: {} }
    },
    { step: 'initialize' }
  )
  return { client, requests }
}
