import type { DynamoDBClient, QueryCommandInput, QueryCommandOutput } from '@aws-sdk/client-dynamodb'

const BEGINS_WITH = /begins_with\s*\(\s*([#\w]+)\s*,\s*(:\w+)\s*\)/i

/**
 * Removes items from a client's query results that do not begin with the requested prefix. In key conditions, dynoxide
 * 1.2.1 ignores case, and cuts a prefix at its first U+0000.
 */
export const exactPrefixes = (client: DynamoDBClient): void =>
  client.middlewareStack.add(
    next => async args => {
      const result = await next(args)
      const { KeyConditionExpression: condition = '', ...input } = args.input as Partial<QueryCommandInput> // or of another command
      const [, name = '', placeholder = ''] = BEGINS_WITH.exec(condition) ?? []
      const prefix = input.ExpressionAttributeValues?.[placeholder]?.S
      if (prefix === undefined) return result
      const attribute = input.ExpressionAttributeNames?.[name] ?? name
      const output = result.output as QueryCommandOutput // only queries have key conditions
      const items = output.Items?.filter(item => item[attribute]?.S?.startsWith(prefix) ?? true)
      if (items === undefined) return result
      const exact = { ...output, Items: items, Count: items.length }
      return { ...result, output: exact as typeof result.output } // of the same command
    },
    { step: 'initialize', name: 'exactPrefixes' }
  )
