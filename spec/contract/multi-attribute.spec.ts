/** Indexes whose keys are made of several attributes. */
import { setImmediate as soon } from 'node:timers/promises'
import {
  between,
  gt,
  gte,
  InvalidCursor,
  InvalidItem,
  InvalidModel,
  InvalidRequest,
  layout,
  lt,
  lte,
  number,
  t
} from 'keystorm'
import { localTable } from 'keystorm/testing'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { definitionIn } from '../../lib/schema/definition.ts'
import { lacksMultiAttributeKeys } from '../support/engine.ts'
import { errorFrom } from '../support/errors.ts'
import { evaluate } from '../support/evaluate.ts'
import { inWords, writeRows } from '../support/laws.ts'

const maybe = (await lacksMultiAttributeKeys()) ? test.skip : test

const app = layout({
  pk: 'pk',
  indexes: {
    byPlace: { pk: ['country', 'city'], sk: ['kind', number('stars'), 'opened'] },
    byKind: { pk: ['kind', 'country'], sk: 'city' }
  }
})
const Place = app.model('Place').pk('id').index('byPlace').index('byKind').fields({
  country: t.string().optional(),
  city: t.string(),
  kind: t.string(),
  stars: t.int().optional(),
  opened: t.date()
})
const Sight = app
  .model('Sight')
  .pk('id')
  .index('byPlace')
  .fields({ country: t.string(), city: t.string(), kind: t.string(), stars: t.int(), opened: t.date() })

const day = (n: number) => new Date(Date.UTC(2026, 0, n))
const places = Array.from({ length: 48 }, (_, n) => ({
  id: `p${n}`,
  ...(n % 7 !== 0 && { country: n % 2 === 0 ? 'F' : 'FR' }),
  city: n % 3 === 0 ? 'Paris' : 'P',
  kind: n % 4 < 2 ? 'bar' : 'ba',
  ...(n % 5 !== 0 && { stars: (n % 4) * 6 - 6 }), // -6, 0, 6, 12: text would sort these otherwise
  opened: day(n % 6)
}))
type Place = (typeof places)[number]
const isIn = ({ country, stars }: Place): boolean => country !== undefined && stars !== undefined

const WHERES = [
  {},
  { kind: 'bar' },
  ...[lt('bar'), lte('ba'), gt('ba'), gte('bar'), between('b', 'ba')].map(kind => ({ kind })),
  { kind: 'bar', stars: 0 },
  ...[lt(0), lte(6), gt(0), gte(6), gt(-6), between(-1, 6)].map(stars => ({ kind: 'bar', stars })),
  { kind: 'bar', stars: 0, opened: day(5) },
  ...[lt(day(3)), gte(day(3)), between(day(1), day(4))].map(opened => ({ kind: 'bar', stars: -6, opened }))
]

interface Page {
  readonly items: readonly Place[]
  readonly cursor: string | undefined
  readonly previous: string | undefined
}

/** A query as a program without types sees it. */
interface General extends PromiseLike<Place[]> {
  reverse(): General
  limit(items: number): General
  pageSize(items: number): General
  startingAfter(item: object): General
  count(): Promise<number>
  page(cursor?: string): Promise<Page>
}

const compare = (a: Place, b: Place): number =>
  Buffer.compare(Buffer.from(a.kind), Buffer.from(b.kind)) ||
  (a.stars ?? 0) - (b.stars ?? 0) ||
  a.opened.getTime() - b.opened.getTime()

const sortText = ({ kind, stars, opened }: Place): string => inWords({ kind, stars, opened })

/** The items of all pages, from the first to the last one and back, which must be the same. */
const pagesOf = async (query: General): Promise<readonly Place[]> => {
  let page = await query.page()
  const there = [...page.items]
  while (page.cursor !== undefined) {
    page = await query.page(page.cursor)
    there.push(...page.items)
  }
  const back = [...page.items]
  while (page.previous !== undefined) {
    page = await query.page(page.previous)
    back.unshift(...page.items)
  }
  assert.equal(back, there)
  return there
}

maybe(
  'where() on any part of the sort key gives what an evaluator gives, in the order of values, in pages both ways',
  () =>
    localTable(app, async place => {
      await writeRows(
        place,
        places.map(one => definitionIn(Place).encode(one)),
        ['pk']
      )
      let found = 0
      for (const country of ['F', 'FR'])
        for (const city of ['P', 'Paris'])
          for (const [i, sort] of WHERES.entries()) {
            const where = { country, city, ...sort }
            const said = inWords(where)
            const expected = places.filter(one => isIn(one) && evaluate([where], one)).sort(compare)
            const forth = place.db.query(Place).where(where as { country: string; city: string }) as unknown as General
            const query = (forth as unknown as { on(index: string): General }).on('byPlace')
            for (const read of [query, query.reverse()]) {
              const all = await read
              found += all.length
              const order = read === query ? all : [...all].reverse()
              assert.equal(order.map(sortText), expected.map(sortText), said)
              assert.equal(new Set(all.map(({ id }) => id)), new Set(expected.map(({ id }) => id)), said)
              assert.equal(await pagesOf(read.pageSize((i % 3) + 1)), all, said)
              assert.equal(await read.limit(2), all.slice(0, 2), said)
              const [first] = all
              if (first) assert.equal(await read.startingAfter(first), all.slice(1), said)
            }
            assert.is(await query.count(), expected.length, said)
            await soon()
          }
      assert.ok(found > 200, `${found} items were found`)
      const scanned = await place.db.scan(Place).on('byPlace')
      assert.equal(scanned.length, places.filter(isIn).length)
    })
)

