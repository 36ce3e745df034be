import type { Target } from '../../driver/target.ts'
import { InvalidItem, InvalidRequest } from '../../errors.ts'
import { placeOf } from '../../expressions/path.ts'
import { Printer } from '../../expressions/print.ts'
import { type Condition, conjunction, leaf } from '../../expressions/tree.ts'
import { isRecord, ownValue, takesRecord } from '../../fields/record.ts'
import { Report } from '../../fields/report.ts'
import { now } from '../../keys/param.ts'
import { existsCondition, type Guard } from '../../plan/write/precondition.ts'
import { allOfRow, stillHas } from '../../plan/write/still.ts'
import type { Definition, StoredItem } from '../../schema/definition.ts'
import type { PreparedWrite } from '../builder/item-write.ts'
import type { WriteOperation } from '../transact/command.ts'

interface MovePlan {
  readonly target: Target
  readonly model: Definition
  /** The row as stored under the old key. */
  readonly found: StoredItem
  /** The new values of key attributes. */
  readonly newKey: Readonly<Record<string, unknown>>
}

/** The row under its new key. Attributes outside the keys stay as stored, also those that the model does not know. */
export const movedItem = ({ target, model, found, newKey }: MovePlan): StoredItem => {
  const { version, updatedAt } = model.roles
  const item: Record<string, unknown> = { ...model.decode(found), ...newKey }
  if (version !== undefined) item[version] = Number(ownValue(item, version) ?? 0) + 1
  if (updatedAt !== undefined) item[updatedAt] = now(target.connected.clock)
  const encoded = model.encode(item)
  const keys = [...model.table.pk, ...model.table.sk, ...model.groups.flatMap(group => group.keys)]
  const written = new Set([
    ...keys.flatMap(key => [key.name, ...key.attributes]),
    version,
    updatedAt,
    model.layout.type
  ])
  const indexed = new Set(model.groups.flatMap(group => group.keys.map(key => key.name)))
  const rest = Object.entries(found).filter(([name]) => !indexed.has(name) && !model.isOnlyInKeys(name))
  return Object.fromEntries([...rest, ...Object.entries(encoded).filter(([name]) => written.has(name))])
}

/**
 * The new key's values after their schemas. A value whose schema is asynchronous stays as given. Throws InvalidItem.
 */
export const resolveNewKey = (model: Definition, newKey: MovePlan['newKey']): MovePlan['newKey'] => {
  const report = new Report()
  if (!isRecord(newKey)) throw new InvalidRequest(model.name, takesRecord('move()', newKey))
  const resolved: Record<string, unknown> = { ...newKey }
  for (const { name, made } of model.keySchemas.resolve(newKey, report)) {
    if (made instanceof Promise) made.catch(() => undefined)
    else resolved[name] = made
    model.keySchemas.check(name, resolved[name], report)
  }
  if (report.issues.length > 0) throw new InvalidItem(model.name, report.issues)
  return resolved
}

const NEW: Guard = { existence: 'new', conditions: [] }
const STILL: Guard = { existence: 'any', conditions: [], changed: 'the item was changed while it was moved' }

/**
 * Writes the item under its new key and deletes the old one, if the item has not changed since the read. Throws
 * InvalidRequest.
 */
export const compileMove = ({ target, model, found }: MovePlan, moved: StoredItem): PreparedWrite['operations'] => {
  const { table: TableName } = target
  const key = model.keyIn(found)
  const still = new Printer(model.name)
  const put = new Printer(model.name)
  const ConditionExpression = printed(still, model, unchangedCondition(model, found))
  const Delete = { TableName, Key: key, ConditionExpression, ...still.placeholders() }
  const Put = { TableName, Item: moved, ConditionExpression: existsCondition(model, put, false), ...put.placeholders() }
  return [
    { operation: { Delete }, model, key, guard: STILL },
    { operation: { Put }, model, key: model.keyIn(moved), guard: NEW }
  ]
}

/** The operation for an item that does not exist. */
export const noneAt = (model: Definition, key: StoredItem): WriteOperation => ({
  operation: {},
  model,
  key,
  guard: { existence: 'old', conditions: [] },
  isRefused: true
})

/**
 * Throws InvalidRequest if the condition is too big: DynamoDB allows 4 KB and 300 operators, and each attribute takes
 * two (a comparison and an AND). Splitting the condition does not help. A transaction allows one operation an item, and
 * separate checks would let the item change between them.
 */
const printed = (printer: Printer, model: Definition, condition: Condition): string => {
  try {
    return printer.condition(condition)
  } catch (error) {
    if (!(error instanceof InvalidRequest)) throw error
    const problem =
      'move() makes sure that nobody changes the item meanwhile, and it has more attributes than a condition can name'
    throw new InvalidRequest(model.name, `${problem}: give the model a t.version(), which stands for all of them`)
  }
}

/**
 * Compares the version if the row has one. Otherwise compares every attribute, and requires the model's absent ones to
 * stay absent.
 */
const unchangedCondition = ({ roles, inRows, layout }: Definition, found: StoredItem): Condition => {
  const { version } = roles
  const names = version !== undefined && ownValue(found, version) ? [version] : allOfRow(found, inRows.names)
  return conjunction(stillHas(found, names)) ?? leaf('exists', placeOf(layout.pk.name))
}
