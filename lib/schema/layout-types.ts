import type { AttributeOf } from '../keys/part.ts'
import type { PartsOfText, Text } from '../keys/text.ts'
import type { STORM, STORM_INDEX } from '../storm.ts'
import type { NamesOf as AttributesOf, IndexShape, IndexShapes, OwnPart, Parts, TableKey, TableShape } from './shape.ts'
import type { IndexOptions, KeyAttribute, LayoutOptions, Projection } from './table-layout.ts'

// The types of a layout, computed once for all its models.

export type StormIndex = typeof STORM_INDEX

/** A layout, as types. */
export interface LayoutTypes {
  readonly pk: string
  /** `never` without a sort key. */
  readonly sk: string
  readonly indexes: { readonly [name: string]: IndexTypes }
  /** The key attributes that several indexes share, without the table's own. */
  readonly shared: string
  readonly delimiters: string
  /** The argument of `.gsi1()`: parts, or a sentence if the layout has no GSI1. */
  readonly gsi1: Parts
  /** The key attributes of type number, and of type binary. */
  readonly numbers: string
  readonly binaries: string
}

/** An index of a layout, as types. */
interface IndexTypes {
  /** The names of its key attributes. */
  readonly pk: readonly string[]
  readonly sk: readonly string[]
  readonly local: boolean
  readonly projection: Projection
}

/** STORM's table. */
export interface StormLayout {
  readonly pk: (typeof STORM)['pk']
  readonly sk: (typeof STORM)['sk']
  readonly indexes: {
    readonly [N in StormIndex]: {
      readonly pk: readonly [(typeof STORM)['indexes'][N]['pk']]
      readonly sk: readonly [(typeof STORM)['sk']]
      readonly local: false
      readonly projection: 'ALL'
    }
  }
  readonly shared: never
  readonly delimiters: '#'
  readonly gsi1: Parts
  readonly numbers: never
  readonly binaries: never
}

/** The types of a layout, from the options of layout(). */
export interface TypesOf<O extends LayoutOptions> {
  readonly pk: NameOf<O['pk']>
  readonly sk: NameOf<O['sk']>
  readonly indexes: IndexesOf<O, O['indexes']>
  readonly shared: Exclude<SharedIn<NonNullable<O['indexes']>>, NameOf<O['pk']> | NameOf<O['sk']>>
  readonly delimiters: O extends { readonly delimiters: infer D extends string } ? D : '#'
  readonly gsi1: StormIndex extends keyof O['indexes'] ? Parts : readonly [`its layout has no index ${StormIndex}`]
  readonly numbers: OfType<O, 'N'>
  readonly binaries: OfType<O, 'B'>
}

/**
 * Refuses unknown options, and keys whose names the compiler cannot see. If it knows nothing of the options, only the
 * run time checks them.
 */
export type KnownOptions<O extends LayoutOptions> = LayoutOptions extends O
  ? unknown
  : string extends NameOf<O['pk']> | NameOf<O['sk']>
    ? 'layout() must see the names of the keys: pk or sk is any string here, so write it in place, or put "as const" behind what is spread'
    : Options<O, LayoutOptions, 'the layout'> & { readonly indexes?: IndexOptionsOf<O['indexes']> }

type IndexOptionsOf<I> = { readonly [N in keyof I]: Options<I[N], IndexOptions, `index '${N & string}'`> }

/**
 * Refuses unknown options with a sentence as their type. The sentence is in a tuple, because an intersection of two
 * different texts would be never.
 */
type Options<Given, Known, Where extends string> = {
  readonly [K in Exclude<keyof Given, keyof Known>]: [`${Where} has no option '${K & string}'`]
}

type NameOf<K> = K extends string ? K : K extends KeyAttribute<infer Name> ? Name : never

type NamesOf<K> = [K] extends [undefined]
  ? []
  : K extends readonly unknown[]
    ? { readonly [I in keyof K]: NameOf<K[I]> }
    : [NameOf<K>]

type IndexesOf<O extends LayoutOptions, I> = {
  readonly [N in keyof I & string]: {
    readonly pk: I[N] extends { readonly pk: infer K } ? NamesOf<K> : [NameOf<O['pk']>]
    readonly sk: I[N] extends { readonly sk: infer K } ? NamesOf<K> : []
    readonly local: I[N] extends { readonly local: true } ? true : false
    readonly projection: I[N] extends { readonly projection: infer P extends Projection } ? P : 'ALL'
  }
}

type OfType<O extends LayoutOptions, T> = Extract<AllKeys<O>, KeyAttribute<string, T & KeyAttribute['type']>>['name']
type AllKeys<O extends LayoutOptions> = O['pk'] | O['sk'] | KeysIn<NonNullable<O['indexes']>>
type KeysIn<I> = { [N in keyof I]: Flat<PropertyOf<I[N], 'pk'>> | Flat<PropertyOf<I[N], 'sk'>> }[keyof I]
type NamesInOne<I> = NameOf<Flat<PropertyOf<I, 'pk'>> | Flat<PropertyOf<I, 'sk'>>>
type SharedIn<I> = SharedNames<{ [N in keyof I]: NamesInOne<I[N]> }>
type SharedNames<Of> = { [N in keyof Of]: Of[N] & Of[Exclude<keyof Of, N>] }[keyof Of]
type PropertyOf<T, K extends string> = T extends { readonly [P in K]: infer V } ? V : never
type Flat<K> = K extends readonly (infer One)[] ? One : K

