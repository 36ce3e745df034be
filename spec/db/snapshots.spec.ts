import fc from 'fast-check'
import {
  addTo,
  anyOf,
  append,
  between,
  connect,
  eq,
  gt,
  type InputOf,
  InvalidItem,
  ifMissing,
  isKeystormError,
  metered,
  model,
  not,
  oneOf,
  t
} from 'keystorm'
import { localTable } from 'keystorm/testing'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { snapshot, snapshotOf } from '../../lib/fields/snapshot.ts'
import { errorFrom } from '../support/errors.ts'
import { idleClient } from '../support/idle.ts'

const line = t.map({ sku: t.string(), at: t.date(), bytes: t.binary(), tags: t.set(t.string()) })
const Order = model('Order')
  .pk('user')
  .sk('AT#at', 'order')
  .gsi1('shop')
  .fields({
    at: t.date(),
    bytes: t.binary(),
    lines: t.list(line),
    main: line,
    names: t.record(t.list(t.binary())),
    tags: t.set(t.binary()),
    any: t.type<unknown>(),
    version: t.version()
  })
const Note = model('Note').pk('user').suffix('Order').sk('NOTE#note').fields({ at: t.date(), bytes: t.binary() })
const { client } = idleClient()
const db = connect({ table: 'table', client })

// What is given: the same for the same numbers, and new with each call.
const lineOf = (n: number) => ({
  sku: `sku-${n}`,
  at: new Date(n * 1000),
  bytes: Buffer.from([n, 1, 2]),
  tags: new Set(['a', `${n}`])
})
const orderOf = (n: number) => ({
  user: `user-${n}`,
  at: new Date(n),
  order: 'o',
  shop: 's',
  bytes: new Uint8Array([1, n]),
  lines: [lineOf(n), lineOf(n + 1)],
  main: lineOf(n + 2),
  names: { x: [Uint8Array.of(n), Buffer.from('x')], y: [] },
  tags: new Set([Uint8Array.of(n, 1), Uint8Array.of(n, 2)]),
  any: { deep: [{ list: [[n]] }, { n }], set: new Set([`${n}`]), none: Object.assign(Object.create(null), { n }) }
})
const keyOf = (n: number) => ({ user: `user-${n}`, at: new Date(n), order: 'o', version: n + 1 })
type Order = ReturnType<typeof orderOf>
const changesOf = ({ lines, main, names, bytes, tags, any, shop }: Order) => ({
  lines,
  main: eq(main),
  names,
  bytes: ifMissing(bytes),
  tags: addTo(...tags),
  any,
  shop
})
const conditionOf = ({ bytes, main, lines }: Order) => ({ bytes, main: { at: main.at, sku: 'x' }, lines: eq(lines) })
const testsOf = ({ at, main }: Order) =>
  anyOf<InputOf<typeof Order>>({ at: oneOf(at, main.at) }, not({ main: eq(main) }), {
    'lines[0].bytes': gt(main.bytes)
  })

/** Each way to give something to a builder, and the command that comes of it. */
const ways: Record<string, (order: Order, key: ReturnType<typeof keyOf>, other: Order) => { compile(): unknown }> = {
  put: (order, { version }) => db.put(Order, Object.assign(order, { version })),
  create: order => db.create(Order, order),
  'put().if()': (order, _, other) => db.put(Order, order).if(conditionOf(other)).if(testsOf(other)),
  get: (_, key) => db.get(Order, key),
  delete: (_, key, other) => db.delete(Order, key).if(conditionOf(other)),
  update: (order, key, other) => db.update(Order, key).set(changesOf(order)).if(conditionOf(other)),
  'update().set() twice': ({ main, lines, bytes }, key) =>
    db
      .update(Order, key)
      .set({ main, lines: append(...lines) })
      .set({ bytes }),
  'update() again and again': ({ bytes, lines }, key) => {
    db.update(Order, key)
      .set({ bytes: Uint8Array.of(1), lines: [] })
      .compile()
    return db.update(Order, { ...key, version: undefined as never }).set({ bytes, lines })
  },
  check: (_, key, other) => db.check(Order, key).if(conditionOf(other)),
  query: ({ user, at }, { at: low }, other) =>
    db
      .query(Order)
      .where({ user, at: between(low, at) })
      .filter(conditionOf(other)),
  'query().where()': ({ user, at }) => db.query(Order).where({ user, at }),
  'query().startingAfter()': (order, key) => db.query(Order).where({ user: order.user }).startingAfter(key),
  collection: ({ user }, key, other) =>
    db
      .query(Order, Note)
      .where({ user })
      .filter({ at: other.at, bytes: gt(other.bytes) })
      .startingAfter({ model: 'Order', item: key }),
  scan: (_, __, other) => db.scan(Order).filter(conditionOf(other)).filter(testsOf(other)),
  batchGet: (_, key) => {
    const gets = [db.get(Order, key)]
    const builder = db.batchGet(gets)
    gets.length = 0
    return builder
  },
  transact: (order, key) => db.transact(db.create(Order, order), db.delete(Order, { ...key, order: 'p' }))
}

