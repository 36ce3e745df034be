import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { connect, ItemExists, ItemNotFound, model, NoTable, t } from 'keystorm'
import { localTable } from 'keystorm/testing'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { errorFrom } from '../support/errors.ts'
import { type Equal, isType } from '../support/types.ts'

const Order = model('Order')
  .pk('tenant')
  .suffix('Shop')
  .sk('O#order')
  .gsi1('customer')
  .fields({
    customer: t.string().optional(),
    total: t.number(),
    paid: t.boolean(),
    placed: t.date(),
    lines: t.list(t.map({ sku: t.string(), quantity: t.int(), note: t.string().optional() }))
  })
const Line = model('Line').pk('tenant').suffix('Shop').sk('O#order', 'L#line').gsi1('customer')

const order = {
  tenant: 't#1',
  order: '1',
  customer: 'c',
  total: 12.5,
  paid: false,
  placed: new Date('2026-01-02T03:04:05.678Z'),
  lines: [
    { sku: 'a', quantity: 2 },
    { sku: 'b', quantity: 1, note: '' }
  ]
}

test('create writes the item with its keys, and refuses to replace it', () =>
  localTable(async ({ db, client, table }) => {
    const create = db.create(Order, order)
    assert.equal(create.compile(), {
      TableName: table,
      ConditionExpression: 'attribute_not_exists(PK)',
      Item: {
        PK: { S: 'T#t%231#Shop' },
        SK: { S: 'O#1' },
        GSI1PK: { S: 'C#c#Shop' },
        tenant: { S: 't#1' },
        order: { S: '1' },
        customer: { S: 'c' },
        total: { N: '12.5' },
        paid: { BOOL: false },
        placed: { S: '2026-01-02T03:04:05.678Z' },
        lines: {
          L: [
            { M: { sku: { S: 'a' }, quantity: { N: '2' } } },
            { M: { sku: { S: 'b' }, quantity: { N: '1' }, note: { S: '' } } }
          ]
        }
      }
    })
    assert.equal(await create, order)
    const Key = { PK: { S: 'T#t%231#Shop' }, SK: { S: 'O#1' } }
    assert.equal((await client.send(new GetItemCommand({ TableName: table, Key }))).Item, create.compile().Item)

    const error = await errorFrom(() => db.create(Order, { ...order, total: 0 }))
    assert.instance(error, ItemExists)
    assert.is(
      error.message,
      'Order: there already is an item under PK "T#t%231#Shop", SK "O#1"; use put to replace it.'
    )
    assert.is((await db.get(Order, order))?.total, 12.5)
  }))

test('put replaces the whole item', () =>
  localTable(async ({ db }) => {
    await db.put(Order, order)
    const { customer, ...rest } = order
    assert.is('ConditionExpression' in db.put(Order, order).compile(), false)
    assert.equal(await db.put(Order, { ...rest, total: 1 }), { ...rest, total: 1 })
    assert.equal(await db.get(Order, order), { ...rest, total: 1 })
    assert.equal(await db.query(Order).where({ customer }).onGsi1(), [])
  }))

test('get gives undefined, or with orThrow an ItemNotFound, for what is not there', () =>
  localTable(async ({ db, table }) => {
    const key = { tenant: 't', order: '1' }
    assert.equal(db.get(Order, key).consistent().compile(), {
      TableName: table,
      Key: { PK: { S: 'T#t#Shop' }, SK: { S: 'O#1' } },
      ConsistentRead: true
    })
    assert.is(await db.get(Order, key), undefined)
    const error = await errorFrom(() => db.get(Order, key).orThrow())
    assert.instance(error, ItemNotFound)
    assert.is(error.message, 'Order: no item under PK "T#t#Shop", SK "O#1".')
    await db.put(Order, { ...order, ...key })
    assert.is((await db.get(Order, key).orThrow().consistent()).total, 12.5)
  }))

