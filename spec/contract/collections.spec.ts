/** Several models at once: by model when awaited, tagged and in key order when streamed; queries and scans. */
import { connect, gt, IncompleteQuery, InvalidCursor, InvalidRequest, layout, model, models, t, text } from 'keystorm'
import { localTable } from 'keystorm/testing'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Db } from '../../lib/verbs/db.ts'
import { assertRequests, counted } from '../support/counted.ts'
import { errorFrom } from '../support/errors.ts'
import { type Equal, isType } from '../support/types.ts'

const User = model('User').pk('team').suffix('Team').sk('U#user').gsi1('city').fields({ age: t.int() })
const Order = model('Order')
  .pk('team')
  .suffix('Team')
  .sk('O#order')
  .gsi1('city')
  .fields({ age: t.int(), total: t.number() })
const Line = model('Line').pk('team').suffix('Team').sk('O#order', 'L#line').fields({ age: t.int() })
const Other = model('Other').pk('team').sk('X#x').gsi1('city').suffix('Else')

const fill = async (db: Db): Promise<void> => {
  for (const n of [1, 2, 3]) {
    await db.put(User, { team: 'a', user: `${n}`, city: 'x', age: n })
    await db.put(Order, { team: 'a', order: `${n}`, city: 'x', age: n, total: n })
    await db.put(Line, { team: 'a', order: `${n}`, line: 'l', age: n })
    await db.put(Other, { team: 'a', x: `${n}`, city: 'x' })
    await db.put(User, { team: 'b', user: `${n}`, city: 'y', age: n })
  }
}

test('a query of several models groups what is awaited, and tags what is streamed in key order', () =>
  localTable(async ({ db, table }) => {
    await fill(db)
    const query = db.query(User, Order).where({ team: 'a' })
    assert.equal(query.compile(), {
      TableName: table,
      KeyConditionExpression: 'PK = :pk AND SK BETWEEN :sk AND :to',
      ExpressionAttributeValues: { ':pk': { S: 'T#a#Team' }, ':sk': { S: 'O#' }, ':to': { S: 'U$' } }
    })
    assert.is(db.query(Order, Line).where({ team: 'a' }).compile().ExpressionAttributeValues?.[':sk']?.S, 'O#')
    const found = await query
    isType<Equal<keyof typeof found, 'User' | 'Order'>>()
    assert.equal(
      found.User.map(({ user }) => user),
      ['1', '2', '3']
    )
    assert.equal(
      found.Order.map(({ total }) => total),
      [1, 2, 3]
    )
    const tags: string[] = []
    for await (const tagged of query.pageSize(2).reverse())
      switch (tagged.model) {
        case 'User':
          tags.push(`U${tagged.item.user}`)
          break
        case 'Order':
          tags.push(`O${tagged.item.total}`)
          break
        default:
          tagged satisfies never
      }
    assert.equal(tags, ['U3', 'U2', 'U1', 'O3', 'O2', 'O1'])
    assert.is(await query.count(), 6)
    assert.equal(
      await query
        .limit(4)
        .filter({ age: gt(1) })
        .first(),
      { model: 'Order', item: { team: 'a', order: '2', city: 'x', age: 2, total: 2 } }
    )
    const onIndex = await db.query(User, Order).where({ city: 'x' }).onGsi1().reverse()
    assert.equal([onIndex.User.length, onIndex.Order.length], [3, 3])
    const page = await query.pageSize(4).page()
    assert.equal(
      (await query.pageSize(4).page(page.cursor)).items.map(({ model }) => model),
      ['User', 'User']
    )
    assert.instance(await errorFrom(() => db.query(User, Line).where({ team: 'a' }).page(page.cursor)), InvalidCursor)
  }))

