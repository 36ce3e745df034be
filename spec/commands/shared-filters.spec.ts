/** A filter on the items of several models means the same in all of them. */
import { connect, gt, model, not, t } from 'keystorm'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { errorFrom } from '../support/errors.ts'
import { idleClient } from '../support/idle.ts'

const { client, requests } = idleClient()
const db = connect({ table: 'table', client })
const base = () => model('User').pk('p').suffix('Shop')
const fields = { note: t.string().optional(), open: t.boolean().default(true) }
const User = base().sk('U#u').fields(fields)
const Order = model('Order')
  .pk('p')
  .suffix('Shop')
  .sk('O#o')
  .fields({ ...fields, total: t.number() })
const Bill = model('Bill')
  .pk('p')
  .suffix('Shop')
  .sk('B#b')
  .fields({ ...fields, open: t.boolean().default(false) })

test('attributes that all the models have, with the same default, are filtered', () => {
  const { FilterExpression } = db.query(User, Order).where({ p: 'a' }).filter({ open: true }).compile()
  assert.is(FilterExpression, '(attribute_not_exists(#0)) OR (#0 = :0) OR (#0 = :1)')
  assert.is(db.scan(User, Order).filter({ open: true }).compile().FilterExpression, FilterExpression)
})

test('an attribute that one of the models lacks is refused, wherever it stands', async () => {
  const sentence =
    'User: filter() is given total, which not all of the models have: query one model, or filter what was read.'
  const query = db.query(User, Order).where({ p: 'a' })
  for (const condition of [{ total: gt(1) }, not({ note: 'a', total: 1 }), { 'total.x': 1 }]) {
    const given = condition as unknown as { note: string }
    assert.is((await errorFrom(async () => await query.filter(given))).message, sentence)
    assert.is((await errorFrom(async () => await db.scan(User, Order).filter(given))).message, sentence)
  }
  // @ts-expect-error: Order has it, and User does not
  assert.is((await errorFrom(() => query.filter({ total: gt(1) }).compile())).message, sentence)
  assert.is(requests.count, 0)
})

test('an attribute with another default in one of the models is refused, where that makes a difference', async () => {
  const query = db.query(User, Bill).where({ p: 'a' })
  const error = await errorFrom(async () => await query.filter({ open: true }))
  assert.match(error.message, /^User: filter\(\) does not mean the same in Bill, where an attribute of it has another/)
  assert.ok(query.filter({ note: 'x' }).compile().FilterExpression)
})

test.run()
