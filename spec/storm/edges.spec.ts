import {
  connect,
  InvalidItem,
  InvalidKey,
  InvalidModel,
  KeyCollision,
  model,
  models,
  t,
  UndecodableItem
} from 'keystorm'
import { localTable } from 'keystorm/testing'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { errorFrom } from '../support/errors.ts'
import { complete, Fruit, fruit, isA, key, refuses, shows, untyped } from './edge.ts'
import { seed } from './rows.ts'

const unsent = connect({ table: 'nowhere' })

shows('K01 K02', 'different values never make the same key', () => {
  const Two = model('Two').pk('alpha', 'beta').sk('id')
  const one = Two.key({ alpha: 'x', beta: 'y#B#z', id: '1' })
  assert.is.not(one.PK, Two.key({ alpha: 'x#B#y', beta: 'z', id: '1' }).PK)
  assert.equal(Two.parse(one), { alpha: 'x', beta: 'y#B#z', id: '1' })
})

shows('K03', 'an empty string is refused in a key', () => {
  refuses(() => Fruit.key({ ...key, banana: '' }), InvalidKey, /banana must be .* but is an empty string/)
  refuses(() => unsent.put(Fruit, { ...fruit, coconut: '' }).compile(), InvalidKey, /coconut/)
})

shows('K04 K05', 'values in keys have a declared, sortable text; others are refused', () => {
  const Page = model('Page').pk('open').sk('no').fields({ open: t.boolean(), no: t.int() })
  const keys = [-7, 0, 7, 10].map(no => Page.key({ open: false, no }))
  assert.is(keys[0]?.PK, 'O#false#Page')
  assert.equal(
    keys.map(({ SK }) => SK).sort(),
    keys.map(({ SK }) => SK)
  )
  for (const value of [0, 0.5, false, null, [], {}, new Uint8Array([1])])
    refuses(() => Fruit.key({ ...key, banana: untyped(value) }), InvalidKey, /banana must be a string/)
  const Draft = model('L').pk('a').sk('b')
  // @ts-expect-error: a list cannot stand in a key
  const declare = () => Draft.fields({ b: t.list(t.string()) })
  refuses(declare, InvalidModel, /b stands in SK/)
})

shows('K09', 'a model without a sort key is refused when it is declared; one without parts in PK works', () => {
  // @ts-expect-error no part
  refuses(() => untyped(model('None').pk('a').sk()), InvalidModel, /SK would be empty/)
  assert.equal(model('All').pk().sk('id').key({ id: '1' }), { PK: 'All', SK: 'I#1' })
})

shows('K11', 'the suffix is the name of the model, or what is given, the empty one included', () => {
  const Bare = model('Bare').pk('a').sk('b')
  assert.is(Bare.key({ a: '1', b: '2' }).PK, 'A#1#Bare')
  assert.is(Bare.suffix('X').key({ a: '1', b: '2' }).PK, 'A#1#X')
  assert.is(Bare.suffix('').key({ a: '1', b: '2' }).PK, 'A#1')
})

shows('K14', 'models that could claim the same item are refused side by side', () => {
  const Apple = model('Apple').pk('a').suffix('Same').sk('b')
  const Avocado = model('Avocado').pk('a').suffix('Same').sk('b')
  // @ts-expect-error: Apple and Avocado could claim the same item
  refuses(() => models({ Apple, Avocado }), KeyCollision, /Apple and Avocado could claim the same item/)
})

shows('V01 V02 V08', 'a value of another type is refused, not converted', () => {
  const Typed = model('Typed').pk('a').sk('b').fields({ flag: t.boolean(), int: t.int(), text: t.string() })
  const bad = { a: '1', b: '2', flag: 'false', int: '5', text: 7 }
  const write = () => unsent.put(Typed, untyped(bad)).compile()
  refuses(write, InvalidItem, /flag: must be true or false.*; int: must be an integer.*; text: must be a string/)
  refuses(() => unsent.put(Fruit, { ...fruit, count: 0.5 }).compile(), InvalidItem, /count: must be an integer/)
})

