/**
 * Streams 100,000 items from the embedded engine, by a query and by a scan in two segments, and updates and deletes as many
 * of a sender that makes them up; fails if the heap grows by 30 MB or more on the way. Needs `node --expose-gc`, and for the
 * first two dynoxide, which has a process of its own: what an engine in this one holds would be counted too.
 */
import { type AttributeValue, BatchWriteItemCommand } from '@aws-sdk/client-dynamodb'
import { connect, createTable, model, type Operations, type Sender, t } from 'keystorm'
import { deleteAll, updateAll } from 'keystorm/bulk'
import { startLocalEngine } from 'keystorm/testing'
import { definitionIn } from '../lib/schema/definition.ts'
import { findDynoxide } from '../lib/testing/dynoxide.ts'

const ITEMS = 100_000
const MAX_GROWTH = 30 * 2 ** 20
const TABLE = 'stream-memory'

const Note = model('Note')
  .pk('owner')
  .sk('#number')
  .fields({ number: t.int({ digits: 6 }), text: t.string(), tags: t.list(t.string()) })

const note = (number: number) => ({
  owner: 'o',
  number,
  text: `text of note ${number}, ${'x'.repeat(60)}`,
  tags: ['a', 'b']
})

const { gc } = globalThis
if (gc === undefined) throw new Error('Run it with node --expose-gc.')
const heap = (): number => {
  gc()
  return process.memoryUsage().heapUsed
}

const run = async (): Promise<boolean> => {
  await using engine = await startLocalEngine({ engine: 'dynoxide' })
  const db = connect({ table: TABLE, client: engine.client })
  await createTable(db)

  let next = 0
  const load = async (): Promise<void> => {
    while (next < ITEMS) {
      const from = next
      next += 25
      const puts = Array.from({ length: 25 }, (_, i) => definitionIn(Note).encode(note(from + i)))
      const request = { [TABLE]: puts.map(Item => ({ PutRequest: { Item } })) }
      const { UnprocessedItems = {} } = await engine.client.send(new BatchWriteItemCommand({ RequestItems: request }))
      if (Object.keys(UnprocessedItems).length > 0) throw new Error('The engine did not take all items.')
    }
  }
  const start = performance.now()
  await Promise.all(Array.from({ length: 8 }, load))
  console.log(`${ITEMS.toLocaleString('en')} items written in ${seconds(start)}`)

  const query = db.query(Note).where({ owner: 'o' })
  const scan = db.scan(Note).segments(2).pageSize(2_000)
  return (await measure('query', query, true)) && (await measure('scan in 2 segments', scan, false))
}

const seconds = (start: number): string => `${((performance.now() - start) / 1000).toFixed(1)} s`

/** Whether all items came, in their order where they have one, and the heap stayed small. */
const measure = async (
  name: string,
  items: AsyncIterable<{ number: number }>,
  isOrdered: boolean
): Promise<boolean> => {
  const watch = watchHeap()
  let [count, last, sum] = [0, -1, 0]
  for await (const { number } of items) {
    if (isOrdered && number !== last + 1) throw new Error(`Item ${number} came after ${last}.`)
    last = number
    sum += number
    if (++count % 2_000 === 0) watch.look()
  }
  return watch.tell(name, count, sum === SUM)
}

const SUM = (ITEMS * (ITEMS - 1)) / 2

/** Looks at the heap now and then, and tells by how much it grew. */
const watchHeap = () => {
  const start = performance.now()
  const before = heap()
  let peak = before
  return {
    look: () => {
      peak = Math.max(peak, heap())
    },
    tell: (name: string, count: number, isRight: boolean): boolean => {
      const growth = peak - before
      const megabytes = (growth / 2 ** 20).toFixed(1)
      const isFine = count === ITEMS && isRight && growth < MAX_GROWTH
      console.log(
        `${isFine ? 'ok  ' : 'FAIL'}  ${name}: ${count.toLocaleString('en')} items in ${seconds(start)}, the heap grew by ${megabytes} MB at most`
      )
      return isFine
    }
  }
}

const PAGE = 1_000

/** A sender that answers a query with pages made up as they are asked for, and counts the items that are written. */
const madeUp = () => {
  const written = { count: 0, sum: 0 }
  const write = (key: Record<string, AttributeValue> | undefined) => {
    written.count++
    written.sum += Number(key?.SK?.S?.slice(1))
  }
  const client: Sender = {
    request: async (operation, given) => {
      const input = given as Operations['Query']['input'] &
        Operations['UpdateItem']['input'] &
        Operations['BatchWriteItem']['input'] // of whatever operation
      if (operation === 'UpdateItem') write(input.Key)
      for (const { DeleteRequest } of Object.values(input.RequestItems ?? {}).flat()) write(DeleteRequest?.Key)
      if (operation !== 'Query') return {} as never // what all of them may answer
      await new Promise(setImmediate) // a page comes later
      const from = input.ExclusiveStartKey ? Number(input.ExclusiveStartKey.SK?.S?.slice(1)) + 1 : 0
      const Items = Array.from({ length: PAGE }, (_, i) => definitionIn(Note).encode(note(from + i)))
      const { PK, SK } = Items.at(-1) ?? {}
      return { Items, ...(from + PAGE < ITEMS && { LastEvaluatedKey: { PK, SK } }) } as never // what a query answers
    }
  }
  return { client, written }
}

const runBulk = async (): Promise<boolean> => {
  const results: boolean[] = []
  for (const name of ['updateAll', 'deleteAll'] as const) {
    const { client, written } = madeUp()
    const notes = connect({ table: TABLE, client }).query(Note).where({ owner: 'o' })
    const watch = watchHeap()
    const all = name === 'deleteAll' ? deleteAll(notes) : updateAll(notes, one => one.set({ text: 'another' }))
    let next = 0
    await all.concurrency(32).onProgress(({ done }) => {
      if (done < next) return
      next += 5_000
      watch.look()
    })
    results.push(watch.tell(name, written.count, written.sum === SUM))
  }
  return results.every(Boolean)
}

const isFine: boolean[] = []
if (findDynoxide() === undefined)
  console.log('left out: dynoxide is not installed, and an engine in this process would be measured too')
else isFine.push(await run())
isFine.push(await runBulk())
if (isFine.includes(false)) {
  console.log('FAIL  all items must come, and the heap grow by less than 30 MB')
  process.exitCode = 1
}
