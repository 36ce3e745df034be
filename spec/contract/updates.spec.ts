import {
  addTo,
  append,
  between,
  ConditionFailed,
  copyOf,
  deleteFrom,
  eq,
  gt,
  type InputOf,
  ItemNotFound,
  ifMissing,
  lt,
  minus,
  model,
  plus,
  prepend,
  t,
  UndecodableItem
} from 'keystorm'
import { localTable } from 'keystorm/testing'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type AnyUpdate, textOf } from '../support/any-update.ts'
import { lacks } from '../support/engine.ts'
import { errorFrom } from '../support/errors.ts'

const Fruit = model('Fruit')
  .pk('apple')
  .sk('banana')
  .fields({
    name: t.string().optional(),
    status: t.string().optional(),
    size: t.number().optional(),
    count: t.int().optional(),
    big: t.bigint().optional(),
    start: t.int().default(100),
    flag: t.boolean().optional(),
    note: t.string().nullable().optional(),
    tags: t.set(t.string()).optional(),
    list: t.list(t.string()).optional(),
    lines: t.list(t.map({ sku: t.string(), count: t.int(), note: t.string().optional() })).optional(),
    address: t.map({ city: t.string(), zip: t.string().optional(), geo: t.map({ lat: t.number() }) }).optional(),
    stock: t.record(t.number()).optional(),
    'a.b': t.number().optional()
  })
type Fruit = InputOf<typeof Fruit>
const key = { apple: 'a', banana: 'b' }
const bare = { ...key, start: 100 }

const address = { city: 'Paris', geo: { lat: 1 } }
const changes: [what: string, before: Partial<Fruit>, change: unknown, expression: string, after: Partial<Fruit>][] = [
  ['a value', {}, { name: 'x' }, 'SET name = "x"', { name: 'x' }],
  ['a value over another', { name: 'y' }, { name: eq('x') }, 'SET name = "x"', { name: 'x' }],
  ['null', { note: 'n' }, { note: null }, 'SET note = true', { note: null }],
  [
    'undefined, which is not given',
    { name: 'x', size: 1, address },
    { name: undefined, size: 2, address: { zip: undefined, city: 'Pau' }, 'address.geo': undefined },
    'SET size = "2", address.city = "Pau"',
    { name: 'x', size: 2, address: { ...address, city: 'Pau' } }
  ],
  ['plus', { size: 1.5 }, { size: plus(2) }, 'SET size = if_not_exists(size, "0") + "2"', { size: 3.5 }],
  ['plus on what is absent', {}, { size: plus(2) }, 'SET size = if_not_exists(size, "0") + "2"', { size: 2 }],
  ['minus', { count: 1 }, { count: minus(3) }, 'SET count = if_not_exists(count, "0") - "3"', { count: -2 }],
  [
    'minus of a negative',
    { count: 1 },
    { count: minus(-3) },
    'SET count = if_not_exists(count, "0") - "-3"',
    { count: 4 }
  ],
  [
    'plus from another',
    { count: 5 },
    { size: plus('count', 1) },
    'SET size = if_not_exists(count, "0") + "1"',
    { count: 5, size: 6 }
  ],
  [
    'plus of bigints',
    { big: 2n ** 70n },
    { big: plus(1n) },
    'SET big = if_not_exists(big, "0") + "1"',
    { big: 2n ** 70n + 1n }
  ],
  ['plus on a default', {}, { start: minus(1) }, 'SET start = if_not_exists(start, "100") - "1"', { start: 99 }],
  [
    'several at once, of reserved names',
    { size: 1 },
    { size: plus(-1), count: minus(2), 'a.b': plus(0.5) },
    'SET size = if_not_exists(size, "0") + "-1", count = if_not_exists(count, "0") - "2", a.b = if_not_exists(a.b, "0") + "0.5"',
    { size: 0, count: -2, 'a.b': 0.5 }
  ],
  [
    'append',
    { list: ['a'] },
    { list: append('b', 'c') },
    'SET list = list_append(if_not_exists(list, []), [{"S":"b"},{"S":"c"}])',
    { list: ['a', 'b', 'c'] }
  ],
  [
    'append to nothing',
    {},
    { list: append('b') },
    'SET list = list_append(if_not_exists(list, []), [{"S":"b"}])',
    { list: ['b'] }
  ],
  [
    'prepend',
    { list: ['a'] },
    { list: prepend('b') },
    'SET list = list_append([{"S":"b"}], if_not_exists(list, []))',
    { list: ['b', 'a'] }
  ],
  [
    'ifMissing of what is there',
    { name: 'y' },
    { name: ifMissing('x') },
    'SET name = if_not_exists(name, "x")',
    { name: 'y' }
  ],
  ['ifMissing of what is absent', {}, { name: ifMissing('x') }, 'SET name = if_not_exists(name, "x")', { name: 'x' }],
  ['addTo', { tags: new Set(['a']) }, { tags: addTo('a', 'b') }, 'ADD tags ["a","b"]', { tags: new Set(['a', 'b']) }],
  ['addTo nothing', {}, { tags: addTo('a', 'a') }, 'ADD tags ["a"]', { tags: new Set(['a']) }],
  [
    'deleteFrom',
    { tags: new Set(['a', 'b']) },
    { tags: deleteFrom('a', 'c') },
    'DELETE tags ["a","c"]',
    { tags: new Set(['b']) }
  ],
  ['deleteFrom the last', { tags: new Set(['a']) }, { tags: deleteFrom('a') }, 'DELETE tags ["a"]', {}],
  ['copyOf', { name: 'x' }, { status: copyOf('name') }, 'SET status = name', { name: 'x', status: 'x' }],
  [
    'a swap',
    { name: 'x', status: 'y' },
    { status: copyOf('name'), name: copyOf('status') },
    'SET status = name, name = status',
    { name: 'y', status: 'x' }
  ],
  [
    'copyOf a path',
    { address },
    { name: copyOf('address.city') },
    'SET name = address.city',
    { address, name: 'Paris' }
  ],
  [
    'a nested attribute',
    { address: { ...address, zip: '1' } },
    { address: { city: 'Pau', geo: { lat: plus(1) } } },
    'SET address.city = "Pau", address.geo.lat = if_not_exists(address.geo.lat, "0") + "1"',
    { address: { city: 'Pau', zip: '1', geo: { lat: 2 } } }
  ],
  [
    'paths',
    { address },
    { 'address.geo.lat': 9, 'address.zip': 'z' },
    'SET address.geo.lat = "9", address.zip = "z"',
    { address: { city: 'Paris', zip: 'z', geo: { lat: 9 } } }
  ],
  [
    'a whole map',
    { address: { ...address, zip: '1' } },
    { address: eq(address) },
    'SET address = {"city":{"S":"Paris"},"geo":{"M":{"lat":{"N":"1"}}}}',
    { address }
  ],
  ['a whole record', { stock: { x: 1 } }, { stock: eq({}) }, 'SET stock = {}', { stock: {} }],
  [
    'names of a record',
    { stock: { x: 1, y: 2 } },
    { stock: { z: 3, y: plus(1) } },
    'SET stock.z = "3", stock.y = if_not_exists(stock.y, "0") + "1"',
    { stock: { x: 1, y: 3, z: 3 } }
  ],
  [
    'elements of a list',
    {
      lines: [
        { sku: 'a', count: 1 },
        { sku: 'b', count: 2, note: 'n' }
      ]
    },
    { 'lines[0].count': plus(1), 'lines[1].note': 'm' },
    'SET lines[0].count = if_not_exists(lines[0].count, "0") + "1", lines[1].note = "m"',
    {
      lines: [
        { sku: 'a', count: 2 },
        { sku: 'b', count: 2, note: 'm' }
      ]
    }
  ],
  [
    'all kinds at once',
    { name: 'x', size: 1, list: ['a'], tags: new Set(['a', 'b']) },
    { size: plus(1), list: append('b'), tags: deleteFrom('a'), status: ifMissing('s'), flag: true },
    'SET size = if_not_exists(size, "0") + "1", list = list_append(if_not_exists(list, []), [{"S":"b"}]), status = if_not_exists(status, "s"), flag = true DELETE tags ["a"]',
    { name: 'x', size: 2, list: ['a', 'b'], tags: new Set(['b']), status: 's', flag: true }
  ]
]

