/** What JavaScript may give in the place of any argument is refused in words, by the call that was given it, and sends nothing. */
import {
  append,
  checkTable,
  connect,
  createTable,
  gt,
  isKeystormError,
  layout,
  metered,
  model,
  models,
  plus,
  type Sender,
  storedKeyOf,
  t,
  withTable
} from 'keystorm'
import { deleteAll, getAll, updateAll, writeAll } from 'keystorm/bulk'
import { coalesced } from 'keystorm/coalesce'
import { toState, toStateMachine } from 'keystorm/jsonata'
import { leanClient } from 'keystorm/lean'
import { leanClient as fetchClient } from 'keystorm/lean/fetch'
import { modify } from 'keystorm/modify'
import { spans } from 'keystorm/otel'
import { connectWith, get, put } from 'keystorm/pick'
import { changes, consumer, fromExport } from 'keystorm/streams'
import { localTable, startLocalEngine } from 'keystorm/testing'
import { warnUnsent } from 'keystorm/unsent'
import { test } from 'uvu'
import * as assert from 'uvu/assert'

class Thing {
  readonly x = 1
}

const hostile = {
  null: () => null,
  number: () => 5,
  text: () => 'x',
  list: () => [1],
  map: () => new Map([['a', 1]]),
  thing: () => new Thing(),
  promise: () => Promise.resolve({ a: 'a' })
}
type Kind = keyof typeof hostile

let sent = 0
const client: Sender = {
  request: async () => {
    sent++
    return { Items: [], $metadata: {} } as never // an output of whatever operation
  }
}

const Fruit = model('Fruit')
  .pk('a')
  .sk('b')
  .gsi1('c')
  .fields({ n: t.int().optional(), c: t.string().optional(), l: t.list(t.string()).optional() })
const key = { a: 'a', b: 'b' }
const app = models({ Fruit })
const db = connect({ table: 'app', client })
const query = db.query(Fruit).where({ a: 'a' })
const update = db.update(Fruit, key).set({ n: 1 })
const check = db.check(Fruit, key).if({ n: 1 })
const one = db.get(Fruit, key)

/** A call with a value in the place of one argument, and those that it takes. `never` is what programs without types give. */
type Call = readonly [name: string, call: (given: never) => unknown, ...taken: Kind[]]

const drained = async (source: AsyncIterable<unknown>): Promise<void> => {
  for await (const _ of source) assert.unreachable()
}

/** What is given where types would refuse it. */
const loosely = <F>(call: F) => call as unknown as (...given: unknown[]) => unknown
const { create: creating, put: putting, get: getting, update: updating, delete: deleting, move: moving } = db
const bound = <F>(call: F) => (loosely(call) as () => unknown).bind(db) as (...given: unknown[]) => unknown

const item: readonly Call[] = [
  ['create: model', x => bound(creating)(x, key)],
  ['create: item', x => db.create(Fruit, x)],
  ['create: more', x => bound(creating)(Fruit, key, x)],
  ['put: item', x => db.put(Fruit, x)],
  ['put: more', x => bound(putting)(Fruit, key, x)],
  ['put.if', x => db.put(Fruit, key).if(x)],
  ['put.signal', x => db.put(Fruit, key).signal(x)],
  ['put.label', x => db.put(Fruit, key).label(x), 'text'],
  ['get: key', x => db.get(Fruit, x)],
  ['get: more', x => bound(getting)(Fruit, key, x)],
  ['get.only', x => one.only(x)],
  ['get.signal', x => one.signal(x)],
  ['update: key', x => db.update(Fruit, x).set({ n: 1 })],
  ['update: more', x => bound(updating)(Fruit, key, x)],
  ['update.set', x => db.update(Fruit, key).set(x)],
  ['update.set.upsert', x => db.update(Fruit, key).set(x).upsert()],
  ['update.remove', x => db.update(Fruit, key).remove(x)],
  ['update.if', x => update.if(x)],
  ['update.returning', x => update.returning(x)],
  ['update.signal', x => update.signal(x)],
  ['delete: key', x => db.delete(Fruit, x)],
  ['delete: more', x => bound(deleting)(Fruit, key, x)],
  ['delete.if', x => db.delete(Fruit, key).if(x)],
  ['delete.signal', x => db.delete(Fruit, key).signal(x)],
  ['move: key', x => db.move(Fruit, x, { b: 'c' })],
  ['move: new key', x => db.move(Fruit, key, x)],
  ['move: more', x => bound(moving)(Fruit, key, { b: 'c' }, x)],
  ['move.signal', x => db.move(Fruit, key, { b: 'c' }).signal(x)],
  ['check.if', x => db.check(Fruit, key).if(x)],
  ['check.signal', x => check.signal(x)],
  ['storedKeyOf', x => storedKeyOf(Fruit, x)],
  ['plus', x => db.update(Fruit, key).set({ n: plus(x) }), 'number'],
  ['append', x => db.update(Fruit, key).set({ l: append(x) }), 'text']
]

