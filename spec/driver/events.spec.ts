/** What connect({ onRequest }) tells of each request, of both clients, and that it harms none. */
import { AsyncLocalStorage } from 'node:async_hooks'
import { setTimeout as delay, setImmediate as turn } from 'node:timers/promises'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import {
  type Client,
  checkTable,
  connect,
  createTable,
  InvalidRequest,
  ItemExists,
  metered,
  model,
  type OnRequest,
  type RequestEvent,
  type Sender,
  t,
  withTable
} from 'keystorm'
import { localTable } from 'keystorm/testing'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type Answer, refusal, serving } from '../lean/service.ts'
import { lacks } from '../support/engine.ts'
import { errorFrom } from '../support/errors.ts'

const Fruit = model('Fruit')
  .pk('farm')
  .suffix('Farm')
  .sk('N#number')
  .gsi1('colour')
  .fields({ number: t.int({ digits: 4 }), colour: t.string().optional(), note: t.string().optional() })
const Tool = model('Tool').pk('farm').suffix('Farm').sk('T#tool').fields({ price: t.number() })

const key = { farm: 'hill', number: 1 }

/** A handler, and the events it was told of; none is left behind `settled()`. */
const recorder = () => {
  const events: RequestEvent[] = []
  const onRequest: OnRequest = event => {
    events.push(event)
  }
  const settled = async () => {
    await turn() // which comes after those that tell of what was sent
    return events.splice(0)
  }
  return { onRequest, settled, events }
}

/** Runs what holds for both clients with each of them, against a service whose answers are made up. */
const withEach = async (
  answers: readonly Answer[],
  use: (client: Client, kind: 'sdk' | 'lean') => Promise<void>
): Promise<void> => {
  const answer = (_: unknown, count: number) => answers[count - 1] ?? answers.at(-1) ?? {}
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
  await serving(answer, ({ client }) => use(client, 'lean'))
  await serving(answer, async ({ endpoint }) => {
    const client = new DynamoDBClient({ endpoint, region: 'us-east-1', credentials })
    await use(client, 'sdk').finally(() => client.destroy())
  })
}

const body = {
  Item: {
    PK: { S: 'F#hill#Farm' },
    SK: { S: 'N#0001' },
    farm: { S: 'hill' },
    number: { N: '1' },
    note: { S: 'secret' }
  },
  ConsumedCapacity: { TableName: 'app', CapacityUnits: 0.5, Table: { CapacityUnits: 0.5 } }
}
const faulty: Answer = { status: 500, body: { __type: 'InternalServerError', message: 'a fault' } }

test('an event says what was sent for whom, how long it took and what it cost', () =>
  withEach([{ body }], async (client, kind) => {
    const { onRequest, settled } = recorder()
    const before = Date.now()
    await connect({ table: 'app', client, onRequest }).get(Fruit, key).label('checkout')
    const [event, ...others] = await settled()
    assert.ok(event && others.length === 0)
    const { startedAt, milliseconds, bytesSent, bytesReceived, values, ...rest } = event
    assert.equal(rest, {
      operation: 'GetItem',
      verb: 'get',
      models: ['Fruit'],
      table: 'app',
      index: undefined,
      label: 'checkout',
      isRetry: false,
      attempts: 1,
      itemsRead: 1,
      itemsReturned: 1,
      readUnits: 0.5,
      writeUnits: 0,
      tables: { app: { readUnits: 0.5, writeUnits: 0, indexes: {} } },
      error: undefined
    })
    assert.ok(startedAt >= before && startedAt <= Date.now())
    assert.ok(milliseconds > 0 && milliseconds < 5_000)
    const isKnown = kind === 'lean' ? bytesSent > 50 && bytesSent < 300 : Number.isNaN(bytesSent + bytesReceived)
    assert.ok(isKnown, `${bytesSent} bytes were sent`)
  }))

test('the sizes of bodies are those on the wire', async () => {
  const text = JSON.stringify(body)
  const headers = { 'content-length': `${text.length}` }
  await withEach([faulty, { body: text, headers }], async (client, kind) => {
    if (kind === 'sdk') return
    const { onRequest, settled } = recorder()
    await connect({ table: 'app', client, onRequest }).get(Fruit, key)
    assert.is((await settled())[0]?.bytesReceived, text.length + JSON.stringify(faulty.body).length)
  })
})

