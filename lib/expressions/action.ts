import type { Path } from './path.ts'
import type { Printer } from './print.ts'
import type { Operand } from './tree.ts'

/** The right side of a SET, as plain data. */
export type NewValue =
  | Operand
  | { readonly kind: 'sum'; readonly sign: '+' | '-'; readonly from: Start | Operand; readonly amount: Operand }
  | { readonly kind: 'joined'; readonly first: Start | Operand; readonly second: Start | Operand }
  | { readonly kind: 'ifMissing'; readonly from: Start }

/** The value at a path, or another value if there is none. */
export interface Start {
  readonly at: Path
  readonly or: Operand
}

/** One change of one place, as plain data. */
export type Action =
  | { readonly kind: 'SET'; readonly path: Path; readonly value: NewValue }
  | { readonly kind: 'REMOVE'; readonly path: Path }
  | { readonly kind: 'ADD' | 'DELETE'; readonly path: Path; readonly set: Operand }

const SECTIONS = ['SET', 'REMOVE', 'ADD', 'DELETE'] as const

/** The actions as an UpdateExpression. Throws InvalidRequest if it exceeds DynamoDB's limits. */
export const printUpdate = (printer: Printer, actions: readonly Action[]): string => {
  let text = ''
  let operators = 0
  for (const section of SECTIONS) {
    let isFirst = true
    for (const action of actions) {
      if (action.kind !== section) continue
      operators += operatorsOf(action)
      text += `${isFirst ? `${text && ' '}${section} ` : ', '}${printAction(printer, action)}`
      isFirst = false
    }
  }
  return printer.checked('The update', text, operators)
}

const printAction = (printer: Printer, action: Action): string => {
  const path = printer.path(action.path)
  if (action.kind === 'REMOVE') return path
  return action.kind === 'SET'
    ? `${path} = ${newValue(printer, action.value)}`
    : `${path} ${printer.operand(action.set)}`
}

const newValue = (printer: Printer, value: NewValue): string => {
  if (!('kind' in value)) return printer.operand(value)
  switch (value.kind) {
    case 'sum':
      return `${start(printer, value.from)} ${value.sign} ${printer.operand(value.amount)}`
    case 'joined':
      return `list_append(${start(printer, value.first)}, ${start(printer, value.second)})`
    case 'ifMissing':
      return start(printer, value.from)
  }
}

const start = (printer: Printer, value: Start | Operand): string =>
  'at' in value ? `if_not_exists(${printer.path(value.at)}, ${printer.operand(value.or)})` : printer.operand(value)

/** The most operators and functions that DynamoDB may count for an action. */
const operatorsOf = (action: Action): number =>
  action.kind !== 'SET' || !('kind' in action.value) ? 1 : action.value.kind === 'ifMissing' ? 2 : 3
