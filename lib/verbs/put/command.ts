import type { PutItemCommandInput } from '@aws-sdk/client-dynamodb'
import { InvalidItem } from '../../errors.ts'
import { Printer } from '../../expressions/print.ts'
import type { Stamps } from '../../fields/fill.ts'
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
 * The attributes that keystorm writes itself, and the guard with the expected version. An item without a version was not
 * read, so it may not replace an item that has one.
 */
export const stampsIn = (
  model: Definition,
  item: unknown,
  guard: Guard,
  clock?: Clock
): { stamps: Stamps; guard: Guard } => {
  const { version, createdAt, updatedAt } = model.roles
  if ((version ?? createdAt ?? updatedAt) === undefined || !isRecord(item)) return { stamps: {}, guard }
  const time = now(clock)
  const made = (createdAt && ownValue(item, createdAt)) ?? time
  if (version === undefined) return { stamps: { createdAt: made, updatedAt: time }, guard }
  const found = versionIn(model, item) ?? 0
  if (guard.existence === 'new' && found !== 0)
    throw new InvalidItem(model.name, [{ path: [version], message: NO_VERSION_YET }])
  const next = found instanceof Param ? writerFor(found).next(found) : found + 1
  return {
    stamps: { version: next, createdAt: made, updatedAt: time },
    guard: guard.existence === 'new' ? guard : { ...guard, version: found }
  }
}
