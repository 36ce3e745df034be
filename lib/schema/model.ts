import { nameOf } from '../errors.ts'
import type { Fields } from '../fields/records.ts'
import type { Text } from '../keys/text.ts'
import { STORM_INDEX } from '../storm.ts'
import { type Blueprint, checkBlueprint, fieldsOf, indexSpecOf, type KeySpec } from './blueprint.ts'
import { DEFAULT_LAYOUT } from './default-layout.ts'
import type { FitForKeys, Strictly } from './fit-for-keys.ts'
import type {
  GivenParts,
  Gsi1Shapes,
  IndexKeys,
  IndexShapeOf,
  IndexShapesWith,
  KeyGiven,
  NoIndexes,
  Nothing,
  PartsGiven,
  SharedWith,
  StormIndex,
  StormLayout,
  TableGiven
} from './layout-types.ts'
import { Compiled } from './model-keys.ts'
import { plainKey, storedKey } from './plain-key.ts'
import type {
  Draft,
  IndexNames,
  IndexText,
  InKey,
  KeyInput,
  KeyNames,
  LockedKey,
  ManagedNames,
  NamesByRole,
  NewItem,
  NotInIndex,
  NotYetAModel,
  OwnIndexNames,
  ParsedKey,
  PrimaryNames,
  ReadItem,
  RenderedKey,
  Shown,
  StoredKey,
  TableShape,
  WrittenItem
} from './shape.ts'

/** The attributes of a model's key in an index. If the model is not in that index, a sentence that says so. */
type IndexInput<S extends Draft, N extends string> = N extends keyof S['indexes']['of']
  ? KeyInput<S, IndexNames<S, S['indexes']['of'][N]>>
  : NotInIndex<S['name'], N>

/** The key in an index, by the names of its attributes. */
type RenderedIndexKey<S extends Draft, N extends string, V> = N extends keyof S['indexes']['of']
  ? {
      [K in IndexKeyNames<S, N>]: K extends S['table']['layout']['indexes'][N]['pk'][number]
        ? IndexText<S, S['indexes']['of'][N], 'pk', V>
        : IndexText<S, S['indexes']['of'][N], 'sk', V>
    }
  : never
type IndexKeyNames<S extends Draft, N extends string> =
  | S['table']['layout']['indexes'][N]['pk'][number]
  | S['table']['layout']['indexes'][N]['sk'][number]

/** Accepts an index of the layout. For another name, the type is a sentence that lists the indexes. */
type KnownIndex<S extends Draft, N extends string, Indexes> = N extends keyof Indexes
  ? unknown
  : UnknownIndex<`${S['name']}: its layout has no index ${N}; it has ${NamesOf<Indexes>}`>

type NamesOf<Indexes> = [keyof Indexes] extends [never] ? 'none' : keyof Indexes & string

/** An object, because an intersection of two different texts is never. */
interface UnknownIndex<Sentence extends string> {
  readonly ' problem': Sentence
}

/**
 * A kind of item: its key templates and its attributes. Immutable: every step returns a new model. Steps can come in
 * any order. A model with `.pk()` and `.sk()` can be used.
 */
export class Model<S extends Draft> {
  declare readonly ' shape': S
  declare readonly ' item': ReadItem<S>
  declare readonly ' input': WrittenItem<S>
  declare readonly ' create': NewItem<S>
  declare readonly ' key': KeyInput<S, PrimaryNames<S>>
  declare readonly ' keys': KeyInput<S, KeyNames<S>>
  declare readonly ' locked': LockedKey<KeyInput<S, PrimaryNames<S>>, NamesByRole<S, 'version'>>
  declare readonly ' managed': ManagedNames<S>
  declare readonly ' follows': OwnIndexNames<S>
  readonly ' compiled': Compiled

  constructor(blueprint: Blueprint) {
    checkBlueprint(blueprint)
    this[' compiled'] = new Compiled(blueprint)
  }