test('what the sort keys have in common can be asked for: an order with its lines', () =>
  localTable(async ({ db, client, table }) => {
    await fill(db)
    for (const order of ['2 b', '22']) {
      await db.put(Order, { team: 'a', order, city: 'x', age: 0, total: 0 })
      await db.put(Line, { team: 'a', order, line: 'l', age: 0 })
    }
    const one = db.query(Order, Line).where({ team: 'a', order: '2' })
    assert.equal(one.compile(), {
      TableName: table,
      KeyConditionExpression: 'PK = :pk AND SK BETWEEN :sk AND :to',
      ExpressionAttributeValues: { ':pk': { S: 'T#a#Team' }, ':sk': { S: 'O#2' }, ':to': { S: 'O#2#L$' } }
    })
    const { requests, scanned, result } = await counted(client, () => one)
    assertRequests(requests, 1)
    assert.is(scanned, 4, 'those of the order, and of orders that begin like it and with a blank')
    assert.equal(result, {
      Order: [{ team: 'a', order: '2', city: 'x', age: 2, total: 2 }],
      Line: [{ team: 'a', order: '2', line: 'l', age: 2 }]
    })
    const later = await db.query(Line, Order).where({ team: 'a', order: gt('2') })
    assert.equal(
      later.Order.map(({ order }) => order),
      ['2 b', '22', '3']
    )
    assert.is(later.Line.length, 3)
    // @ts-expect-error 'User: where() gives user, at whose place in SK not all models have it'
    const error = await errorFrom(async () => await db.query(User, Order).where({ team: 'a', user: '1' }).count())
    assert.is(error.message, 'User: where() gives user, at whose place in SK not all models have it.')
    assert.instance(error, IncompleteQuery)
    const deeper = db.query(Line, Order).where({ team: 'a', order: '2', line: gt('l') })
    // @ts-expect-error 'Line: where() gives line, at whose place in SK not all models have it'
    const deep = await errorFrom(async () => await deeper.count())
    assert.match(deep.message, /Line: where\(\) gives line, at whose place/)
  }))

test('a query of several models is consistent, reads some attributes, and starts behind an item', () =>
  localTable(async ({ db }) => {
    await fill(db)
    const query = db.query(User, Order).where({ team: 'a' })
    assert.is(query.consistent().compile().ConsistentRead, true)
    assert.is((await query.consistent()).User.length, 3)
    // @ts-expect-error 'GSI1 has no consistent reads: drop .consistent()'
    assert.throws(() => query.consistent().onGsi1(), /GSI1 has no consistent reads/)
    // @ts-expect-error the same
    assert.throws(() => query.onGsi1().consistent(), /GSI1 has no consistent reads/)

    const ages = await query.only('age', 'city').filter({ age: gt(2) })
    isType<Equal<typeof ages.Order, { age: number; city: string }[]>>()
    assert.equal(ages, { User: [{ age: 3, city: 'x' }], Order: [{ age: 3, city: 'x' }] })
    // @ts-expect-error only orders have a total
    assert.throws(() => query.only('total'), /only\(\) is given total, which is no attribute of User/)

    for (const read of [query, query.reverse(), db.query(User, Order).where({ city: 'x' }).onGsi1()]) {
      const all = []
      for await (const tagged of read) all.push(tagged)
      for (const [i, tagged] of all.entries()) {
        const rest = []
        for await (const one of read.startingAfter(tagged)) rest.push(one)
        assert.equal(rest, all.slice(i + 1))
      }
    }
    const elsewhere = query.startingAfter({ model: 'User', item: { team: 'b', user: '1' } })
    assert.match((await errorFrom(() => elsewhere)).message, /a key of another partition/)
    const before = db.query(Order, Line).where({ team: 'a', order: gt('2') })
    const outside = before.startingAfter({ model: 'Order', item: { team: 'a', order: '1' } })
    assert.match((await errorFrom(() => outside)).message, /outside of the query/)
    // @ts-expect-error lines are not asked for
    assert.throws(() => query.startingAfter({ model: 'Line', item: {} }), /with a model of the query/)
    assert.instance(
      await errorFrom(() => query.startingAfter({ model: 'User', item: { team: 'a', user: '1' } }).page()),
      InvalidRequest
    )
  }))

