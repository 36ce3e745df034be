import { connect, ifMissing, model, plus, t } from 'keystorm'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import * as z from 'zod'
import { errorFrom } from '../support/errors.ts'

const User = model('User')
  .pk('id')
  .sk('kind')
  .fields({
    name: z.string().min(2).toUpperCase(),
    visits: z.number(),
    late: z.string().refine(async value => value !== 'bad'),
    data: t.json().optional()
  })
const Plain = model('Plain')
  .pk('id')
  .sk('kind')
  .fields({ name: z.string().min(2).toUpperCase(), visits: z.number() })
const db = connect({ table: 'table' })
const key = { id: 'i', kind: 'k' }

test('a value that a schema refuses has one issue, and no other', async () => {
  const error = await errorFrom(() => db.update(Plain, key).set({ name: 'x' }).compile())
  assert.match(error.message, /^Plain: nothing was sent, because name: [^;]*\.$/)
})

test('ifMissing() and eq() go through the schema, sums need not', async () => {
  const compiled = db
    .update(Plain, key)
    .set({ name: ifMissing('ann'), visits: plus(1) })
    .compile()
  assert.equal(Object.values(compiled.ExpressionAttributeValues ?? {}), [{ S: 'ANN' }, { N: '0' }, { N: '1' }])
  assert.match(
    (
      await errorFrom(() =>
        db
          .update(Plain, key)
          .set({ name: ifMissing('x') })
          .compile()
      )
    ).message,
    /name: /
  )
})

test('compile() of an asynchronous schema is refused, and what it abandons ends in silence', async () => {
  const rejections: unknown[] = []
  const note = (reason: unknown): void => {
    rejections.push(reason)
  }
  process.on('unhandledRejection', note)
  const item = { ...key, name: 'x', visits: 1, late: 'bad' }
  assert.match((await errorFrom(() => db.put(User, item).compile())).message, /await the builder instead/)
  assert.match(
    (await errorFrom(() => db.update(User, key).set({ late: 'bad' }).compile())).message,
    /await the builder/
  )
  await new Promise(resolve => setTimeout(resolve, 50))
  process.off('unhandledRejection', note)
  assert.equal(rejections, [])
})

test('null in an optional document is null when it is read', () => {
  const Doc = model('Doc').pk('id').sk('kind').fields({ data: t.json().optional(), any: t.type<null>().optional() })
  const stored = Doc['~definition'].encode({ ...key, data: null, any: null })
  assert.equal(Doc['~definition'].decode(stored), { ...key, data: null, any: null })
})

test.run()
