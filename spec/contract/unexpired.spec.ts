/** Reads without what has expired, and the clock that they and the times of writes go by. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { connect, InvalidRequest, ItemNotFound, layout, model, number, t, withTable } from 'keystorm'
import { coalesced } from 'keystorm/coalesce'
import { toJsonata } from 'keystorm/jsonata'
import { modify } from 'keystorm/modify'
import { localTable } from 'keystorm/testing'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { describe } from '../../lib/errors/describe.ts'
import { lacks } from '../support/engine.ts'
import { errorFrom } from '../support/errors.ts'

const Session = model('Session')
  .pk('user')
  .sk('S#session')
  .fields({ session: t.int({ digits: 3 }), device: t.string(), ends: t.ttl() })
const Note = model('Note')
  .pk('user')
  .suffix('Session')
  .sk('N#note')
  .fields({ version: t.version(), at: t.createdAt(), changed: t.updatedAt(), device: t.string().optional() })

const noon = new Date('2030-01-01T12:00:00.500Z')
const seconds = noon.getTime() / 1000 - 0.5
const at = (second: number): Date => new Date((seconds + second) * 1000)
const key = (session: number) => ({ user: 'ann', session })

/** Sessions 0 to 29: those that leave a rest of 1 have ended, the last of them just now; those that leave one of 2 have no end. */
const sessions = Array.from({ length: 30 }, (_, session) => ({
  ...key(session),
  device: 'phone',
  ...(session % 3 === 2 ? {} : { ends: at(session % 3 === 1 ? session - 28 : 1) })
}))
const alive = sessions.filter(({ session }) => session % 3 !== 1)

const engineTest = lacks('conditions') ? test.skip : test
const transactionTest = lacks('transactions') ? test.skip : test

