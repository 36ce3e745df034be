import type { GetItemCommandInput } from '@aws-sdk/client-dynamodb'
import type { PrimaryKey } from '../../errors.ts'
import { Printer } from '../../expressions/print.ts'
import { textOf } from '../../keys/param.ts'
import { printProjection } from '../../plan/read/options.ts'

export interface GetPlan {
  readonly table: string | undefined
  readonly model: string
  readonly key: PrimaryKey
  readonly consistent: boolean
  /** The attributes to read; `undefined` for all. */
  readonly only: readonly string[] | undefined
}

export const compileGet = ({ table, model, key, consistent, only }: GetPlan): GetItemCommandInput => {
  const input: GetItemCommandInput = { TableName: textOf(table), Key: { PK: { S: key.PK }, SK: { S: key.SK } } }
  if (consistent) input.ConsistentRead = true
  if (only === undefined) return input
  const printer = new Printer(model)
  input.ProjectionExpression = printProjection(printer, only)
  return Object.assign(input, printer.placeholders())
}
