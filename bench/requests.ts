/**
 * What gets cost this process in CPU time: an awaited get with an event for its request beside one without, and 100 gets that go
 * together beside 100 one by one. Variants take turns, so that a slow moment of the machine is not one's alone; against a
 * sender that answers at once, and against the embedded engine, which has a process of its own.
 */
import { parseArgs } from 'node:util'
import { type Client, connect, createTable, type Db, metered, model, type Operations, type Sender, t } from 'keystorm'
import { coalesced } from 'keystorm/coalesce'
import { leanClient } from 'keystorm/lean'
import { startLocalEngine } from 'keystorm/testing'
import { findDynoxide } from '../lib/testing/dynoxide.ts'
import { median } from './measure.ts'

const { values } = parseArgs({ options: { smoke: { type: 'boolean', default: false } } })
const [ROUNDS, WARMING] = values.smoke ? [1, 0] : [100, 3]
const GETS = 100

const Order = model('Order')
  .pk('user')
  .sk('order')
  .fields({ total: t.int(), lines: t.list(t.string()) })
const order = (n: number) => ({ user: 'ann', order: `${n}`, total: n, lines: ['3 kg of gala', '1 kg of fuji'] })
const orders = Array.from({ length: GETS }, (_, n) => order(n))

const cpu = (): number => {
  const { user, system } = process.cpuUsage()
  return user + system
}

type Work = () => Promise<unknown>

/** Microseconds that a work takes, a figure for each round: of CPU, and on the clock. */
interface Figures {
  readonly cpu: number[]
  readonly clock: number[]
}

const measure = async (works: readonly Work[], repeat: number): Promise<Figures[]> => {
  const figures = works.map((): Figures => ({ cpu: [], clock: [] }))
  for (let round = -WARMING; round < ROUNDS; round++)
    for (let i = 0; i < works.length; i++) {
      const turn = (round + works.length * WARMING + i) % works.length
      const [start, since] = [cpu(), performance.now()]
      for (let n = 0; n < repeat; n++) await works[turn]?.()
      await new Promise(setImmediate) // handlers are called late, and count
      if (round < 0) continue
      figures[turn]?.cpu.push((cpu() - start) / repeat)
      figures[turn]?.clock.push(((performance.now() - since) * 1000) / repeat)
    }
  return figures
}

const one = (db: Pick<Db, 'get'>): Work => {
  let n = 0
  return async () => await db.get(Order, orders[n++ % GETS] ?? order(0))
}

/** The second beside the first: of each round, as its moment was the same for both, and of the quickest rounds. */
const compare = (first: readonly number[], second: readonly number[]): string => {
  const ratio = median(second.map((figure, round) => figure / (first[round] ?? Number.NaN)))
  return `${ratio.toFixed(3)} (at least ${Math.min(...first).toFixed(1)} and ${Math.min(...second).toFixed(1)} µs)`
}

const show = (name: string, [first, second]: readonly Figures[]): void => {
  if (first && second)
    console.log(`${name}: CPU ${compare(first.cpu, second.cpu)}, clock ${compare(first.clock, second.clock)}`)
}

const events = async (name: string, client: Client, repeat: number): Promise<void> => {
  let count = 0
  const table = 'request-cost'
  const onRequest = () => {
    count++
  }
  const [plain, watched] = [connect({ table, client }), connect({ table, client, onRequest })]
  show(`a get without events and with, ${name}`, await measure([one(plain), one(watched)], repeat))
  if (count < ROUNDS * repeat) throw new Error(`Only ${count} requests were told of.`)
}

const together = async (name: string, client: Client, repeat: number): Promise<void> => {
  const db = connect({ table: 'request-cost', client })
  const joined = coalesced(db)
  const all = (db: Pick<Db, 'get'>) => async () => {
    const found = await Promise.all(orders.map(key => db.get(Order, key)))
    if (found.some((item, n) => item?.total !== n)) throw new Error('An order is not what it was.')
  }
  const requests = async (work: Work) => (await metered(work)).usage.requests
  const sent = `${await requests(all(db))} requests one by one and ${await requests(all(joined))} together`
  show(`${GETS} gets in ${sent}, ${name}`, await measure([all(db), all(joined)], repeat))
}

/** A sender that has all orders, and answers in the same turn. */
const instant = (): Sender => {
  const stored = new Map<string, Operations['PutItem']['input']['Item']>()
  const keyOf = (key: Operations['GetItem']['input']['Key']) => `${key?.PK?.S} ${key?.SK?.S}`
  const usage = { ConsumedCapacity: { TableName: 'request-cost', CapacityUnits: 0.5 } }
  return {
    request: async (operation, input) => {
      const sent = input as Operations['PutItem']['input'] &
        Operations['GetItem']['input'] &
        Operations['BatchGetItem']['input'] // of whatever operation
      if (operation === 'PutItem') stored.set(keyOf(sent.Item), sent.Item)
      if (operation === 'GetItem')
        return { Item: stored.get(keyOf(sent.Key)), ...(sent.ReturnConsumedCapacity && usage) } as never
      const found = Object.entries(sent.RequestItems ?? {}).map(([table, { Keys = [] }]) => [
        table,
        Keys.map(key => stored.get(keyOf(key)))
      ])
      return { Responses: Object.fromEntries(found), ...(sent.ReturnConsumedCapacity && usage) } as never // of whatever operation
    }
  }
}

const fill = async (client: Client): Promise<void> => {
  for (const item of orders) await connect({ table: 'request-cost', client }).put(Order, item)
}

console.log('Ratios of the second to the first: medians over the rounds')
const stub = instant()
await fill(stub)
await events('a sender that answers at once', stub, 500)
if (findDynoxide() === undefined) console.log('left out: dynoxide is not installed')
else {
  await using engine = await startLocalEngine({ engine: 'dynoxide' })
  await createTable(connect({ table: 'request-cost', client: engine.client }))
  await fill(engine.client)
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
  const lean = leanClient({ endpoint: engine.endpoint, region: 'us-east-1', credentials })
  await events("the SDK's client", engine.client, 50)
  await events('the lean client', lean, 100)
  await together("the SDK's client", engine.client, 1)
  await together('the lean client', lean, 1)
}
await together('a sender that answers at once', stub, 10)
