/** What batches, loads and reads do with signals, answers, clocks and many builders. */
import { getEventListeners } from 'node:events'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as wait } from 'node:timers/promises'
import { BatchIncomplete, connect, isKeystormError, model, t } from 'keystorm'
import { localTable } from 'keystorm/testing'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { errorFrom } from '../support/errors.ts'

const M = model('M').pk('a').sk('b').fields({ n: t.int().optional() })
const Task = model('Task').pk('a').sk('b').fields({ n: t.int().optional(), version: t.version() })

type Answer = (input: never, name: string, count: number) => unknown

/** Builders for a client that answers so. */
const answering = (answer: Answer, table = 'app') => {
  const sent: { name: string; input: object }[] = []
  const send = async (command: { constructor: { name: string }; input: never }) => {
    const { name } = command.constructor
    sent.push({ name, input: command.input })
    return answer(command.input, name, sent.length)
  }
  return { db: connect({ table, client: { send } as never }), sent } // only send() is asked for
}

const items = (count: number) => Array.from({ length: count }, (_, n) => ({ a: 'x', b: `${n}`, n }))
const stored = (n: number) => ({ PK: { S: 'A#x#M' }, SK: { S: `B#${n}` }, a: { S: 'x' }, b: { S: `${n}` } })

const errors: [what: string, make: () => unknown, said: string][] = [
  ['a timeout of a signal', () => new DOMException('too late', 'TimeoutError'), 'TimeoutError: too late'],
  ['a broken pipe', () => Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }), 'Error: write EPIPE'],
  ['throttling', () => Object.assign(new Error('slow'), { name: 'ThrottlingException' }), 'ThrottlingException: slow'],
  ['a fault of a service', () => Object.assign(new Error('oh'), { $metadata: { httpStatusCode: 503 } }), 'Error: oh'],
  ['no error at all', () => ({ toString: () => assert.unreachable() }), 'an object (Object)'],
  ['undefined', () => undefined, 'undefined'],
  ['null', () => null, 'null'],
  ['0', () => 0, '0']
]
for (const [what, make, said] of errors)
  for (const isLate of [false, true])
    test(`onProgress ends a batch and a load by throwing ${what}${isLate ? ' later' : ''}, and nothing is sent after it`, async () => {
      for (const verb of ['batchWrite', 'batchGet', 'load'] as const) {
        const thrown = make()
        const { db, sent } = answering(({ RequestItems }: never) =>
          verb === 'batchGet' ? { Responses: RequestItems && { app: [] } } : {}
        )
        const source = items(250)
        const batch = {
          batchWrite: () => db.batchWrite(source.map(item => db.put(M, item))),
          batchGet: () => db.batchGet(source.map(item => db.get(M, item))),
          load: () => db.load(M, source)
        }[verb]()
        const onProgress = (): unknown => {
          if (isLate) return Promise.reject(thrown)
          throw thrown
        }
        const caught = await (batch as ReturnType<typeof db.load>)
          .concurrency(1)
          .onProgress(onProgress)
          .then(
            () => assert.unreachable(),
            (error: unknown) => error
          )
        assert.ok(caught instanceof BatchIncomplete, verb)
        assert.is(caught.cause, thrown)
        assert.match(caught.message, `(error.left): onProgress threw ${said}.`)
        await wait(30)
        assert.is(sent.length, 1, verb)
      }
    })

test('a source that throws nothing is said to', async () => {
  const { db } = answering(() => ({}))
  async function* source() {
    yield* items(50)
    await wait(5)
    throw undefined
  }
  const caught = await db.load(M, source()).then(
    () => assert.unreachable(),
    (error: unknown) => error
  )
  assert.ok(caught instanceof BatchIncomplete)
  assert.match(caught.message, /: undefined was thrown\.$/)
})

test('what onProgress throws when all is done is thrown as it is', async () => {
  const { db } = answering(() => ({}))
  const thrown = new RangeError('no')
  const puts = items(3).map(item => db.put(M, item))
  const onProgress = () => {
    throw thrown
  }
  assert.is(await errorFrom(() => db.batchWrite(puts).onProgress(onProgress)), thrown)
  assert.is(await errorFrom(() => db.load(M, items(3)).onProgress(onProgress)), thrown)
})

test('an abort when all is done comes too late: there are results', async () => {
  const { db } = answering((_, name) => (name.startsWith('BatchGet') ? { Responses: { app: [stored(1)] } } : {}))
  const abortWhenDone = (count: number) => {
    const stop = new AbortController()
    return { stop, tell: ({ done }: { readonly done: number }) => done === count && stop.abort() }
  }
  const puts = abortWhenDone(30)
  const written = await db
    .batchWrite(items(30).map(item => db.put(M, item)))
    .signal(puts.stop.signal)
    .onProgress(puts.tell)
  assert.is(written.length, 30)
  const gets = abortWhenDone(2)
  const [none, one] = await db
    .batchGet(items(2).map(item => db.get(M, item)))
    .signal(gets.stop.signal)
    .onProgress(gets.tell)
  assert.equal([none, one], [undefined, { a: 'x', b: '1' }])
  const load = abortWhenDone(30)
  assert.is(await db.load(M, items(30)).signal(load.stop.signal).onProgress(load.tell), 30)
})

