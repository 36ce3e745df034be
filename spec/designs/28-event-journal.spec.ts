/** j5ik2o's event-store-adapter: events and snapshots in tables of their own, sharded, and written in one transaction. */
import { TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb'
import { anyOf, ConditionFailed, connect, gt, gte, layout, number, t, text } from 'keystorm'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { designed } from '../support/designed.ts'
import { lacks } from '../support/engine.ts'
import { errorFrom } from '../support/errors.ts'

const journal = layout({
  pk: 'pkey',
  sk: 'skey',
  indexes: { 'journal-aid-index': { pk: 'aid', sk: number('seq_nr') } }
})
const snapshots = layout({
  pk: 'pkey',
  sk: 'skey',
  indexes: {
    'snapshot-aid-index': { pk: 'aid', sk: number('seq_nr') },
    'snapshot-ttl-index': { pk: 'aid', sk: number('active_ttl_seq_nr') }
  }
})

/** The type of an aggregate and the hash of its id, of which the writer knows the number of shards. */
const pkey = text('{type}-{shard}')
const printed = t.int({ padded: false })
const shard = { type: t.string().onlyInKeys(), shard: printed.onlyInKeys() }

/** Types, and ids beginning with them, hold the `-` that nobody escapes; the numbers at the end tell all the same. */
const Event = journal
  .model('Event')
  .rawKeys()
  .pk(pkey)
  .sk(text('{aid}-{seq_nr}'))
  .index('journal-aid-index')
  .fields({ ...shard, seq_nr: printed, payload: t.binary(), occurred_at: t.int() })
/** The newest one has the number 0. Older ones are kept for a while: only these have a place in the second index. */
const Snapshot = snapshots
  .model('Snapshot')
  .rawKeys()
  .pk(pkey)
  .sk(text('{aid}-{number}'))
  .index('snapshot-aid-index')
  .index('snapshot-ttl-index')
  .fields({
    ...{ ...shard, number: printed.onlyInKeys(), seq_nr: t.int(), active_ttl_seq_nr: t.int().optional() },
    ...{ payload: t.binary(), version: t.version(), ttl: t.ttl(), last_updated_at: t.int() }
  })

const aid = 'user-account-0a-1b'
const account = { type: 'user-account', shard: 3, aid }
const payload = new Uint8Array([123, 125])
const event = (seq_nr: number) => ({ ...account, seq_nr, payload, occurred_at: 45 })
const eventRow = (seq_nr: number) => ({
  ...{ pkey: 'user-account-3', skey: `${aid}-${seq_nr}` },
  ...{ aid, seq_nr, payload, occurred_at: 45 }
})
const snapshotRow = (number: number, version: number, more: object = {}) => ({
  ...{ pkey: 'user-account-3', skey: `${aid}-${number}`, aid, seq_nr: number, payload },
  ...{ version, ttl: 0, last_updated_at: 45 },
  ...more
})

test('event-store-adapter: what it wrote is read, by each of its access patterns', async () => {
  await designed(journal, async ({ db, put }) => {
    await put(eventRow(1), eventRow(2), eventRow(10))
    const since = db
      .query(Event)
      .where({ aid, seq_nr: gte(2) })
      .on('journal-aid-index')
    assert.equal(await since, [event(2), event(10)], 'by number, which the printed ones of the table are not')
    assert.equal(await db.get(Event, { ...account, seq_nr: 10 }), event(10))
  })
  await designed(snapshots, async ({ db, put }) => {
    await put(snapshotRow(0, 4), snapshotRow(1, 1, { active_ttl_seq_nr: 1 }), snapshotRow(2, 2, { ttl: 1_700_000_000 }))
    const newest = db.query(Snapshot).where({ aid, seq_nr: 0 }).on('snapshot-aid-index')
    const { version, ttl } = (await newest.first()) ?? {}
    assert.equal([version, ttl], [4, new Date(0)])
    const lives = anyOf({ ttl: gt(new Date()) }, { ttl: new Date(0) })
    assert.is((await newest.filter(lives)).length, 1, 'its 0 means never')
    const kept = db
      .query(Snapshot)
      .where({ aid, active_ttl_seq_nr: gt(0) })
      .on('snapshot-ttl-index')
      .reverse()
    assert.equal(
      (await kept).map(({ number }) => number),
      [1]
    )
  })
})

test('event-store-adapter: what keystorm writes, it finds', () =>
  designed(snapshots, async ({ db, get, find }) => {
    const first = { ...account, number: 0, seq_nr: 0, payload, ttl: new Date(0), last_updated_at: 45 }
    const created = await db.create(Snapshot, first)
    assert.equal(await get({ pkey: 'user-account-3', skey: `${aid}-0` }), snapshotRow(0, 1), 'to the byte')
    await db.update(Snapshot, created).set({ payload: new Uint8Array([1]) })
    assert.instance(await errorFrom(() => db.update(Snapshot, created).set({ payload })), ConditionFailed)
    await db.create(Snapshot, { ...first, number: 7, seq_nr: 7, active_ttl_seq_nr: 7 })
    const kept = { ':aid': aid, ':from': 0 }
    const ofIndex = () => find('aid = :aid AND active_ttl_seq_nr > :from', kept, 'snapshot-ttl-index')
    assert.equal((await ofIndex()).length, 1)
    const end = db.update(Snapshot, { ...account, number: 7 }).set({ ttl: new Date(2e12) })
    await end.remove('active_ttl_seq_nr').keepVersion()
    assert.equal(await ofIndex(), [])
  }))

const transactionTest = lacks('transactions') ? test.skip : test

transactionTest('event-store-adapter: an event and its snapshot are written in one transaction of the SDK', () =>
  designed(journal, events =>
    designed(snapshots, async ({ db, client, get, put }) => {
      await put(snapshotRow(0, 4))
      const next = (seq_nr: number, version: number) =>
        client.send(
          new TransactWriteItemsCommand({
            TransactItems: [
              { Put: events.db.create(Event, event(seq_nr)).compile() },
              { Put: db.put(Snapshot, { ...snapshot, version }).compile() }
            ]
          })
        )
      const snapshot = await db.get(Snapshot, { ...account, number: 0 }).orThrow()
      await next(5, 4)
      assert.equal(await events.get({ pkey: 'user-account-3', skey: `${aid}-5` }), eventRow(5))
      assert.equal(await get({ pkey: 'user-account-3', skey: `${aid}-0` }), snapshotRow(0, 5))
      assert.is((await errorFrom(() => next(6, 4))).name, 'TransactionCanceledException')
      assert.is(await events.get({ pkey: 'user-account-3', skey: `${aid}-6` }), undefined)
    })
  )
)

test('event-store-adapter: the events since a number are one query of the index', () => {
  const since = connect({ table: 'journal' })
    .query(Event)
    .where({ aid, seq_nr: gte(2) })
  assert.equal(since.on('journal-aid-index').compile(), {
    TableName: 'journal',
    IndexName: 'journal-aid-index',
    KeyConditionExpression: '#pk = :pk AND #sk >= :sk',
    ExpressionAttributeNames: { '#pk': 'aid', '#sk': 'seq_nr' },
    ExpressionAttributeValues: { ':pk': { S: aid }, ':sk': { N: '2' } },
    Select: 'ALL_ATTRIBUTES'
  })
})

test.run()
