/** Money that moves between accounts through faults: none comes or goes, and nothing is done twice. */
import { connect, createTable, type Db, gte, metered, minus, model, plus, TransactionCancelled, t } from 'keystorm'
import { startLocalEngine } from 'keystorm/testing'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { clientOf } from '../support/client.ts'
import { lacks } from '../support/engine.ts'
import { startFaultProxy } from './proxy.ts'
import { type Dice, diceOf } from './seeded.ts'

const Account = model('Account').pk('#owner').sk('#owner').fields({ sum: t.int(), moves: t.int() })

const ACCOUNTS = 20
const TASKS = 16
const TRANSFERS = 500
const START = 100

/** One request in five has a fault; half of those are carried out all the same. */
const FAULTS = { drop: 0.04, lose: 0.06, error: 0.06, throttle: 0.04, conflict: 0.04, slow: 0.05 }

const owners = Array.from({ length: ACCOUNTS }, (_, i) => `owner-${i}`)

interface Transfer {
  readonly from: string
  readonly to: string
  readonly amount: number
}

const pick = (dice: Dice): Transfer => {
  const from = Math.floor(dice() * ACCOUNTS)
  const to = (from + 1 + Math.floor(dice() * (ACCOUNTS - 1))) % ACCOUNTS
  return { from: `owner-${from}`, to: `owner-${to}`, amount: 1 + Math.floor(dice() * 40) }
}

const move = (db: Db, { from, to, amount }: Transfer) =>
  db.transact(
    db
      .update(Account, { owner: from })
      .set({ sum: minus(amount), moves: plus(1) })
      .if({ sum: gte(amount) }),
    db.update(Account, { owner: to }).set({ sum: plus(amount), moves: plus(1) })
  )

const balances = (db: Db) => db.transact(...owners.map(owner => db.get(Account, { owner }).orThrow()))

const total = (accounts: readonly { sum: number }[]): number => accounts.reduce((all, { sum }) => all + sum, 0)

const maybe = lacks('transactions') ? test.skip : test

for (const seed of [1, 2])
  maybe(`${TRANSFERS} transfers by ${TASKS} tasks, seed ${seed}: the sum stays, and none is done twice`, async () => {
    const engine = await startLocalEngine()
    const proxy = await startFaultProxy(engine.endpoint, { seed, faults: FAULTS })
    const client = clientOf(proxy.endpoint, 2)
    const table = `transfers-${process.pid}-${seed}`
    try {
      const direct = connect({ table, client: engine.client })
      await createTable(direct)
      for (const owner of owners) await direct.put(Account, { owner, sum: START, moves: 0 })

      const db = connect({ table, client })
      const done: Transfer[] = []
      let begun = 0
      let refused = 0
      const task = async (_: unknown, i: number): Promise<void> => {
        const dice = diceOf(`${seed} task ${i}`)
        while (begun < TRANSFERS) {
          begun++
          const transfer = pick(dice)
          try {
            await move(db, transfer)
            done.push(transfer)
          } catch (error) {
            // Too little money on the account is the one reason there may be.
            assert.instance(error, TransactionCancelled, String(error))
            const [first, second] = (error as TransactionCancelled).data.reasons
            assert.equal([first?.code, second?.code], ['ConditionFailed', 'None'])
            const item = first?.item as { sum: number } | undefined
            assert.ok(item && item.sum < transfer.amount)
            refused++
            begun--
          }
        }
      }
      let audits = 0
      const audit = async (): Promise<void> => {
        while (done.length < TRANSFERS) {
          assert.is(total(await balances(db)), ACCOUNTS * START)
          audits++
        }
      }
      const { usage } = await metered(() => Promise.all([audit(), ...Array.from({ length: TASKS }, task)]))

      const expected = new Map(owners.map(owner => [owner, { owner, sum: START, moves: 0 }]))
      for (const { from, to, amount } of done) {
        const [source, target] = [expected.get(from), expected.get(to)]
        if (!source || !target) throw new Error('There is no such account.')
        source.sum -= amount
        target.sum += amount
        source.moves++
        target.moves++
      }
      const found = await balances(direct)
      const { requests, ...faults } = proxy.counts
      console.log(
        `seed ${seed}: ${done.length} transfers, ${refused} refused, ${audits} audits; ${requests} requests, ` +
          `${usage.retries} of them retries; ${Object.entries(faults)
            .flatMap(([what, count]) => (count ? `${what} ${count}` : []))
            .join(', ')}`
      )
      assert.is(done.length, TRANSFERS)
      assert.equal(found, [...expected.values()])
      assert.is(total(found), ACCOUNTS * START)
      assert.is(usage.requests, requests)
      for (const fault of ['drop', 'lose', 'error', 'throttle', 'conflict'] as const)
        assert.ok(proxy.counts[fault] > 5, `${fault} happened ${proxy.counts[fault]} times`)
    } finally {
      client.destroy()
      await proxy.stop()
      await engine.stop()
    }
  })

test('the faults are many', () => {
  const { slow: _, ...faults } = FAULTS
  const chance = Object.values(faults).reduce((rest, fault) => rest * (1 - fault), 1)
  assert.ok(1 - chance > 0.2)
})

test.run()
