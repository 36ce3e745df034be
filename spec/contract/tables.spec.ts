import { setTimeout as delay } from 'node:timers/promises'
import { connect, createTable, model, t, withTable } from 'keystorm'
import { localTable } from 'keystorm/testing'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { errorFrom } from '../support/errors.ts'

const Task = model('Task').pk('list').sk('number').fields({ number: t.int(), table: t.string() })

test('1,000 tasks at once under two withTable contexts never touch the wrong table', () =>
  localTable(one =>
    localTable(async two => {
      const db = connect({ table: 'never-used', client: one.client })
      const work = async (table: string, number: number) => {
        await delay(Math.random() * 20)
        const builder = db.put(Task, { list: 'l', number, table })
        await delay(Math.random() * 20)
        await builder
        const read = await db.get(Task, { list: 'l', number }).orThrow()
        await delay(Math.random() * 20)
        assert.is(read.table, table)
      }
      const tables = [one.table, two.table]
      await Promise.all(
        Array.from({ length: 1_000 }, (_, number) => {
          const table = tables[number % 2] ?? ''
          return withTable(table, { client: one.client }, () => work(table, number))
        })
      )
      for (const [parity, table] of tables.entries()) {
        const tasks = await withTable(table, () => connect({ client: one.client }).query(Task).where({ list: 'l' }))
        assert.is(tasks.length, 500)
        assert.ok(tasks.every(task => task.table === table && task.number % 2 === parity))
      }
    })
  ))

test('createTable makes the table and its index, waits for both, and says when there is one', async () => {
  const { client, table } = await localTable(({ client, table }) => ({ client, table: `${table}-made` }))
  const db = connect({ client, table })
  await createTable(db)
  try {
    await db.put(Task, { list: 'l', number: 1, table })
    assert.is((await db.query(Task).where({ list: 'l' })).length, 1)
    assert.is((await errorFrom(() => createTable(db))).name, 'ResourceInUseException')
  } finally {
    const { DeleteTableCommand } = await import('@aws-sdk/client-dynamodb')
    await client.send(new DeleteTableCommand({ TableName: table }))
  }
})

test.run()
