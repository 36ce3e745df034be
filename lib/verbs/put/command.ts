import type { PutItemCommandInput } from '@aws-sdk/client-dynamodb'
import { InvalidItem } from '../../errors.ts'
import { Printer } from '../../expressions/print.ts'
import { isRecord, ownValue } from '../../fields/record.ts'
import { type Clock, now, Param, textOf, writerFor } from '../../keys/param.ts'
import { compileGuard, type Guard, needsNoCondition } from '../../plan/write/precondition.ts'
import { versionIn } from '../../plan/write/version.ts'
import type { Definition, StoredItem } from '../../schema/definition.ts'
import type { NoVersionYet } from '../../schema/shape.ts'

export interface PutPlan {
  readonly table: string | undefined
  readonly model: Definition
  readonly guard: Guard
  readonly returnsOld: boolean
}

/** Throws InvalidCondition and InvalidRequest. */
export const compilePut = ({ table, model, guard, returnsOld }: PutPlan, item: StoredItem): PutItemCommandInput => {
  const input: PutItemCommandInput = { TableName: textOf(table), Item: item }
  if (returnsOld) input.ReturnValues = 'ALL_OLD'
  if (needsNoCondition(model, guard)) return input
  const printer = new Printer(model.name)
  return Object.assign(input, compileGuard(model, guard, printer), printer.placeholders())
}

const NO_VERSION_YET: NoVersionYet = 'is given, but a new item has none yet: leave it out, or put() the item'

/**
 * Adds the attributes that keystorm writes itself to the item, and the expected version to the guard. An item without a
 * version was not read, so it may not replace an item that has one.
 */
export const stamp = (
  model: Definition,
  item: unknown,
  guard: Guard,
  clock?: Clock
): { item: unknown; guard: Guard } => {
  const { version, createdAt, updatedAt } = model.roles
  if ((version ?? createdAt ?? updatedAt) === undefined || !isRecord(item)) return { item, guard }
  const time = now(clock)
  const stamped: Record<string, unknown> = { ...item }
  if (createdAt !== undefined) stamped[createdAt] = ownValue(item, createdAt) ?? time
  if (updatedAt !== undefined) stamped[updatedAt] = time
  if (version === undefined) return { item: stamped, guard }
  const found = versionIn(model, item) ?? 0
  if (guard.existence === 'new' && found !== 0)
    throw new InvalidItem(model.name, [{ path: [version], message: NO_VERSION_YET }])
  stamped[version] = found instanceof Param ? writerFor(found).next(found) : found + 1
  return { item: stamped, guard: guard.existence === 'new' ? guard : { ...guard, version: found } }
}
