/** What a client of somebody's own may reject with, resolve to and count: each is told as what it is, and nothing is taken for done. */
import { setImmediate as turn } from 'node:timers/promises'
import { SpanStatusCode } from '@opentelemetry/api'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import {
  BatchIncomplete,
  ConditionFailed,
  checkTable,
  connect,
  createTable,
  type Db,
  exists,
  InvalidResponse,
  ItemNotFound,
  metered,
  model,
  plus,
  type RequestEvent,
  type Sender,
  TransactionCancelled,
  t,
  UndecodableItem
} from 'keystorm'
import { deleteAll, updateAll } from 'keystorm/bulk'
import { coalesced } from 'keystorm/coalesce'
import { modify } from 'keystorm/modify'
import { spans } from 'keystorm/otel'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { isTransient } from '../../lib/driver/transient.ts'
import { wordsOf } from '../../lib/errors.ts'

const Fruit = model('Fruit')
  .pk('farm')
  .sk('N#number')
  .fields({ number: t.int(), weight: t.number().default(0) })
const key = { farm: 'hill', number: 1 }
const fruit = { ...key, weight: 3 }
const hill = { farm: 'hill' }

type Way = (db: Db) => PromiseLike<unknown>

const reads: Readonly<Record<string, Way>> = {
  get: db => db.get(Fruit, key),
  query: db => db.query(Fruit).where(hill),
  count: db => db.query(Fruit).where(hill).count(),
  page: db => db.query(Fruit).where(hill).page(),
  scan: db => db.scan(Fruit),
  batchGet: db => db.batchGet(db.get(Fruit, key)),
  transactGet: db => db.transact(db.get(Fruit, key)),
  coalesced: async db => {
    const together = coalesced(db)
    await Promise.all([together.get(Fruit, key), together.get(Fruit, { ...key, number: 2 })])
  },
  move: db => db.move(Fruit, key, { number: 3 }),
  modify: db => modify(db, Fruit, key, found => ({ ...found, weight: 9 })),
  deleteAll: db => deleteAll(db.query(Fruit).where(hill)),
  updateAll: db => updateAll(db.query(Fruit).where(hill), found => found.set({ weight: plus(1) })),
  checkTable: db => checkTable(db)
}
const writes: Readonly<Record<string, Way>> = {
  put: db => db.put(Fruit, fruit),
  create: db => db.create(Fruit, fruit),
  update: db => db.update(Fruit, key).set({ weight: 5 }),
  delete: db => db.delete(Fruit, key),
  batchWrite: db => db.batchWrite(db.put(Fruit, fruit)),
  load: db => db.load(Fruit, [fruit]),
  transact: db => db.transact(db.put(Fruit, fruit)),
  check: db => db.check(Fruit, key).if({ weight: 3 }),
  createTable: db => createTable(db)
}

/** What was thrown, whatever it is, in a list of one; an empty list where nothing was. */
const thrownBy = async (act: () => PromiseLike<unknown>): Promise<unknown[]> => {
  try {
    await act()
    return []
  } catch (error) {
    return [error]
  }
}

const exporter = new InMemorySpanExporter()
const tracer = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }).getTracer('spec')

/** What is told of the requests of one way, by events and by spans. */
const told = async (request: Sender['request'], way: Way) => {
  const events: RequestEvent[] = []
  const client: Sender = { request }
  const thrown = await thrownBy(() =>
    way(connect({ table: 'app', client, onRequest: event => void events.push(event) }))
  )
  await thrownBy(() => way(connect({ table: 'app', client, onRequest: spans({ tracer }) })))
  await turn()
  const found = exporter.getFinishedSpans()
  exporter.reset()
  return { thrown, events, spans: found }
}

