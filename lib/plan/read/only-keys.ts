import type { Others, Shape } from '../../schema/shape.ts'

/** The argument of where() with these values. Nothing fits it if one of them is of an attribute that is in no key. */
export type OnlyKeys<S extends Shape, V, Keys> = [keyof V] extends [keyof Keys]
  ? V & Named<Keys>
  : Checked<S, keyof V & string, V & Named<Keys>, Exclude<keyof V, keyof Keys>>

// Before the compiler has inferred the names, it takes them for any string. Then this is what fits, and gives the values their
// contextual types.
type Checked<S extends Shape, Names, Fits, Unknown> = Names extends string
  ? string extends Names
    ? Fits
    : NoInfer<NoKey<S['name'], Unknown>> // without NoInfer, the compiler works it out for every call
  : never

/**
 * Refuses attributes that are in no key: a sentence replaces their types. The sentence is also the name of a property. A variable
 * lacks that, and the compiler reports it first, without printing what where() takes.
 */
type NoKey<Model extends string, K> = {
  readonly [P in (K & string) | Others as P extends Others ? string : P | NotInKeys<Model, P>]: P extends Others
    ? unknown
    : NotInKeys<Model, P>
}
type NotInKeys<Model extends string, K> = `${Model}: where() gives ${K & string}, which stands in no key`

/**
 * The same names with any values. An editor's "go to definition" finds the fields through it, but not through an
 * inferred type.
 */
type Named<Keys> = { readonly [K in keyof Keys]?: unknown }
