/** Spans of requests, as OpenTelemetry's own in-memory exporter gets them. */
import { AsyncLocalStorage } from 'node:async_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import {
  type Context,
  type ContextManager,
  context,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace
} from '@opentelemetry/api'
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
  type SpanExporter
} from '@opentelemetry/sdk-trace-base'
import { connect, model, type Sender, t } from 'keystorm'
import { spans } from 'keystorm/otel'
import { localTable } from 'keystorm/testing'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { lacks } from '../support/engine.ts'
import { errorFrom } from '../support/errors.ts'

const Fruit = model('Fruit')
  .pk('farm')
  .sk('N#number')
  .gsi1('colour')
  .fields({ number: t.int({ digits: 4 }), colour: t.string().optional() })
const key = { farm: 'secret-hill', number: 1 }

/** The context of asynchronous tasks, as the package @opentelemetry/context-async-hooks keeps it. */
class Contexts implements ContextManager {
  readonly #storage = new AsyncLocalStorage<Context>()
  active(): Context {
    return this.#storage.getStore() ?? ROOT_CONTEXT
  }
  with<A extends unknown[], F extends (...args: A) => ReturnType<F>>(
    active: Context,
    fn: F,
    self?: ThisParameterType<F>,
    ...args: A
  ): ReturnType<F> {
    return this.#storage.run(active, () => fn.apply(self, args))
  }
  bind<T>(_: Context, target: T): T {
    return target
  }
  enable(): this {
    return this
  }
  disable(): this {
    return this
  }
}

const exporter = new InMemorySpanExporter()
const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] })
context.setGlobalContextManager(new Contexts())
trace.setGlobalTracerProvider(provider)

const finished = async () => {
  await delay(2)
  const found = exporter.getFinishedSpans()
  exporter.reset()
  return found
}

test('a request is a span, whose name and attributes are those of the conventions', () =>
  localTable(async ({ client, table }) => {
    const db = connect({ client, table, onRequest: spans() })
    await db.load(
      Fruit,
      [1, 2, 3].map(number => ({ ...key, number, colour: 'red' }))
    )
    await db.query(Fruit).where({ colour: 'red' }).onGsi1().reverse().limit(2).label('checkout')
    const [loaded, queried, ...others] = await finished()
    assert.ok(loaded && queried && others.length === 0)
    assert.is(loaded.attributes['db.operation.batch.size'], 3)
    assert.is(queried.name, 'Query Fruit')
    assert.is(queried.kind, SpanKind.CLIENT)
    assert.is(queried.status.code, SpanStatusCode.UNSET)
    const { 'aws.request_id': id, 'aws.dynamodb.consumed_capacity': capacity, ...rest } = queried.attributes
    assert.equal(rest, {
      'db.system.name': 'aws.dynamodb',
      'db.operation.name': 'Query',
      'db.collection.name': table,
      'db.query.summary': 'Query Fruit',
      'db.response.returned_rows': 2,
      'rpc.system': 'aws-api',
      'rpc.service': 'DynamoDB',
      'rpc.method': 'Query',
      'aws.dynamodb.table_names': [table],
      'aws.dynamodb.index_name': 'GSI1',
      'aws.dynamodb.count': 2,
      'aws.dynamodb.scanned_count': 2,
      'aws.dynamodb.limit': 2,
      'aws.dynamodb.scan_forward': false,
      'aws.dynamodb.select': 'ALL_ATTRIBUTES',
      'keystorm.verb': 'query',
      'keystorm.models': ['Fruit'],
      'keystorm.label': 'checkout',
      'keystorm.attempts': 1,
      'keystorm.is_retry': false,
      'keystorm.read_units': 0.5,
      'keystorm.write_units': 0
    })
    assert.equal(JSON.parse(String((capacity as string[])[0])).TableName, table)
    assert.ok(typeof id === 'string' || id === undefined)
    assert.not.match(JSON.stringify([loaded.attributes, queried.attributes]), /secret/)
    const [seconds, nanoseconds] = queried.duration
    assert.ok(seconds * 1e9 + nanoseconds > 0 && seconds < 5)
  }))

test('a span is the child of the one that was active where the builder was awaited', async () => {
  const tracer = trace.getTracer('spec')
  const sender: Sender = {
    request: async () => {
      await delay(1)
      return { $metadata: {} } as never // an output of whatever operation
    }
  }
  const db = connect({ table: 'app', client: sender, onRequest: spans({ tracer }) })
  const get = db.get(Fruit, key)
  const ids = await Promise.all(
    ['a', 'b'].map(name =>
      tracer.startActiveSpan(name, async span => {
        await get
        span.end()
        return span.spanContext().spanId
      })
    )
  )
  const found = (await finished()).filter(({ name }) => name === 'GetItem Fruit')
  assert.equal(found.map(({ parentSpanContext }) => parentSpanContext?.spanId).sort(), ids.sort())
})

