/** Batches through faults: nothing is lost, nothing is doubled, and what is left is known. */
import { BatchIncomplete, connect, createTable, type Db, model, t } from 'keystorm'
import { startLocalEngine } from 'keystorm/testing'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { clientOf } from '../support/client.ts'
import { rowsOf } from '../support/rows.ts'
import { type FaultProxy, type Faults, startFaultProxy } from './proxy.ts'

const Row = model('Row').pk('#group').suffix('').sk('#row').fields({ group: t.int(), row: t.int(), value: t.int() })

const everything = Array.from({ length: 10_000 }, (_, n) => ({ group: n % 7, row: n, value: n * 3 }))

/** One answer in five has a fault. */
const FAULTS: Faults = { drop: 0.03, lose: 0.04, error: 0.05, throttle: 0.02, unprocessed: 0.08 }

const engine = await startLocalEngine()
test.after(() => engine.stop())
let tables = 0

interface Place {
  /** Through the faults. */
  readonly db: Db
  readonly proxy: FaultProxy
  /** The rows that are stored, by their numbers. */
  stored(): Promise<Map<number, number>>
}

const through = async (seed: number, faults: Faults, use: (place: Place) => Promise<void>, maxAttempts = 2) => {
  const table = `batches-${process.pid}-${tables++}`
  await createTable(connect({ table, client: engine.client }))
  const proxy = await startFaultProxy(engine.endpoint, { seed, faults })
  const client = clientOf(proxy.endpoint, maxAttempts)
  const stored = async () => {
    const rows = await rowsOf(engine.client, { TableName: table, ConsistentRead: true })
    const numbers = new Map(rows.map(({ row, value }) => [Number(row?.N), Number(value?.N)]))
    assert.is(numbers.size, rows.length, 'a row is there twice')
    return numbers
  }
  try {
    await use({ db: connect({ table, client }), proxy, stored })
  } finally {
    client.destroy()
    await proxy.stop()
  }
}

const rowsWith = (of: typeof everything) => new Map(of.map(({ row, value }) => [row, value]))
const isFifth = ({ counts }: FaultProxy): void => {
  const { requests, slow: _, cut: __, conflict: ___, ...faults } = counts
  const share = Object.values(faults).reduce((sum, count) => sum + count, 0) / requests
  // Of a few hundred requests, chance leaves out a rare fault, and has more of the others.
  const isMany = requests > 350
  const [least, most] = isMany ? [0.12, 0.28] : [0.08, 0.32]
  assert.ok(share > least && share < most, `${share} of ${requests} requests had a fault`)
  if (isMany) for (const [fault, count] of Object.entries(faults)) assert.ok(count > 0, `there was no ${fault}`)
}

for (const [seed, count] of [10_000, 4_000, 4_000, 4_000, 4_000].entries())
  test(`${count} items, one answer in five is faulty, seed ${seed + 1}: each is there once, and each is read`, () =>
    through(seed + 1, FAULTS, async ({ db, proxy, stored }) => {
      const items = everything.slice(0, count)
      const written = await db.batchWrite(items.map(item => db.put(Row, item))).concurrency(16)
      assert.equal(await stored(), rowsWith(items))
      assert.equal(written, items)
      isFifth(proxy)
      const found = await db.batchGet(items.map(item => db.get(Row, item))).concurrency(16)
      assert.equal(found, items)
    }))

const some = everything.slice(0, 1500)

test('whoever gives up soon: the error lists what is missing, and one can go on with that', () =>
  through(
    6,
    FAULTS,
    async ({ db, stored }) => {
      let rounds = 0
      let left: readonly unknown[] = some.map(item => db.put(Row, item))
      const puts = new Map(left.map((put, n) => [put, some[n]?.row]))
      while (left.length > 0) {
        rounds++
        const asked = left
        try {
          await db.batchWrite(left as never).retry({ attempts: 1 })
          left = []
        } catch (error) {
          assert.ok(error instanceof BatchIncomplete, `${error}`)
          left = error.left
          assert.is(error.data.done, asked.length - left.length)
          assert.equal(
            error.left,
            error.data.positions.map(place => asked[place])
          )
        }
        // What is not left is there, and what is not there is left.
        const missing = new Set(left.map(put => puts.get(put)))
        const there = await stored()
        for (const { row } of some) assert.ok(there.has(row) || missing.has(row), `${row} got lost`)
      }
      assert.ok(rounds > 1, `it took ${rounds} rounds`)
      assert.equal(await stored(), rowsWith(some))

      await db.batchWrite(some.slice(700).map(item => db.delete(Row, item)))
      assert.equal(await stored(), rowsWith(some.slice(0, 700)))
      const gets = some.map(item => db.get(Row, item))
      const results: unknown[] = []
      let places = gets.map((_, place) => place)
      for (rounds = 0; places.length > 0; rounds++) {
        const asked = places
        try {
          const found = await db.batchGet(asked.flatMap(place => gets[place] ?? []))
          for (const [i, place] of asked.entries()) results[place] = found[i]
          places = []
        } catch (error) {
          assert.ok(error instanceof BatchIncomplete, `${error}`)
          const { positions } = error.data
          places = positions.map(position => asked[position] ?? -1)
          for (const [i, place] of asked.entries()) if (!positions.includes(i)) results[place] = error.results[i]
          for (const position of positions) assert.is(error.results[position], undefined)
        }
      }
      assert.equal(
        results,
        some.map((item, n) => (n < 700 ? item : undefined))
      )
    },
    1
  ))

test.run()
