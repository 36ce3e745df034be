import { inspect } from 'node:util'
import { connect, isKeystormError, model, t } from 'keystorm'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { errorFrom } from '../support/errors.ts'

// What clients of other makers, and recorders, may give as a stored value.

const TYPES = ['S', 'N', 'B', 'SS', 'NS', 'BS', 'L', 'M', 'BOOL', 'NULL']
const CONTENTS = [
  ...['x', 5, true, null, undefined, Symbol('x'), {}, new Uint8Array(1), { length: 2 }, () => 1],
  ...[[5], [null], [undefined], [{}], [['x']], ['x', 'x', null], [{ S: 'x' }, undefined], Array(2)]
]

const FIELDS = {
  any: t.json(),
  bigint: t.bigint(),
  binary: t.binary(),
  boolean: t.boolean(),
  bytes: t.set(t.binary()),
  date: t.date(),
  list: t.list(t.string()),
  map: t.map({ a: t.string() }),
  number: t.number(),
  numbers: t.set(t.number()),
  record: t.record(t.string()),
  texts: t.set(t.string())
}

for (const [name, field] of Object.entries(FIELDS)) {
  const Odd = model('Odd')
    .pk('id')
    .sk('n')
    .fields({ [name]: field.optional() })
  const isRefused = async (value: unknown): Promise<boolean> => {
    const Item = { PK: { S: 'I#1#Odd' }, SK: { S: 'N#2' }, id: { S: '1' }, n: { S: '2' }, [name]: value }
    const db = connect({ table: 'table', client: { request: async () => ({ Item }) as never } })
    try {
      await db.get(Odd, { id: '1', n: '2' })
      return false
    } catch (error) {
      assert.ok(isKeystormError(error), `${inspect(value)}: ${error}`)
      return true
    }
  }

  test(`${name}: what is no stored value is refused as that, or read, and gives no other error`, async () => {
    const values = CONTENTS.flatMap(content => TYPES.map(type => ({ [type]: content })))
    let refused = 0
    for (const value of [...values, {}, null, 'x', 5, []]) if (await isRefused(value)) refused++
    assert.ok(refused > 100, `${refused} were refused`)
  })
}

test('an element of a set is named by its place', async () => {
  const Odd = model('Odd')
    .pk('id')
    .sk('n')
    .fields({ tags: t.set(t.string()) })
  const read = (tags: unknown) =>
    connect({
      table: 'table',
      client: { request: async () => ({ Item: { PK: { S: 'I#1#Odd' }, SK: { S: 'N#2' }, tags } }) as never }
    }).get(Odd, { id: '1', n: '2' })
  assert.match((await errorFrom(async () => await read({ L: [{ S: 'a' }, { S: 'a' }, null] }))).message, 'tags[2]')
  assert.match((await errorFrom(async () => await read({ SS: 'x' }))).message, 'a set was expected')
})

test.run()