const reads: readonly Call[] = [
  ['query: model', x => db.query(x)],
  ['query.where', x => db.query(Fruit).where(x)],
  ['query.where: range', x => db.query(Fruit).where({ a: 'a', b: gt(x) }), 'text'],
  ['query.filter', x => query.filter(x)],
  ['query.limit', x => query.limit(x), 'number'],
  ['query.pageSize', x => query.pageSize(x), 'number'],
  ['query.page', x => query.pageSize(3).page(x)],
  ['query.only', x => query.only(x)],
  ['query.on', x => loosely(query.on).call(query, x)],
  ['query.startingAfter', x => query.startingAfter(x)],
  ['query.skipInvalid', x => query.skipInvalid(x)],
  ['query.signal', x => query.signal(x)],
  ['scan: model', x => db.scan(x)],
  ['scan.segments', x => db.scan(Fruit).segments(x), 'number'],
  ['scan.filter', x => db.scan(Fruit).filter(x)]
]

const together: readonly Call[] = [
  ['transact', x => db.transact(x)],
  ['transact: list', x => loosely(db.transact.bind(db))([x])],
  ['transact.token', x => db.transact(db.put(Fruit, key)).token(x), 'text'],
  ['transact.signal', x => db.transact(db.put(Fruit, key)).signal(x)],
  ['transact of gets.signal', x => db.transact(one).signal(x)],
  ['batchGet', x => db.batchGet(x)],
  ['batchGet.concurrency', x => db.batchGet(one).concurrency(x), 'number'],
  ['batchGet.onProgress', x => db.batchGet(one).onProgress(x)],
  ['batchGet.retry', x => db.batchGet(one).retry(x)],
  ['batchGet.signal', x => db.batchGet(one).signal(x)],
  ['batchWrite', x => db.batchWrite(x)],
  ['load: model', x => bound(db.load)(x, [key])],
  ['load: source', x => db.load(Fruit, x)],
  ['deleteAll', x => deleteAll(x)],
  ['updateAll', x => loosely(updateAll)(x, () => 1)],
  ['updateAll: change', x => updateAll(query, x)],
  ['getAll: db', x => drained(getAll(x, [key], value => db.get(Fruit, value)))],
  ['getAll: source', x => drained(getAll(db, x as [], value => db.get(Fruit, value))), 'list', 'map'],
  ['getAll: make', x => drained(getAll(db, [key], x))],
  ['getAll: options', x => drained(getAll(db, [key], value => db.get(Fruit, value), x))],
  ['getAll: signal', x => drained(getAll(db, [key], value => db.get(Fruit, value), { signal: x }))],
  ['writeAll: db', x => writeAll(x, [key], value => db.put(Fruit, value))],
  ['writeAll: source', x => writeAll(db, x as [], () => db.put(Fruit, key)), 'list', 'map'],
  ['writeAll: make', x => writeAll(db, [key], x)]
]

