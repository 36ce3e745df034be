/** Big Time Deals of The DynamoDB Book, with the attributes of its implementation in TypeScript: keys made of values. */
import { connect, layout, models, plus, t, text } from 'keystorm'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { designed } from '../support/designed.ts'
import { lacks } from '../support/engine.ts'

const app = layout({
  pk: 'PK',
  sk: 'SK',
  indexes: {
    GSI1: { pk: 'GSI1PK', sk: 'GSI1SK' },
    GSI2: { pk: 'GSI2PK', sk: 'GSI2SK' },
    GSI3: { pk: 'GSI3PK', sk: 'GSI3SK' },
    UserIndex: { pk: 'UserIndex' }
  }
})

/** A deal stands in three indexes, by the day on which it began: alone, with its brand, with its category. */
const Deal = app
  .model('Deal')
  .pk(text('DEAL#{DealId}'))
  .sk(text('DEAL#{DealId}'))
  .index('GSI1', { pk: text('DEALS#{CreatedAt:day}T00:00:00'), sk: text('DEAL#{DealId}') })
  .index('GSI2', { pk: text('BRAND#{Brand:upper}#{CreatedAt:day}T00:00:00'), sk: text('DEAL#{DealId}') })
  .index('GSI3', { pk: text('CATEGORY#{Category:upper}#{CreatedAt:day}T00:00:00'), sk: text('DEAL#{DealId}') })
  .fields({
    Entity: t.literal('Deal').default('Deal'),
    Title: t.string(),
    Link: t.string(),
    Price: t.string(),
    Category: t.string(),
    Brand: t.string(),
    CreatedAt: t.date()
  })
const Brands = app
  .model('Brands')
  .pk(text('BRANDS'))
  .sk(text('BRANDS'))
  .fields({ Brands: t.set(t.string()).optional() })
const Brand = app
  .model('Brand')
  .pk(text('BRAND#{Brand:upper}'))
  .sk(text('BRAND#{Brand:upper}'))
  .fields({ Brand: t.string(), Likes: t.int().default(0), Watches: t.int().default(0) })

/** Likes and watches are keys, and nothing else. So a brand is what its key has: upper case. */
const onlyInKeys = { Brand: t.string().onlyInKeys(), Username: t.string().onlyInKeys() }
const BrandLike = app
  .model('BrandLike')
  .pk(text('BRANDLIKE#{Brand}#{Username}'))
  .sk(text('BRANDLIKE#{Brand}#{Username}'))
  .fields(onlyInKeys)
const BrandWatch = app.model('BrandWatch').pk(text('BRANDWATCH#{Brand}')).sk(text('USER#{Username}')).fields(onlyInKeys)

/** A message is in GSI1 while it is unread: while it has the attribute that only stands in that key. */
const Message = app
  .model('Message')
  .pk(text('MESSAGES#{Username}'))
  .sk(text('MESSAGES#{MessageId}'))
  .index('GSI1', { pk: text('MESSAGES#{UnreadBy}'), sk: text('MESSAGES#{MessageId}') })
  .fields({ Subject: t.string(), UnreadBy: t.string().optional().onlyInKeys() })
const User = app
  .model('User')
  .pk(text('USER#{Username:lower}'))
  .sk(text('USER#{Username:lower}'))
  .index('UserIndex', { pk: text('USER#{Username:lower}') })
  .fields({ Username: t.string(), Email: t.string() })

models({ Deal, Brands, Brand, BrandLike, BrandWatch, Message, User }) // proven apart

const day = '2026-01-15'
const dealRow = (DealId: string, Brand: string, time = '10:20:30') => ({
  PK: `DEAL#${DealId}`,
  SK: `DEAL#${DealId}`,
  GSI1PK: `DEALS#${day}T00:00:00`,
  GSI1SK: `DEAL#${DealId}`,
  GSI2PK: `BRAND#${Brand.toUpperCase()}#${day}T00:00:00`,
  GSI2SK: `DEAL#${DealId}`,
  GSI3PK: `CATEGORY#TECH#${day}T00:00:00`,
  GSI3SK: `DEAL#${DealId}`,
  ...{ Entity: 'Deal', DealId, Title: 'Half off', Link: 'https://example.com', Price: '9.5', Category: 'Tech', Brand },
  CreatedAt: `${day}T${time}`
})
const messageRow = (MessageId: string) => ({
  ...{ PK: 'MESSAGES#ann', SK: `MESSAGES#${MessageId}`, Username: 'ann', MessageId, Subject: 'Hello' }
})
const unread = (MessageId: string) => ({ GSI1PK: 'MESSAGES#ann', GSI1SK: `MESSAGES#${MessageId}` })

