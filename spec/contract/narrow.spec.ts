/** Indexes that project less than whole items: what a read gives, what is fetched, and what it costs. */
import { connect, gt, layout, metered, t, text } from 'keystorm'
import { localTable } from 'keystorm/testing'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { assertRequests } from '../support/counted.ts'
import { errorFrom } from '../support/errors.ts'
import { type Equal, isType } from '../support/types.ts'

const app = layout({
  pk: 'pk',
  sk: 'sk',
  indexes: {
    byTeam: { pk: 'team', sk: 'name', projection: 'KEYS_ONLY' },
    byTown: { pk: 'town', projection: ['points'] }
  }
})
const User = app
  .model('User')
  .pk('id')
  .sk('#kind')
  .index('byTeam')
  .index('byTown')
  .fields({
    kind: t.literal('user'),
    team: t.string().optional(),
    name: t.string(),
    town: t.string(),
    points: t.int(),
    note: t.string().default('none'),
    mail: t.string().optional()
  })
const users = Array.from({ length: 120 }, (_, i) => ({
  id: `${i}`,
  kind: 'user' as const,
  team: 'red',
  name: `n${String(i).padStart(3, '0')}`,
  town: 'T',
  points: i,
  note: `note ${i}`,
  mail: `${i}@x`
}))

test('a read gives what the index has, and neither a default nor an absence for the rest', () =>
  localTable(app, async ({ db }) => {
    await db.load(User, users)
    const found = await db.query(User).where({ team: 'red' }).on('byTeam').limit(2)
    isType<Equal<(typeof found)[number], { id: string; kind: 'user'; team?: string; name: string }>>()
    assert.equal(found, [
      { id: '0', kind: 'user', team: 'red', name: 'n000' },
      { id: '1', kind: 'user', team: 'red', name: 'n001' }
    ] as never)
    const [first] = await db
      .query(User)
      .where({ town: 'T' })
      .on('byTown')
      .filter({ points: gt(118) })
    assert.equal(first, { id: '119', kind: 'user', town: 'T', points: 119 } as never)
  }))

test('whole() fetches the rest, in the order of the index, 100 items a request', () =>
  localTable(app, async ({ db }) => {
    await db.load(User, users)
    const read = db.query(User).where({ team: 'red' }).on('byTeam').whole()
    const { result, usage } = await metered(() => read)
    assert.equal(result, users)
    assertRequests(usage.requests, 3)
    assert.equal(await db.query(User).where({ team: 'red' }).on('byTeam').reverse().limit(1).whole(), [users[119]])
    assert.equal(await read.limit(1).only('note'), [{ note: 'note 0' }])
    const named = db.query(User).where({ team: 'red' }).on('byTeam').only('name')
    assert.equal(await named.limit(1).whole(), [users[0]])
    const streamed = []
    for await (const user of read.pageSize(50)) streamed.push(user)
    assert.equal(streamed, users)
    assert.is(await read.count(), 120)
  }))

test('only() asks an index for no more than it projects, and takes the rest from keys', () =>
  localTable(app, async ({ db }) => {
    await db.load(User, users.slice(0, 2))
    const read = db.query(User).where({ team: 'red' }).on('byTeam').only('id', 'name')
    assert.is(read.compile().ProjectionExpression, 'pk, sk, #0')
    assert.equal(await read, [
      { id: '0', name: 'n000' },
      { id: '1', name: 'n001' }
    ])
  }))

const bundle = layout({
  pk: 'pk',
  sk: 'sk',
  indexes: {
    byMail: { pk: 'p1', sk: 's1', projection: 'KEYS_ONLY' },
    byShop: { pk: 'p2', sk: 's2', projection: ['note'] }
  }
})
const Person = bundle
  .model('Person')
  .pk(text('P#{id}'))
  .sk(text('P'))
  .index('byMail', { pk: text('MAIL#{mail:lower}'), sk: text('{born}') })
  .index('byShop', { pk: ['shop'], sk: ['N#note', 'T#team'] })
  .fields({
    mail: t.string(),
    born: t.date(),
    shop: t.string().optional(),
    note: t.string().optional(),
    team: t.string().optional(),
    size: t.int().default(1)
  })
const born = new Date('2001-02-03T00:00:00.000Z')
const person = { id: '1', mail: 'A@x', born, shop: 's', note: 'n', team: 't' }

test('what rendered keys of a narrow index hold as it is comes from them, and what is derived is not there', () =>
  localTable(bundle, async ({ db }) => {
    await db.put(Person, person)
    await db.put(Person, { id: '2', mail: 'b@x', born })
    const [byMail] = await db.query(Person).where({ mail: 'a@X' }).on('byMail')
    isType<Equal<typeof byMail, { id: string; born: Date } | undefined>>()
    assert.equal(byMail, { id: '1', born })
    const byShop = db.query(Person).where({ shop: 's' }).on('byShop')
    const [found] = await byShop
    isType<Equal<typeof found, { id: string; shop?: string; note?: string; team?: string } | undefined>>()
    assert.equal(found, { id: '1', shop: 's', note: 'n', team: 't' } as never)
    assert.equal(await byShop.only('shop', 'team'), [{ shop: 's', team: 't' }])
    assert.equal(await db.scan(Person).on('byShop'), [found] as never)
    const derived = await errorFrom(async () => await byShop.only('mail' as never))
    assert.match(derived.message, 'only() is given mail, which byShop does not project')
  }))

test('explain() says what the index projects, and what the rest costs', () => {
  const { index, warnings } = connect({ table: 'table' }).query(User).where({ town: 'T' }).on('byTown').explain()
  assert.is(index, 'byTown')
  assert.ok(warnings.includes('byTown projects points: whole() reads each item once more for the rest'))
})

test('the command of a narrow index asks for what it projects', () => {
  const input = connect({ table: 'table' }).query(User).where({ team: 'red' }).on('byTeam').compile()
  assert.equal(input, {
    TableName: 'table',
    IndexName: 'byTeam',
    KeyConditionExpression: '#pk = :pk',
    ExpressionAttributeNames: { '#pk': 'team' },
    ExpressionAttributeValues: { ':pk': { S: 'red' } }
  })
})

test.run()
