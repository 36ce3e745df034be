import { PutItemCommand } from '@aws-sdk/client-dynamodb'
import {
  addTo,
  append,
  ConditionFailed,
  deleteFrom,
  eq,
  gt,
  InvalidItem,
  ItemNotFound,
  ifMissing,
  isKeystormError,
  metered,
  minus,
  model,
  ne,
  plus,
  prepend,
  TransactionCancelled,
  t
} from 'keystorm'
import { type LocalTable, localTable } from 'keystorm/testing'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { AnyUpdate } from '../support/any-update.ts'
import { assertRequests } from '../support/counted.ts'
import { lacks } from '../support/engine.ts'
import { errorFrom } from '../support/errors.ts'

// What updates make of an attribute that is absent, or NULL, and of maps that are not there: what reads make of it.

const User = model('User')
  .pk('org')
  .sk('user')
  .fields({
    log: t.list(t.string()).default(['created']),
    roles: t.set(t.string()).default(new Set(['reader'])),
    groups: t.set(t.number()).optional(),
    marks: t
      .set(t.string())
      .optional()
      .default(new Set(['a', 'b'])),
    credit: t.int().default(10),
    spent: t.number().optional(),
    nick: t.string().optional(),
    note: t.string().nullable().optional(),
    address: t.map({ city: t.string(), nick: t.string().optional(), seen: t.int().default(3) }).optional(),
    views: t.record(t.map({ query: t.string(), size: t.int() })).optional(),
    home: t.map({ city: t.string() }).nullable().optional(),
    homes: t.list(t.map({ city: t.string() })).optional(),
    extra: t.json().optional(),
    version: t.version()
  })
const key = { org: 'a', user: '1' }
const bare = { PK: { S: 'O#a#User' }, SK: { S: 'U#1' }, org: { S: 'a' }, user: { S: '1' } }
const NULL = { NULL: true } as const

const write = ({ client, table }: LocalTable, row: Readonly<Record<string, object>>) =>
  client.send(new PutItemCommand({ TableName: table, Item: { ...bare, ...row } as never })) // of stored values

const read = {
  ...key,
  log: ['created'],
  roles: new Set(['reader']),
  marks: new Set(['a', 'b']),
  credit: 10,
  version: 1
}