const named = (name: unknown) => Object.defineProperty(new Error('no'), 'name', { value: name })
const unreadable = (...names: string[]) => {
  const error = new Error('no')
  for (const name of names)
    Object.defineProperty(error, name, {
      get: () => {
        throw new RangeError('not to be read')
      }
    })
  return error
}
const rejections: readonly [what: string, reason: unknown, name: string][] = [
  ['no name', named(undefined), 'Error'],
  ['null for a name', named(null), 'Error'],
  ['a symbol for a name', named(Symbol('x')), 'Error'],
  ['a number for a name', named(5), 'Error'],
  ['an object for a name', named(Object.create(null)), 'Error'],
  ['an empty name', named(''), 'Error'],
  ['a name of two lines', named('Two\nLines'), 'Two\\u000aLines'],
  ['a name that cannot be read', unreadable('name'), 'Error'],
  [
    'nothing that can be read',
    unreadable('name', 'message', 'code', '$metadata', 'Item', 'CancellationReasons'),
    'Error'
  ],
  ['nothing', undefined, 'Error'],
  ['null', null, 'Error'],
  ['text', 'hill', 'Error'],
  ['an object', { name: 'hill', message: 'hill' }, 'Error']
]
for (const [what, reason, name] of rejections)
  test(`a request that fails is told as one that fails, and the caller has what was thrown: ${what}`, async () => {
    assert.is(isTransient(reason), false)
    assert.type(wordsOf(reason), 'string')
    const fails = async () => {
      throw reason
    }
    for (const way of [reads.get, reads.query, writes.put, writes.batchWrite, writes.transact] as Way[]) {
      const { thrown, events, spans } = await told(fails, way)
      assert.ok(thrown.length === 1 && Object.is(thrown[0], reason))
      assert.equal(
        events.map(({ error }) => error),
        [name]
      )
      assert.equal(
        spans.map(({ status, attributes }) => [status.code, status.message, attributes['error.type']]),
        [[SpanStatusCode.ERROR, name, name]]
      )
      assert.not.match(JSON.stringify([events, spans.map(({ attributes }) => attributes)]), /hill/)
    }
    // What had been done is known all the same, and what was not.
    let count = 0
    const second: Sender = {
      request: async () => {
        if (count++ > 0) throw reason
        return { UnprocessedItems: {} } as never // of a BatchWriteItem
      }
    }
    const db = connect({ table: 'app', client: second })
    const puts = Array.from({ length: 30 }, (_, number) => db.put(Fruit, { farm: 'hill', number }))
    const [error] = await thrownBy(() => db.batchWrite(puts).concurrency(1))
    assert.ok(error instanceof BatchIncomplete && error.left.length === 5)
    assert.ok(Object.is(error.cause, reason))
  })

const answers: readonly [what: string, output: unknown][] = [
  ['nothing', undefined],
  ['null', null],
  ['a number', 5],
  ['text', '{}'],
  ['a list', []],
  ['a function', () => {}],
  ['an error', new Error('no')],
  ['what fetch() gives', new Response('{}')]
]
for (const [what, output] of answers)
  test(`what is no output is neither done nor not found: ${what}`, async () => {
    for (const [name, way] of Object.entries({ ...reads, ...writes })) {
      const { thrown, events, spans } = await told(async () => output as never, way)
      const [error] = thrown
      assert.instance(error, InvalidResponse, `${name}: ${error}`)
      const { message } = error as InvalidResponse
      assert.match(
        message,
        /^\w+: the answer cannot be understood, because it is .*: look at the client of connect\(\)\./
      )
      assert.is(message.endsWith('It may have been carried out.'), name in writes, message)
      assert.ok(events.length > 0 && events.every(({ error }) => error === 'InvalidResponse'), name)
      assert.ok(spans.length > 0 && spans.every(({ status }) => status.message === 'InvalidResponse'), name)
      const client: Sender = { request: async () => output as never }
      const [again] = await thrownBy(() => metered(async () => await way(connect({ table: 'app', client }))))
      assert.instance(again, InvalidResponse)
    }
  })

