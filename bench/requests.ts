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
import { measureBoth, median, type Samples } from './measure.ts'

const { values } = parseArgs({ options: { smoke: { type: 'boolean', default: false } } })
const effort = values.smoke ? { rounds: 1, milliseconds: 1 } : { rounds: 100, milliseconds: 20 }
const GETS = 100

const Order = model('Order')
  .pk('user')
  .sk('order')
  .fields({ total: t.int(), lines: t.list(t.string()) })
const order = (n: number) => ({ user: 'ann', order: `${n}`, total: n, lines: ['3 kg of gala', '1 kg of fuji'] })
const orders = Array.from({ length: GETS }, (_, n) => order(n))

type Work = () => Promise<unknown>

const one = (db: Pick<Db, 'get'>): Work => {
  let n = 0
  return async () => await db.get(Order, orders[n++ % GETS] ?? order(0))
}

/** The second beside the first: of each round, as its moment was the same for both, and of the quickest rounds. */
const compare = ([first = [], second = []]: Samples): string => {
  const ratio = median(second.map((figure, round) => figure / (first[round] ?? Number.NaN)))
  const [least, other] = [first, second].map(figures => (Math.min(...figures) / 1000).toFixed(1))
  return `${ratio.toFixed(3)} (at least ${least} and ${other} µs)`
}

const show = async (name: string, works: readonly [Work, Work]): Promise<void> => {
  const { cpu, clock } = await measureBoth(works, [undefined], effort)
  console.log(`${name}: CPU ${compare(cpu)}, clock ${compare(clock)}`)
}

const events = async (name: string, client: Client): Promise<void> => {
  let count = 0
  const table = 'request-cost'
  const onRequest = () => {
    count++
  }
  const [plain, watched] = [connect({ table, client }), connect({ table, client, onRequest })]
  await show(`a get without events and with, ${name}`, [one(plain), one(watched)])
  if (count === 0) throw new Error('No request was told of.')
}

const together = async (name: string, client: Client): Promise<void> => {
  const db = connect({ table: 'request-cost', client })
  const joined = coalesced(db)
  const all = (db: Pick<Db, 'get'>) => async () => {
    const found = await Promise.all(orders.map(key => db.get(Order, key)))
    if (found.some((item, n) => item?.total !== n)) throw new Error('An order is not what it was.')
  }
  const requests = async (work: Work) => (await metered(work)).usage.requests
  const sent = `${await requests(all(db))} requests one by one and ${await requests(all(joined))} together`
  await show(`${GETS} gets in ${sent}, ${name}`, [all(db), all(joined)])
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
await events('a sender that answers at once', stub)
if (findDynoxide() === undefined) console.log('left out: dynoxide is not installed')
else {
  await using engine = await startLocalEngine({ engine: 'dynoxide' })
  await createTable(connect({ table: 'request-cost', client: engine.client }))
  await fill(engine.client)
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
  const lean = leanClient({ endpoint: engine.endpoint, region: 'us-east-1', credentials })
  await events("the SDK's client", engine.client)
  await events('the lean client', lean)
  await together("the SDK's client", engine.client)
  await together('the lean client', lean)
}
await together('a sender that answers at once', stub)