test('delete deletes one item, and is content when there is none', () =>
  localTable(async ({ db, table }) => {
    await db.put(Order, order)
    await db.put(Order, { ...order, order: '2' })
    const remove = db.delete(Order, order)
    assert.equal(remove.compile(), { TableName: table, Key: { PK: { S: 'T#t%231#Shop' }, SK: { S: 'O#1' } } })
    assert.is(await remove, undefined)
    assert.is(await remove, undefined)
    assert.equal(
      (await db.query(Order).where({ tenant: 't#1' })).map(found => found.order),
      ['2']
    )
  }))

test('query reads a partition in the order of its sort keys, forwards and backwards', () =>
  localTable(async ({ db }) => {
    for (const number of ['3', '1', '2']) await db.put(Order, { ...order, order: number })
    await db.put(Order, { ...order, tenant: 'other' })
    const orders = db.query(Order).where({ tenant: 't#1' })
    assert.equal(
      (await orders).map(found => found.order),
      ['1', '2', '3']
    )
    assert.equal(
      (await orders.reverse()).map(found => found.order),
      ['3', '2', '1']
    )
    assert.equal(
      (await orders.reverse().limit(2)).map(found => found.order),
      ['3', '2']
    )
    assert.equal(await orders.consistent().first(), { ...order, order: '1' })
    assert.is(await db.query(Order).where({ tenant: 'nobody' }).first(), undefined)
    const streamed: string[] = []
    for await (const found of orders) streamed.push(found.order)
    assert.equal(streamed, ['1', '2', '3'])
  }))

test('equality on the first sort-key attributes is a prefix up to the delimiter', () =>
  localTable(async ({ db, table }) => {
    for (const number of ['1', '11', '1 1', '2'])
      for (const line of ['a', 'b']) await db.put(Line, { tenant: 't', order: number, line, customer: 'c' })
    const lines = db.query(Line).where({ tenant: 't', order: '1' })
    assert.equal(lines.compile(), {
      TableName: table,
      KeyConditionExpression: 'PK = :pk AND begins_with(SK, :sk)',
      ExpressionAttributeValues: { ':pk': { S: 'T#t#Shop' }, ':sk': { S: 'O#1#L#' } }
    })
    assert.equal(
      (await lines).map(({ order, line }) => order + line),
      ['1a', '1b']
    )
    const one = db.query(Line).where({ tenant: 't', order: '1' }).where({ line: 'b' })
    assert.is(one.compile().KeyConditionExpression, 'PK = :pk AND SK = :sk')
    assert.equal(
      (await one).map(({ order, line }) => order + line),
      ['1b']
    )
  }))

test('a query never gives another model’s items, where models share a partition too', () =>
  localTable(async ({ db, client, table }) => {
    await db.put(Order, { ...order, tenant: 't' })
    await db.put(Order, { ...order, tenant: 't', order: '2' })
    await db.put(Line, { tenant: 't', order: '1', line: 'x', customer: 'c' })
    const foreign = { PK: { S: 'T#t#Shop' }, SK: { S: 'OTHER#1' }, GSI1PK: { S: 'C#c#Shop' } }
    await client.send(new PutItemCommand({ TableName: table, Item: foreign }))

    assert.equal(
      (await db.query(Order).where({ tenant: 't' })).map(found => found.order),
      ['1', '2']
    )
    assert.equal((await db.query(Order).where({ tenant: 't' }).limit(2)).length, 2)
    assert.equal(
      (await db.query(Line).where({ tenant: 't' })).map(found => found.line),
      ['x']
    )
    assert.equal(
      (await db.query(Order).where({ customer: 'c' }).onGsi1()).map(found => found.order),
      ['1', '2']
    )
    assert.equal(
      (await db.query(Line).onGsi1().where({ customer: 'c' }).limit(1)).map(found => found.line),
      ['x']
    )
  }))

