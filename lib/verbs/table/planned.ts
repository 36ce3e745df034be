import { describe, InvalidRequest } from '../../errors.ts'
import { DEFAULT_LAYOUT } from '../../schema/default-layout.ts'
import { Definition, definitionIn } from '../../schema/definition.ts'
import type { AnyModel } from '../../schema/shape.ts'
import type { HasLayout } from '../../schema/table-definition.ts'
import type { TableLayout } from '../../schema/table-layout.ts'

/** Describes a table: a layout, a model of one, or a set that `models()` returned. */
export type TablePlan = HasLayout | AnyModel | { readonly models: Readonly<Record<string, AnyModel>> }

/** Whether an argument describes a table, and is not options. */
export const isTablePlan = (given: object): given is TablePlan =>
  ' table' in given || 'models' in given || ' compiled' in given

/** The models of the table; none for a layout. */
export const modelsIn = (plan: TablePlan | undefined): readonly Definition[] => {
  if (plan === undefined || ' table' in plan) return []
  return ('models' in plan ? Object.values(plan.models) : [plan]).map(definitionIn)
}

/** The layout of the table; STORM's if `plan` is undefined. Throws InvalidRequest for anything without a layout. */
export const layoutOf = (caller: string, plan: TablePlan | undefined): TableLayout => {
  if (plan === undefined) return DEFAULT_LAYOUT
  if (typeof plan === 'object' && plan !== null && isTablePlan(plan)) {
    if (' table' in plan) return plan[' table']
    const [first] = modelsIn(plan)
    if (first instanceof Definition) return first.layout
  }
  throw new InvalidRequest(caller, `takes a layout, a model, or what models() gives, but got ${describe(plan)}`)
}
