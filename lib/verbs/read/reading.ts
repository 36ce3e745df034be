import type { QueryCommandOutput } from '@aws-sdk/client-dynamodb'
import { Stop } from '../../driver/signals.ts'
import type { Target } from '../../driver/target.ts'
import { InvalidRequest, InvalidResponse, isRefusal } from '../../errors.ts'
import type { Definitions } from '../../plan/read/models.ts'
import { type ReadInput, requestLimit } from '../../plan/read/query.ts'
import type { StoredItem } from '../../schema/definition.ts'

/** A read of many items, ready to be sent page by page. */
export interface Reading<Item> {
  readonly target: Target
  readonly models: Definitions
  readonly operation: 'Query' | 'Scan'
  /** The input without Limit and ExclusiveStartKey, which differ from page to page. */
  readonly input: ReadInput
  /** The most items to return in all. */
  readonly limit: number | undefined
  readonly pageSize: number | undefined
  /** Whether the read expects to drop rows. */
  readonly isSparse: boolean
  /** The number of segments that a scan reads in parallel. */
  readonly segments?: number | undefined
  /** Reads the segments. Only scans set it, so queries do not bundle its code. */
  readonly parallel?: (<I>(reading: Reading<I>) => AsyncGenerator<Batch<I>, void, undefined>) | undefined
  readonly signal: AbortSignal | undefined
  /**
   * Fetches the whole row for each of an index that does not project all attributes; `undefined` for a row that is gone.
   */
  readonly whole?: ((rows: readonly StoredItem[]) => Promise<readonly (StoredItem | undefined)[]>) | undefined
  /** Decodes a row; `undefined` if the row is not part of the result. */
  accept(stored: StoredItem): Item | undefined
}

/**
 * The result of one request: the items, and the row of each. A row that was fetched whole has the keys by which the
 * index has it: its own may have changed meanwhile, and would be another position.
 */
export interface Batch<Item> {
  readonly items: Item[]
  readonly rows: StoredItem[]
  /** Where the request stopped; `undefined` at the end. */
  readonly lastKey: StoredItem | undefined
}

/**
 * Yields the items page by page, up to the limit. While the caller works on a page, the next request runs, unless
 * `isAhead` is false. A caller that stops early aborts that request.
 */
export const batchesOf = <Item>(reading: Reading<Item>, isAhead = true): AsyncGenerator<Batch<Item>, void, undefined> =>
  reading.parallel?.(reading) ?? sequence(reading, isAhead)

/** Reads one page after the other. */
export async function* sequence<Item>(
  reading: Reading<Item>,
  isAhead: boolean
): AsyncGenerator<Batch<Item>, void, undefined> {
  const { limit } = reading
  let stop: Stop | undefined
  let wanted = limit
  let round = 0
  let isGuess = reading.isSparse
  const next = (startKey: StoredItem | undefined) => {
    if (round > 0) stop = new Stop(reading.signal) // the caller cannot stop before the first page
    const input = Object.assign({}, reading.input) // on Node 20, adding a member to a spread takes 0.5 µs
    const limit = requestLimit(reading.pageSize, wanted, isGuess, round++)
    if (limit !== undefined) input.Limit = limit
    if (startKey !== undefined) input.ExclusiveStartKey = startKey
    const page = request(reading, input, stop)
    page.catch(() => {}) // a caller that stops early ignores the error; one that goes on awaits it
    return page
  }
  let coming: ReturnType<typeof next> | undefined = next(reading.input.ExclusiveStartKey)
  try {
    while (coming !== undefined) {
      const output: Output = await coming
      const found = output.Items ?? []
      const wholes = reading.whole === undefined || found.length === 0 ? undefined : await reading.whole(found)
      const lastKey = isKey(output.LastEvaluatedKey) ? output.LastEvaluatedKey : undefined
      coming = isAhead && lastKey && wanted === undefined ? next(lastKey) : undefined
      const items: Item[] = []
      const rows: StoredItem[] = []
      let seen = 0
      while (seen < found.length && items.length !== wanted) {
        const row = found[seen] as StoredItem // seen is within bounds
        const stored = wholes === undefined ? row : wholes[seen]
        seen++
        const item = stored && reading.accept(stored)
        if (item === undefined) continue
        items.push(item)
        rows.push(wholes === undefined ? row : { ...stored, ...row })
      }
      if (wanted !== undefined) wanted -= items.length
      if (items.length < seen) isGuess = true
      const hasNext = lastKey !== undefined && wanted !== 0
      if (hasNext && isAhead) coming ??= next(lastKey)
      yield { items, rows, lastKey }
      if (hasNext) coming ??= next(lastKey)
    }
  } finally {
    if (coming !== undefined) stop?.abort()
  }
}

/** An empty key means the end, too: DynamoDB's manual speaks of it, and a client of the user's own may give one. */
const isKey = (key: StoredItem | null | undefined): key is StoredItem => {
  for (const _ in key) return true
  return false
}

type Output = Pick<QueryCommandOutput, 'Items' | 'LastEvaluatedKey'>

const request = async <Item>(
  { target, models, operation, signal }: Reading<Item>,
  page: ReadInput,
  stop: Stop | undefined
): Promise<Output> => {
  let output: Output & { readonly Count?: number | undefined }
  try {
    output = await target.send(operation, page, { signal, stop, verb: operation.toLowerCase(), models })
  } catch (error) {
    if (page.Select === undefined || !isRefusedSelect(error)) throw error
    throw new InvalidRequest(page.IndexName ?? operation, NOT_PROJECTED, { cause: error })
  }
  if (typeof (output.LastEvaluatedKey ?? {}) !== 'object')
    throw new InvalidResponse(operation, 'its LastEvaluatedKey is no key')
  if (output.Items == null && (output.Count ?? 0) > 0)
    throw new InvalidResponse(operation, `it counts ${output.Count} items, but has none`)
  return output
}

const NOT_PROJECTED =
  'the index of this table projects less than all attributes, so that items would lack some: ' +
  'read those that it projects by .only(…), or read the table'

/** For a read with a filter, some engines name the missing attributes instead. */
const isRefusedSelect = (error: unknown): boolean =>
  isRefusal(error, 'ValidationException') && /ALL_ATTRIBUTES|does not project/.test(error.message)

/** Reads all items. */
export const allOf = async <Item>(reading: Reading<Item>): Promise<Item[]> => {
  let all: Item[] | undefined
  for await (const { items } of batchesOf(reading))
    if (all === undefined) all = items
    else for (const item of items) all.push(item)
  return all ?? []
}

/** Yields one item at a time. */
export async function* itemsOf<Item>(reading: Reading<Item>): AsyncGenerator<Item, void, undefined> {
  for await (const { items } of batchesOf(reading)) yield* items
}
