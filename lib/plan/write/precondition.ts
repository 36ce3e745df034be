import { ConditionFailed, type ConditionReason, ItemExists, ItemNotFound, UndecodableItem } from '../../errors.ts'
import { asRead } from '../../expressions/as-read.ts'
import { readConditions } from '../../expressions/condition.ts'
import { holdsOfNothing } from '../../expressions/evaluate.ts'
import { placeOf } from '../../expressions/path.ts'
import { Printer } from '../../expressions/print.ts'
import { IntegerField } from '../../fields/numbers.ts'
import { ownValue } from '../../fields/record.ts'
import { Report } from '../../fields/report.ts'
import { Param } from '../../keys/param.ts'
import type { Definition, StoredItem } from '../../schema/definition.ts'
import { plainKey } from '../../schema/plain-key.ts'
import { plainName } from '../../schema/table-layout.ts'

/** What must hold for a write to happen. */
export interface Guard {
  /** Whether an item must be under the key already (`old`), or must not be (`new`). */
  readonly existence: 'any' | 'new' | 'old'
  /** The version that the item must have; 0 stands for an item without a version, or no item. */
  readonly version?: number | Param | undefined
  /** Conditions as users write them; all must hold. */
  readonly conditions: readonly unknown[]
  /**
   * Whether the write assumes something about the row, such as that an attribute exists. Its condition refuses other
   * rows.
   */
  readonly assumes?: boolean
  /** The sentence for an item that changed since it was read. */
  readonly changed?: string
}

/** The text of the condition that an item is under the key, or is not. */
export const existsCondition = ({ layout }: Definition, printer: Printer, isWanted: boolean): string => {
  const { name } = layout.pk
  return `attribute_${isWanted ? '' : 'not_'}exists(${plainName(name) ?? printer.path(placeOf(name))})`
}

/** The text of the condition that the item is of this model, for layouts with a type attribute. */
const ofModelCondition = ({ layout, name }: Definition, printer: Printer): string | undefined => {
  if (layout.type === undefined) return undefined
  const path = printer.path(placeOf(layout.type))
  return `attribute_not_exists(${path}) OR ${path} = ${printer.value({ S: name })}`
}

/** Whether a write of the model needs no condition. */
export const needsNoCondition = ({ layout }: Definition, guard: Guard): boolean =>
  layout.type === undefined && isUnguarded(guard)

/** Whether a guard requires nothing. */
export const isUnguarded = ({ existence, version, conditions }: Guard): boolean =>
  existence === 'any' && version === undefined && conditions.length === 0

/** The input members that make a write conditional. Throws InvalidCondition and InvalidRequest. */
export const compileGuard = (
  model: Definition,
  { existence, version, conditions }: Guard,
  printer = new Printer(model.name)
): { ConditionExpression?: string; ReturnValuesOnConditionCheckFailure?: 'ALL_OLD' } => {
  const type = existence === 'new' ? undefined : ofModelCondition(model, printer)
  if (version === undefined && conditions.length === 0 && type === undefined)
    return existence === 'any' ? {} : { ConditionExpression: existsCondition(model, printer, existence === 'old') }
  const given = conditions.length > 0 ? readConditions(model.name, model.inRows, conditions) : undefined
  // A create meets no item, and a missing item has no defaults.
  const asked = given && existence !== 'new' ? asRead(given) : given
  let text: string | undefined
  if (version !== undefined) {
    const isAlone = existence === 'any' && given === undefined && type === undefined
    text = versionCondition(printer, model, version)
    if (version === 0 && !isAlone) text = `(${text})`
  }
  const isAlways = asked?.kind === 'constant' && asked.holds && existence === 'old'
  let condition = asked === undefined || isAlways ? undefined : printer.condition(asked)
  const needsItem = text !== undefined || condition !== undefined || type !== undefined
  let exists: string | undefined =
    existence === 'any' ? undefined : existsCondition(model, printer, existence === 'old')
  if (given !== undefined && asked !== undefined && existence === 'any') {
    // A missing item has no defaults: the condition must hold for it exactly if it holds without them.
    const holds = holdsOfNothing(given)
    if (holdsOfNothing(asked) !== holds) {
      if (holds) condition = `${existsCondition(model, printer, false)} OR (${condition})`
      else exists = existsCondition(model, printer, true)
    }
  }
  // DynamoDB refuses parentheses around parentheses, and callers put some around the whole.
  const before = both(exists, type !== undefined && (exists ?? text ?? condition) !== undefined ? `(${type})` : type)
  const known = both(before, text)
  const whole = both(known, known !== undefined && condition !== undefined ? `(${condition})` : condition)
  if (whole === undefined) return {}
  const ConditionExpression = printer.checked('The condition', whole, 0)
  return needsItem ? { ConditionExpression, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } : { ConditionExpression }
}

