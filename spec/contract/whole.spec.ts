/** Whole items of a narrow index, of several models. */
import { connect, gt, layout, lt, number, type Sender, t, text, withTable } from 'keystorm'
import { deleteAll, type Skipped, updateAll } from 'keystorm/bulk'
import { type LocalTable, localTable } from 'keystorm/testing'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { senderOf } from '../../lib/driver/client.ts'
import { assertRequests, counted } from '../support/counted.ts'

const app = layout({
  pk: 'pk',
  sk: 'sk',
  indexes: {
    byTeam: { pk: 'team', sk: 'rank', projection: ['size'] },
    keys: { pk: 'sk', sk: 'pk', projection: 'KEYS_ONLY' }
  }
})
const fields = { team: t.string(), rank: t.string(), size: t.int(), note: t.string().optional() }
const User = app.model('User').pk(text('U#{id}')).sk(text('ALL')).index('byTeam').index('keys').fields(fields)
const Order = app.model('Order').pk(text('O#{id}')).sk(text('ALL')).index('byTeam').index('keys').fields(fields)

const item = (id: number) => ({ id: `${id}`, team: 'a', rank: `${id}`, size: id, note: `note ${id}` })

test('whole() of several models gives each whole item, by model and in order, with limits, filters and pages', () =>
  localTable(app, async ({ db, client }) => {
    for (const id of [1, 3, 5, 7]) await db.put(User, item(id))
    for (const id of [2, 4, 6]) await db.put(Order, item(id))
    const narrow = db.query(User, Order).where({ team: 'a' }).on('byTeam')
    const first = (await narrow.limit(1)).User[0]
    assert.equal(first, { id: '1', team: 'a', rank: '1', size: 1 })
    // @ts-expect-error it is not projected
    assert.is(first?.note, undefined)
    const read = narrow.whole()
    const { User: users, Order: orders } = await read
    assert.is(users[0]?.note, 'note 1')
    assert.equal([users, orders], [[1, 3, 5, 7].map(item), [2, 4, 6].map(item)])
    const streamed: unknown[] = []
    for await (const { model, item } of read.filter({ size: gt(2) }).limit(3)) streamed.push([model, item.note])
    assert.equal(streamed, [
      ['User', 'note 3'],
      ['Order', 'note 4'],
      ['User', 'note 5']
    ])
    const page = await read.pageSize(3).page()
    const next = await read.pageSize(3).page(page.cursor)
    assert.equal(
      [...page.items, ...next.items].map(({ item }) => item.note),
      [1, 2, 3, 4, 5, 6].map(n => `note ${n}`)
    )
    assert.is(await read.count(), 7)
    const { requests } = await counted(client, async () => await read)
    assertRequests(requests, 2, 'a query and a batch')
    assert.equal(
      (await read.only('note')).Order,
      [2, 4, 6].map(n => ({ note: `note ${n}` }))
    )
  }))

const jobs = layout({
  pk: 'pk',
  sk: 'sk',
  indexes: { byState: { pk: 'state', sk: number('due'), projection: 'KEYS_ONLY' } }
})
const Job = jobs
  .model('Job')
  .pk(text('Q#{queue}'))
  .sk(text('J#{job}'))
  .index('byState')
  .fields({ state: t.string().optional(), due: t.int(), tries: t.int().default(0), version: t.version() })
const job = (n: number) => ({ queue: 'q', job: `${n}` })

type Between = (job: number, act: () => unknown) => void

/** Jobs 1 to 5, and what is done between the next read of the index that finds a job and that of its whole row. */
const withJobs = (use: (place: Pick<LocalTable, 'db'> & { readonly between: Between }) => Promise<void>) =>
  localTable(jobs, async ({ db, client, table }) => {
    await db.load(
      Job,
      [1, 2, 3, 4, 5].map(n => ({ ...job(n), state: 'open', due: n }))
    )
    let next: { readonly sk: string; act(): unknown } | undefined
    const inner = senderOf(client)
    const sender: Sender = {
      request: async (operation, input, options) => {
        if (operation === 'BatchGetItem' && next && JSON.stringify(input).includes(`"${next.sk}"`)) {
          const { act } = next
          next = undefined
          await act()
        }
        return inner.request(operation, input, options)
      }
    }
    const between: Between = (job, act) => {
      next = { sk: `J#${job}`, act }
    }
    await withTable(table, { client: sender }, () => use({ db: connect(), between }))
  })

