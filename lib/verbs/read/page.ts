import { type CursorScope, readCursor, writeCursor } from '../../plan/read/cursor.ts'
import { loadDigest } from '../../plan/read/digest.ts'
import type { StoredItem } from '../../schema/definition.ts'
import { batchesOf, type Reading } from './reading.ts'

/**
 * One page of a read, in the order of the read, and the cursors of its neighbours, which are there exactly if there are
 * such items. Only a read without a size cannot promise that: its page is what one request brings, or the first one that
 * brings an item, and the cursor says that the engine has not reached the end.
 */
export interface Page<Item> {
  readonly items: Item[]
  /** Of the page behind this one; `undefined` where there is none. */
  readonly cursor: string | undefined
  /** Of the page before this one; `undefined` where there is none. */
  readonly previous: string | undefined
}

/**
 * The page that a cursor stands for, the first one without a cursor. Positions are keys of items that were given, never of
 * those that were dropped: what was read behind the last one is read again for the next page. Throws InvalidCursor.
 */
export const pageOf = async <Item>(
  reading: Reading<Item>,
  scope: CursorScope,
  cursor: unknown
): Promise<Page<Item>> => {
  const digest = await loadDigest()
  const from = cursor === undefined ? undefined : readCursor(digest, scope, cursor)
  const isBackward = from?.isBackward === true
  const isForward = reading.input.ScanIndexForward !== false
  const isDescending = isBackward === isForward
  // The bounds may have moved since the cursor was written, and DynamoDB does not start outside of them.
  const side = from?.position === undefined ? 0 : scope.side(from.position) * (isDescending ? -1 : 1)
  const isBehind = from?.position !== undefined && side > 0
  const start = side === 0 ? from?.position : undefined
  const size = Math.min(reading.pageSize ?? Infinity, reading.limit ?? Infinity)
  const isSized = size !== Infinity
  const input = { ...reading.input }
  if (start) input.ExclusiveStartKey = start
  if (isBackward) input.ScanIndexForward = !isDescending
  const items: Item[] = []
  const rows: StoredItem[] = []
  let isMore = false
  // One more than the page has room for says whether anything follows.
  const limit = isSized ? size + 1 : undefined
  if (!isBehind)
    for await (const batch of batchesOf({ ...reading, input, limit, pageSize: undefined }, false)) {
      for (const item of batch.items) items.push(item)
      for (const row of batch.rows) rows.push(row)
      isMore = batch.lastKey !== undefined
      if (!isSized && items.length > 0) break // one request, and whatever that brings
    }
  if (isSized) isMore = items.length > size
  items.length = Math.min(items.length, size)
  const beyond = isMore ? writeCursor(digest, scope, { isBackward, position: rows[items.length - 1] }) : undefined
  // Behind an empty page there is the end of the query it was read from.
  const hasBehind = scope.isReversible && (start !== undefined || isBehind)
  const behind = hasBehind ? writeCursor(digest, scope, { isBackward: !isBackward, position: rows[0] }) : undefined
  return isBackward
    ? { items: items.reverse(), cursor: behind, previous: beyond }
    : { items, cursor: beyond, previous: behind }
}
