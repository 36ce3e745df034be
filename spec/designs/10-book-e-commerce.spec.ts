/** The e-commerce application of The DynamoDB Book: customers with a unique e-mail address, their orders, and order items. */
import { connect, layout, models, TransactionCancelled, t, text } from 'keystorm'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { designed } from '../support/designed.ts'
import { lacks } from '../support/engine.ts'
import { errorFrom } from '../support/errors.ts'

const app = layout({ pk: 'PK', sk: 'SK', indexes: { GSI1: { pk: 'GSI1PK', sk: 'GSI1SK' } } })

const place = t.map({ street: t.string(), city: t.string(), state: t.string() })
const Customer = app
  .model('Customer')
  .pk(text('CUSTOMER#{CustomerName}'))
  .sk(text('CUSTOMER#{CustomerName}'))
  .fields({ EmailAddress: t.string(), Name: t.string(), Address: t.map({ home: place, business: place.optional() }) })

/** Stands there so that no two customers have one e-mail address. */
const CustomerEmail = app
  .model('CustomerEmail')
  .pk(text('CUSTOMEREMAIL#{EmailAddress}'))
  .sk(text('CUSTOMEREMAIL#{EmailAddress}'))
  .fields({ CustomerName: t.string() })

/** Whose an order is, only its key says. The `#` before ORDER puts orders before their customer. */
const Order = app
  .model('Order')
  .pk(text('CUSTOMER#{CustomerName}'))
  .sk(text('#ORDER#{OrderId}'))
  .index('GSI1', { pk: text('ORDER#{OrderId}'), sk: text('ORDER#{OrderId}') })
  .fields({
    CustomerName: t.string().onlyInKeys(),
    CreatedAt: t.date(),
    Amount: t.number(),
    NumberItems: t.int(),
    Status: t.oneOf('PROCESSING', 'SHIPPED', 'CANCELED').optional()
  })

const OrderItem = app
  .model('OrderItem')
  .pk(text('ORDER#{OrderId}#ITEM#{ItemId}'))
  .sk(text('ORDER#{OrderId}#ITEM#{ItemId}'))
  .index('GSI1', { pk: text('ORDER#{OrderId}'), sk: text('ITEM#{ItemId}') })
  .fields({ Description: t.string(), Price: t.number() })

models({ Customer, CustomerEmail, Order, OrderItem }) // proven apart

const home = { street: '1 Sea Road', city: 'Pau', state: 'NA' }
const ids = ['1VrgXBQ0VCshuQUnh1HrDIHQNwY', '1VwVAvJk1GvBFfpTAjm0KG7Cg9d', '1YhQ3wJk1GvBFfpTAjm0KG7Cg9e']
const orderRow = (OrderId: string, n: number) => ({
  PK: 'CUSTOMER#ann',
  SK: `#ORDER#${OrderId}`,
  GSI1PK: `ORDER#${OrderId}`,
  GSI1SK: `ORDER#${OrderId}`,
  OrderId,
  CreatedAt: `2026-01-0${n}T10:00:00.000Z`,
  Amount: 10 * n,
  NumberItems: 1
})
const itemRow = (OrderId: string, ItemId: string) => ({
  PK: `ORDER#${OrderId}#ITEM#${ItemId}`,
  SK: `ORDER#${OrderId}#ITEM#${ItemId}`,
  GSI1PK: `ORDER#${OrderId}`,
  GSI1SK: `ITEM#${ItemId}`,
  OrderId,
  ItemId,
  Description: 'Go',
  Price: 5
})
const [first = '', second = '', third = ''] = ids
const ann = { CustomerName: 'ann', EmailAddress: 'ann@example.com', Name: 'Ann', Address: { home } }

