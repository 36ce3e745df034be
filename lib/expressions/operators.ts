import { Fixed, INSPECT, type Inspected } from '../fields/kinds.ts'
import { snapshot, snapshotOf } from '../fields/snapshot.ts'
import type { ConditionInput } from './grammar.ts'

// What users hold is a type without a member that an editor could offer: its names are symbols, which are there for the compiler
// alone. What it is made of, the library reads from the instances of the classes below.
declare const kind: unique symbol
declare const operand: unique symbol
declare const numberChange: unique symbol
declare const amount: unique symbol
declare const listChange: unique symbol
declare const element: unique symbol
declare const setChange: unique symbol
declare const member: unique symbol
declare const fallback: unique symbol
declare const copied: unique symbol
declare const combination: unique symbol

/** A comparison or test of one attribute, as data that cannot be changed. Made by `eq`, `lt`, `contains` … */
export interface Operator<Kind extends string, T> {
  readonly [kind]: Kind
  readonly [operand]: T
}

// Changes of each kind have names of their own: so the compiler sees at once that one cannot stand where another could, and
// infers from the attribute what such a change takes.

/** A change of a number, as data that cannot be changed. Made by `plus` and `minus`. */
export interface NumberChange<Kind extends string, Amount> {
  readonly [numberChange]: Kind
  readonly [amount]: Amount
}

/** A change of a list, as data that cannot be changed. Made by `append` and `prepend`. */
export interface ListChange<Kind extends string, Element> {
  readonly [listChange]: Kind
  readonly [element]: Element
}

/** A change of a set, as data that cannot be changed. Made by `addTo` and `deleteFrom`. */
export interface SetChange<Kind extends string, Element> {
  readonly [setChange]: Kind
  readonly [member]: Element
}

/** A value for an attribute that is absent, as data that cannot be changed. Made by `ifMissing`. */
export interface IfMissing<T> {
  readonly [fallback]: T
}

/** The value of another attribute, as data that cannot be changed. Made by `copyOf`. */
export interface CopyOf {
  readonly [copied]: true
}

/** Conditions of an item, joined, as frozen data. Made by `anyOf`, `allOf` and `not`. */
export interface Combination<Item> {
  readonly [combination]: (item: Item) => void
}

/** What an operator or a change is made of. */
class Made extends Fixed {
  readonly #kind: string
  readonly #operands: readonly unknown[]
  readonly #from: string | undefined

  constructor(kind: string, operands: readonly unknown[], from?: string) {
    super()
    this.#kind = kind
    this.#operands = kept(operands)
    this.#from = from
  }

  get kind(): string {
    return this.#kind
  }

  get operands(): readonly unknown[] {
    return snapshot(this.#operands)
  }

  /** The attribute that a change starts from, where that is not the one it changes. */
  get from(): string | undefined {
    return this.#from
  }

  /** For console.log(): the call that made it. */
  [INSPECT](...[, options, print]: Inspected): string {
    const operands = this.#from === undefined ? this.#operands : [this.#from, ...this.#operands]
    return `${this.#kind}(${operands.map(operand => print(operand, options)).join(', ')})`
  }

  /** The operands themselves, for who leaves them as they are. */
  static operandsOf(made: Made): readonly unknown[] {
    return made.#operands
  }
}

/** An operator as the library reads it. */
export class MadeOperator extends Made {
  declare readonly ' made': 'operator'
}

/** A change as the library reads it. */
export class MadeChange extends Made {
  declare readonly ' made': 'change'
}

/** A combination as the library reads it. */
export class MadeCombination extends Fixed {
  readonly conditions: readonly unknown[]

