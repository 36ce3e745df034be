import type {
  AttributeValue,
  BatchGetItemCommandInput,
  BatchGetItemCommandOutput,
  BatchWriteItemCommandInput,
  BatchWriteItemCommandOutput,
  GetItemCommandInput,
  KeysAndAttributes,
  TransactWriteItem,
  WriteRequest
} from '@aws-sdk/client-dynamodb'
import { checkRows } from '../../driver/output.ts'
import { InvalidRequest, InvalidResponse, showKey } from '../../errors.ts'
import { decimalOf, showDecimal } from '../../fields/decimal.ts'
import { NOTHING } from '../../keys/source.ts'
import { type Guard, isUnguarded } from '../../plan/write/precondition.ts'
import { MAX_ITEM_BYTES, MAX_REQUEST_BYTES, measure } from '../../plan/write/size.ts'
import type { Definition, StoredItem } from '../../schema/definition.ts'
import { plainKey } from '../../schema/plain-key.ts'
import type { PreparedWrite } from '../builder/item-write.ts'

/** DynamoDB's limits for one request. */
const MAX_READS = 100
const MAX_WRITES = 25

/** More bytes than the JSON around the items, and around each item, can take. */
const ENVELOPE = 1024

/** What to use instead, for errors about writes that a batch does not take. */
const INSTEAD = 'use transact(), or the verb by itself'
export const NO_CHECKS = `a batch checks nothing: ${INSTEAD}` as const

/** One item to read, for one or more builders. */
export interface ReadEntry {
  readonly id: string
  readonly key: StoredItem
  /** How to read it. All items of one request are read in the same way. */
  readonly way: string
  readonly options: Omit<KeysAndAttributes, 'Keys'>
  /** The positions of the builders that read this item. */
  readonly places: number[]
}

/** One item to put or delete. */
export interface WriteEntry {
  readonly id: string
  readonly key: StoredItem
  readonly request: WriteRequest
  readonly bytes: number
}

/** A text that identifies an item in its table. */
export const idOf = (row: Readonly<StoredItem>, names: readonly string[]): string => {
  let id = ''
  for (const name of names) {
    const text = idOfKey(row[name])
    id += `${text.length} ${text}` // with its length, no text can run over into the next
  }
  return id
}

/** DynamoDB compares number keys by value: 1 and 1.0 are one key. */
const idOfKey = (stored: AttributeValue | undefined): string => {
  const { S, N, B } = stored ?? NOTHING
  if (N === undefined) return S ?? (B ? Buffer.from(B).toString('base64') : '')
  const decimal = decimalOf(N)
  return decimal ? showDecimal(decimal) : N
}

/** The reads of several builders. An item that is requested twice in the same way is read once. */
export class Reads {
  readonly entries = new Map<string, ReadEntry>()

  add(place: number, { TableName: _, Key: key = {}, ...options }: GetItemCommandInput): void {
    const way = JSON.stringify(options)
    const id = `${idOf(key, Object.keys(key))} ${way}`
    const read = this.entries.get(id)
    if (read === undefined) this.entries.set(id, { id, key, way, options, places: [place] })
    else read.places.push(place)
  }
}

/** Makes the batch entry of one write. Throws InvalidRequest if a batch cannot carry it. */
export const writeEntry = (verb: string, { operations }: Pick<PreparedWrite, 'operations'>): WriteEntry => {
  const [{ model, key, guard, operation }, ...more] = operations
  const { Put, Delete }: TransactWriteItem = more.length > 0 ? {} : operation
  const id = idOf(key, Object.keys(key))
  const problem = Put || Delete ? problemOf(guard, Put !== undefined) : `a batch puts and deletes: ${INSTEAD}`
  if (problem !== undefined) throw new InvalidRequest(verb, `${model.name}, ${showKey(plainKey(key))}: ${problem}`)
  const Key = Delete?.Key
  if (Put?.Item === undefined)
    return { id, key, request: { DeleteRequest: { Key } }, bytes: ENVELOPE + measure(Key ?? {}).wire }
  const { size, wire } = measure(Put.Item)
  if (size > MAX_ITEM_BYTES)
    throw new InvalidRequest(
      verb,
      `${model.name}, ${showKey(plainKey(key))}: the item has ${size} bytes, and ${MAX_ITEM_BYTES} are DynamoDB's limit`
    )
  return { id, key, request: { PutRequest: { Item: Put.Item } }, bytes: ENVELOPE + wire }
}

const problemOf = (guard: Guard, isPut: boolean): string | undefined => {
  const { existence, version, conditions } = guard
  if (isUnguarded(guard)) return undefined
  if (existence === 'new')
    return `create() looks whether there is an item, but ${NO_CHECKS}; put() writes without looking`
  if (conditions.length > 0) return `if() looks at the item, but ${NO_CHECKS}`
  // An item without a version is new by declaration.
  return isPut && version === 0 ? undefined : `t.version() looks at the item, but ${NO_CHECKS}`
}

/** Refuses a second write of the same item: DynamoDB does too, and either one could win. */
export const checkTwice = (verb: string, model: Definition, key: StoredItem, isKnown: boolean): void => {
  if (isKnown) throw new InvalidRequest(verb, `${model.name}, ${showKey(plainKey(key))} is given twice`)
}

