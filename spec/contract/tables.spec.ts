import { setTimeout as delay } from 'node:timers/promises'
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DeleteTableCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  type DynamoDBClient
} from '@aws-sdk/client-dynamodb'
import {
  checkTable,
  connect,
  createTable,
  type Db,
  InvalidRequest,
  isKeystormError,
  layout,
  model,
  models,
  t,
  tableDefinition,
  withTable
} from 'keystorm'
import { localTable } from 'keystorm/testing'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { engineName, lacks } from '../support/engine.ts'
import { errorFrom } from '../support/errors.ts'
import { idleClient } from '../support/idle.ts'

const Task = model('Task').pk('list').sk('number').fields({ number: t.int(), table: t.string() })

test('1,000 tasks at once under two withTable contexts never touch the wrong table', () =>
  localTable(one =>
    localTable(async two => {
      const db = connect({ table: 'never-used', client: one.client })
      const work = async (table: string, number: number) => {
        await delay(Math.random() * 20)
        const builder = db.put(Task, { list: 'l', number, table })
        await delay(Math.random() * 20)
        await builder
        const read = await db.get(Task, { list: 'l', number }).orThrow()
        await delay(Math.random() * 20)
        assert.is(read.table, table)
      }
      const tables = [one.table, two.table]
      await Promise.all(
        Array.from({ length: 1_000 }, (_, number) => {
          const table = tables[number % 2] ?? ''
          return withTable(table, { client: one.client }, () => work(table, number))
        })
      )
      for (const [parity, table] of tables.entries()) {
        const tasks = await withTable(table, () => connect({ client: one.client }).query(Task).where({ list: 'l' }))
        assert.is(tasks.length, 500)
        assert.ok(tasks.every(task => task.table === table && task.number % 2 === parity))
      }
    })
  ))

test('createTable makes the table and its index, waits for both, and says when there is one', async () => {
  const { client, table } = await localTable(({ client, table }) => ({ client, table: `${table}-made` }))
  const db = connect({ client, table })
  await createTable(db)
  try {
    await db.put(Task, { list: 'l', number: 1, table })
    assert.is((await db.query(Task).where({ list: 'l' })).length, 1)
    const error = await errorFrom(() => createTable(db))
    assert.instance(error, InvalidRequest)
    assert.match(error.message, `there already is a table '${table}': name another one, or say { ifMissing: true }`)
    assert.is((error.cause as Error).name, 'ResourceInUseException')
  } finally {
    await client.send(new DeleteTableCommand({ TableName: table }))
  }
})

/** A name that no table has, in a connection whose table is gone afterwards. */
const withoutTable = async (run: (db: Db, table: string, client: DynamoDBClient) => Promise<void>): Promise<void> => {
  const { client, table } = await localTable(({ client, table }) => ({ client, table: `${table}-made` }))
  try {
    await run(connect({ client, table }), table, client)
  } finally {
    await client.send(new DeleteTableCommand({ TableName: table })).catch(() => {}) // what failed first matters more
  }
}

test('createTable with ifMissing makes the table once, whoever else does at the same time, and keeps what is in it', () =>
  withoutTable(async db => {
    await Promise.all(Array.from({ length: 5 }, () => createTable(db, { ifMissing: true })))
    await db.put(Task, { list: 'l', number: 1, table: 't' })
    await createTable(db, models({ Task }), { ifMissing: true })
    assert.is((await db.query(Task).where({ list: 'l' })).length, 1)
    assert.match((await errorFrom(() => createTable(db, models({ Task })))).message, /ifMissing/)
  }))

test('createTable with ifMissing refuses a table of other keys, or another index, and changes nothing', async () => {
  const definition = tableDefinition('x')
  const [index] = definition.GlobalSecondaryIndexes ?? []
  assert.ok(index)
  const number = { AttributeName: 'SK', AttributeType: 'N' } as const
  const others: readonly [Partial<CreateTableCommandInput>, RegExp][] = [
    [
      {
        KeySchema: [
          { AttributeName: 'SK', KeyType: 'HASH' },
          { AttributeName: 'PK', KeyType: 'RANGE' }
        ]
      },
      /key is SK \(S\), PK \(S\), and not PK \(S\), SK \(S\)\./
    ],
    [
      {
        AttributeDefinitions: definition.AttributeDefinitions?.map(one => (one.AttributeName === 'SK' ? number : one))
      },
      /SK \(N\)/
    ],
    [{ GlobalSecondaryIndexes: [{ ...index, IndexName: 'Other' }] }, /index GSI1 is not there/],
    [
      { GlobalSecondaryIndexes: [{ ...index, Projection: { ProjectionType: 'KEYS_ONLY' } }] },
      /projection of GSI1 is KEYS_ONLY/
    ]
  ]
  for (const [other, sentence] of others)
    await withoutTable(async (db, TableName, client) => {
      await client.send(new CreateTableCommand({ ...tableDefinition(TableName), ...other }))
      const before = await client.send(new DescribeTableCommand({ TableName }))
      const error = await errorFrom(() => createTable(db, { ifMissing: true }))
      assert.instance(error, InvalidRequest)
      assert.match(error.message, sentence)
      const after = await client.send(new DescribeTableCommand({ TableName }))
      assert.equal(after.Table?.KeySchema, before.Table?.KeySchema)
      assert.equal(after.Table?.GlobalSecondaryIndexes?.length, before.Table?.GlobalSecondaryIndexes?.length)
    })
})

