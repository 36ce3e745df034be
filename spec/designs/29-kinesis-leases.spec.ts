/** The lease table of Kinesis' client library: numbers that count, and an attribute for the kind, which older leases lack. */
import { ConditionFailed, connect, ItemNotFound, layout, models, plus, t } from 'keystorm'
import { updateAll } from 'keystorm/bulk'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { designed } from '../support/designed.ts'
import { errorFrom } from '../support/errors.ts'

const table = layout({
  pk: 'leaseKey',
  type: 'entityType',
  indexes: { LeaseOwnerToLeaseKeyIndex: { pk: 'leaseOwner', sk: 'leaseKey', projection: 'KEYS_ONLY' } }
})

const Lease = table
  .model('LEASE')
  .pk('leaseKey')
  .index('LeaseOwnerToLeaseKeyIndex')
  .fields({
    entityType: t.literal('LEASE').default('LEASE'),
    leaseOwner: t.string().optional(),
    leaseCounter: t.int(),
    checkpoint: t.string(),
    checkpointSubSequenceNumber: t.int(),
    ownerSwitchesSinceCheckpoint: t.int(),
    parentShardId: t.set(t.string()).optional(),
    throughputKBps: t.number().optional()
  })
const Worker = table
  .model('WORKER_METRIC_STATS')
  .pk('leaseKey')
  .fields({
    entityType: t.literal('WORKER_METRIC_STATS').default('WORKER_METRIC_STATS'),
    lut: t.int(),
    sts: t.record(t.list(t.number()))
  })
models({ LEASE: Lease, WORKER_METRIC_STATS: Worker })

const values = { checkpoint: 'TRIM_HORIZON', checkpointSubSequenceNumber: 0, ownerSwitchesSinceCheckpoint: 0 }
const old = {
  ...values,
  leaseKey: 'shardId-1',
  leaseOwner: 'w1',
  leaseCounter: 3,
  parentShardId: new Set(['shardId-0'])
}
const lease = { ...values, leaseKey: 'shardId-2', leaseOwner: 'w1', leaseCounter: 1, entityType: 'LEASE' } as const
const worker = { leaseKey: 'w1', entityType: 'WORKER_METRIC_STATS', lut: 1_700_000_000, sts: { C: [0.5, 12] } } as const

test("Kinesis' leases: what the library wrote is read, by each of its access patterns", () =>
  designed(table, async ({ db, put }) => {
    await put(old, lease, worker)
    assert.equal(await db.get(Lease, old), { ...old, entityType: 'LEASE' })
    assert.is(await db.get(Lease, { leaseKey: 'w1' }), undefined, 'of another kind')
    assert.equal(await db.get(Worker, { leaseKey: 'w1' }), worker)
    assert.is(await db.scan(Lease).count(), 2, 'with the one that does not say what it is')
    const ofOwner = await db.query(Lease).where({ leaseOwner: 'w1' }).on('LeaseOwnerToLeaseKeyIndex').whole()
    assert.equal(
      ofOwner.map(({ leaseKey }) => leaseKey),
      ['shardId-1', 'shardId-2']
    )
    const kinds = async () => Object.values(await db.scan(Lease, Worker)).map(({ length }) => length)
    assert.equal(await kinds(), [1, 1], 'which may be of either')
    await updateAll(db.scan(Lease), one => one.set({ entityType: 'LEASE' }))
    assert.equal(await kinds(), [2, 1])
  }))

test("Kinesis' leases: what keystorm writes, the library finds", () =>
  designed(table, async ({ db, get, find, put }) => {
    await db.create(Lease, { ...values, leaseKey: 'shardId-2', leaseOwner: 'w1', leaseCounter: 1 })
    assert.equal(await get({ leaseKey: 'shardId-2' }), lease, 'to the byte')
    await put(old, worker)
    const take = (key: string, leaseCounter: number, owner: string) =>
      db
        .update(Lease, { leaseKey: key })
        .set({ leaseOwner: owner, leaseCounter: plus(1), ownerSwitchesSinceCheckpoint: plus(1) })
        .if({ leaseCounter })
    await take('shardId-1', 3, 'w2')
    assert.equal(await get({ leaseKey: 'shardId-1' }), {
      ...old,
      ...{ leaseOwner: 'w2', leaseCounter: 4, ownerSwitchesSinceCheckpoint: 1 }
    })
    assert.instance(await errorFrom(() => take('shardId-1', 3, 'w3')), ConditionFailed)
    assert.instance(await errorFrom(() => take('w1', 3, 'w3')), ItemNotFound)
    const ofOwner = () => find('leaseOwner = :owner', { ':owner': 'w2' }, 'LeaseOwnerToLeaseKeyIndex')
    assert.equal(await ofOwner(), [{ leaseKey: 'shardId-1', leaseOwner: 'w2' }])
    await db.update(Lease, { leaseKey: 'shardId-1' }).remove('leaseOwner').if({ leaseOwner: 'w2' })
    assert.equal(await ofOwner(), [])
    await db.delete(Lease, { leaseKey: 'shardId-1' })
    assert.instance(await errorFrom(() => db.delete(Lease, { leaseKey: 'w1' })), ConditionFailed)
    assert.equal(await get({ leaseKey: 'w1' }), worker)
  }))

test("Kinesis' leases: those of a worker are one query of the index, and gets of what it does not have", () => {
  const ofOwner = connect({ table: 'leases' }).query(Lease).where({ leaseOwner: 'w1' })
  assert.equal(ofOwner.on('LeaseOwnerToLeaseKeyIndex').whole().compile(), {
    TableName: 'leases',
    IndexName: 'LeaseOwnerToLeaseKeyIndex',
    KeyConditionExpression: '#pk = :pk',
    ExpressionAttributeNames: { '#pk': 'leaseOwner' },
    ExpressionAttributeValues: { ':pk': { S: 'w1' } }
  })
})

test.run()
