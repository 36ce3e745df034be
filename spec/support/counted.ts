import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'

/** Counts the requests and the items that a function reads. */
export const counted = async <T>(client: DynamoDBClient, run: () => PromiseLike<T>) => {
  const name = 'count'
  const counts = { requests: 0, scanned: 0 }
  client.middlewareStack.add(
    next => async args => {
      counts.requests++
      const result = await next(args)
      counts.scanned += (result.output as { ScannedCount?: number }).ScannedCount ?? 0
      return result
    },
    { step: 'initialize', name }
  )
  try {
    const result = await run()
    return { result, ...counts }
  } finally {
    client.middlewareStack.remove(name)
  }
}
