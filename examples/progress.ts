/**
 * Ends all old sessions of a table, then deletes them, with a progress bar by `@clack/prompts`. The bar only appears in a
 * terminal. In a pipe or in CI, each step prints one line at its end.
 */
import './quiet.ts'
import { deepStrictEqual } from 'node:assert/strict'
import { DeleteTableCommand } from '@aws-sdk/client-dynamodb'
import { progress } from '@clack/prompts'
import { connect, createTable, lt, model, t } from 'keystorm'
import { deleteAll, updateAll } from 'keystorm/bulk'
import { startLocalEngine } from 'keystorm/testing'

/** PK  A#<app>#Session   SK  S#<session> */
const Session = model('Session')
  .pk('A#app')
  .sk('S#session')
  .fields({ seen: t.date(), state: t.oneOf('open', 'ended').default('open'), text: t.string().optional() })

/** Runs a task with a known number of steps, which moves a progress bar. */
const withBar = async <T>(
  what: string,
  max: number,
  run: (move: (done: number) => void) => PromiseLike<T>
): Promise<T> => {
  if (!process.stdout.isTTY) return await run(() => {})
  const bar = progress({ max: Math.max(max, 1) })
  let shown = 0
  bar.start(what)
  try {
    const result = await run(done => {
      bar.advance(done - shown, `${what}: ${done} of ${max}`)
      shown = done
    })
    bar.stop(what)
    return result
  } catch (error) {
    bar.error(`${what}: stopped after ${shown} of ${max}`)
    throw error
  }
}

const engine = await startLocalEngine()
const table = `progress-${process.pid}`
const db = connect({ table, client: engine.client })
await createTable(db)
try {
  const day = (n: number) => new Date(Date.UTC(2026, 0, 1 + (n % 28)))
  const sessions = Array.from({ length: 1_000 }, (_, n) => ({ app: 'shop', session: `${n}`, seen: day(n) }))
  await withBar('Writing sessions', sessions.length, move =>
    db.load(Session, sessions).onProgress(({ done }) => move(done))
  )

  const old = db
    .query(Session)
    .where({ app: 'shop' })
    .filter({ seen: lt(day(14)) })
  // The bar needs the total. Counting reads everything once more, and costs as much as the read.
  const count = await old.count()
  const ended = await withBar('Ending old sessions', count, move =>
    updateAll(old, session => session.set({ state: 'ended' })).onProgress(({ done }) => move(done))
  )
  console.log(`${ended.done} sessions were ended`)
  const deleted = await withBar('Deleting old sessions', count, move =>
    deleteAll(old).onProgress(({ done }) => move(done))
  )
  console.log(`${deleted.done} sessions were deleted`)

  deepStrictEqual(
    [ended.done, deleted.done, await db.query(Session).where({ app: 'shop' }).count()],
    [count, count, 1_000 - count]
  )
} finally {
  await engine.client.send(new DeleteTableCommand({ TableName: table }))
  await engine.stop()
}