const row = { PK: { S: 'F#hill#Fruit' }, SK: { S: 'N#1' }, farm: { S: 'hill' }, number: { N: '1' } }
const parts: readonly [output: object, ways: readonly (Way | undefined)[], message: RegExp][] = [
  [{ Item: 5 }, [reads.get, reads.move], /^GetItem: .*, because an item is 5: look at the client of connect\(\)\.$/],
  [{ Item: { ...row, weight: 3 } }, [reads.get, reads.modify], /because weight is 3: look at the client/],
  [{ Item: { ...row, weight: null } }, [reads.get], /because weight is null/],
  [{ Items: {} }, [reads.query, reads.scan, reads.count], /because Items is an object \(Object\)/],
  [{ Items: 'ab' }, [reads.query, reads.page, reads.deleteAll], /because Items is "ab"/],
  [{ Items: [null] }, [reads.query, reads.updateAll], /because an item is null/],
  [{ Items: [fruit] }, [reads.query, reads.deleteAll], /because farm is "hill"/],
  [{ Items: [], LastEvaluatedKey: 5 }, [reads.query], /because its LastEvaluatedKey is no key\.$/],
  [{ Responses: { app: [] }, UnprocessedKeys: 5 }, [reads.batchGet], /it has no list for the table\.$/],
  [{ Responses: { app: [{ ...row, weight: null }] } }, [reads.batchGet, reads.coalesced], /because weight is null/],
  [
    { Responses: [{ Item: { ...row, weight: null } }] },
    [reads.transactGet],
    /^TransactGetItems: .* because weight is null/
  ],
  [{ Responses: [{ Item: 5 }] }, [reads.transactGet], /because an item is 5/],
  [
    { UnprocessedItems: true },
    [writes.batchWrite, writes.load],
    /it has no list for the table\. It may have been carried out\.$/
  ],
  [{ Attributes: 'x' }, [writes.put, writes.update], /because an item is "x".* It may have been carried out\.$/],
  [{}, [reads.checkTable, writes.createTable], /^DescribeTable: .* because its Table is nothing\.$/]
]
for (const [output, ways, message] of parts)
  test(`an output is looked at before it is taken for one: ${JSON.stringify(output)}`, async () => {
    for (const way of ways as readonly Way[]) {
      const { thrown } = await told(async () => output as never, way)
      assert.instance(thrown[0], InvalidResponse)
      assert.match((thrown[0] as InvalidResponse).message, message)
    }
  })

test('null behind the first of many rows is told where its row is read', async () => {
  const Items = [row, { ...row, SK: { S: 'N#0000000000000002' }, number: { N: '2' }, weight: null }]
  const db = connect({ table: 'app', client: { request: async () => ({ Items }) as never } })
  const [thrown] = await thrownBy(() => db.query(Fruit).where(hill))
  assert.instance(thrown, UndecodableItem)
  assert.match((thrown as UndecodableItem).message, 'weight: a stored value was expected, but there is null')
})

const Box = model('Box')
  .pk('id')
  .sk('#id')
  .fields({
    map: t.map({ in: t.string().optional(), deep: t.map({ in: t.int() }).optional() }).optional(),
    list: t.list(t.string()).optional(),
    maps: t.list(t.map({ in: t.int() })).optional(),
    record: t.record(t.boolean()).optional(),
    json: t.json().optional(),
    any: t.type<unknown>().optional()
  })
const box = { PK: { S: 'I#a#Box' }, SK: { S: 'a' }, id: { S: 'a' } }
const inside: readonly [attribute: object, at: string, is?: string][] = [
  [{ map: { M: { in: null } } }, 'map.in'],
  [{ map: { M: { deep: { M: { in: null } } } } }, 'map.deep.in'],
  [{ map: { M: { deep: null } } }, 'map.deep'],
  [{ list: { L: [{ S: 'x' }, null] } }, 'list[1]'],
  [{ list: { L: [{ S: 'x' }, undefined] } }, 'list[1]', 'nothing'],
  [{ maps: { L: [{ M: { in: null } }] } }, 'maps[0].in'],
  [{ record: { M: { x: null } } }, 'record.x'],
  [{ json: { M: { x: { L: [null] } } } }, 'json.x[0]'],
  [{ any: { L: [{ M: { x: undefined } }] } }, 'any[0].x', 'nothing']
]
for (const [attribute, at, is = 'null'] of inside)
  test(`a value that lacks one inside is told with its place: ${is} at ${at}`, async () => {
    const Item = { ...box, ...attribute }
    for (const [output, way] of [
      [{ Item }, db => db.get(Box, { id: 'a' })],
      [{ Items: [box, Item] }, db => db.query(Box).where({ id: 'a' })],
      [
        { Items: [Item] },
        db => db.scan(Box).filter({ json: exists() }).only('id', 'map', 'list', 'maps', 'record', 'json', 'any')
      ],
      [{ Attributes: Item }, db => db.put(Box, { id: 'a' }).returning('old')],
      [{ Attributes: Item }, db => db.update(Box, { id: 'a' }).set({ json: 1 }).returning('changed')]
    ] as readonly [object, Way][]) {
      const { thrown } = await told(async () => output as never, way)
      assert.instance(thrown[0], UndecodableItem)
      const { message } = thrown[0] as UndecodableItem
      assert.ok(message.endsWith(`does not fit: ${at}: a stored value was expected, but there is ${is}.`), message)
    }
  })