test('a load that is aborted before its source has come to its end is not done, though all it took is', async () => {
  const { db } = answering(() => ({}))
  const stop = new AbortController()
  async function* source() {
    yield* items(25)
    yield { a: 'x', b: 'one more' }
    await wait(20)
    yield { a: 'x', b: 'and another' }
  }
  const error = await errorFrom(() =>
    db
      .load(M, source())
      .signal(stop.signal)
      .onProgress(() => stop.abort())
  )
  assert.ok(error instanceof BatchIncomplete)
})

test('clocks that jump end no retries', async () => {
  const { now } = Date
  try {
    const { db, sent } = answering((_, __, count) => {
      Date.now = () => now() + (count % 2 === 0 ? 1 : -1) * 3_600_000 * count
      if (count < 5) throw Object.assign(new Error('slower'), { name: 'ThrottlingException' })
      return {}
    })
    await db.batchWrite(db.put(M, { a: 'x', b: 'y' }))
    assert.is(sent.length, 5)
  } finally {
    Date.now = now
  }
})

const ARN = 'arn:aws:dynamodb:eu-west-1:111122223333:table/app'
for (const [asked, answered] of [
  ['app', 'app'],
  [ARN, 'app'],
  ['app', ARN],
  [ARN, ARN],
  ['__proto__', '__proto__']
] as const)
  test(`a table that is called ${asked} may answer as ${answered}`, async () => {
    let isFirst = true
    const { db, sent } = answering((_, name) => {
      const isUnprocessed = isFirst
      isFirst = false
      if (name.startsWith('BatchGet'))
        return isUnprocessed
          ? { Responses: { [answered]: [stored(0)] }, UnprocessedKeys: { [answered]: { Keys: [stored(1)] } } }
          : { Responses: { [answered]: [stored(1)] }, UnprocessedKeys: {} }
      return { UnprocessedItems: isUnprocessed ? { [answered]: [{ PutRequest: { Item: stored(1) } }] } : {} }
    }, asked)
    const found = await db.batchGet(items(2).map(item => db.get(M, item)))
    assert.equal(found, [
      { a: 'x', b: '0' },
      { a: 'x', b: '1' }
    ])
    isFirst = true
    await db.batchWrite(items(2).map(item => db.put(M, item)))
    assert.is(sent.length, 4)
  })

const get = (db: ReturnType<typeof answering>['db']) => db.batchGet(db.get(M, { a: 'x', b: '1' }))
const put = (db: ReturnType<typeof answering>['db']) => db.batchWrite(db.put(M, { a: 'x', b: '1' }))
const both = (db: ReturnType<typeof answering>['db']) =>
  db.transact(db.get(M, { a: 'x', b: '1' }), db.get(M, { a: 'x', b: '2' }))
const query = (db: ReturnType<typeof answering>['db']) => db.query(M).where({ a: 'x' })
const lacking: [
  what: string,
  answer: unknown,
  run: (db: ReturnType<typeof answering>['db']) => PromiseLike<unknown>
][] = [
  ['no Responses', {}, get],
  ['Responses of null', { Responses: null }, get],
  ['no list', { Responses: { app: null } }, get],
  ['another item', { Responses: { app: [stored(2)] } }, get],
  ['null in the place of an item', { Responses: { app: [null] } }, get],
  ['text in the place of a list', { Responses: { app: 'none' } }, get],
  ['another key left', { Responses: { app: [] }, UnprocessedKeys: { app: { Keys: [stored(2)] } } }, get],
  ['another write left', { UnprocessedItems: { app: [{ PutRequest: { Item: stored(2) } }] } }, put],
  ['null in the place of a write', { UnprocessedItems: { app: [null] } }, put],
  ['no responses of a transaction', {}, both],
  ['fewer of them', { Responses: [{ Item: stored(1) }] }, both],
  ['null among them', { Responses: [{ Item: stored(1) }, null] }, both],
  ['a count without items', { Count: 3, ScannedCount: 3 }, query]
]
for (const [what, answer, run] of lacking)
  test(`an answer that cannot be understood is neither done nor not found: ${what}`, async () => {
    const { db } = answering(() => answer)
    const error = await errorFrom(() => run(db))
    assert.ok(isKeystormError(error) && error.code === 'InvalidResponse', String(error))
  })

test('null is nothing: unprocessed items, and items that were not found', async () => {
  const { db } = answering((_, name) =>
    name.startsWith('Trans')
      ? { Responses: [{ Item: null }, {}] }
      : { Responses: { app: [] }, UnprocessedItems: null, UnprocessedKeys: null, Items: null, Item: null }
  )
  assert.equal(await get(db), [undefined])
  assert.is((await put(db)).length, 1)
  assert.equal(await both(db), [undefined, undefined])
  assert.equal(await query(db), [])
  assert.is(await db.get(M, { a: 'x', b: '1' }), undefined)
})

