/** The figures of metered() are those of the engine, whatever is asked of it. */
import {
  type ConsumedCapacity,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand
} from '@aws-sdk/client-dynamodb'
import fc from 'fast-check'
import { BudgetExceeded, type Db, metered, model, t } from 'keystorm'
import { localTable } from 'keystorm/testing'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { lacks } from '../support/engine.ts'
import { errorFrom } from '../support/errors.ts'

const Fruit = model('Fruit')
  .pk('apple')
  .sk('#number')
  .gsi1('farm')
  .fields({ number: t.int({ digits: 2 }), farm: t.string().optional(), note: t.string() })

const verbs = ['put', 'get', 'update', 'delete', 'query', 'index', 'scan'] as const
const operation = fc.record({
  verb: fc.constantFrom(...verbs, 'put' as const, 'put' as const),
  apple: fc.constantFrom('a', 'b'),
  number: fc.integer({ min: 0, max: 9 }),
  farm: fc.constantFrom(undefined, 'f', 'g'),
  size: fc.integer({ min: 1, max: 9_000 }),
  consistent: fc.boolean(),
  pageSize: fc.integer({ min: 1, max: 5 })
})
type Values = typeof operation extends fc.Arbitrary<infer T> ? T : never

/** The builder of an operation. */
const build = (db: Db, { verb, apple, number, farm, size, consistent, pageSize }: Values) => {
  const key = { apple, number }
  const note = 'x'.repeat(size)
  const query = db.query(Fruit).where({ apple }).pageSize(pageSize)
  switch (verb) {
    case 'put':
      return { verb, builder: db.put(Fruit, { ...key, note, farm }) }
    case 'get':
      return { verb, builder: consistent ? db.get(Fruit, key).consistent() : db.get(Fruit, key) }
    case 'update':
      return {
        verb,
        builder: db
          .update(Fruit, key)
          .set({ note, farm: farm ?? 'h' })
          .upsert()
      }
    case 'delete':
      return { verb, builder: db.delete(Fruit, key) }
    case 'query':
      return { verb, builder: consistent ? query.consistent() : query }
    case 'index':
      return {
        verb,
        builder: db
          .query(Fruit)
          .where({ farm: farm ?? 'h' })
          .onGsi1()
          .pageSize(pageSize)
      }
    case 'scan':
      return {
        verb,
        builder: db.scan(Fruit).pageSize(pageSize).filter({ note })
      }
  }
}

/** Sends by hand what the builder compiles to, page by page, and gives what the engine says it consumed. */
const byHand = async (client: DynamoDBClient, { verb, builder }: ReturnType<typeof build>, pageSize: number) => {
  const asking = { ReturnConsumedCapacity: 'INDEXES' } as const
  const consumed: (ConsumedCapacity | undefined)[] = []
  switch (verb) {
    case 'put':
      consumed.push((await client.send(new PutItemCommand({ ...builder.compile(), ...asking }))).ConsumedCapacity)
      break
    case 'get':
      consumed.push((await client.send(new GetItemCommand({ ...builder.compile(), ...asking }))).ConsumedCapacity)
      break
    case 'update':
      consumed.push((await client.send(new UpdateItemCommand({ ...builder.compile(), ...asking }))).ConsumedCapacity)
      break
    case 'delete':
      consumed.push((await client.send(new DeleteItemCommand({ ...builder.compile(), ...asking }))).ConsumedCapacity)
      break
    default: {
      const input = builder.compile()
      let ExclusiveStartKey: QueryCommand['input']['ExclusiveStartKey']
      do {
        const page = { ...input, ...asking, Limit: pageSize, ...(ExclusiveStartKey && { ExclusiveStartKey }) }
        const output = await client.send(verb === 'scan' ? new ScanCommand(page) : new QueryCommand(page))
        consumed.push(output.ConsumedCapacity)
        ExclusiveStartKey = output.LastEvaluatedKey
      } while (ExclusiveStartKey)
    }
  }
  return consumed
}

