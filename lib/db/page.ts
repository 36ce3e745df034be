import { type CursorScope, readCursor, writeCursor } from '../commands/cursor.ts'
import type { StoredItem } from '../model/definition.ts'
import { batchesOf, type Reading } from './reading.ts'

/**
 * One page of a read, in the order of the read, and the cursors of its neighbours, which are there exactly if there are
 * such items. Only a read without a size cannot promise that: its page is what one request brings, and the cursor says
 * that the engine has not reached the end.
 */
export interface Page<Item> {
  readonly items: Item[]
  /** Of the page behind this one; `undefined` where there is none. */
  readonly cursor: string | undefined
  /** Of the page before this one; `undefined` where there is none. */
  readonly previous: string | undefined
}

/**
 * The page that a cursor stands for, the first one without a cursor. `isReversible` says whether pages can be read
 * backwards. Throws InvalidCursor.
 */
export const pageOf = async <Item>(
  reading: Reading<Item>,
  scope: CursorScope,
  cursor: string | undefined,
  isReversible: boolean
): Promise<Page<Item>> => {
  const from = cursor === undefined ? undefined : readCursor(scope, cursor)
  const isBackward = from?.isBackward === true
  const size = Math.min(reading.pageSize ?? Infinity, reading.limit ?? Infinity)
  const isSized = size !== Infinity
  const input = { ...reading.input }
  if (from?.position) input.ExclusiveStartKey = from.position
  if (isBackward) input.ScanIndexForward = reading.input.ScanIndexForward === false
  const items: Item[] = []
  const rows: StoredItem[] = []
  let lastKey: StoredItem | undefined
  // One more than the page has room for says whether anything follows.
  const limit = isSized ? size + 1 : undefined
  for await (const batch of batchesOf({ ...reading, input, limit, pageSize: undefined }, false)) {
    for (const item of batch.items) items.push(item)
    for (const row of batch.rows) rows.push(row)
    lastKey = batch.lastKey
    if (!isSized) break // one request, and whatever that brings
  }
  if (isSized) lastKey = items.length > size ? rows[size - 1] : undefined
  items.length = Math.min(items.length, size)
  const beyond = lastKey && writeCursor(scope, { isBackward, position: lastKey })
  // Behind an empty page there is the end of the query it was read from.
  const hasBehind = isReversible && from !== undefined && (from.position !== undefined || items.length > 0)
  const behind = hasBehind ? writeCursor(scope, { isBackward: !isBackward, position: rows[0] }) : undefined
  return isBackward
    ? { items: items.reverse(), cursor: behind, previous: beyond }
    : { items, cursor: beyond, previous: from?.position ? behind : undefined }
}