  // Each step lists all members of the next shape: a mapped type costs every user's compiler several times as much.

  /**
   * The parts of PK: `'apple'` (after its first letter: `A#…`), `'BN#banana'` (after `BN#`) or `'#banana'` (bare). PK
   * ends in `#` and the suffix. `.pk()` without parts puts all items into one partition, whose key is the suffix.
   */
  pk<const P extends GivenParts>(...parts: P) {
    return new Model<{
      name: S['name']
      suffix: S['suffix']
      pk: PartsGiven<P, S['table']['layout']['pk']>
      sk: S['sk']
      indexes: S['indexes']
      fields: S['fields']
      table: TableGiven<S['table'], 'pk', P>
    }>({ ...this.#blueprint, pk: specOf(parts) })
  }

  /** The parts of SK, at least one. SK has no suffix. */
  sk<const P extends GivenParts>(...parts: P & (P extends readonly [] ? 'sk() takes at least one part' : unknown)) {
    return new Model<{
      name: S['name']
      suffix: S['suffix']
      pk: S['pk']
      sk: PartsGiven<P, S['table']['layout']['sk']>
      indexes: S['indexes']
      fields: S['fields']
      table: TableGiven<S['table'], 'sk', P>
    }>({ ...this.#blueprint, sk: specOf(parts) })
  }

  /**
   * The parts of GSI1PK in STORM's table. GSI1PK ends in the suffix, like PK; the index's sort key is SK. An item that
   * lacks one of these attributes is not in the index.
   */
  gsi1<const P extends S['table']['layout']['gsi1']>(...parts: P) {
    return new Model<{
      name: S['name']
      suffix: S['suffix']
      pk: S['pk']
      sk: S['sk']
      indexes: Gsi1Shapes<P>
      fields: S['fields']
      table: S['table']
    }>({ ...this.#blueprint, indexes: { ...this.#blueprint.indexes, [STORM_INDEX]: { pk: parts } } })
  }

  /**
   * Puts the items into an index of the layout. Give parts or `text()` for each key to render. A key that is left out
   * is the table's own key, a key that an earlier index gave under this name, or an attribute of this name. An item
   * that lacks one of the attributes is not in the index.
   *
   * ```ts
   * app.model('Order').pk('customer').sk('O#order').index('GSI1', { pk: ['status'], sk: ['D#placed'] }).index('byStatus')
   * ```
   *
   * Throws InvalidModel if the layout has no such index, or if nothing fills a key.
   */
  index<const N extends string, const P extends KeyGiven = never, const Q extends KeyGiven = never>(
    name: N & KnownIndex<S, N, S['table']['layout']['indexes']>,
    keys?: IndexKeys<P, Q>
  ) {
    const spec = indexSpecOf(this.#blueprint.name, name, keys)
    return new Model<{
      name: S['name']
      suffix: S['suffix']
      pk: S['pk']
      sk: S['sk']
      indexes: IndexShapesWith<
        S['indexes'],
        N,
        IndexShapeOf<S['table']['layout'], N, P, Q, SharedWith<S['table']['layout'], S['indexes']>>
      >
      fields: S['fields']
      table: S['table']
    }>({ ...this.#blueprint, indexes: { ...this.#blueprint.indexes, [nameOf(name)]: spec } }) // a symbol would be skipped
  }

  /** The end of PK and GSI1PK instead of the model's name; `''` for none. */
  suffix<const Text extends string>(suffix: Text) {
    return new Model<{
      name: S['name']
      suffix: Text
      pk: S['pk']
      sk: S['sk']
      indexes: S['indexes']
      fields: S['fields']
      table: S['table']
    }>({ ...this.#blueprint, suffix })
  }

  /**
   * The attributes: made by `t.*`, or any Standard Schema. A key attribute without a field is a string. A second call
   * replaces the attributes. Throws InvalidModel.
   *
   * ```ts
   * .fields({ weight: t.number(), tags: t.set(t.string()).optional(), email: z.email() })
   * ```
   */
  fields<F extends Fields>(fields: Strictly<FitForKeys<S, F> & F>) {
    return new Model<{
      name: S['name']
      suffix: S['suffix']
      pk: S['pk']
      sk: S['sk']
      indexes: S['indexes']
      fields: F
      table: S['table']
    }>({ ...this.#blueprint, fields: fieldsOf(this.#blueprint.name, fields) })
  }

  /**
   * Turns escaping off: values stand in keys as they are, also with `#` and `%`, which identifiers and the suffix can
   * then hold too. Only for tables that already have such keys. The risk: different values can make the same key
   * (`'x#B#y', 'z'` and `'x', 'y#B#z'`), so a user who chooses a value can reach another user's item. {@link parse}
   * returns `undefined` for an ambiguous key.
   */
  rawKeys() {
    return new Model<{
      name: S['name']
      suffix: S['suffix']
      pk: S['pk']
      sk: S['sk']
      indexes: S['indexes']
      fields: S['fields']
      table: { layout: S['table']['layout']; raw: true; texts: S['table']['texts'] }
    }>({ ...this.#blueprint, raw: true })
  }

  /**
   * The primary key of these attributes. Others are ignored, so a whole item works. Literal arguments give a literal
   * type. Throws InvalidKey.
   *
   * ```ts
   * Fruit.key({ apple: 'a', banana: 'b', date: '2026' })   // { PK: 'A#a#B#b#RedFruit', SK: 'DT#2026' }
   * ```
   */
  key<const V extends KeyInput<S, PrimaryNames<S>>>(values: V): Shown<RenderedKey<S, InKey<S, V>>> {
    return plainKey(this[' compiled'].keys.key(values)) as unknown as Shown<RenderedKey<S, InKey<S, V>>> // the type-level twin of the rendered key
  }

  /** The key of these attributes in an index. Throws InvalidKey, and InvalidModel without `.index()`. */
  indexKey<const N extends string, const V extends IndexInput<S, N>>(
    index: N,
    values: V
  ): RenderedIndexKey<S, N, InKey<S, V>> {
    const key: unknown = plainKey(this[' compiled'].keys.indexKey(index, values))
    return key as RenderedIndexKey<S, N, InKey<S, V>> // a twin again
  }

  /** The key of these attributes in GSI1. Throws InvalidKey, and InvalidModel without `.gsi1()`. */
  gsi1Key<const V extends IndexInput<S, StormIndex>>(values: V): RenderedIndexKey<S, StormIndex, InKey<S, V>> {
    return this.indexKey<StormIndex, V>(STORM_INDEX, values)
  }

  /** The attributes that a primary key was made from, exactly; `undefined` if the key is not this model's. */
  parse(key: StoredKey<S>): Shown<ParsedKey<S>> | undefined {
    return this[' compiled'].keys.parse(storedKey(key)) as Shown<ParsedKey<S>> | undefined // decoded by these fields
  }

  /** The model's name. */
  get name(): S['name'] {
    return this.#blueprint.name
  }

  get #blueprint(): Blueprint {
    return this[' compiled'].blueprint
  }
}

/** One text, or parts. */
const specOf = (parts: readonly (string | Text)[]): KeySpec => {
  const [first] = parts
  return typeof first === 'object' && parts.length === 1 ? first : (parts as readonly string[]) // checked in the next step
}

/** STORM's table, for models without raw keys and without whole texts. */
export interface StormTable extends TableShape {
  readonly layout: StormLayout
  readonly raw: false
  readonly texts: Nothing
}

/**
 * Begins a model of STORM's table. Its name is the suffix of PK and GSI1PK, unless `.suffix()` gives another. Models
 * of other tables begin with `layout().model()`.
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
    indexes: NoIndexes
    fields: Nothing
    table: StormTable
  }>({ name, layout: DEFAULT_LAYOUT, suffix: name, indexes: {}, fields: {}, raw: false })
