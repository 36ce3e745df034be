import type { Change, Combination, Operator } from './operators.ts'

export type Ordered = string | number | bigint | Date | Uint8Array
type Leaf = string | number | bigint | boolean | null | Date | Uint8Array | ReadonlySet<unknown> | readonly unknown[]

type ElementOf<T> = T extends string
  ? string
  : T extends ReadonlySet<infer E>
    ? E
    : T extends readonly (infer E)[]
      ? E
      : never

/** Paths into maps and lists: `'address.city'`, `'lines[0].qty'`. What they meet is checked at run time. */
export interface Paths {
  readonly [path: `${string}.${string}` | `${string}[${number}]` | `${string}[${number}]${string}`]: unknown
}

/** What a condition may say of an attribute of type `T`. */
export type Test<T> =
  | (T extends Leaf ? T : ConditionOf<T>)
  | Operator<'eq' | 'ne' | 'oneOf', T>
  | Operator<'lt' | 'lte' | 'gt' | 'gte' | 'between', Extract<T, Ordered>>
  | Operator<'beginsWith', T extends string ? string : Extract<T, Uint8Array>>
  | Operator<'contains', ElementOf<T>>
  | Operator<'exists' | 'missing' | 'attributeType' | 'size', never>

/** A test of the present value of an attribute. A conditional type, since the compiler keeps what it made of each `T`. */
type TestOf<T> = [T] extends [never] ? never : Test<Exclude<T, undefined>>

/** Attributes that must all pass their tests. */
export type ConditionOf<Item> = { readonly [K in keyof Item]?: TestOf<Item[K]> } & Paths

/**
 * What `.if()` and `.filter()` take. The combination stands first: the compiler looks through the properties of a union's
 * first type, and there are few in this one.
 */
export type ConditionInput<Item> = Combination<Item> | ConditionOf<Item>

/** A change of an attribute. A conditional type, since the compiler keeps what it made of each `T`. */
export type ChangeTo<T> = [T] extends [never] ? never : ChangeOf<T>

/** What an update may do to an attribute of type `T`. */
export type ChangeOf<T> =
  | (T extends Leaf ? T : { readonly [K in keyof T]?: ChangeTo<T[K]> })
  | Operator<'eq', T>
  | Change<'plus' | 'minus', Extract<T, number | bigint>>
  | Change<'append' | 'prepend', T extends readonly (infer E)[] ? E : never>
  | Change<'addTo', T extends ReadonlySet<infer E> ? E : never>
  | Change<'deleteFrom', undefined extends T ? (T extends ReadonlySet<infer E> ? E : never) : never>
  | Change<'ifMissing', T>
  | Change<'copyOf', never>