test("a client's own retries are attempts of one request", () =>
  withEach([faulty, faulty, { body }], async client => {
    const { onRequest, settled } = recorder()
    await connect({ table: 'app', client, onRequest }).get(Fruit, key)
    assert.equal(
      (await settled()).map(({ attempts, isRetry, error }) => [attempts, isRetry, error]),
      [[3, false, undefined]]
    )
  }))

test('an event has no values unless it is asked for them', () =>
  withEach([{ body }, refusal('ConditionalCheckFailedException', 400, { Item: body.Item })], async client => {
    const { onRequest, settled } = recorder()
    const db = connect({ table: 'app', client, onRequest })
    await db.get(Fruit, key)
    await errorFrom(() => db.create(Fruit, { ...key, note: 'secret' }).if({ note: 'secret' }))
    const [read, written] = await settled()
    assert.not.match(JSON.stringify([read, written]), /secret|hill/)
    assert.is(written?.error, 'ConditionalCheckFailedException')
    assert.equal(read?.values().output?.$metadata.httpStatusCode, 200)
    assert.match(JSON.stringify(read?.values()), /secret/)
    assert.match(JSON.stringify(written?.values()), /secret/)
    assert.instance(written?.values().error, Error)
  }))

test('a handler that throws or rejects harms nothing, and is a warning once', () =>
  withEach([{ body }], async client => {
    const warnings: string[] = []
    const listener = ({ message }: Error) => warnings.push(message)
    process.on('warning', listener)
    const handlers = [
      () => {
        throw new Error('the log is full')
      },
      async () => {
        throw new Error('the log is full')
      },
      () => {
        throw Object.create(null)
      }
    ]
    try {
      for (const onRequest of handlers) {
        const db = connect({ table: 'app', client, onRequest })
        for (let i = 0; i < 3; i++) assert.ok(await db.get(Fruit, key))
        await delay(5)
      }
    } finally {
      process.off('warning', listener)
    }
    assert.is(warnings.length, handlers.length, warnings.join('\n'))
    assert.ok(warnings.every(warning => warning.startsWith('onRequest threw ')))
    assert.match(warnings[0] ?? '', /the log is full/)
  }))

test('whoever awaits the request has its answer before the handler runs, and never waits for it', () =>
  withEach([{ body }], async client => {
    const order: string[] = []
    const onRequest = () => {
      order.push('event')
      return new Promise(() => {}) // never done
    }
    const db = connect({ table: 'app', client, onRequest })
    await db.get(Fruit, key)
    order.push('answer')
    await turn()
    assert.equal(order, ['answer', 'event'])
  }))

test('a handler runs in the asynchronous context of whoever sent the request', () =>
  withEach([{ body }], async client => {
    const storage = new AsyncLocalStorage<string>()
    const seen: (string | undefined)[] = []
    const db = connect({ table: 'app', client, onRequest: () => seen.push(storage.getStore()) })
    const get = db.get(Fruit, key)
    await Promise.all(['a', 'b', 'c'].map(name => storage.run(name, async () => await get)))
    await turn()
    assert.equal(seen.sort(), ['a', 'b', 'c'])
  }))

test('what a handler sends is neither counted by metered() nor ended by its budget', () =>
  withEach([{ body }], async client => {
    const { onRequest, settled } = recorder()
    const inner: unknown[] = []
    const db = connect({
      table: 'app',
      client,
      onRequest: async event => {
        onRequest(event)
        if (event.label !== 'inner') inner.push(await db.get(Fruit, key).label('inner'))
      }
    })
    const { usage } = await metered(
      async () => {
        for (let i = 0; i < 3; i++) {
          await db.get(Fruit, key)
          for (let tries = 0; inner.length <= i && tries < 200; tries++) await delay(1)
        }
      },
      { maxRequests: 3, maxReadUnits: 1.5 }
    )
    assert.equal([usage.requests, usage.readUnits, inner.length], [3, 1.5, 3])
    const { usage: nested } = await metered(() => metered(() => db.get(Fruit, key)))
    assert.is(nested.requests, 1)
    assert.is((await settled()).length, 7)
  }))

