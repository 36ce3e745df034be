/** What must be made once of each item, by a service that knows its tokens for ten minutes, as DynamoDB does, and whose answers get lost. */
import { connect, model, plus, type Sender, t } from 'keystorm'
import { BulkIncomplete, updateAll } from 'keystorm/bulk'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { errorFrom } from '../support/errors.ts'

const Fruit = model('Fruit').pk('farm').sk('N#number').fields({ number: t.int(), weight: t.int() })
const ITEMS = 3
const MINUTE = 60_000
const keyOf = (number: number) => Fruit.key({ farm: 'hill', number })

interface Write {
  readonly ClientRequestToken: string
  readonly TransactItems: readonly { readonly Update: { readonly Key: { readonly SK: { readonly S: string } } } }[]
}

/** A service with a few fruits, and what it does with one request of them. */
const service = () => {
  const weights = new Map<string, number>(Array.from({ length: ITEMS }, (_, n) => [keyOf(n).SK, 0]))
  const known = new Map<string, number>()
  const now = { time: Date.UTC(2030, 0, 1) }
  let fate: (operation: string, count: number) => 'done' | 'lost' | Error = () => 'done'
  let count = 0
  const row = (SK: string) => ({
    ...{ PK: { S: keyOf(0).PK }, SK: { S: SK }, farm: { S: 'hill' } },
    ...{ number: { N: `${[...weights.keys()].indexOf(SK)}` }, weight: { N: `${weights.get(SK)}` } }
  })
  const carryOut = (operation: string, input: object): object => {
    if (operation === 'Query') {
      const { ExclusiveStartKey: start } = input as { ExclusiveStartKey?: { SK: { S: string } } }
      return { Items: [...weights.keys()].filter(SK => SK > (start?.SK.S ?? '')).map(row) }
    }
    if (operation === 'BatchGetItem') {
      const { app } = (input as { RequestItems: { app: { Keys: { SK: { S: string } }[] } } }).RequestItems
      return { Responses: { app: app.Keys.map(({ SK }) => row(SK.S)) } }
    }
    const { ClientRequestToken: token, TransactItems } = input as Write
    if (now.time - (known.get(token) ?? Number.NEGATIVE_INFINITY) < 10 * MINUTE) return {}
    known.set(token, now.time)
    for (const { Update } of TransactItems) weights.set(Update.Key.SK.S, (weights.get(Update.Key.SK.S) ?? 0) + 1)
    return {}
  }
  const client: Sender = {
    request: async (operation, input) => {
      const what = fate(operation, ++count)
      if (what instanceof Error) throw what
      const output = carryOut(operation, input)
      if (what === 'lost') throw new Error('nobody knows')
      return output as never // an output of whatever operation
    }
  }
  const on = (next: typeof fate) => {
    fate = next
    count = 0
  }
  const db = connect({ table: 'app', client })
  const run = () =>
    updateAll(db.query(Fruit).where({ farm: 'hill' }), fruit => fruit.set({ weight: plus(1) })).concurrency(1)
  return { now, on, run, weights: () => [...weights.values()] }
}

/** Runs with a clock that the service has, too. */
const withClock = async (use: (place: ReturnType<typeof service>) => Promise<void>) => {
  const place = service()
  const { now } = Date
  Date.now = () => place.now.time
  await use(place).finally(() => {
    Date.now = now
  })
}

const incomplete = async (act: () => PromiseLike<unknown>): Promise<BulkIncomplete> => {
  const error = await errorFrom(act)
  if (error instanceof BulkIncomplete) return error
  throw error
}

test('a run whose first write may have been carried out says how to go on, and makes it once', () =>
  withClock(async ({ on, run, weights }) => {
    on(operation => (operation === 'TransactWriteItems' ? 'lost' : 'done'))
    const { rest, left, data } = await incomplete(run)
    assert.equal([left.length, data.done], [1, 0])
    assert.equal(weights(), [1, 0, 0])
    on(() => 'done')
    await run().resume(rest)
    assert.equal(weights(), [1, 1, 1])
  }))

test('what refuses the first write is thrown as it is', () =>
  withClock(async ({ on, run, weights }) => {
    const refusal = Object.assign(new Error('no'), { name: 'ValidationException', $metadata: { httpStatusCode: 400 } })
    on(operation => (operation === 'TransactWriteItems' ? refusal : 'done'))
    assert.is(await errorFrom(run), refusal)
    assert.equal(weights(), [0, 0, 0])
  }))

test('what was left ten minutes ago is not made again, however often the run was resumed meanwhile', async () => {
  for (const second of ['unread', 'lost'])
    await withClock(async ({ now, on, run, weights }) => {
      on((operation, count) => (operation === 'TransactWriteItems' && count === 3 ? 'lost' : 'done'))
      const first = await incomplete(run)
      assert.equal(weights(), [1, 1, 0])
      now.time += 9 * MINUTE
      // The item that was left cannot be read, or is sent again.
      const fails = second === 'lost' ? 'TransactWriteItems' : 'BatchGetItem'
      on(operation => (operation === fails ? 'lost' : 'done'))
      const again = await incomplete(() => run().resume(first.rest))
      assert.is(again.left.length, 1)
      now.time += 9 * MINUTE
      on(() => 'done')
      assert.match((await errorFrom(() => run().resume(again.rest))).message, /comes too late/)
      await run().resume(again.rest, { isLeftDone: true })
      assert.equal(weights(), [1, 1, 1], second)
    })
})

test('what was begun after a run was resumed is known for ten minutes from then on', () =>
  withClock(async ({ now, on, run, weights }) => {
    on((operation, count) => (operation === 'TransactWriteItems' && count === 2 ? 'lost' : 'done'))
    const first = await incomplete(run)
    now.time += 9 * MINUTE
    on((operation, count) => (operation === 'TransactWriteItems' && count === 4 ? 'lost' : 'done'))
    const again = await incomplete(() => run().resume(first.rest))
    assert.equal([again.left.length, ...weights()], [1, 1, 1, 0])
    now.time += 9 * MINUTE
    on(() => 'done')
    await run().resume(again.rest)
    assert.equal(weights(), [1, 1, 1])
  }))

test.run()
