/** Rows of other programs whose own keys hold more than their fields tell: no read gives an item with another key. */
import { PutItemCommand } from '@aws-sdk/client-dynamodb'
import { connect, layout, models, number, t, UndecodableItem } from 'keystorm'
import { deleteAll } from 'keystorm/bulk'
import { localTable } from 'keystorm/testing'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { z } from 'zod'
import { compareDecimals } from '../../lib/fields/decimal.ts'
import { errorFrom } from '../support/errors.ts'

const numbers = layout({ pk: 'device', sk: number('at') })
const texts = layout({ pk: 'device', sk: 'at' })
const rows = (at: object) =>
  numbers
    .model('Row')
    .pk('device')
    .sk('at')
    .fields({ at: at as ReturnType<typeof t.number> }) // any field of numbers
const dates = texts.model('Row').pk('device').sk('at').fields({ at: t.date() })

const TOO_FINE = ['0.12345678901234567891', '1.00000000000000000001', '-12345678.1234567890123', '1152921504606846976']
const cases: Readonly<Record<string, { model: ReturnType<typeof rows>; exact: string[]; other: string[] }>> = {
  number: { model: rows(t.number()), exact: ['0.1', '-1.50', '1E125', '12345678901234567000'], other: TOO_FINE },
  schema: { model: rows(z.number()), exact: ['0.1', '1E2'], other: ['0.12345678901234567891'] },
  epoch: { model: rows(t.epoch()), exact: ['1700000000', '1E3'], other: ['1.5'] },
  bigint: { model: rows(t.bigint()), exact: ['1234567890123456789', '1E125'], other: ['1.5'] },
  int: { model: rows(t.int()), exact: ['9007199254740991', '1E3'], other: ['9007199254740993', '1.5'] },
  date: {
    model: dates as unknown as ReturnType<typeof rows>, // its values are not looked at
    exact: ['2026-01-01T00:00:00.000Z'],
    other: ['2026-01-01', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00.123456Z', '2026-01-01T01:00:00.000+01:00']
  }
}

for (const [what, { model, exact, other }] of Object.entries(cases)) {
  const set = models({ Row: model })
  const row = (at: string) => ({ device: { S: 'a' }, at: what === 'date' ? { S: at } : { N: at } })
  const db = connect({ table: 'table' })

  test(`${what}: an item that was read has the key of its row, or the row is refused`, async () => {
    for (const at of exact) {
      const { item } = set.read(row(at)) ?? {}
      const key = db.get(model, item ?? { device: '', at: 0 }).compile().Key?.at
      assert.is(what === 'date' ? key?.S : compareDecimals(key?.N ?? '', at), what === 'date' ? at : 0, at)
    }
    for (const at of other) {
      const error = await errorFrom(() => set.read(row(at)))
      assert.instance(error, UndecodableItem, at)
      assert.match(error.message, at)
    }
  })
}

test('the refusal says what was read, and what to do', async () => {
  const refused = async (of: string, at: object) =>
    (await errorFrom(() => models({ Row: cases[of]?.model ?? rows(t.number()) }).read({ device: { S: 'a' }, at })))
      .message
  assert.match(
    await refused('number', { N: '0.12345678901234567891' }),
    'at: the key 0.12345678901234567891 would read as 0.12345678901234568, which is the key of another row: t.bigint() holds integers, t.number() fractions of 15 digits'
  )
  assert.match(await refused('date', { S: '2026-01-01T00:00:00Z' }), 'which is the key of another row: take t.string()')
})

test('a key that its field does not tell is not parsed', () => {
  assert.is(dates.parse({ device: 'a', at: '2026-01-01T00:00:00Z' }), undefined)
  assert.ok(dates.parse({ device: 'a', at: '2026-01-01T00:00:00.000Z' }))
})

test('reads refuse or skip such rows, and bulk runs reach them by the key that they have', () =>
  localTable(numbers, async ({ db, client, table }) => {
    const model = rows(t.number())
    for (const at of ['0.12345678901234567891', '0.5'])
      await client.send(new PutItemCommand({ TableName: table, Item: { device: { S: 'a' }, at: { N: at } } }))
    const query = db.query(model).where({ device: 'a' })
    for (const read of [() => query, () => db.scan(model), () => query.page(), () => query.first()])
      assert.instance(await errorFrom(read), UndecodableItem)
    assert.equal(await query.skipInvalid(() => {}), [{ device: 'a', at: 0.5 }])
    assert.is(await query.count(), 2)
    await deleteAll(query)
    assert.is(await query.count(), 0)
  }))

test('reads of other attributes alone need no key in the item', () =>
  localTable(texts, async ({ db }) => {
    const kept = texts.model('Row').pk('device').sk('at')
    const date = kept.fields({ at: t.date(), note: t.string() })
    const day = kept.fields({ at: t.day(), note: t.string() })
    await db.put(date, { device: 'a', at: new Date(0), note: 'x' })
    await db.put(day, { device: 'b', at: '2026-01-01', note: 'x' })
    for (const model of [date, day]) {
      const device = model === date ? 'a' : 'b'
      assert.equal(await db.query(model).where({ device }).only('note'), [{ note: 'x' }])
      assert.equal((await db.query(model).where({ device }).only('device').page()).items, [{ device }])
    }
    assert.equal(await db.get(day, { device: 'b', at: '2026-01-01' }).only('note'), { note: 'x' })
  }))

test.run()
