/** The proxy that other specs send their requests through does what it says, and the same in every run. */
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DynamoDBClient,
  type DynamoDBClientConfig,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand
} from '@aws-sdk/client-dynamodb'
import { connect, createTable } from 'keystorm'
import { startLocalEngine } from 'keystorm/testing'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { errorFrom } from '../support/errors.ts'
import { type FaultProxy, type ProxyOptions, startFaultProxy } from './proxy.ts'

const engine = await startLocalEngine()
const TableName = 'faults'
await createTable(connect({ table: TableName, client: engine.client }))
test.after(() => engine.stop())

const keyOf = (n: number) => ({ PK: { S: 'p' }, SK: { S: String(n).padStart(4, '0') } })
const itemOf = (n: number) => ({ ...keyOf(n), n: { N: String(n) } })

/** A client that goes through a proxy and, unless told otherwise, tries once. */
const through = async (
  options: ProxyOptions,
  use: (client: DynamoDBClient, proxy: FaultProxy) => Promise<void>,
  config: DynamoDBClientConfig = { maxAttempts: 1 }
) => {
  const proxy = await startFaultProxy(engine.endpoint, options)
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
  const client = new DynamoDBClient({ region: 'us-east-1', credentials, endpoint: proxy.endpoint, ...config })
  try {
    await use(client, proxy)
  } finally {
    client.destroy()
    await proxy.stop()
  }
}

const stored = async (n: number) =>
  (await engine.client.send(new GetItemCommand({ TableName, Key: keyOf(n), ConsistentRead: true }))).Item
const put = (n: number) => new PutItemCommand({ TableName, Item: itemOf(n) })

test('without faults everything goes through', () =>
  through({ seed: 1, faults: {} }, async (client, proxy) => {
    await client.send(put(1))
    assert.equal(await stored(1), itemOf(1))
    const { Item } = await client.send(new GetItemCommand({ TableName, Key: keyOf(1) }))
    assert.equal(Item, itemOf(1))
    assert.is(proxy.counts.requests, 2)
  }))

test('drop: the connection ends, and nothing was done', () =>
  through({ seed: 1, faults: { drop: 1 } }, async (client, { counts }) => {
    const error = await errorFrom(() => client.send(put(2)))
    assert.is('code' in error && error.code, 'ECONNRESET')
    assert.is(await stored(2), undefined)
    assert.is(counts.drop, 1)
  }))

test('lose: the connection ends, and all was done', () =>
  through({ seed: 1, faults: { lose: 1 } }, async (client, { counts }) => {
    const error = await errorFrom(() => client.send(put(3)))
    assert.is('code' in error && error.code, 'ECONNRESET')
    assert.equal(await stored(3), itemOf(3))
    assert.is(counts.lose, 1)
  }))

test('throttle and error: as the service says it', async () => {
  await through({ seed: 1, faults: { throttle: 1 } }, async client => {
    const error = await errorFrom(() => client.send(put(4)))
    assert.is(error.name, 'ProvisionedThroughputExceededException')
  })
  assert.is(await stored(4), undefined)
  let written = 0
  await through({ seed: 1, faults: { error: 1 } }, async client => {
    for (let n = 10; n < 30; n++) {
      const error = await errorFrom(() => client.send(put(n)))
      assert.is(error.name, 'InternalServerError')
      if (await stored(n)) written++
    }
  })
  assert.ok(written > 0 && written < 20, `of 20 writes that failed ${written} were done`)
})

test('unprocessed: a part of a batch is done, and the rest comes back as it was asked', () =>
  through({ seed: 1, faults: { unprocessed: 1 } }, async client => {
    const numbers = Array.from({ length: 25 }, (_, i) => 100 + i)
    let rounds = 0
    let asked: object[] = numbers.map(n => ({ PutRequest: { Item: itemOf(n) } }))
    while (asked.length > 0) {
      const { UnprocessedItems } = await client.send(
        new BatchWriteItemCommand({ RequestItems: { [TableName]: asked } })
      )
      asked = UnprocessedItems?.[TableName] ?? []
      rounds++
    }
    for (const n of numbers) assert.equal(await stored(n), itemOf(n))

    const found: unknown[] = []
    let wanted: object = { Keys: numbers.map(keyOf), ProjectionExpression: 'n' }
    for (; ; rounds++) {
      const command = new BatchGetItemCommand({ RequestItems: { [TableName]: wanted as { Keys: [] } } })
      const { Responses, UnprocessedKeys } = await client.send(command)
      found.push(...(Responses?.[TableName] ?? []).map(({ n }) => Number(n?.N)))
      if (UnprocessedKeys?.[TableName] === undefined) break
      wanted = UnprocessedKeys[TableName]
    }
    assert.ok(rounds > 1, 'a part may be all of it, but hardly twice')
    assert.equal(found.sort(), numbers)
  }))

test('cut: a page ends early, and says where', () =>
  through({ seed: 1, faults: { cut: 1 } }, async client => {
    for (let n = 200; n < 220; n++) await engine.client.send(put(n))
    const input = {
      TableName,
      KeyConditionExpression: 'PK = :p AND SK BETWEEN :from AND :to',
      ExpressionAttributeValues: { ':p': { S: 'p' }, ':from': { S: '0200' }, ':to': { S: '0219' } }
    }
    const { Items = [], LastEvaluatedKey } = await client.send(new QueryCommand(input))
    assert.ok(Items.length > 0 && Items.length <= 10)
    assert.equal(LastEvaluatedKey, { PK: { S: 'p' }, SK: Items.at(-1)?.SK })
  }))

test('the fate of a request depends on the seed, not on when it comes', async () => {
  const faults = { drop: 0.2, lose: 0.2, throttle: 0.2 }
  const run = async (seed: number, numbers: number[]) => {
    const fates: Record<number, string> = {}
    await through({ seed, faults }, async client => {
      for (const n of numbers) {
        fates[n] = await client.send(put(n)).then(
          () => 'done',
          error => error.name
        )
      }
    })
    return fates
  }
  const numbers = Array.from({ length: 60 }, (_, i) => 300 + i)
  const first = await run(1, numbers)
  assert.is(new Set(Object.values(first)).size, 3)
  assert.equal(await run(1, numbers.toReversed()), first)
  assert.not.equal(await run(2, numbers), first)
})

test('a merciful proxy spares the last attempt of the SDK', () =>
  through(
    { seed: 1, faults: { drop: 1 }, isMerciful: true },
    async (client, { counts }) => {
      await client.send(put(5))
      assert.equal(await stored(5), itemOf(5))
      assert.equal([counts.requests, counts.drop], [3, 2])
    },
    { maxAttempts: 3 }
  ))

test('a careful proxy does nothing twice that may be done once', () =>
  through(
    { seed: 1, faults: { lose: 0.3, error: 0.3 }, isMerciful: true, isCareful: true },
    async (client, { counts }) => {
      const add = new UpdateItemCommand({
        TableName,
        Key: keyOf(6),
        UpdateExpression: 'ADD n :one',
        ExpressionAttributeValues: { ':one': { N: '1' } }
      })
      for (let n = 0; n < 20; n++) await client.send(add)
      assert.equal((await stored(6))?.n, { N: '20' })
      assert.ok(counts.error > 0)
    },
    { maxAttempts: 3 }
  ))

test('operations on tables go through unharmed', () =>
  through({ seed: 1, faults: { drop: 1 } }, async client => {
    await createTable(connect({ table: 'unharmed', client }))
  }))

test.run()
