import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { UNUSED } from '../alive.ts'
import { cut, formatPath, nameOf } from '../errors.ts'
import type { Attributes } from '../fields/attributes.ts'
import { canCopy, type MadeField } from '../fields/field.ts'
import { IntegerField } from '../fields/numbers.ts'
import { isRecord } from '../fields/record.ts'
import type { Report } from '../fields/report.ts'
import { SchemaField } from '../fields/schema.ts'
import { joinSets, type SetOperation } from '../fields/set.ts'
import { defaultOf, isAbsentAsNull } from './absent.ts'
import type { Action, NewValue, Start } from './action.ts'
import { type Found, noPlace, storedAt } from './found-row.ts'
import { MAX_AMOUNT, mustStay, NEEDS, type StartingChange, takesAnyName, takesNumbers } from './needs.ts'
import { MadeChange, MadeOperator } from './operators.ts'
import { type Path, resolvePath } from './path.ts'
import { Places } from './places.ts'
import { type Condition, leaf, type Operand } from './tree.ts'

/** The changes as users write them, and the names of the attributes to remove. */
interface Asked {
  readonly changes: Readonly<Record<string, unknown>>
  readonly removed: readonly string[]
  /** The stored values of attributes that the item's key tells. A row may hold them in its key only. */
  readonly told?: (name: string) => AttributeValue | undefined
}

/** The actions of an update, and the conditions on the row under which they do what was asked. */
export interface RowChanges {
  readonly actions: readonly Action[]
  readonly assumed: readonly Condition[]
}

/**
 * Reads changes as users write them into actions. Issues go to the report. Two changes of the same place, or of a place
 * and one inside it, are an issue. Some actions depend on the stored row: without `found`, they suit the usual row.
 */
export const readChanges = (
  attributes: Attributes,
  { changes, removed, told }: Asked,
  report: Report,
  found?: Found
): ChangeReader => {
  const reader = new ChangeReader(attributes, report, found, told)
  reader.changes(changes)
  reader.removals(removed)
  // The names in one object are unique, so changes of top-level attributes cannot collide.
  if (removed.length === 0 && reader.actions.every(({ path }) => path.steps.length === 1)) return reader
  const places = new Places()
  for (const { path } of reader.actions)
    if (!places.add(path.steps)) report.issues.push({ path: path.steps, message: 'is changed twice in one update' })
  return reader
}

class ChangeReader implements RowChanges {
  static readonly alive: object = new ChangeReader(UNUSED, UNUSED, undefined, UNUSED)
  readonly actions: Action[] = []
  readonly assumed: Condition[] = []
  readonly #attributes: Attributes
  readonly #report: Report
  readonly #found: Found | undefined
  readonly #told: Asked['told']

  constructor(attributes: Attributes, report: Report, found: Found | undefined, told: Asked['told']) {
    this.#attributes = attributes
    this.#report = report
    this.#found = found
    this.#told = told
  }

  changes(changes: Readonly<Record<string, unknown>>, from?: Path): undefined {
    for (const name of Object.keys(changes)) {
      if (changes[name] === undefined) continue
      const path = this.#enter(name, from)
      if (path) this.#change(path, changes[name])
      this.#report.path.pop()
    }
  }

  removals(names: readonly string[]): undefined {
    for (const name of names) {
      const path = this.#enter(name, undefined)
      if (path && mustStay(path)) this.#fail('cannot be removed, because it is not optional')
      else if (path) this.actions.push({ kind: 'REMOVE', path })
      this.#report.path.pop()
    }
  }

  #change(path: Path, change: unknown): undefined {
    // A schema checks whole values, so only the whole attribute can be set.
    if (path.steps.length > 1 && this.#attributes.field(String(path.steps[0])) instanceof SchemaField)
      return this.#fail('is checked by a schema: set the whole attribute')
    if (change instanceof MadeChange) return this.#operation(path, change)
    const isWhole = change instanceof MadeOperator
    if (!isWhole && isRecord(change) && path.field.takesParts && !takesAnyName(path.parent))
      return Object.keys(change).length === 0
        ? this.#fail('is given nothing to change; use eq({}) for an empty map')
        : this.changes(change, path)
    const whole = isWhole && change.kind === 'eq' ? MadeOperator.operandsOf(change)[0] : change
    if (whole instanceof MadeOperator) return this.#fail('takes a value or a change, not a condition')
    this.#set(path, this.#value(path.field, whole))
  }

