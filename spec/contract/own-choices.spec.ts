/** Keys that are attributes with few texts, such as the kind of a row: they tell models apart, and whose a row is. */
import { connect, KeyCollision, layout, models, t, text } from 'keystorm'
import { deleteAll } from 'keystorm/bulk'
import { localTable } from 'keystorm/testing'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { errorFrom } from '../support/errors.ts'
import { rowsOf } from '../support/rows.ts'

const app = layout({ pk: 'user', sk: 'kind', indexes: { byKind: { pk: 'kind', sk: 'user' } } })
const start = (name: string) => app.model(name).pk('user').sk('kind').index('byKind')
const Profile = app
  .model('Profile')
  .pk('user')
  .sk('kind')
  .index('byKind')
  .fields({ kind: t.literal('PROFILE'), name: t.string() })
const Settings = app
  .model('Settings')
  .pk('user')
  .sk('kind')
  .index('byKind')
  .fields({ kind: t.literal('SETTINGS').default('SETTINGS'), theme: t.string() })
const Letter = app
  .model('Letter')
  .pk('user')
  .sk('kind')
  .fields({ kind: t.oneOf('DAILY', 'WEEKLY'), at: t.int() })
const all = models({ Profile, Settings, Letter })

const profile = { user: 'ann', kind: 'PROFILE', name: 'Ann' } as const
const settings = { user: 'ann', kind: 'SETTINGS', theme: 'dark' } as const
const letters = (['DAILY', 'WEEKLY'] as const).map(kind => ({ user: 'ann', kind, at: 7 }))

test('each model reads its own rows of a partition, of an index and of the table', () =>
  localTable(app, async ({ db, client, table }) => {
    await db.put(Profile, profile)
    await db.put(Settings, { user: 'ann', theme: 'dark' })
    await db.load(Letter, letters)
    assert.equal(await db.query(Profile).where({ user: 'ann' }), [profile])
    assert.equal(await db.query(Settings).where({ user: 'ann' }).reverse(), [settings])
    assert.equal(await db.query(Letter).where({ user: 'ann' }), letters)
    assert.is(await db.query(Letter).where({ user: 'ann' }).count(), 2)
    assert.equal(await db.query(Profile).where({}).on('byKind'), [profile])
    assert.equal(await db.scan(Settings), [settings])
    const together = await db.query(Letter, Profile, Settings).where({ user: 'ann' })
    assert.equal(together, { Letter: letters, Profile: [profile], Settings: [settings] })
    assert.equal(await db.scan(all), { Profile: [profile], Settings: [settings], Letter: letters })
    assert.equal((await rowsOf(client, { TableName: table })).map(row => all.read(row)?.model).sort(), [
      ...['Letter', 'Letter', 'Profile', 'Settings']
    ])
    assert.is((await deleteAll(db.query(Letter).where({ user: 'ann' }))).done, 2)
    assert.is((await rowsOf(client, { TableName: table })).length, 2)
  }))

test('a query needs no text of which there is only one, and says so', () => {
  const one = connect({ table: 'users' }).query(Profile).where({ user: 'ann' })
  assert.is(one.compile().KeyConditionExpression, '#pk = :pk AND #sk = :sk')
  assert.equal(one.compile().ExpressionAttributeValues, { ':pk': { S: 'ann' }, ':sk': { S: 'PROFILE' } })
  assert.match(String(one.explain()), 'PROFILE')
  const letter = connect({ table: 'users' }).query(Letter).where({ user: 'ann' })
  assert.is(letter.compile().KeyConditionExpression, '#pk = :pk')
})

test('models collide where one text could be of both', async () => {
  const Any = start('Any').fields({ kind: t.string() })
  const Other = start('Other').fields({ kind: t.oneOf('WEEKLY', 'NEVER') })
  const Text = app.model('Text').pk('user').sk(text('WEEKLY'))
  const Apart = app.model('Apart').pk('user').sk(text('K#{n}'))
  for (const [one, other] of [
    [Any, Letter],
    [Letter, Any],
    [Other, Letter],
    [Text, Letter],
    [Letter, Text]
  ] as const) {
    const set = () => models(Object.fromEntries([one, other].map(model => [model.name, model])) as never)
    assert.instance(await errorFrom(set), KeyCollision, `${one.name}, ${other.name}`)
  }
  models({ Letter, Apart })
  models({ Apart, Letter })
  models({ Text, Profile })
})

test.run()
