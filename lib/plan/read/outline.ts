import { Buffer } from 'node:buffer'
import { AttributeOperand, MadeCombination, MadeOperator } from '../../expressions/operators.ts'

/** Comparisons by order. What they compare with may be another one in the same query a second later: "now". */
const BY_ORDER: readonly string[] = ['lt', 'lte', 'gt', 'gte', 'between']

/**
 * What a condition asks, as plain data to compare by: its attributes, its operators and the values that must be equal, but
 * not the values that others are less or greater than.
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
