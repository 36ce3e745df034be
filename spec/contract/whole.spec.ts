/** Whole items of a narrow index, of several models. */
import { gt, layout, t, text } from 'keystorm'
import { localTable } from 'keystorm/testing'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
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

test.run()
