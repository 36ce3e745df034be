import type { ReturnValue, UpdateItemCommandInput } from '@aws-sdk/client-dynamodb'
import { InvalidItem, InvalidRequest } from '../errors.ts'
import { Change, Operator } from '../expressions/operators.ts'
import { Printer } from '../expressions/print.ts'
import { type Action, printUpdate, readChanges } from '../expressions/update.ts'
import type { AnyField } from '../fields/field.ts'
import { Misfit, Report } from '../fields/report.ts'
import { string } from '../fields/scalars.ts'
import { SchemaField } from '../fields/schema.ts'
import { storedNow, textOf } from '../keys/param.ts'
import type { Definition } from '../model/definition.ts'
import { compileGuard, type Guard } from './guard.ts'
import { indexActions, indexAtBirth } from './index-key.ts'

export interface UpdatePlan {
  readonly table: string | undefined
  readonly model: Definition
  readonly key: Readonly<Record<string, unknown>>
  /** Changes by attribute name or path, as users write them. */
  readonly changes: Readonly<Record<string, unknown>>
  readonly removed: readonly string[]
  readonly guard: Guard
  /** Make the item if there is none. */
  readonly isUpsert: boolean
  readonly returns: 'none' | 'new' | 'old' | 'changed'
}

const RETURNS: Record<UpdatePlan['returns'], ReturnValue | undefined> = {
  none: undefined,
  new: 'ALL_NEW',
  old: 'ALL_OLD',
  changed: 'UPDATED_NEW'
}

/**
 * The UpdateItem of resolved changes. Throws InvalidItem with all issues, those in the report included; InvalidKey,
 * InvalidCondition and InvalidRequest.
 */
export const compileUpdate = (plan: UpdatePlan, report = new Report()): UpdateItemCommandInput => {
  const { table, model, key, changes, removed, guard, isUpsert, returns } = plan
  const primary = model.key(key)
  const index = indexActions(model, key, changes, removed, report)
  const own = readChanges(model.name, model.attributes, changes, removed, report)
  refuseLocked(model, own, report)
  const birth = isUpsert ? birthActions(plan, own, report) : []
  if (isUpsert && index.length === 0) birth.push(...indexAtBirth(model, key, report))
  if (report.issues.length > 0) throw new InvalidItem(model.name, report.issues)
  const actions = [...own, ...index, ...birth, ...stampActions(model, isUpsert)]
  if (own.length === 0 && !isUpsert)
    throw new InvalidRequest(model.name, 'update() has nothing to change: call .set() or .remove()')
  const printer = new Printer(model.name)
  const UpdateExpression = printUpdate(printer, actions)
  return {
    TableName: textOf(table),
    Key: { PK: { S: primary.PK }, SK: { S: primary.SK } },
    UpdateExpression,
    ...(RETURNS[returns] && { ReturnValues: RETURNS[returns] }),
    ...compileGuard(model, guard, printer),
    ...printer.placeholders()
  }
}

/**
 * Values that a schema checks, checked and changed by it; the same changes where there are none. What a change adds goes
 * through the schema as if it were the whole value: the value itself is not known. So does the key of an item that an
 * upsert may make.
 */
export const resolveChanges = (
  { model, key, changes, isUpsert }: UpdatePlan,
  report: Report
): Readonly<Record<string, unknown>> | Promise<Readonly<Record<string, unknown>>> => {
  const pending = Object.entries(changes).flatMap(([name, change]) => {
    const field = model.attributes.field(name)
    if (!(field instanceof SchemaField) || change === undefined || isUnseen(change)) return []
    const given = change instanceof Operator || change instanceof Change ? operandOf(change) : change
    report.path.push(name)
    const value = field.resolve(given, report)
    report.path.pop()
    return [{ name, change, value }]
  })
  const keys = isUpsert ? model.resolveKey(key, report) : []
  if (pending.length + keys.length === 0) return changes
  const merge = (values: readonly unknown[]) => {
    const resolved: Record<string, unknown> = { ...changes }
    for (const [i, { name }] of [...pending, ...keys].entries()) model.checkKey(name, values[i], report)
    for (const [i, { name, change }] of pending.entries()) {
      if (report.issues.some(({ path }) => path[0] === name))
        delete resolved[name] // it has its issue already
      else resolved[name] = change instanceof Change ? withOperand(change, values[i]) : values[i]
    }
    return resolved
  }
  const values = [...pending.map(({ value }) => value), ...keys.map(({ made }) => made)]
  return values.some(value => value instanceof Promise) ? Promise.all(values).then(merge) : merge(values)
}