maybe('a cursor of such an index is refused by other queries', () =>
  localTable(app, async place => {
    await writeRows(
      place,
      places.map(one => definitionIn(Place).encode(one)),
      ['pk']
    )
    const { db } = place
    const query = db.query(Place).where({ country: 'FR', city: 'P' }).on('byPlace').pageSize(2)
    const { cursor } = await query.page()
    assert.ok(cursor)
    const others = [
      db.query(Place).where({ country: 'F', city: 'P' }).on('byPlace'),
      db.query(Place).where({ country: 'FR', city: 'P', kind: 'bar' }).on('byPlace'),
      db.query(Place).where({ kind: 'FR', country: 'P' }).on('byKind'),
      query.reverse()
    ]
    for (const other of others) assert.instance(await errorFrom(() => other.page(cursor)), InvalidCursor)
    const after = { country: 'FR', city: 'P', kind: 'ba', stars: 0, opened: day(1), id: 'p1' }
    const bars = db
      .query(Place)
      .where({ country: 'FR', city: 'P', kind: 'bar', stars: gt(-9) })
      .on('byPlace')
    const outside = await errorFrom(async () => await bars.startingAfter(after))
    assert.instance(outside, InvalidRequest)
  })
)

maybe('an update moves an item within the index, out of it and into it again', () =>
  localTable(app, async ({ db }) => {
    const bar = { id: '1', country: 'F', city: 'Paris', kind: 'bar', stars: 3, opened: day(1) }
    await db.create(Place, bar)
    const at = async (country: string, city: string) =>
      (await db.query(Place).where({ country, city }).on('byPlace')).map(({ stars }) => stars)
    assert.equal([await at('F', 'Paris'), await at('F', 'Nice')], [[3], []])
    await db.update(Place, bar).set({ city: 'Nice' })
    assert.equal([await at('F', 'Paris'), await at('F', 'Nice')], [[], [3]])
    await db.update(Place, bar).set({ stars: 5 })
    assert.equal(await at('F', 'Nice'), [5])
    await db.update(Place, bar).remove('stars')
    assert.equal(await at('F', 'Nice'), [])
    await db.update(Place, bar).set({ stars: 1 }).remove('country')
    assert.equal(await at('F', 'Nice'), [])
    await db.update(Place, bar).set({ country: 'F' })
    assert.equal(await at('F', 'Nice'), [1])
    await db.delete(Place, bar)
    assert.equal(await at('F', 'Nice'), [])
  })
)

maybe('models share such an index, each with its own items', () =>
  localTable(app, async place => {
    const { db } = place
    const one = { id: '1', country: 'F', city: 'Paris', kind: 'bar', opened: day(1) }
    for (const stars of [1, 3, 5]) await db.put(Place, { ...one, id: `${stars}`, stars })
    for (const stars of [2, 4]) await db.put(Sight, { ...one, id: `${stars}`, stars })
    const read = db
      .query(Place, Sight)
      .where({ country: 'F', city: 'Paris', kind: 'bar', stars: gt(1) })
      .on('byPlace')
    const stars: number[] = []
    for await (const { model, item } of read) {
      stars.push(item.stars ?? 0)
      assert.is(model, (item.stars ?? 0) % 2 === 0 ? 'Sight' : 'Place')
    }
    assert.equal(stars, [2, 3, 4, 5])
  })
)

test('half a partition, a gap, and what no index can be made of are refused', async () => {
  await localTable(async ({ db }) => {
    const lacking = await errorFrom(async () => {
      // @ts-expect-error "Place: where() lacks city, a part of country"
      await db.query(Place).where({ country: 'F' }).on('byPlace')
    })
    assert.match(lacking.message, /^Place: where\(\) lacks city, a part of country or city/)
    const gap = await errorFrom(async () => {
      // @ts-expect-error "Place: where() gives stars but not kind, which stands before it"
      await db.query(Place).where({ country: 'F', city: 'P', stars: 3 }).on('byPlace')
    })
    assert.match(gap.message, /gives stars but not kind, which stands before it in kind or stars or opened/)
    const range = await errorFrom(async () => {
      // @ts-expect-error "Place: where() gives a range of city"
      await db
        .query(Place)
        .where({ country: 'F', city: gt('P') })
        .on('byPlace')
    })
    assert.match(range.message, /gives a range of city, a part of country or city, which needs one value/)
    const empty = await errorFrom(() => db.put(Place, { id: '1', country: '', city: 'P', kind: 'k', opened: day(1) }))
    assert.instance(empty, InvalidItem)
    assert.match(empty.message, /is a key of an index, so it must be a text that is not empty, or absent/)
  })
  const given = () =>
    app
      .model('Odd')
      .pk('id')
      .index('byPlace', { pk: ['country', 'city'] })
  assert.throws(
    given,
    (error: Error) => error instanceof InvalidModel && /made of several attributes/.test(error.message)
  )
})

test('a query of such an index is explained by its attributes', () =>
  localTable(async ({ db }) => {
    const query = db
      .query(Place)
      .where({ country: 'F', city: 'P', kind: 'bar', stars: between(1, 3) })
      .on('byPlace')
    const said = query.limit(5).explain()
    assert.is(said.index, 'byPlace')
    assert.equal(said.key, ['country = "F"', 'city = "P"', 'kind = "bar"', 'stars between 1 and 3'])
    assert.is(said.bounds, 'country = "F" AND city = "P" AND kind = "bar" AND stars BETWEEN 1 AND 3')
    assert.not.ok(said.warnings.some(warning => /wider/.test(warning)))
  }))

test.run()
