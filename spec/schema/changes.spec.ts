import { addTo, append, connect, copyOf, ifMissing, minus, model, plus, prepend, t } from 'keystorm'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import * as z from 'zod'
import { definitionIn } from '../../lib/schema/definition.ts'
import { type AnyUpdate, textOf } from '../support/any-update.ts'
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

const Parts = model('Parts')
  .pk('id')
  .sk('kind')
  .fields({
    count: z.number().int().min(1),
    words: z.array(z.string().min(2).toUpperCase()),
    tags: z.set(z.string().min(2).trim()),
    box: z.object({ size: z.number() }),
    copy: z.string()
  })

test('what a change adds goes through the schema', async () => {
  const update = connect({ table: 'table' }).update(Parts, key) as unknown as AnyUpdate
  assert.is(textOf(update.set({ count: plus(2) })), 'SET count = if_not_exists(count, "0") + "2"')
  assert.is(
    textOf(update.set({ words: append('ab', 'cd') })),
    'SET words = list_append(if_not_exists(words, []), [{"S":"AB"},{"S":"CD"}])'
  )
  assert.is(textOf(update.set({ tags: addTo(' ab ') })), 'ADD tags ["ab"]')
  const refused: [change: object, message: RegExp][] = [
    [{ count: plus(0.5) }, /because count: .*int/],
    [{ count: minus(0) }, /because count: .*>=1/],
    [{ words: prepend('ab', 'c') }, /because words\[1\]: [^;]*\.$/],
    [{ words: append(1) }, /because words\[0\]: /],
    [{ tags: addTo('a') }, /because tags/],
    [{ copy: plus(1) }, /because copy: /],
    [{ copy: copyOf('id') }, /because copy: cannot be copyOf\('id'\)/],
    [{ 'box.size': plus(1) }, /because box\.size: is checked by a schema: set the whole attribute/]
  ]
  for (const [change, message] of refused)
    assert.match((await errorFrom(() => update.set(change).compile())).message, message)
})

test('ifMissing() and eq() go through the schema, and so does the amount of a sum', async () => {
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
  const stored = definitionIn(Doc).encode({ ...key, data: null, any: null })
  assert.equal(definitionIn(Doc).decode(stored), { ...key, data: null, any: null })
})

test.run()
