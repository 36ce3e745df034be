/** The employees of Amazon's DynamoDB labs: one index that five kinds of text share, one of managers only, one by place. */
import { beginsWith, connect, layout, models, t, text } from 'keystorm'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { designed } from '../support/designed.ts'

const app = layout({
  pk: 'PK',
  sk: 'SK',
  indexes: {
    GSI_1: { pk: 'GSI_1_PK', sk: 'GSI_1_SK' },
    GSI_2: { pk: 'GSI_2_PK', sk: 'GSI_2_SK' },
    GSI_3: { pk: 'GSI_3_PK', sk: 'GSI_3_SK' }
  }
})

const inKey = t.string().onlyInKeys()
const common = { employeeid: t.int({ padded: false }), name: t.string(), hire_date: t.string() }
const Employee = app
  .model('Employee')
  .pk(text('e#{employeeid}'))
  .sk(text('master'))
  .index('GSI_1', { pk: text('master'), sk: text('{name}') })
  .index('GSI_2', { pk: text('{is_manager}'), sk: text('master') })
  .index('GSI_3', { pk: text('state#{state}'), sk: text('{city}#{dept}') })
  .fields({
    ...common,
    ...{ title: t.string(), dept: t.string(), city: t.string(), state: t.string(), city_dept: t.string() },
    lock: t.literal('0').default('0'),
    is_manager: t.literal('1').optional()
  })
const CurrentTitle = app
  .model('CurrentTitle')
  .pk(text('e#{employeeid}'))
  .sk(text('current_title#{title}'))
  .index('GSI_1', { pk: text('current_title#{title}'), sk: text('{name}') })
  .fields({ ...common, title: inKey })
const PreviousTitle = app
  .model('PreviousTitle')
  .pk(text('e#{employeeid}'))
  .sk(text('previous_title#{title}'))
  .index('GSI_1', { pk: text('previous_title#{title}'), sk: text('{name}') })
  .fields({ ...common, title: inKey })
const Location = app
  .model('Location')
  .pk(text('e#{employeeid}'))
  .sk(text('state#{state}'))
  .index('GSI_1', { pk: text('state#{state}'), sk: text('{name}') })
  .fields({ ...common, state: inKey, city_dept: t.string() })

models({ Employee, CurrentTitle, PreviousTitle, Location }) // proven apart

const ann = { employeeid: 12, name: 'Ann Bo', hire_date: '2014-01-01' }
const place = { title: 'Lead', dept: 'Development', city: 'Seattle', state: 'WA', city_dept: 'Seattle#Development' }
const row = (SK: string, GSI_1_PK: string) => ({ PK: 'e#12', SK, GSI_1_PK, GSI_1_SK: 'Ann Bo', ...ann })
const rows = {
  employee: {
    ...{ ...row('master', 'master'), ...place, lock: '0', is_manager: '1', GSI_2_PK: '1', GSI_2_SK: 'master' },
    ...{ GSI_3_PK: 'state#WA', GSI_3_SK: 'Seattle#Development' }
  },
  current: row('current_title#Lead', 'current_title#Lead'),
  previous: row('previous_title#Developer', 'previous_title#Developer'),
  location: { ...row('state#WA', 'state#WA'), city_dept: 'Seattle#Development' }
}
const employee = { ...ann, ...place, lock: '0', is_manager: '1' }

test("the labs' employees: what their loader wrote is read, by each of their access patterns", () =>
  designed(app, async ({ db, put }) => {
    await put(...Object.values(rows))
    assert.equal(await db.get(Employee, { employeeid: 12 }), employee)
    const about = await db.query(Employee, CurrentTitle, PreviousTitle, Location).where({ employeeid: 12 })
    assert.equal(
      [about.Employee[0]?.title, about.CurrentTitle[0]?.title, about.PreviousTitle[0]?.title, about.Location[0]?.state],
      ['Lead', 'Lead', 'Developer', 'WA']
    )
    const names = async (found: PromiseLike<readonly { readonly name: string }[]>) =>
      (await found).map(({ name }) => name)
    const inSeattle = db.query(Employee).where({ state: 'WA', city: 'Seattle' })
    for (const found of [
      db
        .query(Employee)
        .where({ name: beginsWith('A') })
        .on('GSI_1'),
      db.query(CurrentTitle).where({ title: 'Lead' }).on('GSI_1'),
      db.query(PreviousTitle).where({ title: 'Developer' }).on('GSI_1'),
      db.query(Location).where({ state: 'WA' }).on('GSI_1'),
      db.query(Employee).where({ is_manager: '1' }).on('GSI_2'),
      db.scan(Employee).on('GSI_2'),
      db
        .query(Employee)
        .where({ state: 'WA', city: beginsWith('Sea') })
        .on('GSI_3'),
      inSeattle.where({ dept: beginsWith('Dev') }).on('GSI_3')
    ])
      assert.equal(await names(found), ['Ann Bo'])
    assert.equal(await inSeattle.where({ dept: 'Design' }).on('GSI_3'), [])
  }))

test("the labs' employees: what keystorm writes, their programs find", () =>
  designed(app, async ({ db, get, find }) => {
    await db.put(Employee, { ...employee, lock: '0', is_manager: '1' })
    await db.put(CurrentTitle, { ...ann, title: 'Lead' })
    await db.put(PreviousTitle, { ...ann, title: 'Developer' })
    await db.put(Location, { ...ann, state: 'WA', city_dept: 'Seattle#Development' })
    for (const one of Object.values(rows)) assert.equal(await get({ PK: one.PK, SK: one.SK }), one, 'to the byte')

    // A manager no longer, and in another town: one index is left, the other follows.
    const moved = { city: 'Spokane', dept: 'Design', state: 'WA', city_dept: 'Spokane#Design' }
    await db.update(Employee, { employeeid: 12 }).set(moved).remove('is_manager')
    assert.equal(await find('GSI_2_PK = :one', { ':one': '1' }, 'GSI_2'), [])
    const there = { ':pk': 'state#WA', ':sk': 'Spokane#' }
    const [found] = await find('GSI_3_PK = :pk AND begins_with(GSI_3_SK, :sk)', there, 'GSI_3')
    assert.is(found?.GSI_3_SK, 'Spokane#Design')
  }))

test("the labs' employees: all of them by name are one query of the index", () => {
  assert.equal(
    connect({ table: 'employees' }).query(Employee).where({}).on('GSI_1').compile().ExpressionAttributeValues,
    { ':pk': { S: 'master' } }
  )
})

test.run()
