import { INSPECT, type Inspected } from '../fields/inspect.ts'
import { Immutable } from '../fields/kinds.ts'
import { snapshot, snapshotOf } from '../fields/snapshot.ts'
import type { ConditionInput } from './grammar.ts'

// The types for users have no members that an editor could offer: their names are symbols, which exist only for the
// compiler. The library reads the classes below.
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

/** A comparison or test of one attribute, as immutable data. Made by `eq`, `lt`, `contains` … */
export interface Operator<Kind extends string, T> {
  readonly [kind]: Kind
  readonly [operand]: T
}

// Each kind of change has its own member names. So the compiler sees at once that one kind does not fit in place of
// another, and it infers the argument's type from the attribute.

/** A change of a number, as immutable data. Made by `plus` and `minus`. */
export interface NumberChange<Kind extends string, Amount> {
  readonly [numberChange]: Kind
  readonly [amount]: Amount
}

/** A change of a list, as immutable data. Made by `append` and `prepend`. */
export interface ListChange<Kind extends string, Element> {
  readonly [listChange]: Kind
  readonly [element]: Element
}

/** A change of a set, as immutable data. Made by `addTo` and `deleteFrom`. */
export interface SetChange<Kind extends string, Element> {
  readonly [setChange]: Kind
  readonly [member]: Element
}

/** A value for an absent attribute, as immutable data. Made by `ifMissing`. */
export interface IfMissing<T> {
  readonly [fallback]: T
}

/** The value of another attribute, as immutable data. Made by `copyOf`. */
export interface CopyOf {
  readonly [copied]: true
}

/** Combined conditions of an item, as immutable data. Made by `anyOf`, `allOf` and `not`. */
export interface Combination<Item> {
  readonly [combination]: (item: Item) => void
}

/** The operands at this moment. The array itself always belongs to the operator. */
const kept = (operands: readonly unknown[]): readonly unknown[] => {
  for (const operand of operands) if (typeof operand === 'object') return operands.map(snapshot)
  return operands
}

/** The data of an operator or change. */
class Made extends Immutable {
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
    return kept(this.#operands).slice() // anybody can change what they get
  }

  /** The attribute that a change starts from, if it is another one than it changes. */
  get from(): string | undefined {
    return this.#from
  }

  /** Prints the call that made it, for console.log(). */
  [INSPECT](...[, options, print]: Inspected): string {
    const operands = this.#from === undefined ? this.#operands : [this.#from, ...this.#operands]
    return `${this.#kind}(${operands.map(operand => print(operand, options)).join(', ')})`
  }

  /** The operands without a copy, for callers that do not change them. */
  static operandsOf(made: Made): readonly unknown[] {
    return made.#operands
  }
}

/** An operator, as the library reads it. */
export class MadeOperator extends Made {
  static readonly alive: object = new MadeOperator('eq', [])
  declare readonly ' made': 'operator'
}

/** A change, as the library reads it. */
export class MadeChange extends Made {
  static readonly alive: object = new MadeChange('plus', [])
  declare readonly ' made': 'change'
}

