import { textOf } from '../../keys/param.ts'
import type { Definitions } from './models.ts'
import { checkNarrow } from './narrow.ts'
import { type ReadOptions, refine, sendToIndex } from './options.ts'
import type { ReadInput } from './query.ts'

interface ScanPlan {
  readonly table: string | undefined
  readonly models: Definitions
  /** The index; `undefined` for the table. */
  readonly index: string | undefined
  readonly consistent: boolean
  readonly options: ReadOptions
  /** Whether the caller reads the whole rows, also from an index that does not project all attributes. */
  readonly isWhole?: boolean
}

/** Compiles a scan for the items of some models. Throws InvalidCondition and InvalidRequest. */
export const prepareScan = (plan: ScanPlan): ReadInput => {
  const { table, models, index, consistent, options } = plan
  const access = models[0].on(index)
  const input: ReadInput = { TableName: textOf(table) }
  if (consistent) input.ConsistentRead = true
  checkNarrow(models, access.layout, options, plan.isWhole === true)
  refine(input, models, access.indexKeys, access.layout, options) // cursors need the whole key of a row
  if (access.layout !== undefined) sendToIndex(input, access.layout)
  return input
}
