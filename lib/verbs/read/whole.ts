import { Delivery } from '../../driver/delivery.ts'
import { type Target, tableOf } from '../../driver/target.ts'
import type { Definition, StoredItem } from '../../schema/definition.ts'
import { COURSE } from '../batch/bulk.ts'
import { batchGetInput, idOf, type ReadEntry, Reads, readChunks, readsIn } from '../batch/requests.ts'

/**
 * Reads the whole row for each of an index, by BatchGetItem; `undefined` for a row deleted meanwhile.
 */
export const wholeRows =
  (target: Target, model: Definition, signal: AbortSignal | undefined) =>
  async (rows: readonly StoredItem[]): Promise<readonly (StoredItem | undefined)[]> => {
    const table = tableOf(target)
    const reads = new Reads()
    for (const [place, row] of rows.entries()) reads.add(place, { TableName: table, Key: model.keyIn(row) })
    const found: (StoredItem | undefined)[] = new Array(rows.length)
    const send = async (entries: readonly ReadEntry[], isRetry: boolean) => {
      const answer = await target.send('BatchGetItem', batchGetInput(table, entries), {
        signal,
        isRetry,
        verb: 'query',
        models: [model]
      })
      const { found: items, left } = readsIn(entries, answer)
      for (const { key, places } of entries)
        for (const place of places) found[place] ??= items.get(idOf(key, Object.keys(key)))
      return left
    }
    const delivery = new Delivery<ReadEntry>({ ...COURSE, signal }, send, reads.entries)
    const failure = await delivery.run(readChunks(delivery.open.values()), () => true)
    if (failure !== undefined) throw failure.cause
    return found
  }
