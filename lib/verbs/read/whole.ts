import type { Target } from '../../driver/target.ts'
import type { Definition, StoredItem } from '../../schema/definition.ts'
import { COURSE } from '../batch/bulk.ts'
import { fetchRows } from '../batch/fetch.ts'
import { Reads } from '../batch/requests.ts'

/**
 * Reads the whole row for each of an index, by BatchGetItem; `undefined` for a row deleted meanwhile.
 */
export const wholeRows =
  (target: Target, model: Definition, signal: AbortSignal | undefined) =>
  async (rows: readonly StoredItem[]): Promise<readonly (StoredItem | undefined)[]> => {
    const reads = new Reads()
    for (const [place, row] of rows.entries()) reads.add(place, { TableName: target.table, Key: model.keyIn(row) })
    const found: (StoredItem | undefined)[] = new Array(rows.length)
    const failure = await fetchRows(target, reads, { ...COURSE, signal }, { verb: 'query', models: [model] }, found)
    if (failure !== undefined) throw failure.cause
    return found
  }
