import { Agent } from 'node:http'
import { trace } from '@opentelemetry/api'
import {
  type ConnectOptions,
  connect,
  createTable,
  InvalidModel,
  InvalidRequest,
  keyOf,
  layout,
  metered,
  model,
  models,
  t,
  withTable
} from 'keystorm'
import { deleteAll, getAll } from 'keystorm/bulk'
import { coalesced } from 'keystorm/coalesce'
import { toState } from 'keystorm/jsonata'
import { type LeanOptions, leanClient } from 'keystorm/lean'
import { leanClient as fetchClient, type LeanFetchOptions } from 'keystorm/lean/fetch'
import { modify } from 'keystorm/modify'
import { spans } from 'keystorm/otel'
import { connectWith, get } from 'keystorm/pick'
import { changes, consumer, fromExport } from 'keystorm/streams'
import { localTable, startLocalEngine } from 'keystorm/testing'
import { warnUnsent } from 'keystorm/unsent'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { errorFrom } from '../support/errors.ts'
import { idleClient } from '../support/idle.ts'

// What programs without types may give. Those with types may, too, where a variable has more than it should.

const Fruit = model('Fruit').pk('a').sk('b').fields({ n: t.int().optional() })
const key = { a: 'a', b: 'b' }
const { client } = idleClient()
const db = connect({ table: 'app', client })
const untyped = <T>(value: unknown): T => value as T

