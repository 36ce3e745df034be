/** What metered() counts, and where it stops: against a service whose every answer is made up here. */
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { BudgetExceeded, connect, InvalidRequest, metered, model, t } from 'keystorm'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { errorFrom } from '../support/errors.ts'

const Fruit = model('Fruit').pk('apple').sk('#date').gsi1('farm').fields({ farm: t.string().optional() })
const key = { apple: 'a', date: '1' }
const row = { PK: { S: 'A#a#Fruit' }, SK: { S: '1' }, apple: { S: 'a' }, date: { S: '1' } }

interface Answer {
  readonly status?: number
  readonly body?: object
}

interface Received {
  readonly operation: string
  readonly input: { readonly ReturnConsumedCapacity?: string }
}

const textOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}

/** A service that gives these answers one after the other, and then the last one for ever. */
const serving = async (
  answers: readonly Answer[],
  use: (place: { client: DynamoDBClient; received: Received[] }) => Promise<void>
): Promise<void> => {
  const received: Received[] = []
  const server = createServer(async (request, response) => {
    const operation = String(request.headers['x-amz-target']).split('.')[1] ?? ''
    received.push({ operation, input: JSON.parse(await textOf(request)) })
    const { status = 200, body = {} } = answers[received.length - 1] ?? answers.at(-1) ?? {}
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(body))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const client = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 4
  })
  try {
    await use({ client, received })
  } finally {
    client.destroy()
    server.closeAllConnections()
    server.close()
  }
}

const found = (CapacityUnits: number): Answer => ({
  body: { Item: row, ConsumedCapacity: { TableName: 't', CapacityUnits, Table: { CapacityUnits } } }
})
const FAULT: Answer = { status: 500, body: { __type: 'InternalServerError', message: 'a fault' } }

test('what it costs is asked inside of a meter only, and of what can cost only', () =>
  serving([found(1)], async ({ client, received }) => {
    const db = connect({ table: 't', client })
    await db.get(Fruit, key)
    await metered(() => db.get(Fruit, key))
    await db.get(Fruit, key)
    assert.equal(
      received.map(({ input }) => input.ReturnConsumedCapacity),
      [undefined, 'TOTAL', undefined]
    )
    await metered(() => db[' target']().send('DescribeTable', { TableName: 't' }, { verb: 'get', models: [] }))
    assert.equal(received.at(-1), { operation: 'DescribeTable', input: { TableName: 't' } })
  }))

test('gives what the function gives, a builder run, and what it cost', () =>
  serving([found(1.5)], async ({ client }) => {
    const db = connect({ table: 't', client })
    const { result, usage } = await metered(() => db.get(Fruit, key))
    assert.equal(result, key)
    assert.equal(usage, {
      requests: 1,
      retries: 0,
      itemsRead: 1,
      itemsReturned: 1,
      readUnits: 1.5,
      writeUnits: 0,
      tables: { t: { readUnits: 1.5, writeUnits: 0, indexes: {} } }
    })
    assert.equal((await metered(() => 3)).result, 3)
  }))

test('a query counts what was looked at and what was sent back, over all pages, and the index by itself', () => {
  const page = (more: object): Answer => ({
    body: {
      Items: [row],
      Count: 1,
      ScannedCount: 4,
      ConsumedCapacity: {
        TableName: 't',
        CapacityUnits: 2,
        Table: { CapacityUnits: 0 },
        GlobalSecondaryIndexes: { GSI1: { CapacityUnits: 2 } }
      },
      ...more
    }
  })
  return serving([page({ LastEvaluatedKey: { PK: row.PK, SK: row.SK } }), page({})], async ({ client }) => {
    const db = connect({ table: 't', client })
    const { usage } = await metered(() => db.query(Fruit).where({ farm: 'f' }).onGsi1())
    assert.equal(usage, {
      requests: 2,
      retries: 0,
      itemsRead: 8,
      itemsReturned: 2,
      readUnits: 4,
      writeUnits: 0,
      tables: { t: { readUnits: 4, writeUnits: 0, indexes: { GSI1: { readUnits: 4, writeUnits: 0 } } } }
    })
  })
})

test('a repeated transaction is charged for reading, as DynamoDB says', () => {
  const Item = { apple: 'a', date: '1' }
  const ConsumedCapacity = [
    { TableName: 't', CapacityUnits: 4, ReadCapacityUnits: 4 },
    { TableName: 'u', CapacityUnits: 6, WriteCapacityUnits: 6 },
    { TableName: 'v', CapacityUnits: 5, WriteCapacityUnits: 2, ReadCapacityUnits: 3 }
  ]
  return serving([{ body: { ConsumedCapacity } }], async ({ client }) => {
    const db = connect({ table: 't', client })
    const Put = { TableName: 't', Item: db.put(Fruit, Item).compile().Item }
    const { usage } = await metered(() =>
      db[' target']().send('TransactWriteItems', { TransactItems: [{ Put }] }, { verb: 'put', models: [] })
    )
    assert.equal([usage.readUnits, usage.writeUnits], [7, 8])
    assert.equal(usage.tables.v, { readUnits: 3, writeUnits: 2, indexes: {} })
  })
})

test("the SDK's retries are requests, and counted as retries", () =>
  serving([FAULT, FAULT, found(1)], async ({ client, received }) => {
    const { usage } = await metered(() => connect({ table: 't', client }).get(Fruit, key))
    assert.equal([usage.requests, usage.retries, received.length], [3, 2, 3])
    assert.is(usage.readUnits, 1)
  }))

