/** Two models in one partition: one query reads a user and the user's orders, and tells the model of each item. */
import './quiet.ts'
import { deepStrictEqual } from 'node:assert/strict'
import { type ItemOf, model, models, t } from 'keystorm'
import { localTable } from 'keystorm/testing'
import { heading } from './print.ts'

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

// Does not compile, and throws, if a key could be both a user's and an order's.
const shop = models({ User, Order })

const user: ItemOf<typeof User> = { user: 'ann', record: 'PROFILE', email: 'ann@example.com' }
const orders: ItemOf<typeof Order>[] = [
  { user: 'ann', placed: new Date('2026-03-01T10:00:00Z'), number: 9, total: 12.5 },
  { user: 'ann', placed: new Date('2026-03-01T10:00:00Z'), number: 10, total: 3 },
  { user: 'ann', placed: new Date('2026-04-01T10:00:00Z'), number: 7, total: 99.99 }
]

await localTable(async ({ db }) => {
  await db.create(User, user)
  for (const order of orders) await db.create(Order, order)
  await db.create(User, { ...user, user: 'bob', email: 'bob@example.com' })

  heading('The partition, in the order of its keys')
  const partition = db.query(User, Order).where({ user: 'ann' })
  for await (const row of partition) {
    // `model` decides the type of `item`.
    if (row.model === 'User') console.log(`  a user, with the address ${row.item.email}`)
    else
      console.log(
        `  order ${row.item.number} of ${row.item.placed.toISOString().slice(0, 10)}: ${row.item.total.toFixed(2)}`
      )
  }
  deepStrictEqual(await partition, { User: [user], Order: orders })

  const all = await db.scan(shop)
  deepStrictEqual([all.User.length, all.Order.length], [2, 3])

  // A query of one model leaves the others out.
  deepStrictEqual(await db.query(Order).where({ user: 'ann' }), orders)
  deepStrictEqual(await db.query(Order).where({ user: 'ann' }).reverse().first(), orders[2])
})
