/** What docs/reliability.md says, point by point. */
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import {
  append,
  BatchIncomplete,
  BudgetExceeded,
  type Client,
  ConditionFailed,
  connect,
  createTable,
  type Db,
  ItemExists,
  type ItemOf,
  metered,
  minus,
  model,
  NoTable,
  plus,
  TransactionCancelled,
  t
} from 'keystorm'
import { modify } from 'keystorm/modify'
import { startLocalEngine } from 'keystorm/testing'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { backoff } from '../../lib/driver/backoff.ts'
import { COURSE } from '../../lib/verbs/batch/bulk.ts'
import { clientOf } from '../support/client.ts'
import { lacks } from '../support/engine.ts'
import { errorFrom } from '../support/errors.ts'
import { pointsOf } from '../support/points.ts'
import { type FaultProxy, type ProxyOptions, startFaultProxy } from './proxy.ts'

const Page = model('Page')
  .pk('site')
  .sk('page')
  .fields({ hits: t.int().default(0), title: t.string().optional(), log: t.list(t.int()).default(() => []) })
const Locked = model('Locked').pk('id').sk('#id').fields({ hits: t.int(), version: t.version() })

type PageItem = ItemOf<typeof Page>
const pageOf = (n: number): PageItem => ({ site: 'a', page: `p${n}`, hits: 0, log: [] })
const pages = (count: number) => Array.from({ length: count }, (_, n) => pageOf(n))
const page = pageOf(0)

const engine = await startLocalEngine()
test.after(() => engine.stop())
interface Place {
  /** Through the faults, and beside them. */
  readonly db: Db
  readonly direct: Db
  readonly client: Client
  readonly proxy: FaultProxy
  readonly counts: FaultProxy['counts']
}

const through = async (
  faults: ProxyOptions['faults'],
  maxAttempts: number,
  use: (place: Place) => Promise<void>,
  options: Partial<ProxyOptions> = {}
): Promise<void> => {
  const table = `reliability-${randomUUID()}` // the proxy leaves such a name out of account: faults are the same each time
  const direct = connect({ table, client: engine.client })
  await createTable(direct)
  const proxy = await startFaultProxy(engine.endpoint, { seed: 1, faults, ...options })
  const client = clientOf(proxy.endpoint, maxAttempts)
  try {
    await use({ db: connect({ table, client }), direct, client, proxy, counts: proxy.counts })
  } finally {
    client.destroy()
    await proxy.stop()
  }
}

/** The first answer gets lost, and the second arrives. */
const lost = (use: (place: Place) => Promise<void>, options: Partial<ProxyOptions> = {}) =>
  through({ lose: 1 }, 2, use, { isMerciful: true, ...options })

/** With a client of a server that never answers. */
const unanswered = async (use: (db: Db, endpoint: string) => Promise<void>): Promise<void> => {
  const server = createServer(() => {})
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The server has no port.')
  const endpoint = `http://127.0.0.1:${address.port}`
  const client = clientOf(endpoint)
  try {
    await use(connect({ table: 'table', client }), endpoint)
  } finally {
    client.destroy()
    server.closeAllConnections()
    server.close()
  }
}

const incompleteFrom = async (act: () => unknown): Promise<BatchIncomplete> => {
  const error = await errorFrom(act)
  assert.ok(error instanceof BatchIncomplete, `${error.stack}`)
  return error
}

const points = pointsOf('docs/reliability.md')
const backed = new Set<string>()
const transactionTest = lacks('transactions') ? test.skip : test

/** A point of the page, by how it begins, and what backs it. */
const says = (beginning: string, back: () => Promise<void>, run: typeof transactionTest = test): void => {
  const [point = beginning, ...others] = points.filter(one => one.startsWith(beginning))
  backed.add(point)
  run(point, () => {
    assert.ok(points.includes(point) && others.length === 0, 'the page has no such point, or several')
    return back()
  })
}