test('GSI1 holds the items that have its attributes, and no others', () =>
  localTable(async ({ db, table }) => {
    const { customer, ...anonymous } = order
    await db.put(Order, { ...anonymous, order: '1' })
    await db.put(Order, { ...order, order: '2' })
    await db.put(Order, { ...order, order: '3', customer: 'd' })
    const query = db.query(Order).where({ customer }).onGsi1().reverse()
    assert.equal(query.compile(), {
      TableName: table,
      IndexName: 'GSI1',
      Select: 'ALL_ATTRIBUTES',
      KeyConditionExpression: 'GSI1PK = :pk AND begins_with(SK, :sk)',
      ExpressionAttributeValues: { ':pk': { S: 'C#c#Shop' }, ':sk': { S: 'O#' } },
      ScanIndexForward: false
    })
    assert.equal(
      (await query).map(found => found.order),
      ['2']
    )
  }))

test('awaiting and streaming go over all pages', () =>
  localTable(async ({ db }) => {
    const Note = model('Note')
      .pk('owner')
      .sk('number')
      .fields({ number: t.int({ digits: 3 }), text: t.string() })
    const text = 'x'.repeat(100_000) // eleven notes are more than a page of 1 MB
    for (let number = 0; number < 25; number++) await db.put(Note, { owner: 'o', number, text })
    const notes = db.query(Note).where({ owner: 'o' })
    const numbers = Array.from({ length: 25 }, (_, number) => number)
    assert.equal(
      (await notes).map(note => note.number),
      numbers
    )
    assert.equal(
      (await notes.limit(22)).map(note => note.number),
      numbers.slice(0, 22)
    )
    const streamed: number[] = []
    for await (const note of notes.reverse()) if (streamed.push(note.number) === 20) break
    assert.equal(streamed, numbers.reverse().slice(0, 20))
  }))

test('limit(n) reads n items, and first() reads one', () =>
  localTable(async ({ db }) => {
    for (const number of ['1', '2', '3']) await db.put(Order, { ...order, order: number })
    assert.is(db.query(Order).where({ tenant: 't#1' }).limit(2).compile().Limit, 2)
    assert.is((await db.query(Order).where({ tenant: 't#1' }).limit(2)).length, 2)
  }))

test('a table that does not exist is named, and the SDK’s error is the cause', async () => {
  const client = await localTable(({ client }) => client)
  const error = await errorFrom(() =>
    connect({ table: 'no-such-table', client }).get(Order, { tenant: 't', order: '1' })
  )
  assert.instance(error, NoTable)
  assert.match(
    error.message,
    /^There is no table 'no-such-table' where this client looks: .* make it with createTable\(db\)\.$/
  )
  assert.is((error.cause as Error).name, 'ResourceNotFoundException')
})

test('get reads some attributes, and its type has no others', () =>
  localTable(async ({ db, table }) => {
    const get = db.get(Order, order).only('total', 'customer')
    assert.equal(get.compile(), {
      TableName: table,
      Key: { PK: { S: 'T#t%231#Shop' }, SK: { S: 'O#1' } },
      ProjectionExpression: 'PK, SK, #0, #1',
      ExpressionAttributeNames: { '#0': 'total', '#1': 'customer' }
    })
    assert.is(await get, undefined)
    assert.instance(await errorFrom(() => get.orThrow().only('total')), ItemNotFound)
    await db.create(Order, order)
    const found = await get.consistent()
    isType<Equal<typeof found, { total: number; customer?: string } | undefined>>()
    assert.equal(found, { total: 12.5, customer: 'c' })
    const total: { total: number } = await get.orThrow().only('total')
    assert.equal(total, { total: 12.5 })
    // @ts-expect-error: only what the item has can be asked for
    const { message } = await errorFrom(() => get.only('totle'))
    assert.is(message, 'Order: only() is given totle, which is no attribute.')
    // @ts-expect-error: no attribute at all
    const none = await errorFrom(() => get.only())
    assert.is(none.message, 'Order: only() is given nothing, which is no attribute.')
    await db.put(Order, { ...order, customer: undefined })
    assert.equal(await db.get(Order, order).only('customer'), {})
  }))

test.run()