/** Changes everything that can be changed in a value. */
const spoil = (value: unknown): void => {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return
  if (value instanceof Date) value.setTime(1e12)
  else if (value instanceof Uint8Array) value.fill(255)
  else if (value instanceof Set) {
    for (const element of value) spoil(element)
    value.clear()
  } else {
    for (const part of Object.values(value)) spoil(part)
    for (const name of Object.keys(value)) Reflect.set(value, name, 'spoilt')
    if (Array.isArray(value)) value.length = 0
    else Reflect.set(value, 'more', 'spoilt')
  }
}

for (const [name, make] of Object.entries(ways))
  test(`${name}: what becomes of the values it was given does not reach it`, () =>
    fc.assert(
      fc.property(fc.nat(200), n => {
        const pristine = make(orderOf(n), keyOf(n), orderOf(n + 1)).compile()
        const given = [orderOf(n), keyOf(n), orderOf(n + 1)] as const
        const builder = make(...given)
        for (const value of given) spoil(value)
        assert.equal(builder.compile(), pristine)
        assert.equal(builder.compile(), pristine, 'again')
        spoil(builder.compile())
        assert.equal(builder.compile(), pristine, 'after what it gave was changed')
      }),
      { numRuns: 20 }
    ))

test('what becomes of the item that a put gives does not reach the put, nor the defaults of its model', () =>
  localTable(async ({ db }) => {
    const Key = model('Key')
      .pk('id')
      .sk('#id')
      .fields({
        bytes: t.binary(),
        any: t.type<unknown>(),
        tags: t.set(t.binary()),
        more: t.binary().default(Uint8Array.of(7))
      })
    const given = { id: 'a', bytes: Uint8Array.of(1), any: [Buffer.of(2)], tags: new Set([Uint8Array.of(3)]) }
    const put = db.put(Key, given)
    const pristine = put.compile()
    spoil(await put)
    assert.equal(put.compile(), pristine)
    spoil(await db.put(Key, given))
    assert.equal(put.compile(), db.put(Key, given).compile())
  }))

for (const [name, make] of Object.entries(ways))
  test(`${name}: what it was given is not read again`, () => {
    let reads = 0
    const watched = (value: unknown): unknown => {
      if (typeof value !== 'object' || value === null) return value
      const prototype: unknown = Object.getPrototypeOf(value)
      if (prototype !== Object.prototype && !Array.isArray(value)) return value
      const copy = Array.isArray(value) ? [] : {}
      for (const [name, part] of Object.entries(value)) {
        const inner = watched(part)
        const get = () => {
          reads++
          return inner
        }
        Object.defineProperty(copy, name, { get, enumerable: true, configurable: true })
      }
      return copy
    }
    const pristine = make(orderOf(1), keyOf(1), orderOf(2)).compile()
    const [order, key, other] = [orderOf(1), keyOf(1), orderOf(2)]
    const builder = make(...([order, key, other].map(watched) as never as Parameters<typeof make>))
    assert.ok(reads > 0)
    reads = 0
    assert.equal(builder.compile(), pristine)
    assert.is(reads, 0)
  })

test('a put reads each property of its item once, also one that is computed', async () => {
  let reads = 0
  const item = {
    ...orderOf(1),
    get shop() {
      return `s${++reads}`
    }
  }
  const put = db.put(Order, item)
  put.compile()
  assert.equal(put.compile().Item?.shop, { S: 's1' })
  assert.is(reads, 1)
})

test('instances of classes are read by their properties, those of their class too', () => {
  class Key {
    user = 'ann'
    readonly #at = new Date(5)
    reads = 0
    get at() {
      return this.#at
    }
    get order() {
      return `o${++this.reads}`
    }
  }
  const key = new Key()
  const get = db.get(Order, key)
  key.user = 'bob'
  key.at.setTime(0)
  const { PK, SK } = Order.key({ user: 'ann', at: new Date(5), order: 'o1' })
  assert.equal(get.compile().Key, { PK: { S: PK }, SK: { S: SK } })
  assert.equal(get.compile().Key, { PK: { S: PK }, SK: { S: SK } })
})

