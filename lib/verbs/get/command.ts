import type { GetItemCommandInput } from '@aws-sdk/client-dynamodb'
import { Printer } from '../../expressions/print.ts'
import { textOf } from '../../keys/param.ts'
import { printProjection } from '../../plan/read/options.ts'
import type { Definition, StoredItem } from '../../schema/definition.ts'

export interface GetPlan {
  readonly table: string | undefined
  readonly model: Definition
  readonly key: StoredItem
  readonly consistent: boolean
  /** The attributes to read; `undefined` for all. */
  readonly only: readonly string[] | undefined
}

export const compileGet = ({ table, model, key, consistent, only }: GetPlan): GetItemCommandInput => {
  const input: GetItemCommandInput = { TableName: textOf(table), Key: key }
  if (consistent) input.ConsistentRead = true
  if (only === undefined) return input
  const printer = new Printer(model.name)
  input.ProjectionExpression = printProjection(printer, model, [...model.holdersOf(only), ...only])
  return Object.assign(input, printer.placeholders())
}
