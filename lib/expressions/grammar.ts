import type { JsonValue } from '../fields/document.ts'
import type { Combination, CopyOf, IfMissing, ListChange, NumberChange, Operator, SetChange } from './operators.ts'

export type Ordered = string | number | bigint | Date | Uint8Array
type Leaf = string | number | bigint | boolean | null | Date | Uint8Array | ReadonlySet<unknown> | readonly unknown[]

type ElementOf<T> = T extends string
  ? string
  : T extends ReadonlySet<infer E>
    ? E
    : T extends readonly (infer E)[]
      ? E
      : never

/** Paths into maps and lists: `'address.city'`, `'lines[0].qty'`. Their values are checked at run time. */
export interface Paths {
  readonly [path: `${string}.${string}` | `${string}[${number}]` | `${string}[${number}]${string}`]: unknown
}

/** The tests of an attribute of type `T`. */
export type Test<T> =
  | (T extends Leaf ? T : ConditionOf<T>)
  | Operator<'eq' | 'ne' | 'oneOf', T>
  | Operator<'lt' | 'lte' | 'gt' | 'gte' | 'between', Extract<T, Ordered>>
  | Operator<'beginsWith', T extends string ? string : Extract<T, Uint8Array>>
  | Operator<'contains', ElementOf<T>>
  | Operator<'exists' | 'missing' | 'attributeType' | 'size', never>

/**
 * A test of the value of an attribute. It is a conditional type, because the compiler caches the result for each `T`.
 */
type TestOf<T> = [T] extends [never] ? never : Test<Exclude<T, undefined>>

/**
 * Attributes that must all pass their tests. The first type of the union is for interfaces and classes, which cannot be
 * assigned to an index signature such as that of {@link Paths}.
 */
export type ConditionOf<Item> = TestsOf<Item> | (TestsOf<Item> & Paths)

type TestsOf<Item> = { readonly [K in keyof Item]?: TestOf<Item[K]> }

/**
 * The argument of `.if()` and `.filter()`. The combination stands first: the compiler looks through the properties of a
 * union's first type, and this one has few.
 */
export type ConditionInput<Item> = Combination<Item> | ConditionOf<Item>

/** A change of an attribute. It is a conditional type, because the compiler caches the result for each `T`. */
export type ChangeTo<T> = [T] extends [never] ? never : ChangeOf<T>

/** The changes that an update can make to an attribute of type `T`. */
export type ChangeOf<T> = Extract<T, Leaf> | PartsOf<Exclude<T, Leaf | undefined>, T> | Operation<T> | undefined

/** The changes of a value that an update can only replace: a new value, or an operation. */
export type WholeChange<T> = T | Operation<T> | undefined

/** A plain object in a change: parts of a map, entries of a record, or the whole of any other value. */
type PartsOf<Inside, T> = [Inside] extends [never]
  ? never
  : IsWhole<Inside, T> extends true
    ? Inside
    : string extends keyof Inside
      ? { readonly [name: string]: WholeChange<Inside[keyof Inside]> }
      : { readonly [K in keyof Inside]?: ChangeTo<Inside[K]> }

/** Whether the value can only be replaced: one of t.type() or t.json(), or a union. */
type IsWhole<Inside, T> = [Exclude<T, Inside | null | undefined>] extends [never]
  ? ' whole' extends keyof Inside
    ? [Inside[' whole']] extends [undefined] // a record has this name, too
      ? true
      : IsUnion<Inside>
    : IsUnion<Inside>
  : true

type IsUnion<T, All = T> = (T extends unknown ? ([All] extends [T] ? false : true) : never) extends false ? false : true

type Operation<T, Whole = T> =
  | Operator<'eq', Exclude<T, undefined>>
  | SumOf<Extract<T, number | bigint>>
  | (T extends readonly (infer E)[] ? ListChange<'append' | 'prepend', E> : never)
  | (T extends ReadonlySet<infer E> ? SetChange<'addTo' | (undefined extends Whole ? 'deleteFrom' : never), E> : never)
  | IfMissing<Exclude<T, undefined>>
  | CopyOf

type SumOf<N> = [N] extends [never] ? never : NumberChange<'plus' | 'minus', N>

/** The part of a value of type `T` that an update has changed. Maps at any depth hold only their changed attributes. */
export type Changed<T> = [JsonValue] extends [T]
  ? T // a part of a JSON value is a JSON value, and declarations have a name for it
  : T extends readonly (infer E)[]
    ? Changed<E>[]
    : T extends Leaf
      ? T
      : { [K in keyof T]?: Changed<T[K]> }
