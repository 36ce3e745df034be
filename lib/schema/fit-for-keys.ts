import type { Fields, IsKeyable, OutputOfField } from '../fields/records.ts'
import type { Draft, KeyNames, PrimaryNames } from './shape.ts'

/** What fields() takes; without strictNullChecks, where any value may be absent, the sentence that says so. */
export type Strictly<T> = undefined extends string
  ? 'keystorm needs strict: true in tsconfig.json, or strictNullChecks: without, types do not say what may be absent'
  : T

/**
 * Fields that stand in a key must be of a type that can; those of the primary key must always be there. Of fields whose names
 * the compiler does not know, only the run time can tell.
 */
export type FitForKeys<S extends Draft, F extends Fields> = string extends keyof F
  ? unknown
  : [S['table']['layout']['numbers' | 'binaries']] extends [never]
    ? { [K in keyof F & KeyNames<S>]: IsFit<F[K]> extends true ? unknown : FitForKey<S, K, F[K]> }
    : { [K in keyof F & KeyNames<S>]: FitForKey<S, K, F[K]> }

/** Whether a field can stand in any key that is text: worked out once for all attributes of the type, in whatever model. */
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
          : unknown // a key of an index by itself
        : `${K & string} stands in a key, but values of its type cannot`

/** An attribute that is a key itself must be stored as that key is. */
type Stored<Name extends string, F, Value, Key extends string> = [Exclude<OutputOfField<F>, undefined>] extends [Value]
  ? unknown
  : `${Name} is a ${Key} key of the table, but values of its field are not stored so`

/** `PK or SK`. */
type PrimaryKeyName<S extends Draft> = [S['table']['layout']['sk']] extends [never]
  ? S['table']['layout']['pk']
  : `${S['table']['layout']['pk']} or ${S['table']['layout']['sk']}`