  #operation(path: Path, change: MadeChange): undefined {
    const { kind, from } = change
    const operands = MadeChange.operandsOf(change)
    const source = from === undefined ? path : this.#source(kind, from)
    switch (kind) {
      case 'plus':
      case 'minus':
        return this.#sum(path, kind, operands[0], source)
      case 'append':
      case 'prepend':
        return this.#join(path, kind, operands)
      case 'ifMissing':
        return this.#ifMissing(path, this.#value(path.field, operands[0]))
      case 'copyOf':
        return source && this.#copy(path, source)
      default:
        return this.#setOperation(path, kind === 'addTo' ? 'addTo' : 'deleteFrom', operands)
    }
  }

  /** The place of the attribute that a change starts from. An issue names both. */
  #source(kind: string, from: string): Path | undefined {
    const { issues } = this.#report
    const { length } = issues
    const path = resolvePath(this.#attributes, undefined, from, this.#report)
    const isLost = path?.field.traits.isOnlyInKeys && this.#valueTold(path) === undefined
    if (path !== undefined && !isLost) return path
    const why = isLost ? 'is stored in keys only, where changes cannot look' : issues.splice(length)[0]?.message
    return this.#fail(`cannot be ${kind}('${cut(nameOf(from), 40)}'), because that ${why}`)
  }

  #valueTold({ steps: [name, inside] }: Path): AttributeValue | undefined {
    return inside === undefined ? this.#told?.(String(name)) : undefined
  }

  /** Copies what a read gives: what the key tells, or the default if there is nothing, or NULL that means nothing. */
  #copy(path: Path, source: Path): undefined {
    const name = formatPath(source.steps)
    const fail = (why: string) => this.#fail(`cannot be copyOf('${name}'), because ${why}`)
    if (!canCopy(source.field, path.field)) return fail(`not all that ${name} may be fits`)
    const told = this.#valueTold(source)
    if (told !== undefined) return this.#set(path, { value: told })
    const fallback = defaultOf(source.field)
    const or = fallback === undefined ? undefined : this.#value(source.field, fallback)
    const isNull = this.#isNull(source)
    if (or === undefined && (isNull || (this.#found?.isUnfit && this.#stored(source) === undefined)))
      return fail(`${name} is not there`)
    this.#assumeNull(source, isNull)
    this.#set(path, isNull ? or : or ? { kind: 'ifMissing', from: { at: source, or } } : { path: source })
  }

  #sum(path: Path, kind: 'plus' | 'minus', amount: unknown, source: Path | undefined): undefined {
    const value = this.#operand(path.field, kind, amount)
    if (source === undefined || value === undefined) return
    if (value.N === undefined) return this.#fail(`is no number, so ${kind}() cannot change it`)
    if (source !== path && !takesNumbers(source.field)) {
      const from = source.steps.join('.')
      return this.#fail(`cannot be ${kind}('${from}', …), because ${from} is no number`)
    }
    if (typeof amount === 'number' && Math.abs(amount) > MAX_AMOUNT && path.field.core instanceof IntegerField)
      return this.#fail(`takes ${kind}() of at most 2^52, since a sum beyond 2^53 could not be read: use t.bigint()`)
    const told = this.#valueTold(source) // the key cannot change, so it tells of another attribute
    const first = told ? { value: told } : this.#start(source, { N: '0' }, kind, path)
    if (first) this.#set(path, { kind: 'sum', sign: kind === 'plus' ? '+' : '-', from: first, amount: { value } })
  }

  #join(path: Path, kind: 'append' | 'prepend', elements: readonly unknown[]): undefined {
    const value = this.#operand(path.field, kind, elements)
    if (value === undefined) return
    if (value.L === undefined) return this.#fail(`is no list, so ${kind}() cannot change it`)
    const list = this.#start(path, { L: [] }, kind)
    if (list === undefined) return
    const added = { value }
    const [first, second] = kind === 'append' ? [list, added] : [added, list]
    this.#set(path, { kind: 'joined', first, second })
  }

  #ifMissing(path: Path, value: Operand | undefined): undefined {
    if (value === undefined) return
    const isNull = this.#isNull(path)
    this.#assumeNull(path, isNull)
    this.#set(path, isNull ? value : { kind: 'ifMissing', from: { at: path, or: value } })
  }

  /** ADD and DELETE ignore defaults. So they apply only if the set is there, or has no default. */
  #setOperation(path: Path, kind: SetOperation, elements: readonly unknown[]): undefined {
    if (kind === 'deleteFrom' && mustStay(path))
      return this.#fail('is not optional, but deleteFrom() may empty it, and empty sets are removed')
    const value = this.#operand(path.field, kind, new Set(elements))
    if (value === undefined) return
    const fallback = defaultOf(path.field)
    const start = fallback === undefined ? undefined : path.field.encode(fallback, this.#report)
    const isNull = this.#isNull(path)
    const isAbsent = this.#found !== undefined && this.#stored(path) === undefined
    const plain: Action = { kind: kind === 'addTo' ? 'ADD' : 'DELETE', path, set: { value } }
    if (!isNull && (start === undefined || !isAbsent)) {
      const isOther = this.#isOther(path, value)
      if (isOther && this.#isRefused(path, kind)) return
      if (start !== undefined && !isOther) this.#assumeType(path, Object.keys(start)[0] ?? 'SS')
      this.actions.push(plain)
      return
    }
    if (isNull) this.#assumeType(path, 'NULL')
    else this.assumed.push(leaf('missing', path))
    const made = joinSets(kind, start, value)
    if (made !== undefined) this.#set(path, { value: made })
    else this.actions.push(isNull ? { kind: 'REMOVE', path } : plain)
  }

  /** The start of a change: the value at a path, or what a read gives if there is none. */
  #start(path: Path, empty: AttributeValue, kind: StartingChange, to = path): Start | Operand | undefined {
    const fallback = defaultOf(path.field)
    const or = fallback === undefined ? { value: empty } : this.#value(path.field, fallback)
    if (or === undefined) return undefined
    if (!this.#isNull(path)) {
      const isRefused = this.#isOther(path, empty) && this.#isRefused(path, kind, to)
      return isRefused ? undefined : { at: path, or }
    }
    this.#assumeType(path, 'NULL')
    return or
  }

  #stored({ steps }: Path): AttributeValue | undefined {
    return this.#found && storedAt(this.#found.row, steps)
  }

  /** Whether the found row has a NULL that reads treat as absent. */
  #isNull(path: Path): boolean {
    return this.#stored(path)?.NULL === true && isAbsentAsNull(path.field)
  }

  /** Whether the found row has a value of another type. */
  #isOther(path: Path, value: AttributeValue): boolean {
    const stored = this.#stored(path)
    return stored !== undefined && Object.keys(stored)[0] !== Object.keys(value)[0]
  }

  /** Reports why DynamoDB refused to change a value of another type. Before DynamoDB refuses it, it is no issue. */
  #isRefused(path: Path, kind: StartingChange, to = path): boolean {
    if (!this.#found?.isUnfit) return false
    const stored = this.#stored(path)
    const is = stored?.NULL ? 'is null' : `is stored as ${Object.keys(stored ?? {})[0]}`
    const name = formatPath(path.steps)
    if (to === path) this.#fail(`${is}, so ${kind}() cannot change it: set it to a value`)
    else this.#fail(`cannot be ${kind}('${name}', …), because ${name} ${is}: set that to a value`)
    return true
  }

  /** Assumes that the row has NULL there, or has not, if reads treat NULL as nothing. */
  #assumeNull(path: Path, isNull: boolean): undefined {
    const ofNull = leaf('attribute_type', path, { value: { S: 'NULL' } })
    if (isAbsentAsNull(path.field)) this.assumed.push(isNull ? ofNull : { kind: 'not', condition: ofNull })
  }

  #assumeType(path: Path, type: string): undefined {
    this.assumed.push(leaf('attribute_type', path, { value: { S: type } }))
  }

  #value(field: MadeField, value: unknown): { readonly value: AttributeValue } | undefined {
    const stored = field.encode(value, this.#report)
    return stored && { value: stored }
  }

  /** The stored operand of a change. If the attribute does not allow such changes, that is the issue, not the value. */
  #operand(field: MadeField, kind: StartingChange, value: unknown): AttributeValue | undefined {
    const { issues } = this.#report
    const { length } = issues
    const stored = field.encode(value, this.#report)
    if (issues.length === length) return stored
    const { what, fits } = NEEDS[kind]
    if (fits(field)) return undefined
    issues.length = length
    return this.#fail(`is no ${what}, so ${kind}() cannot change it`)
  }

  #set(path: Path, value: NewValue | undefined): undefined {
    if (value) this.actions.push({ kind: 'SET', path, value })
  }

  #fail(message: string): undefined {
    return this.#report.fail(message)
  }

  /** The place of a name, if there is one. The name stays on the report's path until the caller pops it. */
  #enter(name: string, from: Path | undefined): Path | undefined {
    this.#report.path.push(name)
    const path = resolvePath(this.#attributes, from, name, this.#report)
    return path !== undefined && this.#hasPlace(path) ? path : undefined
  }

  /** Whether the found row has all maps and lists on the way to the place. */
  #hasPlace(path: Path): boolean {
    const problem = this.#found?.isUnfit ? noPlace(this.#found.row, path) : undefined
    return problem === undefined || (this.#fail(problem) ?? false)
  }
}
