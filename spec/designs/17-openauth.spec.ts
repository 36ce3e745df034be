/** The storage of OpenAuth in DynamoDB: parts joined by the unit separator, values only in keys, and JSON texts. */
import { anyOf, connect, gt, layout, missing, models, t, text } from 'keystorm'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { designed } from '../support/designed.ts'

/** What OpenAuth puts between the parts of a key: U+001F. */
const app = layout({ pk: 'pk', sk: 'sk', delimiters: '\u001f' })

/** What each entry has: a JSON text, and perhaps an end. */
const entry = { value: t.string(), expiry: t.ttl().optional() }
const inKey = t.string().onlyInKeys()

const Code = app
  .model('Code')
  .pk(text('oauth:code'))
  .sk(text('{code}'))
  .fields({ ...entry, code: inKey })
const RefreshToken = app
  .model('RefreshToken')
  .pk(text('oauth:refresh\u001f{subject}'))
  .sk(text('{token}'))
  .fields({ ...entry, subject: inKey, token: inKey })
const SigningKey = app
  .model('SigningKey')
  .pk(text('signing:key'))
  .sk(text('{id}'))
  .fields({ ...entry, id: inKey })
const Password = app
  .model('Password')
  .pk(text('email\u001f{email}'))
  .sk(text('password'))
  .fields({ ...entry, email: inKey })

models({ Code, RefreshToken, SigningKey, Password }) // proven apart

const now = Math.floor(Date.now() / 1000)
const subject = 'user:4f1a'
const refreshRow = (sk: string, expiry: number) => ({
  pk: `oauth:refresh\u001f${subject}`,
  sk,
  value: JSON.stringify({ subject, nextToken: 'n' }),
  expiry
})

test('OpenAuth: what it stored is read, by each of its access patterns', () =>
  designed(app, async ({ db, put }) => {
    await put(
      { pk: 'oauth:code', sk: 'c-1', value: '{"clientID":"web"}', expiry: now + 60 },
      { pk: 'signing:key', sk: 'k-1', value: '{"alg":"ES256"}' },
      { pk: 'email\u001fann@example.com', sk: 'password', value: '{"hash":"x"}' },
      ...[refreshRow('t-1', now + 600), refreshRow('t-2', now - 600), refreshRow('t-3', now + 600)]
    )
    const expiry = new Date((now + 60) * 1000)
    assert.equal(await db.get(Code, { code: 'c-1' }), { code: 'c-1', value: '{"clientID":"web"}', expiry })
    assert.equal(
      await db.query(SigningKey).where({}),
      [{ id: 'k-1', value: '{"alg":"ES256"}' }],
      'a scan of signing:key'
    )
    assert.is((await db.get(Password, { email: 'ann@example.com' }))?.value, '{"hash":"x"}')

    // Get unless expired, and a scan of what begins with a subject.
    const alive = anyOf({ expiry: missing() }, { expiry: gt(new Date()) })
    const stored = (token: string) => db.query(RefreshToken).where({ subject, token }).filter(alive).first()
    assert.is((await stored('t-1'))?.token, 't-1')
    assert.is(await stored('t-2'), undefined)
    const all = await db.query(RefreshToken).where({ subject }).filter(alive)
    assert.equal(
      all.map(({ token }) => token),
      ['t-1', 't-3']
    )
    // To end all sessions of a subject.
    await db.batchWrite((await db.query(RefreshToken).where({ subject })).map(one => db.delete(RefreshToken, one)))
    assert.is(await db.query(RefreshToken).where({ subject }).count(), 0)
  }))

test('OpenAuth: what keystorm writes, it finds', () =>
  designed(app, async ({ db, get, find }) => {
    const row = refreshRow('t-9', now + 600)
    await db.put(RefreshToken, { subject, token: 't-9', value: row.value, expiry: new Date(row.expiry * 1000) })
    assert.equal(await get({ pk: row.pk, sk: row.sk }), row, 'the same row, to the byte')
    const key = { pk: 'signing:key', sk: 'k-2', value: '{"alg":"ES256"}' }
    await db.put(SigningKey, { id: 'k-2', value: key.value })
    assert.equal(await find('pk = :pk', { ':pk': 'signing:key' }), [key])
    await db.delete(SigningKey, { id: 'k-2' })
    assert.is(await get({ pk: key.pk, sk: key.sk }), undefined)
  }))

test('OpenAuth: a value cannot leave its part of the key', () => {
  // OpenAuth takes the separator out of what it is given; keystorm writes it as %1F.
  assert.equal(RefreshToken.key({ subject: 'a\u001fb', token: 'c#d' }), { pk: 'oauth:refresh\u001fa%1Fb', sk: 'c#d' })
  assert.equal(connect({ table: 'auth' }).query(RefreshToken).where({ subject }).compile(), {
    TableName: 'auth',
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': { S: `oauth:refresh\u001f${subject}` } }
  })
})

test.run()
