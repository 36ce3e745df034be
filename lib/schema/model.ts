import type { PrimaryKey } from '../errors.ts'
import type { Fields, IsKeyable, OutputOfField } from '../fields/records.ts'
import { type Blueprint, checkBlueprint, fieldsOf } from './blueprint.ts'
import { Definition } from './definition.ts'
import type {
  Draft,
  Gsi1PkText,
  IndexNames,
  InKey,
  KeyInput,
  KeyNames,
  LockedKey,
  ManagedNames,
  NewItem,
  NotInIndex,
  NotYetAModel,
  OwnIndexNames,
  ParsedKey,
  Parts,
  PkText,
  PrimaryNames,
  ReadItem,
  SkText,
  WrittenItem
} from './shape.ts'

/**
 * Fields that stand in a key must be of a type that can; those of PK and SK must always be there. Of fields whose names
 * the compiler does not know, only the run time can tell.
 */
type FitForKeys<S extends Draft, F extends Fields> = string extends keyof F
  ? unknown
  : {
      [K in keyof F & KeyNames<S>]: IsKeyable<F[K]> extends true | 'constant'
        ? K extends PrimaryNames<S>
          ? undefined extends OutputOfField<F[K]>
            ? `${K & string} stands in PK or SK, so it cannot be optional`
            : unknown
          : unknown
        : `${K & string} stands in a key, but values of its type cannot`
    }

type IndexInput<S extends Draft> = S['gsi1'] extends undefined ? NotInIndex<S['name']> : KeyInput<S, IndexNames<S>>

/**
 * A kind of item: the templates of its keys and its attributes. Immutable: every step returns a new model, in any
 * order. It can be used as soon as it has `.pk()` and `.sk()`.
 */
export class Model<S extends Draft> {
  declare readonly '~shape': S
  declare readonly '~item': ReadItem<S>
  declare readonly '~input': WrittenItem<S>
  declare readonly '~create': NewItem<S>
  declare readonly '~key': KeyInput<S, PrimaryNames<S>>
  declare readonly '~keys': KeyInput<S, KeyNames<S>>
  declare readonly '~locked': LockedKey<S>
  declare readonly '~managed': ManagedNames<S>
  declare readonly '~follows': OwnIndexNames<S>
  readonly #blueprint: Blueprint
  #definition: Definition | undefined

  constructor(blueprint: Blueprint) {
    checkBlueprint(blueprint)
    this.#blueprint = blueprint
  }

  // The steps name each member of the next shape: to map over them costs the compiler of every user several times as much.

