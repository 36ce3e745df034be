import { Buffer } from 'node:buffer'
import { InvalidCursor } from '../../errors.ts'
import { decimalOf } from '../../fields/decimal.ts'
import { type KeySource, PARTITION_KEY_BYTES, SORT_KEY_BYTES } from '../../keys/source.ts'
import type { Definition, StoredItem } from '../../schema/definition.ts'
import { DIGEST_BYTES, type Digest } from './digest.ts'

/** Where a page starts, and in which direction it is read. */
export interface CursorData {
  readonly isBackward: boolean
  /** The key of the item next to the page; `undefined` at the end of the query that the page is read from. */
  readonly position: StoredItem | undefined
}

/** What a cursor is bound to, and which parts of a key the query does not know already. */
export interface CursorScope {
  readonly models: readonly Definition[]
  /** What is asked, as text. */
  readonly shape: string
  /** The key that all items of a query share, which is not in cursors, and the names of those that are. */
  readonly known: StoredItem
  readonly keys: readonly KeySource[]
  /** Whether that key is the table's partition. */
  readonly isOwnPartition: boolean
  /** Where a position is, by what the read asks of the sort key now: before it (less than 0), within, or behind. */
  side(position: StoredItem): number
  readonly isReversible: boolean
}

/** Raised when the bytes of cursors, or what is asked, get another meaning. Older ones are refused then. */
const VERSION = 2
const BACKWARD = 1
const POSITIONED = 2

/** Longer than the cursor of the longest keys. */
const MAX_LENGTH = 8192

/**
 * A cursor as text for URLs: a digest, a version, flags, and the parts of the key. The digest covers the rest and what is
 * asked, so that a cursor fits no other query, and no byte of it is changed by mistake. There is no secret in it: whoever
 * knows the query can make one, so what it says is checked as any input is.
 */
export const writeCursor = (digest: Digest, scope: CursorScope, { isBackward, position }: CursorData): string => {
  const flags = (isBackward ? BACKWARD : 0) | (position ? POSITIONED : 0)
  const parts = position ? scope.keys.map(key => bytesOf(key, position)) : []
  const body = Buffer.concat([Buffer.from([VERSION, flags]), ...parts.flatMap(withLength)])
  return Buffer.concat([digest(scope.shape, body), body]).toString('base64url')
}

/** What a cursor says. Throws InvalidCursor for whatever else it is given. */
export const readCursor = (digest: Digest, scope: CursorScope, cursor: unknown): CursorData => {
  const data = typeof cursor === 'string' && cursor.length <= MAX_LENGTH ? parse(scope, cursor) : undefined
  // Only what would be written again, byte for byte, was written.
  if (data === undefined || !isPossible(scope, data) || writeCursor(digest, scope, data) !== cursor)
    throw new InvalidCursor(scope.models.map(({ name }) => name).join(' and '))
  return data
}

const parse = ({ known, keys }: CursorScope, cursor: string): CursorData => {
  const bytes = Buffer.from(cursor, 'base64url')
  const byte = (at: number): number => bytes[at] ?? 0
  const flags = byte(DIGEST_BYTES + 1)
  const isBackward = (flags & BACKWARD) !== 0
  if ((flags & POSITIONED) === 0) return { isBackward, position: undefined }
  const position: StoredItem = { ...known }
  let at = DIGEST_BYTES + 2
  for (const key of keys) {
    const end = at + 2 + byte(at) * 256 + byte(at + 1)
    position[key.name] = keyOf(key, bytes.subarray(at + 2, end))
    at = end
  }
  return { isBackward, position }
}

/** Whether an item of these models could stand at the position. */
const isPossible = (scope: CursorScope, { isBackward, position }: CursorData): boolean => {
  if (isBackward && !scope.isReversible) return false
  if (position === undefined) return true
  const isKey = (key: KeySource): boolean => {
    const { length } = bytesOf(key, position)
    if (key.type === 'N' && decimalOf(position[key.name]?.N ?? '') === undefined) return false
    return length > 0 && length <= limitOf(scope, key)
  }
  // The attribute that names an item's model is not in cursors.
  return scope.keys.every(isKey) && scope.models.some(model => model.claims(position, scope.isOwnPartition))
}

/** A sort key of the table may be an index's partition, but not a longer one. */
const limitOf = ({ models }: CursorScope, { name }: KeySource): number =>
  models[0]?.table.sk.some(key => key.name === name) ? SORT_KEY_BYTES : PARTITION_KEY_BYTES

const bytesOf = ({ name }: KeySource, position: StoredItem): Uint8Array => {
  const { S, N, B } = position[name] ?? {}
  return B ?? Buffer.from(S ?? N ?? '')
}

const keyOf = ({ type }: KeySource, bytes: Buffer) => {
  if (type === 'B') return { B: new Uint8Array(bytes) }
  const text = bytes.toString('utf8')
  return type === 'N' ? { N: text } : { S: text }
}

const withLength = (bytes: Uint8Array): Uint8Array[] => {
  const length = Buffer.alloc(2)
  length.writeUInt16BE(bytes.length)
  return [length, bytes]
}