const rows: [what: string, row: Readonly<Record<string, object>>, change: object, after: object][] = [
  ['append', {}, { log: append('x') }, { log: ['created', 'x'] }],
  ['prepend', {}, { log: prepend('x') }, { log: ['x', 'created'] }],
  ['append to NULL', { log: NULL }, { log: append('x') }, { log: ['created', 'x'] }],
  ['append to none of the default', { log: { L: [] } }, { log: append('x') }, { log: ['x'] }],
  ['addTo', {}, { roles: addTo('writer') }, { roles: new Set(['reader', 'writer']) }],
  ['addTo what the default has', {}, { roles: addTo('reader') }, { roles: new Set(['reader']) }],
  ['addTo NULL', { roles: NULL }, { roles: addTo('writer') }, { roles: new Set(['reader', 'writer']) }],
  [
    'addTo without the default',
    { roles: { SS: ['x'] } },
    { roles: addTo('writer') },
    { roles: new Set(['x', 'writer']) }
  ],
  ['addTo nothing', {}, { groups: addTo(1) }, { groups: new Set([1]) }],
  ['addTo NULL without a default', { groups: NULL }, { groups: addTo(1) }, { groups: new Set([1]) }],
  ['deleteFrom', {}, { marks: deleteFrom('a') }, { marks: new Set(['b']) }],
  ['deleteFrom NULL', { marks: NULL }, { marks: deleteFrom('a') }, { marks: new Set(['b']) }],
  ['deleteFrom of what has no default', { groups: NULL }, { groups: deleteFrom(1) }, {}],
  ['plus', {}, { credit: plus(1) }, { credit: 11 }],
  ['plus on NULL', { credit: NULL, spent: NULL }, { credit: plus(1), spent: minus(2) }, { credit: 11, spent: -2 }],
  ['plus of another that is NULL', { credit: NULL }, { spent: plus('credit', 1) }, { spent: 11 }],
  ['ifMissing on NULL', { nick: NULL }, { nick: ifMissing('ann') }, { nick: 'ann' }],
  ['ifMissing on NULL that is a value', { note: NULL }, { note: ifMissing('x') }, { note: null }],
  [
    'ifMissing on NULL in a map',
    { address: { M: { city: { S: 'x' }, nick: NULL, seen: NULL } } },
    { address: { nick: ifMissing('y'), seen: plus(1) } },
    { address: { city: 'x', nick: 'y', seen: 4 } }
  ],
  [
    'several at once',
    { nick: NULL, credit: NULL, spent: { N: '1' }, version: { N: '4' } },
    { nick: ifMissing('ann'), credit: plus(1), spent: plus(1), log: append('x'), roles: addTo('x') },
    { nick: 'ann', credit: 11, spent: 2, log: ['created', 'x'], roles: new Set(['reader', 'x']), version: 5 }
  ],
  [
    'a new entry of a record',
    { views: { M: {} } },
    { views: { fresh: { query: 'x', size: 1 } } },
    { views: { fresh: { query: 'x', size: 1 } } }
  ],
  [
    'an entry of a record, whole',
    { views: { M: { old: { M: { query: { S: 'x' }, size: { N: '1' }, more: { S: 'y' } } } } } },
    { views: { old: { query: 'y', size: 2 } }, nick: 'x' },
    { views: { old: { query: 'y', size: 2 } }, nick: 'x' }
  ],
  ['a document that is absent', {}, { extra: { a: { b: 1 } } }, { extra: { a: { b: 1 } } }],
  ['a document', { extra: { M: { a: { S: 'x' } } } }, { extra: { b: [1] } }, { extra: { b: [1] } }],
  ['a document that is a list', { extra: { L: [] } }, { extra: { b: 1 } }, { extra: { b: 1 } }]
]

for (const [what, row, change, after] of rows)
  test(`what is absent: ${what}`, () =>
    localTable(async place => {
      await write(place, row)
      const update = place.db.update(User, key) as unknown as AnyUpdate
      await update.set(change)
      assert.equal(await place.db.get(User, key), { ...read, ...after })
    }))

test('a row as most are takes one request, another two or three', () =>
  localTable(async place => {
    const update = place.db.update(User, key).set({ nick: ifMissing('ann'), roles: addTo('x'), spent: plus(1) })
    const requests = async () => (await metered(() => update)).usage.requests
    await write(place, { roles: { SS: ['reader'] } })
    assertRequests(await requests(), 1)
    await write(place, { nick: NULL })
    assert.ok((await requests()) <= 3)
  }))

test('a condition that fails is told from a row that is not as most are', () =>
  localTable(async place => {
    await write(place, { nick: NULL })
    const update = place.db.update(User, key).set({ nick: ifMissing('ann'), roles: addTo('x') })
    assert.instance(await errorFrom(() => update.if({ spent: gt(1) })), ConditionFailed)
    assert.is((await place.db.get(User, key))?.nick, undefined)
    await place.db.delete(User, { ...key, version: 0 })
    assert.instance(await errorFrom(() => update), ItemNotFound)
    await place.db
      .update(User, key)
      .set({ roles: addTo('x'), nick: ifMissing('ann') })
      .upsert()
    assert.equal(await place.db.get(User, key), { ...read, roles: new Set(['reader', 'x']), nick: 'ann' })
  }))