for (const [what, before, change, expression, after] of changes)
  test(`set: ${what}`, () =>
    localTable(async ({ db }) => {
      const update = db.update(Fruit, key) as unknown as AnyUpdate
      assert.is(textOf(update.set(change)), expression)
      await db.put(Fruit, { ...before, ...key })
      const old = await db.get(Fruit, key)
      assert.is(await update.set(change), undefined)
      assert.equal(await db.get(Fruit, key), { ...bare, ...after })
      await db.put(Fruit, { ...before, ...key })
      assert.equal(await update.set(change).returning('new'), { ...bare, ...after })
      await db.put(Fruit, { ...before, ...key })
      assert.equal(await update.set(change).returning('old'), old)
    }))

test('remove, set and if go together, in any order', () =>
  localTable(async ({ db }) => {
    await db.put(Fruit, { ...key, name: 'x', size: 1, count: 2 })
    const update = db
      .update(Fruit, key)
      .if({ size: lt(5) })
      .remove('name', 'count')
      .set({ size: plus(4) })
      .set({ flag: true })
    assert.equal(update.compile().ConditionExpression, 'attribute_exists(PK) AND (#0 < :3)')
    assert.is(
      textOf(update as unknown as AnyUpdate),
      'SET size = if_not_exists(size, "0") + "4", flag = true REMOVE name, count'
    )
    assert.equal(await update.returning('new'), { ...bare, size: 5, flag: true })
    const error = (await errorFrom(() => update)) as ConditionFailed
    assert.instance(error, ConditionFailed)
    assert.equal(error.item, { ...bare, size: 5, flag: true })
    assert.equal(await db.get(Fruit, key), { ...bare, size: 5, flag: true })
    await update.if({ size: gt(100) }).catch(() => {})
    await db
      .update(Fruit, key)
      .set({ flag: false })
      .if({ size: between(5, 5) })
    assert.is((await db.get(Fruit, key))?.flag, false)
  }))

