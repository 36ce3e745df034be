/** AWS's serverless shopping cart: carts of guests and of users, that expire, and how many of a product are in all carts. */
import { ConditionFailed, connect, eq, gt, gte, layout, minus, models, plus, t, text } from 'keystorm'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { designed } from '../support/designed.ts'
import { errorFrom } from '../support/errors.ts'

const shop = layout({ pk: 'pk', sk: 'sk' })

/** Who is logged in has `user#<sub>`, who is not `cart#<id of a cookie>`. */
const CartItem = shop
  .model('CartItem')
  .pk(text('{owner}#{id}'))
  .sk(text('product#{productId}'))
  .fields({
    owner: t.oneOf('user', 'cart').onlyInKeys(),
    id: t.string().onlyInKeys(),
    productId: t.string().onlyInKeys(),
    quantity: t.int(),
    productDetail: t.map({ productId: t.string(), name: t.string(), price: t.number() }),
    expirationTime: t.ttl()
  })
const ProductTotal = shop
  .model('ProductTotal')
  .pk(text('product#{productId}'))
  .sk(text('totalquantity'))
  .fields({ productId: t.string().onlyInKeys(), quantity: t.int() })

models({ CartItem, ProductTotal }) // proven apart

const productId = '4c1fadaa-213a-4ea8-aa32-58c217604e3c'
const productDetail = { productId, name: 'packaged strawberries', price: 716 }
const [tomorrow, nextWeek] = [new Date('2030-01-02T00:00:00Z'), new Date('2030-01-08T00:00:00Z')]
const seconds = (time: Date) => time.getTime() / 1000

const guest = { owner: 'cart', id: 'c-1' } as const
const user = { owner: 'user', id: 's-1' } as const
const row = (pk: string, quantity: number, expires: Date) => ({
  ...{ pk, sk: `product#${productId}` },
  ...{ quantity, expirationTime: seconds(expires), productDetail }
})
const item = { productId, quantity: 2, productDetail, expirationTime: tomorrow }

test('shopping cart: what the application wrote is read, by each of its access patterns', () =>
  designed(shop, async ({ db, put, get, find }) => {
    await put(row('cart#c-1', 2, tomorrow), row('user#s-1', 3, tomorrow))
    await put({ ...row('cart#c-1', 0, tomorrow), sk: 'product#gone' })
    await put({ pk: `product#${productId}`, sk: 'totalquantity', quantity: 5 })

    const cart = db
      .query(CartItem)
      .where(guest)
      .filter({ quantity: gt(0) })
    assert.equal(await cart, [{ ...guest, ...item }])
    assert.equal(await cart.only('productId', 'quantity', 'productDetail'), [{ productId, quantity: 2, productDetail }])
    assert.equal(await db.get(ProductTotal, { productId }), { productId, quantity: 5 })

    // A guest who logs in takes the cart along.
    const left = await db.query(CartItem).where(guest)
    for (const { quantity, productId, productDetail } of left)
      await db
        .update(CartItem, { ...user, productId })
        .set({ quantity: plus(quantity), productDetail: eq(productDetail), expirationTime: nextWeek })
        .upsert()
    await db.batchWrite(left.map(one => db.delete(CartItem, one)))
    assert.equal(await find('pk = :pk', { ':pk': 'cart#c-1' }), [])
    assert.equal(await get({ pk: 'user#s-1', sk: `product#${productId}` }), row('user#s-1', 5, nextWeek))
    assert.is((await db.query(CartItem).where(user).consistent()).length, 2)
  }))

// Without the item, an update that is refused cannot be told from one that found none.
test('shopping cart: what keystorm writes, the application finds', () =>
  designed(shop, async ({ db, get, find }) => {
    const key = { ...guest, productId }
    const change = { productDetail: eq(productDetail), expirationTime: tomorrow } // eq(): the map is replaced whole
    const add = db.update(CartItem, key).upsert()
    await add.set({ ...change, quantity: plus(1) })
    await add.set({ ...change, quantity: plus(2) })
    const mine = { ':pk': 'cart#c-1', ':sk': 'product#' }
    assert.equal(await find('pk = :pk AND begins_with(sk, :sk)', mine), [row('cart#c-1', 3, tomorrow)])

    const take = (n: number) =>
      db
        .update(CartItem, key)
        .set({ ...change, quantity: minus(n) })
        .if({ quantity: gte(n) })
    await take(2)
    assert.instance(await errorFrom(() => take(2)), ConditionFailed, 'never below zero')
    assert.is((await get({ pk: 'cart#c-1', sk: `product#${productId}` }))?.quantity, 1)
    await db.put(CartItem, { ...user, ...item })
    assert.equal(await get({ pk: 'user#s-1', sk: `product#${productId}` }), row('user#s-1', 2, tomorrow))

    // What reads the table's stream adds to the totals.
    await db
      .update(ProductTotal, { productId })
      .set({ quantity: plus(3) })
      .upsert()
    await db
      .update(ProductTotal, { productId })
      .set({ quantity: minus(1) })
      .upsert()
    const total = { pk: `product#${productId}`, sk: 'totalquantity' }
    assert.equal(await get(total), { ...total, quantity: 2 })
  }))

test('shopping cart: a cart is one query', () => {
  const cart = connect({ table: 'carts' })
    .query(CartItem)
    .where(user)
    .filter({ quantity: gt(0) })
  assert.equal(cart.compile(), {
    TableName: 'carts',
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)',
    FilterExpression: '#0 > :0',
    ExpressionAttributeNames: { '#0': 'quantity' },
    ExpressionAttributeValues: { ':pk': { S: 'user#s-1' }, ':sk': { S: 'product#' }, ':0': { N: '0' } }
  })
})

test.run()
