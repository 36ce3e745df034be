/** Cortex's index of chunks: sort keys of bytes, whose parts a zero byte ends, read by their beginning and from a start on. */
import { beginsWith, binary, gte, InvalidKey, InvalidRequest, layout, models, t } from 'keystorm'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { designed } from '../support/designed.ts'
import { errorFrom } from '../support/errors.ts'

/** The tables of the index and those of the chunks themselves, one of each for a week. */
const week = layout({ pk: 'h', sk: binary('r') })

/** `h` is of the tenant, the day, the metric and perhaps a label; `c` the value of that label. */
const Entry = week.model('Entry').pk('h').sk('r').fields({ h: t.string(), r: t.binary(), c: t.binary().optional() })
/** A chunk has the same key, which must have some sort key. */
const Chunk = week.model('Chunk').pk('h').sk('r').fields({ h: t.string(), r: t.binary(), c: t.binary() })

const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'))
/** Until when, the name of the chunk, and the kind of entry. */
const range = (through: number, chunk: string, kind: string) =>
  bytes(`${through.toString(16).padStart(8, '0')}\0\0${chunk}\0${kind}\0`)
const from = (time: number) => bytes(`${time.toString(16).padStart(8, '0')}\0`)

const series = 'fake:d18000:http_requests'
const label = `${series}:instance`
const rows = [
  { h: series, r: range(0xff, 'chunk-1', '3') },
  { h: series, r: range(0x100, 'chunk-2', '3') },
  { h: label, r: range(0xff, 'chunk-1', '5'), c: bytes('host-a') },
  { h: label, r: range(0x100, 'chunk-2', '5'), c: bytes('host-\xff') },
  // Bytes that are no text: a prefix of them has no text behind it either.
  { h: 'odd', r: new Uint8Array([255]) },
  { h: 'odd', r: new Uint8Array([255, 255]) },
  { h: 'odd', r: new Uint8Array([255, 255, 0]) }
]

test('Cortex: what it stored is read, by each of its access patterns', () =>
  designed(week, async ({ db, put }) => {
    await put(...rows)
    const chunks = (entries: readonly { readonly r: Uint8Array }[]) =>
      entries.map(({ r }) => Buffer.from(r).toString('latin1').split('\0')[2])
    assert.equal(chunks(await db.query(Entry).where({ h: series })), ['chunk-1', 'chunk-2'])
    const later = db.query(Entry).where({ h: series, r: gte(from(0x100)) })
    assert.equal(chunks(await later), ['chunk-2'], 'from a start on')
    assert.match(String(later.explain()), 'r >= bytes "MDAwMDAxMDAA"')
    const first = db.query(Entry).where({ h: label, r: beginsWith(from(0xff)) })
    assert.equal(await first, [rows[2]], 'by a beginning')
    const byValue = db
      .query(Entry)
      .where({ h: label })
      .filter({ c: bytes('host-\xff') })
    assert.equal(await byValue, [rows[3]], 'by the value of the label')

    const odd = (start: number[]) => db.query(Entry).where({ h: 'odd', r: beginsWith(new Uint8Array(start)) })
    assert.equal(await odd([255, 255]), rows.slice(5))
    assert.equal(await odd([255]).reverse(), rows.slice(4).reverse())
    const pages = odd([255]).pageSize(1)
    const { items, cursor } = await pages.page()
    assert.equal([...items, ...(await pages.page(cursor)).items], rows.slice(4, 6), 'a cursor holds bytes, too')
    assert.equal(await odd([255]).startingAfter({ h: 'odd', r: new Uint8Array([255, 255]) }), rows.slice(6))
  }))

test('Cortex: what keystorm writes, it finds', () =>
  designed(week, async ({ db, get, find }) => {
    await db.batchWrite(rows.map(row => db.put(Entry, row)))
    assert.equal(await find('h = :h', { ':h': label }), rows.slice(2, 4), 'the same rows, to the byte')
    const ranged = await find('h = :h AND r >= :r', { ':h': series, ':r': from(0x100) })
    assert.equal(ranged, [rows[1]])
    const begun = await find('h = :h AND begins_with(r, :r)', { ':h': series, ':r': from(0xff) })
    assert.equal(begun, [rows[0]])

    const chunk = { h: 'fake/3a2b:ff:100:9c', r: bytes('c'), c: bytes('\0\x01\xff') }
    await db.put(Chunk, chunk)
    assert.equal(await get({ h: chunk.h, r: chunk.r }), chunk)
    const found = await db.batchGet(db.get(Chunk, chunk), db.get(Chunk, { ...chunk, h: 'none' }))
    assert.equal(found, [chunk, undefined])
    await db.delete(Entry, { h: series, r: range(0xff, 'chunk-1', '3') })
    assert.is(await db.query(Entry).where({ h: series }).count(), 1)
  }))

test('Cortex: keys of bytes are keys as others are', async () => {
  const event = { h: { S: 'fake' }, r: { B: 'AP8=' }, c: { B: 'YQ==' } }
  assert.equal(models({ Entry }).read(event)?.item, { h: 'fake', r: new Uint8Array([0, 255]), c: bytes('a') })
  assert.instance(await errorFrom(() => Entry.key({ h: 'fake', r: new Uint8Array() })), InvalidKey)
  await designed(week, async ({ db }) => {
    const twice = () =>
      db.batchWrite(db.put(Entry, { h: 'a', r: bytes('b') }), db.delete(Entry, { h: 'a', r: bytes('b') }))
    const error = await errorFrom(twice)
    assert.instance(error, InvalidRequest)
    assert.match(error.message, 'Entry, h "a", r "Yg==" is given twice')
  })
})

test.run()
