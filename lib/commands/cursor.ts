import { createHash } from 'node:crypto'
import { InvalidCursor } from '../errors.ts'
import type { StoredItem } from '../model/definition.ts'

/** Where a page starts, and in which direction it is read. */
export interface CursorData {
  readonly isBackward: boolean
  /** The key of the item next to the page; `undefined` at the end of the query that the page is read from. */
  readonly position: StoredItem | undefined
}

/** What a cursor is bound to, and which parts of a key the query does not know already. */
export interface CursorScope {
  readonly model: string
  /** What is asked, as text. */
  readonly shape: string
  /** The names of the keys that make a position; the first ones may be known, and are not in cursors. */
  readonly known: StoredItem
  readonly keys: readonly ('PK' | 'SK')[]
}

/** Raised when the bytes of cursors get another meaning. Older ones are refused then. */
const VERSION = 1
const DIGEST = 9
const BACKWARD = 1
const POSITIONED = 2

/**
 * A cursor as text for URLs: a version, flags, a digest, and the parts of the key. The digest covers the rest and what is
 * asked, so that a cursor fits no other query, and no byte of it can be changed.
 */
export const writeCursor = (scope: CursorScope, { isBackward, position }: CursorData): string => {
  const flags = (isBackward ? BACKWARD : 0) | (position ? POSITIONED : 0)
  const parts = position ? scope.keys.map(key => position[key]?.S ?? '') : []
  const body = Buffer.concat([Buffer.from([VERSION, flags]), ...parts.flatMap(withLength)])
  return Buffer.concat([digest(scope, body), body]).toString('base64url')
}

/** What a cursor says. Throws InvalidCursor. */
export const readCursor = (scope: CursorScope, cursor: string): CursorData => {
  const bytes = Buffer.from(String(cursor), 'base64url')
  const body = bytes.subarray(DIGEST)
  // Several texts decode to the same bytes: only the one that was written will do.
  const isOurs = bytes.toString('base64url') === cursor && digest(scope, body).equals(bytes.subarray(0, DIGEST))
  if (!isOurs || body[0] !== VERSION) throw new InvalidCursor(scope.model)
  const flags = body[1] ?? 0
  const isBackward = (flags & BACKWARD) !== 0
  if ((flags & POSITIONED) === 0) return { isBackward, position: undefined }
  const position: StoredItem = { ...scope.known }
  let at = 2
  for (const key of scope.keys) {
    const length = body.readUInt16BE(at)
    position[key] = { S: body.toString('utf8', at + 2, at + 2 + length) }
    at += 2 + length
  }
  return { isBackward, position }
}

const withLength = (text: string): Buffer[] => {
  const bytes = Buffer.from(text)
  const length = Buffer.alloc(2)
  length.writeUInt16BE(bytes.length)
  return [length, bytes]
}

const digest = ({ shape }: CursorScope, body: Buffer): Buffer =>
  createHash('sha256').update(shape).update('\0').update(body).digest().subarray(0, DIGEST)
