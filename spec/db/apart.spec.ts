/** Models that are read or written together are proven apart as `models()` does. */
import { connect, InvalidRequest, KeyCollision, model, models, t } from 'keystorm'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { definitionIn } from '../../lib/schema/definition.ts'
import { errorFrom } from '../support/errors.ts'
import { idleClient } from '../support/idle.ts'

const { client, requests } = idleClient()
const db = connect({ table: 'table', client })

const Draft = model('Draft').pk('user').suffix('S').sk('O#order').fields({ note: t.string().optional() })
const Order = model('Order').pk('user').suffix('S').sk('O#order').fields({ total: t.number() })
const Line = model('Line').pk('user').suffix('S').sk('O#order', 'L#line')
const Other = model('Line').pk('user').suffix('S').sk('X#order')
const key = (user: string) => ({ user, order: '1' })
const line = { ...key('a'), line: '1' }

const together: [what: string, act: () => unknown][] = [
  ['query', () => db.query(Draft, Order)],
  ['query of three', () => db.query(Draft, Line, Order)],
  ['scan', () => db.scan(Order, Draft)],
  ['batchGet', () => db.batchGet(db.get(Draft, key('a')), db.get(Order, key('b')))],
  ['batchGet of a list', () => db.batchGet([db.get(Draft, key('a')), db.get(Order, key('b'))])],
  ['batchWrite', () => db.batchWrite(db.put(Draft, key('a')), db.delete(Order, key('b')))],
  ['transact of reads', () => db.transact(db.get(Draft, key('a')), db.get(Order, key('b')))],
  ['transact of writes', () => db.transact(db.put(Draft, key('a')), db.check(Order, key('b')).if({ total: 1 }))]
]
for (const [what, act] of together)
  test(`${what}: models that could claim the same items are refused, and nothing is sent`, async () => {
    // Twice, since what is proven is remembered, and what is not must not be.
    for (const _ of [1, 2]) {
      const error = await errorFrom(act)
      assert.instance(error, KeyCollision)
      assert.match(
        error.message,
        /could claim the same item: (Draft|Order) is stored under PK U#<user>#S, SK O#<order>/
      )
    }
    assert.is(requests.count, 0)
  })

test('a model may stand for many builders, and models that are apart go together', async () => {
  db.batchGet(db.get(Order, key('a')), db.get(Order, key('b')), db.get(Line, line)).compile()
  db.transact(db.delete(Order, key('a')), db.delete(Order, key('b')), db.delete(Line, line)).compile()
  db.query(Order, Line).where({ user: 'a' }).compile()
  db.scan(models({ Order, Line })).compile()
  const Old = model('Line').rawKeys().pk('user').suffix('S').sk('O#order', 'L#line')
  db.transact(db.delete(Old, line), db.create(Line, { ...line, user: 'b' })).compile() // versions of one model
})

test('a query or scan takes a model once, and one of each name', async () => {
  for (const act of [() => db.query(Order, Order), () => db.query(Line, Other), () => db.scan(Line, Order, Other)]) {
    const error = await errorFrom(act)
    assert.instance(error, InvalidRequest)
    assert.match(error.message, /^(query|scan)\(\): the model (Order|Line) is given twice\.$/)
  }
})

test('a model cannot have a name that objects cannot hold', async () => {
  assert.match((await errorFrom(() => model('__proto__'))).message, /^__proto__: no object has a member of this name/)
})

const lost: [what: string, act: () => unknown][] = [
  ['.fields()', () => model('M').fields({ __proto__: t.string(), size: t.int() } as never)],
  ['t.map()', () => t.map({ __proto__: t.string() } as never)],
  ['models()', () => models({ __proto__: Order } as never)]
]
for (const [what, act] of lost)
  test(`${what} refuses what a literal's __proto__ would lose`, async () => {
    const { message } = await errorFrom(act)
    assert.match(
      message,
      /takes a plain object, but got an object \((StringField|Model)\); what is written as __proto__/
    )
  })

test('fields are taken as they are when they are given, from an object without a prototype, too', () => {
  const fields: Record<string, ReturnType<typeof t.int>> = Object.assign(Object.create(null), { size: t.int() })
  const Sized = model('Sized').pk('a').sk('b').fields(fields)
  delete fields.size
  assert.equal(definitionIn(Sized).attributes.names, ['a', 'b', 'size'])
})

test('what keystorm writes may have a name that every object seems to have', async () => {
  const Odd = model('Odd')
    .pk('a')
    .sk('b')
    .fields({ toString: t.version(), constructor: t.createdAt() } as never)
  const { Item } = db.put(Odd, { a: 'a', b: 'b' } as never).compile()
  assert.equal(Item?.toString, { N: '1' } as never)
  assert.type(Item?.constructor, 'object')
})

test.run()
