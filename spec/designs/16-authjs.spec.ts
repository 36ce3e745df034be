/** A table of Auth.js, as its DynamoDB adapter makes and fills it: users, their accounts and sessions, verification tokens. */
import { connect, layout, models, t, text } from 'keystorm'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { designed } from '../support/designed.ts'

const app = layout({ pk: 'pk', sk: 'sk', indexes: { GSI1: { pk: 'GSI1PK', sk: 'GSI1SK' } } })

const maybe = t.string().nullable().optional()
const User = app
  .model('User')
  .pk(text('USER#{id}'))
  .sk(text('USER#{id}'))
  .index('GSI1', { pk: text('USER#{email}'), sk: text('USER#{email}') })
  .fields({
    type: t.literal('USER').default('USER'),
    email: t.string(),
    name: maybe,
    image: maybe,
    emailVerified: t.date().nullable().optional()
  })
/** Its `type` is that of the provider: oauth, oidc, email. */
const Account = app
  .model('Account')
  .pk(text('USER#{userId}'))
  .sk(text('ACCOUNT#{provider}#{providerAccountId}'))
  .index('GSI1', { pk: text('ACCOUNT#{provider}'), sk: text('ACCOUNT#{providerAccountId}') })
  .fields({ id: t.string(), type: t.string(), access_token: maybe, refresh_token: maybe, scope: maybe })
const Session = app
  .model('Session')
  .pk(text('USER#{userId}'))
  .sk(text('SESSION#{sessionToken}'))
  .index('GSI1', { pk: text('SESSION#{sessionToken}'), sk: text('SESSION#{sessionToken}') })
  .fields({ type: t.literal('SESSION').default('SESSION'), expires: t.ttl() })
const VerificationToken = app
  .model('VerificationToken')
  .pk(text('VT#{identifier}'))
  .sk(text('VT#{token}'))
  .fields({ type: t.literal('VT').default('VT'), expires: t.ttl() })

models({ User, Account, Session, VerificationToken }) // proven apart

const user = { id: '1f0c', email: 'ann@example.com', name: 'Ann', emailVerified: new Date('2026-01-01') }
const account = { userId: '1f0c', provider: 'github', providerAccountId: '77', id: 'a1', type: 'oauth', scope: 'user' }
const session = { userId: '1f0c', sessionToken: 's-1', expires: new Date('2030-01-01') }
const token = { identifier: 'ann@example.com', token: 'c0ffee', expires: new Date('2030-01-01') }

/** As the adapter's createUser, linkAccount, createSession and createVerificationToken put them. */
const rows = {
  user: {
    ...{
      pk: 'USER#1f0c',
      sk: 'USER#1f0c',
      GSI1PK: 'USER#ann@example.com',
      GSI1SK: 'USER#ann@example.com',
      type: 'USER'
    },
    ...{ ...user, emailVerified: '2026-01-01T00:00:00.000Z' }
  },
  account: { pk: 'USER#1f0c', sk: 'ACCOUNT#github#77', GSI1PK: 'ACCOUNT#github', GSI1SK: 'ACCOUNT#77', ...account },
  session: {
    ...{ pk: 'USER#1f0c', sk: 'SESSION#s-1', GSI1PK: 'SESSION#s-1', GSI1SK: 'SESSION#s-1', type: 'SESSION' },
    ...{ ...session, expires: session.expires.getTime() / 1000 }
  },
  token: {
    ...{ pk: 'VT#ann@example.com', sk: 'VT#c0ffee', type: 'VT' },
    ...{ ...token, expires: token.expires.getTime() / 1000 }
  }
}
const [typedUser, typedSession] = [
  { ...user, type: 'USER' },
  { ...session, type: 'SESSION' }
]

test('Auth.js: what the adapter wrote is read, by each of its access patterns', () =>
  designed(app, async ({ db, put, find }) => {
    await put(...Object.values(rows))
    assert.equal(await db.get(User, { id: '1f0c' }), typedUser)
    assert.equal(await db.query(User).where({ email: 'ann@example.com' }).on('GSI1').first(), typedUser)
    const linked = db.query(Account).where({ provider: 'github', providerAccountId: '77' }).on('GSI1')
    assert.equal(await linked.first(), account)
    assert.equal(await db.query(Session).where({ sessionToken: 's-1' }).on('GSI1').first(), typedSession)
    assert.equal(await db.get(VerificationToken, token), { ...token, type: 'VT' })

    // Seconds with a fraction, which the adapter writes where a time has milliseconds.
    await put({ ...rows.session, expires: 1893456000.25 })
    assert.equal(await db.get(Session, session), typedSession)

    // A user calls `id` what its accounts and sessions call `userId`: it is one partition.
    const all = await db.query(User, Account, Session).where({ id: '1f0c' })
    assert.equal(all, { User: [typedUser], Account: [account], Session: [typedSession] })
    await db.batchWrite(
      ...[...all.User.map(one => db.delete(User, one)), ...all.Account.map(one => db.delete(Account, one))],
      ...all.Session.map(one => db.delete(Session, one))
    )
    assert.equal(await find('pk = :pk', { ':pk': 'USER#1f0c' }), [])
  }))

test('Auth.js: what keystorm writes, the adapter finds', () =>
  designed(app, async ({ db, get, find }) => {
    await db.create(User, user)
    await db.create(Account, account)
    await db.create(Session, session)
    await db.create(VerificationToken, token)
    for (const row of Object.values(rows)) assert.equal(await get({ pk: row.pk, sk: row.sk }), row, 'to the byte')

    const both = (key: string) => find('GSI1PK = :pk AND GSI1SK = :sk', { ':pk': key, ':sk': key }, 'GSI1')
    assert.equal(await both('USER#ann@example.com'), [rows.user])
    assert.equal(await both('SESSION#s-1'), [rows.session])
    const provider = { ':pk': 'ACCOUNT#github', ':sk': 'ACCOUNT#77' }
    assert.equal(await find('GSI1PK = :pk AND GSI1SK = :sk', provider, 'GSI1'), [rows.account])

    // The adapter's updateUser leaves the index as it was; keystorm's update does not.
    await db.update(User, { id: '1f0c' }).set({ email: 'ann@example.org' })
    assert.equal(await both('USER#ann@example.com'), [])
    assert.is((await both('USER#ann@example.org'))[0]?.email, 'ann@example.org')
  }))

test('Auth.js: a user is found by e-mail in one query of GSI1', () => {
  assert.equal(connect({ table: 'next-auth' }).query(User).where({ email: 'ann@example.com' }).on('GSI1').compile(), {
    TableName: 'next-auth',
    IndexName: 'GSI1',
    KeyConditionExpression: 'GSI1PK = :pk AND GSI1SK = :sk',
    ExpressionAttributeValues: { ':pk': { S: 'USER#ann@example.com' }, ':sk': { S: 'USER#ann@example.com' } },
    Select: 'ALL_ATTRIBUTES'
  })
})

test.run()