  constructor(
    readonly kind: 'anyOf' | 'allOf' | 'not',
    conditions: readonly unknown[]
  ) {
    super()
    this.conditions = Object.freeze(conditions.map(conditionOf))
    Object.freeze(this)
  }
}

// The border between both: what is made is what the types of its maker say.

const operatorOf = <Kind extends string, T>(kind: Kind, operands: readonly unknown[]): Operator<Kind, T> => {
  const made: unknown = new MadeOperator(kind, operands)
  return made as Operator<Kind, T>
}

const changeOf = <Made>(kind: string, operands: readonly unknown[], from?: string): Made => {
  const made: unknown = new MadeChange(kind, operands, from)
  return made as Made
}

const combined = <Item>(kind: 'anyOf' | 'allOf' | 'not', conditions: readonly unknown[]): Combination<Item> => {
  const made: unknown = new MadeCombination(kind, conditions)
  return made as Combination<Item>
}

/** Another attribute of the same item, to compare with. Made by `attr`. */
export class AttributeOperand extends Fixed {
  constructor(readonly path: string) {
    super()
    Object.freeze(this)
  }
}

/** Operands as they are now; the array itself is always one of the operator's own. */
const kept = (operands: readonly unknown[]): readonly unknown[] => {
  for (const operand of operands) if (typeof operand === 'object') return operands.map(snapshot)
  return operands
}

/** A condition as it is now, whatever becomes of the object that says it. */
export const conditionOf = (condition: unknown): unknown => snapshotOf(condition)

/** Another attribute of the same item, by name or path, in the place of a value: `gt(attr('minimum'))`. */
export const attr = (path: string): AttributeOperand => new AttributeOperand(path)

export type ComparisonKind = 'eq' | 'ne' | 'lt' | 'lte' | 'gt' | 'gte'

interface Compare<Kind extends ComparisonKind> {
  (other: AttributeOperand): Operator<Kind, never>
  <const T>(value: T): Operator<Kind, T>
}

const compare = <Kind extends ComparisonKind>(kind: Kind): Compare<Kind> => {
  const make: unknown = (operand: unknown) => operatorOf(kind, [operand])
  return make as Compare<Kind> // both overloads make the same data
}

// Pure, so that programs have none in their bundles that they do not name.

/** Equal to a value or another attribute; for maps, the whole map. `{ address: eq({ city: 'Paris' }) }`. */
export const eq = /* @__PURE__ */ compare('eq')
/** Not equal to a value or another attribute. Holds for an attribute that is absent: with `exists()` it does not. */
export const ne = /* @__PURE__ */ compare('ne')
/** Less than. `{ weight: lt(100) }`. */
export const lt = /* @__PURE__ */ compare('lt')
/** Less than or equal to. */
export const lte = /* @__PURE__ */ compare('lte')
/** Greater than. */
export const gt = /* @__PURE__ */ compare('gt')
/** Greater than or equal to. */
export const gte = /* @__PURE__ */ compare('gte')

/** From `low` to `high`, both included. */
export const between = <const T, const U>(low: T, high: U): Operator<'between', Exclude<T | U, AttributeOperand>> =>
  operatorOf('between', [low, high])

/** Text (or bytes) that begins so. `{ name: beginsWith('A') }`. */
export const beginsWith = <const T>(start: T): Operator<'beginsWith', Exclude<T, AttributeOperand>> =>
  operatorOf('beginsWith', [start])

/** One of these values, at most 100. */
export const oneOf = <const T>(...values: readonly T[]): Operator<'oneOf', Exclude<T, AttributeOperand>> =>
  operatorOf('oneOf', values)

/** Text with this inside, or a set or list with this element. */
export const contains = <const T>(part: T): Operator<'contains', Exclude<T, AttributeOperand>> =>
  operatorOf('contains', [part])

/** The attribute is there. */
export const exists = (): Operator<'exists', never> => operatorOf('exists', [])

/** The attribute is not there. */
export const missing = (): Operator<'missing', never> => operatorOf('missing', [])

/** DynamoDB's types of stored values. */
export type StoredType = 'S' | 'N' | 'B' | 'BOOL' | 'NULL' | 'L' | 'M' | 'SS' | 'NS' | 'BS'

/** The stored value is of this type. `{ weight: attributeType('N') }`. */
export const attributeType = (type: StoredType): Operator<'attributeType', never> => operatorOf('attributeType', [type])

/** The length of text, the bytes of binary data, the number of elements of a set, list or map. `size(gt(3))`. */
export const size = (test: number | Operator<ComparisonKind | 'between' | 'oneOf', number>): Operator<'size', never> =>
  operatorOf('size', [test])

/**
 * A condition of the item that the combination stands for; anything where that is not known. Nothing is inferred from it, as from
 * NoInfer, of which an editor offers no attributes.
 */
type Joined<Item> = ConditionOrAny<[Item][Item extends unknown ? 0 : never]>
type ConditionOrAny<Item> = unknown extends Item ? unknown : ConditionInput<Item>

/** At least one of the conditions holds. */
export const anyOf = <Item>(...conditions: readonly Joined<Item>[]): Combination<Item> => combined('anyOf', conditions)

/** All of the conditions hold. */
export const allOf = <Item>(...conditions: readonly Joined<Item>[]): Combination<Item> => combined('allOf', conditions)

/** The condition does not hold. */
export const not = <Item>(condition: Joined<Item>): Combination<Item> => combined('not', [condition])

// What is given has the type `T`; where the attribute says what it takes, that is `Taken`, of which the compiler tells the first
// part that does not fit.

interface Add<Kind extends 'plus' | 'minus'> {
  <const T extends Taken, Taken extends number | bigint = T>(amount: T): NumberChange<Kind, Taken>
  <const T extends Taken, Taken extends number | bigint = T>(from: string, amount: T): NumberChange<Kind, Taken>
}

const add = <Kind extends 'plus' | 'minus'>(kind: Kind): Add<Kind> => {
  const make: unknown = (...args: [unknown] | [string, unknown]) =>
    args.length === 1 ? changeOf(kind, args) : changeOf(kind, [args[1]], args[0])
  return make as Add<Kind> // both overloads make the same data
}

/** Adds to the number, or to another attribute's: `plus(1)`, `plus('other', 1)`. An absent number counts as 0. */
export const plus = /* @__PURE__ */ add('plus')
/** Subtracts from the number, or from another attribute's. An absent number counts as 0. */
export const minus = /* @__PURE__ */ add('minus')

/** Adds elements at the end of the list, which is made if it is absent. */
export const append = <const T extends Taken, Taken = T>(...elements: readonly T[]): ListChange<'append', Taken> =>
  changeOf('append', elements)

/** Adds elements at the beginning of the list, which is made if it is absent. */
export const prepend = <const T extends Taken, Taken = T>(...elements: readonly T[]): ListChange<'prepend', Taken> =>
  changeOf('prepend', elements)

/** Sets the value only where the attribute is absent. */
export const ifMissing = <const T extends Taken, Taken = T>(value: T): IfMissing<Taken> =>
  changeOf('ifMissing', [value])

/** Adds elements to the set, which is made if it is absent. */
export const addTo = <const T extends Taken, Taken = T>(...elements: readonly T[]): SetChange<'addTo', Taken> =>
  changeOf('addTo', elements)

/** Takes elements out of the set; a set that becomes empty is removed. */
export const deleteFrom = <const T extends Taken, Taken = T>(
  ...elements: readonly T[]
): SetChange<'deleteFrom', Taken> => changeOf('deleteFrom', elements)

/** The value that another attribute, by name or path, has before the update. */
export const copyOf = (path: string): CopyOf => changeOf('copyOf', [], path)
