/** Each request makes one event, and no more: whatever goes on at the same time, fails, is given up, or throws in the handler. */
import { setTimeout as delay, setImmediate as turn } from 'node:timers/promises'
import fc from 'fast-check'
import { connect, metered, model, plus, type RequestEvent, type Sender, t } from 'keystorm'
import { deleteAll } from 'keystorm/bulk'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { runs } from '../support/runs.ts'

const Fruit = model('Fruit')
  .pk('farm')
  .sk('N#number')
  .gsi1('colour')
  .fields({ number: t.int(), colour: t.string(), count: t.int().default(0) })

/** What a service does with one request. */
const fate = fc.record({
  late: fc.integer({ min: 0, max: 2 }),
  retries: fc.constantFrom(0, 0, 0, 1, 2),
  fails: fc.constantFrom(undefined, undefined, undefined, 'ThrottlingException', 'ValidationException'),
  more: fc.boolean()
})
type Fate = typeof fate extends fc.Arbitrary<infer F> ? F : never

interface Sent {
  readonly operation: string
  attempts: number
  error: string | undefined
}

const row = Fruit.key({ farm: 'hill', number: 1 })
const key = { farm: 'hill', number: 1 }
const fruit = { ...key, colour: 'red' }

/** A sender whose requests end as they are fated to, and what it was sent. */
const fated = (fates: readonly Fate[]) => {
  const log: Sent[] = []
  const request: Sender['request'] = async (operation, input, options) => {
    const { late, retries, fails, more } = fates[log.length % fates.length] as Fate // there are some
    const sent: Sent = { operation, attempts: 1, error: undefined }
    log.push(sent)
    try {
      for (; sent.attempts <= retries; sent.attempts++) options?.onRetry?.() // which refuses what goes beyond a budget
      if (late > 0) await delay(late, undefined, { signal: options?.abortSignal })
      if (fails !== undefined) throw Object.assign(new Error('no'), { name: fails, $fault: 'client', $metadata: {} })
      const Item = {
        PK: { S: row.PK },
        SK: { S: row.SK },
        farm: { S: 'hill' },
        number: { N: '1' },
        colour: { S: 'red' }
      }
      const { RequestItems } = input as { readonly RequestItems?: object } // of whatever operation
      if (operation === 'Query' || operation === 'Scan')
        return { Items: [Item], Count: 1, ...(more && log.length < 40 && { LastEvaluatedKey: row }) } as never
      if (operation === 'BatchGetItem') return { Responses: {}, UnprocessedKeys: more ? RequestItems : {} } as never
      if (operation === 'BatchWriteItem') return { UnprocessedItems: more ? RequestItems : {} } as never
      return (operation === 'GetItem' ? { Item } : {}) as never // an output of whatever operation
    } catch (error) {
      sent.error = (error as Error).name
      throw error
    }
  }
  return { log, client: { request } }
}

type Way = (db: ReturnType<typeof connect>, signal: AbortSignal) => PromiseLike<unknown>

const hill = { farm: 'hill' }
const ways: Readonly<Record<string, Way>> = {
  put: (db, signal) => db.put(Fruit, fruit).signal(signal),
  get: (db, signal) => db.get(Fruit, key).signal(signal),
  update: (db, signal) =>
    db
      .update(Fruit, key)
      .set({ count: plus(1) })
      .signal(signal),
  query: (db, signal) => db.query(Fruit).where({ colour: 'red' }).onGsi1().signal(signal),
  page: (db, signal) => db.query(Fruit).where(hill).pageSize(2).signal(signal).page(),
  loop: async (db, signal) => {
    for await (const _ of db.query(Fruit).where(hill).signal(signal)) if (signal.aborted) break
  },
  scan: (db, signal) => db.scan(Fruit).segments(3).signal(signal),
  gets: (db, signal) => db.batchGet(db.get(Fruit, key), db.get(Fruit, { ...key, number: 2 })).signal(signal),
  puts: (db, signal) => db.batchWrite(db.put(Fruit, fruit)).signal(signal),
  transact: (db, signal) => db.transact(db.put(Fruit, fruit)).signal(signal),
  deleteAll: (db, signal) => deleteAll(db.query(Fruit).where(hill)).signal(signal),
  move: (db, signal) => db.move(Fruit, key, { number: 3 }).signal(signal),
  metered: db => metered(() => db.query(Fruit).where(hill), { maxRequests: 3 })
}

const tally = (all: readonly Pick<RequestEvent, 'operation' | 'attempts' | 'error'>[] | readonly Sent[]) =>
  all.map(({ operation, attempts, error }) => `${operation} ${attempts} ${error}`).sort()

test('each request is told of once, as it went', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fate, { minLength: 5, maxLength: 40 }),
      fc.array(
        fc.record({ way: fc.constantFrom(...Object.values(ways)), after: fc.constantFrom(undefined, 0, 1, 3) }),
        { minLength: 1, maxLength: 12 }
      ),
      fc.constantFrom('ends', 'throws', 'rejects', 'waits'),
      async (fates, works, handling) => {
        const { client, log } = fated(fates)
        const events: RequestEvent[] = []
        const onRequest = (event: RequestEvent): unknown => {
          events.push(event)
          if (handling === 'throws') throw new Error('the log is full')
          return handling === 'rejects' ? Promise.reject(new Error('no log')) : handling === 'waits' && delay(5)
        }
        const db = connect({ table: 'app', client, onRequest })
        const results = works.map(async ({ way, after }) => {
          const controller = new AbortController()
          if (after === 0) controller.abort()
          else if (after !== undefined) setTimeout(() => controller.abort(), after)
          await way(db, controller.signal)
        })
        await Promise.allSettled(results)
        // Of what was given up, the service still knows how it ended.
        for (let i = 0; i < 50 && events.length < log.length; i++) await delay(1)
        await turn()
        assert.equal(tally(events), tally(log))
      }
    ),
    { numRuns: runs(300) }
  ))

test.run()
