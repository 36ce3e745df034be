/**
 * Orders of a shop, from basket to parcel: counters that lose no count, an index by status that follows each change, a
 * race between two writers in which the loser retries, and a guest's order that moves to her new customer account.
 */
import './quiet.ts'
import { deepStrictEqual, ok, rejects } from 'node:assert/strict'
import { DeleteTableCommand } from '@aws-sdk/client-dynamodb'
import {
  append,
  ConditionFailed,
  connect,
  createTable,
  exists,
  gte,
  type InputOf,
  type ItemOf,
  type KeyOf,
  model,
  models,
  oneOf,
  plus,
  t
} from 'keystorm'
import { startLocalEngine } from 'keystorm/testing'
import { heading, oneLine } from './print.ts'

/** PK  C#<customer>#Shop   SK  O#<number>   GSI1PK  S#<status>#Shop */
const Order = model('Order')
  .pk('customer')
  .suffix('Shop')
  .sk('O#number')
  .gsi1('status')
  .fields({
    number: t.int({ digits: 6 }),
    status: t.oneOf('open', 'paid', 'sent').default('open'),
    lines: t.list(t.map({ article: t.string(), quantity: t.int() })),
    total: t.number(),
    address: t.map({ city: t.string(), street: t.string().optional() }),
    log: t.list(t.string()).default([]),
    version: t.version(),
    placed: t.createdAt(),
    changed: t.updatedAt(),
    expires: t.ttl()
  })
type Order = ItemOf<typeof Order>

/** PK  C#<customer>#Shop   SK  PROFILE */
const Customer = model('Customer')
  .pk('customer')
  .suffix('Shop')
  .sk('#record')
  .fields({ record: t.literal('PROFILE'), orders: t.int().default(0), spent: t.number().default(0) })

const engine = await startLocalEngine()
const db = connect({ table: `orders-${process.pid}`, client: engine.client })
/** dynalite has no transactions, and does not return the item of a failed condition. */
const isComplete = engine.name !== 'dynalite'

const say = (what: string, result: unknown) => console.log(`  ${what}\n    → ${oneLine(result)}`)
const numbersOf = async (status: Order['status']) => {
  const orders = await db.query(Order).where({ status }).onGsi1()
  return orders.map(({ number }) => number)
}

/** Reads an order, changes it and writes it. Repeats that until nobody has written in between. */
const rewrite = async (
  key: KeyOf<typeof Order>,
  change: (order: Order) => InputOf<typeof Order> | Promise<InputOf<typeof Order>>
): Promise<Order> => {
  const found = await db.get(Order, key).consistent().orThrow()
  const changed = await change(found)
  try {
    return await db.put(Order, changed)
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error
    console.log(`  lost a race: version ${found.version} was read, version ${error.item?.version ?? '?'} is there now`)
    return rewrite(key, change)
  }
}

const place = async (): Promise<Order> => {
  heading('A guest places an order')
  const inAWeek = new Date(Date.now() + 7 * 24 * 3600 * 1000)
  const order = await db.create(Order, {
    customer: 'guest-17',
    number: 1001,
    lines: [{ article: 'tea', quantity: 2 }],
    total: 20,
    address: { city: 'Pau' },
    expires: inAWeek
  })
  const { status, version, placed, changed, expires } = order
  say('what keystorm fills in', { status, version, placed, changed })
  deepStrictEqual({ status, version }, { status: 'open', version: 1 })
  say('DynamoDB deletes it, unless it is paid by then', { expires })
  await db.create(Order, {
    customer: 'bob',
    number: 1002,
    lines: [{ article: 'cup', quantity: 6 }],
    total: 36,
    address: { city: 'Lyon' }
  })
  say('open orders, by GSI1', await numbersOf('open'))
  return order
}

const change = async (order: Order): Promise<void> => {
  heading('Changes')
  const more = db.update(Order, order).set({
    total: plus(10),
    'lines[0].quantity': plus(1), // one element of a list
    address: { street: 'Rue du Lys 3' }, // one member of the map: the city stays
    log: append('one more tea')
  })
  const { lines, total, address, log, version } = await more.returning('new')
  say('one more, and a street', { quantity: lines[0]?.quantity, total, address, log, version })
  deepStrictEqual(address, { city: 'Pau', street: 'Rue du Lys 3' })
  deepStrictEqual({ total, version }, { total: 30, version: 2 })
}

