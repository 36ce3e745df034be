import { isDeepStrictEqual } from 'node:util'
import type { Target } from '../driver/target.ts'
import { InvalidRequest } from '../errors.ts'
import { defaultOf } from '../expressions/absent.ts'
import type { Action } from '../expressions/action.ts'
import { eq } from '../expressions/operators.ts'
import { ownValue } from '../fields/record.ts'
import { Report } from '../fields/report.ts'
import { allOfRow, stillHas } from '../plan/write/still.ts'
import { versionIn } from '../plan/write/version.ts'
import type { Definition, StoredItem } from '../schema/definition.ts'
import type { PreparedWrite } from '../verbs/builder/item-write.ts'
import { compileUpdate, type UpdatePlan } from '../verbs/update/command.ts'
import { resolveChanges } from '../verbs/update/resolve.ts'

type Item = Readonly<Record<string, unknown>>

/** DynamoDB's limit of 300 operators in a condition: this many comparisons, with their ANDs, and attribute_exists(). */
const MAX_COMPARED = 149

/** The changes that turn one item into another; `undefined` if there are none. */
const difference = (
  model: Definition,
  before: Item,
  next: Item
): Pick<UpdatePlan, 'changes' | 'removed'> | undefined => {
  const { version, createdAt, updatedAt } = model.roles
  const isOurs = (name: string) => name === version || name === createdAt || name === updatedAt
  /**
   * The value that a put would write. Omitted attributes of the primary key, and those that keystorm writes, keep their
   * value.
   */
  const givenFor = (name: string): unknown => {
    const value = ownValue(next, name)
    if (value !== undefined) return value
    if (model.primary.includes(name) || isOurs(name)) return ownValue(before, name)
    const field = model.attributes.field(name)
    return field && defaultOf(field)
  }
  const names = [...new Set([...model.attributes.names, ...Object.keys(next)])]
  const changed = new Set(names.filter(name => !isDeepStrictEqual(givenFor(name), ownValue(before, name))))
  if (changed.size === 0) return undefined
  // All attributes of an index key are written together.
  const indexed = new Set(
    model.groups
      .map(({ own }) => own)
      .filter(own => own.some(name => changed.has(name)))
      .flat()
  )
  const isKey = (name: string) => model.primary.includes(name) && !changed.has(name)
  const written = [...new Set([...changed, ...indexed])].filter(name => !isKey(name))
  const given = written.flatMap(name => {
    const value = givenFor(name)
    return value === undefined ? [] : [[name, indexed.has(name) ? value : eq(value)] as const]
  })
  return { changes: Object.fromEntries(given), removed: written.filter(name => givenFor(name) === undefined) }
}

/** The write for a row, and the item that results. */
export interface Step {
  readonly write: PreparedWrite
  readonly item: Record<string, unknown>
}

/**
 * Makes the update from a row to the next item, with conditions that the row has not changed since it was read. With a
 * version, it compares the version and the changed attributes; without one, all attributes. `undefined` if nothing
 * changes. Throws InvalidItem and InvalidRequest.
 */
export const stepFrom = async (
  target: Target,
  model: Definition,
  row: StoredItem,
  next: Item
): Promise<Step | undefined> => {
  const before = model.decode(row)
  const changes = difference(model, before, next)
  if (changes === undefined) return undefined
  const key = Object.fromEntries(model.primary.map(name => [name, ownValue(before, name)]))
  const isLocked = model.roles.version !== undefined
  const plan: UpdatePlan = {
    target,
    table: target.table,
    model,
    key,
    ...changes,
    guard: { existence: 'old', version: isLocked ? (versionIn(model, before) ?? 0) : undefined, conditions: [] },
    still: stillHas(row, isLocked ? touched(model, changes) : comparable(model, row)),
    isUpsert: false,
    returns: 'none',
    isRead: true
  }
  const report = new Report()
  const { input, actions } = compileUpdate({ ...plan, changes: await resolveChanges(plan, report) }, report, {
    row,
    isUnfit: false
  })
  const item = model.decode(after(row, actions))
  // Its attributes may make another key, as they were written by another program.
  const Key = model.keyIn(row)
  const Update = { ...input, Key, UpdateExpression: input.UpdateExpression }
  const operation = { operation: { Update }, model, key: Key, guard: plan.guard }
  return { write: { operations: [operation], result: () => item }, item }
}

/** The changed attributes stored outside of the keys. Writes that keep the version may have changed them too. */
const touched = ({ inRows }: Definition, { changes, removed }: Pick<UpdatePlan, 'changes' | 'removed'>): string[] =>
  [...Object.keys(changes), ...removed].filter(name => inRows.field(name) !== undefined)

const comparable = (model: Definition, row: StoredItem): string[] => {
  const keys = Object.keys(model.keyIn(row))
  const names = [...allOfRow(row, model.inRows.names)].filter(name => !keys.includes(name))
  if (names.length <= MAX_COMPARED) return names
  throw new InvalidRequest(
    model.name,
    `modify() makes sure that nobody changes the item meanwhile, and it has more attributes than a condition can name: give the model a t.version(), which stands for all of them`
  )
}

/** The row after the actions, all of which set or remove whole attributes. */
const after = (row: StoredItem, actions: readonly Action[]): StoredItem => {
  const changed = { ...row }
  for (const action of actions) {
    const name = String(action.path.steps[0])
    if (action.kind === 'REMOVE') delete changed[name]
    else if (action.kind === 'SET' && 'value' in action.value) changed[name] = action.value.value
    // Only the version is incremented.
    else changed[name] = { N: String(Number(ownValue(row, name)?.N ?? 0) + 1) }
  }
  return changed
}
