import type { DeleteItemCommandInput } from '@aws-sdk/client-dynamodb'
import { Printer } from '../../expressions/print.ts'
import { textOf } from '../../keys/param.ts'
import { compileGuard, type Guard, isOpen } from '../../plan/write/precondition.ts'
import type { Definition, StoredItem } from '../../schema/definition.ts'

export interface DeletePlan {
  readonly table: string | undefined
  readonly model: Definition
  readonly guard: Guard
  readonly returnsOld: boolean
}

/** Throws InvalidCondition and InvalidRequest. */
export const compileDelete = (
  { table, model, returnsOld }: DeletePlan,
  key: StoredItem,
  guard: Guard
): DeleteItemCommandInput => {
  if (!returnsOld && isOpen(model, guard)) return { TableName: textOf(table), Key: key }
  const printer = new Printer(model.name)
  return {
    TableName: textOf(table),
    Key: key,
    ...(returnsOld && { ReturnValues: 'ALL_OLD' }),
    ...compileGuard(model, guard, printer),
    ...printer.placeholders()
  }
}
