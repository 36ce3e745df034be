import {
  type AnyItem,
  type AnyModel,
  BatchIncomplete,
  type Changes,
  ConditionFailed,
  type CreateOf,
  connect,
  type InputOf,
  type ItemOf,
  type KeyOf,
  keyOf,
  layout,
  model,
  models,
  number,
  type Sender,
  storedKeyOf,
  t,
  type WhereOf
} from 'keystorm'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { errorFrom } from '../support/errors.ts'
import { type Equal, isType } from '../support/types.ts'

// Code that is written once for all models, without a cast; and what errors hold, of which nobody knows the model.

const Order = model('Order').pk('tenant').sk('O#order').fields({ total: t.number(), version: t.version() })
const Bill = model('Bill').pk('tenant').sk('B#bill')
const Event = layout({ pk: 'device', sk: number('at') })
  .model('Event')
  .pk('device')
  .sk('at')
  .fields({ at: t.int() })
const app = models({ Order, Bill })
const key = { tenant: 'ann', order: '1' }

/** Refuses every write, and shows the item that is there. */
const refusing: Sender = {
  request: async () => {
    const Item = { ...Order.key(key), tenant: 'ann', order: '1', total: 3, version: 2 }
    const stored = Object.entries(Item).map(([name, value]) => [
      name,
      typeof value === 'number' ? { N: `${value}` } : { S: value }
    ])
    throw Object.assign(new Error('no'), {
      name: 'ConditionalCheckFailedException',
      Item: Object.fromEntries(stored)
    })
  }
}
const db = connect({ table: 'app', client: refusing })

/** Never called: that it compiles is all. */
export const everyVerb = async <M extends AnyModel>(
  of: M,
  given: {
    key: KeyOf<M>
    item: InputOf<M>
    fresh: CreateOf<M>
    read: ItemOf<M>
    where: WhereOf<M>
    changes: Changes<M>
  }
) => {
  const { key, item, fresh, read, where, changes } = given
  const name: string = of.name
  const one: ItemOf<M> | undefined = await db.get(of, key)
  const sure: ItemOf<M> = await db.get(of, read).orThrow()
  const put: ItemOf<M> = await db.put(of, item)
  const created: ItemOf<M> = await db.create(of, fresh)
  const updated: ItemOf<M> = await db.update(of, read).set(changes).asGiven().returning('new')
  await db.update(of, key).set(changes).asGiven()
  await db.delete(of, read)
  await db.delete(of, keyOf(of, read))
  const moved: ItemOf<M> = await db.move(of, key, key)
  const rows: ItemOf<M>[] = await db.query(of).where(where).asGiven()
  const page = await db.query(of).where(where).asGiven().pageSize(20).page()
  rows.push(...page.items, ...(await db.scan(of)))
  for await (const row of db.query(of).where(where).asGiven()) rows.push(row)
  const some: (ItemOf<M> | undefined)[] = await db.batchGet(rows.map(row => db.get(of, row)))
  await db.batchWrite(rows.map(row => db.delete(of, keyOf(of, row))))
  await db.transact(rows.map(row => db.delete(of, row)))
  const loaded: number = await db.load(of, [item])
  return { name, one, sure, put, created, updated, moved, rows, some, loaded, stored: storedKeyOf(of, read) }
}

/** Never called, too. */
export const find = async <T extends Readonly<Record<string, AnyModel>>, N extends keyof T>(
  set: { readonly models: T },
  name: N,
  key: KeyOf<T[N]>
): Promise<ItemOf<T[N]> | undefined> => await db.get(set.models[name], key)
isType<
  Equal<ReturnType<typeof find<typeof app.models, 'Bill'>>, Promise<{ tenant: string; bill: string } | undefined>>
>()

test('the stored key of an item of any model', async () => {
  const order: ItemOf<typeof Order> = { ...key, total: 3, version: 1 }
  const stored = storedKeyOf(Order, order)
  isType<Equal<typeof stored.PK, string>>()
  assert.equal(stored, { PK: 'T#ann#Order', SK: 'O#1' })
  assert.equal(stored, Order.key(key))
  const event = storedKeyOf(Event, { device: 'd', at: 5 })
  isType<Equal<typeof event.device, string>>()
  assert.equal(event, { device: 'd', at: 5 })
  const all = Object.values<AnyModel>(app.models).map(of => storedKeyOf(of, { ...key, bill: '2' }))
  assert.equal(all, [
    { PK: 'T#ann#Order', SK: 'O#1' },
    { PK: 'T#ann#Bill', SK: 'B#2' }
  ])
  assert.match((await errorFrom(() => storedKeyOf(Order, { ...key, order: '' }))).message, /^Order\.SK: order/)
  assert.match((await errorFrom(() => storedKeyOf(app as never, key as never))).message, /^storedKeyOf\(\)/)
})

test('the item of a failed condition has the type of the model that the error is asked for, and none without', async () => {
  const error: unknown = await errorFrom(() => db.put(Order, { ...key, total: 1, version: 1 }))
  assert.ok(error instanceof ConditionFailed)
  isType<Equal<typeof error.item, AnyItem | undefined>>()
  assert.is(error.item?.total, 3)
  const other: unknown = error
  assert.not(ConditionFailed.of(Bill, other))
  assert.not(ConditionFailed.of(Order, new Error('no')))
  assert.ok(ConditionFailed.of(Order, other))
  isType<Equal<typeof other.item, ItemOf<typeof Order> | undefined>>()
  assert.is(other.item?.total, 3)
  const known = error as ConditionFailed<ItemOf<typeof Order>> | TypeError // as one who knows would have it
  if (known instanceof ConditionFailed) isType<Equal<typeof known.item, ItemOf<typeof Order> | undefined>>()
})

test('what a batch has left goes into the verb again, and is nothing else', async () => {
  const stop = AbortSignal.abort()
  const error: unknown = await errorFrom(() => db.batchWrite(db.delete(Bill, { tenant: 'a', bill: 'b' })).signal(stop))
  assert.ok(error instanceof BatchIncomplete)
  const { left } = error
  assert.is(left.length, 1)
  const again = [
    db.batchWrite(left),
    db.batchWrite(...left),
    db.batchGet(left),
    db.transact(left),
    db.load(Order, left)
  ]
  assert.is(again.length, 5)
  // @ts-expect-error of which model, nobody knows
  assert.is(left[0]?.tenant, undefined)
})

test.run()
