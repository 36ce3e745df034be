/**
 * An issue tracker for several tenants: issue numbers without gaps, a feed that follows the table's stream, a project that is
 * deleted with everything in it, and a log of the requests.
 */
import './quiet.ts'
import { deepStrictEqual } from 'node:assert/strict'
import { CreateTableCommand, DeleteTableCommand } from '@aws-sdk/client-dynamodb'
import { connect, model, models, type RequestEvent, t, tableDefinition } from 'keystorm'
import { deleteAll } from 'keystorm/bulk'
import { modify } from 'keystorm/modify'
import { consumer } from 'keystorm/streams'
import { startLocalEngine } from 'keystorm/testing'
import { heading, oneLine, printColumns } from './print.ts'
import { recordsOf } from './stream.ts'

// A project and its issues share one partition:  PK  T#<tenant>#P#<project>#Tracker

/** SK  PROJECT */
const Project = model('Project')
  .pk('tenant', 'project')
  .suffix('Tracker')
  .sk('#record')
  .fields({ record: t.literal('PROJECT'), title: t.string(), issues: t.int().default(0) })

/** SK  I#<number>; GSI1PK  T#<tenant>#A#<assignee>#Tracker */
const Issue = model('Issue')
  .pk('tenant', 'project')
  .suffix('Tracker')
  .sk('I#number')
  .gsi1('tenant', 'assignee')
  .fields({
    number: t.int({ digits: 6 }),
    title: t.string(),
    state: t.oneOf('open', 'closed').default('open'),
    assignee: t.string().optional(),
    opened: t.createdAt(),
    version: t.version()
  })

/** PK  T#<tenant>#Feed   SK  S#<sequence> */
const News = model('News').pk('tenant').suffix('Feed').sk('S#sequence').fields({ text: t.string() })

const app = models({ Project, Issue, News })

const engine = await startLocalEngine()
const TableName = `tracker-${process.pid}`
const log: RequestEvent[] = []
const db = connect({ table: TableName, client: engine.client, onRequest: event => log.push(event) })

const acme = { tenant: 'acme', project: 'rocket' }
const keyOfProject = { ...acme, record: 'PROJECT' } as const

/** Opens an issue with the next number. A caller that loses the race retries, so numbers have no gaps or duplicates. */
const open = async (title: string, assignee: string): Promise<number> => {
  const { issues } = await modify(db, Project, keyOfProject, project => ({ ...project, issues: project.issues + 1 }))
    .along(({ issues }) => db.create(Issue, { ...acme, number: issues, title, assignee }))
    .label('open')
  return issues
}

/** Writes the news of a change. If a change is delivered twice, it writes the same news again. */
const tell = async (tenant: string, sequence: string, text: string): Promise<void> => {
  await db.put(News, { tenant, sequence: sequence.padStart(40, '0'), text }).label('feed')
}

/** On AWS, Lambda runs this for each batch of the stream. */
const feed = consumer(app, {
  Issue: {
    created: ({ after: { tenant, number, title }, sequence }) => tell(tenant, sequence, `#${number} ${title}`),
    modified: ({ before, after: { tenant, number, state }, sequence }) =>
      state !== before.state && tell(tenant, sequence, `#${number} is ${state}`)
  },
  other: () => {}
})

const run = async (): Promise<void> => {
  const StreamSpecification = { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' } as const
  const { TableDescription } = await engine.client.send(
    new CreateTableCommand({ ...tableDefinition(TableName), StreamSpecification })
  )
  await db.create(Project, { ...keyOfProject, title: 'To the moon' })
  await db.create(Project, { ...keyOfProject, tenant: 'other', title: "Somebody else's" })

  heading('Sixteen people open issues at the same time')
  const numbers = await Promise.all(Array.from({ length: 16 }, (_, i) => open(`Leak ${i}`, i % 2 ? 'ann' : 'bob')))
  console.log(`  they were given ${[...numbers].sort((a, b) => a - b)}`)
  deepStrictEqual(
    numbers.sort((a, b) => a - b),
    Array.from({ length: 16 }, (_, i) => i + 1)
  )

  heading("What is assigned to ann, in the order of numbers, from the tenant's index")
  const hers = await db.query(Issue).where({ tenant: 'acme', assignee: 'ann' }).onGsi1().limit(3).label('mine')
  for (const issue of hers) console.log(`  ${oneLine(issue)}`)
  const [first] = hers
  if (first === undefined) throw new Error('ann has no issue')
  await db.update(Issue, first).set({ state: 'closed' }).label('close') // if nobody has changed it since

  heading("The feed, from the table's stream")
  const Records = await recordsOf(engine.endpoint, TableDescription?.LatestStreamArn)
  deepStrictEqual(await feed({ Records }), { batchItemFailures: [] })
  const news = await db.query(News).where({ tenant: 'acme' }).reverse().label('feed')
  for (const { text } of news.slice(0, 3)) console.log(`  ${text}`)
  deepStrictEqual([news.length, news[0]?.text], [17, `#${first.number} is closed`])

  heading('The project goes, with all that is in it')
  const all = deleteAll(db.query(Project, Issue).where(acme))
  const { items, estimate } = await all.dryRun()
  console.log(`  there are ${items} items, which take about ${estimate.writeUnits} write units`)
  const { done, changed, gone } = await all
  console.log(`  ${done} were deleted, ${changed} left alone, as they were changed meanwhile, and ${gone} gone`)
  deepStrictEqual([items, done], [17, 17])
  deepStrictEqual((await db.query(Project, Issue).where({ ...acme, tenant: 'other' })).Project.length, 1)

  heading('What was sent for whom')
  const nameOf = ({ label, verb }: RequestEvent) => label ?? verb
  const columns = [...new Set(log.map(nameOf))].map(name => {
    const events = log.filter(event => nameOf(event) === name)
    const sum = (one: (event: RequestEvent) => number) => events.reduce((all, event) => all + one(event), 0)
    const units = sum(({ readUnits, writeUnits }) => readUnits + writeUnits)
    return [name, events.length, units, `${sum(({ milliseconds }) => milliseconds).toFixed(0)} ms`].map(String)
  })
  printColumns(['for', 'requests', 'units', 'time'], columns)
}

try {
  if (engine.name === 'dynalite') console.log('dynalite has neither transactions nor streams')
  else await run()
} finally {
  // An engine that was already running, such as one in a container, would keep it.
  await engine.client.send(new DeleteTableCommand({ TableName })).catch(() => {})
  await engine.stop()
}
