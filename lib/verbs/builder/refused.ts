import { itemOf } from '../../driver/output.ts'
import type { Target, TargetOptions } from '../../driver/target.ts'
import { isRefusal } from '../../errors.ts'
import { textOf } from '../../keys/param.ts'
import { type Guard, guardFailure } from '../../plan/write/precondition.ts'
import type { Definition, StoredItem } from '../../schema/definition.ts'

/** A write that was sent, and its target. */
interface Written {
  readonly target: Target
  readonly model: Definition
  readonly key: StoredItem
  readonly guard: Guard
}

/**
 * Turns the error of a failed write into the one for its guard, if the guard failed. Otherwise returns the client's
 * error.
 */
export const refusedBy = async (error: unknown, write: Written, options: TargetOptions): Promise<unknown> => {
  if (!isRefusal(error, 'ConditionalCheckFailedException')) return error
  return guardFailure(
    write.model,
    write.key,
    write.guard,
    itemOf(error) ?? (await readFailedItem(write, options)),
    error
  )
}

/**
 * Reads the item that failed a guard, for engines whose refusal does not include it: theirs looks like that of a
 * missing item. `undefined` if there is no item, or the guard does not need it.
 */
export const readFailedItem = async (
  { target, key, guard: { version, conditions, assumes, changed } }: Omit<Written, 'model'>,
  options: TargetOptions
): Promise<StoredItem | undefined> => {
  if (version === undefined && conditions.length === 0 && !assumes && !changed) return undefined
  const read = { TableName: textOf(target.table), Key: key, ConsistentRead: true }
  try {
    return itemOf(await target.send('GetItem', read, options))
  } catch {
    return undefined // the caller reports the refusal, not this failed read
  }
}
