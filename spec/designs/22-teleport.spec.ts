/** Teleport's two tables: its state, all under one constant, by paths of any depth; and its audit log, by session and by day. */
import { beginsWith, between, ConditionFailed, connect, gt, layout, number, t, text } from 'keystorm'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { designed } from '../support/designed.ts'
import { errorFrom } from '../support/errors.ts'

/** Paths may hold any character: nobody escapes them, and nothing follows them. */
const state = layout({ pk: 'HashKey', sk: 'FullPath', delimiters: '/' })
const Entry = state.model('Entry').rawKeys().pk(text('teleport')).sk(text('teleport/{path}')).fields({
  path: t.string().onlyInKeys(),
  Value: t.binary(),
  Timestamp: t.int(),
  Expires: t.ttl().optional(),
  Revision: t.string().optional()
})

const log = layout({
  pk: 'SessionID',
  sk: number('EventIndex'),
  indexes: { timesearchV2: { pk: 'CreatedAtDate', sk: number('CreatedAt') } }
})
const Event = log
  .model('Event')
  .pk('SessionID')
  .sk('EventIndex')
  .index('timesearchV2')
  .fields({
    EventIndex: t.int(),
    EventType: t.string(),
    EventNamespace: t.literal('default').default('default'),
    CreatedAt: t.epoch(),
    CreatedAtDate: t.day(),
    Expires: t.ttl().optional(),
    Fields: t.string() // JSON
  })

const bytes = (text: string) => new Uint8Array(Buffer.from(text))
const content = (path: string) => ({ Value: bytes(`of ${path}`), Timestamp: 1700000000, Revision: 'r-1' })
const entry = (path: string) => ({ path, ...content(path) })
const entryRow = (path: string) => ({ HashKey: 'teleport', FullPath: `teleport/${path}`, ...content(path) })
const event = {
  SessionID: 's-1',
  EventType: 'session.start',
  EventNamespace: 'default',
  CreatedAtDate: '2023-11-14'
} as const
const eventRow = (EventIndex: number, CreatedAt: number) => ({ ...event, EventIndex, CreatedAt, Fields: '{"ei":0}' })

test('Teleport: what it wrote is read, by each of its access patterns', () =>
  designed(state, async ({ db, put }) => {
    await put(
      ...['nodes/default/a', 'nodes/default/b', 'nodes/default-2/a', 'nodes/x/c#d%', 'roles/admin'].map(entryRow)
    )
    assert.equal(await db.get(Entry, { path: 'nodes/x/c#d%' }).consistent(), entry('nodes/x/c#d%'))
    // A range of the backend: from a prefix up to the text behind it.
    const range = await db.query(Entry).where({ path: between('nodes/default/', 'nodes/default0') })
    assert.equal(range, [entry('nodes/default/a'), entry('nodes/default/b')])
    const behind = await db
      .query(Entry)
      .where({ path: gt('nodes/default/b') })
      .limit(1)
    assert.equal(behind, [entry('nodes/x/c#d%')])
    assert.is(
      await db
        .query(Entry)
        .where({ path: beginsWith('nodes/') })
        .count(),
      4
    )
  }))

test('Teleport: what keystorm writes, it finds, and revisions decide who may write', () =>
  designed(state, async ({ db, get, find }) => {
    await db.create(Entry, entry('locks/a b/#1'))
    const key = { HashKey: 'teleport', FullPath: 'teleport/locks/a b/#1' }
    assert.equal(await get(key), entryRow('locks/a b/#1'), 'to the byte')
    const swap = db.put(Entry, { ...entry('locks/a b/#1'), Revision: 'r-2' }).if({ Revision: 'r-1' })
    await swap
    assert.instance(await errorFrom(() => swap), ConditionFailed)
    const under = { ':pk': 'teleport', ':from': 'teleport/locks/', ':to': 'teleport/locks0' }
    const found = await find('HashKey = :pk AND FullPath BETWEEN :from AND :to', under)
    assert.equal(found, [{ ...entryRow('locks/a b/#1'), Revision: 'r-2' }])
  }))

test("Teleport: the audit log's rows are read, and written to the byte", () =>
  designed(log, async ({ db, get, put }) => {
    await put(eventRow(0, 1700000000), eventRow(2147483647, 1700000009))
    const inSession = await db.query(Event).where({ SessionID: 's-1' })
    assert.equal(
      inSession.map(({ EventIndex }) => EventIndex),
      [0, 2147483647]
    )
    const seconds = (n: number) => new Date(n * 1000)
    const day = db
      .query(Event)
      .where({ CreatedAtDate: '2023-11-14', CreatedAt: between(seconds(1699999999), seconds(1700000005)) })
    const [first, ...none] = await day.on('timesearchV2').filter({ EventType: 'session.start' }).reverse()
    assert.equal(none, [])
    assert.equal(first?.CreatedAt, seconds(1700000000))
    await db.put(Event, {
      ...event,
      SessionID: 's-2',
      EventIndex: 1,
      CreatedAt: seconds(1700000001),
      Fields: '{"ei":0}'
    })
    assert.equal(await get({ SessionID: 's-2', EventIndex: 1 }), { ...eventRow(1, 1700000001), SessionID: 's-2' })
  }))

test('Teleport: a range of paths is one query', () => {
  const range = connect({ table: 'teleport.state' }).query(Entry)
  assert.equal(range.where({ path: between('nodes/', 'nodes0') }).compile(), {
    TableName: 'teleport.state',
    KeyConditionExpression: '#pk = :pk AND #sk BETWEEN :sk AND :to',
    ExpressionAttributeNames: { '#pk': 'HashKey', '#sk': 'FullPath' },
    ExpressionAttributeValues: {
      ':pk': { S: 'teleport' },
      ':sk': { S: 'teleport/nodes/' },
      ':to': { S: 'teleport/nodes0' }
    }
  })
})

test.run()
