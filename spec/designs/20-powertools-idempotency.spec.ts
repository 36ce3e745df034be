/** The idempotency records of Powertools for AWS Lambda: a table with an id only, or any table with two keys. */
import { anyOf, ConditionFailed, connect, layout, lt, missing, t, text } from 'keystorm'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { designed } from '../support/designed.ts'
import { errorFrom } from '../support/errors.ts'

const fields = {
  status: t.oneOf('INPROGRESS', 'COMPLETED'),
  expiration: t.ttl(),
  in_progress_expiration: t.int().optional(), // in milliseconds
  data: t.json().optional(),
  validation: t.string().optional()
}

const app = layout({ pk: 'id' })
/** The id is that of a call: `<function>#<hash of what it was given>`. */
const Call = app.model('Call').pk('id').fields(fields)

/** As Powertools is told by `keyAttr: 'PK', sortKeyAttr: 'SK'`. */
const shared = layout({ pk: 'PK', sk: 'SK' })
const SharedCall = shared
  .model('SharedCall')
  .pk(text('idempotency#{handler}'))
  .sk('SK')
  .fields({ ...fields, handler: t.string().onlyInKeys() })

const id = 'orders#2e1b5bd4d4b3b1a0f3d8f1b7c9e6a5d4'
const now = Math.floor(Date.now() / 1000)
const completed = {
  id,
  status: 'COMPLETED',
  expiration: now + 3600,
  in_progress_expiration: now * 1000,
  data: { paid: 3 }
}
const locked = (expiration: number, in_progress_expiration: number) => ({
  ...{ id, status: 'INPROGRESS', expiration, in_progress_expiration }
})

/** Locked if there is no record, or it has expired, or whoever began has not ended in time. */
const free = () =>
  anyOf(
    { status: missing() },
    { expiration: lt(new Date()) },
    { status: 'INPROGRESS', in_progress_expiration: lt(Date.now()) }
  )
const lock = { status: 'INPROGRESS', expiration: new Date((now + 3600) * 1000) } as const

test('idempotency: what Powertools wrote is read, and decides who may lock', () =>
  designed(app, async ({ db, put }) => {
    const record = { ...lock, id, in_progress_expiration: Date.now() + 60_000 }
    await db.put(Call, record).if(free()) // there was none
    await put(locked(now - 10, Date.now() + 60_000))
    await db.put(Call, record).if(free()) // expired
    await put(locked(now + 3600, Date.now() - 60_000))
    await db.put(Call, record).if(free()) // stale

    await put(completed)
    const done = { ...completed, expiration: new Date((now + 3600) * 1000) }
    assert.equal(await db.get(Call, { id }).consistent(), done)
    const error = await errorFrom(() => db.put(Call, record).if(free()))
    assert.instance(error, ConditionFailed)
    assert.equal((error as ConditionFailed).item, done, 'with the answer that was given')
  }))

test('idempotency: what keystorm writes, Powertools finds', () =>
  designed(app, async ({ db, get }) => {
    const in_progress_expiration = now * 1000
    await db.put(Call, { ...lock, id, in_progress_expiration }).if(free())
    assert.equal(await get({ id }), locked(now + 3600, in_progress_expiration))
    await db.update(Call, { id }).set({ status: 'COMPLETED', data: { paid: 3 } })
    assert.equal(await get({ id }), completed, 'the same row, to the byte')
    await db.delete(Call, { id })
    assert.is(await get({ id }), undefined)
  }))

test('idempotency: the same beside other rows of a table with two keys', () =>
  designed(shared, async ({ db, get, put }) => {
    const { id: SK, ...rest } = completed
    const row = { PK: 'idempotency#orders', SK, ...rest }
    await put(row)
    const found = await db.get(SharedCall, { handler: 'orders', SK }).orThrow()
    assert.equal([found.handler, found.data], ['orders', { paid: 3 }])
    await db.put(SharedCall, { ...found, SK: 'orders#other' })
    assert.equal(await get({ PK: row.PK, SK: 'orders#other' }), { ...row, SK: 'orders#other' })
  }))

test('idempotency: the lock is one PutItem with a condition', () => {
  const put = connect({ table: 'calls' })
    .put(Call, { ...lock, id })
    .if({ status: missing() })
  const { Item, ConditionExpression } = put.compile()
  assert.equal(Item, { id: { S: id }, status: { S: 'INPROGRESS' }, expiration: { N: String(now + 3600) } })
  assert.match(String(ConditionExpression), 'attribute_not_exists')
})

test.run()
