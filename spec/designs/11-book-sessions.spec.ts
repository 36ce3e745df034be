/** The session store of The DynamoDB Book: a table without a sort key, and an index by user that has keys only. */
import { connect, gt, ItemExists, layout, t } from 'keystorm'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { designed } from '../support/designed.ts'
import { errorFrom } from '../support/errors.ts'

const app = layout({
  pk: 'SessionToken',
  indexes: { UserName: { pk: 'UserName', projection: 'KEYS_ONLY' } }
})

/** Both keys are the session's own attributes, as they are. */
const Session = app
  .model('Session')
  .pk('SessionToken')
  .index('UserName')
  .fields({ UserName: t.string(), CreatedAt: t.date(), ExpiresAt: t.date(), TTL: t.ttl() })

const tokens = ['0d1dfa4e-2b1a-4f0b-a3bf-8f3b1cf5a3c1', '6f2b7f9e-9f0e-4f9d-8a3e-1c2d3e4f5a6b']
const [live = '', stale = ''] = tokens
const now = Math.floor(Date.now() / 1000)
const row = (SessionToken: string, TTL: number, UserName = 'ann') => ({
  SessionToken,
  UserName,
  CreatedAt: '2026-01-01T00:00:00.000Z',
  ExpiresAt: new Date(TTL * 1000).toISOString(),
  TTL
})
const session = (SessionToken: string, TTL: number) => ({
  SessionToken,
  UserName: 'ann',
  CreatedAt: new Date('2026-01-01T00:00:00Z'),
  ExpiresAt: new Date(TTL * 1000),
  TTL: new Date(TTL * 1000)
})

test('sessions: what the application wrote is read, by each of its access patterns', () =>
  designed(app, async ({ db, get, put }) => {
    await put(row(live, now + 600), row(stale, now - 600), row('of-bob', now + 600, 'bob'))

    assert.equal(await db.get(Session, { SessionToken: live }), session(live, now + 600))
    // DynamoDB deletes what has expired within days: until then, a filter leaves it out.
    const valid = (SessionToken: string) =>
      db
        .query(Session)
        .where({ SessionToken })
        .filter({ TTL: gt(new Date()) })
        .first()
    assert.is((await valid(live))?.UserName, 'ann')
    assert.is(await valid(stale), undefined)

    const all = await db.query(Session).where({ UserName: 'ann' }).on('UserName').only('SessionToken')
    assert.is(all.length, 2)
    await db.batchWrite(all.map(one => db.delete(Session, one)))
    assert.is(await get({ SessionToken: live }), undefined)
    assert.equal(await get({ SessionToken: 'of-bob' }), row('of-bob', now + 600, 'bob'))
  }))

test('sessions: of what the index does not have, nothing is made up; whole() fetches it', () =>
  designed(app, async ({ db, put }) => {
    await put(row(live, now + 600))
    const ofAnn = db.query(Session).where({ UserName: 'ann' }).on('UserName')
    assert.equal(await ofAnn, [{ SessionToken: live, UserName: 'ann' }])
    assert.equal(await ofAnn.whole(), [session(live, now + 600)])
  }))

test('sessions: what keystorm writes, the application finds', () =>
  designed(app, async ({ db, get, find }) => {
    await db.create(Session, session(live, now + 600))
    assert.instance(await errorFrom(() => db.create(Session, session(live, now))), ItemExists)
    assert.equal(await get({ SessionToken: live }), row(live, now + 600), 'the same row, to the byte')
    const found = await find('UserName = :user', { ':user': 'ann' }, 'UserName')
    assert.equal(found, [{ SessionToken: live, UserName: 'ann' }])
  }))

test('sessions: names that could be reserved words are placeholders', () => {
  const query = connect({ table: 'app' }).query(Session).where({ UserName: 'ann' }).on('UserName').only('SessionToken')
  assert.equal(query.compile(), {
    TableName: 'app',
    IndexName: 'UserName',
    KeyConditionExpression: '#pk = :pk',
    ExpressionAttributeNames: { '#pk': 'UserName', '#0': 'SessionToken' },
    ExpressionAttributeValues: { ':pk': { S: 'ann' } },
    ProjectionExpression: '#0'
  })
})

test.run()
