/** Serverlesspresso's orders: all in one partition, by event and state and by user in indexes that share the sort key. */
import { ConditionFailed, connect, gt, layout, number, t, text } from 'keystorm'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { designed } from '../support/designed.ts'
import { errorFrom } from '../support/errors.ts'

const coffee = layout({
  pk: 'PK',
  sk: 'SK',
  indexes: {
    'GSI-status': { pk: 'ORDERSTATE', sk: 'SK' },
    'GSI-userId': { pk: 'USERID', sk: 'SK' },
    'LSI-timestamp': { local: true, sk: number('TS') }
  }
})

const Order = coffee
  .model('Order')
  .pk(text('orders'))
  .sk(text('{orderId}'))
  .index('GSI-status')
  .index('GSI-userId')
  .index('LSI-timestamp')
  .fields({
    orderId: t.string().onlyInKeys(),
    USERID: t.string(),
    ORDERSTATE: t.string(), // such as re:Invent-CREATED
    TS: t.int(),
    TaskToken: t.string(),
    robot: t.boolean(),
    orderNumber: t.int().optional(),
    drinkOrder: t.string().optional(),
    baristaUserId: t.string().optional(),
    reason: t.string().optional()
  })

const values = { USERID: 'u-1', ORDERSTATE: 'ABC-CREATED', TaskToken: 'AAAAKgAA', robot: false, TS: 1660000000000 }
const orderRow = (id: string, change: object = {}) => ({ PK: 'orders', SK: id, ...values, ...change })
const order = (orderId: string, change: object = {}) => ({ orderId, ...values, ...change })
const drinkOrder = '{"drink":"Latte","modifiers":["Oat milk"],"userId":"u-1"}'

test('Serverlesspresso: what the application wrote is read, by each of its access patterns', () =>
  designed(coffee, async ({ db, put }) => {
    const made = { ORDERSTATE: 'ABC-COMPLETED', orderNumber: 7, drinkOrder, baristaUserId: '' }
    await put(orderRow('V1StGXR8_Z5j'), orderRow('a7_Kd', { USERID: 'u-2', TS: 1660000000001 }), orderRow('b-9', made))
    assert.equal(await db.get(Order, { orderId: 'V1StGXR8_Z5j' }), order('V1StGXR8_Z5j'))
    const created = await db.query(Order).where({ ORDERSTATE: 'ABC-CREATED' }).on('GSI-status').limit(100)
    assert.equal(
      created.map(({ orderId }) => orderId),
      ['V1StGXR8_Z5j', 'a7_Kd']
    )
    const mine = await db.query(Order).where({ USERID: 'u-1' }).on('GSI-userId')
    assert.equal(mine, [order('V1StGXR8_Z5j'), order('b-9', made)])
    // An index that the application has made, but never asks.
    const since = await db
      .query(Order)
      .where({ TS: gt(1660000000000) })
      .on('LSI-timestamp')
      .consistent()
    assert.equal(since, [order('a7_Kd', { USERID: 'u-2', TS: 1660000000001 })])
  }))

// Without the item, an update that is refused cannot be told from one that found none.
test('Serverlesspresso: what keystorm writes, the application finds', () =>
  designed(coffee, async ({ db, get, find }) => {
    await db.put(Order, { orderId: 'V1StGXR8_Z5j', ...values })
    const key = { PK: 'orders', SK: 'V1StGXR8_Z5j' }
    assert.equal(await get(key), orderRow('V1StGXR8_Z5j'), 'to the byte')

    const waiting = db.update(Order, { orderId: 'V1StGXR8_Z5j' }).set({ TS: 1660000000009, orderNumber: 7 })
    await waiting.if({ USERID: 'u-1' })
    assert.instance(await errorFrom(() => waiting.if({ USERID: 'u-2' })), ConditionFailed, "an order is its user's")
    await db.update(Order, { orderId: 'V1StGXR8_Z5j' }).set({ drinkOrder })
    await db.update(Order, { orderId: 'V1StGXR8_Z5j' }).set({ ORDERSTATE: 'ABC-COMPLETED' })

    const whole = orderRow('V1StGXR8_Z5j', {
      TS: 1660000000009,
      orderNumber: 7,
      drinkOrder,
      ORDERSTATE: 'ABC-COMPLETED'
    })
    assert.equal(await find('ORDERSTATE = :state', { ':state': 'ABC-CREATED' }, 'GSI-status'), [])
    assert.equal(await find('ORDERSTATE = :state', { ':state': 'ABC-COMPLETED' }, 'GSI-status'), [whole])
    assert.equal(await find('USERID = :user', { ':user': 'u-1' }, 'GSI-userId'), [whole])
    assert.equal(await find('PK = :pk AND TS > :ts', { ':pk': 'orders', ':ts': 1660000000000 }, 'LSI-timestamp'), [
      whole
    ])
  }))

test('Serverlesspresso: the orders of an event in a state are one query of the index', () => {
  const created = connect({ table: 'orders' }).query(Order).where({ ORDERSTATE: 'ABC-CREATED' }).on('GSI-status')
  assert.equal(created.compile(), {
    TableName: 'orders',
    IndexName: 'GSI-status',
    KeyConditionExpression: '#pk = :pk',
    ExpressionAttributeNames: { '#pk': 'ORDERSTATE' },
    ExpressionAttributeValues: { ':pk': { S: 'ABC-CREATED' } },
    Select: 'ALL_ATTRIBUTES'
  })
})

test.run()
