import type { DynamoDBClient, QueryCommandOutput } from '@aws-sdk/client-dynamodb'
import { engine } from './engine.ts'

interface Asked {
  readonly Limit?: number | undefined
}

/**
 * Makes pages that faults have ended early as long as they were asked to be, below all that watches the client meanwhile: for
 * specs of what happens between two pages, and of how many there are.
 */
export const wholePages = async <T>(client: DynamoDBClient, run: () => PromiseLike<T>): Promise<T> => {
  if (engine !== 'faults') return run()
  const name = 'wholePages'
  client.middlewareStack.add(
    (next, { commandName = '' }) =>
      async args => {
        const result = await next(args)
        if (!/^(Query|Scan)Command$/.test(commandName)) return result
        const { Limit } = args.input as Asked
        const whole = result.output as QueryCommandOutput // a scan's has the same
        let { Items, Count = 0, ScannedCount = 0, LastEvaluatedKey } = whole
        while (LastEvaluatedKey !== undefined && (Limit === undefined || ScannedCount < Limit)) {
          const rest = { ExclusiveStartKey: LastEvaluatedKey, ...(Limit && { Limit: Limit - ScannedCount }) }
          const { output } = await next({ ...args, input: { ...args.input, ...rest } })
          const page = output as QueryCommandOutput
          Items = Items && [...Items, ...(page.Items ?? [])]
          Count += page.Count ?? 0
          ScannedCount += page.ScannedCount ?? 0
          LastEvaluatedKey = page.LastEvaluatedKey
        }
        return { ...result, output: { ...whole, Items, Count, ScannedCount, LastEvaluatedKey } }
      },
    { step: 'initialize', priority: 'low', name }
  )
  try {
    return await run()
  } finally {
    client.middlewareStack.remove(name)
  }
}