const refused: readonly [act: () => unknown, message: string][] = [
  [() => t.int(untyped({ digts: 6 })), 't.int(): takes { digits, padded }, but got "digts".'],
  [() => t.ttl(untyped(1)), 't.ttl(): takes { required }, but got 1.'],
  [() => t.ttl(untyped({ requird: true })), 't.ttl(): takes { required }, but got "requird".'],
  [
    () => connect(untyped({ onReqest() {} })),
    'connect(): takes { table, client, onRequest, clock }, but got "onReqest".'
  ],
  [() => connect(untyped('table')), 'connect(): takes { table, client, onRequest, clock }, but got "table".'],
  [() => connect(untyped(null)), 'connect(): takes { table, client, onRequest, clock }, but got null.'],
  [
    () => connectWith([get], untyped({ tabel: 'x' })),
    'connect(): takes { table, client, onRequest, clock }, but got "tabel".'
  ],
  [() => withTable('x', untyped({ clint: 1 }), () => 1), 'withTable(): takes { client }, but got "clint".'],
  [
    () => db.query(Fruit, untyped<typeof Fruit>({ limit: 1 })),
    'query(): takes a model, and was given an object (Object).'
  ],
  [
    () => db.scan(Fruit, untyped<typeof Fruit>({ limit: 1 })),
    'scan(): takes a model, and was given an object (Object).'
  ],
  [
    () => db.batchGet([]).retry(untyped({ attempt: 1 })),
    'batchGet(): retry(): takes { attempts, milliseconds }, but got "attempt".'
  ],
  [
    () => modify(db, Fruit, key, item => item).retry(untyped({ attempts: 1, wait: 1 })),
    'Fruit: retry(): takes { attempts }, but got "wait".'
  ],
  [
    () => metered(() => 1, untyped({ maxRequest: 1 })),
    'metered(): takes { maxRequests, maxReadUnits, maxWriteUnits }, but got "maxRequest".'
  ],
  [
    () => deleteAll(db.scan(Fruit)).perSecond(untyped({ writeUnit: 1 })),
    'deleteAll(): perSecond(): takes { writeUnits, readUnits }, but got "writeUnit".'
  ],
  [
    () => getAll(db, [1], () => db.get(Fruit, key), untyped({ concurency: 1 })).next(),
    'getAll(): takes { concurrency, signal }, but got "concurency".'
  ],
  [() => coalesced(db, untyped({ within: 1 })), 'coalesced(): takes { milliseconds }, but got "within".'],
  [() => modify(db, Fruit, key, untyped(3)), 'Fruit: modify() takes a function, but got 3.'],
  [() => modify(db, Fruit, key, item => item).along(untyped('x')), 'Fruit: along() takes a function, but got "x".'],
  [() => db.get(Fruit, key).label(''), 'label(): takes a text, but got an empty string.'],
  [() => keyOf(Fruit, untyped(undefined)), 'Fruit: keyOf() takes an object, but got nothing.'],
  [() => keyOf(Fruit, untyped('a')), 'Fruit: keyOf() takes an object, but got "a".'],
  [() => keyOf(Fruit, untyped(db.get(Fruit, key))), 'Fruit: keyOf() takes an object, but got an object (Get).'],
  [() => warnUnsent(db, untyped('x')), 'warnUnsent(): takes a function that is told, but got "x".'],
  [
    () => consumer(models({ Fruit }), { other() {} }, untyped<{ view?: 'NEW_IMAGE' }>({ concurency: 1 })),
    'consumer(): takes { view, concurrency, reserve, signal, partial, onError }, but got "concurency".'
  ],
  [
    () => changes(models({ Fruit }), { Records: [] }, untyped<{ view?: 'NEW_IMAGE' }>({ invald() {} })),
    'changes(): takes { view, invalid }, but got "invald".'
  ],
  [
    () => changes(models({ Fruit }), { Records: [] }, untyped<{ view?: 'NEW_IMAGE' }>({ invalid: 5 })),
    'changes(): invalid takes a function, but got 5.'
  ],
  [
    () => fromExport(models({ Fruit }), [], untyped<{ view?: 'NEW_IMAGE' }>({ onInvalid() {} })),
    'fromExport(): takes { view, invalid }, but got "onInvalid".'
  ],
  [
    () => createTable(db, Fruit, untyped<{ ifMissing?: boolean }>({ ifMising: true })),
    'createTable(): takes { ifMissing }, but got "ifMising".'
  ],
  [() => createTable(db, Fruit, untyped(true)), 'createTable(): takes { ifMissing }, but got true.'],
  [
    () => createTable(db, Fruit, { ifMissing: untyped('false') }),
    'createTable(): ifMissing takes true or false, but got "false".'
  ],
  [
    () => createTable(db, untyped<{ ifMissing: boolean }>({ ifMissing: null })),
    'createTable(): ifMissing takes true or false, but got null.'
  ],
  [() => t.ttl({ required: untyped('false') }), 't.ttl(): required takes true or false, but got "false".'],
  [() => t.string({ emptyInKeys: untyped('true') }), 't.string(): emptyInKeys takes true or false, but got "true".'],
  [() => t.int({ padded: untyped('false') }), 't.int(): padded takes true, false or a width, but got "false".'],
  [
    () => layout({ pk: 'pk', sk: 'sk', indexes: { byDate: { local: untyped('false'), sk: 'date' } } }),
    'layout(): index "byDate": local takes true or false, but got "false".'
  ],
  [
    () => toState(db.get(Fruit, key), untyped({ end: false })),
    "Fruit: toState() takes either { next: 'the next state' } or { end: true }."
  ],
  [() => localTable(untyped({ engin: 'x' }), () => 1), 'localTable(): takes { engine }, but got "engin".'],
  [
    () => deleteAll(db.scan(Fruit)).resume('x', untyped({ leftIsDone: true })),
    'deleteAll(): resume(): takes { isLeftDone }, but got "leftIsDone".'
  ],
  [
    () => deleteAll(db.scan(Fruit)).resume('x', { isLeftDone: untyped('no') }),
    'deleteAll(): resume(): isLeftDone takes true or false, but got "no".'
  ],
  [() => spans(untyped({ tracr: 1 })), 'spans(): takes { tracer }, but got "tracr".'],
  [() => startLocalEngine(untyped({ engin: 'x' })), 'startLocalEngine(): takes { engine }, but got "engin".'],
  [
    () => leanClient(untyped({ regoin: 'x' })),
    'leanClient(): takes { region, endpoint, useFipsEndpoint, useDualstackEndpoint, credentials, maxAttempts, connectionTimeout, requestTimeout, agent }, but got "regoin".'
  ],
  [
    () => fetchClient(untyped({ agent: 'x' })),
    'leanClient(): takes { region, endpoint, useFipsEndpoint, useDualstackEndpoint, credentials, maxAttempts, requestTimeout, fetch }, but got "agent".'
  ],
  ...(
    [
      ['region', 5, 'a text, but got 5'],
      ['endpoint', new URL('http://localhost:8000'), 'a text, but got an object (URL)'],
      ['useFipsEndpoint', 'no', 'true or false, but got "no"'],
      ['credentials', 'default', 'credentials or a function, but got "default"'],
      ['maxAttempts', 0, 'a number from 1 on, but got 0'],
      ['maxAttempts', Number.NaN, 'a number from 1 on, but got NaN'],
      ['requestTimeout', '250', 'a number of milliseconds, but got "250"'],
      ['connectionTimeout', -1, 'a number of milliseconds, but got -1'],
      ['agent', 5, 'an agent of node:http, but got 5']
    ] as const
  ).map(
    ([name, value, takes]) =>
      [() => leanClient(untyped({ [name]: value })), `leanClient(): ${name} takes ${takes}.`] as [() => unknown, string]
  ),
  [() => fetchClient(untyped({ fetch: {} })), 'leanClient(): fetch takes a function, but got an object (Object).']
]

for (const [act, message] of refused)
  test(message, async () => {
    const error = await errorFrom(act)
    assert.ok(error instanceof InvalidRequest || error instanceof InvalidModel)
    assert.is(error.message, message)
  })

test('every option that there is is taken', () => {
  const own: Required<ConnectOptions> = { table: 'a', client, onRequest() {}, clock: () => new Date() }
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' }
  const ends = { region: 'r', endpoint: 'http://localhost', useFipsEndpoint: false, useDualstackEndpoint: false }
  const both = { ...ends, credentials, maxAttempts: 1, requestTimeout: 1 }
  const node: Required<LeanOptions> = { ...both, connectionTimeout: 1, agent: new Agent() }
  const web: Required<LeanFetchOptions> = { ...both, fetch }
  connect(own)
  leanClient(node)
  fetchClient(web)
  spans({ tracer: trace.getTracer('own') })
  db.batchGet([]).retry({ attempts: 1, milliseconds: 1 })
  t.int({ digits: 3 })
  connect(Object.create({ inherited: true }))
})

test.run()
