import { MadeChange, MadeOperator } from '../../expressions/operators.ts'
import type { Report } from '../../fields/report.ts'
import { SchemaField } from '../../fields/schema.ts'
import type { UpdatePlan } from './command.ts'

/**
 * Runs the schemas of changed values, and returns the changes with the schemas' results. The operand of a change goes
 * through the schema as if it were the whole value, since the new value is not known. The key goes through its schemas
 * too if an upsert may create the item.
 */
export const resolveChanges = (
  { model, key, changes, isUpsert }: UpdatePlan,
  report: Report
): Readonly<Record<string, unknown>> | Promise<Readonly<Record<string, unknown>>> => {
  const pending = Object.entries(changes).flatMap(([name, change]) => {
    const field = model.attributes.field(name)
    if (!(field instanceof SchemaField) || change === undefined || isUnseen(change)) return []
    const given = change instanceof MadeOperator || change instanceof MadeChange ? operandOf(change) : change
    report.path.push(name)
    const value = field.resolve(given, report)
    report.path.pop()
    return [{ name, change, value }]
  })
  const keys = isUpsert ? model.keySchemas.resolve(key, report) : []
  if (pending.length + keys.length === 0) return changes
  const merge = (values: readonly unknown[]) => {
    const resolved: Record<string, unknown> = { ...changes }
    for (const [i, { name }] of [...pending, ...keys].entries()) model.keySchemas.check(name, values[i], report)
    for (const [i, { name, change }] of pending.entries()) {
      if (report.issues.some(({ path }) => path[0] === name))
        delete resolved[name] // its issue is in the report already
      else resolved[name] = change instanceof MadeChange ? withOperand(change, values[i]) : values[i]
    }
    return resolved
  }
  const values = [...pending.map(({ value }) => value), ...keys.map(({ made }) => made)]
  return values.some(value => value instanceof Promise) ? Promise.all(values).then(merge) : merge(values)
}

/** Changes without a value of their own, and conditions, which are no changes. */
const isUnseen = (change: unknown): boolean =>
  (change instanceof MadeChange && (change.kind === 'copyOf' || change.kind === 'deleteFrom')) ||
  (change instanceof MadeOperator && change.kind !== 'eq')

type Operation = MadeOperator | MadeChange

const operandOf = ({ kind, operands }: Operation): unknown => {
  if (kind === 'append' || kind === 'prepend') return operands
  return kind === 'addTo' ? new Set(operands) : operands[0]
}

const withOperand = ({ kind, from }: MadeChange, operand: unknown): MadeChange => {
  const isMany = Array.isArray(operand) || operand instanceof Set
  return new MadeChange(kind, isMany && kind !== 'ifMissing' ? [...operand] : [operand], from)
}
