/** Prints a line for each request in the terminal, first without values and then with them. */
import './quiet.ts'
import { match, ok } from 'node:assert/strict'
import { setTimeout as delay } from 'node:timers/promises'
import { connect, gt, model, plus, t } from 'keystorm'
import { localTable } from 'keystorm/testing'
import { requestLogger } from './request-logger.ts'

const Issue = model('Issue')
  .pk('project')
  .sk('N#number')
  .gsi1('assignee')
  .fields({
    number: t.int({ digits: 5 }),
    title: t.string(),
    votes: t.int().default(0),
    assignee: t.string().optional()
  })

await localTable(async ({ client, table }) => {
  const lines: string[] = []
  const write = (line: string) => {
    lines.push(line)
    console.log(line)
  }
  for (const values of [false, true]) {
    const db = connect({ client, table, onRequest: requestLogger({ values, write }) })
    await db.load(
      Issue,
      Array.from({ length: 30 }, (_, n) => ({
        project: 'orchard',
        number: n + 1,
        title: `Issue ${n + 1}`,
        assignee: 'ann'
      }))
    )
    await db
      .update(Issue, { project: 'orchard', number: 7 })
      .set({ votes: plus(1) })
      .label('vote')
    await db
      .query(Issue)
      .where({ project: 'orchard' })
      .filter({ votes: gt(0) })
      .label('board')
    await db.query(Issue).where({ assignee: 'ann' }).onGsi1().limit(5)
    await db.create(Issue, { project: 'orchard', number: 7, title: 'Another' }).catch(() => {})
    await delay(5) // requests do not wait for a logger
    if (!values) ok(!lines.some(line => line.includes('orchard')), 'no values, unless they are asked for')
  }
  match(lines.join('\n'), /ConditionalCheckFailedException/)
  match(lines.join('\n'), /1 of 30 items/)
  match(lines.join('\n'), /\[board\]/)
})