test('a load writes each item as it was when it was taken, from a source that uses one object again and again', () =>
  localTable(async ({ db }) => {
    const one = { user: 'ann', note: '', at: new Date(0), bytes: Buffer.alloc(3) }
    function* notes() {
      for (let n = 0; n < 60; n++) {
        one.note = `${n}`
        one.at.setTime(n)
        one.bytes.fill(n)
        yield one
      }
      one.note = 'last'
    }
    assert.is(await db.load(Note, notes()), 60)
    const read = await db.query(Note).where({ user: 'ann' })
    const expected = Array.from({ length: 60 }, (_, n) => [`${n}`, n, [n, n, n]])
    const found = read.map(({ note, at, bytes }) => [note, at.getTime(), [...bytes]])
    const byNumber = (a: unknown[], b: unknown[]) => Number(a[0]) - Number(b[0])
    assert.equal(found.sort(byNumber), expected)
  }))

test('what a load has left are the items as they were taken', async () => {
  const one = { user: 'ann', note: '', at: new Date(0), bytes: Uint8Array.of(0) }
  function* notes() {
    for (let n = 0; n < 30; n++) {
      one.note = `${n}`
      yield one
    }
    one.note = ''
    yield one
  }
  const error = await errorFrom(() => db.load(Note, notes()).concurrency(1))
  assert.ok(isKeystormError(error) && error.code === 'BatchIncomplete', String(error))
  assert.is((error.data.left.at(-1) as typeof one).note, '')
  assert.ok(
    (error.data.left as (typeof one)[]).every(({ note }, i) => note === `${error.data.done + i}` || note === '')
  )
})

test('budgets and the options of connect() are those that were given', async () => {
  const budget = { maxRequests: 1 }
  const options = { table: 'table', client }
  const db = connect(options)
  options.table = 'other'
  const get = db.get(Note, { user: 'a', note: 'b' })
  assert.is(get.compile().TableName, 'table')
  const twice = metered(async () => {
    budget.maxRequests = 10
    await get
    await get
  }, budget)
  assert.ok(isKeystormError(await errorFrom(() => twice)))
})

test('what cannot be stored is refused as it was: holes and names of lists, fakes, cycles, depth', async () => {
  const holes = Object.assign([1, 2, 3], { name: 'x' })
  delete holes[1]
  const copy = snapshot(holes)
  assert.is(copy.name, 'x')
  assert.not(1 in copy)
  assert.is(copy.length, 3)
  for (const fake of [Date, Set, Map, Uint8Array, Buffer].map(({ prototype }) => Object.create(prototype)))
    assert.is(snapshot({ fake }).fake, fake)
  for (const instance of [new (class Own {})(), new (class Tags extends Set {})(), /x/, () => 1, new Float64Array(1)])
    assert.is(snapshot({ instance }).instance, instance)
  const cycle: Record<string, unknown> = { list: [] }
  Object.assign(cycle, { self: cycle, list: [cycle], set: new Set([cycle]) })
  const copied = snapshot(cycle)
  assert.is.not(copied, cycle)
  assert.is(copied.self, copied)
  assert.is((copied.list as unknown[])[0], copied)
  assert.ok((copied.set as Set<unknown>).has(copied))
  const any: Record<string, unknown> = {}
  any.self = any
  assert.instance(await errorFrom(() => db.put(Order, { ...orderOf(1), any })), InvalidItem)
  let deep: unknown = 1
  for (let i = 0; i < 100_000; i++) deep = [deep]
  assert.instance(await errorFrom(() => db.put(Order, { ...orderOf(1), any: deep })), InvalidItem)
})

test('what is held many times costs nothing', () => {
  let twice: unknown = { leaf: 1 }
  for (let i = 0; i < 60; i++) twice = { a: twice, b: [twice, twice] } // copied each time, it would never end
  const copy = snapshotOf({ twice }) as { twice: { a: unknown; b: unknown[] } }
  assert.is(copy.twice.a, copy.twice.b[0])
})

test('names that objects have by themselves are kept as they are', () => {
  const names = JSON.parse('{"__proto__":{"x":[1]},"constructor":{"y":1},"in":{"__proto__":5}}')
  const copy = snapshot(names)
  assert.is(JSON.stringify(copy), JSON.stringify(names))
  assert.is(Object.getPrototypeOf(copy), Object.prototype)
  assert.ok(Object.hasOwn(copy, '__proto__'))
  const bare = Object.assign(Object.create(null), { x: [1] })
  assert.is(Object.getPrototypeOf(snapshot(bare)), null)
})

test.run()
