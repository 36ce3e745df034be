/** Loads that are disturbed: they go on, or end with what it takes to go on. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { BatchIncomplete, connect, createTable, type Db, InvalidItem, model, t } from 'keystorm'
import { localTable, startLocalEngine } from 'keystorm/testing'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { errorFrom } from '../support/errors.ts'
import { rowsOf } from '../support/rows.ts'
import { type DiskEngine, startDiskEngine } from './disk-engine.ts'
import { startFaultProxy } from './proxy.ts'

const Row = model('Row').pk('#group').sk('#row').fields({ group: t.int(), row: t.int() })

interface Item {
  readonly group: number
  readonly row: number
}

const item = (row: number): Item => ({ group: row % 5, row })

/** Items from one number to another, and how many of them were taken. */
const source = (to: number, from = 0) => {
  const counts = { taken: 0, isClosed: false }
  async function* items() {
    try {
      for (let row = from; row < to; row++) {
        counts.taken++
        yield item(row)
      }
    } finally {
      counts.isClosed = true
    }
  }
  return { counts, items: items() }
}

const numbers = (count: number): number[] => Array.from({ length: count }, (_, n) => n)

const rowsIn = async (client: DynamoDBClient, table: string): Promise<number[]> => {
  const rows = await rowsOf(client, { TableName: table, ConsistentRead: true })
  return rows.map(({ row }) => Number(row?.N)).sort((a, b) => a - b)
}

const incompleteFrom = async (act: () => unknown): Promise<BatchIncomplete<Item>> => {
  const error = await errorFrom(act)
  assert.ok(error instanceof BatchIncomplete, `${error.stack}`)
  return error as BatchIncomplete<unknown> as BatchIncomplete<Item> // whose left are such
}

interface Disk {
  readonly engine: DiskEngine
  readonly client: DynamoDBClient
  readonly db: Db
  readonly table: string
}

const onDisk = async (use: (disk: Disk) => Promise<void>): Promise<void> => {
  const engine = await startDiskEngine()
  if (engine === undefined) throw new Error('There is no dynoxide.')
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
  const client = new DynamoDBClient({ endpoint: engine.endpoint, region: 'us-east-1', credentials, maxAttempts: 1 })
  const table = 'loads'
  const db = connect({ table, client })
  try {
    await createTable(db)
    await use({ engine, client, db, table })
  } finally {
    client.destroy()
    await engine.dispose()
  }
}

const probe = await startDiskEngine()
await probe?.dispose()
if (probe === undefined) console.log('skipped: dynoxide, which keeps its data on disk, is not installed')
const diskTest = probe === undefined ? test.skip : test

diskTest('an engine that is killed and comes back: the load goes on, and everything is there', () =>
  onDisk(async ({ engine, client, db, table }) => {
    let killed: Promise<number[]> | undefined
    const killAndStart = async () => {
      await engine.kill()
      await new Promise(done => setTimeout(done, 100))
      await engine.start()
      return rowsIn(client, table)
    }
    let acknowledged = 0
    const load = db.load(Row, source(3000).items).retry({ attempts: 100, milliseconds: 120_000 })
    const count = await load.onProgress(({ done }) => {
      if (done < 1000 || killed) return
      acknowledged = done
      killed = killAndStart()
    })
    assert.is(count, 3000)
    assert.equal(await rowsIn(client, table), numbers(3000))
    const found = await killed
    assert.ok(
      found && found.length >= acknowledged,
      `${acknowledged} were acknowledged, and ${found?.length} were there`
    )
  })
)

diskTest('an engine that is killed and stays away: the error has what it takes to go on', () =>
  onDisk(async ({ engine, client, db, table }) => {
    const { counts, items } = source(3000)
    const load = db.load(Row, items).retry({ attempts: 2 })
    const error = await incompleteFrom(() =>
      load.onProgress(async ({ done }) => {
        if (done >= 1000) await engine.kill()
      })
    )
    assert.ok(counts.isClosed)
    assert.ok(error.data.done >= 1000)
    assert.is(error.data.done + error.left.length, counts.taken)
    assert.match(String((error.cause as { code?: unknown }).code), /^(ECONN|EPIPE)/)
    await engine.start()
    const left = new Set(error.left.map(({ row }) => row))
    const there = new Set(await rowsIn(client, table))
    for (const row of numbers(counts.taken)) assert.ok(left.has(row) || there.has(row), `${row} got lost`)

    async function* rest() {
      yield* error.left
      yield* source(3000, counts.taken).items
    }
    assert.is(await db.load(Row, rest()), 3000 - error.data.done)
    assert.equal(await rowsIn(client, table), numbers(3000))
  })
)

