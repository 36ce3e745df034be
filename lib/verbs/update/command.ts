import type { AttributeValue, ReturnValue, UpdateItemCommandInput } from '@aws-sdk/client-dynamodb'
import type { Target } from '../../driver/target.ts'
import { checkGiven, formatPath, InvalidItem, InvalidRequest } from '../../errors.ts'
import { absentValue, MISSING } from '../../expressions/absent.ts'
import { type Action, printUpdate } from '../../expressions/action.ts'
import { type Found, makeFirst } from '../../expressions/found-row.ts'
import { type Path, placeOf } from '../../expressions/path.ts'
import { Printer } from '../../expressions/print.ts'
import { type Condition, conjunction, leaf, type Operand } from '../../expressions/tree.ts'
import { type RowChanges, readChanges } from '../../expressions/update.ts'
import type { MadeField } from '../../fields/field.ts'
import { ownValue } from '../../fields/record.ts'
import { Report } from '../../fields/report.ts'
import { SchemaField } from '../../fields/schema.ts'
import { storedNow, textOf } from '../../keys/param.ts'
import { isDerived, type Slot } from '../../keys/source.ts'
import { indexActions, indexAtBirth, NO_ROW_CHANGES } from '../../plan/write/index-follow.ts'
import { compileGuard, type Guard } from '../../plan/write/precondition.ts'
import type { Definition, StoredItem } from '../../schema/definition.ts'

export interface UpdatePlan {
  /** Its clock gives the timestamps. */
  readonly target?: Target
  readonly table: string | undefined
  readonly model: Definition
  readonly key: Readonly<Record<string, unknown>>
  /** Changes by attribute name or path, as users write them. */
  readonly changes: Readonly<Record<string, unknown>>
  readonly removed: readonly string[]
  readonly guard: Guard
  /** Whether to create the item if there is none. */
  readonly isUpsert: boolean
  /** Whether to leave the version unchanged. */
  readonly keepsVersion?: boolean
  readonly returns: 'none' | 'new' | 'old' | 'changed'
  /** What the row must still match since it was read. */
  readonly still?: readonly Condition[]
  /** Whether the key's values were read from the row, and are exact also where the key has a derived text. */
  readonly isRead?: boolean
}

export const RETURNS: Record<Exclude<UpdatePlan['returns'], 'none'>, ReturnValue> = {
  new: 'ALL_NEW',
  old: 'ALL_OLD',
  changed: 'UPDATED_NEW'
}

/** Checks and returns the argument of `.returning()`. Throws InvalidRequest. */
export const checkReturns = (model: string, what: keyof typeof RETURNS): keyof typeof RETURNS => {
  checkGiven(
    model,
    `returning() takes ${Object.keys(RETURNS).join(', ')}`,
    what,
    typeof what === 'string' && Object.hasOwn(RETURNS, what)
  )
  return what
}

/**
 * An UpdateItem input. If `assumes` is true, it relies on something about the row, such as that an attribute exists,
 * and its condition refuses other rows.
 */
export interface CompiledUpdate {
  readonly input: UpdateItemCommandInput
  readonly assumes: boolean
  footing(): Footing
}

interface UpdateInActions extends CompiledUpdate {
  readonly actions: readonly Action[]
}

/**
 * Where an update may not fit a row: the paths into maps and lists that it changes, and the paths whose values it
 * starts from.
 */
export interface Footing {
  readonly inside: readonly string[]
  readonly starts: readonly string[]
}

/**
 * Compiles an update whose schemas have run. `found` is the row that refused an earlier try. Throws InvalidItem with
 * all issues, including those in the report; InvalidKey, InvalidCondition and InvalidRequest.
 */
