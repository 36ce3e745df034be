import { describe, InvalidModel } from '../errors.ts'
import { notNamed } from '../fields/record.ts'
import type { OutputOfField } from '../fields/records.ts'
import type { KeyText } from '../keys/codec.ts'
import type { Escaped } from '../keys/escaping.ts'
import type { AttributeOf, IdentifierOf } from '../keys/part.ts'
import { type OfOtherLayout, type OtherLayout, ownerOf, proveApart } from './apart.ts'
import { type Definition, definitionIn } from './definition.ts'
import { decodeRaw, isStoredItem, type RawItem, rawKey } from './raw.ts'
import type { AnyModel, ItemOf, Parts, Shape, Shown } from './shape.ts'

export type ModelMap = Readonly<Record<string, AnyModel>>

/** What a set needs to know of a model's type. To compare whole models costs the compiler several times as much. */
interface Shaped {
  readonly ' shape': Shape
}

export type ShapedMap = Readonly<Record<string, Shaped>>

/** The pieces of a key between `#`, as a tuple; `never` if types cannot tell the text of a value. */
type Pieces<P extends Parts, S extends Shape> = P extends readonly [
  infer Part extends string,
  ...infer Rest extends Parts
]
  ? [...(IdentifierOf<Part> extends '' ? [] : [IdentifierOf<Part>]), Piece<S, AttributeOf<Part>>, ...Pieces<Rest, S>]
  : []

type Piece<S extends Shape, A extends string> = A extends keyof S['fields']
  ? OutputOfField<S['fields'][A]> extends infer Value extends string | boolean
    ? Escaped<KeyText<Value>>
    : Unknown
  : string

declare const unknownText: unique symbol
interface Unknown {
  readonly [unknownText]: true
}

/**
 * One tuple for the whole primary key; `never` if types cannot tell. It begins with the number of PK's pieces, so that
 * PK and SK stay apart when tuples are compared.
 */
type KeyPieces<S extends Shape> = true extends
  | S['table']['raw']
  | (keyof S['table']['texts'] extends never ? false : true)
  | (number extends (S['pk'] | S['sk'])['length'] ? true : false)
  ? never
  : Known<[...Pieces<S['pk'], S>, ...(S['suffix'] extends '' ? [] : [S['suffix']])], Pieces<S['sk'], S>>

type Known<Pk extends readonly unknown[], Sk extends readonly unknown[]> = Unknown extends (Pk | Sk)[number]
  ? never
  : [Pk['length'], ...Pk, ...Sk]

type AllPieces<T extends ShapedMap> = { [K in keyof T]: KeyPieces<T[K][' shape']> }

/** The suffix; '' if there is none or the compiler does not know it. */
type SuffixOf<M extends Shaped> = string extends M[' shape']['suffix'] ? '' : M[' shape']['suffix']

type Suffixes<T extends ShapedMap> = { [K in keyof T]: SuffixOf<T[K]> }

/** The text that SK begins with; '' if it begins with a value. */
type FirstOf<M extends Shaped> = M[' shape']['sk'] extends readonly [infer Part extends string, ...infer _]
  ? string extends Part
    ? ''
    : IdentifierOf<Part>
  : ''

type Firsts<T extends ShapedMap> = { [K in keyof T]: FirstOf<T[K]> }

/** The names of the models by the suffix of PK, by the first text of SK, and by both. */
interface Groups<S extends TextByModel, F extends TextByModel, B extends TextByModel> {
  readonly all: keyof S
  readonly suffix: Grouped<S>
  readonly first: Grouped<F>
  readonly both: Grouped<B>
}

interface AnyGroups {
  readonly all: unknown
  readonly suffix: unknown
  readonly first: unknown
  readonly both: unknown
}

type TextByModel = Readonly<Record<string, string>>

// Mapped twice: at each use of a type with renamed members, the compiler works out all of their names again.
type Grouped<S extends TextByModel> = Shown<{ [K in keyof S as S[K]]: K }>

type Boths<S extends TextByModel, F extends TextByModel> = { [K in keyof S & keyof F]: `${S[K]}#${F[K]}` }

/**
 * The names of the models that could share a key with one of this suffix and first text: those with the same ones, and
 * those without. This saves the compiler from comparing every pair of models.
 */
type Neighbours<G extends AnyGroups, Suffix extends string, First extends string> = '' extends Suffix
  ? '' extends First
    ? G['all']
    : At<G['first'], First | ''>
  : '' extends First
    ? At<G['suffix'], Suffix | ''>
    : At<G['both'], `${Suffix | ''}#${First | ''}`>
type At<G, Key extends string> = Key extends string
  ? G extends { readonly [P in Key]: infer Names }
    ? Names
    : never
  : never

