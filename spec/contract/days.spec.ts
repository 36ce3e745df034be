/** Days without a time: in keys, in ranges, in conditions. */
import { between, gt, InvalidItem, InvalidKey, lt, model, t, UndecodableItem } from 'keystorm'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { definitionIn } from '../../lib/schema/definition.ts'
import { localTable } from '../../lib/testing/index.ts'
import { errorFrom } from '../support/errors.ts'

const Shift = model('Shift').pk('team').sk('day', 'person').fields({ day: t.day(), until: t.day().optional() })
const days = ['0000-01-01', '1999-12-31', '2024-02-29', '2026-11-25', '2026-11-26', '9999-12-31']

test('days stand in keys as they are, in their order, and are asked for by ranges and conditions', () =>
  localTable(async ({ db }) => {
    for (const [i, day] of [...days].reverse().entries())
      await db.put(Shift, { team: 'a', day, person: 'ann', ...(i % 2 === 0 && { until: day }) })
    const of = db.query(Shift).where({ team: 'a' })
    assert.equal(
      (await of).map(({ day }) => day),
      days
    )
    assert.equal(Shift.key({ team: 'a', day: '2026-11-25', person: 'x' }).SK, 'D#2026-11-25#P#x')
    assert.equal(Shift.parse({ PK: 'T#a#Shift', SK: 'D#2026-11-25#P#x' })?.day, '2026-11-25')
    assert.is(Shift.parse({ PK: 'T#a#Shift', SK: 'D#2026-02-30#P#x' }), undefined)
    const inside = await db.query(Shift).where({ team: 'a', day: between('2000-01-01', '2026-11-25') })
    assert.equal(
      inside.map(({ day }) => day),
      ['2024-02-29', '2026-11-25']
    )
    for (const [range, found] of [
      [gt('2026-11-25'), days.slice(4)],
      [lt('2026-11-26'), days.slice(0, 4)]
    ] as const)
      assert.equal(
        (await db.query(Shift).where({ team: 'a', day: range })).map(({ day }) => day),
        found
      )
    assert.is((await of.filter({ until: gt('2024-02-29') })).length, 2)
  }))

test('what is no day is refused', async () =>
  localTable(async ({ db, client, table }) => {
    for (const day of [
      '2026-02-30',
      '2026-13-01',
      '26-01-01',
      '2026-1-1',
      '2026-11-25T00:00:00Z',
      '+002026-01-01',
      '',
      5
    ]) {
      const item = { team: 'a', day: day as string, person: 'x' }
      assert.instance(await errorFrom(() => db.get(Shift, item)), InvalidKey)
      assert.instance(await errorFrom(() => db.put(Shift, item)), InvalidItem)
      assert.instance(
        await errorFrom(() => db.put(Shift, { ...item, day: '2026-01-01', until: item.day })),
        InvalidItem
      )
    }
    await db.put(Shift, { team: 'a', day: '2026-01-01', person: 'x' })
    const { PutItemCommand } = await import('@aws-sdk/client-dynamodb')
    const row = definitionIn(Shift).encode({ team: 'a', day: '2026-01-01', person: 'x' })
    await client.send(new PutItemCommand({ TableName: table, Item: { ...row, until: { S: 'soon' } } }))
    const error = await errorFrom(() => db.get(Shift, { team: 'a', day: '2026-01-01', person: 'x' }))
    assert.instance(error, UndecodableItem)
    assert.match(error.message, /until: a day was expected, but the text is "soon"\.$/)
  }))

test.run()
