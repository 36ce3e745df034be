import { type AttributeValue, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { localTable } from 'keystorm/testing'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { MAX_ITEM_BYTES, measure } from '../../lib/plan/write/size.ts'

const bytes = (...values: number[]) => new Uint8Array(values)

/** An attribute `v` of this value: one byte for its name, and so many for the value. */
const sizes: [value: AttributeValue, size: number][] = [
  [{ S: '' }, 0],
  [{ S: 'abc' }, 3],
  [{ S: 'é日🍎' }, 9],
  [{ B: bytes(1, 2, 3) }, 3],
  [{ BOOL: true }, 1],
  [{ NULL: true }, 1],
  [{ N: '0' }, 1],
  [{ N: '5' }, 2],
  [{ N: '-5' }, 3],
  [{ N: '99' }, 2],
  [{ N: '100' }, 2],
  [{ N: '120' }, 3],
  [{ N: '12345' }, 4],
  [{ N: '0.5' }, 2],
  [{ N: '0.00012' }, 3],
  [{ N: '1e+21' }, 2],
  [{ N: '-1.5E-7' }, 3],
  [{ N: '12345678901234567890123456789012345678' }, 20],
  [{ L: [] }, 3],
  [{ L: [{ S: 'ab' }, { BOOL: true }] }, 3 + 2 + 3],
  [{ M: {} }, 3],
  [{ M: { name: { S: 'ab' } } }, 3 + 1 + 6],
  [{ SS: ['a', 'bc'] }, 3],
  [{ NS: ['1', '1000'] }, 4],
  [{ BS: [bytes(1), bytes(1, 2)] }, 3]
]

test('values weigh what DynamoDB says they do', () => {
  for (const [value, size] of sizes) assert.is(measure({ v: value }).size, 1 + size, JSON.stringify(value))
  assert.is(measure({ long: { S: 'a' }, é: { S: 'b' } }).size, 5 + 3)
})

test('an engine takes items of 400 KB, and of not one byte more', () =>
  localTable(async ({ client, table }) => {
    for (const [value] of sizes) {
      const item = { PK: { S: 'p' }, SK: { S: 's' }, v: value, fill: { S: '' } }
      const fill = (size: number) => ({ ...item, fill: { S: 'x'.repeat(size - measure(item).size) } })
      const put = (size: number) => client.send(new PutItemCommand({ TableName: table, Item: fill(size) }))
      await put(MAX_ITEM_BYTES)
      if ('N' in value || 'NS' in value) continue // engines round numbers their own way
      const refused = await put(MAX_ITEM_BYTES + 1).then(
        () => false,
        () => true
      )
      assert.ok(refused, JSON.stringify(value))
    }
  }))

test('on the wire nothing has more bytes than are reckoned with', () => {
  const odd = { S: '\u0001"\\\n\ud800é' }
  const values = [...sizes.map(([value]) => value), odd, { L: Array.from({ length: 100 }, () => ({ N: '1' })) }]
  for (const value of values) {
    const item = { v: value }
    const json = JSON.stringify(item, (_, part) =>
      part instanceof Uint8Array ? Buffer.from(part).toString('base64') : part
    )
    assert.ok(measure(item).wire >= Buffer.byteLength(json), json)
  }
})

test.run()
