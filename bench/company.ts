import { connect, minus, model, t } from 'keystorm'
import { clientOf, received, type Stored } from './client.ts'
import { TABLE } from './integration.ts'

const Run = model('Run')
  .pk('tenant', '#integration_id')
  .sk('AT#started', 'attempt')
  .gsi1('status')
  .fields({
    started: t.date(),
    attempt: t.int({ digits: 4 }),
    status: t.oneOf('queued', 'running', 'done', 'failed'),
    seconds: t.number().optional(),
    error: t.map({ code: t.string(), line: t.int().optional() }).optional()
  })

const Setting = model('Setting')
  .pk('user')
  .sk('#scope', 'name')
  .fields({
    scope: t.literal('ui'),
    on: t.boolean().optional(),
    choices: t.list(t.number()),
    note: t.string().optional()
  })

/**
 * Uses other models as a program with many would. Without them the engine could tailor keystorm's loops to the one
 * model that is measured, and the figures would flatter.
 */
export const useOtherModels = async (times: number): Promise<void> => {
  const db = connect({ table: TABLE })
  const rows: Stored[] = []
  for (let i = 0; i < times; i++) {
    const run = { tenant: `tenant-${i}`, integration_id: `INT${i}`, started: new Date(i * 1e6), attempt: i % 9 }
    const user = `user-${i}`
    db.get(Run, run).compile()
    db.update(Run, run)
      .set({ seconds: minus(1) })
      .remove('error')
      .compile()
    db.update(Setting, { user, scope: 'ui', name: 'dark' })
      .set({ on: i % 2 === 0 })
      .compile()
    db.delete(Setting, { user, scope: 'ui', name: 'dark' }).compile()
    db.query(Run).where({ tenant: run.tenant, integration_id: run.integration_id, started: run.started }).compile()
    db.query(Run).where({ status: 'done' }).onGsi1().limit(5).compile()
    const error = { code: 'E42', ...(i % 2 && { line: i }) }
    const written = [
      db.put(Run, { ...run, status: i % 2 ? 'done' : 'queued', ...(i % 3 && { seconds: i / 3 }), error }).compile(),
      db.create(Setting, { user, scope: 'ui', name: 'dark', choices: [i, i + 1], ...(i % 2 && { on: true }) }).compile()
    ]
    // Few are kept: where most of what some code makes is kept, the engine puts all that it makes there among what lasts.
    if (rows.length < 200) rows.push(...written.map(({ Item = {} }) => Item))
  }
  const pages = await received([rows])
  const reader = connect({ table: TABLE, client: clientOf(pages) })
  for (let i = 0; i < times / 50; i++) {
    await reader.query(Run).where({ tenant: 'tenant-0', integration_id: 'INT0' })
    await reader.query(Setting).where({ user: 'user-0' })
  }
}
