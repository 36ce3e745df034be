/**
 * Streams 100,000 items of one partition, and fails if the heap grows by 30 MB or more on the way. Needs
 * `node --expose-gc`. The rows come from a client that makes them: an engine's memory would be of no interest.
 */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { connect, model, t } from 'keystorm'

const ITEMS = 100_000
const PAGE = 2_000
const MAX_GROWTH = 30 * 2 ** 20

const Note = model('Note')
  .pk('owner')
  .sk('#number')
  .fields({ number: t.int({ digits: 6 }), text: t.string(), tags: t.list(t.string()) })

const row = (number: number) => {
  const SK = String(number).padStart(6, '0')
  return {
    PK: { S: 'O#o#Note' },
    SK: { S: SK },
    owner: { S: 'o' },
    number: { N: String(number) },
    text: { S: `text of note ${number}, ${'x'.repeat(200)}` },
    tags: { L: [{ S: 'a' }, { S: 'b' }] }
  }
}

const client = new DynamoDBClient({ region: 'nowhere' })
client.middlewareStack.add(
  () => async args => {
    const { ExclusiveStartKey } = args.input as { ExclusiveStartKey?: { SK: { S: string } } }
    const from = ExclusiveStartKey === undefined ? 0 : Number(ExclusiveStartKey.SK.S) + 1
    await new Promise(resolve => setTimeout(resolve, 1))
    const Items = Array.from({ length: PAGE }, (_, i) => row(from + i))
    const { PK, SK } = Items[PAGE - 1] ?? row(0)
    const LastEvaluatedKey = from + PAGE < ITEMS ? { PK, SK } : undefined
    return { response: {}, output: { $metadata: {}, Items, LastEvaluatedKey } } as never // the shape of a Query's output
  },
  { step: 'initialize' }
)

const { gc } = globalThis
if (gc === undefined) throw new Error('Run it with node --expose-gc.')
const heap = (): number => {
  gc()
  return process.memoryUsage().heapUsed
}

const before = heap()
let peak = before
let count = 0
let last = -1
for await (const { number } of connect({ table: 'app', client }).query(Note).where({ owner: 'o' })) {
  if (number !== last + 1) throw new Error(`Item ${number} came after ${last}.`)
  last = number
  if (++count % 1_000 === 0) peak = Math.max(peak, heap())
}
const growth = peak - before
const megabytes = (growth / 2 ** 20).toFixed(1)
console.log(`${count.toLocaleString('en')} items streamed; the heap grew by ${megabytes} MB at most`)
if (count !== ITEMS || growth >= MAX_GROWTH) {
  console.log('FAIL  all items must come, and the heap grow by less than 30 MB')
  process.exitCode = 1
}
