import {
  type DynamoDBClient,
  paginateQuery,
  paginateScan,
  type QueryCommandInput,
  type ScanCommandInput
} from '@aws-sdk/client-dynamodb'
import type { StoredItem } from '../../lib/schema/definition.ts'

/** What a query or scan of the SDK finds, on however many pages. */
export const rowsOf = async (
  client: DynamoDBClient,
  input: QueryCommandInput | ScanCommandInput
): Promise<StoredItem[]> => {
  const rows: StoredItem[] = []
  const isQuery = 'KeyConditionExpression' in input
  for await (const { Items = [] } of isQuery ? paginateQuery({ client }, input) : paginateScan({ client }, input))
    rows.push(...Items)
  return rows
}
