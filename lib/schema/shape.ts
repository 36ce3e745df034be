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
  /** The parts of each key, or the table's key that stands in its place. */
  readonly pk: Parts | TableKey
  readonly sk: Parts | TableKey
  /** `names`: the attributes in its keys, without the table's keys. `follows`: those in rendered keys. */
  readonly names: string
  readonly follows: string
  /** The whole text of a key, if it was given as one. */
  readonly texts: Texts
}

/**
 * The indexes of a model. Each builder step adds to `names` and `follows`, which is cheaper than to map over the
 * indexes.
 */
export interface IndexShapes {
  readonly of: { readonly [name: string]: IndexShape }
  readonly names: string
  readonly follows: string
}

/** A key of the table. */
export type TableKey = 'pk' | 'sk'

interface Texts {
  readonly pk?: string
  readonly sk?: string
}

/** The table of a model, as types. */
export interface TableShape {
  readonly layout: LayoutTypes
  readonly raw: boolean
  /** The whole text of a key, if it was given as one. */
  readonly texts: Texts
}

/** The types of a model. Each builder step replaces one member. */
export interface Shape {
  readonly name: string
  readonly suffix: string
  readonly pk: Parts
  readonly sk: Parts
  readonly indexes: IndexShapes
  readonly fields: Fields
  readonly table: TableShape
}

/** A shape that is not complete. A missing key is a type that names the call to make. */
export interface Draft extends Omit<Shape, 'pk' | 'sk'> {
  readonly pk: Parts | NotYetAModel<'.pk(…)'>
  readonly sk: Parts | NotYetAModel<'.sk(…)'>
}

/** Stands for a missing key, so that the compiler's message names the call to make. */
export type NotYetAModel<Call extends string> = `call ${Call}`

/** The error for a model that is not in an index, at compile time and at run time. */
export type NotInIndex<Name extends string, Index extends string> = Index extends StormIndex
  ? `${Name}: not in ${Index}, its model has no .gsi1(…)`
  : `${Name}: not in ${Index}, its model has no .index('${Index}', …)`

