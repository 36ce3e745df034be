/** Engines that refuse a write without the item that was there are asked for it: what it is, is no item that is missing. */
import {
  type Client,
  ConditionFailed,
  connect,
  gt,
  ItemExists,
  ItemNotFound,
  model,
  TransactionCancelled,
  t
} from 'keystorm'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { errorFrom } from '../support/errors.ts'

const Fruit = model('Fruit').pk('apple').sk('#date').fields({ weight: t.number(), version: t.version() })
const key = { apple: 'a', date: '1' }
const found = { ...key, weight: 3, version: 2 }
const row = {
  ...{ PK: { S: 'A#a#Fruit' }, SK: { S: '1' }, apple: { S: 'a' }, date: { S: '1' } },
  ...{ weight: { N: '3' }, version: { N: '2' } }
}

/** An engine that refuses all writes, and says no more than that; it has the row, or has none. */
const refusing = (Item: typeof row | undefined, reads: string[] = []): Client => ({
  request: async operation => {
    if (operation === 'GetItem') {
      reads.push(operation)
      return { Item } as never // an output of this operation
    }
    const isTransaction = operation === 'TransactWriteItems'
    const name = isTransaction ? 'TransactionCanceledException' : 'ConditionalCheckFailedException'
    const CancellationReasons = [{ Code: 'ConditionalCheckFailed' }, { Code: 'None' }]
    throw Object.assign(new Error('refused'), { name, ...(isTransaction && { CancellationReasons }) })
  }
})

test('a refused write says why, and has the item', async () => {
  const db = connect({ table: 't', client: refusing(row) })
  const writes = [
    db
      .update(Fruit, key)
      .set({ weight: 1 })
      .if({ weight: gt(9) }),
    db.update(Fruit, { ...key, version: 1 }).set({ weight: 1 }),
    db.delete(Fruit, key).if({ weight: gt(9) }),
    db.put(Fruit, { ...found, version: 1 }),
    db.check(Fruit, key).if({ weight: gt(9) })
  ]
  for (const [i, write] of writes.entries()) {
    const error = await errorFrom(() => write)
    assert.instance(error, ConditionFailed)
    assert.equal((error as ConditionFailed).item, found)
    assert.is((error as ConditionFailed).data.reason, i % 2 === 1 ? 'version' : 'condition')
  }
  assert.instance(await errorFrom(() => db.create(Fruit, { ...key, weight: 1 }).if({ weight: gt(9) })), ItemExists)
})

test('so does a cancelled transaction', async () => {
  const db = connect({ table: 't', client: refusing(row) })
  const update = db.update(Fruit, { ...key, version: 1 }).set({ weight: 1 })
  const error = await errorFrom(() => db.transact(update, db.delete(Fruit, { apple: 'b', date: '1' })))
  assert.instance(error, TransactionCancelled)
  const [reason, other] = (error as TransactionCancelled).data.reasons
  assert.is(reason?.code, 'ConditionFailed')
  assert.is(reason?.reason, 'version')
  assert.equal(reason?.item, found)
  assert.is(other?.code, 'None')
})

test('an item that is not there is not there; where only that was asked, nothing is read', async () => {
  const reads: string[] = []
  const db = connect({ table: 't', client: refusing(undefined, reads) })
  assert.instance(
    await errorFrom(() =>
      db
        .update(Fruit, key)
        .set({ weight: 1 })
        .if({ weight: gt(9) })
    ),
    ItemNotFound
  )
  const asked = reads.length
  assert.instance(await errorFrom(() => db.update(Fruit, key).set({ weight: 1 })), ItemNotFound)
  assert.instance(await errorFrom(() => db.create(Fruit, { ...key, weight: 1 })), ItemExists)
  assert.is(reads.length, asked)
})

test('an error of that read is not told in the place of the refusal', async () => {
  const client: Client = {
    request: async operation => {
      throw Object.assign(new Error(operation), {
        name: operation === 'GetItem' ? 'Gone' : 'ConditionalCheckFailedException'
      })
    }
  }
  const write = connect({ table: 't', client })
    .delete(Fruit, key)
    .if({ weight: gt(9) })
  const error = await errorFrom(() => write)
  assert.instance(error, ConditionFailed)
  assert.is((error.cause as Error).message, 'DeleteItem')
})

test.run()
