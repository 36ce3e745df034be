import { Buffer } from 'node:buffer'
import { InvalidCursor } from '../../errors.ts'
import { decimalOf } from '../../fields/decimal.ts'
import { type KeySource, PARTITION_KEY_BYTES, SORT_KEY_BYTES } from '../../keys/source.ts'
import type { Definition, StoredItem } from '../../schema/definition.ts'
import { DIGEST_BYTES, type Digest } from './digest.ts'

/** Where a page starts, and in which direction to read it. */
interface CursorData {
  readonly isBackward: boolean
  /** The key of the item next to the page; `undefined` at the end of the query where the page starts. */
  readonly position: StoredItem | undefined
}

/** The query that a cursor belongs to, and the parts of a key that the cursor must hold. */
export interface CursorScope {
  readonly models: readonly Definition[]
  /** The query as text, for the digest. */
  readonly shape: string
  /** The key that all items of the query share, which cursors leave out; and the keys that cursors hold. */
  readonly known: StoredItem
  readonly keys: readonly KeySource[]
  /** Whether the shared key is the table's partition. */
  readonly isOwnPartition: boolean
  /**
   * Where a position is relative to the query's current sort key bounds: before (negative), within (0) or after
   * (positive).
   */
  side(position: StoredItem): number
  readonly isReversible: boolean
}

/** Raised whenever the bytes or the query text change their meaning, so that older cursors are refused. */
const VERSION = 2
const BACKWARD = 1
const POSITIONED = 2

/** More than the length of a cursor with the longest keys. */
const MAX_LENGTH = 8192

/**
 * Writes a cursor as a text fit for URLs: a digest, a version, flags, and the keys. The digest covers the rest and the
 * query, so a cursor fits no other query, and accidental changes are found. It contains no secret: anyone who knows the
 * query can make a cursor, so readCursor() checks it like any input.
 */
export const writeCursor = (digest: Digest, scope: CursorScope, { isBackward, position }: CursorData): string => {
  const flags = (isBackward ? BACKWARD : 0) | (position ? POSITIONED : 0)
  const parts = position ? scope.keys.map(key => bytesOf(key, position)) : []
  const body = Buffer.concat([Buffer.from([VERSION, flags]), ...parts.flatMap(withLength)])
  return Buffer.concat([digest(scope.shape, body), body]).toString('base64url')
}

/** Reads a cursor. Throws InvalidCursor for anything that writeCursor() could not have written for this scope. */
export const readCursor = (digest: Digest, scope: CursorScope, cursor: unknown): CursorData => {
  const data = typeof cursor === 'string' && cursor.length <= MAX_LENGTH ? parse(scope, cursor) : undefined
  // A valid cursor is the same byte for byte when it is written again.
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

/** Whether an item of these models could have this position. */
const isPossible = (scope: CursorScope, { isBackward, position }: CursorData): boolean => {
  if (isBackward && !scope.isReversible) return false
  if (position === undefined) return true
  const isKey = (key: KeySource): boolean => {
    const { length } = bytesOf(key, position)
    if (key.type === 'N' && decimalOf(position[key.name]?.N ?? '') === undefined) return false
    return length > 0 && length <= limitOf(scope, key)
  }
  // Cursors leave out the attribute that names an item's model.
  return scope.keys.every(isKey) && scope.models.some(model => model.claims(position, scope.isOwnPartition))
}

/** The table's sort key may also be an index's partition key, but stays within the sort key limit. */
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