test('what is not sent makes no event', async () => {
  const { onRequest, settled } = recorder()
  const sender = { request: async () => ({ $metadata: {} }) as never }
  const db = connect({ table: 'app', client: sender, onRequest })
  await errorFrom(() => db.get(Fruit, key).signal(AbortSignal.abort()))
  await errorFrom(() => metered(() => db.get(Fruit, key), { maxRequests: 0 }))
  await errorFrom(() => connect({ client: sender, onRequest }).get(Fruit, key))
  assert.equal(await settled(), [])
})

test('a label is a text, and a handler a function', () => {
  for (const none of ['console', null, 0])
    assert.throws(() => connect({ onRequest: none as unknown as OnRequest }), /onRequest takes a function/)
  const db = connect({ table: 'app' })
  for (const label of [5, undefined, null, {}])
    for (const builder of [db.get(Fruit, key), db.query(Fruit), db.batchGet(), db.check(Fruit, key)])
      assert.throws(
        () => builder.label(label as string),
        (error: unknown) => error instanceof InvalidRequest
      )
})

test('each builder takes a label and stays what it is; the table of withTable is that of the event', async () => {
  const { onRequest, settled } = recorder()
  const output = { Items: [], Responses: { other: [] }, Table: {} }
  const sender = { request: async () => ({ $metadata: {}, ...output }) as never }
  const db = connect({ table: 'app', client: sender, onRequest })
  await withTable('other', async () => {
    await db.put(Fruit, key).label('a')
    await db.create(Fruit, key).label('b').if({ note: 'x' })
    await db.update(Fruit, key).label('c').set({ note: 'x' })
    await db.delete(Fruit, key).label('d').if({ note: 'x' })
    await db.check(Fruit, key).label('e').if({ note: 'x' })
    await db.query(Fruit).label('f').where({ farm: 'hill' }).pageSize(3).page()
    await db.query(Fruit).where({ colour: 'red' }).onGsi1().label('g').count()
    await db.query(Fruit, Tool).label('h').where({ farm: 'hill' }).limit(3)
    await db.scan(Tool).label('i').limit(3).first()
    await db
      .batchGet(db.get(Fruit, key), db.get(Tool, { farm: 'a', tool: 'b' }))
      .label('j')
      .concurrency(2)
    await db
      .batchWrite(db.put(Fruit, key), db.delete(Tool, { farm: 'a', tool: 'b' }))
      .label('k')
      .concurrency(2)
    await db.load(Fruit, [key]).label('l').concurrency(2)
    await db
      .transact(db.put(Fruit, key).label('not this'), db.delete(Tool, { farm: 'a', tool: 'b' }))
      .label('m')
      .token('t')
    await errorFrom(() => db.move(Fruit, key, { number: 2 }).label('n'))
    await checkTable(db)
  })
  const events = await settled()
  assert.equal(
    events.map(({ label, verb, operation, models }) => [label, verb, operation, models.join()]),
    [
      ['a', 'put', 'PutItem', 'Fruit'],
      ['b', 'create', 'PutItem', 'Fruit'],
      ['c', 'update', 'UpdateItem', 'Fruit'],
      ['d', 'delete', 'DeleteItem', 'Fruit'],
      ['e', 'check', 'TransactWriteItems', 'Fruit'],
      ['f', 'query', 'Query', 'Fruit'],
      ['g', 'query', 'Query', 'Fruit'],
      ['h', 'query', 'Query', 'Fruit,Tool'],
      ['i', 'scan', 'Scan', 'Tool'],
      ['j', 'batchGet', 'BatchGetItem', 'Fruit,Tool'],
      ['k', 'batchWrite', 'BatchWriteItem', 'Fruit,Tool'],
      ['l', 'load', 'BatchWriteItem', 'Fruit'],
      ['m', 'transact', 'TransactWriteItems', 'Fruit,Tool'],
      ['n', 'move', 'GetItem', 'Fruit'],
      [undefined, 'checkTable', 'DescribeTable', '']
    ]
  )
  assert.ok(events.every(({ table }) => table === 'other'))
  assert.equal(
    events.filter(({ index }) => index !== undefined).map(({ label, index }) => [label, index]),
    [['g', 'GSI1']]
  )
})