test('a source is asked no faster than its items are written', () =>
  localTable(async ({ db }) => {
    const { counts, items } = source(1000)
    let most = 0
    await db
      .load(Row, items)
      .concurrency(3)
      .onProgress(({ done, asked }) => {
        assert.is(asked, counts.taken)
        most = Math.max(most, counts.taken - done)
      })
    assert.is(counts.taken, 1000)
    assert.ok(most <= 75, `${most} items were on their way`)
  }))

test('a source that fails: what it gave is written, or left', () =>
  localTable(async ({ db, client, table }) => {
    const reason = new Error('dry')
    async function* items() {
      yield* source(90).items
      throw reason
    }
    const error = await incompleteFrom(() => db.load(Row, items()))
    assert.is(error.cause, reason)
    assert.match(error.message, /^load\(\): 15 of 90 taken from the source are left \(error\.left\): Error: dry\.$/)
    assert.equal(error.left, numbers(90).slice(75).map(item))
    assert.equal(await rowsIn(client, table), numbers(75))
    assert.is(await errorFrom(() => db.load(Row, failing(reason))), reason)
  }))

// biome-ignore lint/correctness/useYield: it has nothing to give
async function* failing(reason: Error): AsyncGenerator<Item> {
  throw reason
}

test('an item that does not fit: those before it are written or left, and it is the last that is left', () =>
  localTable(async ({ db, client, table }) => {
    const wrong = { group: 0.5, row: 60 }
    async function* items() {
      yield* source(60).items
      yield wrong
      yield* source(100, 61).items
    }
    const error = await incompleteFrom(() => db.load(Row, items()))
    assert.instance(error.cause, InvalidItem)
    assert.equal(error.left, [...numbers(60).slice(50).map(item), wrong])
    assert.equal(await rowsIn(client, table), numbers(50))
  }))

test('an abort: nothing more is sent or taken, and what is left is known', () =>
  localTable(async ({ db, client, table }) => {
    const stop = new AbortController()
    const { counts, items } = source(1000)
    const reason = new Error('enough')
    const load = db.load(Row, items).signal(stop.signal)
    const error = await incompleteFrom(() => load.onProgress(({ done }) => done >= 200 && stop.abort(reason)))
    assert.is(error.cause, reason)
    assert.ok(counts.taken < 400 && counts.isClosed)
    assert.is(error.data.done + error.left.length, counts.taken)
    const there = await rowsIn(client, table)
    const left = new Set(error.left.map(({ row }) => row))
    for (const row of numbers(counts.taken)) assert.ok(left.has(row) || there.includes(row))
    assert.ok(there.every(row => row < counts.taken))
  }))

test('the last of two items with one key stays, however requests overtake each other', async () => {
  const local = await startLocalEngine()
  // What comes back unprocessed is sent again behind what came later.
  const proxy = await startFaultProxy(local.endpoint, { seed: 1, faults: { unprocessed: 0.7, drop: 0.2, slow: 0.5 } })
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
  const client = new DynamoDBClient({ endpoint: proxy.endpoint, region: 'us-east-1', credentials, maxAttempts: 1 })
  try {
    const db = connect({ table: `overtaking-${process.pid}`, client })
    await createTable(db)
    const Counter = model('Counter').pk('#name').sk('#name').fields({ count: t.int() })
    const items = numbers(1000).map(n => ({ name: `${n % 60}`, count: n }))
    // Most tries of a single item that is left fail.
    const patience = { attempts: 50 }
    assert.is(await db.load(Counter, items).concurrency(8).retry(patience), 1000)
    const found = await db.batchGet(numbers(60).map(n => db.get(Counter, { name: `${n}` }))).retry(patience)
    assert.equal(
      found.map(item => item?.count),
      numbers(60).map(n => items.findLast(({ name }) => name === `${n}`)?.count)
    )
  } finally {
    client.destroy()
    await proxy.stop()
    await local.stop()
  }
})

test.run()