const lost: [what: string, row: Readonly<Record<string, object>>, change: object, message: RegExp][] = [
  [
    'a map that is absent',
    {},
    { address: { city: 'x' } },
    /address\.city: has no place, because address is not there, or holds nothing: set address to ifMissing\(…\) in an update before/
  ],
  ['a map that is NULL', { address: NULL }, { 'address.city': 'x' }, /address\.city: has no place/],
  [
    'a record that is absent',
    {},
    { views: { all: { query: 'x', size: 1 } } },
    /views\.all: has no place.*set views to ifMissing/
  ],
  [
    'an entry that is absent',
    { views: { M: {} } },
    { 'views.all.size': plus(1) },
    /has no place, because views\.all is/
  ],
  [
    'a record that is absent, at two steps',
    {},
    { 'views.all.size': plus(1) },
    /views\.all\.size: has no place, because views is not there, or holds nothing: set views to ifMissing/
  ],
  [
    'a map that may be null and is NULL',
    { home: NULL },
    { 'home.city': 'x' },
    /home\.city: has no place, because home is null: set that to a value\.$/
  ],
  [
    'an element that a list has not',
    { homes: { L: [] } },
    { 'homes[1].city': 'x' },
    /homes\[1\]\.city: has no place, because homes\[1\] is not there, or holds nothing: set the list, or append\(\) to it, before\.$/
  ]
]
// To dynoxide, NULL is a map that can be set into.
for (const [what, row, change, message] of lost.filter(([what]) => !/NULL$|list/.test(what) || !lacks('listEnds')))
  test(`an update into ${what} is an InvalidItem that says so`, () =>
    localTable(async place => {
      await write(place, row)
      const update = place.db.update(User, key) as unknown as AnyUpdate
      const error = await errorFrom(async () => await update.set(change))
      assert.instance(error, InvalidItem)
      assert.match(error.message, message)
      assert.match(error.message, /^User: nothing was written, because /)
      await place.db.update(User, key).set({ address: eq({ city: 'x' }), views: eq({}) })
    }))

const Votes = model('Votes')
  .pk('poll')
  .sk('#poll')
  .fields({ counts: t.record(t.int()).default({}) })
const Poll = model('Votes').pk('poll').sk('#poll') // of a time when there were no counts

test('a count in a map that is not there, whatever its default, is refused with what begins the map and loses no count', () =>
  localTable(async ({ db }) => {
    const poll = { poll: 'a' }
    await db.put(Poll, poll)
    const yes = db.update(Votes, poll).set({ counts: { yes: plus(1) } })
    const error = await errorFrom(async () => await yes)
    assert.instance(error, InvalidItem)
    assert.match(
      error.message,
      'counts.yes: has no place, because counts is not there, or holds nothing: set counts to ifMissing'
    )
    const begin = db.update(Votes, poll).set({ counts: ifMissing({}) })
    await begin
    await yes
    await begin // by another, who met the same error
    await yes
    assert.equal(await db.get(Votes, poll), { poll: 'a', counts: { yes: 2 } })
    const upsert = db
      .update(Votes, { poll: 'b' })
      .set({ counts: { yes: plus(1) } })
      .upsert()
    assert.throws(() => upsert.compile(), /if upsert\(\) makes the item: set counts to ifMissing/)
  }))

test('a place in a list is named as it is written', () =>
  localTable(async ({ db }) => {
    const Cart = model('Cart')
      .pk('a')
      .sk('b')
      .fields({ lines: t.list(t.map({ n: t.int(), at: t.map({ x: t.int() }).optional() })).optional() })
    const cart = { a: 'a', b: 'b' }
    const update = db.update(Cart, cart).set({ 'lines[0].at.x': 1 })
    await db.put(Cart, cart)
    assert.match((await errorFrom(async () => await update)).message, 'because lines is not there')
    await db.put(Cart, { ...cart, lines: [{ n: 1 }] })
    assert.match((await errorFrom(async () => await update)).message, 'because lines[0].at is not there')
  }))

const Tally = model('Tally')
  .pk('org')
  .sk('user')
  .fields({
    sum: t.number().nullable().optional(),
    total: t.number().default(0),
    list: t.list(t.string()).nullable().optional(),
    marks: t.set(t.string()).nullable().optional(),
    tags: t
      .set(t.string())
      .nullable()
      .default(new Set(['a'])),
    nick: t.string().optional()
  })