test('batches of nothing give nothing, and send nothing', async () => {
  const { db, sent } = answering(() => ({}))
  const none: string[] = []
  assert.equal(await db.batchGet(none.map(b => db.get(M, { a: 'x', b }))), [])
  assert.equal(await db.batchWrite(none.map(b => db.delete(M, { a: 'x', b }))), [])
  assert.equal(await db.batchGet(...none.map(b => db.get(M, { a: 'x', b }))), [])
  assert.equal(await db.batchWrite(), [])
  assert.equal(await db.batchWrite(new Set<never>()), [])
  assert.equal(db.batchGet([]).compile(), [])
  assert.equal(db.batchWrite([]).compile(), [])
  assert.is(sent.length, 0)
  const error = await errorFrom(() => db.transact([]))
  assert.match(error.message, /^transact\(\): there is no operation\.$/)
})

test('a transaction takes an array, or whatever gives its builders', () =>
  localTable(async ({ db }) => {
    const writes = items(3).map(item => db.create(M, item))
    const written: { a: string; b: string }[] = await db.transact(writes)
    assert.equal(written, items(3))
    const read = await db.transact(new Set(items(3).map(item => db.get(M, item).orThrow())))
    assert.equal(read, items(3))
    const [first, second] = await db.transact([db.get(M, { a: 'x', b: '0' }).orThrow(), db.get(M, { a: 'y', b: '0' })])
    assert.is(first.n, 0)
    assert.is(second, undefined)
    const mixed = [db.get(M, { a: 'x', b: '0' }), db.put(M, { a: 'x', b: '1' })]
    assert.match((await errorFrom(() => db.transact(mixed as never))).message, /a transaction either reads or writes/)
  }))

test('items without a version are new in batches and loads, and replace what was there', () =>
  localTable(async ({ db }) => {
    const tasks = items(30)
    assert.is(await db.load(Task, tasks), 30)
    const [task] = await db.batchWrite(db.put(Task, { a: 'x', b: '0', n: 7 }))
    assert.equal(task, { a: 'x', b: '0', n: 7, version: 1 })
    assert.equal(await db.get(Task, { a: 'x', b: '0' }), task)
    for (const act of [() => db.batchWrite(db.put(Task, task)), () => db.load(Task, [task])]) {
      const { message } = await errorFrom(act)
      assert.match(message, /t\.version\(\) looks at the item, but a batch checks nothing: use transact\(\)/)
    }
  }))

test('nothing is left on a signal, whatever it was given to, and nobody is warned', () =>
  localTable(async ({ db, client }) => {
    const warnings: string[] = []
    const warn = ({ name }: Error) => warnings.push(name)
    process.on('warning', warn)
    const { signal } = new AbortController()
    await db
      .batchWrite(items(600).map(item => db.put(M, item).signal(signal)))
      .concurrency(20)
      .signal(signal)
    await db.batchGet(items(30).map(item => db.get(M, item))).signal(signal)
    await Promise.all(items(30).map(item => db.get(M, item).signal(signal)))
    await Promise.all(items(30).map(() => db.query(M).where({ a: 'x' }).pageSize(100).signal(signal)))
    for await (const _ of db.query(M).where({ a: 'x' }).pageSize(7).signal(signal)) break
    for await (const _ of db.scan(M).segments(3).pageSize(7).signal(signal)) break
    await db.transact(items(3).map(item => db.get(M, item).signal(signal))).signal(signal)
    await db.transact([db.put(M, { a: 'x', b: '1' }).signal(signal)]).signal(signal)
    await errorFrom(() => db.create(M, { a: 'x', b: '1' }).signal(signal))
    await errorFrom(() => db.transact(db.create(M, { a: 'x', b: '1' })).signal(signal))
    await db.load(M, items(300)).concurrency(20).signal(signal)
    assert.equal(getEventListeners(signal, 'abort'), [])
    await wait(10)
    process.off('warning', warn)
    assert.not(warnings.includes('MaxListenersExceededWarning'))
    assert.ok(client)
  }))

test('a hundred thousand builders leave the event loop free', async () => {
  const { db } = answering((_, name) => (name.startsWith('BatchGet') ? { Responses: { app: [] } } : {}))
  const all = items(100_000)
  const puts = all.map(item => db.put(M, item))
  const some = all.slice(0, 30_000)
  const gets = some.map(item => db.get(M, item))
  const delay = monitorEventLoopDelay({ resolution: 5 })
  delay.enable()
  await wait(20) // it notes what is between two ticks: there must be one before, and one behind
  assert.is((await db.batchWrite(puts)).length, 100_000)
  assert.is((await db.batchGet(gets)).length, 30_000)
  assert.is(await db.load(M, some), 30_000)
  await wait(20)
  delay.disable()
  // 50 ms on a machine of its own, and twice that on a busy one; the longest of all may be the garbage collector's.
  assert.ok(delay.percentile(99) < 500e6, `${delay.percentile(99) / 1e6} ms`)
})

test.run()
