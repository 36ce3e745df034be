import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { describe } from '../errors.ts'
import { isStoredMap } from '../fields/field.ts'
import { isBytes, isPlain } from '../fields/kinds.ts'
import { MAX_DEPTH, Misfit, within } from '../fields/report.ts'
import type { Definition, StoredItem } from './definition.ts'
import type { TableLayout } from './table-layout.ts'

/**
 * A stored value as the SDK has it, or in one of JSON's spellings. In Lambda's stream events (the type of
 * `@types/aws-lambda` fits), EventBridge Pipes and exports to S3, bytes are base64 text. Step Functions names types in
 * Pascal case, like the AWS SDK for Java: `Bool`, `Nul`, `Ss`, sometimes beside `BOOL` and `NULL`. See
 * https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html and
 * https://github.com/boto/boto3/issues/4253. Exactly one of the members is set.
 */
export interface RawValue {
  readonly S?: string | undefined
  readonly N?: string | undefined
  readonly B?: Uint8Array | string | undefined
  readonly BOOL?: boolean | undefined
  readonly NULL?: boolean | undefined
  readonly SS?: readonly string[] | undefined
  readonly NS?: readonly string[] | undefined
  readonly BS?: readonly (Uint8Array | string)[] | undefined
  readonly L?: readonly RawValue[] | undefined
  readonly M?: RawItem | undefined
  readonly Bool?: boolean | undefined
  readonly Nul?: boolean | undefined
  readonly Ss?: readonly string[] | undefined
  readonly Ns?: readonly string[] | undefined
  readonly Bs?: readonly (Uint8Array | string)[] | undefined
}

/** A row in an event, an export or a response: stored values by attribute name. */
export interface RawItem {
  readonly [attribute: string]: RawValue
}

type Type = 'S' | 'N' | 'B' | 'BOOL' | 'NULL' | 'SS' | 'NS' | 'BS' | 'L' | 'M'
/** The names of each type: DynamoDB's and Step Functions'. */
const TYPES: ReadonlyMap<string, Type> = new Map<string, Type>([
  ...(['S', 'N', 'B', 'BOOL', 'NULL', 'SS', 'NS', 'BS', 'L', 'M'] as const).map(type => [type, type] as const),
  ['Bool', 'BOOL'],
  ['Nul', 'NULL'],
  ['Null', 'NULL'],
  ['Ss', 'SS'],
  ['Ns', 'NS'],
  ['Bs', 'BS']
])

/**
 * Decodes a row in any spelling. Attributes that the model does not have are ignored. `stored`: the row, if it is in
 * the SDK's form. Throws UndecodableItem.
 */
export const decodeRaw = (
  model: Definition,
  row: RawItem,
  stored: StoredItem | false = isStoredItem(row) && row
): Record<string, unknown> => {
  try {
    return model.decode(stored || storedItem(row, model.names))
  } catch (error) {
    throw model.undecodable(row, error)
  }
}

/**
 * The attributes that identify a row's model: its primary key and the type attribute. `undefined` if it is not a row.
 */
export const rawKey = (row: unknown, { pk, sk, type }: TableLayout): StoredItem | undefined => {
  if (typeof row !== 'object' || row === null) return undefined
  const key: StoredItem = {}
  try {
    for (const name of [pk.name, sk?.name, type]) {
      const value: unknown = name && Object.hasOwn(row, name) ? Reflect.get(row, name) : undefined
      if (name !== undefined && value !== undefined) key[name] = storedValue(value, 1)
    }
  } catch (error) {
    if (error instanceof Misfit) return undefined
    throw error
  }
  return key
}

/** Whether a row is in the SDK's form. Then it needs no conversion. */
export const isStoredItem = (row: unknown): row is StoredItem => isPlain(row) && areStored(row, 1)

const areStored = (map: Readonly<Record<string, unknown>>, depth: number): boolean => {
  for (const name in map) if (!isStored(map[name], depth)) return false
  return true
}