const TEXT = { S: '12' } as const
const unfit: [what: string, row: Readonly<Record<string, object>>, change: object, message: RegExp][] = [
  ['plus', { sum: NULL }, { sum: plus(1) }, /because sum: is null, so plus\(\) cannot change it: set it to a value/],
  [
    'minus of another',
    { sum: NULL },
    { total: minus('sum', 1) },
    /because total: cannot be minus\('sum', …\), because sum/
  ],
  ['append', { list: NULL }, { list: append('x') }, /because list: is null, so append\(\) cannot/],
  ['addTo', { marks: NULL }, { marks: addTo('x') }, /because marks: is null, so addTo\(\) cannot/],
  ['addTo a default', { tags: NULL }, { tags: addTo('x') }, /because tags: is null, so addTo\(\) cannot/],
  ['plus on text', { total: TEXT }, { total: plus(1) }, /because total: is stored as S, so plus\(\) cannot change it/],
  ['addTo a list', { marks: { L: [] } }, { marks: addTo('x') }, /because marks: is stored as L, so addTo\(\) cannot/]
]
const tally = { ...bare, PK: { S: 'O#a#Tally' } }
for (const [what, row, change, message] of unfit)
  test(`a change of what cannot be changed by it is an InvalidItem that says so: ${what}`, () =>
    localTable(async place => {
      await write(place, { ...tally, ...row })
      const update = place.db.update(Tally, key) as unknown as AnyUpdate
      for (const write of [update.set(change), update.set({ ...change, nick: ifMissing('x') })]) {
        const error = await errorFrom(async () => await write)
        assert.instance(error, InvalidItem, error.message)
        assert.match(error.message, message)
      }
      assert.is((await place.db.get(Tally, key))?.nick, undefined)
      if (lacks('transactions')) return
      const error = await errorFrom(async () => await place.db.transact(update.set(change) as never)) // of one row
      assert.ok(isKeystormError(error), `${error.name}: ${error.message}`)
      // Nothing is said where it is the assumption of a default that fails.
      if (what !== 'addTo a default')
        assert.match(error.message, /may be NULL, or of another type: send the update by itself/)
    }))

test('a condition that fails is not taken for a change that does not fit', () =>
  localTable(async place => {
    await write(place, { ...tally, sum: NULL, nick: NULL })
    const update = place.db.update(Tally, key).set({ sum: plus(1), nick: ifMissing('x') })
    assert.instance(await errorFrom(() => update.if({ sum: ne(null) })), ConditionFailed)
    assert.instance(await errorFrom(() => update.if({ sum: null })), InvalidItem)
    const inside = place.db.update(User, key).set({ 'address.city': 'x', nick: ifMissing('x') })
    await write(place, { nick: NULL })
    assert.instance(await errorFrom(() => inside.if({ spent: 1 })), ConditionFailed)
  }))

test('a version that is NULL is none, to reads and to writes', () =>
  localTable(async place => {
    const { db } = place
    const written = { ...bare, nick: { S: 'ann' } }
    const [plain, put] = [read, { ...key, log: [], roles: new Set(['x']) }]
    for (const none of [NULL, { N: '0' }]) {
      const version = { ...written, version: none }
      await write(place, version)
      const found = await db.get(User, key).orThrow()
      assert.is(found.version, 0)
      await db.update(User, found).set({ spent: 1 })
      assert.equal(await db.get(User, key), { ...plain, nick: 'ann', spent: 1 })
      await write(place, version)
      assert.is((await db.update(User, key).set({ spent: 1 }).returning('new')).version, 1)
      await write(place, version)
      await db.update(User, found).set({ spent: 1 }).if({ nick: 'ann' }).upsert()
      await write(place, version)
      assert.is((await db.put(User, { ...put, version: found.version })).version, 1)
      assert.instance(await errorFrom(() => db.put(User, put)), ConditionFailed)
      await write(place, version)
      await db.delete(User, found).if({ nick: 'ann' })
      assert.is(await db.get(User, key), undefined)
    }
  }))

