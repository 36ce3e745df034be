import type { GetItemCommandInput } from '@aws-sdk/client-dynamodb'
import type { PrimaryKey } from '../errors.ts'

export interface GetPlan {
  readonly table: string | undefined
  readonly key: PrimaryKey
  readonly consistent: boolean
}

export const compileGet = ({ table, key, consistent }: GetPlan): GetItemCommandInput => ({
  TableName: table,
  Key: { PK: { S: key.PK }, SK: { S: key.SK } },
  ...(consistent && { ConsistentRead: true })
})
