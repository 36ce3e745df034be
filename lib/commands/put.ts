import type { PutItemCommandInput } from '@aws-sdk/client-dynamodb'
import type { StoredItem } from '../model/definition.ts'

export interface PutPlan {
  readonly table: string | undefined
  readonly item: StoredItem
  /** Refuse to replace an item. */
  readonly isNew: boolean
}

export const compilePut = ({ table, item, isNew }: PutPlan): PutItemCommandInput => ({
  TableName: table,
  Item: item,
  ...(isNew && { ConditionExpression: 'attribute_not_exists(PK)' })
})