/** Parts, or one whole text. */
export type GivenParts = Parts | readonly [Text]

/** The parts of the key named `Key`. Its own name makes it an own key, whatever the name holds. */
export type PartsGiven<P, Key extends string> = P extends Parts
  ? [Key] extends [`${string}#${string}`]
    ? P extends readonly [Key]
      ? readonly [OwnPart<Key>]
      : P
    : P
  : P extends readonly [Text<infer T>]
    ? PartsOfText<T>
    : never

/** The table of a model with one more key, given by parts or by a whole text. */
export type TableGiven<T extends TableShape, K extends 'pk' | 'sk', P> = P extends readonly [Text<infer Whole>]
  ? { layout: T['layout']; raw: T['raw']; texts: T['texts'] & { [Key in K]: Whole } }
  : T

/** A key of an index, as a model gives it: parts, or the whole text. */
export type KeyGiven = Parts | Text

/** The keys of an index, as a model gives them; `never` for a key that is left out. */
export interface IndexKeys<P extends KeyGiven, Q extends KeyGiven> {
  readonly pk?: P
  readonly sk?: Q
}

/** The types of a model in an index: by the keys that the model gives, and by its earlier indexes `I`. */
export interface IndexShapeOf<
  L extends LayoutTypes,
  N extends string,
  P extends KeyGiven,
  Q extends KeyGiven,
  I extends IndexShapes
> extends IndexShape {
  readonly pk: KeyParts<L, L['indexes'][N]['pk'], Rendered<P, L['indexes'][N]['pk']>, I>
  readonly sk: KeyParts<L, L['indexes'][N]['sk'], Rendered<Q, L['indexes'][N]['sk']>, I>
  readonly names: AttributesOf<this['pk' | 'sk']>
  readonly follows: NamesIn<Rendered<P, L['indexes'][N]['pk']>> | NamesIn<Rendered<Q, L['indexes'][N]['sk']>>
  readonly texts: TextIn<'pk', P> & TextIn<'sk', Q>
}

/** What renders a key. A key that is given by its own name is as if it were left out. */
type Rendered<P, Names extends readonly string[]> = P extends Readonly<Names> ? never : P

/** The earlier indexes of a model, if the keys of another can be shared with them. */
export type SharedWith<L extends LayoutTypes, I extends IndexShapes> = [L['shared']] extends [never] ? NoIndexes : I

/** The indexes of a model and one more. */
export interface IndexShapesWith<I extends IndexShapes, N extends string, One extends IndexShape> extends IndexShapes {
  readonly of: I['of'] & { readonly [P in N]: One }
  readonly names: I['names'] | One['names']
  readonly follows: I['follows'] | One['follows']
}

/** The types of a model with `.gsi1()`, whose only index is GSI1. */
export interface Gsi1Shapes<P extends Parts> extends IndexShapes {
  readonly of: { readonly [N in StormIndex]: Gsi1Shape<P> }
  readonly names: AttributeOf<P[number]>
  readonly follows: AttributeOf<P[number]>
}

interface Gsi1Shape<P extends Parts> extends IndexShape {
  readonly pk: P
  readonly sk: 'sk'
  readonly names: AttributeOf<P[number]>
  readonly follows: AttributeOf<P[number]>
  readonly texts: Nothing
}

/** The types of a model that is in no index. */
export interface NoIndexes extends IndexShapes {
  readonly of: Nothing
  readonly names: never
  readonly follows: never
}

/** An object type without members. */
// biome-ignore lint/complexity/noBannedTypes: nothing, exactly
export type Nothing = {}

type KeyParts<L extends LayoutTypes, Names extends readonly string[], Spec, I extends IndexShapes> = [Spec] extends [
  never
]
  ? Names extends readonly [L['pk']]
    ? 'pk'
    : Names extends readonly [L['sk']]
      ? 'sk'
      : [keyof I['of']] extends [never]
        ? OwnParts<Names>
        : SharedOr<L, Names, I['of']>
  : Spec extends Parts
    ? Spec
    : Spec extends Text<infer T>
      ? PartsOfText<T>
      : never

type OwnParts<Names extends readonly string[]> = { readonly [I in keyof Names]: OwnPart<Names[I]> }

/** The parts that an earlier index gave for the key of this name; otherwise the attributes themselves. */
type SharedOr<L extends LayoutTypes, Names extends readonly string[], Of> = [Shared<L, Names, Of>] extends [never]
  ? OwnParts<Names>
  : Extract<Shared<L, Names, Of>, Parts | TableKey>
type Shared<L extends LayoutTypes, Names extends readonly string[], Of> = {
  [M in keyof Of & string]: L['indexes'][M]['pk'] extends Names
    ? PropertyOf<Of[M], 'pk'>
    : L['indexes'][M]['sk'] extends Names
      ? PropertyOf<Of[M], 'sk'>
      : never
}[keyof Of & string]

type NamesIn<Spec> =
  Spec extends Text<infer T> ? LastName<PartsOfText<T>[number]> : Spec extends Parts ? LastName<Spec[number]> : never
type LastName<P extends string> = P extends `${string}#${infer Rest}` ? LastName<Rest> : P

/** The whole text of a key, if it was given as one. */
type TextIn<Key extends TableKey, Spec> = [Spec] extends [Parts]
  ? Nothing
  : Spec extends Text<infer T>
    ? { readonly [P in Key]: T }
    : Nothing
