/** AWS's session management: sessions of customers and their child sessions, found by an index that turns the keys round. */
import { connect, layout, models, t, text } from 'keystorm'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { designed } from '../support/designed.ts'

const store = layout({ pk: 'PK', sk: 'SK', indexes: { GSI1_inverse: { pk: 'SK', sk: 'PK' } } })

const inKey = t.string().onlyInKeys()
const state = t.oneOf('active', 'closing')
const Session = store
  .model('Session')
  .pk(text('suuid#{session_id}'))
  .sk(text('c#{customer_id}'))
  .index('GSI1_inverse')
  .fields({
    ...{ session_id: inKey, customer_id: inKey },
    ...{ last_login_time: t.string(), access_token: t.string(), session_state: state }
  })
const ChildSession = store
  .model('ChildSession')
  .pk(text('suuid#{session_id}'))
  .sk(text('child#suuid#{child_session_id}'))
  .index('GSI1_inverse')
  .fields({ session_id: inKey, child_session_id: inKey, access_token: t.string(), session_state: state })

models({ Session, ChildSession }) // proven apart

const login = { last_login_time: '2023-05-12T11:30:00', access_token: 'd234ltj2', session_state: 'active' } as const
const child = { access_token: 'lko98uib', session_state: 'closing' } as const
const rows = {
  parent: { PK: 'suuid#c342etj3', SK: 'c#ABC', ...login },
  other: { PK: 'suuid#d0004tj2', SK: 'c#ABC', ...login },
  child: { PK: 'suuid#c342etj3', SK: 'child#suuid#ert54fbgn', ...child },
  sibling: { PK: 'suuid#c342etj3', SK: 'child#suuid#kljhfytf23', ...child }
}
const items = {
  parent: { session_id: 'c342etj3', customer_id: 'ABC', ...login },
  other: { session_id: 'd0004tj2', customer_id: 'ABC', ...login },
  child: { session_id: 'c342etj3', child_session_id: 'ert54fbgn', ...child },
  sibling: { session_id: 'c342etj3', child_session_id: 'kljhfytf23', ...child }
}

test('sessions: what the application wrote is read, by each of its access patterns', () =>
  designed(store, async ({ db, put }) => {
    await put(...Object.values(rows))
    assert.equal(await db.get(Session, { session_id: 'c342etj3', customer_id: 'ABC' }), items.parent)
    assert.equal(await db.query(ChildSession).where({ session_id: 'c342etj3' }), [items.child, items.sibling])
    const whole = await db.query(Session, ChildSession).where({ session_id: 'c342etj3' })
    assert.equal(whole, { Session: [items.parent], ChildSession: [items.child, items.sibling] })

    const parent = db.query(ChildSession).where({ child_session_id: 'ert54fbgn' }).on('GSI1_inverse')
    assert.is((await parent.first())?.session_id, 'c342etj3')
    const ofCustomer = db.query(Session).where({ customer_id: 'ABC' }).on('GSI1_inverse')
    assert.equal(await ofCustomer, [items.parent, items.other])
    assert.equal(await ofCustomer.where({ session_id: 'd0004tj2' }), [items.other])
    const [last] = await ofCustomer.only('last_login_time').limit(1)
    assert.equal(last, { last_login_time: '2023-05-12T11:30:00' })
  }))

test('sessions: what keystorm writes, the application finds', () =>
  designed(store, async ({ db, get, find }) => {
    await db.create(Session, items.parent)
    await db.create(Session, items.other)
    await db.create(ChildSession, items.child)
    await db.create(ChildSession, items.sibling)
    for (const row of Object.values(rows)) assert.equal(await get({ PK: row.PK, SK: row.SK }), row, 'to the byte')

    const children = { ':pk': 'suuid#c342etj3', ':sk': 'child#' }
    assert.equal(await find('PK = :pk AND begins_with(SK, :sk)', children), [rows.child, rows.sibling])
    assert.equal(await find('SK = :sk', { ':sk': 'child#suuid#ert54fbgn' }, 'GSI1_inverse'), [rows.child])
    assert.equal(await find('SK = :sk', { ':sk': 'c#ABC' }, 'GSI1_inverse'), [rows.parent, rows.other])

    await db.update(ChildSession, items.sibling).set({ session_state: 'active' })
    assert.is((await get({ PK: rows.sibling.PK, SK: rows.sibling.SK }))?.session_state, 'active')
    await db.delete(Session, items.other)
    assert.equal(await find('SK = :sk', { ':sk': 'c#ABC' }, 'GSI1_inverse'), [rows.parent])
  }))

test('sessions: those of a customer are one query of the index', () => {
  const sessions = connect({ table: 'session_store' }).query(Session).where({ customer_id: 'ABC' }).on('GSI1_inverse')
  assert.equal(sessions.compile(), {
    TableName: 'session_store',
    IndexName: 'GSI1_inverse',
    KeyConditionExpression: 'SK = :pk AND begins_with(PK, :sk)',
    ExpressionAttributeValues: { ':pk': { S: 'c#ABC' }, ':sk': { S: 'suuid#' } },
    Select: 'ALL_ATTRIBUTES'
  })
})

test.run()
