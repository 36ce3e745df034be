/**
 * The e-commerce table of The DynamoDB Book: customers with a unique name and e-mail address, their orders from newest
 * to oldest, and an order with its items. It also reads orders and items that another program wrote.
 */
import './quiet.ts'
import { deepStrictEqual, ok, rejects } from 'node:assert/strict'
import { DeleteTableCommand, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { marshall } from '@aws-sdk/util-dynamodb'
import { connect, createTable, layout, models, TransactionCancelled, t, text } from 'keystorm'
import { startLocalEngine } from 'keystorm/testing'
import { heading, oneLine, run } from './print.ts'

/** The existing table: its keys, and its one index. */
const shop = layout({ pk: 'PK', sk: 'SK', indexes: { GSI1: { pk: 'GSI1PK', sk: 'GSI1SK' } } })

const Customer = shop
  .model('Customer')
  .pk(text('CUSTOMER#{CustomerName}'))
  .sk(text('CUSTOMER#{CustomerName}'))
  .fields({ EmailAddress: t.string(), Name: t.string() })

/** Reserves the e-mail address: a second customer with this address cannot be created. */
const CustomerEmail = shop
  .model('CustomerEmail')
  .pk(text('CUSTOMEREMAIL#{EmailAddress}'))
  .sk(text('CUSTOMEREMAIL#{EmailAddress}'))
  .fields({ CustomerName: t.string() })

/** The customer is in the key only. `#ORDER#` sorts before `CUSTOMER#`, so a reversed query begins with the customer. */
const Order = shop
  .model('Order')
  .pk(text('CUSTOMER#{CustomerName}'))
  .sk(text('#ORDER#{OrderId}'))
  .index('GSI1', { pk: text('ORDER#{OrderId}'), sk: text('ORDER#{OrderId}') })
  .fields({ CustomerName: t.string().onlyInKeys(), CreatedAt: t.date(), Amount: t.number(), NumberItems: t.int() })

const OrderItem = shop
  .model('OrderItem')
  .pk(text('ORDER#{OrderId}#ITEM#{ItemId}'))
  .sk(text('ORDER#{OrderId}#ITEM#{ItemId}'))
  .index('GSI1', { pk: text('ORDER#{OrderId}'), sk: text('ITEM#{ItemId}') })
  .fields({ Description: t.string(), Price: t.number() })

// Does not compile, and throws, if a row could belong to two models.
models({ Customer, CustomerEmail, Order, OrderItem })

const engine = await startLocalEngine()
const table = `e-commerce-${process.pid}`
const db = connect({ table, client: engine.client })
/** dynalite has no transactions. */
const hasTransactions = engine.name !== 'dynalite'

const signUp = async (): Promise<void> => {
  heading('A customer signs up')
  const ann = { CustomerName: 'ann', EmailAddress: 'ann@example.com' }
  const customer = db.create(Customer, { ...ann, Name: 'Ann Lee' })
  if (!hasTransactions) {
    await customer
    console.log('  dynalite has no transactions, so nothing keeps the address unique')
    return
  }
  await db.transact(customer, db.create(CustomerEmail, ann))
  console.log('  ann is there, and so is her address')
  const bob = { ...ann, CustomerName: 'bob' }
  await rejects(
    async () => db.transact(db.create(Customer, { ...bob, Name: 'Bob' }), db.create(CustomerEmail, bob)),
    TransactionCancelled
  )
  deepStrictEqual(await db.get(Customer, { CustomerName: 'bob' }), undefined)
  console.log('  bob cannot have it, too: nothing of him was written')
}

const placeOrder = async (OrderId: string, day: number, prices: readonly number[]): Promise<void> => {
  const Amount = prices.reduce((sum, price) => sum + price, 0)
  const CreatedAt = new Date(Date.UTC(2026, 0, day))
  const writes = [
    db.put(Order, { CustomerName: 'ann', OrderId, CreatedAt, Amount, NumberItems: prices.length }),
    ...prices.map((Price, i) => db.put(OrderItem, { OrderId, ItemId: `${i + 1}`, Description: 'Tea', Price }))
  ]
  await db.batchWrite(writes)
}

const orders = async (): Promise<void> => {
  heading('Orders')
  await placeOrder('1VrgXBQ0VCshuQUnh1HrDIHQNwY', 1, [10, 20])
  await placeOrder('1VwVAvJk1GvBFfpTAjm0KG7Cg9d', 2, [5])
  // A row as a program in another language writes it.
  const OrderId = '1YhQ3wJk1GvBFfpTAjm0KG7Cg9e'
  const key = `ORDER#${OrderId}`
  const row = {
    ...{ PK: 'CUSTOMER#ann', SK: `#${key}`, GSI1PK: key, GSI1SK: key },
    ...{ OrderId, CreatedAt: '2026-01-03T00:00:00.000Z', Amount: 7, NumberItems: 0 }
  }
  await engine.client.send(new PutItemCommand({ TableName: table, Item: marshall(row) }))

  const newest = db.query(Order).where({ CustomerName: 'ann' }).reverse().limit(10)
  const amounts = (await run('the newest first', 'Query', newest)).map(({ Amount }) => Amount)
  deepStrictEqual(amounts, [7, 5, 30])

  console.log('\na customer and her orders, in one query')
  const kinds: string[] = []
  for await (const { model, item } of db.query(Customer, Order).where({ CustomerName: 'ann' }).reverse()) {
    console.log(`  → ${model} ${oneLine(item, 90)}`)
    kinds.push(model)
  }
  deepStrictEqual(kinds, ['Customer', 'Order', 'Order', 'Order'])
}

const items = async (): Promise<void> => {
  heading('One order with its items: GSI1')
  const one = db.query(Order, OrderItem).where({ OrderId: '1VrgXBQ0VCshuQUnh1HrDIHQNwY' }).on('GSI1')
  console.log(`  Query ${oneLine(one.compile())}`)
  const { Order: found, OrderItem: lines } = await one
  for (const item of [...found, ...lines]) console.log(`  → ${oneLine(item)}`)
  deepStrictEqual(
    lines.map(({ Price }) => Price),
    [10, 20]
  )
  ok(found[0]?.CustomerName === 'ann', 'taken from the key')
}

try {
  await createTable(db, shop)
  await signUp()
  await orders()
  await items()
} finally {
  await engine.client.send(new DeleteTableCommand({ TableName: table }))
  await engine.stop()
}
