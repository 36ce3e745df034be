/** What reads of every kind give of rows that others have written: NULL, absent attributes, numbers that are too great. */
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { model, plus, t, UndecodableItem } from 'keystorm'
import { type LocalTable, localTable } from 'keystorm/testing'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { z } from 'zod'
import { definitionIn } from '../../lib/schema/definition.ts'
import { lacks } from '../support/engine.ts'
import { errorFrom } from '../support/errors.ts'
import { writeRows } from '../support/laws.ts'

const day = t.map({ day: t.int().default(5), note: t.string().optional() })
const Row = model('Row')
  .pk('id')
  .sk('kind')
  .gsi1('kind')
  .fields({
    optional: t.string().optional(),
    fallback: t.bigint().default(7),
    both: t.string().optional().default('both'),
    nullable: t.string().nullable().optional(),
    nullOr: t.string().nullable().default('or'),
    map: day.default({}),
    list: t.list(day).default([{}]),
    schema: z.string().optional(),
    nothing: z.string().nullish(),
    version: t.version(),
    gone: t.ttl()
  })
const NULL = { NULL: true } as const
const key = { id: 'a', kind: 'k' }
const rowOf = (id: string, attributes: Readonly<Record<string, AttributeValue>>) => ({
  PK: { S: `I#${id}#Row` },
  SK: { S: 'K#k' },
  GSI1PK: { S: 'K#k#Row' },
  id: { S: id },
  kind: { S: 'k' },
  ...attributes
})

const names = definitionIn(Row).attributes.names.filter(name => name !== 'id' && name !== 'kind')
const rows: readonly [row: Readonly<Record<string, AttributeValue>>, item: object][] = [
  [rowOf('absent', {}), { fallback: 7n, both: 'both', nullOr: 'or', map: { day: 5 }, list: [{ day: 5 }], version: 0 }],
  [
    rowOf('null', Object.fromEntries(names.map(name => [name, NULL]))),
    {
      fallback: 7n,
      both: 'both',
      nullable: null,
      nullOr: null,
      map: { day: 5 },
      list: [{ day: 5 }],
      nothing: null,
      version: 0
    }
  ],
  [
    rowOf('inside', { map: { M: { day: NULL, note: NULL } }, list: { L: [{ M: { day: NULL } }, { M: {} }] } }),
    { fallback: 7n, both: 'both', nullOr: 'or', map: { day: 5 }, list: [{ day: 5 }, { day: 5 }], version: 0 }
  ]
]

test('NULL reads as absent but where null may be, and defaults as they would be stored, by every read', () =>
  localTable(async place => {
    await writeRows(
      place,
      rows.map(([row]) => row)
    )
    const { db } = place
    const items = rows.map(([row, item]) => ({ id: row.id?.S, kind: 'k', ...item }))
    const byId = (list: readonly { id: string }[]) => [...list].sort((a, b) => (a.id < b.id ? -1 : 1))
    const sorted = byId(items as { id: string }[])
    const keys = items.map(({ id = '' }) => ({ id, kind: 'k' }))
    for (const [i, key] of keys.entries()) {
      assert.equal(await db.get(Row, key), items[i])
      assert.equal(await db.get(Row, key).only('map', 'both'), { map: { day: 5 }, both: 'both' })
      assert.equal(await db.query(Row).where({ id: key.id }), [items[i]])
    }
    assert.equal(byId(await db.query(Row).where({ kind: 'k' }).onGsi1()), sorted)
    assert.equal(byId(await db.scan(Row)), sorted)
    assert.equal(byId((await db.batchGet(keys.map(key => db.get(Row, key)))) as { id: string }[]), sorted)
    if (!lacks('transactions'))
      assert.equal(byId((await db.transact(...keys.map(key => db.get(Row, key)))) as { id: string }[]), sorted)
    for (const key of keys) assert.ok(await db.delete(Row, key).returning('old'))
  }))

test('what was read can be put back, and is read again as it was', () =>
  localTable(async place => {
    await writeRows(
      place,
      rows.slice(0, 1).map(([row]) => row)
    )
    const { db } = place
    const { version: _, ...item } = await db.get(Row, { ...key, id: 'absent' }).orThrow()
    const written = await db.put(Row, item)
    assert.equal(await db.get(Row, { ...key, id: 'absent' }), written)
    assert.equal(written, { ...item, version: 1 })
  }))

const Counter = model('Counter').pk('site').sk('page').fields({ hits: t.int() })
const Big = model('Counter').pk('site').sk('page').fields({ hits: t.bigint() })
const counted = async ({ db }: LocalTable) => {
  for (const [page, hits] of [
    ['a', 1n],
    ['b', 2n ** 53n + 4n],
    ['c', 2n ** 63n],
    ['d', 2n ** 53n + 1n],
    ['e', 10n ** 37n + 1n]
  ] as const)
    await db.put(Big, { site: 's', page, hits })
}

test('integers beyond 2^53 are read where they are exact; the others say what to do, and do not end a query that goes on', () =>
  localTable(async place => {
    const { db } = place
    await counted(place)
    const at = (page: string) => ({ site: 's', page })
    assert.is((await db.get(Counter, at('b')))?.hits, 2 ** 53 + 4)
    assert.is((await db.get(Counter, at('c')))?.hits, 2 ** 63)
    for (const page of ['d', 'e']) {
      const error = await errorFrom(() => db.get(Counter, at(page)))
      assert.instance(error, UndecodableItem)
      assert.match(
        error.message,
        /hits: the stored number \d+ has more digits .* declare the attribute as t\.bigint\(\), or set it anew/
      )
    }
    const skipped: string[] = []
    const query = db.query(Counter).where({ site: 's' })
    assert.instance(await errorFrom(() => query), UndecodableItem)
    const items = await query.skipInvalid(({ data }) => skipped.push(data.key.SK ?? ''))
    assert.equal(
      items.map(({ page }) => page),
      ['a', 'b', 'c']
    )
    assert.equal(skipped, ['P#d', 'P#e'])
    await db.update(Counter, at('d')).set({ hits: 3 })
    assert.is((await db.get(Counter, at('d')))?.hits, 3)
    await db.update(Counter, at('a')).set({ hits: plus(1) })
    assert.is((await db.get(Counter, at('a')))?.hits, 2)
    assert.is((await db.get(Big, at('e')))?.hits, 10n ** 37n + 1n)
  }))

test.run()
