/** Filters, projections, limits, pages and streams: what they give, and what they read for it. */
import { UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { beginsWith, connect, gt, InvalidCursor, InvalidRequest, lt, model, t, type UndecodableItem } from 'keystorm'
import { type LocalTable, localTable } from 'keystorm/testing'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { counted } from '../support/counted.ts'
import { errorFrom } from '../support/errors.ts'
import { type Equal, isType } from '../support/types.ts'
import { wholePages } from '../support/whole-pages.ts'

const Note = model('Note')
  .pk('owner')
  .suffix('Notes')
  .sk('N#number')
  .gsi1('topic')
  .fields({ number: t.int({ digits: 4 }), size: t.int(), name: t.string(), text: t.string().optional() })
const Mark = model('Mark')
  .pk('owner')
  .suffix('Notes')
  .sk('N#number', 'M#mark')
  .gsi1('topic')
  .fields({ number: t.int({ digits: 4 }) })

const note = (number: number, more: object = {}) => ({
  owner: 'o',
  number,
  topic: 't',
  size: number % 5,
  name: `n${number}`,
  ...more
})

const filled = (count: number, run: (place: LocalTable) => Promise<void>, more: object = {}) =>
  localTable(async place => {
    await Promise.all(Array.from({ length: count }, (_, number) => place.db.put(Note, note(number, more))))
    await run(place)
  })

const wholly = (count: number, run: (place: LocalTable) => Promise<void>) =>
  filled(count, place => wholePages(place.client, () => run(place)))

const numbers = (items: readonly { number: number }[]) => items.map(({ number }) => number)

test('an attribute of both PK and SK bounds the sort key, too', () => {
  const Reply = model('Reply').pk('thread').sk('T#thread', 'R#reply').fields({})
  const { KeyConditionExpression, ExpressionAttributeValues } = connect({ table: 'app' })
    .query(Reply)
    .where({ thread: 'a' })
    .compile()
  assert.is(KeyConditionExpression, 'PK = :pk AND begins_with(SK, :sk)')
  assert.equal(ExpressionAttributeValues, { ':pk': { S: 'T#a#Reply' }, ':sk': { S: 'T#a#R#' } })
})

test('a filter drops items, and the limit is met all the same', () =>
  filled(40, async ({ db, table }) => {
    const notes = db.query(Note).where({ owner: 'o' })
    const query = notes.filter({ size: gt(2) }).filter({ name: beginsWith('n1') })
    assert.equal(query.compile(), {
      TableName: table,
      KeyConditionExpression: 'PK = :pk AND begins_with(SK, :sk)',
      FilterExpression: '(#0 > :0) AND (begins_with(#1, :1))',
      ExpressionAttributeNames: { '#0': 'size', '#1': 'name' },
      ExpressionAttributeValues: { ':pk': { S: 'O#o#Notes' }, ':sk': { S: 'N#' }, ':0': { N: '2' }, ':1': { S: 'n1' } }
    })
    assert.equal(numbers(await query), [13, 14, 18, 19])
    assert.equal(numbers(await query.limit(2)), [13, 14])
    assert.equal(numbers(await query.limit(2).pageSize(3).reverse()), [19, 18])
    assert.is((await query.first())?.number, 13)
    assert.is(await query.count(), 4)
    assert.is(await query.limit(3).count(), 3)
  }))

test('only reads some attributes, by names that DynamoDB reserves too, and narrows the type', () =>
  filled(3, async ({ db, table }) => {
    const query = db.query(Note).where({ owner: 'o' }).only('size', 'name')
    assert.equal(query.compile(), {
      TableName: table,
      KeyConditionExpression: 'PK = :pk AND begins_with(SK, :sk)',
      ProjectionExpression: 'PK, SK, #0, #1',
      ExpressionAttributeNames: { '#0': 'size', '#1': 'name' },
      ExpressionAttributeValues: { ':pk': { S: 'O#o#Notes' }, ':sk': { S: 'N#' } }
    })
    const items = await query
    isType<Equal<typeof items, { size: number; name: string }[]>>()
    assert.equal(
      items,
      [0, 1, 2].map(n => ({ size: n, name: `n${n}` }))
    )
    const texts = await db
      .query(Note)
      .where({ topic: 't' })
      .onGsi1()
      .only('text')
      .filter({ number: gt(1) })
    isType<Equal<typeof texts, { text?: string }[]>>()
    assert.equal(texts, [{}])
    // @ts-expect-error 'nothing' is no attribute of notes
    assert.throws(() => query.only('nothing'), /which is no attribute/)
    // @ts-expect-error a name is missing
    assert.throws(() => query.only(), /only\(\) is given nothing, which is no attribute/)
  }))

test('limit(n) without a filter reads n items, and first() reads one', () =>
  wholly(20, async ({ db, client }) => {
    const notes = db.query(Note).where({ owner: 'o' })
    const read = async (run: () => PromiseLike<unknown>) => {
      const { requests, scanned } = await counted(client, async () => run())
      return { requests, scanned }
    }
    assert.equal(await read(() => notes.limit(7)), { requests: 1, scanned: 7 })
    assert.equal(await read(() => notes.first()), { requests: 1, scanned: 1 })
    assert.equal(await read(() => notes.reverse().first()), { requests: 1, scanned: 1 })
    assert.equal(await read(() => notes.count()), { requests: 1, scanned: 20 })
    assert.equal(await read(() => notes.limit(3).count()), { requests: 1, scanned: 3 })
    assert.equal(await read(() => notes.limit(7).pageSize(3)), { requests: 3, scanned: 7 })
    assert.equal(
      await read(() => notes.pageSize(5).page()),
      { requests: 1, scanned: 6 },
      'one more, to know if any follow'
    )
    assert.equal(await read(() => notes.filter({ size: 4 }).first()), { requests: 1, scanned: 20 })
  }))

test('a loop that ends early ends the reading', () =>
  wholly(30, async ({ db, client }) => {
    const { requests } = await counted(client, async () => {
      for await (const { number } of db.query(Note).where({ owner: 'o' }).pageSize(5)) if (number === 6) break
    })
    assert.is(requests, 3, 'two pages, and the one that was on its way')
  }))

test('startingAfter honours the direction and the index, where rows that share SK are not skipped', () =>
  localTable(async ({ db }) => {
    for (const owner of ['a', 'b', 'c', 'd', 'e'])
      for (const number of [1, 2]) await db.put(Note, note(number, { owner }))
    const onIndex = db.query(Note).where({ topic: 't' }).onGsi1()
    const all = await onIndex
    const back = await onIndex.reverse()
    for (const [i, item] of all.entries()) assert.equal(await onIndex.startingAfter(item), all.slice(i + 1))
    for (const [i, item] of back.entries()) assert.equal(await onIndex.reverse().startingAfter(item), back.slice(i + 1))
    const own = db.query(Note).where({ owner: 'a' })
    assert.equal(numbers(await own.startingAfter({ owner: 'a', number: 1 })), [2])
    assert.equal(numbers(await own.startingAfter({ owner: 'a', number: 2 }).reverse()), [1])
    const refused = await errorFrom(() => own.startingAfter({ owner: 'b', number: 1 }))
    assert.instance(refused, InvalidRequest)
    const outside = db.query(Note).where({ owner: 'a', number: lt(2) })
    assert.match(
      (await errorFrom(() => outside.startingAfter({ owner: 'a', number: 2 }))).message,
      /outside of the query/
    )
  }))

test('skipInvalid goes on without items that do not fit, and says which', () =>
  filled(3, async ({ db, client, table }) => {
    const Key = { PK: { S: 'O#o#Notes' }, SK: { S: 'N#0001' } }
    await client.send(
      new UpdateItemCommand({
        TableName: table,
        Key,
        UpdateExpression: 'REMOVE #s',
        ExpressionAttributeNames: { '#s': 'size' }
      })
    )
    const errors: UndecodableItem[] = []
    const notes = db.query(Note).where({ owner: 'o' })
    assert.match((await errorFrom(() => notes)).message, /size: is missing/)
    assert.equal(numbers(await notes.skipInvalid(error => errors.push(error))), [0, 2])
    assert.equal(
      errors.map(({ data }) => data.path),
      [['size']]
    )
  }))

test('an aborted signal ends a read, before it is sent and between pages', () =>
  filled(10, async ({ db, client }) => {
    const notes = db.query(Note).where({ owner: 'o' })
    const reason = new Error('enough')
    assert.is(await errorFrom(() => notes.signal(AbortSignal.abort(reason))), reason)
    const control = new AbortController()
    const read = await counted(client, () =>
      errorFrom(async () => {
        for await (const { number } of notes.pageSize(2).signal(control.signal)) if (number === 0) control.abort()
      })
    )
    assert.is(read.result.name, 'AbortError')
    assert.ok(read.requests <= 3)
  }))

test('a cursor belongs to its query, and no byte of it can be changed', () =>
  wholly(10, async ({ db, client, table }) => {
    const notes = db.query(Note).where({ owner: 'o' }).pageSize(3)
    const { cursor = '' } = await notes.page()
    assert.match(cursor, /^[\w-]{20,40}$/)
    assert.equal(numbers((await notes.only('number').pageSize(2).page(cursor)).items), [3, 4])
    assert.equal(
      numbers((await connect({ table, client }).query(Note).where({ owner: 'o' }).page(cursor)).items).length,
      7
    )
    const refuses = async (query: { page(cursor: string): Promise<unknown> }, text = cursor) =>
      assert.instance(await errorFrom(() => query.page(text)), InvalidCursor, text)
    await refuses(notes.reverse())
    await refuses(notes.filter({ size: 1 }))
    await refuses(db.query(Note).where({ owner: 'other' }))
    await refuses(db.query(Note).where({ owner: 'o', number: gt(0) }))
    await refuses(db.query(Note).where({ topic: 't' }).onGsi1())
    await refuses(db.query(Mark).where({ owner: 'o' }))
    for (const text of ['', ' ', `${cursor}A`, `${cursor}=`, `${cursor} `, cursor.slice(1), cursor.slice(0, -1)])
      await refuses(notes, text)
    for (let i = 0; i < cursor.length; i++)
      for (const character of ['A', 'B', '_', '!'])
        if (cursor[i] !== character) await refuses(notes, cursor.slice(0, i) + character + cursor.slice(i + 1))
    assert.instance(await errorFrom(() => notes.startingAfter({ owner: 'o', number: 1 }).page()), InvalidRequest)
  }))

test.run()
