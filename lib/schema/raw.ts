import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { describe } from '../errors.ts'
import { isPlain } from '../fields/kinds.ts'
import { MAX_DEPTH, Misfit, within } from '../fields/report.ts'
import type { Definition, StoredItem } from './definition.ts'
import type { TableLayout } from './table-layout.ts'

/**
 * A stored value as the SDK has it, or as JSON has it where rows come from elsewhere: in Lambda's stream events (the type
 * of `@types/aws-lambda` fits), EventBridge Pipes and exports to S3, bytes are base64 text; Step Functions names types as
 * the AWS SDK for Java does, in Pascal case: `Bool`, `Nul`, `Ss`, sometimes beside `BOOL` and `NULL`, as
 * https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html and
 * https://github.com/boto/boto3/issues/4253 say. One of the members is there.
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

/** A row as it stands in an event, an export or a response: stored values by the names of their attributes. */
export interface RawItem {
  readonly [attribute: string]: RawValue
}

type Type = 'S' | 'N' | 'B' | 'BOOL' | 'NULL' | 'SS' | 'NS' | 'BS' | 'L' | 'M'
/** What each type is called: by DynamoDB, and by Step Functions. */
const TYPES: ReadonlyMap<string, Type> = new Map<string, Type>([
  ...(['S', 'N', 'B', 'BOOL', 'NULL', 'SS', 'NS', 'BS', 'L', 'M'] as const).map(type => [type, type] as const),
  ['Bool', 'BOOL'],
  ['Nul', 'NULL'],
  ['Null', 'NULL'],
  ['Ss', 'SS'],
  ['Ns', 'NS'],
  ['Bs', 'BS']
])

/** A row with the attributes of these names as the SDK would have them: itself where it has them so. Throws Misfit. */
const storedItem = (row: RawItem, names: ReadonlySet<string>): StoredItem => {
  const isBare: boolean = isPlain(row)
  return mapOf(isBare ? row : { ...row }, 1, names)
}

/** The item in a row from elsewhere. Others than the model's attributes are not looked at. Throws UndecodableItem. */
export const decodeRaw = (model: Definition, row: RawItem): Record<string, unknown> => {
  try {
    return model.decode(storedItem(row, model.names))
  } catch (error) {
    throw model.undecodable(row, error)
  }
}

/** What says whose a row is: its primary key, and the attribute that names its model; `undefined` if it is no row. */
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

/** A value as the SDK would have it: itself where it is so. Most are, and no copy is made of them. */
const storedValue = (raw: unknown, depth: number): AttributeValue => {
  if (typeof raw !== 'object' || raw === null)
    throw new Misfit(`a stored value was expected, but there is ${describe(raw)}`)
  if (depth > MAX_DEPTH) throw new Misfit(`is nested deeper than ${MAX_DEPTH} levels`)
  let type: Type | undefined
  let content: unknown
  let isAsItIs = true
  const members = raw as Readonly<Record<string, unknown>>
  for (const name of Object.keys(members)) {
    const given = TYPES.get(name)
    const value = given && members[name]
    if (given !== name || value === undefined || value === null) isAsItIs = false
    if (given === undefined || value === undefined || value === null) continue
    if (type !== undefined) throw notOne('several')
    type = given
    content = value
  }
  if (type === undefined) throw notOne('none')
  const stored = READERS[type](content, depth)
  return (isAsItIs && stored === content ? raw : { [type]: stored }) as AttributeValue // what was looked through
}

const notOne = (many: string): Misfit => new Misfit(`a stored value of one type was expected, but it has ${many}`)

const expected = (what: string, value: unknown): Misfit =>
  new Misfit(`${what} was expected, but there is ${describe(value)}`)

const textOf = (value: unknown): string => {
  if (typeof value === 'string') return value
  throw expected('a text', value)
}

const bytesOf = (value: unknown): Uint8Array => {
  if (value instanceof Uint8Array) return value
  if (typeof value !== 'string') throw expected('base64 text', value)
  const bytes = Buffer.from(value, 'base64')
  if (bytes.toString('base64') !== value) throw expected('base64 text', value) // what is malformed was skipped
  return new Uint8Array(bytes)
}

/** A list of what its elements are read as: itself where that is the same. */
const listOf = (list: unknown, read: (element: unknown, depth: number) => unknown, depth = 0): readonly unknown[] => {
  if (!Array.isArray(list)) throw expected('a list', list)
  let copy: unknown[] | undefined
  let at = 0
  try {
    for (const element of list) {
      const made = read(element, depth)
      if (made !== element) copy ??= list.slice(0, at)
      copy?.push(made)
      at++
    }
  } catch (error) {
    throw within(at, error)
  }
  return copy ?? list
}

/** A map of what its members are read as, of some of them: itself where that is the same. */
const mapOf = (map: unknown, depth: number, names?: ReadonlySet<string>): StoredItem => {
  if (typeof map !== 'object' || map === null || Array.isArray(map)) throw expected('a map', map)
  const members = map as Readonly<Record<string, unknown>>
  let copy: Record<string, unknown> | undefined
  let at = ''
  try {
    for (const name of Object.keys(members)) {
      const value = members[name]
      if (names !== undefined && (value === undefined || !names.has(name))) continue
      at = name
      const stored = storedValue(value, depth)
      if (stored === value) continue
      copy ??= { ...members } // with `__proto__` as a member of its own, where there is one
      copy[name] = stored
    }
  } catch (error) {
    throw within(at, error)
  }
  return (copy ?? members) as StoredItem // as was just seen
}

/** What each type holds, as the SDK has it. */
const READERS: { readonly [T in Type]: (value: unknown, depth: number) => unknown } = {
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