test('e-commerce: what the application wrote is read, by each of its access patterns', () =>
  designed(app, async ({ db, put }) => {
    await put({ PK: 'CUSTOMER#ann', SK: 'CUSTOMER#ann', ...ann })
    await put(orderRow(first, 1), orderRow(second, 2), itemRow(first, 'b'), itemRow(first, 'a'), itemRow(second, 'c'))

    assert.equal(await db.get(Customer, { CustomerName: 'ann' }), ann)
    const newest = await db.query(Order).where({ CustomerName: 'ann' }).reverse().limit(10)
    assert.equal(newest[0], {
      CustomerName: 'ann',
      OrderId: second,
      CreatedAt: new Date('2026-01-02T10:00:00Z'),
      Amount: 20,
      NumberItems: 1
    })
    assert.is(newest[1]?.OrderId, first)

    const both: string[] = []
    for await (const { model } of db.query(Customer, Order).where({ CustomerName: 'ann' }).reverse()) both.push(model)
    assert.equal(both, ['Customer', 'Order', 'Order'], 'a customer with the newest orders, in one query')

    const order = await db.query(Order, OrderItem).where({ OrderId: first }).on('GSI1')
    assert.is(order.Order[0]?.CustomerName, 'ann')
    assert.equal(
      order.OrderItem.map(({ ItemId }) => ItemId),
      ['a', 'b']
    )
  }))

const transactional = lacks('transactions') ? test.skip : test

transactional('e-commerce: what keystorm writes, the application finds', () =>
  designed(app, async ({ db, get, find }) => {
    const { Address, Name, ...email } = ann
    const signUp = db.transact(db.create(Customer, { ...email, Address, Name }), db.create(CustomerEmail, email))
    await signUp
    assert.instance(await errorFrom(() => signUp), TransactionCancelled)
    const elsewhere = db.create(Customer, { ...ann, CustomerName: 'bob' })
    const taken = await errorFrom(() =>
      db.transact(elsewhere, db.create(CustomerEmail, { ...email, CustomerName: 'bob' }))
    )
    assert.instance(taken, TransactionCancelled)
    assert.equal(await get({ PK: 'CUSTOMEREMAIL#ann@example.com', SK: 'CUSTOMEREMAIL#ann@example.com' }), {
      PK: 'CUSTOMEREMAIL#ann@example.com',
      SK: 'CUSTOMEREMAIL#ann@example.com',
      ...email
    })

    const { PK: _pk, SK: _sk, GSI1PK: _gsi1pk, GSI1SK: _gsi1sk, ...values } = orderRow(third, 3)
    const order = { ...values, CustomerName: 'ann', CreatedAt: new Date(values.CreatedAt) }
    const item = { OrderId: third, ItemId: 'a', Description: 'Go', Price: 5 }
    await db.transact(db.create(Order, order), db.create(OrderItem, item))
    assert.equal(
      await get({ PK: 'CUSTOMER#ann', SK: `#ORDER#${third}` }),
      orderRow(third, 3),
      'the same row, to the byte'
    )
    assert.equal(await find('GSI1PK = :pk', { ':pk': `ORDER#${third}` }, 'GSI1'), [
      itemRow(third, 'a'),
      orderRow(third, 3)
    ])
    await db.update(Order, order).set({ Status: 'SHIPPED' })
    const found = await find('PK = :pk AND begins_with(SK, :sk)', { ':pk': 'CUSTOMER#ann', ':sk': '#ORDER#' })
    assert.equal(found, [{ ...orderRow(third, 3), Status: 'SHIPPED' }])
  })
)

test('e-commerce: an order with its items is one query of GSI1', () => {
  assert.equal(connect({ table: 'app' }).query(Order, OrderItem).where({ OrderId: '1' }).on('GSI1').compile(), {
    TableName: 'app',
    IndexName: 'GSI1',
    KeyConditionExpression: 'GSI1PK = :pk AND GSI1SK BETWEEN :sk AND :to',
    ExpressionAttributeValues: { ':pk': { S: 'ORDER#1' }, ':sk': { S: 'ITEM#' }, ':to': { S: 'ORDER#1' } },
    Select: 'ALL_ATTRIBUTES'
  })
})

test.run()
