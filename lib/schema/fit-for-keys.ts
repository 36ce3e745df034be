import type { Fields, IsKeyable, OutputOfField } from '../fields/records.ts'
import type { Draft, KeyNames, PrimaryNames } from './shape.ts'

/**
 * The argument of fields(). Without strictNullChecks it is a sentence, because types then do not say what can be
 * absent.
 */
export type Strictly<T> = undefined extends string
  ? 'keystorm needs strict: true in tsconfig.json, or strictNullChecks: without, types do not say what may be absent'
  : T

/**
 * Checks fields that stand in a key: their type must fit, and in the primary key they must not be optional. If the
 * compiler does not know the names of the fields, only the run time checks them.
 */
export type FitForKeys<S extends Draft, F extends Fields> = string extends keyof F
  ? unknown
  : [S['table']['layout']['numbers' | 'binaries']] extends [never]
    ? { [K in keyof F & KeyNames<S>]: IsFit<F[K]> extends true ? unknown : FitForKey<S, K, F[K]> }
    : { [K in keyof F & KeyNames<S>]: FitForKey<S, K, F[K]> }

/** Whether a field fits any text key. The compiler computes this once for all attributes of the same type. */
type IsFit<F> = IsKeyable<F> extends true | 'constant' ? (undefined extends OutputOfField<F> ? false : true) : false

type FitForKey<S extends Draft, K, F> = K extends S['table']['layout']['numbers']
  ? Stored<K & string, F, number | bigint | Date, 'number'>
  : K extends S['table']['layout']['binaries']
    ? Stored<K & string, F, Uint8Array, 'binary'>
    : IsKeyable<F> extends true | 'constant'
      ? K extends PrimaryNames<S>
        ? undefined extends OutputOfField<F>
          ? `${K & string} stands in ${PrimaryKeyName<S>}, so it cannot be optional`
          : unknown
        : unknown
      : F extends { readonly ' role': 'createdAt' | 'updatedAt' }
        ? K extends PrimaryNames<S> | S['indexes']['follows']
          ? `${K & string} stands in a key, but values of its type cannot`
          : unknown // alone, as a key of an index
        : `${K & string} stands in a key, but values of its type cannot`

/** An own key must be stored with the type of the key. */
type Stored<Name extends string, F, Value, Key extends string> = [Exclude<OutputOfField<F>, undefined>] extends [Value]
  ? unknown
  : `${Name} is a ${Key} key of the table, but values of its field are not stored so`

/** The names of the primary key's attributes: `PK or SK`. */
type PrimaryKeyName<S extends Draft> = [S['table']['layout']['sk']] extends [never]
  ? S['table']['layout']['pk']
  : `${S['table']['layout']['pk']} or ${S['table']['layout']['sk']}`