test("the engine's pages, batches and errors are an event each, with their units", () =>
  localTable(async ({ client, table }) => {
    const { onRequest, settled } = recorder()
    const db = connect({ client, table, onRequest })
    const fruits = Array.from({ length: 30 }, (_, number) => ({ farm: 'hill', number, colour: 'red' }))
    const { usage } = await metered(async () => {
      await db.load(Fruit, fruits)
      await db.query(Fruit).where({ farm: 'hill' }).pageSize(12)
      await db.query(Fruit).where({ colour: 'red' }).onGsi1().filter({ note: 'x' })
      await db.batchGet(fruits.map(fruit => db.get(Fruit, fruit)))
      assert.instance(await errorFrom(() => db.create(Fruit, key)), ItemExists)
    })
    const events = await settled()
    assert.equal(
      events.map(({ verb, itemsReturned }) => [verb, itemsReturned]).sort(),
      [
        ['batchGet', 30],
        ['create', 0],
        ['load', 0],
        ['load', 0],
        ['query', 12],
        ['query', 12],
        ['query', 6],
        ['query', 0]
      ].sort()
    )
    const sum = (of: (event: RequestEvent) => number) => events.reduce((all, event) => all + of(event), 0)
    assert.is(
      sum(({ readUnits }) => readUnits),
      usage.readUnits
    )
    assert.is(
      sum(({ writeUnits }) => writeUnits),
      usage.writeUnits
    )
    assert.is(
      sum(({ itemsRead }) => itemsRead),
      usage.itemsRead
    )
    assert.is(
      sum(({ attempts }) => attempts),
      usage.requests
    )
    const onIndex = events.find(({ index }) => index === 'GSI1')
    assert.is(onIndex?.itemsRead, 30)
    assert.ok((onIndex?.tables[table]?.indexes.GSI1?.readUnits ?? 0) > 0)
    assert.is(events.at(-1)?.error, 'ConditionalCheckFailedException')
  }))

const whereTransactions = lacks('transactions') ? test.skip : test

whereTransactions('a transaction, and each request of a move, is an event', () =>
  localTable(async ({ client, table }) => {
    const { onRequest, settled } = recorder()
    const db = connect({ client, table, onRequest })
    await db.transact(db.put(Fruit, key), db.create(Tool, { farm: 'hill', tool: 'saw', price: 3 })).label('both')
    await db.transact(db.get(Fruit, key), db.get(Tool, { farm: 'hill', tool: 'saw' }))
    await db.move(Fruit, key, { number: 2 })
    const [written, read, ...moved] = await settled()
    assert.equal(
      [written?.label, written?.models, written?.operation],
      ['both', ['Fruit', 'Tool'], 'TransactWriteItems']
    )
    assert.ok((written?.writeUnits ?? 0) >= 2)
    assert.equal([read?.itemsReturned, read?.models], [2, ['Fruit', 'Tool']])
    assert.equal(
      moved.map(({ verb, operation }) => [verb, operation]),
      [
        ['move', 'GetItem'],
        ['move', 'TransactWriteItems']
      ]
    )
  })
)

test('a service that says null for what is not there harms no request by that', async () => {
  const nothing = { Item: null, Items: null, Responses: null, ConsumedCapacity: null, UnprocessedKeys: null }
  const client: Sender = { request: async () => nothing as never } // as some services answer that speak as DynamoDB does
  const { onRequest, settled } = recorder()
  const db = connect({ client, table: 'app', onRequest })
  const { result, usage } = await metered(() => db.get(Fruit, key))
  assert.is(result, undefined)
  assert.equal(await db.query(Fruit).where({ farm: 'hill' }), [])
  assert.is(usage.itemsRead, 0)
  assert.equal(
    (await settled()).map(({ itemsReturned, readUnits, error }) => [itemsReturned, readUnits, error]),
    [
      [0, 0, undefined],
      [0, 0, undefined]
    ]
  )
  const listed: Sender = { request: async () => ({ ...nothing, ConsumedCapacity: [null] }) as never }
  const { usage: none } = await metered(() => connect({ client: listed, table: 'app' }).get(Fruit, key))
  assert.equal(none.tables, {})
})

test('what createTable() sends is told as its own', () =>
  localTable(async ({ client, table }) => {
    const { onRequest, settled } = recorder()
    await createTable(connect({ client, table, onRequest }), { ifMissing: true })
    const events = await settled()
    assert.ok(events.length >= 2 && events.every(({ verb }) => verb === 'createTable'))
    assert.is(events[0]?.error, 'ResourceInUseException')
  }))

test.run()
