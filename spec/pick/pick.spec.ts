/** Verbs one by one: the same builders as those of connect(), and no others. */
import { connect, InvalidRequest, model, type Operation, type Sender, t, withTable } from 'keystorm'
import { coalesced } from 'keystorm/coalesce'
import * as pick from 'keystorm/pick'
import { connectWith, deleteItem, get, put, queries, query } from 'keystorm/pick'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { errorFrom } from '../support/errors.ts'
import { idleClient } from '../support/idle.ts'

const Fruit = model('Fruit').pk('apple').suffix('Apple').sk('date').fields({ weight: t.number() })
const Tree = model('Tree').pk('apple').suffix('Apple').sk('#kind').fields({})
const fruit = { apple: 'a', date: '2026', weight: 3 }
const { client } = idleClient()
const db = connect({ table: 'app', client })

test('every verb of connect() can be picked, under its name, and makes the same command', () => {
  const { connectWith: _, queries: __, ...verbs } = pick
  const all = connectWith(Object.values(verbs), { table: 'app', client })
  const own = (of: object) =>
    Object.getOwnPropertyNames(Object.getPrototypeOf(of)).filter(name => name !== 'constructor')
  const names = [...own(db), ...own(Object.getPrototypeOf(db))]
  assert.equal(Object.keys(all).sort(), names.sort())

  const { create, update, move, check, transact, batchGet, batchWrite, load, scan } = pick
  const some = connectWith(
    [create, put, get, update, deleteItem, move, check, transact, batchGet, batchWrite, load, scan, queries],
    { table: 'app', client }
  )
  const both = (make: (from: typeof some) => { compile(): unknown }) =>
    assert.equal(make(some).compile(), make(db).compile())
  both(from => from.create(Fruit, fruit))
  both(from => from.put(Fruit, fruit))
  both(from => from.get(Fruit, fruit).consistent())
  both(from => from.update(Fruit, fruit).set({ weight: 4 }))
  both(from => from.delete(Fruit, fruit).if({ weight: 3 }))
  both(from => from.transact(from.get(Fruit, fruit), from.get(Tree, { apple: 'a', kind: 'x' })))
  both(from => from.query(Fruit).where({ apple: 'a' }).reverse())
  both(from => from.query(Fruit, Tree).where({ apple: 'a' }))
  both(from => from.scan(Fruit, Tree))
})

test('what is not picked is not there', async () => {
  const few = connectWith([get, query], { table: 'app', client })
  // @ts-expect-error put was not picked
  assert.is(few.put, undefined)
  // @ts-expect-error a query of one model
  const error = await errorFrom(() => few.query(Fruit, Tree))
  assert.instance(error, InvalidRequest)
  assert.match(error.message, /give connectWith\(\) queries for several/)
})

test('a builder goes where connect() would have it go', async () => {
  const few = connectWith([get], { table: 'app', client })
  assert.is(few.get(Fruit, fruit).compile().TableName, 'app')
  await withTable('other', async () => assert.is(few.get(Fruit, fruit).compile().TableName, 'other'))
})

test('what is made of picked verbs is asked where a builder goes, as what is made of connect() is', async () => {
  const sent: Operation[] = []
  const sender: Sender = {
    request: async operation => {
      sent.push(operation)
      return { Responses: { app: [] } } as never // to gets that go together
    }
  }
  const few = connectWith([get, query], { table: 'app', client: sender })
  const together = coalesced(few)
  await Promise.all(['1', '2', '3'].map(date => together.get(Fruit, { apple: 'a', date })))
  assert.equal(sent, ['BatchGetItem'])
  const { get: alone } = few
  await alone(Fruit, fruit)
  assert.equal(sent, ['BatchGetItem', 'GetItem'])
})

test.run()