/** The names of those other models whose key tuples overlap with that of `K`. */
type Rivals<P, K extends keyof P, Others> = {
  [J in Others & keyof P]: [P[J] & P[K]] extends [never] ? never : J
}[Others & keyof P]

/** For each model, a sentence that says why it does not go with the others; `never` if it does. */
type Verdicts<
  T extends ShapedMap,
  P = AllPieces<T>,
  S extends Record<keyof T, string> = Suffixes<T>,
  F extends Record<keyof T, string> = Firsts<T>,
  G extends AnyGroups = Groups<S, F, Boths<S, F>>,
  L = T[keyof T][' shape']['table']['layout']
> = {
  // A name that the compiler does not know could be any name.
  [K in keyof T]: [K, L] extends [T[K][' shape']['name'], T[K][' shape']['table']['layout']]
    ? K extends keyof P
      ? Verdict<K, Rivals<P, K, Exclude<Neighbours<G, S[K], F[K]>, K>>>
      : never
    : K extends T[K][' shape']['name']
      ? OfOtherLayout<K, OtherLayout<T[K][' shape']['table']['layout'], T[keyof T]>>
      : `the model ${T[K][' shape']['name']} must stand under its own name, not under ${K & string}`
}

type Verdict<K, Rival> = [Rival] extends [never]
  ? never
  : `${K & string} and ${Rival & string} could claim the same item: their keys have the same template`

/**
 * The models, if they go together. Otherwise a type that lacks the names of those that do not, so that the compiler
 * reports the first of them in a literal, and prints sentences instead of the models. If one argument is not a model, the
 * type says nothing of the others.
 */
type Apart<T extends ShapedMap, V = Verdicts<T>> = [V[keyof V]] extends [never]
  ? string extends keyof T
    ? ModelMap
    : T
  : NotApart<V[keyof V], { [K in keyof V]: [V[K]] extends [never] ? K : never }[keyof V]>

type NotApart<Sentences, Rest> = {
  readonly [P in ' problem' | (Rest & string)]: P extends ' problem' ? Sentences : unknown
}

/** A decoded row and the name of its model. */
export type Tagged<T extends ShapedMap> = { [K in keyof T]: { model: K; item: ItemIn<T[K]> } }[keyof T]
type ItemIn<M> = M extends AnyModel ? ItemOf<M> : never

/** Models of one table, proven not to claim each other's items. Made by {@link models}. */
export class ModelSet<T extends ShapedMap> {
  /** The models by name. */
  readonly models: T
  readonly #definitions: readonly Definition[]

  constructor(models: T, definitions: readonly Definition[]) {
    this.models = models
    this.#definitions = definitions
    proveApart(definitions)
  }

  /**
   * Finds the model of a row and decodes the row; `undefined` if the row belongs to none of these models, or if there
   * is no row. It takes rows in the SDK's form, and as JSON: from Lambda's stream events, EventBridge Pipes and exports
   * to S3 (with bytes as base64 text), and in Step Functions' spelling. Throws UndecodableItem if the row does not fit
   * its model.
   *
   * ```ts
   * export const handler = (event: DynamoDBStreamEvent) => {
   *   for (const { dynamodb } of event.Records) {
   *     const read = app.read(dynamodb?.NewImage)
   *     if (read?.model === 'User') greet(read.item.name)
   *   }
   * }
   * ```
   */
  read(row: RawItem | undefined): { [K in keyof T]: { model: K; item: ItemIn<T[K]> } }[keyof T] | undefined {
    const [first] = this.#definitions
    const stored = isStoredItem(row) && row
    const key = stored || (first && rawKey(row, first.layout))
    const owner = key && ownerOf(this.#definitions, key)
    if (owner === undefined || row === undefined) return undefined
    return { model: owner.name, item: decodeRaw(owner, row, stored) } as Tagged<T> // decoded by the owner's fields
  }
}

/**
 * Puts models side by side, each under its own name. It proves that no two of them can claim the same item: at compile
 * time if names, identifiers and suffixes decide it, and always at run time. Throws KeyCollision.
 *
 * ```ts
 * const app = models({ User, Order })
 * ```
 */
export const models = <const T extends ShapedMap = ModelMap>(set: Apart<T>): ModelSet<T> => {
  const given: unknown = set
  const problem = notNamed(given)
  if (problem !== undefined) throw new InvalidModel('models()', problem)
  const definitions = Object.entries(given as Record<string, AnyModel | null | undefined>).map(([name, model]) => {
    if (model?.[' compiled'] === undefined)
      throw new InvalidModel('models()', `${name} is no model, but ${describe(model)}`)
    const definition = definitionIn(model)
    if (definition.name !== name)
      throw new InvalidModel(definition.name, `models() has it under the name ${name}; give each its own name`)
    return definition
  })
  return new ModelSet(given as T, definitions) // checked above
}
