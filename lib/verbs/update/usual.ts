import type { AttributeValue, UpdateItemCommandInput } from '@aws-sdk/client-dynamodb'
import { type Action, printUpdate } from '../../expressions/action.ts'
import { MAX_AMOUNT } from '../../expressions/needs.ts'
import { MadeChange } from '../../expressions/operators.ts'
import { NAMES, Printer, VALUES } from '../../expressions/print.ts'
import type { MadeField } from '../../fields/field.ts'
import { Immutable } from '../../fields/kinds.ts'
import { Report } from '../../fields/report.ts'
import { type Clock, storedNow, textOf } from '../../keys/param.ts'
import { compileGuard, type Guard } from '../../plan/write/precondition.ts'
import type { Definition } from '../../schema/definition.ts'
import { type CompiledUpdate, compileUpdate, RETURNS, stamps, type UpdatePlan } from './command.ts'

/**
 * Compiles the most common updates quickly: they set whole attributes to values, or add to or subtract from them, on an
 * existing item. Updates of the same form share expressions that are printed once. Returns `undefined` for every other
 * update and for any invalid one, which compileUpdate() then reports. The result is always the same as
 * compileUpdate()'s.
 */
export const usualUpdate = (plan: UpdatePlan): CompiledUpdate | undefined => {
  const { table, model, key, changes, guard, returns } = plan
  if (!isUsual(plan)) return undefined
  const report = new Report()
  const names = Object.keys(changes)
  const values = new Array<AttributeValue>(names.length)
  let node = rootOf(model)
  for (let i = 0; i < names.length; i++) {
    const name = names[i] as string // i is within bounds
    const change = changes[name]
    const how = howOf(change)
    const next = how && node.next(how, name)
    if (next?.field === undefined) return undefined
    report.path.push(name)
    const stored = next.field.encode(change instanceof MadeChange ? MadeChange.operandsOf(change)[0] : change, report)
    report.path.pop()
    if (stored === undefined || report.issues.length > 0 || (how !== 'set' && stored.N === undefined)) return undefined
    values[i] = stored
    node = next
  }
  const isPlain = guard.version === undefined && guard.conditions.length === 0
  const form = node.form(isPlain)
  if (form === undefined) return undefined
  const Key = model.key(key)
  const TableName = textOf(table)
  let { names: printed, guarded } = form
  const filled = form.filled(values, plan.target?.connected.clock)
  if (!isPlain) {
    printed = [...printed]
    guarded = compileGuard(model, guard, new Printer(model.name, printed, filled))
  }
  const input: UpdateItemCommandInput = {
    TableName,
    Key,
    UpdateExpression: form.update,
    ConditionExpression: guarded.ConditionExpression ?? '', // an update that wants an item has one
    ExpressionAttributeNames: NAMES.record(printed),
    ExpressionAttributeValues: VALUES.record(filled)
  }
  if (guarded.ReturnValuesOnConditionCheckFailure !== undefined)
    input.ReturnValuesOnConditionCheckFailure = guarded.ReturnValuesOnConditionCheckFailure
  if (returns !== 'none') input.ReturnValues = RETURNS[returns]
  return { input, assumes: false, footing: () => compileUpdate(plan).footing() }
}

const isUsual = ({ removed, guard, keepsVersion }: UpdatePlan): boolean =>
  removed.length === 0 && guard.existence === 'old' && keepsVersion !== true

/** How an attribute changes: set to a value, added to or subtracted from. */
type How = 'set' | 'plus' | 'minus'

const howOf = (change: unknown): How | undefined => {
  if (typeof change !== 'object' || !(change instanceof Immutable)) return change === undefined ? undefined : 'set'
  if (!(change instanceof MadeChange) || change.from !== undefined) return undefined
  const { kind } = change
  if (kind !== 'plus' && kind !== 'minus') return undefined
  const [amount] = MadeChange.operandsOf(change)
  return typeof amount === 'number' && Math.abs(amount) > MAX_AMOUNT ? undefined : kind
}

/** The most nodes to keep for a model: a program that computes its changes can make any number of forms. */
const MAX_NODES = 200

/** A changed attribute, and how it changes. */
interface Touched {
  readonly how: How
  readonly name: string
  readonly field: MadeField
}

/** A sequence of changed attributes: a node in the tree of a model's update forms. */
class FormNode {
  readonly #root: FormNode
  readonly #model: Definition
  readonly #changes: readonly Touched[]
  readonly #next: Record<How, Map<string, FormNode>> = { set: new Map(), plus: new Map(), minus: new Map() }
  /** The one that was asked for last: most programs make one form over and over. */
  #last: { readonly how: How; readonly name: string; readonly node: FormNode } | undefined
  /** Of updates that only want the item to exist, and of those with further conditions. */
  #plain: Form | undefined
  #open: Form | undefined
  /** On the root: the number of nodes below it. */
  #count = 0

