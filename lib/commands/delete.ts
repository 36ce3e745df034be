import type { DeleteItemCommandInput } from '@aws-sdk/client-dynamodb'
import type { PrimaryKey } from '../errors.ts'

export interface DeletePlan {
  readonly table: string | undefined
  readonly key: PrimaryKey
}

export const compileDelete = ({ table, key }: DeletePlan): DeleteItemCommandInput => ({
  TableName: table,
  Key: { PK: { S: key.PK }, SK: { S: key.SK } }
})