says('The SDK repeats a request', async () => {
  for (const fault of ['drop', 'lose', 'throttle', 'error'] as const)
    for (const maxAttempts of [1, 3])
      await through({ [fault]: 1 }, maxAttempts, async ({ db, counts }) => {
        await errorFrom(() => db.get(Page, page))
        assert.is(counts.requests, maxAttempts, fault)
      })
})

says('A failure that cannot pass', () =>
  through({}, 3, async ({ db, client, counts }) => {
    await db.put(Page, page)
    assert.instance(await errorFrom(() => db.create(Page, page)), ItemExists)
    assert.is(counts.requests, 2)
    const nowhere = connect({ table: 'nowhere', client })
    assert.instance(await errorFrom(() => nowhere.get(Page, page)), NoTable)
    assert.instance(await errorFrom(() => nowhere.batchWrite(nowhere.put(Page, page))), NoTable)
    assert.is(counts.requests, 4)
  })
)

says('`batchGet`, `batchWrite` and `load` send again', () =>
  through({ drop: 0.2, throttle: 0.2, error: 0.2, unprocessed: 0.5 }, 1, async ({ db, counts }) => {
    const all = pages(150)
    const patience = { attempts: 50 } // more than half of the requests bring nothing: ten tries are too few of some
    const gets = db.batchGet(all.map(one => db.get(Page, one))).retry(patience)
    assert.is(await db.load(Page, all).retry(patience), 150)
    assert.equal(await gets, all)
    await db.batchWrite(all.map(one => db.delete(Page, one))).retry(patience)
    assert.equal(
      await gets,
      all.map(() => undefined)
    )
    for (const fault of ['drop', 'throttle', 'error', 'unprocessed'] as const) assert.ok(counts[fault] > 0, fault)
  })
)

says('They give up after ten tries', () =>
  through({ drop: 1 }, 1, async ({ db, counts }) => {
    const write = db.batchWrite(db.put(Page, page))
    const error = await incompleteFrom(() => write)
    assert.match(error.message, 'given up after 10 tries')
    assert.is(counts.requests, 10)
    assert.is(COURSE.milliseconds, 60_000)
    await incompleteFrom(() => write.retry({ attempts: 2 }))
    assert.is(counts.requests, 12)
    await incompleteFrom(() => write.retry({ milliseconds: 0 }))
    assert.is(counts.requests, 13)
  })
)

says(
  'A transaction is sent again if another one',
  async () => {
    // Few enough faults for ten tries, and enough transactions for both of them.
    await through({ conflict: 0.2, lose: 0.2 }, 1, async ({ db, direct, counts }) => {
      for (let n = 0; n < 40; n++) await db.transact(db.put(Page, pageOf(n)), db.delete(Page, pageOf(n + 100)))
      assert.is(await direct.query(Page).where({ site: 'a' }).count(), 40)
      assert.ok(counts.conflict > 0 && counts.lose > 0)
    })
    await through({ conflict: 1 }, 1, async ({ db, counts }) => {
      assert.instance(await errorFrom(() => db.transact(db.put(Page, page))), TransactionCancelled)
      assert.is(counts.requests, 10)
    })
  },
  transactionTest
)

says('Between tries, batches and transactions', async () => {
  const bounds = [1, 2, 3, 8, 9, 50].map(tries => backoff(tries, () => 1))
  assert.equal(bounds, [25, 50, 100, 3200, 5000, 5000])
  assert.is(
    backoff(5, () => 0.25),
    100
  )
})

says('There is no time limit', () =>
  unanswered(async (db, endpoint) => {
    const endless = db.get(Page, page).then(
      () => 'answered',
      () => 'ended'
    )
    const limited = clientOf(endpoint, 1, 50)
    const error = await errorFrom(() => connect({ table: 'table', client: limited }).get(Page, page))
    assert.is(error.name, 'TimeoutError')
    const signal = AbortSignal.timeout(200)
    assert.is(await errorFrom(() => db.get(Page, page).signal(signal)), signal.reason)
    assert.is(await Promise.race([endless, 'still waiting']), 'still waiting')
    limited.destroy()
  })
)

