import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import * as assert from 'uvu/assert'
import { lacks } from './engine.ts'

/** As many requests as expected; where faults make more of them, no fewer. */
export const assertRequests = (count: number, expected: number, message = ''): void => {
  if (lacks('exactCounts') === undefined) assert.is(count, expected, message || undefined)
  else assert.ok(count >= expected, `${message} ${count} requests, of at least ${expected}`)
}

/** The operations that were sent, in their order; where faults make more of them, each may come again at once. */
export const assertSent = (sent: readonly string[], expected: readonly string[]): void => {
  const isExact = lacks('exactCounts') === undefined
  const told = (all: readonly string[]) => all.filter((operation, i) => isExact || operation !== all[i - 1])
  assert.equal(told(sent), told(expected))
  assertRequests(sent.length, expected.length)
}

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
