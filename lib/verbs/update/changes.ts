import type { ChangeTo, Paths, WholeChange } from '../../expressions/grammar.ts'
import type { StandardSchema } from '../../fields/schema.ts'
import type { AnyModel, InputOf, KeyOf } from '../../schema/shape.ts'

/**
 * The argument of `.set()`: values and changes. An attribute that `.set()` cannot change has a sentence as its type.
 */
export type Changes<M extends AnyModel> = {
  [K in keyof InputOf<M>]?: ChangeAt<M, InputOf<M>, K, keyof KeyOf<M> | M[' managed'] | M[' follows']>
} & Paths

// Each branch adds `undefined` by itself. If the union is around the whole conditional type, the compiler no longer
// reuses the type that it made for the attribute before, and works it out anew.

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

/** Refuses names of no attribute: a sentence replaces their types. */
export type OnlyAttributes<M extends AnyModel, K extends PropertyKey> = [K] extends [keyof M[' input']]
  ? unknown
  : {
      readonly [P in Exclude<
        K,
        keyof Changes<M>
      >]: `${M[' shape']['name']}: set() is given ${P & string}, which is no attribute`
    }