test('models that do not share a partition are refused by the compiler and the program', () =>
  localTable(async ({ db }) => {
    const query = db.query(User, Other).where({ team: 'a' })
    // @ts-expect-error 'User and Other do not share a partition: their PK differ, so each needs a query of its own'
    const error = await errorFrom(async () => await query.count())
    assert.is(
      error.message,
      'User: User and Other do not share a partition: their PK differ, so each needs a query of its own.'
    )
    // @ts-expect-error 'User: where() lacks team, a part of PK'
    assert.match((await errorFrom(async () => await db.query(User, Order).count())).message, /lacks team, a part of PK/)
  }))

test('models whose partition keys differ by a constant, or by how a value is written, are told so', async () => {
  const app = layout({ pk: 'pk', sk: 'sk', indexes: { byKind: { pk: 'kind', sk: 'sk' } } })
  const own = (name: string, kind: string, digits: number) =>
    app
      .model(name)
      .pk(text('U#{user}'))
      .sk(text('X#{id}'))
      .index('byKind')
      .fields({ kind: t.literal(kind), user: t.int({ digits }) })
  const [Post, Page] = [own('Post', 'post', 16), own('Page', 'page', 4)]
  const db = connect({ table: 'table' })
  const onIndex = await errorFrom(() => db.query(Post, Page).on('byKind').compile())
  assert.instance(onIndex, InvalidRequest)
  assert.is(
    onIndex.message,
    'Post: Post and Page do not share this partition: kind is "post" for one and "page" for the other, so each needs a query of its own.'
  )
  const onTable = await errorFrom(() => db.query(Post, Page).where({ user: 7 }).compile())
  assert.match(onTable.message, 'pk is "U#0000000000000007" for one and "U#0007" for the other')
})

test('a scan finds the items of one model, of several and of a set, in segments and pages too', () =>
  localTable(async ({ db, client, table }) => {
    await fill(db)
    assert.equal(db.scan(User).compile(), { TableName: table })
    const users = await db.scan(User)
    assert.is(users.length, 6)
    assert.equal(
      await db
        .scan(User)
        .only('user')
        .filter({ age: gt(2) }),
      [{ user: '3' }, { user: '3' }]
    )
    const several = await db.scan(User, Line).consistent()
    assert.equal([several.User.length, several.Line.length], [6, 3])
    const app = models({ User, Order, Line, Other })
    const all = await db.scan(app).segments(4)
    assert.equal([all.User.length, all.Order.length, all.Line.length, all.Other.length], [6, 3, 3, 3])
    const { requests, scanned } = await counted(client, () => db.scan(app).segments(4))
    assertRequests(requests, 4, 'one request for each segment')
    assert.is(scanned, 15, 'no row read twice')
    const seen: string[] = []
    for await (const { model } of db.scan(app).segments(3).pageSize(1)) if (seen.push(model) === 5) break
    assert.is(seen.length, 5)
    assert.is((await db.scan(User).segments(2).limit(4)).length, 4)
    assert.is(await db.scan(Line).count(), 3)

    const paged: unknown[] = []
    let cursor: string | undefined
    do {
      const page = await db.scan(app).pageSize(4).page(cursor)
      paged.push(...page.items)
      cursor = page.cursor
      assert.is(page.previous, undefined)
    } while (cursor)
    const streamed: unknown[] = []
    for await (const tagged of db.scan(app)) streamed.push(tagged)
    assert.equal(paged, streamed)
    const { cursor: own } = await db.scan(User).pageSize(2).page()
    assert.instance(await errorFrom(() => db.scan(Line).page(own)), InvalidCursor)
    const inSegments = await errorFrom(() => db.scan(User).segments(2).page())
    assert.instance(inSegments, InvalidRequest)
    assert.match(inSegments.message, /page\(\) reads one page, and not segments\(\)/)
    const tagged = await db.scan(User, Line).only('age').limit(1)
    isType<Equal<typeof tagged, { User: { age: number }[]; Line: { age: number }[] }>>()
    assert.is([...tagged.User, ...tagged.Line].length, 1)
    // @ts-expect-error tags are no attributes
    assert.throws(() => db.scan(User, Line).only('item'), /only\(\) is given item, which is no attribute of User/)
  }))

test.run()