/** Changes that bring no value of their own, and conditions, which are no changes. */
const isUnseen = (change: unknown): boolean =>
  (change instanceof Change && (change.kind === 'copyOf' || change.kind === 'deleteFrom')) ||
  (change instanceof Operator && change.kind !== 'eq')

type Operation = Operator<string, unknown> | Change<string, unknown>

const operandOf = ({ kind, operands }: Operation): unknown => {
  if (kind === 'append' || kind === 'prepend') return operands
  return kind === 'addTo' ? new Set(operands) : operands[0]
}

const withOperand = ({ kind, from }: Change<string, unknown>, operand: unknown): Change<string, unknown> => {
  const isMany = Array.isArray(operand) || operand instanceof Set
  return new Change(kind, isMany && kind !== 'ifMissing' ? [...operand] : [operand], from)
}

/** Attributes that no update may change: those of the primary key, and those that keystorm itself writes. */
const refuseLocked = ({ pk, sk, roles }: Definition, own: readonly Action[], report: Report): void => {
  const primary = [...pk.attributes, ...sk.attributes]
  const managed = [roles.version, roles.createdAt, roles.updatedAt]
  for (const { path } of own) {
    const name = String(path.steps[0])
    if (primary.includes(name))
      report.issues.push({ path: [name], message: 'stands in the primary key, which only move() changes' })
    else if (managed.includes(name)) report.issues.push({ path: [name], message: 'is written by keystorm itself' })
  }
}

/** What keystorm itself writes with every update. */
const stampActions = ({ roles }: Definition, isUpsert: boolean): Action[] => {
  const now = { value: storedNow() }
  const at = (name: string) => ({ steps: [name], field: string() })
  const actions: Action[] = []
  if (roles.version !== undefined) {
    const path = at(roles.version)
    const [start, amount] = [{ value: { N: '0' } }, { value: { N: '1' } }]
    actions.push({ kind: 'SET', path, value: { kind: 'sum', sign: '+', from: path, start, amount } })
  }
  if (roles.updatedAt !== undefined) actions.push({ kind: 'SET', path: at(roles.updatedAt), value: now })
  if (isUpsert && roles.createdAt !== undefined) {
    const path = at(roles.createdAt)
    actions.push({ kind: 'SET', path, value: { kind: 'ifMissing', path, value: now } })
  }
  return actions
}

/** What makes an item whole if the update is its first write: the attributes of its key, and its defaults. */
const birthActions = ({ model, key }: UpdatePlan, own: readonly Action[], report: Report): Action[] => {
  const primary = new Set([...model.pk.attributes, ...model.sk.attributes])
  return model.attributes.entries.flatMap(({ name, field }): Action[] => {
    const { role } = field.traits
    const change = own.find(({ path }) => path.steps[0] === name)
    if (change && change.path.steps.length > 1)
      report.issues.push({
        path: change.path.steps,
        message: `has no place if upsert() makes the item: set all of ${name}`
      })
    if (change?.kind === 'SET' || change?.kind === 'ADD' || (role !== undefined && role !== 'ttl')) return []
    const path = { steps: [name], field }
    const given = primary.has(name) ? keyValue(field, key[name]) : absentValue(field)
    // What is removed, or taken out of, reads as absent too.
    if (change !== undefined && given !== MISSING) return []
    if (given !== undefined && given !== MISSING) {
      const stored = field.encode(given, report)
      if (stored === undefined) return []
      const value = { value: stored }
      return [{ kind: 'SET', path, value: primary.has(name) ? value : { kind: 'ifMissing', path, value } }]
    }
    if (given === MISSING)
      report.issues.push({ path: [name], message: 'is missing, and upsert() may have to make the item' })
    return []
  })
}

/** A value of the primary key as it is stored beside the key. */
const keyValue = (field: AnyField, value: unknown): unknown =>
  field instanceof SchemaField ? (field.codec?.encode(value) ?? value) : value

const MISSING = Symbol('missing')

/** What a read makes of an absent attribute: its default, nothing, or an error. */
const absentValue = (field: AnyField): unknown => {
  try {
    return field.absent()
  } catch (error) {
    if (error instanceof Misfit) return MISSING
    throw error
  }
}
