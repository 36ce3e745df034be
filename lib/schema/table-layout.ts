import { checkFlag, InvalidModel, nameOf, quote } from '../errors.ts'
import { notNamed } from '../fields/record.ts'
import { type Escaping, escapingFor, isDelimiter } from '../keys/escaping.ts'
import type { KeyType } from '../keys/source.ts'
import type { OwnKeyMaker } from './key-sources.ts'
import { ownSource } from './own-source.ts'

/** A key attribute of the table or an index. */
export interface KeyAttribute<Name extends string = string, Type extends KeyType = KeyType> {
  readonly name: Name
  readonly type: Type
}

/** A key attribute of type number. It is an attribute of the items, as it is. */
export const number = <const Name extends string>(name: Name): KeyAttribute<Name, 'N'> => ({ name, type: 'N' })

/** A key attribute of type binary. It is an attribute of the items, as it is. */
export const binary = <const Name extends string>(name: Name): KeyAttribute<Name, 'B'> => ({ name, type: 'B' })

/** The name of a text key attribute, or a {@link number} or {@link binary} one. */
type KeyOption = string | KeyAttribute

/** Up to four attributes, which DynamoDB allows for an index since November 2025. */
type KeysOption = KeyOption | readonly KeyOption[]

/** The attributes that an index projects beside keys: all, none, or these. */
export type Projection = 'ALL' | 'KEYS_ONLY' | readonly string[]

/** An index. It is global unless it is `local`; a local index has the table's partition key. */
export type IndexOptions =
  | {
      readonly pk: KeysOption
      readonly sk?: KeysOption | undefined
      readonly local?: false | undefined
      readonly projection?: Projection | undefined
    }
  | {
      readonly pk?: undefined
      readonly sk: KeyOption
      readonly local: true
      readonly projection?: Projection | undefined
    }

/** The options of {@link layout}. */
export interface LayoutOptions {
  /** The table's partition key. */
  readonly pk: KeyOption
  /** The table's sort key, if it has one. */
  readonly sk?: KeyOption | undefined
  readonly indexes?: { readonly [name: string]: IndexOptions } | undefined
  /** An attribute for the model's name. Each write sets it, and it decides which model a row belongs to. */
  readonly type?: string | undefined
  /** The characters that end a value in a key. Default: `#`. */
  readonly delimiters?: string | undefined
}

/** An index of a layout. */
export interface IndexLayout {
  readonly name: string
  readonly pk: readonly KeyAttribute[]
  readonly sk: readonly KeyAttribute[]
  readonly isLocal: boolean
  readonly projection: Projection
}

/** A checked layout. */
export interface TableLayout {
  readonly pk: KeyAttribute
  readonly sk: KeyAttribute | undefined
  readonly indexes: ReadonlyMap<string, IndexLayout>
  readonly type: string | undefined
  readonly escaping: Escaping
  /** All key attributes of the table and its indexes, each once. */
  readonly keys: readonly KeyAttribute[]
  /** Makes own keys. `undefined` in STORM's table, which has none. */
  readonly ownKey: OwnKeyMaker | undefined
}

const MAX_GLOBAL = 20
const MAX_LOCAL = 5
const MAX_PARTS = 4
const MAX_PROJECTED = 100

const fail = (problem: string): InvalidModel => new InvalidModel('layout()', problem)

/** Checks a layout. Throws InvalidModel if DynamoDB would refuse the table, or if keys would be ambiguous. */
export const readLayout = (options: LayoutOptions): TableLayout => {
  checkOptions('the layout', options, ['pk', 'sk', 'indexes', 'type', 'delimiters'])
  const { pk, sk, indexes = {}, type, delimiters = '#' } = options
  const unnamed = notNamed(indexes)
  if (unnamed !== undefined) throw fail(`indexes ${unnamed}`)
  const [partition] = attributesOf('the table', 'pk', pk)
  const [sort] = sk === undefined ? [] : attributesOf('the table', 'sk', sk)
  if (partition === undefined || Array.isArray(pk) || Array.isArray(sk))
    throw fail('the table has one partition key, and at most one sort key: pk and sk name one attribute each')
  if (partition.name === sort?.name) throw fail(`${quote(partition.name)} cannot be both pk and sk of the table`)
  const read = Object.entries(indexes).map(([name, index]) => readIndex(name, index, partition))
  checkIndexes(read, sort)
  const keys = new Map<string, KeyAttribute>()
  for (const key of [partition, ...(sort ? [sort] : []), ...read.flatMap(index => [...index.pk, ...index.sk])]) {
    const known = keys.get(key.name)
    if (known !== undefined && known.type !== key.type)
      throw fail(`${quote(key.name)} is a key of type ${known.type} and of type ${key.type}: an attribute has one type`)
    keys.set(key.name, known ?? key)
  }
  if (type !== undefined) {
    checkName('type', type)
    if (type === partition.name || type === sort?.name)
      throw fail(
        `${quote(type)} is a key of the table: leave type out, and let each model declare it, as t.literal('Order')`
      )
    const key = keys.get(type)
    if (key !== undefined && key.type !== 'S')
      throw fail(`${quote(type)} is a key of type ${key.type}, and the model's name is a text`)
  }
  return {
    pk: partition,
    sk: sort,
    indexes: new Map(read.map(index => [index.name, index])),
    type,
    escaping: readDelimiters(delimiters),
    keys: [...keys.values()],
    ownKey: ownSource
  }
}