/** Splits reads into requests: each has one way of reading, and at most 100 keys. */
export function* readChunks(reads: Iterable<ReadEntry>): Generator<ReadEntry[], void, undefined> {
  const ways = new Map<string, ReadEntry[]>()
  for (const read of reads) {
    const way = ways.get(read.way) ?? []
    ways.set(read.way, way)
    if (way.push(read) === MAX_READS) yield way.splice(0)
  }
  for (const way of ways.values()) if (way.length > 0) yield way
}

/** Packs writes into requests within DynamoDB's limits. */
export class Packer<Write extends WriteEntry> {
  #chunk: Write[] = []
  #bytes = ENVELOPE

  /** Adds a write. If it does not fit the current chunk, returns that chunk and starts a new one. */
  add(write: Write): Write[] | undefined {
    const isFull = this.#chunk.length === MAX_WRITES || this.#bytes + write.bytes > MAX_REQUEST_BYTES
    const full = isFull ? this.take() : undefined
    this.#chunk.push(write)
    this.#bytes += write.bytes
    return full
  }

  /** Returns the current chunk and starts a new one. */
  take(): Write[] | undefined {
    const chunk = this.#chunk
    this.#chunk = []
    this.#bytes = ENVELOPE
    return chunk.length > 0 ? chunk : undefined
  }
}

/** Splits writes into requests. */
export function* writeChunks<Write extends WriteEntry>(writes: Iterable<Write>): Generator<Write[], void, undefined> {
  const packer = new Packer<Write>()
  for (const write of writes) {
    const full = packer.add(write)
    if (full) yield full
  }
  const rest = packer.take()
  if (rest) yield rest
}

/** The input for a chunk. All its reads have the same options. */
export const batchGetInput = (table: string, reads: readonly ReadEntry[]): BatchGetItemCommandInput => ({
  RequestItems: { [table]: { ...reads[0]?.options, Keys: reads.map(({ key }) => key) } }
})

export const batchWriteInput = (table: string, writes: readonly WriteEntry[]): BatchWriteItemCommandInput => ({
  RequestItems: { [table]: writes.map(({ request }) => request) }
})

/**
 * The answer's part for the requested table, which DynamoDB may name by its name or by its ARN. Throws InvalidResponse
 * if the part is not an object.
 */
const ofTable = <Part>(operation: string, byTable: Readonly<Record<string, Part>> | null | undefined): Part[] =>
  [byTable ?? {}, ...Object.values(byTable ?? {})].filter((part, i): part is Part => {
    if (part !== null && typeof part !== 'object') throw new InvalidResponse(operation, 'it has no list for the table')
    return part !== null && i > 0
  })

const idsOf = <Part>(
  operation: string,
  parts: readonly Part[],
  asked: ReadonlySet<string>,
  names: readonly string[],
  keyOf: (part: Part) => Readonly<StoredItem> | undefined
): Map<string, Part> =>
  new Map(
    parts.map(part => {
      const id = idOf((part && keyOf(part)) ?? {}, names)
      if (!asked.has(id)) throw new InvalidResponse(operation, 'it has an item that was not asked for')
      return [id, part]
    })
  )

/**
 * The row found for each key, and the reads that DynamoDB left unprocessed. Throws InvalidResponse for an incomplete
 * answer.
 */
export const readsIn = (
  reads: readonly ReadEntry[],
  { Responses, UnprocessedKeys }: Pick<BatchGetItemCommandOutput, 'Responses' | 'UnprocessedKeys'>
): { readonly found: Map<string, StoredItem>; readonly left: ReadEntry[] } => {
  const operation = 'BatchGetItem'
  const names = Object.keys(reads[0]?.key ?? {})
  const asked = new Set(reads.map(({ key }) => idOf(key, names)))
  const lists = ofTable(operation, Responses)
  const rows = lists.flat()
  checkRows(operation, rows)
  const found = idsOf(operation, rows, asked, names, item => item)
  const keys = ofTable(operation, UnprocessedKeys).flatMap(({ Keys }) => Keys ?? [])
  const undone = idsOf(operation, keys, asked, names, key => key)
  if (lists.length === 0 && undone.size < asked.size)
    throw new InvalidResponse(operation, 'it has no responses for the table')
  return { found, left: reads.filter(({ key }) => undone.has(idOf(key, names))) }
}

/** The writes that DynamoDB left unprocessed. Throws InvalidResponse. */
export const unwritten = <Write extends WriteEntry>(
  writes: readonly Write[],
  { UnprocessedItems }: Pick<BatchWriteItemCommandOutput, 'UnprocessedItems'>
): Write[] => {
  const operation = 'BatchWriteItem'
  const asked = new Set(writes.map(({ id }) => id))
  const names = Object.keys(writes[0]?.key ?? {})
  const keyOf = ({ PutRequest, DeleteRequest }: WriteRequest) => PutRequest?.Item ?? DeleteRequest?.Key
  const left = idsOf(operation, ofTable(operation, UnprocessedItems).flat(), asked, names, keyOf)
  return writes.filter(({ id }) => left.has(id))
}