test('checkTable says once that an index is not there', () => {
  const indexes = { byOwner: { pk: 'owner' }, recent: { local: true, sk: 'used' } } as const
  return localTable(layout({ pk: 'pk', sk: 'sk' }), async ({ db }) =>
    assert.equal(await checkTable(db, layout({ pk: 'pk', sk: 'sk', indexes })), [
      'its index byOwner is not there, and not owner (S)',
      'its local index recent is not there, and not pk (S), used (S)'
    ])
  )
})

const Session = model('Session').pk('id').sk('user').fields({ ends: t.ttl() })
const Lease = model('Lease').pk('id').sk('user').fields({ until: t.ttl() })

const ttlTest = lacks('timeToLive') ? test.skip : test

ttlTest('a table is made, and checked, for a layout, a model of it, or what models() gives', async () => {
  const locks = layout({ pk: 'id' })
  const Lock = locks.model('Lock').pk('id').fields({ until: t.ttl() })
  for (const plan of [locks, Lock, models({ Lock })])
    await localTable(plan, async ({ db }) => {
      const until = new Date(1_900_000_000_000)
      await db.put(Lock, { id: '1', until })
      assert.equal(await db.get(Lock, { id: '1' }), { id: '1', until })
      assert.equal(await checkTable(db, plan), [])
      assert.is((await checkTable(db))[0], 'its key is id (S), and not PK (S), SK (S)')
    })
  const { client, requests } = idleClient()
  for (const odd of [{ ifMising: true }, [], 'x', null]) {
    const error = await errorFrom(() => createTable(connect({ table: 'x', client }), odd as never))
    assert.instance(error, InvalidRequest)
    assert.match(error.message, 'takes a layout, a model, or what models() gives, but got')
  }
  assert.is(requests.count, 0)
})

ttlTest('createTable turns time to live on where it is not, and refuses another attribute for it', () =>
  withoutTable(async (db, TableName, client) => {
    const attribute = async () => {
      const { TimeToLiveDescription } = await client.send(new DescribeTimeToLiveCommand({ TableName }))
      return TimeToLiveDescription?.AttributeName
    }
    await createTable(db)
    assert.is(await attribute(), undefined)
    const set = models({ Session })
    await Promise.all(Array.from({ length: 4 }, () => createTable(db, set, { ifMissing: true })))
    await createTable(db, set, { ifMissing: true })
    assert.is(await attribute(), 'ends')
    const error = await errorFrom(() => createTable(db, models({ Lease }), { ifMissing: true }))
    assert.instance(error, InvalidRequest)
    assert.match(error.message, /has time to live for ends, and not for until/)
    assert.is(await attribute(), 'ends')
  })
)

if (engineName() === 'dynalite')
  test('what dynalite cannot do is said in a sentence that names engines that can', () =>
    withoutTable(async db => {
      await createTable(db)
      const key = { list: 'l', number: 1 }
      await db.put(Task, { ...key, table: 't' })
      const acts: readonly (() => unknown)[] = [
        () => db.transact(db.put(Task, { ...key, table: 'u' })),
        () => db.transact(db.get(Task, key)),
        () => db.move(Task, key, { number: 2 }),
        () => createTable(db, models({ Session }), { ifMissing: true })
      ]
      for (const act of acts) {
        const error = await errorFrom(act)
        assert.ok(isKeystormError(error) && error.code === 'NoEngine', String(error))
        assert.match(
          error.message,
          /^dynalite has no (transactions|time to live).*dynoxide.*DynamoDB Local.*DYNAMODB_ENDPOINT/
        )
      }
      assert.equal(await db.get(Task, key), { ...key, table: 't' })
    }))

if (engineName() === 'dynalite')
  test('createTable says that a table without its time to live was made', () =>
    withoutTable(async db => {
      const error = await errorFrom(() => createTable(db, models({ Session })))
      assert.match(error.message, 'with models that have a t.ttl() leaves the table there without it. To use an engine')
      assert.equal(await checkTable(db), [])
    }))

test.run()