const around: readonly Call[] = [
  ['model', x => model(x), 'text'],
  ['model.pk', x => model('X').pk(x).sk('b').key({ b: 'b' }), 'text'],
  ['model.fields', x => model('X').pk('a').sk('b').fields(x)],
  ['models', x => models(x)],
  ['models: one', x => models({ Fruit: x })],
  ['layout', x => layout(x)],
  ['layout: indexes', x => layout({ pk: 'p', sk: 's', indexes: x })],
  ['model.key', x => Fruit.key(x)],
  ['connect', x => connect(x)],
  ['connect: table', x => connect({ table: x, client }).get(Fruit, key), 'text'],
  ['connect: client', x => connect({ table: 'app', client: x })],
  ['connect: onRequest', x => connect({ onRequest: x })],
  ['connect: clock', x => connect({ clock: x })],
  ['withTable: table', x => withTable(x, () => 1), 'text'],
  ['withTable: client', x => withTable('app', { client: x }, () => 1)],
  ['withTable: fn', x => withTable('app', x)],
  ['metered: fn', x => metered(x)],
  ['metered: budget', x => metered(() => 1, x)],
  ['createTable', x => createTable(x)],
  ['createTable: options', x => createTable(db, x)],
  ['checkTable', x => checkTable(x)],
  ['coalesced', x => coalesced(x)],
  ['coalesced: options', x => coalesced(db, x)],
  ['toState: options', x => toState(one, x)],
  ['toStateMachine', x => toStateMachine(x)],
  ['leanClient', x => leanClient(x)],
  ['leanClient of fetch', x => fetchClient(x)],
  ['modify: db', x => modify(x, Fruit, key, fruit => fruit)],
  ['modify: key', x => modify(db, Fruit, x, fruit => fruit)],
  ['modify: change', x => modify(db, Fruit, key, x)],
  ['modify.signal', x => modify(db, Fruit, key, fruit => fruit).signal(x)],
  ['spans', x => spans(x)],
  ['spans: tracer', x => spans({ tracer: x })],
  ['connectWith', x => connectWith(x)],
  ['connectWith: verb', x => connectWith([get, x])],
  ['a picked get: more', x => loosely(connectWith([get], { table: 'app', client }).get)(Fruit, key, x)],
  ['a picked put: more', x => loosely(connectWith([put], { table: 'app', client }).put)(Fruit, key, x)],
  ['changes', x => changes(x, { Records: [] })],
  ['changes: event', x => [...changes(app, x)]],
  ['consumer', x => consumer(x, {} as never)],
  ['consumer: handlers', x => consumer(app, x)],
  ['fromExport: source', x => drained(fromExport(app, x))],
  ['startLocalEngine', x => startLocalEngine(x)],
  ['localTable', x => localTable(x)],
  ['warnUnsent', x => warnUnsent(x)],
  ['warnUnsent: tell', x => warnUnsent(db, x)]
]

const outcome = async (act: () => unknown): Promise<unknown> => {
  try {
    return await act()
  } catch (error) {
    return error
  }
}

for (const [name, call, ...taken] of [...item, ...reads, ...together, ...around])
  test(name, async () => {
    for (const [kind, make] of Object.entries(hostile) as [Kind, () => unknown][]) {
      if (taken.includes(kind)) continue
      sent = 0
      const error = await outcome(() => call(make() as never))
      assert.ok(isKeystormError(error), `${kind}: ${error}`)
      assert.ok(error.message.length < 400 && error.message.endsWith('.'), error.message)
      assert.is(sent, 0, `${kind} was sent something for`)
    }
  })

test('what is not given is not refused', async () => {
  const none = undefined as never
  await db.get(Fruit, key).signal(none)
  await db.transact(db.put(Fruit, key)).signal(none)
  connect({ table: none, client: none, onRequest: none, clock: none })
})

test('options that are given behind a key are told to be methods', async () => {
  const error = await outcome(() => bound(getting)(Fruit, key, { consistent: true }))
  assert.match(String(error), 'get(): takes no options, which are methods such as .if(), but got an object (Object).')
})

test.run()