/** A combination, as the library reads it. */
export class MadeCombination extends Immutable {
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

// Here the classes become the types for users. The casts are safe: each maker's signature says what its data hold.

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
export class AttributeOperand extends Immutable {
  constructor(readonly path: string) {
    super()
    Object.freeze(this)
  }
}

/** A snapshot of a condition, which later changes of the object do not reach. */
export const conditionOf = (condition: unknown): unknown => snapshotOf(condition)

/** Another attribute of the same item, by name or path, in place of a value: `gt(attr('minimum'))`. */
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

// Marked as pure, so that bundles leave out the operators that a program does not use.

/** Equal to a value or to another attribute. For a map, the whole map: `{ address: eq({ city: 'Paris' }) }`. */
export const eq = /* @__PURE__ */ compare('eq')
/**
 * Not equal to a value or to another attribute: `{ size: ne('S') }`. An absent attribute without a default passes, too.
 */
export const ne = /* @__PURE__ */ compare('ne')
/** Less than a value or another attribute: `{ weight: lt(100) }`. */
export const lt = /* @__PURE__ */ compare('lt')
/** Less than or equal to a value or another attribute: `{ weight: lte(100) }`. */
export const lte = /* @__PURE__ */ compare('lte')
/** Greater than a value or another attribute: `{ weight: gt(100) }`. */
export const gt = /* @__PURE__ */ compare('gt')
/** Greater than or equal to a value or another attribute: `{ weight: gte(100) }`. */
export const gte = /* @__PURE__ */ compare('gte')

/** From `low` to `high`, both included: `{ weight: between(1, 5) }`. */
export const between = <const T, const U>(low: T, high: U): Operator<'between', Exclude<T | U, AttributeOperand>> =>
  operatorOf('between', [low, high])

/** Text or bytes that begin with `start`: `{ name: beginsWith('A') }`. */
export const beginsWith = <const T>(start: T): Operator<'beginsWith', Exclude<T, AttributeOperand>> =>
  operatorOf('beginsWith', [start])

/** Equal to one of 1 to 100 values: `{ size: oneOf('S', 'M') }`. */
export const oneOf = <const T>(...values: readonly T[]): Operator<'oneOf', Exclude<T, AttributeOperand>> =>
  operatorOf('oneOf', values)

/** Text that contains this text, or a set or list that contains this element: `{ tags: contains('new') }`. */
export const contains = <const T>(part: T): Operator<'contains', Exclude<T, AttributeOperand>> =>
  operatorOf('contains', [part])

/** The attribute is present: `{ size: exists() }`. */
export const exists = (): Operator<'exists', never> => operatorOf('exists', [])

/** The attribute is absent: `{ size: missing() }`. */
export const missing = (): Operator<'missing', never> => operatorOf('missing', [])

/** The types of stored values, as DynamoDB names them. */
type StoredType = 'S' | 'N' | 'B' | 'BOOL' | 'NULL' | 'L' | 'M' | 'SS' | 'NS' | 'BS'

/** The stored value has this type: `{ weight: attributeType('N') }`. */
export const attributeType = (type: StoredType): Operator<'attributeType', never> => operatorOf('attributeType', [type])

/**
 * The size of a value: the length of text, the bytes of binary data, or the number of elements of a set, list or map.
 * `{ tags: size(gt(3)) }`.
 */
export const size = (test: number | Operator<ComparisonKind | 'between' | 'oneOf', number>): Operator<'size', never> =>
  operatorOf('size', [test])

/**
 * A condition of the combination's item, or anything if the item's type is not known. Nothing is inferred from it.
 * NoInfer would do the same, but then editors offer no attribute names.
 */
type Joined<Item> = ConditionOrAny<[Item][Item extends unknown ? 0 : never]>
type ConditionOrAny<Item> = unknown extends Item ? unknown : ConditionInput<Item>

/** At least one of the conditions holds: `anyOf({ size: 'S' }, { weight: lt(3) })`. */
export const anyOf = <Item>(...conditions: readonly Joined<Item>[]): Combination<Item> => combined('anyOf', conditions)

/** All of the conditions hold: `allOf({ weight: gt(3) }, { weight: ne(5) })`. */
export const allOf = <Item>(...conditions: readonly Joined<Item>[]): Combination<Item> => combined('allOf', conditions)

/** The condition does not hold: `not({ size: 'S' })`. */
export const not = <Item>(condition: Joined<Item>): Combination<Item> => combined('not', [condition])

// `T` is the type of the argument. `Taken` is the type that the attribute takes, if it is known. The compiler then
// names the first part that does not fit.

interface Add<Kind extends 'plus' | 'minus'> {
  <const T extends Taken, Taken extends number | bigint = T>(amount: T): NumberChange<Kind, Taken>
  <const T extends Taken, Taken extends number | bigint = T>(from: string, amount: T): NumberChange<Kind, Taken>
}

const add = <Kind extends 'plus' | 'minus'>(kind: Kind): Add<Kind> => {
  const make: unknown = (...args: [unknown] | [string, unknown]) =>
    args.length === 1 ? changeOf(kind, args) : changeOf(kind, [args[1]], args[0])
  return make as Add<Kind> // both overloads make the same data
}

/**
 * Adds to the number, or to another attribute's number: `plus(1)`, `plus('other', 1)`. An absent number counts as 0.
 */
export const plus = /* @__PURE__ */ add('plus')
/** Subtracts from the number, or from another attribute's number: `minus(1)`. An absent number counts as 0. */
export const minus = /* @__PURE__ */ add('minus')

/** Adds elements at the end of the list: `{ lines: append('x') }`. An absent list counts as empty. */
export const append = <const T extends Taken, Taken = T>(...elements: readonly T[]): ListChange<'append', Taken> =>
  changeOf('append', elements)

/** Adds elements at the beginning of the list: `{ lines: prepend('x') }`. An absent list counts as empty. */
export const prepend = <const T extends Taken, Taken = T>(...elements: readonly T[]): ListChange<'prepend', Taken> =>
  changeOf('prepend', elements)

/** Sets the value only if the attribute is absent: `{ opened: ifMissing(new Date()) }`. */
export const ifMissing = <const T extends Taken, Taken = T>(value: T): IfMissing<Taken> =>
  changeOf('ifMissing', [value])

/** Adds elements to the set: `{ tags: addTo('new') }`. An absent set counts as empty. */
export const addTo = <const T extends Taken, Taken = T>(...elements: readonly T[]): SetChange<'addTo', Taken> =>
  changeOf('addTo', elements)

/** Removes elements from the set: `{ tags: deleteFrom('new') }`. A set that becomes empty is removed. */
export const deleteFrom = <const T extends Taken, Taken = T>(
  ...elements: readonly T[]
): SetChange<'deleteFrom', Taken> => changeOf('deleteFrom', elements)

/** The value of another attribute, by name or path, before the update: `{ previous: copyOf('current') }`. */
export const copyOf = (path: string): CopyOf => changeOf('copyOf', [], path)