/** The names that stand for the table itself. */
const RESERVED: readonly string[] = ['table', 'consistent']

const readIndex = (name: string, options: IndexOptions, partition: KeyAttribute): IndexLayout => {
  const where = `index ${quote(name)}`
  if (!/^[\w.-]{3,255}$/.test(name)) throw fail(`${where}: a name has 3 to 255 letters, digits, '_', '-' and '.'`)
  if (RESERVED.includes(name)) throw fail(`${where}: explanations and types call the table so: give it another name`)
  checkOptions(where, options, ['pk', 'sk', 'local', 'projection'])
  const { local: isLocal = false, projection = 'ALL' } = options
  checkFlag('layout()', `${where}: local`, isLocal, InvalidModel)
  if (isLocal && options.pk !== undefined)
    throw fail(`${where} is local: it has the table's partition key, so leave pk out`)
  const pk = isLocal ? [partition] : attributesOf(where, 'pk', options.pk)
  const sk = options.sk === undefined ? [] : attributesOf(where, 'sk', options.sk)
  if (pk.length === 0) throw fail(`${where} has no partition key: give it pk`)
  if (isLocal && sk.length !== 1) throw fail(`${where} is local: it needs one sort key`)
  const names = [...pk, ...sk].map(key => key.name)
  const twice = names.find((key, i) => names.indexOf(key) < i)
  if (twice !== undefined) throw fail(`${where} has ${quote(twice)} twice among its keys`)
  return { name, pk, sk, isLocal, projection: projectionOf(where, projection) }
}

const checkOptions = (where: string, options: object, known: readonly string[]): void => {
  const problem = notNamed(options)
  if (problem !== undefined) throw fail(`${where} ${problem}`)
  const odd = Object.keys(options).find(name => !known.includes(name))
  if (odd !== undefined) throw fail(`${where} has no option ${quote(odd)}: there are ${known.join(', ')}`)
}

const projectionOf = (where: string, projection: Projection): Projection => {
  if (projection === 'ALL' || projection === 'KEYS_ONLY') return projection
  if (!Array.isArray(projection)) throw fail(`${where}: projection is 'ALL', 'KEYS_ONLY' or a list of attributes`)
  if (projection.length === 0) throw fail(`${where}: projection names no attribute: 'KEYS_ONLY' projects the keys`)
  if (projection.length > MAX_PROJECTED)
    throw fail(`${where} projects ${projection.length} attributes, and ${MAX_PROJECTED} are DynamoDB's limit`)
  for (const attribute of projection) checkName(`${where}, projection`, attribute)
  return [...projection]
}

const checkIndexes = (indexes: readonly IndexLayout[], sort: KeyAttribute | undefined): void => {
  const local = indexes.filter(({ isLocal }) => isLocal)
  if (indexes.length - local.length > MAX_GLOBAL)
    throw fail(`there are ${indexes.length - local.length} global indexes, and ${MAX_GLOBAL} are DynamoDB's limit`)
  if (local.length > MAX_LOCAL)
    throw fail(`there are ${local.length} local indexes, and ${MAX_LOCAL} are DynamoDB's limit`)
  if (local.length > 0 && sort === undefined) throw fail('a table without a sort key has no local indexes')
}

const attributesOf = (where: string, role: 'pk' | 'sk', given: KeysOption | undefined): KeyAttribute[] => {
  const all: readonly KeyOption[] = given === undefined ? [] : [given].flat()
  if (all.length > MAX_PARTS)
    throw fail(`${where} has ${all.length} attributes in ${role}, and ${MAX_PARTS} are DynamoDB's limit`)
  return all.map(one => {
    const { name, type }: KeyAttribute = typeof one === 'string' ? { name: one, type: 'S' } : (one ?? {})
    checkName(`${where}, ${role}`, name)
    if (!KEY_TYPES.includes(type)) throw fail(`${where}: ${quote(name)} is a key of type 'S', 'N' or 'B'`)
    return { name, type }
  })
}

const KEY_TYPES: readonly unknown[] = ['S', 'N', 'B']

const MAX_NAME_BYTES = 255

const checkName = (where: string, name: unknown): void => {
  if (typeof name !== 'string' || name === '' || name === '__proto__' || !name.isWellFormed())
    throw fail(`${where} must name an attribute, but no attribute can be called ${quote(nameOf(name))}`)
  if (Buffer.byteLength(name) > MAX_NAME_BYTES)
    throw fail(`${where}: the name of a key has at most ${MAX_NAME_BYTES} bytes, but ${quote(name)} has more`)
}

const readDelimiters = (delimiters: string): Escaping => {
  const odd = [...nameOf(delimiters)].find(character => !isDelimiter(character))
  if (delimiters === '' || odd !== undefined)
    throw fail(
      `delimiters are characters of ASCII that are neither letters nor digits nor '%', but ${
        odd === undefined ? 'there is none' : `one is ${quote(odd)}`
      }`
    )
  return escapingFor(delimiters)
}

/**
 * The name of a key attribute if it needs no placeholder in an expression: names like `PK`, `sk` and `GSI2SK` are not
 * reserved words. `undefined` for all others.
 */
export const plainName = (name: string): string | undefined => {
  if (!plain.has(name)) plain.set(name, /^(GSI|LSI)?\d*[PS]K$/i.test(name))
  return plain.get(name) ? name : undefined
}

/** The results of plainName() by name. */
const plain = new Map<string, boolean>()
