/** AWS's recurring payments: subscriptions, found by the days on which something is due, and receipts that expire. */
import { connect, layout, models, t, text } from 'keystorm'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { designed } from '../support/designed.ts'

const payments = layout({
  pk: 'PK',
  sk: 'SK',
  indexes: {
    'GSI-1': { pk: 'NextReminderDate', sk: 'LastReminderDate', projection: ['SKU', 'Email', 'NextPaymentDate'] },
    'GSI-2': {
      pk: 'NextPaymentDate',
      sk: 'LastPaymentDate',
      projection: ['Email', 'PaymentDay', 'PaymentAmount', 'SKU', 'PaymentDetails']
    }
  }
})

/** Next dates are days, last ones are moments; a subscription without them is in neither index. */
const Subscription = payments
  .model('Subscription')
  .pk(text('ACC#{AccountId}'))
  .sk(text('SUB#{SubId}#SKU#{SKU}'))
  .index('GSI-1')
  .index('GSI-2')
  .fields({
    AccountId: t.string().onlyInKeys(),
    SubId: t.string().onlyInKeys(),
    Email: t.string(),
    PaymentDay: t.string(),
    PaymentAmount: t.string(),
    LastPaymentDate: t.date().optional(),
    NextPaymentDate: t.day().optional(),
    LastReminderDate: t.date().optional(),
    NextReminderDate: t.day().optional(),
    PaymentDetails: t.record(t.string()),
    CreatedDate: t.date()
  })
const Receipt = payments.model('Receipt').pk(text('ACC#{AccountId}')).sk(text('REC#{ProcessedDate}#SKU#{SKU}')).fields({
  AccountId: t.string().onlyInKeys(),
  ProcessedDate: t.date(),
  Email: t.string(),
  ProcessedAmount: t.string(),
  TTL: t.ttl()
})

models({ Subscription, Receipt }) // proven apart

const shared = { SKU: '999', Email: 's@s.com' }
const values = {
  ...{ ...shared, PaymentDay: '28', PaymentAmount: '12.99', PaymentDetails: { 'default-card': '1234123412341234' } },
  ...{ NextPaymentDate: '2023-06-28', NextReminderDate: '2023-06-21' }
}
const times = {
  LastPaymentDate: '2023-05-18T14:15:39.247Z',
  LastReminderDate: '2023-05-21T14:15:39.247Z',
  CreatedDate: '2023-05-18T09:41:25.856Z'
}
const rows = {
  subscription: { PK: 'ACC#123', SK: 'SUB#123#SKU#999', ...values, ...times },
  receipt: {
    ...{ PK: 'ACC#123', SK: 'REC#2023-05-28T14:15:39.247Z#SKU#999', ...shared },
    ...{ ProcessedDate: '2023-05-28T14:15:39.247Z', ProcessedAmount: '12.99', TTL: 1700318200 }
  }
}
const key = { AccountId: '123', SubId: '123', SKU: '999' }
const subscription = {
  ...{ ...key, ...values },
  LastPaymentDate: new Date(times.LastPaymentDate),
  LastReminderDate: new Date(times.LastReminderDate),
  CreatedDate: new Date(times.CreatedDate)
}
const receipt = {
  ...{ AccountId: '123', ...shared, ProcessedAmount: '12.99' },
  ...{ ProcessedDate: new Date('2023-05-28T14:15:39.247Z'), TTL: new Date(1700318200_000) }
}

test('payments: what the application wrote is read, by each of its access patterns', () =>
  designed(payments, async ({ db, put }) => {
    await put(rows.subscription, rows.receipt)
    assert.equal(await db.query(Subscription).where({ AccountId: '123' }), [subscription])
    assert.equal(await db.query(Receipt).where({ AccountId: '123' }).reverse(), [receipt])
    assert.equal(await db.get(Subscription, key), subscription)

    // The indexes have some attributes only: .only() says which of them are asked for, those of the keys included.
    const reminders = db.query(Subscription).where({ NextReminderDate: '2023-06-21' }).on('GSI-1')
    assert.equal(await reminders.only('AccountId', 'SKU', 'Email', 'NextPaymentDate'), [
      { AccountId: '123', ...shared, NextPaymentDate: '2023-06-28' }
    ])
    const due = db.query(Subscription).where({ NextPaymentDate: '2023-06-28' }).on('GSI-2')
    const [payment] = await due.only('AccountId', 'SubId', 'SKU', 'PaymentAmount', 'PaymentDetails')
    assert.equal(payment, { ...key, PaymentAmount: '12.99', PaymentDetails: values.PaymentDetails })
  }))

test('payments: what keystorm writes, the application finds', () =>
  designed(payments, async ({ db, get, find }) => {
    await db.create(Subscription, subscription)
    await db.create(Receipt, receipt)
    for (const row of Object.values(rows)) assert.equal(await get({ PK: row.PK, SK: row.SK }), row, 'to the byte')
    const subscriptions = { ':pk': 'ACC#123', ':sk': 'SUB#' }
    assert.equal(await find('PK = :pk AND begins_with(SK, :sk)', subscriptions), [rows.subscription])

    const on = (day: string) => find('NextPaymentDate = :day', { ':day': day }, 'GSI-2')
    assert.equal(
      (await on('2023-06-28')).map(row => row.SK),
      ['SUB#123#SKU#999']
    )
    const paid = { NextPaymentDate: '2023-07-28', LastPaymentDate: new Date('2023-06-28T08:00:00Z') }
    await db.update(Subscription, key).set(paid)
    assert.equal(await on('2023-06-28'), [])
    assert.is((await on('2023-07-28'))[0]?.LastPaymentDate, '2023-06-28T08:00:00.000Z')
    const reminders = await find('NextReminderDate = :day', { ':day': '2023-06-21' }, 'GSI-1')
    assert.is(reminders[0]?.NextPaymentDate, '2023-07-28')
  }))

test('payments: those due on a day are one query of the index', () => {
  const due = connect({ table: 'payments' }).query(Subscription).where({ NextPaymentDate: '2023-06-28' }).on('GSI-2')
  assert.equal(due.only('SKU', 'PaymentAmount').compile(), {
    TableName: 'payments',
    IndexName: 'GSI-2',
    KeyConditionExpression: '#pk = :pk',
    // What places in the index are told apart by is read as well, for .page() and .startingAfter().
    ExpressionAttributeNames: { '#pk': 'NextPaymentDate', '#0': 'LastPaymentDate', '#1': 'SKU', '#2': 'PaymentAmount' },
    ExpressionAttributeValues: { ':pk': { S: '2023-06-28' } },
    ProjectionExpression: 'PK, SK, #0, #1, #2'
  })
})

test.run()
