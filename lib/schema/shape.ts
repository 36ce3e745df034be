import type { KeyValue } from '../errors.ts'
import type { Role } from '../fields/field.ts'
import type {
  Fields,
  InputOf as FieldsInput,
  OutputOf as FieldsOutput,
  IsConstant,
  PresentOutput,
  UnwrittenNames
} from '../fields/records.ts'
import type { AttributeOf, Own } from '../keys/part.ts'
import type { Rendered } from '../keys/template.ts'
import type { FilledText, HeldInText } from '../keys/text.ts'
import type { LayoutTypes, StormIndex } from './layout-types.ts'
import type { Compiled } from './model-keys.ts'

export type Parts = readonly string[]

/** The keys of a model in an index, as types. */
export interface IndexShape {
  /** The parts of each key; or which of the table's keys stands in its place. */
  readonly pk: Parts | TableKey
  readonly sk: Parts | TableKey
  /** The attributes in its keys, but in those that are the table's; and those that rendered keys are made of. */
  readonly names: string
  readonly follows: string
  /** The whole text of a key that was given as one. */
  readonly texts: Texts
}

/** The indexes that a model is in. What their keys are made of is gathered by the steps of the builder, which is cheaper than to map over them. */
export interface IndexShapes {
  readonly of: { readonly [name: string]: IndexShape }
  readonly names: string
  readonly follows: string
}

/** A key of the table's own. */
export type TableKey = 'pk' | 'sk'

export interface Texts {
  readonly pk?: string
  readonly sk?: string
}

/** The table of a model, as types. */
export interface TableShape {
  readonly layout: LayoutTypes
  readonly raw: boolean
  /** The whole text of a key that was given as one. */
  readonly texts: Texts
}

