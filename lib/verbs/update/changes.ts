import type { ChangeTo, Paths, WholeChange } from '../../expressions/grammar.ts'
import type { StandardSchema } from '../../fields/schema.ts'
import type { AnyModel, InputOf, KeyOf, Others } from '../../schema/shape.ts'

/**
 * The argument of `.set()`: values and changes. An attribute that `.set()` cannot change has a sentence as its type.
 * The first type of the union is for interfaces and classes, which cannot be assigned to the index signature of paths.
 */
export type Changes<M extends AnyModel> = ChangesByName<M> | (ChangesByName<M> & Paths)

type ChangesByName<M extends AnyModel> = {
  [K in keyof InputOf<M>]?: ChangeAt<M, InputOf<M>, K, keyof KeyOf<M> | M[' managed'] | M[' follows']>
}

// Each branch adds `undefined` by itself: with a union around the whole conditional type, the compiler would resolve it
// anew for each attribute, instead of reusing the earlier result.

type ChangeAt<M extends AnyModel, Input, K extends keyof Input, Kept> = K extends Kept
  ? KeptAt<M, Input, K> | undefined
  : K extends keyof M[' shape']['fields']
    ? M[' shape']['fields'][K] extends StandardSchema // a schema can only check whole values
      ? WholeChange<Input[K]>
      : ChangeTo<Input[K]> | undefined
    : ChangeTo<Input[K]> | undefined

/** The type of an attribute that update() treats in its own way. */
type KeptAt<M extends AnyModel, Input, K extends keyof Input> = K extends keyof KeyOf<M>
  ? `${K & string} stands in the primary key, which only move() changes`
  : K extends M[' managed']
    ? `${K} is written by keystorm itself`
    : Input[K] // only plain values, since GSI1PK is computed from them

/** The argument of `.set()` with attributes of these names. Nothing fits it if one of them is no attribute. */
export type ChangesOf<M extends AnyModel, K extends string> = [K] extends [keyof InputOf<M>]
  ? ChangesByName<M>
  : Checked<M, K, Exclude<K, keyof InputOf<M> | keyof Paths>>

// Before the compiler has inferred the names, it takes them for any string. Then this is `Changes<M>` too, and gives the values
// their contextual types.
type Checked<M extends AnyModel, K, Unknown> = K extends string
  ? string extends K
    ? Changes<M>
    : [Unknown] extends [never] // the others are paths
      ? Changes<M>
      : NoInfer<NoAttribute<M[' shape']['name'], Unknown>> // without NoInfer, the compiler works it out for every call
  : { readonly [P in K & PropertyKey]?: unknown } // the compiler infers the names from this

/**
 * Refuses names of no attribute: a sentence replaces their types. The sentence is also the name of a property. A variable lacks
 * that, and the compiler reports it first, without printing what set() takes.
 */
type NoAttribute<Model extends string, K> = {
  readonly [P in (K & string) | Others as P extends Others ? string : P | IsNone<Model, P>]: P extends Others
    ? unknown
    : IsNone<Model, P>
}
type IsNone<Model extends string, K> = `${Model}: set() is given ${K & string}, which is no attribute`
