import type { QueryCommandInput, QueryCommandOutput } from '@aws-sdk/client-dynamodb'
import type { Answer } from '../faults/proxy.ts'

/** Takes out of dynoxide's answers what does not begin as asked; behind a proxy, keystorm's clients do not do it. */
export const exactPrefixes = (operation: string, request: string, answer: Answer): Answer => {
  if (operation !== 'Query' || answer.status !== 200) return answer
  const input = JSON.parse(request) as QueryCommandInput
  const [, name = '', value = ''] = /begins_with\((\S+), (\S+)\)/.exec(input.KeyConditionExpression ?? '') ?? []
  const prefix = input.ExpressionAttributeValues?.[value]?.S
  if (prefix === undefined) return answer
  const output = JSON.parse(answer.body) as QueryCommandOutput
  const Items = output.Items?.filter(
    item => item[input.ExpressionAttributeNames?.[name] ?? name]?.S?.startsWith(prefix) ?? true
  )
  return { ...answer, body: JSON.stringify({ ...output, Items, Count: Items?.length ?? output.Count }) }
}
