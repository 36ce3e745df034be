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

/** So many attributes, and that there is an item, are 300 operators, which is DynamoDB's limit of one condition. */
const MAX_COMPARED = 149

/** What makes one item of another, as an update has it; `undefined` where they are the same. */
const difference = (
  model: Definition,
  before: Item,
  next: Item
): Pick<UpdatePlan, 'changes' | 'removed'> | undefined => {
  const { version, createdAt, updatedAt } = model.roles
  const isOurs = (name: string) => name === version || name === createdAt || name === updatedAt
  /** As a put would take it. What is not given of the primary key, or of what keystorm writes, is what it was. */
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
  // The keys of an index are written whole.
  const indexed = new Set(
    model.groups
      .map(({ own }) => own)
      .filter(own => own.some(name => changed.has(name)))
      .flat()
  )
  const written = [...new Set([...changed, ...indexed])]
  const given = written.flatMap(name => {
    const value = givenFor(name)
    return value === undefined ? [] : [[name, indexed.has(name) ? value : eq(value)] as const]
  })
  return { changes: Object.fromEntries(given), removed: written.filter(name => givenFor(name) === undefined) }
}

/** What is to be written in the place of a row, and the item that it becomes. */
export interface Step {
  readonly write: PreparedWrite
  readonly item: Record<string, unknown>
}

/**
 * The update that makes the next item of a row, if that is still what it was: of the version that it had, with what is changed as
 * it was read; or else all of it as it was read. `undefined` where there is nothing to change. Throws InvalidItem and InvalidRequest.
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
    ...{ target, table: target.table, model, key, ...changes, isUpsert: false, returns: 'none' },
    guard: { existence: 'old', version: isLocked ? (versionIn(model, before) ?? 0) : undefined, conditions: [] },
    still: stillHas(row, isLocked ? touched(model, changes) : comparable(model, row))
  }
  const report = new Report()
  const { input, actions } = compileUpdate({ ...plan, changes: await resolveChanges(plan, report) }, report, {
    row,
    isUnfit: false
  })
  const item = model.decode(after(row, actions))
  const Update = { ...input, UpdateExpression: input.UpdateExpression }
  const operation = { operation: { Update }, model, key: model.keyIn(row), guard: plan.guard }
  return { write: { operations: [operation], result: () => item }, item }
}

/** Those of the changed attributes that are stored beside the keys: writes that keep the version may have changed them. */
const touched = ({ beside }: Definition, { changes, removed }: Pick<UpdatePlan, 'changes' | 'removed'>): string[] =>
  [...Object.keys(changes), ...removed].filter(name => beside.field(name) !== undefined)

const comparable = (model: Definition, row: StoredItem): string[] => {
  const keys = Object.keys(model.keyIn(row))
  const names = [...allOfRow(row, model.beside.names)].filter(name => !keys.includes(name))
  if (names.length <= MAX_COMPARED) return names
  throw new InvalidRequest(
    model.name,
    `modify() makes sure that nobody changes the item meanwhile, and it has more attributes than a condition can name: give the model a t.version(), which stands for all of them`
  )
}

/** The row as the actions leave it, which are of whole attributes. */
const after = (row: StoredItem, actions: readonly Action[]): StoredItem => {
  const changed = { ...row }
  for (const action of actions) {
    const name = String(action.path.steps[0])
    if (action.kind === 'REMOVE') delete changed[name]
    else if (action.kind === 'SET' && 'value' in action.value) changed[name] = action.value.value
    // Nothing but a version is counted.
    else changed[name] = { N: String(Number(ownValue(row, name)?.N ?? 0) + 1) }
  }
  return changed
}
