/** What the lean clients, of either way to send, do with what comes back, and when nothing does. */
import { connect, InvalidResponse, ItemExists, metered, model, TransactionCancelled, t } from 'keystorm'
import type { LeanClient, LeanOptions } from 'keystorm/lean'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { crc32 } from '../../lib/lean/crc32.ts'
import { errorFrom } from '../support/errors.ts'
import { type Answer, refusal, type Service, serving as servingTo } from './service.ts'

const Fruit = model('Fruit').pk('apple').sk('date').fields({ weight: t.number(), peel: t.binary().optional() })
const key = { apple: 'a', date: '1' }
const stored = { PK: { S: 'A#a#Fruit' }, SK: { S: 'D#1' }, apple: { S: 'a' }, date: { S: '1' }, weight: { N: '3' } }
const get = { TableName: 'app', Key: { PK: { S: 'a' } } }

/** Answers so many times so, and then well. */
const first =
  (answer: Answer, times = 1) =>
  (_: unknown, count: number) =>
    count <= times ? answer : { body: { Item: stored } }

/** Tells what a client made so must do. */
export const behaviour = (make: (options: LeanOptions) => LeanClient): void => {
  const serving = <T>(
    answer: Parameters<typeof servingTo>[0],
    use: (service: Service) => Promise<T>,
    options: LeanOptions = {}
  ): Promise<T> => servingTo(answer, use, options, make)

  for (const [what, answer] of [
    ['throttling', refusal('ThrottlingException')],
    ['a spent throughput', refusal('ProvisionedThroughputExceededException')],
    ['a fault of the service', refusal('InternalServerError', 500)],
    ['a gateway that does not speak JSON', { status: 503, body: '<html>busy</html>' }],
    ['too many requests', { status: 429, body: '' }],
    ['a wrong checksum', { headers: { 'x-amz-crc32': '1' }, body: '{"Item":{}}' }],
    ['an answer that is no JSON', { body: '{"Item":{"PK"' }]
  ] as [string, Answer][])
    test(`${what} is followed by another attempt`, () =>
      serving(first(answer), async ({ client, received }) => {
        const { Item, $metadata } = await client.request('GetItem', get)
        assert.equal(Item, stored)
        assert.equal([received.length, $metadata.attempts, $metadata.httpStatusCode], [2, 2, 200])
        const [one, two] = received.map(({ headers }) => headers)
        assert.is(one?.['amz-sdk-invocation-id'], two?.['amz-sdk-invocation-id'])
        assert.equal([one?.['amz-sdk-request'], two?.['amz-sdk-request']], ['attempt=1; max=4', 'attempt=2; max=4'])
      }))

  test('a body that is cut off is followed by another attempt, and in the end by an error that says so', () =>
    serving(
      (_, count, response) => {
        if (count === 3) return { body: { Item: stored } }
        response.writeHead(200, { 'content-length': '1000' }).write('{"Item":')
        setTimeout(() => response.destroy(), 10)
        return undefined
      },
      async ({ client, received }) => {
        assert.equal((await client.request('GetItem', get)).Item, stored)
        assert.is(received.length, 3)
        const error = await errorFrom(() => client.request('GetItem', get))
        assert.is((error as NodeJS.ErrnoException).code, 'ECONNRESET')
        assert.is(received.length, 7)
      }
    ))

  for (const [what, body, headers, said] of [
    ['a checksum that stays wrong', '{}', { 'x-amz-crc32': '7' }, /GetItem: .* its checksum is wrong/],
    ['text that stays no JSON', 'Hello!', {}, /GetItem: .* it is no JSON/],
    ['JSON that is no object', '5', {}, /GetItem: .* it is no JSON/]
  ] as const)
    test(`${what} is an error that says so`, () =>
      serving(
        () => ({ body, headers }),
        async ({ client, received }) => {
          const error = await errorFrom(() => client.request('GetItem', get))
          assert.instance(error, InvalidResponse)
          assert.match(error.message, said)
          assert.is(received.length, 4)
        }
      ))

  test('a checksum that is right is', () => {
    assert.is(crc32(Buffer.from('123456789')), 0xcbf43926)
    const body = JSON.stringify({ Item: stored })
    const headers = { 'x-amz-crc32': `${crc32(Buffer.from(body))}` }
    return serving(
      () => ({ body, headers }),
      async ({ client, received }) => {
        assert.equal((await client.request('GetItem', get)).Item, stored)
        assert.is(received.length, 1)
      }
    )
  })

  for (const name of [
    'ConditionalCheckFailedException',
    'ValidationException',
    'ResourceNotFoundException',
    'AccessDeniedException'
  ])
    test(`${name} is told at once, as the SDK tells it`, () =>
      serving(
        () => refusal(name),
        async ({ client, received }) => {
          const error = await errorFrom(() => client.request('GetItem', get))
          const { $fault, $metadata } = error as Error & { $fault: string; $metadata: { attempts: number } }
          assert.equal([error.name, error.message, $fault], [name, `this is ${name}`, 'client'])
          assert.equal([$metadata.attempts, received.length], [1, 1])
        }
      ))

  test('what stands between and does not speak JSON is told by its status', () =>
    serving(
      () => ({ status: 413, body: '<html>' }),
      async ({ client }) => assert.is((await errorFrom(() => client.request('GetItem', get))).message, 'HTTP 413')
    ))

  test("keystorm's own errors are made of the lean client's: items and reasons are in them", async () => {
    const Item = { ...stored, peel: { B: 'AQL/' } }
    const failed = refusal('ConditionalCheckFailedException', 400, { Item })
    await serving(
      () => failed,
      async ({ client }) => {
        const db = connect({ table: 'app', client })
        assert.instance(await errorFrom(() => db.create(Fruit, { ...key, weight: 1 })), ItemExists)
        const error = await errorFrom(() => db.update(Fruit, key).set({ weight: 1 }).if({ weight: 5 }))
        const { item } = error as Error & { item: { peel: Uint8Array } }
        assert.equal(item.peel, Uint8Array.of(1, 2, 255))
        assert.is(item.peel.constructor, Uint8Array)
      }
    )
    const CancellationReasons = [{ Code: 'ValidationError', Message: 'no' }]
    await serving(
      () => refusal('TransactionCanceledException', 400, { CancellationReasons }),
      async ({ client }) => {
        const db = connect({ table: 'app', client })
        const error = await errorFrom(() => db.transact(db.put(Fruit, { ...key, weight: 1 })))
        assert.instance(error, TransactionCancelled)
        assert.is((error as TransactionCancelled).data.reasons[0]?.code, 'ValidationError')
      }
    )
  })

  test('a clock that is an hour off is put right by the first refusal, and stays so', async () => {
    const hour = 3_600_000
    for (const off of [hour, -hour])
      await serving(
        ({ headers }) => {
          const date = new Date(Date.now() + off)
          const [, y, mo, d, h, mi, s] = /^(....)(..)(..)T(..)(..)(..)Z$/.exec(String(headers['x-amz-date'])) ?? []
          const asked = Date.parse(`${y}-${mo}-${d}T${h}:${mi}:${s}Z`)
          const isFine = Math.abs(asked - date.getTime()) < 300_000
          const answer = isFine ? { body: { Item: stored } } : refusal('InvalidSignatureException')
          return { ...answer, headers: { date: date.toUTCString() } }
        },
        async ({ client, received }) => {
          await Promise.all([1, 2, 3].map(() => client.request('GetItem', get)))
          assert.ok(received.length <= 6)
          const before = received.length
          await client.request('GetItem', get)
          assert.is(received.length, before + 1)
        }
      )
  })

  test('a signature that is refused though the clocks agree is told at once', () =>
    serving(
      () => refusal('InvalidSignatureException'),
      async ({ client, received }) => {
        assert.is((await errorFrom(() => client.request('GetItem', get))).name, 'InvalidSignatureException')
        assert.is(received.length, 1)
      }
    ))

  test('when nothing gets through, a client repeats no more than its tokens last', () =>
    serving(
      () => refusal('InternalServerError', 500),
      async ({ client, received }) => {
        const all = await Promise.allSettled(Array.from({ length: 20 }, () => client.request('GetItem', get)))
        assert.ok(all.every(({ status }) => status === 'rejected'))
        assert.is(received.length, 20 + Math.floor(500 / 14))
      }
    ))

  test('the service is given the time it asks for', () =>
    serving(
      first({ ...refusal('InternalServerError', 500), headers: { 'x-amz-retry-after': '300' } }),
      async ({ client }) => {
        const since = performance.now()
        await client.request('GetItem', get)
        assert.ok(performance.now() - since >= 295)
      }
    ))

  test('metered() counts each attempt, and its budget ends them', () =>
    serving(first(refusal('InternalServerError', 500), 2), async ({ client, received }) => {
      const db = connect({ table: 'app', client })
      const { usage } = await metered(() => db.get(Fruit, key))
      assert.equal([usage.requests, usage.retries, received.length], [3, 2, 3])
      assert.match(received[0]?.body ?? '', '"ReturnConsumedCapacity":"TOTAL"')
    }).then(() =>
      serving(
        () => refusal('InternalServerError', 500),
        async ({ client, received }) => {
          const db = connect({ table: 'app', client })
          const error = await errorFrom(() => metered(() => db.get(Fruit, key), { maxRequests: 2 }))
          assert.equal([error.name, received.length], ['BudgetExceeded', 2])
        }
      )
    ))

  test('a signal ends a request on its way, and one that waits for its next attempt', async () => {
    await serving(
      () => undefined,
      async ({ client }) => {
        const abortSignal = AbortSignal.timeout(50)
        const error = await errorFrom(() => client.request('GetItem', get, { abortSignal }))
        assert.is(error, abortSignal.reason)
      }
    )
    await serving(
      () => ({ ...refusal('InternalServerError', 500), headers: { 'retry-after': '5' } }),
      async ({ client, received }) => {
        const abortSignal = AbortSignal.timeout(100)
        const since = performance.now()
        assert.is(await errorFrom(() => client.request('GetItem', get, { abortSignal })), abortSignal.reason)
        assert.ok(performance.now() - since < 2_000)
        assert.is(received.length, 1)
      }
    )
    await serving(
      () => ({}),
      async ({ client, received }) => {
        const abortSignal = AbortSignal.abort(new Error('before'))
        assert.is((await errorFrom(() => client.request('GetItem', get, { abortSignal }))).message, 'before')
        assert.is(received.length, 0)
      }
    )
  })

  test('an attempt that takes too long is a TimeoutError, after which there is another', () =>
    serving(
      (_, count) => ({ body: { Item: stored }, after: count === 1 ? 1_000 : 0 }),
      async ({ client, received }) => {
        assert.equal((await client.request('GetItem', get)).Item, stored)
        assert.is(received.length, 2)
      },
      { requestTimeout: 250 }
    ))
}
