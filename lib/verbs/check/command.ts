import type { ConditionCheck } from '@aws-sdk/client-dynamodb'
import { InvalidRequest } from '../../errors.ts'
import { Printer } from '../../expressions/print.ts'
import { textOf } from '../../keys/param.ts'
import { compileGuard, type Guard } from '../../plan/write/precondition.ts'
import type { Definition, StoredItem } from '../../schema/definition.ts'

export interface CheckPlan {
  readonly table: string | undefined
  readonly model: Definition
}

/** The error, at compile time and run time, for a check without a condition. */
export const NOTHING_TO_CHECK = 'check() has nothing to check: call .if(…)'

const ANY: Guard = { existence: 'any', conditions: [] }

/** Throws InvalidCondition and InvalidRequest. */
export const compileCheck = ({ table, model }: CheckPlan, key: StoredItem, guard: Guard): ConditionCheck => {
  const printer = new Printer(model.name)
  const { ConditionExpression } = compileGuard(model, guard, printer)
  // Whose row it is, every write checks: nobody asked for that.
  if (ConditionExpression === undefined || ConditionExpression === compileGuard(model, ANY).ConditionExpression)
    throw new InvalidRequest(model.name, NOTHING_TO_CHECK)
  return {
    TableName: textOf(table),
    Key: key,
    ConditionExpression,
    ...printer.placeholders()
  }
}