test('sizes of bodies that are not all known are not known', async () => {
  const sums: readonly [sizes: readonly (readonly [unknown, unknown])[], sent: number, received: number][] = [
    [
      [
        [10, 5],
        [10, 20]
      ],
      20,
      25
    ],
    [[[0, 0]], 0, 0],
    [[], Number.NaN, Number.NaN],
    [
      [
        [10, Number.NaN],
        [10, 20]
      ],
      20,
      Number.NaN
    ],
    [
      [
        [Number.NaN, 1],
        [10, 20]
      ],
      Number.NaN,
      21
    ],
    [
      [
        [10, 20],
        [-1, Number.POSITIVE_INFINITY]
      ],
      Number.NaN,
      Number.NaN
    ],
    [
      [
        [10, 20],
        ['10', undefined]
      ],
      Number.NaN,
      Number.NaN
    ],
    [[[10n, {}]], Number.NaN, Number.NaN]
  ]
  for (const [sizes, bytesSent, bytesReceived] of sums) {
    const { events, spans } = await told(async (_, __, options) => {
      for (const [sent, received] of sizes) options?.onBytes?.(sent as number, received as number)
      return {} as never // an output of whatever operation
    }, writes.put as Way)
    assert.equal(
      events.map(event => [event.bytesSent, event.bytesReceived]),
      [[bytesSent, bytesReceived]]
    )
    const known = (bytes: number) => (Number.isNaN(bytes) ? undefined : bytes)
    assert.equal(
      spans.map(({ attributes }) => [attributes['keystorm.bytes_sent'], attributes['keystorm.bytes_received']]),
      [[known(bytesSent), known(bytesReceived)]]
    )
  }
})

const answering = (answer: unknown): Db => connect({ table: 'table', client: { request: async () => answer as never } }) // an output of whatever operation
const refusing = (more: object): Db => {
  const request = () => Promise.reject(Object.assign(new Error('cancelled'), more))
  return connect({ table: 'table', client: { request } })
}

test('an item that is null is no item, for every verb that reads one first', async () => {
  const none = answering({ Item: null })
  assert.is(await none.get(Fruit, key), undefined)
  for (const verb of ['move', 'modify'] as const) {
    const [error] = await thrownBy(() => (reads[verb] as Way)(none))
    assert.instance(error, ItemNotFound, verb)
  }
  for (const Item of [null, []]) {
    const odd = connect({ table: 'table', client: { request: async () => ({ Item, Responses: [{ Item }] }) as never } }) // of a get or a transaction
    assert.equal([await odd.get(Fruit, key), ...(await odd.transact(odd.get(Fruit, key)))], [undefined, undefined])
  }
  const [error] = await thrownBy(() => none.transact(none.move(Fruit, key, { number: 3 })))
  assert.instance(error, TransactionCancelled)
  const refused = refusing({ name: 'ConditionalCheckFailedException', Item: null })
  const [failed] = await thrownBy(() => refused.put(Fruit, fruit).if({ weight: 3 }))
  assert.instance(failed, ConditionFailed)
})

test('an empty key ends a read, and is not read after again and again', async () => {
  const row = { PK: { S: 'F#hill#Fruit' }, SK: { S: 'N#0000000000000001' } }
  const db = answering({ Items: [row], LastEvaluatedKey: {} })
  assert.equal(await db.query(Fruit).where(hill), [{ ...key, weight: 0 }])
  assert.is(await db.scan(Fruit).count(), 1)
  assert.is((await db.query(Fruit).where(hill).page()).cursor, undefined)
})

test('reasons that are none cancel a transaction all the same', async () => {
  for (const CancellationReasons of [
    undefined,
    null,
    'x',
    [null, null],
    [{ Code: 'ConditionalCheckFailed', Item: null }, 5]
  ]) {
    const db = refusing({ name: 'TransactionCanceledException', CancellationReasons })
    for (const act of [
      () => db.transact(db.get(Fruit, key)),
      () => db.transact(db.put(Fruit, fruit).if({ weight: 3 }), db.delete(Fruit, { ...key, number: 2 }))
    ]) {
      const [error] = await thrownBy(act)
      assert.instance(error, TransactionCancelled, JSON.stringify(CancellationReasons))
    }
  }
})

test.run()