/** Whether {@link storedValue} would give the same value. */
const isStored = (value: unknown, depth: number): boolean => {
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return false
  const names = Object.keys(value) // faster than a loop that counts own names
  if (names.length !== 1) return false
  const stored = value as Readonly<Record<string, unknown>> // any object
  switch (names[0]) {
    case 'S':
      return typeof stored.S === 'string'
    case 'N':
      return typeof stored.N === 'string'
    case 'BOOL':
      return typeof stored.BOOL === 'boolean'
    case 'NULL':
      return stored.NULL === true
    case 'B':
      return isBytes(stored.B)
    case 'L':
      return isStoredList(stored.L, depth + 1)
    case 'M':
      return isStoredMap(stored.M) && areStored(stored.M, depth + 1)
    default:
      return false // sets are rare
  }
}

const isStoredList = (list: unknown, depth: number): boolean => {
  if (!Array.isArray(list)) return false
  for (let i = 0; i < list.length; i++) if (!isStored(list[i], depth)) return false // every() would skip holes
  return true
}

/** A row whose attributes of these names are in the SDK's form. Throws Misfit. */
export const storedItem = (row: RawItem, names: ReadonlySet<string>): StoredItem => {
  const item: Record<string, unknown> = { ...row } // the spread copies an own `__proto__`, too
  for (const [name, value] of Object.entries(item))
    if (value !== undefined && names.has(name)) item[name] = readAt(name, storedValue, value, 1)
  return item as StoredItem // the loop has read them
}

/** A value in the SDK's form. Throws Misfit. */
const storedValue = (raw: unknown, depth: number): AttributeValue => {
  if (typeof raw !== 'object' || raw === null)
    throw new Misfit(`a stored value was expected, but there is ${describe(raw)}`)
  if (depth > MAX_DEPTH) throw new Misfit(`is nested deeper than ${MAX_DEPTH} levels`)
  let type: Type | undefined
  let known = '' // the name that was given for the type
  let content: unknown
  for (const [name, value] of Object.entries(raw)) {
    const given = TYPES.get(name)
    if (given === undefined || value === undefined || value === null) continue
    if (type !== undefined) throw notOne(`${known} and ${name}`)
    type = given
    known = name
    content = value
  }
  if (type === undefined) throw notOne('none')
  const stored: object = { [type]: READERS[type](content, depth) }
  return stored as AttributeValue // of the type that was read
}

const notOne = (names: string): Misfit =>
  new Misfit(`a stored value with the name of one type was expected, but it has ${names}`)

const expected = (what: string, value: unknown): Misfit =>
  new Misfit(`${what} was expected, but there is ${describe(value)}`)

const textOf = (value: unknown): string => {
  if (typeof value === 'string') return value
  throw expected('a text', value)
}

const bytesOf = (value: unknown): Uint8Array => {
  if (isBytes(value)) return value
  if (typeof value !== 'string') throw expected('base64 text', value)
  const bytes = Buffer.from(value, 'base64')
  if (bytes.toString('base64') !== value) throw expected('base64 text', value) // Buffer skips malformed text
  return new Uint8Array(bytes)
}

type Read = (raw: unknown, depth: number) => unknown

/** Reads a member or element. Adds its place to a misfit. */
const readAt = (at: string | number, read: Read, raw: unknown, depth: number): unknown => {
  try {
    return read(raw, depth)
  } catch (error) {
    throw within(at, error, raw)
  }
}

const listOf = (list: unknown, read: Read, depth = 0): readonly unknown[] => {
  if (!Array.isArray(list)) throw expected('a list', list)
  return Array.from(list, (element, i) => readAt(i, read, element, depth))
}

const mapOf = (map: unknown, depth: number): Readonly<Record<string, unknown>> => {
  if (!isStoredMap(map)) throw expected('a map', map)
  return Object.fromEntries(Object.entries(map).map(([name, value]) => [name, readAt(name, storedValue, value, depth)]))
}

/** Readers by type. They give what the SDK has. */
const READERS: { readonly [T in Type]: Read } = {
  S: textOf,
  N: textOf,
  B: bytesOf,
  BOOL: value => {
    if (typeof value !== 'boolean') throw expected('true or false', value)
    return value
  },
  NULL: () => true,
  SS: value => listOf(value, textOf),
  NS: value => listOf(value, textOf),
  BS: value => listOf(value, bytesOf),
  L: (value, depth) => listOf(value, storedValue, depth + 1),
  M: (value, depth) => mapOf(value, depth + 1)
}
