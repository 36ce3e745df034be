import { type Course, Delivery, type Failure } from '../../driver/delivery.ts'
import { type Target, type TargetOptions, tableOf } from '../../driver/target.ts'
import type { StoredItem } from '../../schema/definition.ts'
import { batchGetInput, idOf, type ReadEntry, type Reads, readChunks, readsIn } from './requests.ts'

/**
 * Reads rows by BatchGetItem, and puts each into `found` at the places of its entry. Removes the entries that are read.
 * Resolves to the failure, if there is one.
 */
export const fetchRows = (
  target: Target,
  { entries: open }: Reads,
  course: Course,
  purpose: Pick<TargetOptions, 'verb' | 'models'>,
  found: (StoredItem | undefined)[]
): Promise<Failure | undefined> => {
  const table = tableOf(target)
  const { signal } = course
  const send = async (entries: readonly ReadEntry[], isRetry: boolean): Promise<ReadEntry[]> => {
    const answer = await target.send('BatchGetItem', batchGetInput(table, entries), { ...purpose, signal, isRetry })
    const { found: rows, left } = readsIn(entries, answer)
    for (const { key, places } of entries)
      for (const place of places) found[place] ??= rows.get(idOf(key, Object.keys(key)))
    return left
  }
  return new Delivery<ReadEntry>(course, send, open).run(readChunks(open.values()), () => true)
}