  /** `field` is the last attribute's; `undefined` if that attribute is not one of the common cases. */
  constructor(
    model: Definition,
    root: FormNode | undefined,
    readonly field: MadeField | undefined,
    changes: readonly Touched[]
  ) {
    this.#model = model
    this.#root = root ?? this
    this.#changes = changes
  }

  next(how: How, name: string): FormNode | undefined {
    const last = this.#last
    if (last !== undefined && last.name === name && last.how === how) return last.node
    const node = this.#next[how].get(name) ?? this.#made(how, name)
    if (node !== undefined) this.#last = { how, name, node }
    return node
  }

  #made(how: How, name: string): FormNode | undefined {
    const field = this.#model.attributes.field(name)
    if (field === undefined || this.#root.#count >= MAX_NODES) return undefined
    this.#root.#count++
    const isUsual = isUsualField(this.#model, name, field, how)
    const made = new FormNode(this.#model, this.#root, isUsual ? field : undefined, [
      ...this.#changes,
      { how, name, field }
    ])
    this.#next[how].set(name, made)
    return made
  }

  form(isPlain: boolean): Form | undefined {
    if (this.#changes.length === 0) return undefined
    const kept = isPlain ? this.#plain : this.#open
    if (kept !== undefined) return kept
    const made = formOf(this.#model, this.#changes, isPlain ? MUST_EXIST : undefined)
    if (isPlain) this.#plain = made
    else this.#open = made
    return made
  }
}

/** Whether a change of the attribute is one action of its own, whatever the value. */
const isUsualField = (model: Definition, name: string, field: MadeField, how: How): boolean => {
  const { roles, primary, groups } = model
  if (primary.includes(name) || groups.some(({ own }) => own.includes(name)) || model.isOnlyInKeys(name)) return false
  if (name === roles.version || name === roles.createdAt || name === roles.updatedAt || model.hasOwnIndexKeys)
    return false
  return how === 'set' ? !field.takesParts : field.core.scalar === 'N' && field.traits.fallback === undefined
}

/** A placeholder for a value in a form's actions. */
const hole = (): AttributeValue => ({ S: '' })

/** The parts that all updates of one form share. */
interface Form {
  readonly update: string
  readonly guarded: ReturnType<typeof compileGuard>
  readonly names: string[]
  /** The placeholders' values in order, with the given values inserted. */
  filled(given: readonly AttributeValue[], clock: Clock | undefined): AttributeValue[]
}

const formOf = (model: Definition, changes: readonly Touched[], guard: Guard | undefined): Form => {
  const holes = changes.map(hole)
  const actions = changes.map(({ how, name, field }, i): Action => {
    const path = { steps: [name], field }
    const amount = { value: holes[i] ?? hole() }
    if (how === 'set') return { kind: 'SET', path, value: amount }
    const from = { at: path, or: { value: { N: '0' } } }
    return { kind: 'SET', path, value: { kind: 'sum', sign: how === 'plus' ? '+' : '-', from, amount } }
  })
  const time = { value: hole() }
  actions.push(...stamps({ model, isUpsert: false }, new Report(), undefined, time).actions)
  const printer = new Printer(model.name)
  const update = printUpdate(printer, actions)
  const guarded = guard === undefined ? {} : compileGuard(model, guard, printer)
  const { names, values } = printer
  const order = values.map(value => holes.indexOf(value))
  const valueAt = (i: number, clock: Clock | undefined): AttributeValue => {
    const value = values[i] as AttributeValue // i is within bounds
    if (value === time.value) return storedNow(clock)
    return value.N === undefined ? { ...value } : { N: value.N } // mostly a number, and a spread is slow
  }
  return {
    update,
    guarded,
    names,
    filled: (given, clock) => {
      const all = new Array<AttributeValue>(order.length)
      for (let i = 0; i < order.length; i++) {
        const at = order[i] as number // i is within bounds
        // Asking a list for element -1 is slow: the engine looks for a property of that name.
        all[i] = at < 0 ? valueAt(i, clock) : (given[at] as AttributeValue)
      }
      return all
    }
  }
}

const MUST_EXIST: Guard = { existence: 'old', conditions: [] }

const roots = new WeakMap<Definition, FormNode>()

const rootOf = (model: Definition): FormNode => {
  const known = roots.get(model)
  if (known !== undefined) return known
  const made = new FormNode(model, undefined, undefined, [])
  roots.set(model, made)
  return made
}