test('a request that fails is counted too; the function is told how much up to now', () =>
  serving([FAULT], async ({ client, received }) => {
    let requests = 0
    const error = await errorFrom(() =>
      metered(async usage => {
        try {
          await connect({ table: 't', client }).get(Fruit, key)
        } finally {
          requests = usage().requests
        }
      })
    )
    assert.is(error.name, 'InternalServerError')
    assert.equal([requests, received.length], [4, 4])
  }))

test('a budget of N requests sends N and not one more, one after the other and at the same time', () =>
  serving([found(1)], async ({ client, received }) => {
    const db = connect({ table: 't', client })
    for (const maxRequests of [0, 1, 7]) {
      const before = received.length
      const error = await errorFrom(() =>
        metered(
          async () => {
            for (;;) await db.get(Fruit, key)
          },
          { maxRequests }
        )
      )
      assert.instance(error, BudgetExceeded)
      const { data } = error as BudgetExceeded
      assert.equal([data.limit, data.max, data.usage.requests], ['maxRequests', maxRequests, maxRequests])
      assert.match(error.message, `nothing more was sent, because maxRequests: ${maxRequests} is used up`)
      assert.is(received.length - before, maxRequests)
    }
    const before = received.length
    const { result } = await metered(
      () => Promise.allSettled(Array.from({ length: 20 }, () => db.get(Fruit, key).orThrow())),
      { maxRequests: 7 }
    )
    assert.is(result.filter(({ status }) => status === 'fulfilled').length, 7)
    assert.is(received.length - before, 7)
  }))

test('a retry needs budget as well: the SDK does not go on without it', () =>
  serving([FAULT], async ({ client, received }) => {
    const error = await errorFrom(() =>
      metered(() => connect({ table: 't', client }).get(Fruit, key), { maxRequests: 2 })
    )
    assert.instance(error, BudgetExceeded)
    assert.is(received.length, 2)
  }))

test('a budget of units ends before the next request of its kind once it is spent', () =>
  serving([found(2)], async ({ client, received }) => {
    const db = connect({ table: 't', client })
    const reading = await errorFrom(() =>
      metered(
        async usage => {
          while (usage().readUnits < 4) await db.get(Fruit, key)
          await db.put(Fruit, key)
          await db.get(Fruit, key)
        },
        { maxReadUnits: 3 }
      )
    )
    assert.match(reading.message, 'maxReadUnits: 3 is used up')
    assert.equal(
      received.map(({ operation }) => operation),
      ['GetItem', 'GetItem', 'PutItem']
    )
    const writing = await errorFrom(() =>
      metered(
        async () => {
          for (;;) await db.delete(Fruit, key)
        },
        { maxWriteUnits: 2 }
      )
    )
    assert.equal([(writing as BudgetExceeded).data.usage.writeUnits, received.length], [2, 4])
  }))

test('nested meters count for both, and either budget ends it', () =>
  serving([found(1)], async ({ client, received }) => {
    const db = connect({ table: 't', client })
    const outer = await metered(async () => {
      await db.get(Fruit, key)
      const inner = await metered(async () => {
        await db.get(Fruit, key)
        await db.get(Fruit, key)
      })
      await db.get(Fruit, key)
      return inner.usage
    })
    assert.equal([outer.usage.requests, outer.result.requests], [4, 2])
    assert.equal([outer.usage.tables.t?.readUnits, outer.result.readUnits], [4, 2])
    const before = received.length
    for (const [most, least] of [
      [2, 5],
      [5, 2]
    ])
      await errorFrom(() =>
        metered(
          () =>
            metered(
              async () => {
                for (;;) await db.get(Fruit, key)
              },
              { maxRequests: least ?? 0 }
            ),
          { maxRequests: most ?? 0 }
        )
      )
    assert.is(received.length - before, 4)
  }))

test('tasks that run at the same time do not count for each other', () =>
  serving([found(1)], async ({ client }) => {
    const db = connect({ table: 't', client })
    const gets = async (count: number): Promise<void> => {
      for (let i = 0; i < count; i++) {
        await db.get(Fruit, key)
        await delay(Math.random() * 3)
      }
    }
    const [first, second] = await Promise.all([metered(() => gets(9)), metered(() => gets(4)), gets(5)])
    assert.equal([first.usage.requests, second.usage.requests], [9, 4])
  }))

test('a builder counts where it is awaited, wherever it was made', () =>
  serving([found(1)], async ({ client }) => {
    const db = connect({ table: 't', client })
    const outside = db.get(Fruit, key)
    const { result: inside, usage } = await metered(async () => {
      await outside
      return () => db.get(Fruit, key)
    })
    assert.is(usage.requests, 1)
    const { usage: later } = await metered(async () => await inside())
    assert.is(later.requests, 1)
    await inside()
    assert.is(usage.requests, 1)
  }))

test('a budget that is no number is refused', async () => {
  let isCalled = false
  for (const maxRequests of [-1, Number.NaN, '3' as unknown as number]) {
    const act = () => {
      isCalled = true
    }
    const error = await errorFrom(() => metered(act, { maxRequests }))
    assert.instance(error, InvalidRequest)
    assert.match(error.message, 'maxRequests must be a number from 0 on')
  }
  assert.not(isCalled)
})

test.run()