/** Any model that has its keys. Verbs take it. */
export interface AnyModel {
  readonly ' shape': Shape
  // The types of what is read, written, created and given as a key. They are members, so that the compiler computes
  // them once for each model. The setters decide what code for any model can pass: for an item, only an item of the
  // same model; for a key, any object that could be one, such as an item.
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

/** The attributes in the parts of a key; `never` for a key that is not made of parts. */
export type NamesOf<P> = P extends Parts ? AttributeOf<P[number]> : never

/** The attributes of the primary key, and of all keys. */
export type PrimaryNames<S extends Draft> = NamesOf<S['pk']> | NamesOf<S['sk']>
export type KeyNames<S extends Draft> = PrimaryNames<S> | S['indexes']['names']
export type PartitionNames<S extends Draft> = NamesOf<S['pk']>
export type SortNames<S extends Draft> = NamesOf<S['sk']>

/** The parts of an index key, which can be the table's key. */
export type PartsIn<S extends Draft, Key> = Key extends TableKey ? S[Key] : Key

/** The attributes of an index's keys. */
export type IndexNames<S extends Draft, I extends IndexShape> =
  | NamesOf<PartsIn<S, I['pk']>>
  | NamesOf<PartsIn<S, I['sk']>>

/** The attributes that can be read back from an index's keys and the table's. */
export type HeldNames<S extends Draft, I extends IndexShape> =
  | HeldIn<S['pk'], S['table']['texts']['pk']>
  | HeldIn<S['sk'], S['table']['texts']['sk']>
  | HeldIn<I['pk'], I['texts']['pk']>
  | HeldIn<I['sk'], I['texts']['sk']>
type HeldIn<P, Text> = [Text] extends [string] ? HeldInText<Text> : NamesOf<P>

/** The attributes of which the primary key has only a derived text. */
export type DerivedNames<S extends Draft> = [keyof S['table']['texts']] extends [never]
  ? never
  : Exclude<PrimaryNames<S>, HeldIn<S['pk'], S['table']['texts']['pk']> | HeldIn<S['sk'], S['table']['texts']['sk']>>

/** Some of an item's attributes, none of them optional. */
type Values<Item, Names extends keyof Item> = { [K in Names]-?: Item[K] } & {}

/** The values of key attributes, as a caller gives them. Constant ones are optional. */
export type KeyInput<S extends Draft, Names extends string> =
  true extends IsConstant<S['fields'][Names & keyof S['fields']]>
    ? Values<WrittenItem<S>, Exclude<Names, ConstantNames<S['fields'], Names>> & keyof WrittenItem<S>> &
        Partial<Values<WrittenItem<S>, ConstantNames<S['fields'], Names> & keyof WrittenItem<S>>>
    : Values<WrittenItem<S>, Names & keyof WrittenItem<S>>

/** The constant ones of these attributes. */
type ConstantNames<F, Names extends PropertyKey> = {
  [K in Names & keyof F]: IsConstant<F[K]> extends true ? K & string : never
}[Names & keyof F]

/** The constant attributes of keys. */
export type ConstantKeys<S extends Draft> =
  true extends IsConstant<S['fields'][KeyNames<S> & keyof S['fields']]>
    ? ConstantNames<S['fields'], KeyNames<S>>
    : never

/** The values of these key attributes, as a read gives them. */
export type KeyOutput<S extends Draft, Names extends string> = Values<ReadItem<S>, Names & keyof ReadItem<S>>

/** The attributes of a primary key, as `parse` gives them. */
export type ParsedKey<S extends Draft> = KeyOutput<S, PrimaryNames<S>>

/** The key attributes without a field. */
type Undeclared<S extends Draft> = Exclude<KeyNames<S>, keyof S['fields']>

export type ReadItem<S extends Draft> = FieldsOutput<S['fields'], Undeclared<S>>
export type WrittenItem<S extends Draft> = FieldsInput<
  S['fields'],
  Undeclared<S>,
  UnwrittenNames<S['fields']> | (ConstantKeys<S> & keyof S['fields'])
>
export type NewItem<S extends Draft> = Unversioned<WrittenItem<S>, NamesByRole<S, 'version'>>
type Unversioned<Item, Version> = [Version] extends [never]
  ? Item
  : { [K in keyof Item]: K extends Version ? NoVersionYet : Item[K] }

/** The error for a version that is given to `create`, at compile time and at run time. */
export type NoVersionYet = 'is given, but a new item has none yet: leave it out, or put() the item'

/** The item that a read of the model gives. */
export type ItemOf<M extends AnyModel> = M[' item']

/** The item that `put` of the model takes. */
export type InputOf<M extends AnyModel> = M[' input']

/** The attributes of a model's primary key, as `get` and `delete` take them. */
export type KeyOf<M extends AnyModel> = M[' key']

interface WithRole {
  readonly ' role': Role
}
type RoleOf<F> = F extends WithRole ? F[' role'] : never

/** The names of the attributes with this role. */
export type NamesByRole<S extends Draft, R extends Role> = Managed<S['fields'], R>
type Managed<F, R> = [R & RoleOf<F[keyof F]>] extends [never]
  ? never
  : { [K in keyof F]: [RoleOf<F[K]> & R] extends [never] ? never : K }[keyof F]

/** The item that `create` of the model takes. It has no version, which keystorm sets. */
export type CreateOf<M extends AnyModel> = M[' create']

/** A primary key, perhaps with the version that the item must have. A whole item from a read works. */
export type LockedKeyOf<M extends AnyModel> = M[' locked']

// Conditional, because the compiler prints an intersection twice, and a named type with the whole shape.
export type LockedKey<Key, Version> = [Version] extends [never]
  ? Key
  : Key & { readonly [K in Version & string]?: number }

/** The index attributes that the primary key does not tell. An update that sets them moves the item in the index. */
export type OwnIndexNames<S extends Draft> = Exclude<S['indexes']['follows'], PrimaryNames<S>>

/** The names of the attributes that only keystorm writes. */
export type ManagedNames<S extends Draft> = NamesByRole<S, 'version' | 'createdAt' | 'updatedAt'> & string

/** The names of the attributes that an update can remove. */
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
      KeyOutput<M[' shape'], NamesOf<M[' shape']['indexes']['of'][StormIndex]['pk']>>
    >
  : never

/** The values of a key, as far as the compiler knows them. For a schema's output it knows only the type. */
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

type PkText<S extends Draft, Values> = KeyTextOf<S, S['pk'], S['table']['texts']['pk'], S['suffix'], Values>
type SkText<S extends Draft, Values> = KeyTextOf<S, S['sk'], S['table']['texts']['sk'], '', Values>

/** The text of an index key, which can be the table's key. */
export type IndexText<S extends Draft, I extends IndexShape, K extends TableKey, Values> = I[K] extends 'pk'
  ? PkText<S, Values>
  : I[K] extends 'sk'
    ? SkText<S, Values>
    : KeyTextOf<S, I[K], I['texts'][K], K extends 'pk' ? S['suffix'] : '', Values>

/** The type of a key: of parts, of a whole text, or an own key. */
type KeyTextOf<S extends Draft, P, Text, Suffix extends string, Values> = [Text] extends [string]
  ? FilledText<Text, Values, S['table']['raw'], S['table']['layout']['delimiters']>
  : P extends Parts
    ? P extends readonly [OwnPart<infer Name>] | readonly [infer Name extends S['table']['layout']['pk' | 'sk']]
      ? Name extends keyof Values
        ? Values[Name]
        : never
      : Rendered<P, Suffix, Values, S['table']['raw']>
    : never

/** The part of an own key. */
export type OwnPart<Name extends string> = `${Own}#${Name}`

/** A stored primary key. Its values are text, except own keys of another type. */
export type StoredKey<S extends Draft> = {
  readonly [K in S['table']['layout']['pk' | 'sk']]: K extends keyof S['fields'] ? KeyValue : string
}

/** The primary key of some values. */
export type RenderedKey<S extends Draft, Values> = {
  [K in S['table']['layout']['pk' | 'sk']]: K extends S['table']['layout']['pk'] ? PkText<S, Values> : SkText<S, Values>
}

/** Shows the members of a type in editors, instead of its name. */
export type Shown<T> = { [K in keyof T]: T[K] } & {}

declare const others: unique symbol
/** Stands for all names without a member of their own. */
export type Others = typeof others
