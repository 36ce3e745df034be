import type { QueryCommandInput, QueryCommandOutput, ScanCommandInput } from '@aws-sdk/client-dynamodb'
import { Stop } from '../../driver/signals.ts'
import type { Target } from '../../driver/target.ts'
import { InvalidRequest, InvalidResponse, isRefusal } from '../../errors.ts'
import type { Definitions } from '../../plan/read/query.ts'
import type { StoredItem } from '../../schema/definition.ts'

/** A read of many items, ready to be sent page by page. */
export interface Reading<Item> {
  readonly target: Target
  readonly models: Definitions
  readonly operation: 'Query' | 'Scan'
  /** The input without what differs from page to page. */
  readonly input: QueryCommandInput & ScanCommandInput
  /** How many items are wanted in all. */
  readonly limit: number | undefined
  readonly pageSize: number | undefined
  /** Whether items are expected to be read and then dropped. */
  readonly isSparse: boolean
  /** How many parts of the table a scan reads at the same time. */
  readonly segments?: number | undefined
  /** Reads them. A scan brings it along, so that queries have nothing of it in their bundles. */
  readonly parallel?: (<I>(reading: Reading<I>) => AsyncGenerator<Batch<I>, void, undefined>) | undefined
  readonly signal: AbortSignal | undefined
  /** The whole rows behind those of a narrow index. */
  readonly whole?: ((rows: readonly StoredItem[]) => Promise<StoredItem[]>) | undefined
  /** The item in a stored form; `undefined` if it is none of the result's. */
  accept(stored: StoredItem): Item | undefined
}

/** What one request brought: the items, and the rows they were made of. */
export interface Batch<Item> {
  readonly items: Item[]
  readonly rows: StoredItem[]
  /** Where the engine stopped; `undefined` at the end. */
  readonly lastKey: StoredItem | undefined
}

/**
 * The items of page after page, until there are no more or the limit is met. The next page is on its way while the caller
 * works on one, unless `isAhead` is false; a caller that stops early ends that request.
 */
export const batchesOf = <Item>(reading: Reading<Item>, isAhead = true): AsyncGenerator<Batch<Item>, void, undefined> =>
  reading.parallel?.(reading) ?? sequence(reading, isAhead)

/** Those of one page after the other. */
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
    if (round > 0) stop = new Stop(reading.signal) // nobody can leave before the first page has come
    const input = Object.assign({}, reading.input) // on Node 20, adding to a spread takes half a microsecond
    const limit = requestLimit(reading.pageSize, wanted, isGuess, round++)
    if (limit !== undefined) input.Limit = limit
    if (startKey !== undefined) input.ExclusiveStartKey = startKey
    const page = request(reading, input, stop)
    page.catch(() => {}) // who stops early does not ask how it went; who goes on awaits it
    return page
  }
  let coming: ReturnType<typeof next> | undefined = next(reading.input.ExclusiveStartKey)
  try {
    while (coming !== undefined) {
      const output: Output = await coming
      const found = output.Items ?? []
      const Items = reading.whole === undefined || found.length === 0 ? found : await reading.whole(found)
      const lastKey = output.LastEvaluatedKey ?? undefined
      coming = isAhead && lastKey && wanted === undefined ? next(lastKey) : undefined
      const items: Item[] = []
      const rows: StoredItem[] = []
      let seen = 0
      while (seen < Items.length && items.length !== wanted) {
        const row = Items[seen++] as StoredItem // seen is within bounds
        const item = reading.accept(row)
        if (item === undefined) continue
        items.push(item)
        rows.push(row)
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

type Output = Pick<QueryCommandOutput, 'Items' | 'LastEvaluatedKey'>

const request = async <Item>(
  { target, models, operation, signal }: Reading<Item>,
  page: Input,
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

/** Of a read with a filter, some engines name what it asks for. */
const isRefusedSelect = (error: unknown): boolean =>
  isRefusal(error, 'ValidationException') && /ALL_ATTRIBUTES|does not project/.test(error.message)

type Input = QueryCommandInput & ScanCommandInput

/** The first request that is sent for a read. */
export const firstInput = ({
  input,
  limit,
  pageSize,
  isSparse
}: Pick<Reading<unknown>, 'input' | 'limit' | 'pageSize' | 'isSparse'>): Input => {
  const rows = requestLimit(pageSize, limit, isSparse, 0)
  if (rows !== undefined) input.Limit = rows
  return input
}

/** DynamoDB counts what it reads, not what is left of it: where items are dropped, ever more are asked for. */
const requestLimit = (
  pageSize: number | undefined,
  wanted: number | undefined,
  isGuess: boolean,
  round: number
): number | undefined => {
  if (wanted === undefined) return pageSize
  const size = isGuess ? (round > 6 ? undefined : Math.max(2 * wanted, 50) * 2 ** round) : wanted
  return pageSize === undefined || (size !== undefined && size < pageSize) ? size : pageSize
}

/** All items. */
export const allOf = async <Item>(reading: Reading<Item>): Promise<Item[]> => {
  let all: Item[] | undefined
  for await (const { items } of batchesOf(reading))
    if (all === undefined) all = items
    else for (const item of items) all.push(item)
  return all ?? []
}

/** One item after the other. */
export async function* itemsOf<Item>(reading: Reading<Item>): AsyncGenerator<Item, void, undefined> {
  for await (const { items } of batchesOf(reading)) yield* items
}
