/**
 * What gets cost this process in CPU time and on the clock: an awaited get that asks for its units, and one with an event for
 * its request, beside one without either, against servers that answer at once and after two milliseconds, which is little for
 * DynamoDB; and 100 gets that go together beside 100 one by one, against the embedded engine. Both have processes of their own.
 * Variants take turns, so that a slow moment of the machine is not one's alone.
 */
import { parseArgs } from 'node:util'
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb'
import { type Client, connect, createTable, type Db, metered, model, type Operations, type Sender, t } from 'keystorm'
import { coalesced } from 'keystorm/coalesce'
import { leanClient } from 'keystorm/lean'
import { startLocalEngine } from 'keystorm/testing'
import { findDynoxide } from '../lib/testing/dynoxide.ts'
import { measureBoth, median, type Samples } from './measure.ts'
import { serve } from './wire.ts'

const { values } = parseArgs({ options: { smoke: { type: 'boolean', default: false } } })
const effort = values.smoke ? { rounds: 1, milliseconds: 1 } : { rounds: 100, milliseconds: 20 }
/** Of CPU time: by the clock, a round is twenty times as long, where most of it is waiting. */
const lateEffort = values.smoke ? effort : { rounds: 12, milliseconds: 20 }
const DELAY = 2
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

/** One variant beside the first: of each round, as its moment was the same for both, and of the quickest rounds. */
const compare = ([first = [], ...others]: Samples, variant: number): string => {
  const own = others[variant] ?? []
  const ratio = median(own.map((figure, round) => figure / (first[round] ?? Number.NaN)))
  const [least, other] = [first, own].map(figures => (Math.min(...figures) / 1000).toFixed(1))
  return `${ratio.toFixed(3)} (at least ${least} and ${other} µs)`
}

/** The first is what the others are compared with. */
const show = async (
  name: string,
  first: Work,
  others: Readonly<Record<string, Work>>,
  given = effort
): Promise<void> => {
  const { cpu, clock } = await measureBoth([first, ...Object.values(others)], [undefined], given)
  for (const [i, what] of Object.keys(others).entries())
    console.log(`${what}, ${name}: CPU ${compare(cpu, i)}, clock ${compare(clock, i)}`)
}

/** Sends each get with the question what it costs, and does nothing else. */
const asking = (send: Sender['request']): Sender => ({
  request: (operation, input, options) =>
    send(operation, Object.assign({}, input, { ReturnConsumedCapacity: 'TOTAL' }), options)
})

const events = async (name: string, client: Client, send: Sender['request'], given = effort): Promise<void> => {
  let count = 0
  const table = 'request-cost'
  const onRequest = () => {
    count++
  }
  const others = {
    'the same once more': one(connect({ table, client })),
    'a get that asks for its units': one(connect({ table, client: asking(send) })),
    'a get with an event': one(connect({ table, client, onRequest }))
  }
  await show(name, one(connect({ table, client })), others, given)
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
  await show(name, all(db), { [`${GETS} gets in ${sent}`]: all(joined) })
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

console.log('Ratios to a get without more, and to gets one by one: medians over the rounds')
const stub = instant()
await fill(stub)
await events('a sender that answers at once', stub, stub.request)
const found = { Item: connect().put(Order, order(0)).compile().Item }
const consumed = { TableName: 'request-cost', CapacityUnits: 0.5 }
const answers = { GetItem: found, GetItemTOTAL: { ...found, ConsumedCapacity: consumed } }
const options = { region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } }
for (const [delay, given] of [
  [0, effort],
  [DELAY, lateEffort]
] as const) {
  const [endpoint, server] = await serve(answers, delay)
  const sdk = new DynamoDBClient({ ...options, endpoint })
  const lean = leanClient({ ...options, endpoint })
  sdk.middlewareStack.remove('loggerMiddleware') // as the client has it that keystorm makes
  const answered = `answered after ${delay} ms`
  const send: Sender['request'] = async (_, input) => (await sdk.send(new GetItemCommand(input as never))) as never // gets alone
  await events(`the SDK's client, ${answered}`, sdk, send, given)
  await events(`the lean client, ${answered}`, lean, lean.request.bind(lean), given)
  for (const client of [sdk, lean]) client.destroy()
  server.kill()
}
if (findDynoxide() === undefined) console.log('left out: dynoxide is not installed')
else {
  await using engine = await startLocalEngine({ engine: 'dynoxide' })
  await createTable(connect({ table: 'request-cost', client: engine.client }))
  await fill(engine.client)
  await together("the SDK's client", engine.client)
  await together('the lean client', leanClient({ ...options, endpoint: engine.endpoint }))
}
await together('a sender that answers at once', stub)
