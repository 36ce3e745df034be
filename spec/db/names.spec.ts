/** What is given in the place of a name, such as a symbol or an object that is no text, is refused in words. */
import { attr, connect, copyOf, eq, isKeystormError, layout, model, number, plus, type Sender, t, text } from 'keystorm'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { errorFrom } from '../support/errors.ts'

const client: Sender = {
  request: async () => {
    throw new Error('something was sent')
  }
}
const Fruit = model('Fruit').pk('a').sk('b').gsi1('c').fields({ n: t.int().optional(), c: t.string().optional() })
const key = { a: 'a', b: 'b' }
const db = connect({ table: 'app', client })
const query = db.query(Fruit).where({ a: 'a' })
const app = layout({ pk: 'pk', sk: 'sk', indexes: { byScore: { pk: 'board', sk: number('score') } } })
const shaped = app.model('Score').pk('player').sk('board')

const odd: readonly unknown[] = [
  Symbol('x'),
  Object.create(null),
  { toString: null },
  {
    toString() {
      throw new Error('not asked')
    }
  }
]

const calls: Readonly<Record<string, (name: never) => unknown>> = {
  'query.only': name => query.only(name),
  'get.only': name => db.get(Fruit, key).only(name),
  'scan.only': name => db.scan(Fruit).only(name),
  'query.on': name => query.on<'GSI1'>(name),
  'scan.on': name => db.scan(Fruit).on<'GSI1'>(name),
  'update.remove': name => db.update(Fruit, key).remove(name).compile(),
  'update.returning': name => db.update(Fruit, key).set({ n: 1 }).returning(name),
  attr: name =>
    db
      .put(Fruit, key)
      .if({ n: eq(attr(name)) })
      .compile(),
  copyOf: name =>
    db
      .update(Fruit, key)
      .set({ n: copyOf(name) })
      .compile(),
  'plus of another': name =>
    db
      .update(Fruit, key)
      .set({ n: plus(name, 1) })
      .compile(),
  indexKey: name => Fruit.indexKey<'GSI1', { b: string; c: string }>(name, { b: 'b', c: 'c' }),
  'model.index': name => shaped.index(name).fields({}).key({ player: 'a', board: 'b' }),
  text: name =>
    app
      .model('X')
      .pk(text(name))
      .sk('b')
      .key({ b: 'b' } as never),
  number: name => layout({ pk: number(name) }),
  'layout: type': name => layout({ pk: 'a', type: name }),
  'layout: delimiters': name => layout({ pk: 'a', delimiters: name })
}

for (const [call, make] of Object.entries(calls))
  test(call, async () => {
    for (const name of odd) {
      const error = await errorFrom(() => make(name as never))
      assert.ok(isKeystormError(error), `${error}`)
      assert.ok(error.message.length < 400 && error.message.endsWith('.'), error.message)
    }
  })

test.run()