says('A signal ends every verb', async () => {
  await unanswered(async db => {
    const verbs: ((signal: AbortSignal) => PromiseLike<unknown>)[] = [
      signal => db.get(Page, page).signal(signal),
      signal => db.create(Page, page).signal(signal),
      signal => db.put(Page, page).signal(signal),
      signal => db.update(Page, page).set({ hits: 1 }).signal(signal),
      signal => db.delete(Page, page).signal(signal),
      signal => db.move(Page, page, { page: 'x' }).signal(signal),
      signal => db.query(Page).where({ site: 'a' }).signal(signal),
      signal => db.scan(Page).signal(signal),
      signal => db.transact(db.get(Page, page)).signal(signal),
      signal => db.transact(db.put(Page, page)).signal(signal),
      signal => db.check(Page, page).if({ hits: 1 }).signal(signal),
      signal => db.batchGet(db.get(Page, page)).signal(signal),
      signal => db.batchWrite(db.put(Page, page)).signal(signal),
      signal => db.load(Page, [page]).signal(signal)
    ]
    for (const verb of verbs) {
      const signal = AbortSignal.timeout(30)
      const error = await errorFrom(async () => await verb(signal))
      assert.is(error instanceof BatchIncomplete ? error.cause : error, signal.reason, `${verb}`)
    }
  })
  await through({ drop: 1 }, 1, async ({ db, counts }) => {
    const signal = AbortSignal.timeout(300)
    const error = await incompleteFrom(() => db.batchWrite(db.put(Page, page)).retry({ attempts: 1000 }).signal(signal))
    assert.is(error.cause, signal.reason)
    assert.ok(counts.requests > 1)
  })
})

says('A write may have been carried out', async () => {
  await through({ lose: 1 }, 1, async ({ db, direct }) => {
    await errorFrom(() => db.put(Page, page))
    assert.equal(await direct.get(Page, page), page)
  })
  const stop = new AbortController()
  await through(
    {},
    1,
    async ({ db, direct }) => {
      const { message } = await errorFrom(() => db.put(Page, page).signal(stop.signal))
      assert.is(message, 'too late')
      assert.equal(await direct.get(Page, page), page)
    },
    { after: () => stop.abort(new Error('too late')) }
  )
})

says(
  'A transaction is carried out once',
  () =>
    lost(async ({ db, direct, counts }) => {
      await direct.put(Page, page)
      const other = pageOf(1)
      await db.transact(db.update(Page, page).set({ hits: plus(1) }), db.create(Page, other))
      assert.equal(await direct.get(Page, page), { ...page, hits: 1 })
      await db.move(Page, page, { page: 'moved' })
      assert.is(await direct.get(Page, page), undefined)
      assert.equal(await direct.get(Page, { site: 'a', page: 'moved' }), { ...page, page: 'moved', hits: 1 })
      assert.is(counts.lose, 3) // of two transactions, and of the read before the move
      const calls: number[] = []
      const next = await modify(db, Page, other, one => {
        calls.push(one.hits)
        return { ...one, hits: one.hits + 1 }
      })
      assert.equal([calls, next.hits, (await direct.get(Page, other))?.hits], [[0], 1, 1])
    }),
  transactionTest
)

says(
  'A single write in a transaction of its own',
  () =>
    lost(async ({ db, direct, counts }) => {
      await direct.put(Page, page)
      await db.transact(db.update(Page, page).set({ hits: plus(1), log: append(7) }))
      assert.equal(await direct.get(Page, page), { ...page, hits: 1, log: [7] })
      assert.is(counts.lose, 1)
    }),
  transactionTest
)

