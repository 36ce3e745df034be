/** AWS's queue with priorities: a flag that is a number brings a row into the index, and its version is in a map. */
import { ConditionFailed, layout, number, plus, t } from 'keystorm'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { designed } from '../support/designed.ts'
import { errorFrom } from '../support/errors.ts'

const queue = layout({
  pk: 'id',
  indexes: { 'queueud-index': { pk: number('queued'), sk: 'last_updated_timestamp' } }
})

/** The index is of rows that wait or are being worked on: only these have `queued`, which is 1. */
const Shipment = queue
  .model('Shipment')
  .pk('id')
  .index('queueud-index')
  .fields({
    queued: t.int().optional(),
    last_updated_timestamp: t.string(),
    data: t.map({ items: t.list(t.map({ SKU: t.string(), is_packed: t.boolean() })) }),
    system_info: t.map({
      version: t.int(),
      in_queue: t.int().default(0),
      queue_selected: t.boolean().default(false),
      peek_utc_timestamp: t.int().optional(),
      status: t.oneOf('UNDER_CONSTRUCTION', 'READY_TO_SHIP', 'PROCESSING_SHIPMENT', 'COMPLETED')
    })
  })

const data = { items: [{ SKU: 'Item-1', is_packed: true }] }
const rows = {
  ready: {
    ...{ id: 'A-101', last_updated_timestamp: '2020-06-10T15:16:22Z', data },
    system_info: { version: 1, status: 'READY_TO_SHIP' }
  },
  waiting: {
    ...{ id: 'A-102', last_updated_timestamp: '2020-06-10T15:00:00Z', data, queued: 1 },
    system_info: { version: 4, status: 'READY_TO_SHIP', in_queue: 1, queue_selected: false }
  }
}
const key = { id: 'A-101' }

test('priority queue: what waits longest is peeked at, once', () =>
  designed(queue, async ({ db, put, get }) => {
    await put(rows.ready, rows.waiting)
    const waiting = db
      .query(Shipment)
      .where({ queued: 1 })
      .on('queueud-index')
      .filter({ system_info: { queue_selected: false } })
    const first = await waiting.first()
    assert.equal([first?.id, first?.system_info.version], ['A-102', 4])
    const peek = db
      .update(Shipment, { id: 'A-102' })
      .set({ system_info: { version: plus(1), queue_selected: true, peek_utc_timestamp: 1591801000 } })
      .if({ system_info: { version: 4 } })
    await peek
    assert.instance(await errorFrom(() => peek), ConditionFailed)
    assert.is(await waiting.first(), undefined)
    const peeked = { version: 5, queue_selected: true, peek_utc_timestamp: 1591801000 }
    assert.equal(await get({ id: 'A-102' }), {
      ...rows.waiting,
      system_info: { ...rows.waiting.system_info, ...peeked }
    })

    // Back into the queue: what is in a map is removed by its path.
    const again = { version: plus(1), queue_selected: false }
    await db.update(Shipment, { id: 'A-102' }).set({ system_info: again }).remove('system_info.peek_utc_timestamp')
    assert.equal(await get({ id: 'A-102' }), {
      ...rows.waiting,
      system_info: { ...rows.waiting.system_info, version: 6 }
    })
    assert.is((await waiting.first())?.id, 'A-102')
  }))

test('priority queue: what keystorm enqueues and dequeues, the application finds', () =>
  designed(queue, async ({ db, put, find }) => {
    await put(rows.ready)
    const inQueue = () => find('queued = :one', { ':one': 1 }, 'queueud-index')
    const enqueued = { queued: 1, last_updated_timestamp: '2020-06-10T16:00:00Z' }
    const info = { version: plus(1), in_queue: 1, queue_selected: false }
    await db
      .update(Shipment, key)
      .set({ ...enqueued, system_info: info })
      .if({ 'system_info.version': 1 })
    const system_info = { ...rows.ready.system_info, version: 2, in_queue: 1, queue_selected: false }
    assert.equal(await inQueue(), [{ ...rows.ready, ...enqueued, system_info }])

    const done = { version: plus(1), in_queue: 0, status: 'COMPLETED' } as const
    await db.update(Shipment, key).set({ system_info: done }).remove('queued').if({ queued: 1 })
    assert.equal(await inQueue(), [])
    assert.is(await db.scan(Shipment).on('queueud-index').count(), 0)
  }))

test.run()
