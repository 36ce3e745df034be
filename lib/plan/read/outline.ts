import { Buffer } from 'node:buffer'
import { AttributeOperand, MadeCombination, MadeOperator } from '../../expressions/operators.ts'

/** Comparisons by order. Their operands may differ between two pages of one query, such as the present time. */
const BY_ORDER: readonly string[] = ['lt', 'lte', 'gt', 'gte', 'between']

/**
 * A condition as plain data, to compare queries by: its attributes, operators and values. It leaves out operands of
 * comparisons by order.
 */
export const outlineOf = (condition: unknown): unknown => {
  if (condition instanceof MadeOperator) {
    const { kind, operands } = condition
    const isAsked = (operand: unknown) => operand instanceof AttributeOperand || !BY_ORDER.includes(kind)
    return ['operator', kind, ...operands.map(operand => (isAsked(operand) ? outlineOf(operand) : null))]
  }
  if (condition instanceof MadeCombination) return [condition.kind, ...condition.conditions.map(outlineOf)]
  if (condition instanceof AttributeOperand) return ['attribute', condition.path]
  return outlineOfValue(condition)
}

const outlineOfValue = (value: unknown): unknown => {
  if (typeof value === 'bigint') return ['bigint', String(value)]
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Date) return ['date', value.getTime()]
  if (value instanceof Uint8Array) return ['bytes', Buffer.from(value).toString('base64')]
  if (value instanceof Set) return ['set', ...Array.from(value, one => JSON.stringify(outlineOf(one))).sort()]
  if (Array.isArray(value)) return ['list', ...value.map(outlineOf)]
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return ['map', ...entries.map(([name, inner]) => [name, outlineOf(inner)])]
}