export const compileUpdate = (plan: UpdatePlan, report = new Report(), found?: Found): UpdateInActions => {
  const { table, model, key, changes, removed, guard, isUpsert, returns, still = [] } = plan
  const Key = model.key(key)
  const index = indexActions(model, key, changes, removed, report, plan.isRead)
  const own = readChanges(model.attributes, { changes, removed, told: toldBy(model, key) }, report, found)
  refuseIssues(model, report, found)
  refuseLocked(model, own.actions, report)
  if (model.hasOwnIndexKeys) model.checkOwnKeys(setBy(own.actions), report)
  const born = isUpsert ? [...birthActions(plan, own.actions, report), ...typeActions(model)] : NO_ROW_CHANGES.actions
  const isStored = ({ path }: Action) => !model.isOnlyInKeys(String(path.steps[0]))
  const actions = model.inRows === model.attributes ? own.actions : own.actions.filter(isStored)
  for (const action of index) actions.push(action)
  for (const action of born) actions.push(action)
  const indexed = isUpsert ? indexAtBirth(model, key, changes, removed, report, found?.row) : NO_ROW_CHANGES
  for (const action of indexed.actions) actions.push(action)
  if (actions !== own.actions)
    refuseUnreadable(plan, setBy(actions), setBy(own.actions.filter(action => !isStored(action))), report)
  const stamped = stamps(plan, report, found)
  refuseIssues(model, report, found)
  if (actions.length === 0 && !isUpsert)
    throw new InvalidRequest(model.name, 'update() has nothing to change: call .set() or .remove()')
  const printer = new Printer(model.name)
  for (const action of stamped.actions) actions.push(action)
  const input: UpdateItemCommandInput = { TableName: textOf(table), Key }
  // An upsert may have nothing to write but the key.
  if (actions.length > 0) input.UpdateExpression = printUpdate(printer, actions)
  if (returns !== 'none') input.ReturnValues = RETURNS[returns]
  const { ConditionExpression, ReturnValuesOnConditionCheckFailure } = compileGuard(model, guard, printer)
  if (ConditionExpression !== undefined) input.ConditionExpression = ConditionExpression
  if (ReturnValuesOnConditionCheckFailure !== undefined)
    input.ReturnValuesOnConditionCheckFailure = ReturnValuesOnConditionCheckFailure
  const isSure = own.assumed.length + indexed.assumed.length + stamped.assumed.length + still.length === 0
  const assumed = isSure ? undefined : conjunction([...own.assumed, ...indexed.assumed, ...stamped.assumed, ...still])
  if (assumed !== undefined) addCondition(printer, input, assumed)
  const { ExpressionAttributeNames, ExpressionAttributeValues } = printer.placeholders()
  if (ExpressionAttributeNames !== undefined) input.ExpressionAttributeNames = ExpressionAttributeNames
  if (ExpressionAttributeValues !== undefined) input.ExpressionAttributeValues = ExpressionAttributeValues
  return { input, assumes: assumed !== undefined, actions, footing: () => footingOf(actions) }
}

const footingOf = (actions: readonly Action[]): Footing => ({
  inside: actions.filter(({ path }) => path.steps.length > 1).map(({ path }) => formatPath(path.steps)),
  starts: actions.flatMap(startsOf).map(({ steps }) => formatPath(steps))
})

const startsOf = (action: Action): Path[] => {
  if (action.kind !== 'SET') return action.kind === 'REMOVE' ? [] : [action.path]
  const { value } = action
  if (!('kind' in value) || value.kind === 'ifMissing') return []
  const operands = value.kind === 'sum' ? [value.from] : [value.first, value.second]
  return operands.flatMap(operand => ('at' in operand ? [operand.at] : []))
}

const refuseIssues = (model: Definition, { issues }: Report, found: Found | undefined): void => {
  if (issues.length > 0) throw new InvalidItem(model.name, issues, found && 'written')
}

const addCondition = (printer: Printer, input: UpdateItemCommandInput, condition: Condition): void => {
  const { ConditionExpression: asked } = input
  const text = printer.condition(condition)
  input.ConditionExpression =
    asked === undefined ? text : printer.checked('The condition', `(${asked}) AND (${text})`, 0)
  input.ReturnValuesOnConditionCheckFailure = 'ALL_OLD'
}

/**
 * Reports changes of attributes that no update may change: those of the primary key, and those that keystorm writes
 * itself.
 */
export const refuseLocked = ({ primary, roles, layout }: Definition, own: readonly Action[], report: Report): void => {
  for (const { kind, path } of own) {
    const name = String(path.steps[0])
    if (primary.includes(name))
      report.issues.push({ path: [name], message: 'stands in the primary key, which only move() changes' })
    else if (name === layout.type && kind === 'REMOVE')
      report.issues.push({ path: [name], message: 'tells whose row it is, and cannot be removed' })
    else if (name === roles.version || name === roles.createdAt || name === roles.updatedAt)
      report.issues.push({ path: [name], message: 'is written by keystorm itself' })
  }
}

/** The values of whole attributes that actions set, also of those that they set only if missing. */
const setBy = (actions: readonly Action[]): StoredItem => {
  const set: StoredItem = {}
  for (const action of actions) {
    if (action.kind !== 'SET' || action.path.steps.length > 1) continue
    const made = 'kind' in action.value && action.value.kind === 'ifMissing' ? action.value.from.or : action.value
    if ('value' in made) set[String(action.path.steps[0])] = made.value
  }
  return set
}

/** Reports a change after which attributes kept only in raw keys could no longer be read from them. */
const refuseUnreadable = (
  { model, key, isUpsert }: UpdatePlan,
  set: StoredItem,
  held: StoredItem,
  report: Report
): void => {
  const row = { ...set, ...model.key(key) }
  for (const name of model.primary) {
    const stored = storedInKey(model, key, name)
    if (stored === undefined) continue
    if (!model.isOnlyInKeys(name)) row[name] = stored
    else if (isUpsert) held[name] = stored
  }
  const issue = model.unreadable(row, held)
  if (issue !== undefined) report.issues.push(issue)
}