  /**
   * The parts of PK: `'apple'` (behind its first letter: `A#…`), `'BN#banana'` (behind `BN#`) or `'#banana'` (bare).
   * PK ends in `#` and the suffix. `.pk()` without parts makes the suffix alone the key of one partition.
   */
  pk<const P extends Parts>(...parts: P) {
    return new Model<{
      name: S['name']
      suffix: S['suffix']
      pk: P
      sk: S['sk']
      gsi1: S['gsi1']
      fields: S['fields']
      raw: S['raw']
    }>({ ...this.#blueprint, pk: parts })
  }

  /** The parts of SK, at least one. SK has no suffix. */
  sk<const P extends Parts>(...parts: P) {
    return new Model<{
      name: S['name']
      suffix: S['suffix']
      pk: S['pk']
      sk: P
      gsi1: S['gsi1']
      fields: S['fields']
      raw: S['raw']
    }>({ ...this.#blueprint, sk: parts })
  }

  /**
   * The parts of GSI1PK, which ends in the suffix as PK does; the index's sort key is SK. An item that lacks one of
   * these attributes is not in the index.
   */
  gsi1<const P extends Parts>(...parts: P) {
    return new Model<{
      name: S['name']
      suffix: S['suffix']
      pk: S['pk']
      sk: S['sk']
      gsi1: P
      fields: S['fields']
      raw: S['raw']
    }>({ ...this.#blueprint, gsi1: parts })
  }

  /** The end of PK and GSI1PK, instead of the model's name; `''` for none. */
  suffix<const Text extends string>(suffix: Text) {
    return new Model<{
      name: S['name']
      suffix: Text
      pk: S['pk']
      sk: S['sk']
      gsi1: S['gsi1']
      fields: S['fields']
      raw: S['raw']
    }>({ ...this.#blueprint, suffix })
  }

  /** The attributes. A key attribute that is not declared is a string. Called again, it replaces the attributes. */
  fields<F extends Fields>(fields: F & FitForKeys<S, F>) {
    return new Model<{
      name: S['name']
      suffix: S['suffix']
      pk: S['pk']
      sk: S['sk']
      gsi1: S['gsi1']
      fields: F
      raw: S['raw']
    }>({ ...this.#blueprint, fields: fieldsOf(this.#blueprint.name, fields) })
  }

  /**
   * Turns escaping off: values stand in keys as they are, `#` and `%` included, and identifiers and suffix may hold
   * them too. Only for tables that already have such keys. The risk: different values can then make the same key
   * (`'x#B#y', 'z'` and `'x', 'y#B#z'`), so whoever chooses a value may reach another's item; and {@link parse}
   * answers `undefined` for a key that can be read in more than one way.
   */
  rawKeys() {
    return new Model<{
      name: S['name']
      suffix: S['suffix']
      pk: S['pk']
      sk: S['sk']
      gsi1: S['gsi1']
      fields: S['fields']
      raw: true
    }>({ ...this.#blueprint, raw: true })
  }

  /**
   * The primary key of these attributes; others are ignored, so a whole item will do. Literal arguments give a literal
   * type. Throws InvalidKey.
   *
   * ```ts
   * Fruit.key({ apple: 'a', banana: 'b', date: '2026' })   // { PK: 'A#a#B#b#RedFruit', SK: 'DT#2026' }
   * ```
   */
  key<const V extends KeyInput<S, PrimaryNames<S>>>(
    values: V
  ): { PK: PkText<S, InKey<S, V>>; SK: SkText<S, InKey<S, V>> } {
    const { PK, SK } = this['~definition'].key(values)
    return { PK: PK as PkText<S, InKey<S, V>>, SK: SK as SkText<S, InKey<S, V>> } // the type-level twin of what was rendered
  }

  /** The key in GSI1 of these attributes. Throws InvalidKey, and InvalidModel without `.gsi1()`. */
  gsi1Key<const V extends IndexInput<S>>(
    values: V
  ): { GSI1PK: Gsi1PkText<S, InKey<S, V>>; SK: SkText<S, InKey<S, V>> } {
    const { GSI1PK, SK } = this['~definition'].indexKey(values)
    return { GSI1PK: GSI1PK as Gsi1PkText<S, InKey<S, V>>, SK: SK as SkText<S, InKey<S, V>> } // twins again
  }

  /** The attributes a primary key was made from, exactly; `undefined` if it is not a key of this model. */
  parse(key: PrimaryKey): ParsedKey<S> | undefined {
    return this['~definition'].parse(key) as ParsedKey<S> | undefined // decoded by these very fields
  }

  /** Compiled at first use. */
  get '~definition'(): Definition {
    this.#definition ??= new Definition(this.#blueprint)
    return this.#definition
  }
}

/**
 * Begins a model. Its name is the suffix of its keys, unless `.suffix()` gives another.
 *
 * ```ts
 * const Fruit = model('Fruit').pk('apple', 'banana').suffix('RedFruit').sk('DT#date').gsi1('farm')
 *   .fields({ weight: t.number() })
 * ```
 */
export const model = <const Name extends string>(name: Name) =>
  new Model<{
    name: Name
    suffix: Name
    pk: NotYetAModel<'.pk(…)'>
    sk: NotYetAModel<'.sk(…)'>
    gsi1: undefined
    // biome-ignore lint/complexity/noBannedTypes: no fields yet, exactly
    fields: {}
    raw: false
  }>({ name, suffix: name, fields: {}, raw: false })
