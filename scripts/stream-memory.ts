/**
 * Streams 100,000 items from the embedded engine, by a query and by a scan in two segments, and fails if the heap grows
 * by 30 MB or more on the way. Needs `node --expose-gc`, and dynoxide, which has a process of its own: what an engine in
 * this one holds would be counted too.
 */
import { BatchWriteItemCommand } from '@aws-sdk/client-dynamodb'
import { connect, createTable, model, t } from 'keystorm'
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
  const start = performance.now()
  const before = heap()
  let [peak, count, last, sum] = [before, 0, -1, 0]
  for await (const { number } of items) {
    if (isOrdered && number !== last + 1) throw new Error(`Item ${number} came after ${last}.`)
    last = number
    sum += number
    if (++count % 2_000 === 0) peak = Math.max(peak, heap())
  }
  const growth = peak - before
  const megabytes = (growth / 2 ** 20).toFixed(1)
  const isFine = count === ITEMS && sum === (ITEMS * (ITEMS - 1)) / 2 && growth < MAX_GROWTH
  console.log(
    `${isFine ? 'ok  ' : 'FAIL'}  ${name}: ${count.toLocaleString('en')} items in ${seconds(start)}, the heap grew by ${megabytes} MB at most`
  )
  return isFine
}

if (findDynoxide() === undefined)
  console.log('left out: dynoxide is not installed, and an engine in this process would be measured too')
else if (!(await run())) {
  console.log('FAIL  all items must come, and the heap grow by less than 30 MB')
  process.exitCode = 1
}
