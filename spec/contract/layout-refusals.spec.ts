/** What of a layout would be lost, or answered wrongly, and so is refused before anything is sent; and odd names that are not. */
import { between, connect, InvalidItem, InvalidKey, InvalidRequest, layout, missing, t, text } from 'keystorm'
import { localTable } from 'keystorm/testing'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { errorFrom } from '../support/errors.ts'
import { idleClient } from '../support/idle.ts'

const { client } = idleClient()
const db = connect({ table: 'table', client })

test('an update does not take away the only key that holds a value', async () => {
  const app = layout({ pk: 'pk', indexes: { byTown: { pk: 'townKey', sk: 'sentKey' } } })
  const Mail = app
    .model('Mail')
    .pk('id')
    .index('byTown', { pk: text('{town}'), sk: text('{sent}') })
    .fields({ town: t.string().optional(), sent: t.string().optional().onlyInKeys() })
  const error = await errorFrom(() => db.update(Mail, { id: '1' }).remove('town').compile())
  assert.instance(error, InvalidItem)
  assert.match(
    error.message,
    'sent: is .onlyInKeys(), and would be lost: what is removed takes townKey and sentKey away'
  )
  await localTable(app, async ({ db }) => {
    await db.put(Mail, { id: '1', town: 'Rome', sent: 'now' })
    await db.update(Mail, { id: '1' }).remove('town', 'sent')
    assert.equal(await db.get(Mail, { id: '1' }), { id: '1' })
  })
})

test('what the primary key derived from a value does not tell the value', async () => {
  const app = layout({ pk: 'pk', indexes: { byMail: { pk: 'mailKey', sk: 'statusKey' } } })
  const User = app
    .model('User')
    .pk(text('U#{email:lower}'))
    .index('byMail', { pk: text('M#{email}'), sk: text('S#{status}') })
    .fields({ status: t.string() })
  // @ts-expect-error User: set() gives status, and the keys of byMail are made of it and of email, of which …
  const error = await errorFrom(() => db.update(User, { email: 'ANN' }).set({ status: 'new' }).compile())
  assert.instance(error, InvalidItem)
  assert.match(error.message, 'made of it and of email, of which the key tells only a derived text: use modify()')
})

test('a narrow index is not asked for what it does not project', async () => {
  const app = layout({ pk: 'pk', indexes: { byTeam: { pk: 'team', projection: ['points'] } } })
  const User = app
    .model('User')
    .pk('id')
    .index('byTeam')
    .fields({ team: t.string(), points: t.int(), used: t.int().default(1) })
  const query = db.query(User).where({ team: 'red' }).on('byTeam')
  for (const filtered of [query.filter({ used: 7 }), query.filter({ used: missing() }).whole()]) {
    const error = await errorFrom(() => filtered.compile())
    assert.instance(error, InvalidRequest)
    assert.is(error.message, 'User: filter() is given used, which byTeam does not project: filter what was read.')
  }
  const scanned = await errorFrom(() => db.scan(User).on('byTeam').filter({ used: 7 }).compile())
  assert.match(scanned.message, 'does not project')
  const asked = await errorFrom(() => query.only('used' as never).compile())
  assert.match(asked.message, 'only() is given used, which byTeam does not project')
  assert.ok(query.filter({ points: 3 }).compile().FilterExpression)
  assert.is(query.whole().only('used').compile().IndexName, 'byTeam')
})

test('an index that does not project whose a row is gives whole items, or none', async () => {
  const app = layout({ pk: 'pk', type: 'kind', indexes: { byTeam: { pk: 'team', projection: 'KEYS_ONLY' } } })
  const member = (name: string) => app.model(name).pk('id').suffix('').index('byTeam').fields({ team: t.string() })
  const [A, B] = [member('A'), member('B')]
  await localTable(app, async ({ db }) => {
    await db.put(A, { id: '1', team: 'red' })
    const query = db.query(B).where({ team: 'red' }).on('byTeam')
    const error = await errorFrom(() => query)
    assert.instance(error, InvalidRequest)
    assert.match(
      error.message,
      'byTeam does not project kind, which tells whose a row is: read whole items, by .whole()'
    )
    assert.equal(await query.whole(), [])
    assert.equal(await db.query(A).where({ team: 'red' }).on('byTeam').whole(), [{ id: '1', team: 'red' }])
  })
})

test('a check of nothing is none, though every write of the layout checks whose the row is', async () => {
  const app = layout({ pk: 'pk', type: 'kind' })
  const Team = app.model('Team').pk('team').fields({ size: t.int(), version: t.version() })
  const check = db.check(Team, { team: 'red' })
  for (const empty of [check, check.if({})]) {
    const error = await errorFrom(() => db.transact(empty).compile())
    assert.instance(error, InvalidRequest)
    assert.is(error.message, 'Team: check() has nothing to check: call .if(…).')
  }
  for (const asked of [check.if({ size: 3 }), db.check(Team, { team: 'red', version: 1 })])
    assert.ok(db.transact(asked).compile().TransactItems?.[0]?.ConditionCheck)
})

test('keys and types that are called as what objects inherit', async () => {
  const app = layout({
    pk: 'constructor',
    sk: 'valueOf',
    type: 'isPrototypeOf',
    indexes: { byName: { pk: 'toString' } }
  })
  const Note = app
    .model('Note')
    .pk('id')
    .sk('no')
    .index('byName', { pk: text('{name}') })
    .fields({ name: t.string() })
  await localTable(app, async ({ db, client, table }) => {
    for (const no of ['a', 'b', 'c']) await db.put(Note, { id: 'k', no, name: 'q' })
    const { PutItemCommand } = await import('@aws-sdk/client-dynamodb')
    const Item = {
      constructor: { S: 'I#k#Note' },
      valueOf: { S: 'N#d' },
      id: { S: 'k' },
      no: { S: 'd' },
      toString: { S: 'q' }
    }
    await client.send(new PutItemCommand({ TableName: table, Item })) // by a program that writes no type
    const queries = [
      db.query(Note).where({ id: 'k' }),
      db.query(Note).where({ name: 'q' }).on('byName'),
      db.scan(Note)
    ] as const
    for (const query of queries) {
      const first = await query.pageSize(3).page()
      const second = await query.pageSize(3).page(first.cursor)
      assert.equal([...first.items, ...second.items].map(({ no }) => no).sort(), ['a', 'b', 'c', 'd'])
    }
    assert.is((await db.get(Note, { id: 'k', no: 'd' }))?.no, 'd')
  })
})

test('ranges and starts of keys that are attributes', async () => {
  const app = layout({ pk: { name: 'n', type: 'N' }, sk: { name: 'at', type: 'N' } })
  const Event = app.model('Event').pk('n').sk('at').fields({ n: t.int(), at: t.number() })
  const reversed = await errorFrom(() =>
    db
      .query(Event)
      .where({ n: 1, at: between(10, 9) })
      .compile()
  )
  assert.instance(reversed, InvalidKey)
  assert.match(reversed.message, 'between() two values, the lower one second')
  const elsewhere = await errorFrom(() => db.query(Event).where({ n: 2 }).startingAfter({ n: 1, at: 2 }).compile())
  assert.instance(elsewhere, InvalidRequest)
  assert.match(elsewhere.message, 'a key of another partition')
})

test.run()
