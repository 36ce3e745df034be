/** Two models in one partition: a user and its orders are read by one query, and each row says what it is. */
import './quiet.ts'
import { deepStrictEqual } from 'node:assert/strict'
import { QueryCommand } from '@aws-sdk/client-dynamodb'
import { type ItemOf, model, models, t } from 'keystorm'
import { localTable } from 'keystorm/testing'
import { heading, printRows } from './print.ts'

/** PK  U#<user>#Shop   SK  PROFILE */
const User = model('User')
  .pk('user')
  .suffix('Shop')
  .sk('#record')
  .fields({ record: t.literal('PROFILE'), email: t.string() })

/** PK  U#<user>#Shop   SK  O#<placed>#N#<number> */
const Order = model('Order')
  .pk('user')
  .suffix('Shop')
  .sk('O#placed', 'number')
  .fields({ placed: t.date(), number: t.int({ digits: 6 }), total: t.number() })

// Would not compile, and would throw, if some key could be both a user's and an order's.
const shop = models({ User, Order })

const user: ItemOf<typeof User> = { user: 'ann', record: 'PROFILE', email: 'ann@example.com' }
const orders: ItemOf<typeof Order>[] = [
  { user: 'ann', placed: new Date('2026-03-01T10:00:00Z'), number: 9, total: 12.5 },
  { user: 'ann', placed: new Date('2026-03-01T10:00:00Z'), number: 10, total: 3 },
  { user: 'ann', placed: new Date('2026-04-01T10:00:00Z'), number: 7, total: 99.99 }
]

await localTable(async ({ db, client, table }) => {
  await db.create(User, user)
  for (const order of orders) await db.create(Order, order)
  await db.create(User, { ...user, user: 'bob', email: 'bob@example.com' })

  // keystorm has no query for several models yet: the SDK reads the partition, and keystorm the rows.
  const { Items: rows = [] } = await client.send(
    new QueryCommand({
      TableName: table,
      KeyConditionExpression: 'PK = :pk',
      ExpressionAttributeValues: { ':pk': { S: User.key(user).PK } }
    })
  )
  heading('The partition')
  printRows(rows, ['PK', 'SK', 'email', 'number', 'total'])

  heading('What its rows are')
  const found: { users: ItemOf<typeof User>[]; orders: ItemOf<typeof Order>[] } = { users: [], orders: [] }
  for (const row of rows) {
    const read = shop.read(row)
    // `model` decides the type of `item`.
    if (read?.model === 'User') {
      console.log(`  a user, with the address ${read.item.email}`)
      found.users.push(read.item)
    } else if (read?.model === 'Order') {
      console.log(
        `  order ${read.item.number} of ${read.item.placed.toISOString().slice(0, 10)}: ${read.item.total.toFixed(2)}`
      )
      found.orders.push(read.item)
    }
  }
  deepStrictEqual(found, { users: [user], orders })

  // A query of one model leaves the others out.
  deepStrictEqual(await db.query(Order).where({ user: 'ann' }), orders)
  deepStrictEqual(await db.query(Order).where({ user: 'ann' }).reverse().first(), orders[2])
})
