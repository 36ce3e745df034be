import { InvalidItem } from '../errors.ts'
import type { Attributes } from '../fields/attributes.ts'
import { type AnyField, canCopy } from '../fields/field.ts'
import { isRecord } from '../fields/record.ts'
import { Misfit, Report } from '../fields/report.ts'
import { SchemaField } from '../fields/schema.ts'
import type { Operand } from './condition.ts'
import { Change, Operator } from './operators.ts'
import { overlaps, type Path, resolvePath } from './path.ts'
import type { Printer } from './print.ts'

/** What SET writes, as plain data. */
export type NewValue =
  | Operand
  | {
      readonly kind: 'sum'
      readonly sign: '+' | '-'
      readonly from: Path
      readonly start: Operand
      readonly amount: Operand
    }
  | { readonly kind: 'joined'; readonly first: Joinable; readonly second: Joinable }
  | { readonly kind: 'ifMissing'; readonly path: Path; readonly value: Operand }

/** One side of a list that is joined: new elements, or the list there is, empty if it is absent. */
export type Joinable = Operand | { readonly listAt: Path }

/** One change of one place, as plain data. */
export type Action =
  | { readonly kind: 'SET'; readonly path: Path; readonly value: NewValue }
  | { readonly kind: 'REMOVE'; readonly path: Path }
  | { readonly kind: 'ADD' | 'DELETE'; readonly path: Path; readonly set: Operand }

/**
 * The actions of changes as users write them. Throws InvalidItem with everything that is wrong; two changes of one
 * place, or of a place and what is in it, are.
 */
export const readChanges = (
  model: string,
  attributes: Attributes,
  changes: Readonly<Record<string, unknown>>,
  removed: readonly string[],
  report: Report
): Action[] => {
  const reader = new Reader(attributes, report)
  const actions = [...reader.changes(changes), ...reader.removals(removed)]
  for (const [i, { path }] of actions.entries())
    for (const other of actions.slice(0, i))
      if (overlaps(path, other.path))
        report.issues.push({ path: path.steps, message: 'is changed twice in one update' })
  if (report.issues.length > 0) throw new InvalidItem(model, report.issues)
  return actions
}

class Reader {
  readonly #attributes: Attributes
  readonly #report: Report

  constructor(attributes: Attributes, report: Report) {
    this.#attributes = attributes
    this.#report = report
  }

  changes(changes: Readonly<Record<string, unknown>>, from?: Path): Action[] {
    return Object.entries(changes).flatMap(([name, change]) => this.#at(name, path => this.#change(path, change), from))
  }

  removals(names: readonly string[]): Action[] {
    return names.flatMap(name => this.#at(name, path => this.#remove(path)))
  }

  #change(path: Path, change: unknown): Action[] {
    // A schema checks whole values: only such may be set where there is one.
    const isInSchema = path.steps.length > 1 && this.#attributes.field(String(path.steps[0])) instanceof SchemaField
    if (isInSchema) return this.#fail('is checked by a schema: set the whole attribute')
    if (change === undefined) return this.#remove(path)
    if (change instanceof Change) return this.#operation(path, change)
    const isChanges = isRecord(change) && !(change instanceof Operator)
    if (isChanges && path.field.isMap && !(path.field instanceof SchemaField))
      return Object.keys(change).length === 0
        ? this.#fail('is given nothing to change; use eq({}) for an empty map')
        : this.changes(change, path)
    const whole = change instanceof Operator && change.kind === 'eq' ? change.operands[0] : change
    if (whole instanceof Operator) return this.#fail('takes a value or a change, not a condition')
    return this.#set(path, this.#value(path.field, whole))
  }

  #remove(path: Path): Action[] {
    return mustStay(path) ? this.#fail('cannot be removed, because it is not optional') : [{ kind: 'REMOVE', path }]
  }

  #operation(path: Path, { kind, operands, from }: Change<string, unknown>): Action[] {
    const { field } = path
    switch (kind) {
      case 'plus':
      case 'minus':
        return this.#sum(path, kind, operands[0], from)
      case 'append':
      case 'prepend':
        return this.#join(path, kind, operands)
      case 'ifMissing': {
        const value = this.#value(field, operands[0])
        return value ? this.#set(path, { kind: 'ifMissing', path, value }) : []
      }
      case 'copyOf': {
        const source = resolvePath(this.#attributes, undefined, from ?? '', this.#report)
        return source && !canCopy(source.field, field)
          ? this.#fail(`cannot be copyOf('${from}'), because not all that ${from} may be fits`)
          : this.#set(path, source && { path: source })
      }
      default: {
        if (kind === 'deleteFrom' && mustStay(path))
          return this.#fail('is not optional, but deleteFrom() may empty it, and empty sets are removed')
        const value = this.#operand(field, kind === 'addTo' ? kind : 'deleteFrom', new Set(operands))
        return value ? [{ kind: kind === 'addTo' ? 'ADD' : 'DELETE', path, set: value }] : []
      }
    }
  }

