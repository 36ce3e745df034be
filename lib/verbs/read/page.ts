import { type CursorScope, readCursor, writeCursor } from '../../plan/read/cursor.ts'
import { loadDigest } from '../../plan/read/digest.ts'
import type { StoredItem } from '../../schema/definition.ts'
import { batchesOf, type Reading } from './reading.ts'

/**
 * One page of a read, in the order of the read, and the cursors of the pages next to it. If the read has a size, a
 * cursor is present exactly if there are items there. Without a size, a page is the first request that returns an item,
 * and a cursor only means that DynamoDB has not reached the end.
 */
export interface Page<Item> {
  readonly items: Item[]
  /** The cursor of the next page; `undefined` if there is none. */
  readonly cursor: string | undefined
  /** The cursor of the previous page; `undefined` if there is none. */
  readonly previous: string | undefined
}

/**
 * Reads the page of a cursor, or the first page without one. A position is the key of an item on a page, never of a
 * dropped row, so the next page reads rows after the last item again. Throws InvalidCursor.
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
  // A query's bounds may have moved since the cursor was written, and DynamoDB refuses to start outside them.
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
  // One item more than the page holds shows whether another page follows.
  const limit = isSized ? size + 1 : undefined
  if (!isBehind)
    for await (const batch of batchesOf({ ...reading, input, limit, pageSize: undefined }, false)) {
      for (const item of batch.items) items.push(item)
      for (const row of batch.rows) rows.push(row)
      isMore = batch.lastKey !== undefined
      if (!isSized && items.length > 0) break // without a size, the first request with items is the page
    }
  if (isSized) isMore = items.length > size
  items.length = Math.min(items.length, size)
  const beyond = isMore ? writeCursor(digest, scope, { isBackward, position: rows[items.length - 1] }) : undefined
  // A page without items has no position, so its cursor starts from that end of the query.
  const hasBehind = scope.isReversible && (start !== undefined || isBehind)
  const behind = hasBehind ? writeCursor(digest, scope, { isBackward: !isBackward, position: rows[0] }) : undefined
  return isBackward
    ? { items: items.reverse(), cursor: behind, previous: beyond }
    : { items, cursor: beyond, previous: behind }
}
