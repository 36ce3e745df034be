/** What copyOf() and deleteFrom() must not make of an item: one that cannot be read any more. */
import { addTo, connect, copyOf, deleteFrom, model, t } from 'keystorm'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import * as z from 'zod'
import { type AnyUpdate, textOf } from '../support/any-update.ts'
import { errorFrom } from '../support/errors.ts'

const name = z.string().min(2)
const point = t.map({ x: t.int(), label: t.string().optional() })
const fields = {
  text: t.string(),
  maybe: t.string().optional(),
  nothing: t.string().nullable(),
  size: t.oneOf('S', 'M', 'L'),
  small: t.oneOf('S', 'M'),
  int: t.int(),
  number: t.number(),
  big: t.bigint(),
  flag: t.boolean(),
  at: t.date(),
  epoch: t.epoch(),
  bytes: t.binary(),
  words: t.list(t.string()),
  sizes: t.list(t.oneOf('S', 'M')),
  tags: t.set(t.string()),
  codes: t.set(t.int()),
  spare: t.set(t.string()).optional(),
  point,
  place: t.map({ x: t.number(), note: t.string().default('none') }),
  loose: t.map({ x: t.int().optional() }),
  stock: t.record(t.int()),
  rates: t.record(t.number()),
  json: t.json(),
  any: t.type<unknown>(),
  name,
  alias: name,
  other: z.string(),
  ttl: t.ttl(),
  version: t.version(),
  created: t.createdAt()
}
const Doc = model('Doc').pk('id').sk('rev').fields(fields)
/** What the key tells is not looked up, and a row without a version has version 0. */
const FROM: Record<string, string> = { id: '"i"', rev: '"r"', version: 'if_not_exists(version, "0")' }
const update = connect({ table: 'table' }).update(Doc, { id: 'i', rev: 'r' }) as unknown as AnyUpdate

/** What may be copied into each attribute; all else is refused. */
const TAKES: Record<string, readonly string[]> = {
  text: ['text', 'maybe', 'size', 'small', 'at', 'created', 'id', 'rev'],
  nothing: ['text', 'maybe', 'nothing', 'size', 'small', 'at', 'created', 'id', 'rev'],
  size: ['size', 'small'],
  small: ['small'],
  int: ['int', 'version'],
  number: ['int', 'number', 'epoch', 'ttl', 'version'],
  big: ['int', 'big', 'version'],
  flag: ['flag'],
  at: ['at', 'created'],
  epoch: ['epoch', 'ttl'],
  ttl: ['epoch', 'ttl'],
  bytes: ['bytes'],
  words: ['words', 'sizes'],
  sizes: ['sizes'],
  tags: ['tags', 'spare'],
  codes: ['codes'],
  point: ['point'],
  place: ['point', 'place'],
  loose: ['point', 'loose'],
  stock: ['stock'],
  rates: ['stock', 'rates'],
  name: ['name', 'alias'],
  other: ['other'],
  any: ['id', 'rev', ...Object.keys(fields)]
}

test('copyOf() copies only what the attribute can be read from, whatever it is', async () => {
  let copied = 0
  for (const [target, sources] of Object.entries(TAKES))
    for (const source of ['id', 'rev', ...Object.keys(fields)]) {
      const change = update.set({ [target]: copyOf(source) })
      if (sources.includes(source)) {
        assert.ok(textOf(change).startsWith(`SET ${target} = ${FROM[source] ?? source}`), `${target} from ${source}`)
        copied++
        continue
      }
      const { message } = await errorFrom(() => change.compile())
      assert.ok(message.includes(`because ${target}: cannot be copyOf('${source}'),`), `${target}: ${message}`)
    }
  assert.ok(copied > 80)
})

test('deleteFrom() is for sets that may be absent, since DynamoDB removes what becomes empty', async () => {
  const { message } = await errorFrom(() => update.set({ tags: deleteFrom('x') }).compile())
  assert.match(message, /because tags: is not optional, but deleteFrom\(\) may empty it/)
  assert.ok(textOf(update.set({ spare: deleteFrom('x') })).endsWith('DELETE spare ["x"]'))
  assert.ok(textOf(update.set({ tags: addTo('x') })).endsWith('ADD tags ["x"]'))
  const typed = connect().update(Doc, { id: 'i', rev: 'r' })
  typed.set({ spare: deleteFrom('x') })
  // @ts-expect-error tags must be there
  typed.set({ tags: deleteFrom('x') })
})

test.run()