says(
  'With `.token()`, a transaction is also carried out once',
  () =>
    through({ lose: 1 }, 1, async ({ db, direct }) => {
      await direct.put(Page, page)
      const hit = (by: Db) => by.transact(by.update(Page, page).set({ hits: plus(1) })).token('a-token')
      await errorFrom(() => hit(db).signal(AbortSignal.timeout(1000)))
      const again = hit(direct)
      await again
      await again
      assert.is((await direct.get(Page, page))?.hits, 1)
    }),
  transactionTest
)

says('A write with the version it has read', () =>
  lost(async ({ db, direct }) => {
    const seen = await direct.create(Locked, { id: 'a', hits: 0 })
    const error = await errorFrom(() => db.update(Locked, seen).set({ hits: plus(1) }))
    assert.instance(error, ConditionFailed)
    const written = { id: 'a', hits: 1, version: 2 }
    assert.equal(await direct.get(Locked, seen), written)
    assert.equal((error as ConditionFailed).item, written)
    assert.instance(await errorFrom(() => db.put(Locked, { ...written, hits: 5 })), ConditionFailed)
    assert.equal(await direct.get(Locked, seen), { id: 'a', hits: 5, version: 3 })
  })
)

says('A `put`, a `delete` and an `update` that sets values', () =>
  lost(async ({ db, direct, counts }) => {
    await db.put(Page, page)
    assert.equal(await direct.get(Page, page), page)
    await db.update(Page, page).set({ title: 'new', hits: 3 })
    assert.equal(await direct.get(Page, page), { ...page, title: 'new', hits: 3 })
    await db.delete(Page, page)
    assert.is(await direct.get(Page, page), undefined)
    assert.is(counts.lose, 3)
  })
)

says('But the second try also replaces', async () => {
  let meddle = async () => {}
  await lost(
    async ({ db, direct, counts }) => {
      meddle = () => direct.put(Page, { ...page, title: 'of somebody else' }).then(() => {})
      await db.put(Page, { ...page, title: 'mine' })
      assert.is(counts.requests, 2)
      assert.is((await direct.get(Page, page))?.title, 'mine')
    },
    { before: count => count === 2 && meddle() }
  )
})

says('An `update` with `plus`', () =>
  lost(async ({ db, direct }) => {
    await direct.put(Page, page)
    await db.update(Page, page).set({ hits: plus(1), log: append(7) })
    assert.equal(await direct.get(Page, page), { ...page, hits: 2, log: [7, 7] })
    await db.update(Page, page).set({ hits: minus(3) })
    assert.is((await direct.get(Page, page))?.hits, -4)
  })
)

says('A `create` throws `ItemExists`', () =>
  lost(async ({ db, direct }) => {
    assert.instance(await errorFrom(() => db.create(Page, { ...page, title: 'mine' })), ItemExists)
    assert.is((await direct.get(Page, page))?.title, 'mine')
  })
)

says('A write with `.if()` may throw', () =>
  lost(async ({ db, direct }) => {
    await direct.put(Page, { ...page, title: 'old' })
    const update = db.update(Page, page).set({ title: 'new' }).if({ title: 'old' })
    const error = await errorFrom(() => update)
    assert.instance(error, ConditionFailed)
    assert.is((await direct.get(Page, page))?.title, 'new')
  })
)

says('A batch is not a transaction', () =>
  through({}, 1, async ({ db, direct }) => {
    const stop = new AbortController()
    const write = db.batchWrite(pages(100).map(one => db.put(Page, one)))
    await incompleteFrom(() =>
      write
        .concurrency(1)
        .signal(stop.signal)
        .onProgress(() => stop.abort())
    )
    assert.is(await direct.query(Page).where({ site: 'a' }).count(), 25)
  })
)

