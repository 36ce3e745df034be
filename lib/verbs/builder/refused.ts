import type { Target, TargetOptions } from '../../driver/target.ts'
import { isRefusal } from '../../errors.ts'
import { textOf } from '../../keys/param.ts'
import { type Guard, guardFailure } from '../../plan/write/precondition.ts'
import type { Definition, StoredItem } from '../../schema/definition.ts'

/** A write that was sent, and to where. */
interface Written {
  readonly target: Target
  readonly model: Definition
  readonly key: StoredItem
  readonly guard: Guard
}

/** The error of a write that failed: the SDK's, unless its guard was what failed. */
export const refusedBy = async (error: unknown, write: Written, options: TargetOptions): Promise<unknown> => {
  if (!isRefusal(error, 'ConditionalCheckFailedException')) return error
  return guardFailure(write.model, write.key, write.guard, error.Item ?? (await unsent(write, options)), error)
}

/**
 * The item that a guard has not let pass, read now: for engines that do not send it with their refusal, which is then the same
 * as that of no item. `undefined` if there is none, or none was asked for.
 */
export const unsent = async (
  { target, key, guard: { version, conditions, assumes, changed } }: Omit<Written, 'model'>,
  options: TargetOptions
): Promise<StoredItem | undefined> => {
  if (version === undefined && conditions.length === 0 && !assumes && !changed) return undefined
  const read = { TableName: textOf(target.table), Key: key, ConsistentRead: true }
  try {
    return (await target.send('GetItem', read, options)).Item
  } catch {
    return undefined // what is told is the refusal
  }
}