  #sum(path: Path, kind: 'plus' | 'minus', amount: unknown, from: string | undefined): Action[] {
    const source = from === undefined ? path : resolvePath(this.#attributes, undefined, from, this.#report)
    const value = this.#operand(path.field, kind, amount)
    if (source === undefined || value === undefined) return []
    if (!('value' in value) || value.value.N === undefined)
      return this.#fail(`is no number, so ${kind}() cannot change it`)
    if (!isNumber(source.field)) return this.#fail(`cannot be ${kind}('${from}', …), because ${from} is no number`)
    const start = source.field.traits.fallback?.()
    const first = start === undefined ? { value: { N: '0' } } : this.#value(source.field, start)
    const sign = kind === 'plus' ? '+' : '-'
    return first ? this.#set(path, { kind: 'sum', sign, from: source, start: first, amount: value }) : []
  }

  #join(path: Path, kind: 'append' | 'prepend', elements: readonly unknown[]): Action[] {
    const added = this.#operand(path.field, kind, elements)
    if (added === undefined) return []
    if (!('value' in added) || added.value.L === undefined)
      return this.#fail(`is no list, so ${kind}() cannot change it`)
    const list = { listAt: path }
    return this.#set(path, {
      kind: 'joined',
      first: kind === 'append' ? list : added,
      second: kind === 'append' ? added : list
    })
  }

  #value(field: AnyField, value: unknown): Operand | undefined {
    const stored = field.encode(value, this.#report)
    return stored && { value: stored }
  }

  /** The value that a change brings. Where the attribute is none for such changes, that is the issue, not the value. */
  #operand(field: AnyField, kind: keyof typeof NEEDS, value: unknown): Operand | undefined {
    const { issues } = this.#report
    const { length } = issues
    const operand = this.#value(field, value)
    const { what, fits } = NEEDS[kind]
    if (operand !== undefined || fits(field)) return operand
    issues.length = length
    this.#fail(`is no ${what}, so ${kind}() cannot change it`)
    return undefined
  }

  #set(path: Path, value: NewValue | undefined): Action[] {
    return value ? [{ kind: 'SET', path, value }] : []
  }

  #fail(message: string): [] {
    this.#report.fail(message)
    return []
  }

  #at(name: string, read: (path: Path) => Action[], from?: Path): Action[] {
    this.#report.path.push(name)
    const path = resolvePath(this.#attributes, from, name, this.#report)
    const actions = path === undefined ? [] : read(path)
    this.#report.path.pop()
    return actions
  }
}

const isNumber = (field: AnyField): boolean => [0, 0n].some(zero => field.encode(zero, new Report())?.N)
const isList = (field: AnyField): boolean => field.encode([], new Report())?.L !== undefined
const isSet = (field: AnyField): boolean =>
  field.encode(new Set(['a']), new Report())?.SS !== undefined ||
  (field.element !== undefined && field.scalar === undefined && !isList(field))

/** What changes are for. */
const NEEDS = {
  plus: { what: 'number', fits: isNumber },
  minus: { what: 'number', fits: isNumber },
  append: { what: 'list', fits: isList },
  prepend: { what: 'list', fits: isList },
  addTo: { what: 'set', fits: isSet },
  deleteFrom: { what: 'set', fits: isSet }
} as const

/** Whether a read would miss what is at the path. Elements of lists, and what is in maps with any names, may go. */
const mustStay = ({ steps, field, parent }: Path): boolean => {
  const takesAnyName = parent?.step('') !== undefined
  if (typeof steps.at(-1) === 'number' || takesAnyName) return false
  try {
    field.absent()
    return false
  } catch (error) {
    if (error instanceof Misfit) return true
    throw error
  }
}

/** The actions as an UpdateExpression. */
export const printUpdate = (printer: Printer, actions: readonly Action[]): string => {
  let operators = 0
  const operand = (value: Joinable): string => {
    if (!('listAt' in value)) return printer.operand(value)
    operators++
    return `if_not_exists(${printer.path(value.listAt)}, ${printer.value({ L: [] })})`
  }
  const newValue = (value: NewValue): string => {
    if (!('kind' in value)) return printer.operand(value)
    operators++
    switch (value.kind) {
      case 'sum':
        operators++
        return `if_not_exists(${printer.path(value.from)}, ${printer.operand(value.start)}) ${value.sign} ${printer.operand(value.amount)}`
      case 'joined':
        return `list_append(${operand(value.first)}, ${operand(value.second)})`
      case 'ifMissing':
        return `if_not_exists(${printer.path(value.path)}, ${printer.operand(value.value)})`
    }
  }
  const print: { [K in Action['kind']]: (action: Extract<Action, { kind: K }>) => string } = {
    SET: ({ path, value }) => `${printer.path(path)} = ${newValue(value)}`,
    REMOVE: ({ path }) => printer.path(path),
    ADD: ({ path, set }) => `${printer.path(path)} ${printer.operand(set)}`,
    DELETE: ({ path, set }) => `${printer.path(path)} ${printer.operand(set)}`
  }
  const section = <K extends Action['kind']>(kind: K, of: readonly Extract<Action, { kind: K }>[]): string[] =>
    of.length === 0 ? [] : [`${kind} ${of.map(action => print[kind](action)).join(', ')}`]
  const pick = <K extends Action['kind']>(kind: K) =>
    actions.filter((action): action is Extract<Action, { kind: K }> => action.kind === kind)
  const text = [
    ...section('SET', pick('SET')),
    ...section('REMOVE', pick('REMOVE')),
    ...section('ADD', pick('ADD')),
    ...section('DELETE', pick('DELETE'))
  ].join(' ')
  return printer.checked('The update', text, operators + actions.length)
}
