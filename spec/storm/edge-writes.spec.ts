import {
  ConditionFailed,
  connect,
  InvalidItem,
  InvalidRequest,
  isKeystormError,
  KeystormError,
  lt,
  minus,
  model,
  NoTable,
  plus,
  t,
  withTable
} from 'keystorm'
import { localTable } from 'keystorm/testing'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { errorFrom } from '../support/errors.ts'
import { complete, Fruit, fruit, isA, key, refuses, shows, untyped } from './edge.ts'
import { seed } from './rows.ts'

const unsent = connect({ table: 'nowhere' })

shows('W04', 'what a row lacks stays absent when it is saved again, and null stays null', () =>
  localTable(async ({ db, client, table }) => {
    const Old = Fruit.fields({ count: t.int().nullable(), note: t.string().nullable().optional() }).gsi1()
    const row = { PK: { S: 'A#a#Fruit' }, SK: { S: 'B#b' }, apple: { S: 'a' }, banana: { S: 'b' } }
    await seed(client, table, [{ ...row, count: { NULL: true } }])
    const item = await db.get(Old, key).orThrow()
    assert.equal(item, { ...key, count: null })
    const { Item } = db.put(Old, item).compile()
    assert.equal(Item, { ...row, GSI1PK: { S: 'Fruit' }, count: { NULL: true } })
    await seed(client, table, [{ ...row, count: { N: '1' } }])
    assert.equal(await db.put(Fruit, await db.get(Fruit, key).orThrow()), fruit, 'without coconut: not in the index')
  })
)

shows('W07', 'an update checks names and types, removes, and works with any name', () =>
  localTable(async ({ db }) => {
    const Odd = model('Odd').pk('a').sk('b').fields({ état: t.string(), 'a-b': t.int(), size: t.int().optional() })
    const at = { a: '1', b: '2' }
    await db.create(Odd, { ...at, état: 'x', 'a-b': 1, size: 2 })
    await db.update(Odd, at).set({ état: '', 'a-b': 5 }).remove('size')
    assert.equal(await db.get(Odd, at), { ...at, état: '', 'a-b': 5 })
    refuses(
      () =>
        db
          .update(Odd, at)
          .set({ 'a-b': untyped<number>('5') })
          .compile(),
      InvalidItem,
      /a-b: must be an integer/
    )
    refuses(
      () =>
        db
          .update(Odd, at)
          .set(untyped({ c: 1 }))
          .compile(),
      InvalidItem,
      /c: is not an attribute/
    )
    refuses(
      () =>
        db
          .update(Odd, at)
          .set({ état: untyped<string>(null) })
          .compile(),
      InvalidItem,
      /état: must be a string/
    )
  })
)

shows('W08', 'an update gives the new item', () =>
  localTable(async ({ db }) => {
    await db.create(Fruit, fruit)
    assert.equal(await db.update(Fruit, key).set({ note: 'n' }).returning('new'), { ...fruit, note: 'n' })
  })
)

shows('W09', 'an update of a key attribute is refused', () => {
  const update = unsent.update(Fruit, key)
  // @ts-expect-error: apple stands in PK
  const set = () => update.set({ apple: 'x' }).compile()
  refuses(set, InvalidItem, /apple: stands in the primary key/)
})

shows('W10', 'GSI1 follows an update', () =>
  localTable(async ({ db }) => {
    const find = (coconut: string) => db.query(Fruit).where({ coconut }).onGsi1()
    await db.create(Fruit, { ...fruit, coconut: 'old' })
    await db.update(Fruit, key).set({ coconut: 'new' })
    assert.equal(await find('old'), [])
    assert.equal(await find('new'), [{ ...fruit, coconut: 'new' }])
  })
)

shows('W11', 'numbers are added to and taken from, also reserved names, other attributes and absent ones', () =>
  localTable(async ({ db }) => {
    const Sum = model('Sum')
      .pk('a')
      .sk('b')
      .fields({ count: t.int(), total: t.number(), size: t.int().default(10), order: t.int().optional() })
    const at = { a: '1', b: '2' }
    await db.create(Sum, { ...at, count: 1, total: 0.5 })
    const sum = db.update(Sum, at).set({ count: plus(2), total: minus(0.25), size: plus('count', 5), order: plus(3) })
    assert.equal(await sum.returning('new'), { ...at, count: 3, total: 0.25, size: 6, order: 3 })
  })
)

shows('C01 C07', 'concurrent tasks never see each other’s table', async () => {
  const tableOf = async (name: string, wait: number) =>
    withTable(name, async () => {
      await new Promise(resolve => setTimeout(resolve, wait))
      return connect().get(Fruit, key).compile().TableName
    })
  assert.equal(await Promise.all([tableOf('one', 4), tableOf('two', 1), tableOf('three', 2)]), ['one', 'two', 'three'])
})

shows(
  'C02 C03 C05',
  'the table is an option, or read when it is needed; without any the error says how to name it',
  () => {
    const before = process.env.DB_TABLE_NAME
    const tableNow = () => connect().get(Fruit, key).compile().TableName
    try {
      for (const name of ['first', 'second']) {
        process.env.DB_TABLE_NAME = name
        assert.is(tableNow(), name)
      }
      assert.is(connect({ table: 'given' }).get(Fruit, key).compile().TableName, 'given')
      delete process.env.DB_TABLE_NAME
    } finally {
      if (before !== undefined) process.env.DB_TABLE_NAME = before
    }
  }
)

shows('C05', 'without a table, running says the ways to name one', async () => {
  const before = process.env.DB_TABLE_NAME
  delete process.env.DB_TABLE_NAME
  try {
    isA(await errorFrom(() => connect().get(Fruit, key)), NoTable, /withTable.*connect.*DB_TABLE_NAME/)
  } finally {
    if (before !== undefined) process.env.DB_TABLE_NAME = before
  }
})

shows('C04', 'commands are compiled without a client, a region or credentials', () => {
  assert.equal(connect({ table: 'x' }).get(Fruit, key).compile(), {
    TableName: 'x',
    Key: { PK: { S: 'A#a#Fruit' }, SK: { S: 'B#b' } }
  })
})

shows('X02', 'every error of keystorm is a KeystormError with a code', () =>
  localTable(async ({ db }) => {
    await db.create(Fruit, fruit)
    const errors: [string, () => unknown][] = [
      ['ItemExists', () => db.create(Fruit, fruit)],
      ['ItemNotFound', () => db.get(Fruit, { ...key, banana: 'x' }).orThrow()],
      ['ItemNotFound', () => db.update(Fruit, { ...key, banana: 'x' }).set({ count: 1 })],
      ['ConditionFailed', () => db.put(Fruit, fruit).if({ count: lt(0) })],
      ['InvalidItem', () => db.put(Fruit, untyped(key))],
      ['InvalidKey', () => db.get(Fruit, { ...key, apple: '' })],
      ['InvalidRequest', () => db.query(Fruit).where({ apple: 'a' }).limit(0.5)]
    ]
    for (const [code, act] of errors) {
      const error = await errorFrom(act)
      isA(error, KeystormError)
      assert.ok(isKeystormError(error) && error.code === code, `${code}: ${error}`)
      assert.is(error.name, code)
    }
    assert.ok([ConditionFailed, InvalidRequest].every(kind => kind.prototype instanceof KeystormError))
  })
)

complete('W04 W07 W08 W09 W10 W11 C01 C02 C03 C04 C05 C07 X01 X02 X03', {
  X01: 'about the requirements that a Python package declares',
  X03: 'about the README, whose blocks spec/readme.spec.ts runs'
})

test.run()
