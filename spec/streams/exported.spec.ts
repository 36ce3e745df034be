/** Lines of exports to S3, full and incremental, as AWS's page on their format shows them. */
import { Readable } from 'node:stream'
import { createGunzip, gzipSync } from 'node:zlib'
import { layout, models } from 'keystorm'
import { type ExportView, fromExport, type InvalidChange, InvalidEvent, type Pieces } from 'keystorm/streams'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { errorFrom } from '../support/errors.ts'
import { after, app, before, KEYS, key, NEW, OLD } from './records.ts'

const all = async (source: Pieces, view?: ExportView) => {
  const found: unknown[][] = []
  for await (const { model, kind, key, before, after, sequence, at } of fromExport(app, source, { view }))
    found.push([model, kind, key, before, after, sequence, at?.toISOString()])
  return found
}

const full = (...items: object[]) => items.map(Item => JSON.stringify({ Item }))
const line = (images: object, Keys: object = KEYS) =>
  JSON.stringify({ Metadata: { WriteTimestampMicros: { N: '1680109764000123' } }, Keys, ...images })
const time = ['1680109764000123', '2023-03-29T17:09:24.000Z']

test('each item of a full export was created', async () => {
  const stranger = { PK: { S: 'x' }, SK: { S: 'y' }, more: { B: 'AP8B' } }
  assert.equal(await all(full(OLD, NEW, stranger)), [
    ['Order', 'created', key, undefined, before, '0', undefined],
    ['Order', 'created', key, undefined, after, '0', undefined],
    [undefined, 'created', { PK: { S: 'x' }, SK: { S: 'y' } }, undefined, stranger, '0', undefined]
  ])
})

test('what an incremental export says of an item depends on its images', async () => {
  const lines = [line({ NewImage: NEW }), line({ OldImage: OLD, NewImage: NEW }), line({ OldImage: OLD })]
  assert.equal(await all(lines), [
    ['Order', 'created', key, undefined, after, ...time],
    ['Order', 'modified', key, before, after, ...time],
    ['Order', 'removed', key, before, undefined, ...time]
  ])
  assert.equal(await all([line({ NewImage: NEW }), line({})], 'NEW_IMAGE'), [
    ['Order', 'modified', key, undefined, after, ...time],
    ['Order', 'removed', key, undefined, undefined, ...time]
  ])
  const error = await errorFrom(() => all([line({})]))
  assert.match(error.message, /Line 1 of the export has no OldImage; .*'NEW_IMAGE'/)
})

test('a file is read as lines, as bytes cut anywhere, and out of a zipped one', async () => {
  const text = `${[...full(OLD, { ...NEW, user: { S: 'änn🍌' } }), '', line({ NewImage: NEW })].join('\r\n')}\n`
  const bytes = Buffer.from(text)
  const expected = await all(text)
  assert.is(expected.length, 3)
  for (const size of [1, 7, 64, 10_000]) {
    const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
      bytes.subarray(i * size, (i + 1) * size)
    )
    assert.equal(await all(pieces), expected, `${size}`)
    assert.equal(await all(Readable.from(pieces)), expected, `${size}`)
  }
  const zipped = gzipSync(bytes)
  assert.equal(await all(Readable.from([zipped]).pipe(createGunzip())), expected)
  assert.equal(await all(new Blob([bytes]).stream()), expected)
  for (const nothing of [[], '', '\n\n', Readable.from([])]) assert.equal(await all(nothing), [])
  const error = await errorFrom(() => all([zipped]))
  assert.instance(error, InvalidEvent)
  assert.match(
    error.message,
    /The export is no text in UTF-8; pipe what is gzipped through createGunzip\(\) of node:zlib/
  )
})

/** Lines that are none, and what is said of them. */
const broken: readonly [what: string, text: string, problem: string][] = [
  ['is cut off', line({ NewImage: NEW }).slice(0, -5), 'is no JSON of an item or a change'],
  ['is of Ion', '$ion_1_0 {Item:{PK:"x"}}', 'is no JSON of an item or a change'],
  ['is a text', '"x"', 'is no JSON of an item or a change'],
  ['says nothing', '{}', 'has neither an Item nor Keys'],
  ['has a list for an item', '{"Item":[]}', 'has a member Item that is no row, but a list'],
  ['has no keys', line({ NewImage: NEW }, {}), 'has neither an Item nor Keys'],
  ['has no time', JSON.stringify({ Keys: KEYS, NewImage: NEW }), 'has no time in its Metadata, but nothing']
]

for (const [what, text, problem] of broken)
  test(`a line that ${what} is told with its number, and the others are read`, async () => {
    const lines = [...full(OLD), text, ...full(NEW)]
    const loop = fromExport(app, lines)
    assert.is((await loop.next()).value?.model, 'Order')
    const error = await errorFrom(() => loop.next())
    assert.instance(error, InvalidEvent)
    assert.is(error.message, `Line 2 of the export ${problem}.`)
    const told: InvalidChange[] = []
    let count = 0
    for await (const _ of fromExport(app, lines, { invalid: invalid => told.push(invalid) })) count++
    assert.is(count, 2)
    assert.equal(
      told.map(({ error, record }) => [error.message, record]),
      [[error.message, text]]
    )
  })

test('a file may be given as a whole, as text or as bytes', async () => {
  const text = full(OLD, NEW).join('\n')
  assert.equal(await all(text), await all(full(OLD, NEW)))
  assert.equal(await all(Buffer.from(text)), await all(full(OLD, NEW)))
})

test('an export has both images or the new ones, and no other view', async () => {
  // @ts-expect-error a view of streams
  const error = await errorFrom(() => fromExport(app, [line({})], { view: 'KEYS_ONLY' }))
  assert.is(error.message, 'fromExport(): view must be one of NEW_AND_OLD_IMAGES, NEW_IMAGE.')
  const cut = await errorFrom(() => all([line({})]))
  assert.is(
    cut.message,
    "Line 1 of the export has no OldImage; if the export has new images alone, say so: { view: 'NEW_IMAGE' }."
  )
})

test('an item that does not fit is told with what its line says', async () => {
  const told: InvalidChange[] = []
  const misfit = { ...NEW, total: { S: 'much' } }
  for await (const _ of fromExport(app, full(misfit), { invalid: invalid => told.push(invalid) })) assert.unreachable()
  assert.is(told[0]?.error.code, 'UndecodableItem')
  assert.equal(told[0]?.change?.after, misfit)
})

test('a table without a sort key', async () => {
  const things = layout({ pk: 'pk' })
  const Thing = things.model('Thing').pk('id')
  const found: unknown[] = []
  for await (const { key } of fromExport(models({ Thing }), full({ pk: { S: 'I#1#Thing' } }))) found.push(key)
  assert.equal(found, [{ id: '1' }])
})

test('what is no file is refused', async () => {
  const error = await errorFrom(() => all([1] as never))
  assert.match(error.message, /The export must be given as lines or bytes, but has 1/)
})

test.run()