test('what is in maps and lists is removed by its path', () =>
  localTable(async ({ db }) => {
    const update = db.update(Fruit, key)
    const line = { sku: 'a', count: 1, note: 'n' }
    await db.put(Fruit, { ...key, list: ['a', 'b', 'c'], lines: [line], stock: { x: 1, y: 2 }, address })
    const removal = update.remove('list[1]', 'lines[0].note', 'stock.x', 'address.zip')
    assert.is(textOf(removal as unknown as AnyUpdate), 'REMOVE list[1], lines[0].note, stock.x, address.zip')
    await removal
    const lines = [{ sku: 'a', count: 1 }]
    assert.equal(await db.get(Fruit, key), { ...bare, list: ['a', 'c'], lines, stock: { y: 2 }, address })
    assert.throws(() => update.remove('address.city').compile(), /address\.city: cannot be removed/)
  }))

test('an update of what is not there is an ItemNotFound, with and without a condition', () =>
  localTable(async ({ db }) => {
    const update = db.update(Fruit, key).set({ size: 1 })
    assert.instance(await errorFrom(() => update), ItemNotFound)
    assert.instance(await errorFrom(() => update.if({ size: 1 })), ItemNotFound)
    assert.is(await db.get(Fruit, key), undefined)
  }))

test('returning changed gives what was changed, and nothing else', () =>
  localTable(async ({ db }) => {
    await db.put(Fruit, { ...key, name: 'x', size: 1, address })
    const update = db.update(Fruit, key)
    assert.equal(await update.set({ size: plus(1) }).returning('changed'), { size: 2 })
    // Engines differ in whether they give the whole map or what was changed in it.
    const inside = await update.set({ 'address.city': 'Pau', flag: true }).returning('changed')
    assert.equal({ ...inside, address: inside.address?.city }, { address: 'Pau', flag: true })
    assert.equal(await update.remove('name').returning('changed'), {})
    assert.is(update.remove('name').returning('changed').compile().ReturnValues, 'UPDATED_NEW')
  }))

const amazonTest = lacks('listEnds') ? test.skip : test

/** The expectations are DynamoDB Local's answers. */
amazonTest('a place behind the end of a list is its next one, and one below what is not there is refused', () =>
  localTable(async ({ db }) => {
    const Cart = model('Cart')
      .pk('apple')
      .sk('banana')
      .fields({ xs: t.list(t.int()), rows: t.list(t.map({ n: t.int() })), deep: t.map({ n: t.int() }).optional() })
    await db.put(Cart, { ...key, xs: [1, 2], rows: [{ n: 1 }] })
    const update = db.update(Cart, key)
    await update.set({ 'xs[7]': 3 })
    assert.equal((await db.get(Cart, key))?.xs, [1, 2, 3])
    await update.set({ 'xs[9]': 5, 'xs[5]': 4 })
    assert.equal((await db.get(Cart, key))?.xs, [1, 2, 3, 4, 5])
    const before = await db.get(Cart, key)
    for (const change of [{ 'rows[3].n': 1 }, { 'deep.n': 1 }])
      assert.instance(await errorFrom(() => update.set(change)), Error)
    assert.equal(await db.get(Cart, key), before)
  })
)

/** What an engine gives of a list, the whole of it or what was changed in it, is told apart by nobody: it is read. */
test('returning changed of a place in a list can be read', () =>
  localTable(async ({ db }) => {
    const Cart = model('Cart')
      .pk('apple')
      .sk('banana')
      .fields({ xs: t.list(t.int()) })
    await db.put(Cart, { ...key, xs: [1, 2] })
    const changed = await db.update(Cart, key).set({ 'xs[1]': 9 }).returning('changed')
    assert.is(changed.xs?.at(-1), 9)
    assert.equal((await db.get(Cart, key))?.xs, [1, 9])
  }))

test('a changed attribute that does not fit is an error that names the item', () =>
  localTable(async ({ db }) => {
    const Loose = model('Fruit').pk('apple').sk('banana').fields({ count: t.number() })
    await db.put(Loose, { ...key, count: 0.5 })
    const error = await errorFrom(() =>
      db
        .update(Fruit, key)
        .set({ count: plus(1) })
        .returning('changed')
    )
    assert.instance(error, UndecodableItem)
    assert.match(error.message, /^Fruit: the item under PK "A#a#Fruit", SK "B#b" does not fit: count: /)
  }))

test('updates are immutable builders', () =>
  localTable(async ({ db }) => {
    const base = db.update(Fruit, key).set({ size: 1 })
    const before = JSON.stringify(base.compile())
    base.set({ count: 1 })
    base.remove('name')
    base.if({ size: 1 })
    base.returning('new')
    base.upsert()
    assert.is(JSON.stringify(base.compile()), before)
  }))

test.run()
