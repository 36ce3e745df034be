import { setTimeout as delay } from 'node:timers/promises'
import { NoTable } from '../errors.ts'
import { tableDefinition } from './definition.ts'
import type { Target } from './target.ts'

/**
 * Makes the table of `db`, by {@link tableDefinition}, and waits until it and its index are active (at most five
 * minutes). Errors are the SDK's: `ResourceInUseException` if there is such a table.
 *
 * ```ts
 * await createTable(connect({ table: 'app' }))
 * ```
 */
export const createTable = async (db: { '~target'(): Target }): Promise<void> => {
  const target = db['~target']()
  if (target.table === undefined) throw new NoTable()
  await target.send('CreateTable', tableDefinition(target.table))
  const deadline = Date.now() + 300_000
  for (let pause = 20; ; pause = Math.min(pause * 2, 2_000)) {
    const { Table } = await target.send('DescribeTable', { TableName: target.table })
    const states = [Table?.TableStatus, ...(Table?.GlobalSecondaryIndexes ?? []).map(index => index.IndexStatus)]
    if (states.every(state => state === 'ACTIVE')) return
    if (Date.now() > deadline)
      throw new Error(`The table ${target.table} is still ${states.join(', ')} after five minutes.`)
    await delay(pause)
  }
}