shows('V02 V05 V08', 'a row of another type is read only where STORM wrote it and nothing is lost', () =>
  localTable(async ({ db, client, table }) => {
    const Row = model('Row').pk('a').sk('b').fields({ int: t.int().optional(), flag: t.boolean().optional() })
    const row = { PK: { S: 'A#1#Row' }, SK: { S: 'B#2' }, a: { S: '1' }, b: { S: '2' } }
    const read = () => db.get(Row, { a: '1', b: '2' })
    await seed(client, table, [{ ...row, int: { S: '5' }, flag: { N: '1' } }])
    assert.equal(await read(), { a: '1', b: '2', int: 5, flag: true })
    for (const [name, value] of [
      ['int', { N: '1.9' }],
      ['int', { S: 'abc' }],
      ['flag', { S: 'false' }]
    ] as const) {
      await seed(client, table, [{ ...row, [name]: value }])
      isA(await errorFrom(read), UndecodableItem, new RegExp(`Row: the item under PK "A#1#Row".*${name}: `))
    }
  })
)

shows('V03 V04', 'fractions are stored, at any depth; what no number can hold is refused', () =>
  localTable(async ({ db }) => {
    const Deep = model('Deep').pk('a').sk('b').fields({ map: t.type<{ x: number[] }>(), big: t.bigint() })
    const item = { a: '1', b: '2', map: { x: [99.99, -1e-7] }, big: 12345678901234567890123456789012345678n }
    await db.put(Deep, item)
    assert.equal(await db.get(Deep, item), item)
    for (const x of [Number.NaN, Number.POSITIVE_INFINITY])
      refuses(() => db.put(Deep, { ...item, map: { x: [x] } }).compile(), InvalidItem, /map\.x\[0\]: /)
  })
)

shows('V06', 'unknown attributes are refused', () => {
  refuses(() => unsent.put(Fruit, untyped({ ...fruit, cuont: 1 })).compile(), InvalidItem, /cuont: is not an attribute/)
})

shows('V07', 'optional, nullable, enumerated, date and nested attributes', () =>
  localTable(async ({ db }) => {
    const Rich = model('Rich')
      .pk('a')
      .sk('b')
      .fields({
        maybe: t.string().optional(),
        none: t.int().nullable(),
        size: t.oneOf('S', 'M'),
        at: t.date(),
        inner: t.map({ list: t.list(t.map({ n: t.number() })) })
      })
    const item = { a: '1', b: '2', none: null, size: 'M', at: new Date(0), inner: { list: [{ n: 1 }] } } as const
    await db.create(Rich, item)
    assert.equal(await db.get(Rich, item), item)
  })
)

shows('V09', 'defaults apply on write and on read', () =>
  localTable(async ({ db }) => {
    const WithDefault = model('D')
      .pk('a')
      .sk('b')
      .fields({ role: t.string().default('user') })
    await db.create(model('D').pk('a').sk('b'), { a: '1', b: 'old' })
    assert.is((await db.create(WithDefault, { a: '1', b: 'new' })).role, 'user')
    assert.equal(
      (await db.query(WithDefault).where({ a: '1' })).map(({ role }) => role),
      ['user', 'user']
    )
  })
)

shows('V10', 'attributes cannot be called PK, SK or GSI1PK; names of methods are fine', () => {
  const Draft = model('M').pk('a').sk('b')
  refuses(() => Draft.fields({ PK: t.string() }), InvalidModel, /PK/)
  refuses(() => Draft.fields({ SK: t.string() }), InvalidModel, /SK/)
  refuses(() => Draft.fields({ GSI1PK: t.string() }), InvalidModel, /GSI1PK/)
  const Named = model('N').pk('key').sk('parse').fields({ fields: t.string(), then: t.string() })
  const item = { key: '1', parse: '2', fields: 'x', then: 'y' }
  assert.equal(unsent.put(Named, item).compile().Item?.then, { S: 'y' })
})

complete('K01 K02 K03 K04 K05 K09 K11 K12 K14 V01 V02 V03 V04 V05 V06 V07 V08 V09 V10 V11', {
  K12: 'models are values, and no classes that could be extended',
  V11: 'items are plain objects, so equality, hashes and JSON are those of the language'
})

test.run()
