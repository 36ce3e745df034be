import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { describe } from '../errors.ts'
import { MAX_DEPTH, Misfit, within } from '../fields/report.ts'
import type { StoredItem } from './definition.ts'
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

/** The attributes of a row that have these names, as the SDK would have them. Throws Misfit. */
export const storedItem = (raw: RawItem, names: readonly string[]): StoredItem => {
  const item: StoredItem = {}
  let at = ''
  try {
    for (const name of names) {
      at = name
      const value = Object.hasOwn(raw, name) ? raw[name] : undefined
      if (value !== undefined) item[name] = storedValue(value, 1)
    }
  } catch (error) {
    throw within(at, error)
  }
  return item
}

/** What says whose a row is: its primary key, and the attribute that names its model; `undefined` if it is no row. */
export const rawKey = (row: unknown, { pk, sk, type }: TableLayout): StoredItem | undefined => {
  if (typeof row !== 'object' || row === null) return undefined
  const raw = row as RawItem // each value of it is looked at
  const names = [pk.name, ...(sk ? [sk.name] : []), ...(type === undefined ? [] : [type])]
  try {
    return storedItem(raw, names)
  } catch (error) {
    if (error instanceof Misfit) return undefined
    throw error
  }
}

const storedValue = (raw: unknown, depth: number): AttributeValue => {
  if (typeof raw !== 'object' || raw === null)
    throw new Misfit(`a stored value was expected, but there is ${describe(raw)}`)
  if (depth > MAX_DEPTH) throw new Misfit(`is nested deeper than ${MAX_DEPTH} levels`)
  let type: Type | undefined
  let content: unknown
  for (const name of Object.keys(raw)) {
    const given = TYPES.get(name)
    const value: unknown = given && Reflect.get(raw, name)
    if (given === undefined || value === undefined || value === null) continue
    if (type !== undefined) throw notOne('several')
    type = given
    content = value
  }
  if (type === undefined) throw notOne('none')
  return READERS[type](content, depth)
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

const listOf = <T>(list: unknown, read: (element: unknown, depth: number) => T, depth = 0): T[] => {
  if (!Array.isArray(list)) throw expected('a list', list)
  const elements: T[] = []
  try {
    for (const element of list) elements.push(read(element, depth))
  } catch (error) {
    throw within(elements.length, error)
  }
  return elements
}

const READERS: { readonly [T in Type]: (value: unknown, depth: number) => AttributeValue } = {
  S: value => ({ S: textOf(value) }),
  N: value => ({ N: textOf(value) }),
  B: value => ({ B: bytesOf(value) }),
  BOOL: value => {
    if (typeof value !== 'boolean') throw expected('true or false', value)
    return { BOOL: value }
  },
  NULL: () => ({ NULL: true }),
  SS: value => ({ SS: listOf(value, textOf) }),
  NS: value => ({ NS: listOf(value, textOf) }),
  BS: value => ({ BS: listOf(value, bytesOf) }),
  L: (value, depth) => ({ L: listOf(value, storedValue, depth + 1) }),
  M: (value, depth) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw expected('a map', value)
    let M: Record<string, AttributeValue> = {}
    let at = ''
    try {
      for (const name of Object.keys(value)) {
        at = name
        const stored = storedValue(Reflect.get(value, name), depth + 1)
        if (name === '__proto__') M = { ...M, [name]: stored }
        else M[name] = stored
      }
    } catch (error) {
      throw within(at, error)
    }
    return { M }
  }
}