test('Big Time Deals: what the application wrote is read, by each of its access patterns', () =>
  designed(app, async ({ db, put }) => {
    await put(dealRow('1', 'Apple'), dealRow('2', 'Gala'), { PK: 'BRANDS', SK: 'BRANDS', Brands: new Set(['Apple']) })
    const ids = (deals: readonly { DealId: string }[]) => deals.map(({ DealId }) => DealId)
    const CreatedAt = new Date(day) // any time of the day
    assert.is((await db.get(Deal, { DealId: '1' }))?.CreatedAt.toISOString(), `${day}T10:20:30.000Z`)
    assert.equal(ids(await db.query(Deal).where({ CreatedAt }).on('GSI1').reverse()), ['2', '1'])
    assert.equal(ids(await db.query(Deal).where({ Brand: 'apple', CreatedAt }).on('GSI2')), ['1'])
    assert.equal(ids(await db.query(Deal).where({ Category: 'tech', CreatedAt }).on('GSI3')), ['1', '2'])
    assert.equal(await db.get(Brands, {}), { Brands: new Set(['Apple']) })

    await put({ PK: 'BRANDWATCH#APPLE', SK: 'USER#ann' }, { PK: 'BRANDLIKE#APPLE#bob', SK: 'BRANDLIKE#APPLE#bob' })
    assert.equal(await db.query(BrandWatch).where({ Brand: 'APPLE' }), [{ Brand: 'APPLE', Username: 'ann' }])
    assert.ok(await db.get(BrandLike, { Brand: 'APPLE', Username: 'bob' }))

    await put(messageRow('1'), { ...messageRow('2'), ...unread('2') })
    assert.is(await db.query(Message).where({ Username: 'ann' }).count(), 2)
    const [message, ...others] = await db.query(Message).where({ UnreadBy: 'ann' }).on('GSI1')
    assert.equal([message?.MessageId, others], ['2', []])

    await put({ PK: 'USER#ann', SK: 'USER#ann', UserIndex: 'USER#ann', Username: 'Ann', Email: 'ann@example.com' })
    assert.equal(await db.scan(User).on('UserIndex'), [{ Username: 'Ann', Email: 'ann@example.com' }])
  }))

const transactional = lacks('transactions') ? test.skip : test

transactional('Big Time Deals: what keystorm writes, the application finds', () =>
  designed(app, async ({ db, get, find }) => {
    const { Title, Link, Price, Category, CreatedAt } = dealRow('3', 'Apple')
    await db.create(Deal, {
      DealId: '3',
      Brand: 'Apple',
      Title,
      Link,
      Price,
      Category,
      CreatedAt: new Date(`${CreatedAt}Z`)
    })
    const row = dealRow('3', 'Apple', '10:20:30.000Z')
    assert.equal(await find('GSI1PK = :pk', { ':pk': row.GSI1PK }, 'GSI1'), [row])
    assert.equal(await find('GSI2PK = :pk', { ':pk': row.GSI2PK }, 'GSI2'), [row])
    assert.equal(await find('GSI3PK = :pk', { ':pk': row.GSI3PK }, 'GSI3'), [row])

    await db.create(Brand, { Brand: 'Apple' })
    const like = db.create(BrandLike, { Brand: 'APPLE', Username: 'ann' })
    await db.transact(like, db.update(Brand, { Brand: 'Apple' }).set({ Likes: plus(1) }))
    const liked = { PK: 'BRANDLIKE#APPLE#ann', SK: 'BRANDLIKE#APPLE#ann' }
    assert.equal(await get(liked), liked, 'keys, and nothing else')
    assert.is((await get({ PK: 'BRAND#APPLE', SK: 'BRAND#APPLE' }))?.Likes, 1)

    const message = { Username: 'ann', MessageId: '7', Subject: 'Hello' }
    await db.create(Message, { ...message, UnreadBy: 'ann' })
    const inbox = () => find('GSI1PK = :pk', { ':pk': 'MESSAGES#ann' }, 'GSI1')
    assert.equal(await inbox(), [{ ...messageRow('7'), ...unread('7') }])
    await db.update(Message, message).remove('UnreadBy')
    assert.equal(await inbox(), [], 'was read')
    assert.equal(await get({ PK: 'MESSAGES#ann', SK: 'MESSAGES#7' }), messageRow('7'))

    await db.create(User, { Username: 'Ann', Email: 'ann@example.com' })
    assert.equal((await find('UserIndex = :user', { ':user': 'USER#ann' }, 'UserIndex')).length, 1)
  })
)

test('Big Time Deals: the deals of a brand on a day are one query of GSI2', () => {
  const CreatedAt = new Date('2026-01-15T12:00:00Z')
  const query = connect({ table: 'app' })
    .query(Deal)
    .where({ Brand: 'Apple', CreatedAt })
    .on('GSI2')
    .reverse()
    .limit(25)
  const { KeyConditionExpression, ExpressionAttributeValues } = query.compile()
  assert.is(KeyConditionExpression, 'GSI2PK = :pk AND begins_with(GSI2SK, :sk)')
  assert.equal(ExpressionAttributeValues, {
    ':pk': { S: 'BRAND#APPLE#2026-01-15T00:00:00' },
    ':sk': { S: 'DEAL#' }
  })
})

test.run()
