/** What changes start from that another attribute has: what a read would give, also where the row has nothing or NULL. */
import { PutItemCommand } from '@aws-sdk/client-dynamodb'
import { copyOf, InvalidItem, layout, minus, model, plus, t, text } from 'keystorm'
import { updateAll } from 'keystorm/bulk'
import { localTable } from 'keystorm/testing'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { lacks } from '../support/engine.ts'
import { errorFrom } from '../support/errors.ts'

const Doc = model('Doc')
  .pk('id')
  .sk('rev')
  .fields({
    rev: t.int(),
    state: t.string().default('new'),
    list: t.list(t.int()).default([1]),
    note: t.string().optional(),
    old: t.string().optional(),
    numbers: t.list(t.int()).optional(),
    count: t.int().optional(),
    must: t.string()
  })
const key = { id: 'i', rev: 7 }
const row = { PK: { S: 'I#i#Doc' }, SK: { S: 'R#0000000000000007' }, must: { S: 'm' } }
const beside = { ...row, id: { S: 'i' }, rev: { N: '7' } }
const NULL = { NULL: true } as const
const read = { ...key, state: 'new', list: [1], must: 'm' }

for (const [what, stored] of [
  ['nothing', beside],
  ['NULL', { ...beside, state: NULL, list: NULL, note: NULL }],
  ['nothing but its key', row]
] as const)
  test(`copyOf() of a row that has ${what} copies what a read gives, or says that there is nothing`, () =>
    localTable(async ({ db, client, table }) => {
      await client.send(new PutItemCommand({ TableName: table, Item: stored }))
      const update = db.update(Doc, key)
      const copied = await update.set({ old: copyOf('state'), numbers: copyOf('list') }).returning('new')
      assert.equal(copied, { ...read, old: 'new', numbers: [1] })
      for (const change of [{ old: copyOf('note') }, { must: copyOf('note') }]) {
        const error = await errorFrom(() => update.set(change))
        assert.instance(error, InvalidItem)
        assert.match(error.message, /: cannot be copyOf\('note'\), because note is not there\.$/)
      }
      assert.equal(await db.get(Doc, key), { ...read, old: 'new', numbers: [1] })
      const told = await update.set({ old: copyOf('id'), count: plus('rev', 1) }).returning('new')
      assert.equal([told.old, told.count], ['i', 8])
    }))

test('an upsert copies the key and the defaults of the item that it makes', () =>
  localTable(async ({ db }) => {
    const upsert = db
      .update(Doc, key)
      .set({ must: copyOf('state'), old: copyOf('id'), count: minus('rev', 1) })
      .upsert()
    assert.equal(await upsert.returning('new'), { ...read, must: 'new', old: 'i', count: 6 })
    await db.update(Doc, key).set({ state: 'done' })
    assert.is((await upsert.returning('new')).must, 'done')
  }))

const app = layout({ pk: 'pk', sk: 'sk', indexes: { byMail: { pk: 'GSI1PK', sk: 'sk' } } })
const User = app
  .model('User')
  .pk(text('USER#{id}'))
  .sk(text('N#{rank}'))
  .index('byMail', { pk: text('MAIL#{mail}') })
  .fields({
    id: t.string().onlyInKeys(),
    rank: t.int({ digits: 3 }).onlyInKeys(),
    mail: t.string().onlyInKeys(),
    name: t.string().optional(),
    score: t.int().default(0)
  })

test('changes start from what only the key of the table holds, and are refused for what only an index holds', () =>
  localTable(app, async ({ db }) => {
    const user = await db.put(User, { id: 'u', rank: 7, mail: 'm' })
    const update = db.update(User, { id: 'u', rank: 7 })
    const changed = await update.set({ name: copyOf('id'), score: plus('rank', 1) }).returning('new')
    assert.equal(changed, { ...user, name: 'u', score: 8 })
    await updateAll(db.query(User).where({ id: 'u' }), one => one.set({ score: minus('rank', 1), name: copyOf('id') }))
    assert.is((await db.get(User, user))?.score, 6)
    const { message } = await errorFrom(() => update.set({ name: copyOf('mail') }))
    assert.is(
      message,
      "User: nothing was sent, because name: cannot be copyOf('mail'), because that is stored in keys only, where changes cannot look."
    )
  }))

const Account = app
  .model('Account')
  .pk(text('ACCOUNT#{mail:lower}'))
  .sk(text('ACCOUNT'))
  .fields({ mail: t.string(), shown: t.string().optional() })

test('what the key has as a derived text is copied from the row', () =>
  localTable(app, async ({ db }) => {
    await db.put(Account, { mail: 'Ann@x' })
    const copied = await db
      .update(Account, { mail: 'ann@x' })
      .set({ shown: copyOf('mail') })
      .returning('new')
    assert.equal(copied, { mail: 'Ann@x', shown: 'Ann@x' })
  }))

const transactions = lacks('transactions') ? test.skip : test

transactions('in bulk, what copies a default from an attribute that it changes too is done once', () =>
  localTable(async ({ db, client, table }) => {
    await client.send(new PutItemCommand({ TableName: table, Item: beside }))
    await updateAll(db.query(Doc).where({ id: 'i' }), one => one.set({ old: copyOf('state'), state: 'done' }))
    assert.equal(await db.get(Doc, key), { ...read, old: 'new', state: 'done' })
  })
)

test.run()
