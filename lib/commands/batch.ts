import type {
  AttributeValue,
  BatchGetItemCommandInput,
  BatchWriteItemCommandInput,
  GetItemCommandInput,
  KeysAndAttributes,
  TransactWriteItem,
  WriteRequest
} from '@aws-sdk/client-dynamodb'
import { InvalidRequest, type PrimaryKey, showKey } from '../errors.ts'
import type { Definition, StoredItem } from '../model/definition.ts'
import { type Guard, isOpen } from './guard.ts'
import { MAX_ITEM_BYTES, MAX_REQUEST_BYTES, measure } from './size.ts'

/** DynamoDB's limits of one request. */
const MAX_READS = 100
const MAX_WRITES = 25

/** What stands around the items of a request, and around each of them, has fewer bytes. */
const ENVELOPE = 1024

/** Why a write cannot be one of a batch. */
const INSTEAD = 'use transact(), or the verb by itself'
export const NO_CHECKS = `a batch checks nothing: ${INSTEAD}` as const

/** An item to be read, for one or more of those who ask. */
export interface ReadEntry {
  readonly id: string
  readonly key: StoredItem
  /** How it is read. A request has one way for all of its items. */
  readonly way: string
  readonly options: Omit<KeysAndAttributes, 'Keys'>
  /** Who asks: positions among the builders. */
  readonly places: number[]
  /** What was found. */
  found: StoredItem | undefined
}

/** An item to be written or deleted. */
export interface WriteEntry {
  readonly id: string
  readonly request: WriteRequest
  readonly bytes: number
}

/** What tells an item of the table from all others. */
export const idOf = ({ PK, SK }: Readonly<StoredItem>): string => JSON.stringify([PK?.S, SK?.S])

/** The reads of some builders, in their order: items that are asked for twice in the same way are read once. */
export const readEntries = (inputs: readonly GetItemCommandInput[]): ReadEntry[] => {
  const reads = new Map<string, ReadEntry>()
  for (const [place, { TableName: _, Key: key = {}, ...options }] of inputs.entries()) {
    const way = JSON.stringify(options)
    const id = `${idOf(key)} ${way}`
    const read = reads.get(id) ?? { id, key, way, options, places: [], found: undefined }
    read.places.push(place)
    reads.set(id, read)
  }
  return [...reads.values()]
}

/** One write. Throws InvalidRequest where it cannot be one of a batch. */
export const writeEntry = (
  verb: string,
  model: Definition,
  key: PrimaryKey,
  guard: Guard,
  { Put, Delete }: TransactWriteItem
): WriteEntry => {
  const id = idOf({ PK: { S: key.PK }, SK: { S: key.SK } })
  const problem = Put || Delete ? problemOf(guard) : `a batch puts and deletes: ${INSTEAD}`
  if (problem !== undefined) throw new InvalidRequest(verb, `${model.name}, ${showKey(key)}: ${problem}`)
  const Key = Delete?.Key
  if (Put?.Item === undefined)
    return { id, request: { DeleteRequest: { Key } }, bytes: ENVELOPE + measure(Key ?? {}).wire }
  const { size, wire } = measure(Put.Item)
  if (size > MAX_ITEM_BYTES)
    throw new InvalidRequest(
      verb,
      `${model.name}, ${showKey(key)}: the item has ${size} bytes, and ${MAX_ITEM_BYTES} are DynamoDB's limit`
    )
  return { id, request: { PutRequest: { Item: Put.Item } }, bytes: ENVELOPE + wire }
}

const problemOf = (guard: Guard): string | undefined => {
  if (isOpen(guard)) return undefined
  if (guard.existence === 'new') return `create() looks whether there is an item, but ${NO_CHECKS}`
  return `${guard.conditions.length > 0 ? 'if()' : 't.version()'} looks at the item, but ${NO_CHECKS}`
}

/** Refuses an item that is written twice: DynamoDB would, and nobody could say which of the two would stay. */
export const checkTwice = (verb: string, model: Definition, key: PrimaryKey, isKnown: boolean): void => {
  if (isKnown) throw new InvalidRequest(verb, `${model.name}, ${showKey(key)} is given twice`)
}

/** Reads as one request each: of the same way, and no more than DynamoDB takes. */
export function* readChunks(reads: readonly ReadEntry[]): Generator<ReadEntry[], void, undefined> {
  const ways = new Map<string, ReadEntry[]>()
  for (const read of reads) {
    const way = ways.get(read.way) ?? []
    ways.set(read.way, way)
    if (way.push(read) === MAX_READS) yield way.splice(0)
  }
  for (const way of ways.values()) if (way.length > 0) yield way
}

/** Packs writes into requests that are no bigger than DynamoDB takes. */
export class Packer<Write extends WriteEntry> {
  #chunk: Write[] = []
  #bytes = ENVELOPE

  /** Adds a write; gives the chunk before it, if it has no place in there. */
  add(write: Write): Write[] | undefined {
    const isFull = this.#chunk.length === MAX_WRITES || this.#bytes + write.bytes > MAX_REQUEST_BYTES
    const full = isFull ? this.take() : undefined
    this.#chunk.push(write)
    this.#bytes += write.bytes
    return full
  }

  /** What is in there; and begins anew. */
  take(): Write[] | undefined {
    const chunk = this.#chunk
    this.#chunk = []
    this.#bytes = ENVELOPE
    return chunk.length > 0 ? chunk : undefined
  }
}

/** Writes as one request each. */
export function* writeChunks<Write extends WriteEntry>(writes: Iterable<Write>): Generator<Write[], void, undefined> {
  const packer = new Packer<Write>()
  for (const write of writes) {
    const full = packer.add(write)
    if (full) yield full
  }
  const rest = packer.take()
  if (rest) yield rest
}

/** The input for a chunk, all of one way. */
export const batchGetInput = (table: string, reads: readonly ReadEntry[]): BatchGetItemCommandInput => ({
  RequestItems: { [table]: { ...reads[0]?.options, Keys: reads.map(({ key }) => key) } }
})

export const batchWriteInput = (table: string, writes: readonly WriteEntry[]): BatchWriteItemCommandInput => ({
  RequestItems: { [table]: writes.map(({ request }) => request) }
})

/** The reads whose keys came back unprocessed. */
export const unread = <Read extends ReadEntry>(reads: readonly Read[], keys: readonly StoredItem[] = []): Read[] => {
  const left = new Set(keys.map(idOf))
  return reads.filter(({ key }) => left.has(idOf(key)))
}

/** The writes whose requests came back unprocessed. */
export const unwritten = <Write extends WriteEntry>(
  writes: readonly Write[],
  requests: readonly WriteRequest[] = []
): Write[] => {
  const keyOf = ({ PutRequest, DeleteRequest }: WriteRequest): Record<string, AttributeValue> =>
    PutRequest?.Item ?? DeleteRequest?.Key ?? {}
  const left = new Set(requests.map(request => idOf(keyOf(request))))
  return writes.filter(({ id }) => left.has(id))
}
