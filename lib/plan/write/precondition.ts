import { ConditionFailed, type ConditionReason, ItemExists, ItemNotFound, UndecodableItem } from '../../errors.ts'
import { asRead } from '../../expressions/as-read.ts'
import { readConditions } from '../../expressions/condition.ts'
import { holdsOfNothing } from '../../expressions/evaluate.ts'
import { Printer } from '../../expressions/print.ts'
import { placeOf } from '../../expressions/tree.ts'
import { IntegerField } from '../../fields/numbers.ts'
import { ownValue } from '../../fields/record.ts'
import { Report } from '../../fields/report.ts'
import { Param } from '../../keys/param.ts'
import type { Definition, StoredItem } from '../../schema/definition.ts'
import { plainKey } from '../../schema/plain-key.ts'
import { plainName } from '../../schema/table-layout.ts'

/** What must hold for a write to happen. */
export interface Guard {
  /** Whether there must be an item under the key already, or must not be. */
  readonly existence: 'any' | 'new' | 'old'
  /** The version the item must have; 0 stands for an item without one, or none at all. */
  readonly version?: number | Param | undefined
  /** Conditions as users write them, all of which must hold. */
  readonly conditions: readonly unknown[]
  /** Whether the write is only right for a row such as most are, and its condition refuses the others. */
  readonly assumes?: boolean
  /** What became of the item, where it is not as it was read. */
  readonly changed?: string
}

/** Whether there is an item under the key: as text, for a printer that has a place for the key's name. */
export const isThere = ({ layout }: Definition, printer: Printer, isWanted: boolean): string => {
  const { name } = layout.pk
  return `attribute_${isWanted ? '' : 'not_'}exists(${plainName(name) ?? printer.path(placeOf(name))})`
}

/** That an item is not another model's, where the layout names an attribute for that. */
const isOwnType = ({ layout, name }: Definition, printer: Printer): string | undefined => {
  if (layout.type === undefined) return undefined
  const path = printer.path(placeOf(layout.type))
  return `(attribute_not_exists(${path}) OR ${path} = ${printer.value({ S: name })})`
}

/** Whether a guard lets every write of the model pass. */
export const isOpen = ({ layout }: Definition, guard: Guard): boolean => layout.type === undefined && isUnguarded(guard)

/** Whether a guard asks for nothing. */
export const isUnguarded = ({ existence, version, conditions }: Guard): boolean =>
  existence === 'any' && version === undefined && conditions.length === 0

/** The members of a write's input that guard it. Throws InvalidCondition and InvalidRequest. */
export const compileGuard = (
  model: Definition,
  { existence, version, conditions }: Guard,
  printer = new Printer(model.name)
): { ConditionExpression?: string; ReturnValuesOnConditionCheckFailure?: 'ALL_OLD' } => {
  const type = existence === 'new' ? undefined : isOwnType(model, printer)
  if (version === undefined && conditions.length === 0 && type === undefined)
    return existence === 'any' ? {} : { ConditionExpression: isThere(model, printer, existence === 'old') }
  const given = conditions.length > 0 ? readConditions(model.name, model.beside, conditions) : undefined
  // A new item is compared with none, which has no defaults.
  const asked = given && existence !== 'new' ? asRead(given) : given
  const parts: string[] = []
  if (version !== undefined) {
    const isAlone = existence === 'any' && given === undefined
    const text = versionIs(printer, model, version)
    parts.push(version === 0 && !isAlone ? `(${text})` : text)
  }
  const isAlways = asked?.kind === 'constant' && asked.holds && existence === 'old'
  if (asked !== undefined && !isAlways) parts.push(printer.condition(asked))
  const needsItem = parts.length > 0 || type !== undefined
  let exists: string | undefined = existence === 'any' ? undefined : isThere(model, printer, existence === 'old')
  if (given !== undefined && asked !== undefined && existence === 'any') {
    // Nor has no item the defaults that it is not to be written for.
    const holds = holdsOfNothing(given)
    if (holdsOfNothing(asked) !== holds) {
      if (holds) parts.push(`${isThere(model, printer, false)} OR (${parts.pop()})`)
      else exists = isThere(model, printer, true)
    }
  }
  if (type !== undefined) parts.unshift(type)
  if (exists !== undefined) parts.unshift(exists)
  if (parts.length === 0) return {}
  if (parts.length > 1 && asked && !isAlways) parts.push(`(${parts.pop()})`)
  return {
    ConditionExpression: printer.checked('The condition', parts.join(' AND '), 0),
    ...(needsItem && { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' })
  }
}

const versionIs = (printer: Printer, { roles }: Definition, version: number | Param): string => {
  const path = printer.path(placeOf(roles.version ?? 'version'))
  // What reads as 0.
  if (version === 0)
    return `attribute_not_exists(${path}) OR ${path} IN (${printer.value({ NULL: true })}, ${printer.value({ N: '0' })})`
  const stored = version instanceof Param ? new IntegerField().encode(version, new Report()) : { N: String(version) }
  return `${path} = ${printer.value(stored ?? { N: '0' })}` // a param has no issue
}

/** The error of a write whose guard failed; `item` is the one that was found, where the engine has sent it back. */
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
  if (other !== undefined && other !== model.name) {
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

/** What to do then. */
export const BY_ITSELF = 'send the update by itself'

/** What else may be wrong where an update is sent with others, and so cannot be made for the row that it meets. */
const UNUSUAL = `or NULL or nothing stands where ifMissing(), addTo() or deleteFrom() start from a default: ${BY_ITSELF}`

/** What of a guard the item that was found does not meet. */
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