test('each page of a stream is a child of what is active around the loop', async () => {
  const tracer = trace.getTracer('spec')
  let pages = 0
  const row = { PK: { S: 'F#f#Fruit' }, SK: { S: 'N#0001' }, farm: { S: 'f' }, number: { N: '1' } }
  const sender: Sender = {
    request: async () => {
      await delay(1)
      const { PK, SK } = row
      return { $metadata: {}, Items: [row], ...(++pages < 3 && { LastEvaluatedKey: { PK, SK } }) } as never // of a Query
    }
  }
  const db = connect({ table: 'app', client: sender, onRequest: spans({ tracer }) })
  const id = await tracer.startActiveSpan('loop', async span => {
    for await (const _ of db.query(Fruit).where({ farm: 'f' }).pageSize(1)) await delay(1)
    span.end()
    return span.spanContext().spanId
  })
  const found = (await finished()).filter(({ name }) => name === 'Query Fruit')
  assert.equal(
    found.map(({ parentSpanContext }) => parentSpanContext?.spanId),
    [id, id, id]
  )
})

test('an error is the status and the type of its span, and no values are in it', () =>
  localTable(async ({ client, table }) => {
    const db = connect({ client, table, onRequest: spans() })
    await db.create(Fruit, key)
    await finished()
    await errorFrom(() => db.create(Fruit, key))
    const [span] = await finished()
    assert.equal(span?.status, { code: SpanStatusCode.ERROR, message: 'ConditionalCheckFailedException' })
    assert.is(span?.attributes['error.type'], 'ConditionalCheckFailedException')
    assert.is(span?.attributes['db.response.status_code'], 'ConditionalCheckFailedException')
    assert.not.match(JSON.stringify([span?.attributes, span?.events]), /secret/)
  }))

test('an error that is not of the service has no status code', async () => {
  const sender: Sender = {
    request: async () => {
      throw Object.assign(new Error('connect ECONNREFUSED'), { name: 'TimeoutError' })
    }
  }
  await errorFrom(() => connect({ table: 'app', client: sender, onRequest: spans() }).get(Fruit, key))
  const [span] = await finished()
  assert.is(span?.attributes['error.type'], 'TimeoutError')
  assert.is(span?.attributes['db.response.status_code'], undefined)
})

test('null is no capacity that was consumed', async () => {
  for (const [ConsumedCapacity, wanted] of [
    [null, undefined],
    [[null, { CapacityUnits: 1 }], ['{"CapacityUnits":1}']]
  ]) {
    const sender: Sender = { request: async () => ({ ConsumedCapacity, $metadata: null }) as never } // as some services say
    await connect({ table: 'app', client: sender, onRequest: spans() }).get(Fruit, key)
    const [span] = await finished()
    assert.equal(span?.attributes['aws.dynamodb.consumed_capacity'], wanted)
  }
})

test('a read that fails says nothing of how many items there were', async () => {
  const sender: Sender = {
    request: async () => {
      throw Object.assign(new Error('slower'), { name: 'ThrottlingException', $metadata: { httpStatusCode: 400 } })
    }
  }
  const db = connect({ table: 'app', client: sender, onRequest: spans() })
  for (const read of [db.query(Fruit).where({ farm: 'f' }), db.scan(Fruit), db.get(Fruit, key)])
    await errorFrom(() => read)
  const counts = (await finished()).map(({ attributes }) => [
    attributes['error.type'],
    attributes['db.response.returned_rows'],
    attributes['aws.dynamodb.count'],
    attributes['aws.dynamodb.scanned_count']
  ])
  assert.equal(counts, Array(3).fill(['ThrottlingException', undefined, undefined, undefined]))
})

test('an exporter that throws, or fails, harms nothing', async () => {
  const failing: SpanExporter = {
    export: () => {
      throw new Error('nobody is there')
    },
    shutdown: async () => {}
  }
  const { tracer } = {
    tracer: new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(failing)] }).getTracer('x')
  }
  const broken = {
    ...tracer,
    startSpan: () => {
      throw new Error('no span today')
    }
  } as unknown as typeof tracer
  const sender: Sender = { request: async () => ({ $metadata: {} }) as never } // an output of whatever operation
  const warnings: Error[] = []
  const listener = (warning: Error) => warnings.push(warning)
  process.on('warning', listener)
  for (const one of [tracer, broken]) {
    const db = connect({ table: 'app', client: sender, onRequest: spans({ tracer: one }) })
    for (let i = 0; i < 3; i++) assert.is(await db.get(Fruit, key), undefined)
    await delay(5)
  }
  process.off('warning', listener)
  assert.ok(warnings.some(({ message }) => message.includes('no span today')))
})

const whereTransactions = lacks('transactions') ? test.skip : test

whereTransactions('a transaction says how many operations it has', () =>
  localTable(async ({ client, table }) => {
    const db = connect({ client, table, onRequest: spans() })
    await db.transact(db.put(Fruit, key), db.put(Fruit, { ...key, number: 2 }))
    const [span] = await finished()
    assert.is(span?.name, 'TransactWriteItems Fruit')
    assert.is(span?.attributes['db.operation.batch.size'], 2)
  })
)

test.run()