says('`BatchIncomplete` has exactly what', () =>
  through({ drop: 0.4, unprocessed: 0.3 }, 1, async ({ db, direct }) => {
    const puts = pages(500).map(one => db.put(Page, one))
    const write = db.batchWrite(puts).retry({ attempts: 1 }).concurrency(16) // some of so many get through
    const { left, data } = await incompleteFrom(() => write)
    assert.ok(data.done > 0 && left.length > 0)
    const there = await direct.query(Page).where({ site: 'a' })
    const names = new Set(there.map(one => one.page))
    const missing = puts.filter((_, n) => !names.has(`p${n}`))
    assert.equal(left, missing) // nothing of what was dropped was done, so here it is the very same
  })
)

says('What is left may have been done', () =>
  through({ lose: 0.8 }, 1, async ({ db, direct }) => {
    const all = pages(200)
    const puts = all.map(one => db.put(Page, one))
    const { left, data } = await incompleteFrom(() => db.batchWrite(puts).retry({ attempts: 1 }))
    const count = () => direct.query(Page).where({ site: 'a' }).count()
    assert.ok((await count()) > data.done)
    const rest = data.positions.map(place => direct.put(Page, all[place] ?? page))
    assert.is(rest.length, left.length)
    await direct.batchWrite(rest)
    assert.is(await count(), 200)
    assert.equal(await direct.batchGet(all.map(one => direct.get(Page, one))), all)
  })
)

says('Items that a `load` has counted as done', () =>
  through({}, 1, async ({ db, direct, proxy }) => {
    const all = pages(1000)
    const load = db.load(Page, all).retry({ attempts: 1 })
    const error = await incompleteFrom(() => load.onProgress(({ done }) => void (done >= 200 && proxy.stop())))
    const { done, left } = error.data
    const names = new Set((await direct.query(Page).where({ site: 'a' })).map(one => one.page))
    assert.ok(done >= 200 && names.size >= done)
    const pagesLeft = new Set((left as PageItem[]).map(one => one.page)) // as they were when they were taken
    for (const one of all.slice(0, done + left.length)) assert.ok(names.has(one.page) || pagesLeft.has(one.page))
    await direct.load(Page, [...(left as PageItem[]), ...all.slice(done + left.length)])
    assert.is(await direct.query(Page).where({ site: 'a' }).count(), 1000)
  })
)

says('A query of several pages is not one moment', () =>
  through({}, 1, async ({ db, direct }) => {
    for (const name of ['a', 'b', 'c', 'd']) await direct.put(Page, { ...page, page: name })
    const seen: string[] = []
    for await (const one of db.query(Page).where({ site: 'a' }).pageSize(1)) {
      if (seen.length === 0) await direct.put(Page, { ...page, page: 'e' })
      seen.push(one.page)
    }
    assert.equal(seen, ['a', 'b', 'c', 'd', 'e'])
  })
)

says('A page that DynamoDB ends early', () =>
  through({ cut: 1 }, 1, async ({ db, direct, counts }) => {
    const all = pages(60)
    await direct.load(Page, all)
    const query = db.query(Page).where({ site: 'a' })
    assert.is((await query).length, 60)
    assert.is(await query.limit(50).count(), 50)
    assert.is((await db.scan(Page).segments(3)).length, 60)
    assert.ok(counts.cut > 10)
  })
)

says(
  'The gets of a transaction are one moment',
  () =>
    through({ slow: 0.5 }, 1, async ({ db, direct }) => {
      const [left, right] = [pageOf(1), pageOf(2)]
      await direct.load(Page, [left, right])
      let isDone = false
      const add = async (): Promise<void> => {
        const both = [left, right].map(one => direct.update(Page, one).set({ hits: plus(1) }))
        while (!isDone) await direct.transact(...both)
      }
      const look = async (): Promise<void> => {
        for (let i = 0; i < 50; i++) {
          const [one, other] = await db.transact(db.get(Page, left).orThrow(), db.get(Page, right).orThrow())
          assert.is(one.hits, other.hits)
        }
        isDone = true
      }
      await Promise.all([add(), look()])
      const { hits } = await direct.get(Page, left).orThrow()
      assert.ok(hits > 0)
      const moved = direct.update(Page, right).set({ title: 'x' })
      await direct.transact(direct.check(Page, left).if({ hits }), moved)
      await errorFrom(() => direct.transact(direct.check(Page, left).if({ hits: 0 }), moved.set({ hits: 0 })))
      assert.is((await direct.get(Page, right).orThrow()).hits, hits)
    }),
  transactionTest
)