const transacts = lacks('transactions') ? test.skip : test
transacts('a version that is NULL, in a transaction, is said to need an update by itself', () =>
  localTable(async place => {
    await write(place, { version: NULL })
    const error = await errorFrom(() => place.db.transact(place.db.update(User, key).set({ nick: 'x' })))
    assert.match(error.message, /what version starts from may be NULL, or of another type: send the update by itself/)
  })
)

transacts('in a transaction, a row that is not as most are is refused, and the reason says what to do', () =>
  localTable(async place => {
    await write(place, { nick: NULL, roles: { SS: ['x'] } })
    const update = place.db.update(User, key)
    const byItself = /start from a default: send the update by itself/
    const reasonOf = async (act: () => PromiseLike<unknown>) => {
      const error = await errorFrom(async () => await act())
      assert.instance(error, TransactionCancelled, `${error.name}: ${error.message}`)
      assert.match(error.message, byItself)
      return (error as TransactionCancelled).data.reasons[0]?.message ?? ''
    }
    assert.match(await reasonOf(() => place.db.transact(update.set({ nick: ifMissing('ann') }))), byItself)
    await place.db.transact(update.set({ roles: addTo('y') }))
    assert.equal((await place.db.get(User, key))?.roles, new Set(['x', 'y']))
    if (lacks('listEnds')) return
    // Engines differ in whether the whole transaction is refused, or cancelled for this reason.
    const error = await errorFrom(async () => await place.db.transact(update.set({ address: { city: 'x' } })))
    assert.ok(isKeystormError(error), `${error.name}: ${error.message}`)
    const message = error.code === 'TransactionCancelled' ? error.data.reasons[0]?.message : error.message
    assert.match(message ?? '', /around address\.city may not be there: set it to ifMissing/)
  })
)

const Order = model('Order')
  .pk('shop')
  .sk('order')
  .gsi1('shop', 'status')
  .fields({ status: t.oneOf('open', 'paid').default('open'), note: t.string().optional() })

test('an upsert writes no index key from a default where the row has another value', () =>
  localTable(async ({ db, client, table }) => {
    const order = { shop: 'a', order: '1' }
    const row = { PK: { S: 'S#a#Order' }, SK: { S: 'O#1' }, shop: { S: 'a' }, order: { S: '1' }, status: { S: 'paid' } }
    await client.send(new PutItemCommand({ TableName: table, Item: row }))
    const upsert = db.update(Order, order).set({ note: 'x' }).upsert()
    await upsert
    await upsert
    const inIndex = (status: 'open' | 'paid') => db.query(Order).where({ shop: 'a', status }).onGsi1()
    assert.equal(await inIndex('open'), [])
    assert.equal(await db.get(Order, order), { ...order, status: 'paid', note: 'x' })
    await db.update(Order, order).set({ status: 'paid' })
    await upsert
    assert.is((await inIndex('paid')).length, 1)
    await db.update(Order, { shop: 'a', order: '2' }).set({ note: 'x' }).upsert()
    assert.is((await inIndex('open')).length, 1)
  }))

test('what an update changes inside of lists and maps is all that returning changed gives', () =>
  localTable(async ({ db }) => {
    const Cart = model('Cart')
      .pk('id')
      .sk('#id')
      .fields({ lines: t.list(t.map({ sku: t.string(), qty: t.int() })), box: t.map({ a: t.string(), b: t.string() }) })
    const lines = [
      { sku: 'a', qty: 1 },
      { sku: 'b', qty: 1 }
    ]
    await db.put(Cart, { id: 'c', lines, box: { a: 'x', b: 'x' } })
    const changed = await db
      .update(Cart, { id: 'c' })
      .set({ 'lines[1].qty': plus(1), box: { b: 'y' } })
      .returning('changed')
    // Engines differ in whether they give the whole map, or what was changed in it.
    assert.is(changed.box?.b, 'y')
    assert.is(changed.lines?.at(-1)?.qty, 2)
  }))

test.run()
