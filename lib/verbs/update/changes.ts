import type { ChangeTo, Paths, WholeChange } from '../../expressions/grammar.ts'
import type { StandardSchema } from '../../fields/schema.ts'
import type { AnyModel, InputOf, KeyOf } from '../../schema/shape.ts'

/** What `.set()` takes: values and changes. What it cannot change has, in the place of a type, a sentence that says why. */
export type Changes<M extends AnyModel> = {
  [K in keyof InputOf<M>]?: ChangeAt<M, InputOf<M>, K, keyof KeyOf<M> | M[' managed'] | M[' follows']>
} & Paths

// Each branch is joined with undefined by itself: what is a whole branch, the compiler works out anew for each attribute, and
// does not take from what it made of the type before.

type ChangeAt<M extends AnyModel, Input, K extends keyof Input, Kept> = K extends Kept
  ? KeptAt<M, Input, K> | undefined
  : K extends keyof M[' shape']['fields']
    ? M[' shape']['fields'][K] extends StandardSchema // which only checks whole values
      ? WholeChange<Input[K]>
      : ChangeTo<Input[K]> | undefined
    : ChangeTo<Input[K]> | undefined

/** Of an attribute that update() does not change as it does others. */
type KeptAt<M extends AnyModel, Input, K extends keyof Input> = K extends keyof KeyOf<M>
  ? `${K & string} stands in the primary key, which only move() changes`
  : K extends M[' managed']
    ? `${K} is written by keystorm itself`
    : Input[K] // values only, since GSI1PK follows them

/** Refuses other names, in a sentence in the place of their types. */
export type OnlyAttributes<M extends AnyModel, K extends PropertyKey> = [K] extends [keyof M[' input']]
  ? unknown
  : {
      readonly [P in Exclude<
        K,
        keyof Changes<M>
      >]: `${M[' shape']['name']}: set() is given ${P & string}, which is no attribute`
    }