const both = (one: string | undefined, other: string | undefined): string | undefined =>
  one === undefined || other === undefined ? (one ?? other) : `${one} AND ${other}`

const versionCondition = (printer: Printer, { roles }: Definition, version: number | Param): string => {
  const path = printer.path(placeOf(roles.version ?? 'version'))
  // The stored values that count as version 0.
  if (version === 0)
    return `attribute_not_exists(${path}) OR ${path} IN (${printer.value({ NULL: true })}, ${printer.value({ N: '0' })})`
  const stored = version instanceof Param ? new IntegerField().encode(version, new Report()) : { N: String(version) }
  return `${path} = ${printer.value(stored ?? { N: '0' })}` // a param has no issue
}

/** The error for a write whose guard failed. `item` is the stored item, if the engine returned it. */
export const guardFailure = (
  model: Definition,
  stored: StoredItem,
  guard: Guard,
  item: StoredItem | undefined,
  cause: unknown
): ItemExists | ItemNotFound | ConditionFailed => {
  const options = { cause }
  const key = plainKey(stored)
  const other = item && model.layout.type !== undefined ? ownValue(item, model.layout.type)?.S : undefined
  // A create only needs to know that there is an item, whatever its model.
  if (other !== undefined && other !== model.name && guard.existence !== 'new') {
    if (guard.existence === 'old') return new ItemNotFound(model.name, key, options)
    const because = { reason: 'condition', sentence: `the item that is there is of the model ${other}` } as const
    return new ConditionFailed(model.name, key, undefined, because, options)
  }
  const isAsked = guard.version !== undefined || guard.conditions.length > 0
  if (guard.existence === 'new' && (item || !isAsked)) return new ItemExists(model.name, key, options)
  if (guard.existence === 'old' && !item) return new ItemNotFound(model.name, key, options)
  const because = whyNot(model, guard, item)
  try {
    return new ConditionFailed(model.name, key, item && model.decode(item), because, options)
  } catch (undecodable) {
    if (!(undecodable instanceof UndecodableItem)) throw undecodable
    return new ConditionFailed(model.name, key, undefined, because, { cause: undecodable })
  }
}

/** Advice for an update that does not fit its row. */
export const BY_ITSELF = 'send the update by itself'

/** Other causes for an update in a transaction, which keystorm cannot compile again for the row that it meets. */
const UNUSUAL = `or NULL or nothing stands where copyOf(), ifMissing(), addTo() or deleteFrom() start from a default: ${BY_ITSELF}`

/** Why the stored item does not meet the guard. */
const whyNot = (
  { roles }: Definition,
  { version, assumes = false, changed }: Pick<Guard, 'version' | 'assumes' | 'changed'>,
  item: StoredItem | undefined
): { readonly reason: ConditionReason; readonly sentence: string } => {
  if (item === undefined)
    return { reason: 'missing', sentence: assumes ? `there is no such item, ${UNUSUAL}` : 'there is no such item' }
  if (changed !== undefined) return { reason: roles.version === undefined ? 'condition' : 'version', sentence: changed }
  const found = roles.version === undefined ? undefined : ownValue(item, roles.version)?.N
  if (version === undefined || (found ?? '0') === String(version))
    return {
      reason: 'condition',
      sentence: `the item is not as the condition wants it${assumes ? `, ${UNUSUAL}` : ''}`
    }
  const sentence =
    version === 0
      ? `the item that is there has version ${found}, and none was given: read it, and give its version back`
      : `the item has ${found === undefined ? 'no version' : `version ${found}`}, and not ${version}: it was changed since`
  return { reason: 'version', sentence }
}