engineTest('reads of many items leave out what has expired, and count what they give', () =>
  localTable(async ({ table, client }) => {
    const db = connect({ table, client, clock: () => noon })
    await db.load(Session, sessions)
    const query = db.query(Session).where({ user: 'ann' }).unexpired()
    const { FilterExpression, ExpressionAttributeValues } = query.compile()
    assert.match(String(FilterExpression), /^NOT \(?#?\w+ <= :\w+\)?$/)
    assert.ok(Object.values(ExpressionAttributeValues ?? {}).some(({ N }) => N === String(seconds)))
    assert.equal(await query, alive)
    assert.equal(await query.limit(7).reverse(), alive.slice(-7).reverse())
    assert.is(await query.count(), alive.length)
    assert.equal(await query.only('session').first(), { session: 0 })
    assert.equal(await query.filter({ device: 'desk' }), [])
    assert.is(await db.scan(Session).unexpired().count(), alive.length)
    assert.equal(await db.query(Session).where({ user: 'ann' }), sessions)
  })
)

engineTest('pages are full, and their cursors do not hang on the time', () =>
  localTable(async ({ table, client }) => {
    let time = noon.getTime()
    const db = connect({ table, client, clock: () => new Date(time++) })
    await db.load(Session, sessions)
    const found: unknown[] = []
    let cursor: string | undefined
    do {
      const page = await db.query(Session).where({ user: 'ann' }).unexpired().pageSize(8).page(cursor)
      found.push(...page.items)
      cursor = page.cursor
      if (cursor !== undefined) assert.is(page.items.length, 8)
    } while (cursor !== undefined)
    assert.equal(found, alive)
    const { cursor: first } = await db.query(Session).where({ user: 'ann' }).unexpired().pageSize(8).page()
    time += 60_000
    const { items } = await db.query(Session).where({ user: 'ann' }).unexpired().pageSize(8).page(first)
    assert.equal(
      items,
      alive.filter(({ session, ends }) => session > 11 && ends === undefined)
    )
  })
)

engineTest('of several models, those with a time to live lose what has expired', () =>
  localTable(async ({ table, client }) => {
    const db = connect({ table, client, clock: () => noon })
    await db.load(Session, sessions)
    const note = await db.create(Note, { user: 'ann', note: 'a' })
    const found = await db.query(Session, Note).where({ user: 'ann' }).unexpired()
    assert.equal(found, { Session: alive, Note: [note] })
  })
)

test('an item that has expired is not there', () =>
  localTable(async ({ table, client }) => {
    const db = connect({ table, client, clock: () => noon })
    await db.batchWrite(sessions.slice(0, 3).map(session => db.put(Session, session)))
    const get = (session: number) => db.get(Session, key(session)).unexpired()
    assert.equal([await get(0), await get(1), await get(2)], [sessions[0], undefined, sessions[2]])
    assert.equal(await db.batchGet(get(0), get(1), db.get(Session, key(1))), [sessions[0], undefined, sessions[1]])
    assert.equal(await db.get(Session, key(0)).only('device').unexpired(), { device: 'phone' })
    assert.is(await db.get(Session, key(1)).only('device').unexpired(), undefined)
    assert.instance(await errorFrom(() => get(1).orThrow()), ItemNotFound)
    assert.is(get(0).only('device').compile().ProjectionExpression, 'PK, SK, #0, #1')
  }))

transactionTest('nor is it for gets in a transaction, nor for those that go together', () =>
  localTable(async ({ table, client }) => {
    const db = connect({ table, client, clock: () => noon })
    await db.batchWrite(sessions.slice(0, 3).map(session => db.put(Session, session)))
    const get = (session: number) => db.get(Session, key(session)).unexpired()
    const found = await db.transact(get(0), get(2).only('device'), db.get(Session, key(3)), get(1))
    assert.equal(found, [sessions[0], { device: 'phone' }, undefined, undefined])
    assert.instance(await errorFrom(() => db.transact(get(0), get(1).orThrow())), ItemNotFound)
    assert.instance(await errorFrom(() => db.batchGet(get(0), get(1).orThrow())), ItemNotFound)
    const ofOthers = coalesced(db)
    const together = [0, 1, 2].map(session => ofOthers.get(Session, key(session)).unexpired().then())
    assert.equal(await Promise.all(together), [sessions[0], undefined, sessions[2]])
  })
)

test('what has no time to live, or cannot be filtered by it, is refused', () => {
  const db = connect({ table: 'a' })
  const sentence = /^Note: unexpired\(\) goes by the time to live: give the model a t\.ttl\(\)/
  const refuses = (ask: () => unknown, message: RegExp) =>
    assert.throws(ask, (error: unknown) => error instanceof InvalidRequest && message.test(error.message))
  refuses(() => db.get(Note, { user: 'a', note: 'b' }).unexpired(), sentence)
  // @ts-expect-error Note has no time to live
  refuses(() => db.query(Note).where({ user: 'a' }).unexpired(), sentence)
  // @ts-expect-error the same of a scan
  refuses(() => db.scan(Note).unexpired(), sentence)
  const app = layout({
    pk: 'pk',
    sk: 'sk',
    indexes: { byEnd: { pk: 'user', sk: number('ends') }, byUser: { pk: 'user', projection: 'KEYS_ONLY' } }
  })
  const Visit = app
    .model('Visit')
    .pk('user')
    .sk('visit')
    .index('byEnd')
    .index('byUser')
    .fields({ user: t.string(), ends: t.ttl() })
  const visits = db.query(Visit).where({ user: 'a' }).unexpired()
  refuses(() => visits.on('byEnd').compile(), /cannot filter by ends, a key of what is read: give it to where\(\)/)
  refuses(() => visits.on('byUser').compile(), /looks at ends, which byUser does not project/)
  const Other = model('Other').pk('user').suffix('Session').sk('O#o').fields({ until: t.ttl() })
  refuses(() => db.query(Session, Other).where({ user: 'a' }).unexpired(), /in ends and in until: a table has one/)
  for (const none of [noon, null, 0])
    refuses(() => connect({ clock: none as never }), /clock takes a function that gives a Date, but got (\d|null)/)
})

test('what a clock gives must be a time that can be written: else nothing would ever have expired', async () => {
  const clocks: unknown[] = [
    new Date(Number.NaN),
    new Date(8.64e15),
    Date.now(),
    undefined,
    Promise.resolve(new Date())
  ]
  for (const time of clocks) {
    const db = connect({ table: 'a', clock: () => time as Date })
    const reads = db.query(Session).where({ user: 'ann' }).unexpired()
    for (const ask of [
      () => reads.compile(),
      () => db.update(Note, note).set({ device: 'x' }).compile(),
      () => db.put(Note, note)
    ]) {
      const error = await errorFrom(ask)
      assert.instance(error, InvalidRequest)
      assert.is(
        error.message,
        `connect(): clock must give a valid Date between the years 0 and 9999, but got ${describe(time)}.`
      )
    }
  }
})

test('a state machine asks its own clock', () => {
  const query = connect({ table: 'a' }).query(Session).where({ user: 'ann' }).unexpired()
  assert.match(JSON.stringify(toJsonata(query)), /\$now\(\)/)
  const get = connect({ table: 'a' }).get(Session, key(1)).unexpired()
  assert.throws(() => toJsonata(get), /unexpired\(\) looks at what was read/)
})

const clocked = (table: string, client: DynamoDBClient) => {
  const hours = { now: 0 }
  const db = connect({ table, client, clock: () => new Date(Date.UTC(2030, 0, 1, hours.now)) })
  const times = async (user = 'a') => {
    const { at, changed } = await db.get(Note, { user, note: 'n' }).orThrow()
    return [at, changed].map(time => time.getTime() / 3_600_000 - Date.UTC(2030, 0, 1) / 3_600_000)
  }
  return { db, hours, times }
}
const note = { user: 'a', note: 'n' }

test('writes take their times from the clock that was given', () =>
  localTable(async ({ table, client }) => {
    const { db, hours, times } = clocked(table, client)
    await db.create(Note, note)
    assert.equal(await times(), [0, 0])
    hours.now = 1
    await db.update(Note, note).set({ device: 'desk' })
    assert.equal(await times(), [0, 1])
    hours.now = 2
    await db.update(Note, note).remove('device').upsert()
    assert.equal(await times(), [0, 2])
    hours.now = 3
    await withTable(table, () => db.put(Note, { ...note, version: 3 }))
    assert.equal(await times(), [3, 3])
  }))

transactionTest('so do move and modify', () =>
  localTable(async ({ table, client }) => {
    const { db, hours, times } = clocked(table, client)
    await db.create(Note, note)
    hours.now = 1
    await modify(db, Note, note, found => ({ ...found, device: 'phone' }))
    assert.equal(await times(), [0, 1])
    hours.now = 2
    await db.move(Note, note, { user: 'b' })
    assert.equal(await times('b'), [0, 2])
  })
)

test.run()