test('pages of whole items go on where the index had the last one, also if it changed before it was fetched', () =>
  withJobs(async ({ db, between }) => {
    const open = db.query(Job).where({ state: 'open' }).on('byState').whole()
    const pages = open.pageSize(2)
    between(2, () => db.update(Job, job(2)).set({ due: 100 }))
    const first = await pages.page()
    assert.equal(
      first.items.map(({ job, due }) => [job, due]),
      [
        ['1', 1],
        ['2', 100]
      ]
    )
    const second = await pages.page(first.cursor)
    assert.equal(
      second.items.map(({ job }) => job),
      ['3', '4']
    )
    const back = await pages.page(second.previous)
    assert.equal(
      back.items.map(({ job }) => job),
      ['1']
    )
  }))

test('whole() leaves out items that have left the query since the index was read', () =>
  withJobs(async ({ db, between }) => {
    const open = db.query(Job).on('byState').whole()
    const found = async (job: number, act: () => unknown) => {
      between(job, act)
      return (await open.where({ state: 'open', due: lt(5) })).map(({ job }) => job)
    }
    assert.equal(await found(1, () => db.update(Job, job(1)).set({ state: 'done' })), ['2', '3', '4'])
    assert.equal(await found(2, () => db.update(Job, job(2)).remove('state')), ['3', '4'])
    assert.equal(await found(3, () => db.update(Job, job(3)).set({ due: 6 })), ['4'])
    assert.equal(await found(4, () => db.delete(Job, job(4))), [])
  }))

test('what has left its place in a narrow index before its version was fetched is not deleted or updated', () =>
  withJobs(async ({ db, between }) => {
    const open = db.query(Job).where({ state: 'open' }).on('byState')
    const skipped: Skipped[] = []
    between(2, () => db.update(Job, job(2)).set({ state: 'done' }))
    const updated = await updateAll(open, one => one.set({ tries: 1 })).onSkipped(one => skipped.push(one))
    assert.equal([updated.done, updated.changed], [4, 1])
    between(3, () => db.update(Job, job(3)).set({ state: 'done' }))
    const deleted = await deleteAll(open).onSkipped(one => skipped.push(one))
    assert.equal([deleted.done, deleted.changed], [3, 1])
    between(3, () => db.update(Job, job(3)).set({ state: 'open' }))
    const scanned = await deleteAll(db.scan(Job).on('byState')).onSkipped(one => skipped.push(one))
    assert.equal([scanned.done, scanned.changed], [1, 1])
    assert.equal(
      skipped.map(({ why, key }) => [why, key.sk]),
      [
        ['changed', 'J#2'],
        ['changed', 'J#3'],
        ['changed', 'J#3']
      ]
    )
    const left = await db.scan(Job)
    assert.equal(
      left.map(({ job, state, tries }) => [job, state, tries]),
      [['3', 'open', 1]]
    )
  }))

const typed = layout({
  pk: 'pk',
  sk: 'sk',
  type: '_et',
  indexes: { byState: { pk: 'state', projection: 'KEYS_ONLY' } }
})
const ofTicket = { pk: text('T#{id}'), sk: text('{part}') }
const ticketFields = { state: t.string(), size: t.int().default(0) }
const Ticket = typed.model('Ticket').pk(ofTicket.pk).sk(ofTicket.sk).index('byState').fields(ticketFields)
const Memo = typed.model('Memo').pk(ofTicket.pk).sk(ofTicket.sk).index('byState').fields(ticketFields)

test('of an index that does not tell whose a row is, only items of the models count, and are updated and deleted', () =>
  localTable(typed, async ({ db }) => {
    const open = { state: 'open', id: 'a' }
    for (const part of ['1', '2', '3']) await db.put(Ticket, { ...open, part })
    const memo = await db.put(Memo, { ...open, part: '4' })
    const read = db.query(Ticket).where({ state: 'open' }).on('byState')
    assert.is((await read.whole()).length, 3)
    assert.is(await read.whole().count(), 3)
    assert.is(await read.whole().limit(2).count(), 2)
    assert.is(await db.query(Ticket, Memo).where({ state: 'open' }).on('byState').whole().count(), 4)
    assert.is((await updateAll(read, one => one.set({ size: 7 })).dryRun()).items, 3)
    assert.is((await updateAll(read, one => one.set({ size: 7 }))).done, 3)
    assert.is((await deleteAll(read.limit(1))).done, 1)
    assert.is((await deleteAll(db.scan(Ticket).on('byState').segments(2))).done, 2)
    assert.equal(await db.scan(Ticket, Memo), { Ticket: [], Memo: [memo] })
  }))

test.run()