const race = async (order: Order): Promise<void> => {
  heading('Two writers')
  const discounted = await rewrite(order, found => ({
    ...found,
    total: found.total * 0.9,
    log: [...found.log, 'ten per cent off']
  }))
  say('a discount, by a read and a write', { total: discounted.total, version: discounted.version })

  // Both read the order before either writes, so the version makes one of them lose.
  let reads = 0
  let go = () => {}
  const bothHaveRead = new Promise<void>(resolve => {
    go = resolve
  })
  const note = (line: string) =>
    rewrite(order, async found => {
      if (++reads === 2) go()
      await bothHaveRead
      return { ...found, log: [...found.log, line] }
    })
  await Promise.all(['gift wrapping', 'no plastic'].map(note))
  const both = await db.get(Order, order).consistent().orThrow()
  say('two notes at the same time: both are there', { log: both.log, version: both.version })
  deepStrictEqual([...both.log].sort(), ['gift wrapping', 'no plastic', 'one more tea', 'ten per cent off'])
  deepStrictEqual({ reads, version: both.version }, { reads: 3, version: 5 })

  await rejects(
    async () => db.put(Order, { ...order, total: 0 }),
    error => {
      if (!(error instanceof ConditionFailed)) return false
      say('who comes with version 1 is told what is there', {
        error: error.name,
        version: error.item?.version,
        total: error.item?.total
      })
      return !isComplete || error.item?.total === 27
    }
  )
}

const pay = async (order: Order): Promise<void> => {
  heading('Payment')
  // The key has no version: the condition checks everything. A paid order no longer expires.
  const payment = db.update(Order, { customer: order.customer, number: order.number })
  const guarded = payment
    .set({ status: 'paid' })
    .remove('expires')
    .if({ status: 'open', total: gte(27) })
  const paid = await guarded.returning('changed')
  say('the attributes that were changed', paid)
  deepStrictEqual(await db.get(Order, order).consistent().only('expires'), {})
  say('open and paid orders: GSI1 has followed', { open: await numbersOf('open'), paid: await numbersOf('paid') })
  deepStrictEqual([await numbersOf('open'), await numbersOf('paid')], [[1002], [1001]])

  await rejects(async () => guarded)
  console.log('  a second payment is refused')

  const mayGo = db.delete(Order, { customer: order.customer, number: order.number })
  await rejects(async () => mayGo.if({ status: oneOf('open'), expires: exists() }), ConditionFailed)
  console.log('  and so is its deletion: only open orders may go')
}

const count = async (): Promise<void> => {
  heading('Counters')
  const ann = { customer: 'ann', record: 'PROFILE' } as const
  const add = db.update(Customer, ann).set({ orders: plus(1), spent: plus(0.5) })
  // The first update creates the item, and no count is lost.
  await Promise.all(Array.from({ length: 20 }, () => add.upsert()))
  const counted = await db.get(Customer, ann).consistent().orThrow()
  say('after twenty orders at once', counted)
  deepStrictEqual(counted, { ...ann, orders: 20, spent: 10 })
}

const move = async (order: Order): Promise<void> => {
  heading('The guest becomes a customer')
  const moved = await db.move(Order, order, { customer: 'ann' })
  say('her order, under its new key', { ...Order.key(moved), status: moved.status, version: moved.version })
  deepStrictEqual(await db.get(Order, order), undefined)
  deepStrictEqual(moved.placed, order.placed)
  deepStrictEqual(await db.query(Order).where({ customer: 'ann' }), [moved])
  deepStrictEqual(await numbersOf('paid'), [1001])
  ok(moved.changed > order.changed)
}

try {
  // Given the models, it turns on time to live for `expires`, which dynalite cannot.
  await createTable(db, isComplete ? models({ Order, Customer }) : undefined)
  const order = await place()
  await change(order)
  await race(order)
  await pay(order)
  await count()
  if (isComplete) await move(order)
  else console.log('\ndynalite has no transactions, so nothing is moved')
} finally {
  // An engine that was already running, such as one in a container, would keep it.
  await engine.client.send(new DeleteTableCommand({ TableName: `orders-${process.pid}` }))
  await engine.stop()
}
