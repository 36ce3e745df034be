/** What is done to all items of a read, through a proxy that loses, refuses and delays: nothing is left out, and nothing done twice. */
import { randomUUID } from 'node:crypto'
import { connect, createTable, type Db, model, plus, t } from 'keystorm'
import { BulkIncomplete, deleteAll, updateAll } from 'keystorm/bulk'
import { coalesced } from 'keystorm/coalesce'
import { startLocalEngine } from 'keystorm/testing'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { clientOf } from '../support/client.ts'
import { lacks } from '../support/engine.ts'
import { runs } from '../support/runs.ts'
import { type FaultProxy, startFaultProxy } from './proxy.ts'
import { diceOf } from './seeded.ts'

const Note = model('Note')
  .pk('owner')
  .sk('N#number')
  .fields({ number: t.int({ digits: 4 }), stars: t.int().default(0), text: t.string().optional(), seen: t.updatedAt() })
const Locked = model('Locked')
  .pk('owner')
  .sk('number')
  .fields({ number: t.int(), stars: t.int(), version: t.version() })

const ITEMS = 60
const numbers = (count: number) => Array.from({ length: count }, (_, n) => n)
const transactions = lacks('transactions') ? test.skip : test

const engine = await startLocalEngine()
test.after(() => engine.stop())

interface Place {
  readonly db: Db
  /** Beside the faults. */
  readonly direct: Db
  readonly counts: FaultProxy['counts']
}

const FAULTS = { drop: 0.05, lose: 0.12, error: 0.08, throttle: 0.08, unprocessed: 0.3, cut: 0.3, conflict: 0.05 }

const through = async (seed: number, use: (place: Place) => Promise<void>): Promise<void> => {
  const table = `bulk-${randomUUID()}`
  const direct = connect({ table, client: engine.client })
  await createTable(direct)
  await direct.load(
    Note,
    numbers(ITEMS).map(number => ({ owner: 'o', number }))
  )
  await direct.load(
    Locked,
    numbers(20).map(number => ({ owner: 'l', number, stars: 0 }))
  )
  const proxy = await startFaultProxy(engine.endpoint, { seed, faults: FAULTS })
  const client = clientOf(proxy.endpoint, 2)
  try {
    await use({ db: connect({ table, client }), direct, counts: proxy.counts })
  } finally {
    client.destroy()
    await proxy.stop()
  }
}

type Run = ReturnType<typeof deleteAll> | ReturnType<typeof updateAll>

/** Carries something out that ends again and again, after a few items or with the patience of two tries, and goes on. */
const carriedOut = async (make: () => Run, seed: number, concurrency = 12) => {
  const dice = diceOf(`${seed}`)
  const counts = { done: 0, changed: 0, gone: 0, ends: 0 }
  let run = make()
  for (;;) {
    const stop = new AbortController()
    const most = dice() * 25
    const before = counts.done
    try {
      const outcome = await run
        .retry({ attempts: 2 })
        .concurrency(concurrency)
        .signal(stop.signal)
        .onProgress(({ done }) => counts.ends < 5 && done > most && stop.abort())
      for (const name of ['done', 'changed', 'gone'] as const) counts[name] += outcome[name]
      return counts
    } catch (error) {
      if (!(error instanceof BulkIncomplete)) {
        if (counts.done === before && ++counts.ends < 50) continue // nothing was done yet, and what was left is the same
        throw error
      }
      for (const name of ['done', 'changed', 'gone'] as const) counts[name] += error.data[name]
      counts.ends++
      run = make().resume(error.rest)
    }
  }
}

test('all is deleted in the end, and each item is counted once', async () => {
  let troubles = 0
  for (const seed of numbers(runs(2)))
    await through(seed, async ({ db, direct, counts }) => {
      const read = () => db.query(Note).where({ owner: 'o' }).pageSize(25)
      const { done, changed, gone, ends } = await carriedOut(() => deleteAll(read()), seed, 1)
      assert.is(await direct.query(Note).where({ owner: 'o' }).count(), 0)
      assert.ok(done + gone >= ITEMS && changed === 0, `${done} and ${gone}`)
      troubles += ends + counts.lose + counts.error + counts.drop
      const filtered = deleteAll(db.query(Locked).where({ owner: 'l' }).filter({ stars: 0 }))
      const second = await carriedOut(() => filtered, seed)
      assert.is(second.done + second.gone, 20)
      assert.is(await direct.query(Locked).where({ owner: 'l' }).count(), 0)
    })
  assert.ok(troubles > 0)
})

transactions('a change that is another when it is made twice is made once of each item', async () => {
  for (const seed of numbers(runs(2)))
    await through(seed, async ({ db, direct, counts }) => {
      const read = () => db.query(Note).where({ owner: 'o' }).pageSize(25)
      const { ends } = await carriedOut(() => updateAll(read(), change => change.set({ stars: plus(1) })), seed)
      const stars = (await direct.query(Note).where({ owner: 'o' })).map(note => note.stars)
      assert.equal(stars, new Array(ITEMS).fill(1), `seed ${seed}`)
      assert.ok(ends > 0 && counts.lose > 0)
      const locked = () => updateAll(db.query(Locked).where({ owner: 'l' }), change => change.set({ stars: plus(1) }))
      await carriedOut(locked, seed)
      const all = await direct.query(Locked).where({ owner: 'l' })
      assert.equal(
        all.map(({ stars, version }) => [stars, version]),
        new Array(20).fill([1, 2]),
        `seed ${seed}`
      )
    })
})

test('a change that is the same when it is made twice reaches every item, in single requests', async () => {
  for (const seed of numbers(runs(2)))
    await through(seed, async ({ db, direct, counts }) => {
      const read = () => db.scan(Note).segments(2).pageSize(20)
      await carriedOut(() => updateAll(read(), change => change.set({ text: 'x' })), seed)
      const texts = (await direct.query(Note).where({ owner: 'o' })).map(({ text }) => text)
      assert.equal(texts, new Array(ITEMS).fill('x'))
      assert.ok(counts.lose > 0)
    })
})

test('gets that go together give what is there, whatever is left undone on the way', async () => {
  await through(1, async ({ db, counts }) => {
    const together = coalesced(db)
    for (let round = 0; round < 5 || counts.unprocessed === 0; round++) {
      const asked = numbers(ITEMS).map(number => together.get(Note, { owner: 'o', number }).orThrow())
      const found = await Promise.allSettled(asked)
      for (const [number, result] of found.entries())
        if (result.status === 'fulfilled') assert.is(result.value.number, number)
        else assert.not.match(String(result.reason), /no item/)
    }
  })
})

test.run()
