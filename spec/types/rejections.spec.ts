import { connect, ItemNotFound, model, plus, t } from 'keystorm'
import { updateAll } from 'keystorm/bulk'
import { modify } from 'keystorm/modify'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { idleClient } from '../support/idle.ts'
import { type Equal, isType } from '../support/types.ts'

const Fruit = model('Fruit').pk('a').sk('b').fields({ n: t.int() })
const db = connect({ table: 'app', client: idleClient().client })
const key = { a: 'a', b: 'b' }
const nameOf = (error: Error) => error.name

test('as with a promise, who handles an error may say for what it is taken, and else it is unknown', async () => {
  const get = db.get(Fruit, key).orThrow()
  assert.is(await get.then(({ n }) => n, nameOf), 'ItemNotFound')
  assert.is(await get.catch((error: { code: string }) => error.code), 'ItemNotFound')
  const all: unknown[] = await Promise.all([
    db
      .query(Fruit)
      .where({ a: 'a' })
      .then(fruits => fruits.length, nameOf),
    db.query(Fruit).where({ a: 'a' }).catch(nameOf),
    db
      .update(Fruit, key)
      .set({ n: 1 })
      .then(() => 'done', nameOf),
    db.update(Fruit, key).set({ n: 1 }).catch(nameOf),
    db
      .check(Fruit, key)
      .if({ n: 1 })
      .then(() => 'done', nameOf),
    db.transact(db.put(Fruit, { ...key, n: 1 })).then(([fruit]) => fruit.n, nameOf),
    modify(db, Fruit, key, fruit => fruit).then(({ n }) => n, nameOf),
    updateAll(db.scan(Fruit), change => change.set({ n: plus(1) })).then(({ done }) => done, nameOf)
  ])
  assert.equal(all, [0, [], 'done', undefined, 'done', 1, 'ItemNotFound', 0])
  const error = await get.then(
    () => undefined,
    error => {
      isType<Equal<typeof error, unknown>>()
      return error
    }
  )
  assert.instance(error, ItemNotFound)
  // @ts-expect-error the first function is the one that is wrong
  get.then(fruit => fruit.size, nameOf).catch(() => {})
  // @ts-expect-error no query yet, whoever handles its errors
  assert.is(await db.query(Fruit).then(() => 'done', nameOf), 'IncompleteQuery')
})

test.run()