/** What a model is made of, as types. Each step of the builder replaces one member. */
export interface Shape {
  readonly name: string
  readonly suffix: string
  readonly pk: Parts
  readonly sk: Parts
  readonly indexes: IndexShapes
  readonly fields: Fields
  readonly table: TableShape
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

/** What the compiler says, and the run time throws, of a model that is not in an index. */
export type NotInIndex<Name extends string, Index extends string> = Index extends StormIndex
  ? `${Name}: not in ${Index}, its model has no .gsi1(…)`
  : `${Name}: not in ${Index}, its model has no .index('${Index}', …)`

/** Any model that has its keys: what the verbs take. */
export interface AnyModel {
  readonly ' shape': Shape
  // What is read, written, created, and stands in keys: types of the model, so that the compiler works them out once for
  // each model.
  // In code for any model, the compiler asks what can be written to such a property: where an item is wanted, nothing but
  // one of the same model; where a key is, what could be one, such as an item.
  get ' item'(): object
  set ' item'(never: never)
  get ' input'(): object
  set ' input'(never: never)
  get ' create'(): object
  set ' create'(never: never)
  readonly name: string
  get ' key'(): AnyValues
  set ' key'(key: object)
  readonly ' keys': AnyValues
  get ' locked'(): AnyValues
  set ' locked'(key: object)
  readonly ' managed': string
  readonly ' follows': string
  readonly ' compiled': Compiled
}

type AnyValues = Readonly<Record<string, unknown>>

type Names<P> = P extends Parts ? AttributeOf<P[number]> : never

/** The attributes of the primary key, and all that stand in some key. */
export type PrimaryNames<S extends Draft> = Names<S['pk']> | Names<S['sk']>
export type KeyNames<S extends Draft> = PrimaryNames<S> | S['indexes']['names']
export type PartitionNames<S extends Draft> = Names<S['pk']>
export type SortNames<S extends Draft> = Names<S['sk']>

/** The parts of a key of an index, which may be the table's. */
export type PartsIn<S extends Draft, Key> = Key extends TableKey ? S[Key] : Key

/** The attributes of an index's keys. */
export type IndexNames<S extends Draft, I extends IndexShape> = Names<PartsIn<S, I['pk']>> | Names<PartsIn<S, I['sk']>>

/** The attributes that an index's keys and the table's hold as they are, so that they can be read back. */
export type HeldNames<S extends Draft, I extends IndexShape> =
  | HeldIn<S['pk'], S['table']['texts']['pk']>
  | HeldIn<S['sk'], S['table']['texts']['sk']>
  | HeldIn<I['pk'], I['texts']['pk']>
  | HeldIn<I['sk'], I['texts']['sk']>
type HeldIn<P, Text> = [Text] extends [string] ? HeldInText<Text> : Names<P>

export type NamesOf<P> = Names<P>

/** Some of an item's values, of attributes that are there. */
type Values<Item, Names extends keyof Item> = { [K in Names]-?: Item[K] } & {}

/** The values of key attributes as they are given: those that are constant need not be. */
export type KeyInput<S extends Draft, Names extends string> =
  true extends IsConstant<S['fields'][Names & keyof S['fields']]>
    ? Values<WrittenItem<S>, Exclude<Names, ConstantNames<S['fields'], Names>> & keyof WrittenItem<S>> &
        Partial<Values<WrittenItem<S>, ConstantNames<S['fields'], Names> & keyof WrittenItem<S>>>
    : Values<WrittenItem<S>, Names & keyof WrittenItem<S>>

/** Those of the attributes that are constant. */
type ConstantNames<F, Names extends PropertyKey> = {
  [K in Names & keyof F]: IsConstant<F[K]> extends true ? K & string : never
}[Names & keyof F]

/** The attributes of keys that are constant. */
export type ConstantKeys<S extends Draft> =
  true extends IsConstant<S['fields'][KeyNames<S> & keyof S['fields']]>
    ? ConstantNames<S['fields'], KeyNames<S>>
    : never

export type KeyOutput<S extends Draft, Names extends string> = Values<ReadItem<S>, Names & keyof ReadItem<S>>

/** The values that a primary key is made of, as `parse` gives them. */
export type ParsedKey<S extends Draft> = KeyOutput<S, PrimaryNames<S>>

/** The key attributes without a field. */
type Undeclared<S extends Draft> = Exclude<KeyNames<S>, keyof S['fields']>

export type ReadItem<S extends Draft> = FieldsOutput<S['fields'], Undeclared<S>>
export type WrittenItem<S extends Draft> = FieldsInput<S['fields'], Undeclared<S>>
export type NewItem<S extends Draft> = Unversioned<WrittenItem<S>, NamesByRole<S, 'version'>>
type Unversioned<Item, Version> = [Version] extends [never]
  ? Item
  : { [K in keyof Item]: K extends Version ? NoVersionYet : Item[K] }

/** What the compiler says, and the run time throws, of a version that is given to `create`. */
export type NoVersionYet = 'is given, but a new item has none yet: leave it out, or take put() to replace the item'

/** What a read of a model gives. */
export type ItemOf<M extends AnyModel> = M[' item']

/** What `create` and `put` of a model take. */
export type InputOf<M extends AnyModel> = M[' input']

/** The attributes of a model's primary key, as `get` and `delete` take them. */
export type KeyOf<M extends AnyModel> = M[' key']

interface WithRole {
  readonly ' role': Role
}
type RoleOf<F> = F extends WithRole ? F[' role'] : never

/** Names of the attributes that keystorm itself writes in some role. */
export type NamesByRole<S extends Draft, R extends Role> = Managed<S['fields'], R>
type Managed<F, R> = [R & RoleOf<F[keyof F]>] extends [never]
  ? never
  : { [K in keyof F]: [RoleOf<F[K]> & R] extends [never] ? never : K }[keyof F]

/** What `create` of a model takes: the version of a new item is keystorm's to give. */
export type CreateOf<M extends AnyModel> = M[' create']

/** A primary key, and the version the item must have, if it is given: a whole item, as it was read, will do. */
export type LockedKeyOf<M extends AnyModel> = M[' locked']

/** The index attributes that are not known from the primary key: an update that sets them moves the item in the index. */
export type OwnIndexNames<S extends Draft> = Exclude<S['indexes']['follows'], PrimaryNames<S>>

/** The names of the attributes that only keystorm writes. */
export type ManagedNames<S extends Draft> = NamesByRole<S, 'version' | 'createdAt' | 'updatedAt'> & string

/** The names of the attributes that an update may remove. */
export type RemovableNames<M extends AnyModel> = Exclude<
  UnwrittenNames<M[' shape']['fields']>,
  keyof M[' key'] | M[' managed']
>

/** The type of a model's PK: a template literal such as `` `A#${string}#RedFruit` ``. */
export type PkOf<M extends AnyModel> = PkText<M[' shape'], KeyOutput<M[' shape'], PartitionNames<M[' shape']>>>

/** The type of a model's SK. */
export type SkOf<M extends AnyModel> = SkText<M[' shape'], KeyOutput<M[' shape'], PrimaryNames<M[' shape']>>>

/** The type of a model's GSI1PK; `never` without `.gsi1()`. */
export type Gsi1PkOf<M extends AnyModel> = StormIndex extends keyof M[' shape']['indexes']['of']
  ? IndexText<
      M[' shape'],
      M[' shape']['indexes']['of'][StormIndex],
      'pk',
      KeyOutput<M[' shape'], Names<M[' shape']['indexes']['of'][StormIndex]['pk']>>
    >
  : never

/** The values of a key as far as the compiler knows them: of what a schema makes of one, only the type. */
export type InKey<S extends Draft, Values> =
  true extends IsConstant<S['fields'][KeyNames<S> & keyof S['fields']]>
    ? GivenInKey<S, Values> & Omit<KeyOutput<S, ConstantKeys<S>>, keyof Values>
    : GivenInKey<S, Values>

type GivenInKey<S extends Draft, Values> = {
  [K in keyof Values]: K extends keyof S['fields']
    ? S['fields'][K] extends { readonly ' keyable': unknown }
      ? Values[K]
      : PresentOutput<S['fields'][K]>
    : Values[K]
}

export type PkText<S extends Draft, Values> = KeyTextOf<S, S['pk'], S['table']['texts']['pk'], S['suffix'], Values>
export type SkText<S extends Draft, Values> = KeyTextOf<S, S['sk'], S['table']['texts']['sk'], '', Values>

/** The text of a key of an index, which may be the table's. */
export type IndexText<S extends Draft, I extends IndexShape, K extends TableKey, Values> = I[K] extends 'pk'
  ? PkText<S, Values>
  : I[K] extends 'sk'
    ? SkText<S, Values>
    : KeyTextOf<S, I[K], I['texts'][K], K extends 'pk' ? S['suffix'] : '', Values>

/** A key of some parts, or of a whole text; or an attribute of the items as it is. */
type KeyTextOf<S extends Draft, P, Text, Suffix extends string, Values> = [Text] extends [string]
  ? FilledText<Text, Values, S['table']['raw'], S['table']['layout']['delimiters']>
  : P extends Parts
    ? P extends readonly [OwnPart<infer Name>] | readonly [infer Name extends S['table']['layout']['pk' | 'sk']]
      ? Name extends keyof Values
        ? Values[Name]
        : never
      : Rendered<P, Suffix, Values, S['table']['raw']>
    : never

/** The part of a key that is an attribute of the items as it is. */
export type OwnPart<Name extends string> = `${Own}#${Name}`

/** A primary key as it stands in the table: text, unless it is an attribute of another type. */
export type StoredKey<S extends Draft> = {
  readonly [K in S['table']['layout']['pk' | 'sk']]: K extends keyof S['fields'] ? KeyValue : string
}

/** The primary key of some values. */
export type RenderedKey<S extends Draft, Values> = {
  [K in S['table']['layout']['pk' | 'sk']]: K extends S['table']['layout']['pk'] ? PkText<S, Values> : SkText<S, Values>
}

/** What a type is, instead of its name, for editors to show. */
export type Shown<T> = { [K in keyof T]: T[K] } & {}

declare const others: unique symbol
/** A marker for all other names. */
export type Others = typeof others