says('`metered` counts every request', () => {
  const faults = { error: 0.2, lose: 0.1, unprocessed: 0.3, cut: 0.3 }
  return through(
    faults,
    3,
    async ({ db, counts }) => {
      const { result, usage } = await metered(async () => {
        await db.load(Page, pages(400))
        await db.batchGet(pages(150).map(one => db.get(Page, one)))
        if (!lacks('transactions')) await db.transact(...pages(20).map(one => db.put(Page, one)))
        return (await db.query(Page).where({ site: 'a' }).pageSize(30)).length
      })
      assert.is(result, 400)
      assert.ok(usage.requests > 10 && usage.retries > 2, JSON.stringify(usage))
      assert.is(usage.requests, counts.requests)
    },
    { isMerciful: true }
  )
})

says('A budget of requests covers all of them', async () => {
  for (const maxRequests of [1, 2, 3, 5, 9])
    await through({ error: 1 }, 4, async ({ db, counts }) => {
      const write = () => db.batchWrite(pages(10).map(one => db.put(Page, one))).concurrency(1)
      assert.instance(await errorFrom(() => metered(write, { maxRequests })), BudgetExceeded)
      assert.is(counts.requests, maxRequests)
    })
  await through({}, 1, async ({ db, counts }) => {
    const write = () => db.batchWrite(pages(60).map(one => db.put(Page, one))).concurrency(1)
    const error = await incompleteFrom(() => metered(write, { maxRequests: 2 }))
    assert.instance(error.cause, BudgetExceeded)
    assert.equal([error.left.length, counts.requests], [10, 2])
  })
})

says('Units are those that DynamoDB reports', async () => {
  await lost(async ({ db, counts }) => {
    const { usage } = await metered(() => db.put(Page, page))
    assert.equal([usage.requests, usage.retries, counts.lose], [2, 1, 1])
    const once = await metered(() => db.put(Page, pageOf(1)))
    assert.is(usage.writeUnits, once.usage.writeUnits)
  })
  await through({}, 1, async ({ db }) => {
    await db.put(Page, page)
    const { usage } = await metered(() => errorFrom(() => db.create(Page, page)))
    assert.equal([usage.requests, usage.writeUnits], [1, 0])
  })
})

says(
  'A transaction that is sent again after',
  () =>
    through({}, 1, async ({ db }) => {
      const write = db.transact(db.put(Page, page), db.put(Page, pageOf(1))).token(`units-${process.pid}`)
      const first = await metered(() => write)
      const second = await metered(() => write)
      assert.ok(first.usage.writeUnits > 0 && first.usage.readUnits === 0)
      // DynamoDB Local tells what it costs, but not that it is for reading.
      assert.ok(second.usage.readUnits > 0 || engine.name === 'endpoint')
    }),
  transactionTest
)

says('A budget of units stops later requests', () =>
  through({}, 1, async ({ db, direct, counts }) => {
    await direct.put(Page, page)
    const gets = () => Promise.allSettled(Array.from({ length: 5 }, () => db.get(Page, page)))
    const { result, usage } = await metered(async () => [await gets(), await gets()], { maxReadUnits: 0.5 })
    assert.equal(
      result.map(all => all.filter(({ status }) => status === 'fulfilled').length),
      [5, 0]
    )
    assert.equal([usage.requests, usage.readUnits, counts.requests], [5, 2.5, 5])
  })
)

test('every point of the page is backed', () => {
  assert.ok(points.length > 20)
  assert.equal(
    points.filter(point => !backed.has(point)),
    []
  )
})

test.run()
