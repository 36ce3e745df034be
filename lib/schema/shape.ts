import type { Role } from '../fields/field.ts'
import type {
  Fields,
  InputOf as FieldsInput,
  OutputOf as FieldsOutput,
  IsConstant,
  PresentInput,
  PresentOutput,
  UnwrittenNames
} from '../fields/records.ts'
import type { AttributeOf } from '../keys/part.ts'
import type { Rendered } from '../keys/template.ts'
import type { Definition } from './definition.ts'

export type Parts = readonly string[]

/** What a model is made of, as types. Each step of the builder replaces one member. */
export interface Shape {
  readonly name: string
  readonly suffix: string
  readonly pk: Parts
  readonly sk: Parts
  readonly gsi1: Parts | undefined
  readonly fields: Fields
  readonly raw: boolean
}

/** A shape on the way: a key that is not given yet says so where it will be missed. */
export interface Draft extends Omit<Shape, 'pk' | 'sk'> {
  readonly pk: Parts | NotYetAModel<'.pk(…)'>
  readonly sk: Parts | NotYetAModel<'.sk(…)'>
}

/** Stands where a key is not given yet, so that the compiler says what to call. */
export interface NotYetAModel<Call extends string> {
  readonly call: Call
}

/** What the compiler says, and the run time throws, of a model that has no index key. */
export type NotInIndex<Name extends string> = `${Name}: not in GSI1, its model has no .gsi1(…)`

/** Any model that has its keys: what the verbs take. */
export interface AnyModel {
  readonly '~shape': Shape
  // What is read, written, created, and stands in keys: types of the model, so that the compiler works them out once for
  // each model.
  readonly '~item': unknown
  readonly '~input': unknown
  readonly '~create': unknown
  readonly '~key': Readonly<Record<string, unknown>>
  readonly '~keys': Readonly<Record<string, unknown>>
  readonly '~locked': Readonly<Record<string, unknown>>
  readonly '~managed': string
  readonly '~follows': string
  readonly '~definition': Definition
}

type Names<P> = P extends Parts ? AttributeOf<P[number]> : never

/** The attributes of the primary key, those of the index, and all that stand in some key. */
export type PrimaryNames<S extends Draft> = Names<S['pk']> | Names<S['sk']>
export type IndexNames<S extends Draft> = Names<S['gsi1']> | Names<S['sk']>
export type KeyNames<S extends Draft> = PrimaryNames<S> | Names<S['gsi1']>
export type SortNames<S extends Draft> = Names<S['sk']>
export type PartitionNames<S extends Draft> = Names<S['pk']>
export type IndexPartitionNames<S extends Draft> = Names<S['gsi1']>

/** The values of key attributes: strings where no field says otherwise. */
type Outputs<F extends Fields, Names extends string> = {
  [K in Names]: K extends keyof F ? PresentOutput<F[K]> : string
} & {}
type Inputs<F extends Fields, Names extends string> = {
  [K in Names]: K extends keyof F ? PresentInput<F[K]> : string
} & {}

/** The values of key attributes as they are given: those that are constant need not be. */
export type KeyInput<S extends Draft, Names extends string> =
  true extends IsConstant<S['fields'][Names & keyof S['fields']]>
    ? Inputs<S['fields'], Exclude<Names, ConstantNames<S['fields'], Names>>> &
        Partial<Inputs<S['fields'], ConstantNames<S['fields'], Names>>>
    : Inputs<S['fields'], Names>

/** Those of the attributes that are constant. */
type ConstantNames<F, Names extends PropertyKey> = {
  [K in Names & keyof F]: IsConstant<F[K]> extends true ? K & string : never
}[Names & keyof F]
export type KeyOutput<S extends Draft, Names extends string> = Outputs<S['fields'], Names>

/** The values that a primary key is made of, as `parse` gives them. */
export type ParsedKey<S extends Draft> = KeyOutput<S, PrimaryNames<S>>

/** The key attributes without a field. */
type Undeclared<S extends Draft> = Exclude<KeyNames<S>, keyof S['fields']>