/** The attributes that keystorm writes itself in every update. */
export const stamps = (
  {
    target,
    model: { roles },
    isUpsert,
    keepsVersion
  }: Pick<UpdatePlan, 'target' | 'model' | 'isUpsert' | 'keepsVersion'>,
  report: Report,
  found?: Found,
  now?: Operand
): RowChanges => {
  if ((roles.version ?? roles.updatedAt ?? roles.createdAt) === undefined) return NO_ROW_CHANGES
  const actions: Action[] = []
  const assumed: Condition[] = []
  if (roles.version !== undefined && keepsVersion) {
    const path = placeOf(roles.version)
    const first = { value: { N: '1' } }
    if (isUpsert) actions.push({ kind: 'SET', path, value: { kind: 'ifMissing', from: { at: path, or: first } } })
  } else if (roles.version !== undefined) {
    const path = placeOf(roles.version)
    const [or, amount] = [{ value: { N: '0' } }, { value: { N: '1' } }]
    const stored = found && ownValue(found.row, roles.version)
    const isNull = stored?.NULL === true
    if (found?.isUnfit && stored !== undefined && stored.N === undefined && !isNull)
      report.issues.push({
        path: [roles.version],
        message: `is stored as ${Object.keys(stored)[0]}, and a version is a number: delete the item and create it again, or mend its row by other means`
      })
    if (isNull) assumed.push(leaf('attribute_type', path, { value: { S: 'NULL' } }))
    const value = isNull ? amount : ({ kind: 'sum', sign: '+', from: { at: path, or }, amount } as const)
    actions.push({ kind: 'SET', path, value })
  }
  if ((roles.updatedAt ?? roles.createdAt) === undefined) return { actions, assumed }
  now ??= { value: storedNow(target?.connected.clock) }
  if (roles.updatedAt !== undefined) actions.push({ kind: 'SET', path: placeOf(roles.updatedAt), value: now })
  if (isUpsert && roles.createdAt !== undefined) {
    const path = placeOf(roles.createdAt)
    actions.push({ kind: 'SET', path, value: { kind: 'ifMissing', from: { at: path, or: now } } })
  }
  return { actions, assumed }
}

/** Writes the model's name, for layouts that have a type attribute. Where the model has that attribute, it is a default. */
const typeActions = ({ layout: { type }, name, attributes }: Definition): Action[] =>
  type === undefined || attributes.field(type) !== undefined
    ? []
    : [{ kind: 'SET', path: placeOf(type), value: { value: { S: name } } }]

/** Completes the item if the upsert creates it: the attributes of its key, and defaults. */
const birthActions = ({ model, key }: UpdatePlan, actions: readonly Action[], report: Report): Action[] => {
  const { layout, primary } = model
  const born: Action[] = []
  for (const { name, field } of model.attributes.entries) {
    const { role } = field.traits
    const change = actions.findLast(({ path }) => path.steps[0] === name)
    if (change && change.path.steps.length > 1)
      report.issues.push({
        path: change.path.steps,
        message: `has no place if upsert() makes the item: ${makeFirst(name, 'upsert')}`
      })
    if (change?.kind === 'SET' || change?.kind === 'ADD' || (role !== undefined && role !== 'ttl')) continue
    // A key attribute of the table is part of Key.
    if (model.isOnlyInKeys(name) || name === layout.pk.name || name === layout.sk?.name) continue
    const path = { steps: [name], field }
    const own = primary.includes(name) ? ownValue(key, name) : undefined
    const given = own === undefined ? absentValue(field) : keyValue(field, own)
    // An attribute that the update removes, or deletes from, still counts as absent.
    if (change !== undefined && given !== MISSING) continue
    if (given !== undefined && given !== MISSING) {
      const stored = field.encode(given, report)
      if (stored === undefined) continue
      const value = { value: stored }
      const from = { at: path, or: value }
      // A key with a derived text may be given in another form than the item that is there has.
      born.push({ kind: 'SET', path, value: isTold(model, name) ? value : { kind: 'ifMissing', from } })
    }
    if (given === MISSING)
      report.issues.push({ path: [name], message: 'is missing, and upsert() may have to make the item' })
  }
  return born
}

/** Whether the primary key has the attribute, and as more than a derived text. */
const isTold = ({ table: { pk, sk } }: Definition, name: string): boolean => {
  const tells = (slot: Slot) => slot.attribute === name && !isDerived(slot)
  return pk.some(key => key.slots.some(tells)) || sk.some(key => key.slots.some(tells))
}

/** Gives the stored values of attributes that the primary key tells. */
const toldBy =
  (model: Definition, key: UpdatePlan['key']) =>
  (name: string): AttributeValue | undefined =>
    isTold(model, name) && ownValue(key, name) !== undefined ? storedInKey(model, key, name) : undefined

const storedInKey = (model: Definition, key: UpdatePlan['key'], name: string): AttributeValue | undefined => {
  const field = model.attributes.field(name)
  const report = new Report()
  report.path.push(name) // a state machine's errors name it
  return field?.encode(keyValue(field, ownValue(key, name)), report)
}

/** A value of the primary key, as stored in its own attribute. */
const keyValue = (field: MadeField, value: unknown): unknown =>
  field instanceof SchemaField ? (field.codec?.encode(value) ?? value) : value
