/**
 * Transfers money between accounts in transactions: all or nothing, whatever happens in between, and only once, however
 * often a transfer is requested. It also shows the cost.
 */
import './quiet.ts'
import { deepStrictEqual, ok } from 'node:assert/strict'
import { DeleteTableCommand } from '@aws-sdk/client-dynamodb'
import { connect, createTable, gte, metered, minus, model, plus, TransactionCancelled, t } from 'keystorm'
import { startLocalEngine } from 'keystorm/testing'
import { heading, oneLine } from './print.ts'

/** PK  A#<owner>#Bank   SK  ACCOUNT */
const Account = model('Account')
  .pk('A#owner')
  .suffix('Bank')
  .sk('#record')
  .fields({ record: t.literal('ACCOUNT'), sum: t.int(), isOpen: t.boolean().default(true) })

/** PK  A#<owner>#Bank   SK  P#<payment> */
const Payment = model('Payment')
  .pk('A#owner')
  .suffix('Bank')
  .sk('P#payment')
  .fields({ to: t.string(), amount: t.int(), made: t.createdAt() })

const accountOf = (owner: string) => ({ owner, record: 'ACCOUNT' }) as const

const engine = await startLocalEngine()
const db = connect({ table: `transfers-${process.pid}`, client: engine.client })

/** Takes from one account, adds to another that must be open, and keeps a record: all or nothing. */
const pay = (payment: string, owner: string, to: string, amount: number) =>
  db
    .transact(
      db.create(Payment, { owner, payment, to, amount }),
      db
        .update(Account, accountOf(owner))
        .set({ sum: minus(amount) })
        .if({ sum: gte(amount) }),
      db
        .update(Account, accountOf(to))
        .set({ sum: plus(amount) })
        .if({ isOpen: true })
    )
    .token(payment)

/** The balances of both accounts, at one moment. */
const sums = async (): Promise<number[]> => {
  const accounts = await db.transact(
    db.get(Account, accountOf('ann')).orThrow(),
    db.get(Account, accountOf('bob')).orThrow()
  )
  return accounts.map(({ sum }) => sum)
}

const run = async (): Promise<void> => {
  await createTable(db)
  await db.transact(
    db.create(Account, { ...accountOf('ann'), sum: 50 }),
    db.create(Account, { ...accountOf('bob'), sum: 0 })
  )

  heading('A payment, and what it cost')
  const payment = pay('P-1', 'ann', 'bob', 30)
  const { result, usage } = await metered(() => payment)
  const [record] = result
  console.log(`  ${oneLine(record)}`)
  console.log(`  ${usage.requests} request, ${usage.writeUnits} write units: a transaction writes everything twice`)
  console.log(`  ann and bob have ${await sums()}`)
  deepStrictEqual(await sums(), [20, 30])

  heading('The same payment again, as if its answer had been lost')
  deepStrictEqual((await payment)[0], record)
  console.log(`  ann and bob have ${await sums()}`)
  deepStrictEqual(await sums(), [20, 30])

  heading('More than there is')
  try {
    await pay('P-2', 'ann', 'bob', 21)
    ok(false, 'it must not be carried out')
  } catch (error) {
    if (!(error instanceof TransactionCancelled)) throw error
    for (const { model, code, item } of error.data.reasons)
      console.log(`  ${model}: ${code}  ${item ? oneLine(item) : ''}`)
    deepStrictEqual(
      error.data.reasons.map(({ code }) => code),
      ['None', 'ConditionFailed', 'None']
    )
  }
  deepStrictEqual(await sums(), [20, 30])
  deepStrictEqual((await db.query(Payment).where({ owner: 'ann' })).length, 1)
}

try {
  if (engine.name === 'dynalite') console.log('dynalite has no transactions')
  else await run()
} finally {
  // An engine that was already running, such as one in a container, would keep it.
  const TableName = `transfers-${process.pid}`
  await engine.client.send(new DeleteTableCommand({ TableName })).catch(() => {})
  await engine.stop()
}