export type ReadItem<S extends Draft> = FieldsOutput<S['fields'], Undeclared<S>>
export type WrittenItem<S extends Draft> = FieldsInput<S['fields'], Undeclared<S>>
export type NewItem<S extends Draft> = [NamesByRole<S, 'version'>] extends [never]
  ? WrittenItem<S>
  : Omit<WrittenItem<S>, NamesByRole<S, 'version'>> & { readonly [K in NamesByRole<S, 'version'>]?: NoVersionYet }

/** What the compiler says, and the run time throws, of a version that is given to `create`. */
export type NoVersionYet = 'is given, but a new item has none yet: leave it out, or take put() to replace the item'

/** What a read of a model gives. */
export type ItemOf<M extends AnyModel> = M['~item']

/** What `create` and `put` of a model take. */
export type InputOf<M extends AnyModel> = M['~input']

/** The attributes of a model's primary key, as `get` and `delete` take them. */
export type KeyOf<M extends AnyModel> = M['~key']

type RoleOf<F> = F extends { readonly '~role': infer R extends Role } ? R : never

/** Names of the attributes that keystorm itself writes in some role. */
export type NamesByRole<S extends Draft, R extends Role> = Managed<S['fields'], R>
type Managed<F, R> = [R & RoleOf<F[keyof F]>] extends [never]
  ? never
  : { [K in keyof F]: [RoleOf<F[K]> & R] extends [never] ? never : K }[keyof F]

/** What `create` of a model takes: the version of a new item is keystorm's to give. */
export type CreateOf<M extends AnyModel> = M['~create']

export type LockedKey<S extends Draft> = KeyInput<S, PrimaryNames<S>> & {
  readonly [K in NamesByRole<S, 'version'>]?: number
}

/** A primary key, and the version the item must have, if it is given: a whole item, as it was read, will do. */
export type LockedKeyOf<M extends AnyModel> = M['~locked']

/** The index attributes that are not known from the primary key: an update that sets them moves the item in the index. */
export type OwnIndexNames<S extends Draft> = Exclude<Names<S['gsi1']>, PrimaryNames<S>>

/** The names of the attributes that only keystorm writes. */
export type ManagedNames<S extends Draft> = NamesByRole<S, 'version' | 'createdAt' | 'updatedAt'> & string

/** The names of the attributes that an update may remove. */
export type RemovableNames<M extends AnyModel> = Exclude<
  UnwrittenNames<M['~shape']['fields']>,
  keyof M['~key'] | M['~managed']
>

/** The type of a model's PK: a template literal such as `` `A#${string}#RedFruit` ``. */
export type PkOf<M extends AnyModel> = PkText<M['~shape'], KeyOutput<M['~shape'], PartitionNames<M['~shape']>>>

/** The type of a model's SK. */
export type SkOf<M extends AnyModel> = SkText<M['~shape'], KeyOutput<M['~shape'], PrimaryNames<M['~shape']>>>

/** The type of a model's GSI1PK; `never` without `.gsi1()`. */
export type Gsi1PkOf<M extends AnyModel> = Gsi1PkText<
  M['~shape'],
  KeyOutput<M['~shape'], IndexPartitionNames<M['~shape']>>
>

/** The values of a key as far as the compiler knows them: of what a schema makes of one, only the type. */
export type InKey<S extends Draft, Values> = {
  [K in keyof Values]: K extends keyof S['fields']
    ? S['fields'][K] extends { readonly '~keyable': unknown }
      ? Values[K]
      : PresentOutput<S['fields'][K]>
    : Values[K]
}

export type PkText<S extends Draft, Values> = S['pk'] extends Parts
  ? Rendered<S['pk'], S['suffix'], Values, S['raw']>
  : never
export type SkText<S extends Draft, Values> = S['sk'] extends Parts ? Rendered<S['sk'], '', Values, S['raw']> : never
export type Gsi1PkText<S extends Draft, Values> = S['gsi1'] extends Parts
  ? Rendered<S['gsi1'], S['suffix'], Values, S['raw']>
  : never