test('the capacity of 100 random operations is what the engine says', async () => {
  const operations = fc.sample(operation, { numRuns: 100, seed: 20_26 })
  assert.is(new Set(operations.map(({ verb }) => verb)).size, verbs.length)
  const { usage, own } = await localTable(async ({ db, table }) => {
    const inOrder = async (): Promise<void> => {
      for (const values of operations) await build(db, values).builder
    }
    const { usage } = await metered(inOrder)
    return { usage, own: usage.tables[table] }
  })
  const expected = { requests: 0, readUnits: 0, writeUnits: 0, index: 0 }
  await localTable(async ({ db, client }) => {
    for (const values of operations) {
      const built = build(db, values)
      const isWrite = ['put', 'update', 'delete'].includes(built.verb)
      for (const consumed of await byHand(client, built, values.pageSize)) {
        expected.requests++
        expected[isWrite ? 'writeUnits' : 'readUnits'] += consumed?.CapacityUnits ?? 0
        expected.index += consumed?.GlobalSecondaryIndexes?.GSI1?.CapacityUnits ?? 0
      }
    }
  })
  const { requests, retries, readUnits, writeUnits } = usage
  console.log(`100 operations, ${requests} requests: ${readUnits} read units, ${writeUnits} write units`)
  assert.ok(readUnits > 50 && writeUnits > 50)
  assert.equal([requests, retries], [expected.requests, 0])
  assert.equal([readUnits, writeUnits], [expected.readUnits, expected.writeUnits])
  assert.equal([own?.readUnits, own?.writeUnits], [readUnits, writeUnits])
  const { GSI1 } = own?.indexes ?? {}
  assert.is((GSI1?.readUnits ?? 0) + (GSI1?.writeUnits ?? 0), expected.index)
})

const transaction = lacks('transactions') ? test.skip : test

transaction('the capacity of transactions is what the engine says', () =>
  localTable(async ({ db, client, table }) => {
    const a = { apple: 'a', number: 1, note: 'n', farm: 'f' }
    const b = { ...a, apple: 'b' }
    const said: number[] = []
    client.middlewareStack.add(
      next => async args => {
        const result = await next(args)
        const { ConsumedCapacity } = result.output as { ConsumedCapacity?: ConsumedCapacity[] }
        said.push(ConsumedCapacity?.[0]?.CapacityUnits ?? 0)
        return result
      },
      { step: 'initialize', name: 'listen' }
    )
    const { usage } = await metered(async () => {
      await db.transact(db.put(Fruit, a), db.put(Fruit, b))
      await db.transact(db.get(Fruit, a), db.get(Fruit, b), db.get(Fruit, { ...a, apple: 'c' }))
    })
    client.middlewareStack.remove('listen')
    assert.equal([usage.requests, usage.retries, usage.itemsRead, usage.itemsReturned], [2, 0, 2, 2])
    assert.equal([usage.writeUnits, usage.readUnits], said)
    assert.ok(said.every(units => units > 1))
    assert.equal(usage.tables[table]?.writeUnits, said[0])
  })
)

test('a budget ends a read between its pages', () =>
  localTable(async ({ db, client }) => {
    for (let number = 0; number < 10; number++) await db.put(Fruit, { apple: 'a', number, note: 'n' })
    let sent = 0
    client.middlewareStack.add(
      next => args => {
        sent++
        return next(args)
      },
      { step: 'initialize', name: 'count' }
    )
    const query = db.query(Fruit).where({ apple: 'a' }).pageSize(2)
    const error = await errorFrom(() => metered(() => query, { maxRequests: 3 }))
    client.middlewareStack.remove('count')
    assert.instance(error, BudgetExceeded)
    assert.is(sent, 3)
    assert.equal((error as BudgetExceeded).data.usage.itemsReturned, 6)
    const { usage } = await metered(() => query.limit(6))
    assert.equal([usage.requests, usage.itemsReturned], [3, 6])
  }))

test.run()
