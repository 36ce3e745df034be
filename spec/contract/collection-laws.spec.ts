/** Queries of several models and scans, random ones, against an evaluator in memory. */
import fc from 'fast-check'
import { type AnyModel, type Db, gt, model, models, t } from 'keystorm'
import { localTable } from 'keystorm/testing'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { definitionIn, type StoredItem } from '../../lib/schema/definition.ts'
import { evaluate } from '../support/evaluate.ts'
import { compareBytes, inWords, samples, writeRows } from '../support/laws.ts'
import { rangeOf } from '../support/random-ranges.ts'
import { assertMany, runs } from '../support/runs.ts'

type Item = Readonly<Record<string, unknown>>

const fields = { n: t.int({ digits: 2 }), size: t.int(), note: t.string() }
const base = { p: t.string(), size: t.int(), note: t.string() }
const Order = model('Order').pk('p').suffix('Shop').sk('O#x').gsi1('g').fields(base)
const Line = model('Line').pk('p').suffix('Shop').sk('O#x', 'L#y').gsi1('g').fields(base)
const Part = model('Part').pk('p').suffix('Shop').sk('O#x', 'L#y', 'P#n').gsi1('g').fields(fields)
const Bill = model('Bill').pk('p').suffix('Shop').sk('O#x', 'B#n').gsi1('g').fields(fields)
const User = model('User').pk('p').suffix('Shop').sk('U#x').gsi1('g').fields(base)
const MODELS: readonly AnyModel[] = [Order, Line, Part, Bill, User]
const SK: Readonly<Record<string, readonly string[]>> = {
  Order: ['O#x'],
  Line: ['O#x', 'L#y'],
  Part: ['O#x', 'L#y', 'P#n'],
  Bill: ['O#x', 'B#n'],
  User: ['U#x']
}

const text = fc.array(fc.constantFrom(...' !#%aAb'), { minLength: 1, maxLength: 2 }).map(list => list.join(''))
const values: Readonly<Record<string, fc.Arbitrary<unknown>>> = { x: text, y: text, n: fc.integer({ min: -3, max: 3 }) }
const PARTITIONS = 5

interface Entry {
  readonly model: string
  readonly item: Item
  readonly row: StoredItem
}

const entry = fc
  .record(
    { at: fc.nat(MODELS.length - 1), p: fc.nat(PARTITIONS - 1), ...values, size: fc.nat(4) },
    { noNullPrototype: true }
  )
  .map(({ at, p, size, ...all }): Entry => {
    const definition = definitionIn(MODELS[at] as AnyModel)
    const names = definition.table.sk.flatMap(key => key.attributes)
    const given = Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name)))
    const item = { p: `p${p}`, g: `p${p}`, size, note: 'n', ...given }
    const row = definition.encode(item)
    return { model: definition.name, item: definition.decode(row), row }
  })

const sortKey = ({ row }: Entry): string => row.SK?.S ?? ''
const entries = [...new Map(samples(entry, 160).map(one => [`${one.row.PK?.S} ${sortKey(one)}`, one])).values()].sort(
  (a, b) => compareBytes(sortKey(a), sortKey(b))
)
const strangers = ['O#', 'O$', 'O#a#', 'O#a#X#a', 'U', '!'].map(SK => ({ PK: { S: 'P#p0#Shop' }, SK: { S: SK } }))

/** The attributes at the beginning of the sort key that some models have in common. */
const sharedOf = (names: readonly string[]): string[] => {
  const [first = [], ...others] = names.map(name => SK[name] ?? [])
  const length = first.findIndex((part, i) => others.some(other => other[i] !== part))
  return first.slice(0, length < 0 ? first.length : length).map(part => part.slice(2))
}

const chosen = fc.shuffledSubarray([...MODELS], { minLength: 2 }).map(list => list.map(one => definitionIn(one).name))

const question = chosen.chain(names => {
  const shared = sharedOf(names)
  return fc
    .record({
      p: fc.nat(PARTITIONS - 1),
      depth: fc.nat(shared.length),
      like: fc.nat(entries.length - 1),
      isRange: fc.boolean(),
      onIndex: fc.boolean(),
      reverse: fc.boolean(),
      above: fc.option(fc.nat(3)),
      limit: fc.option(fc.integer({ min: 1, max: 5 })),
      only: fc.boolean()
    })
    .chain(asked => {
      const inPartition = entries.filter(({ item }) => item.p === `p${asked.p}`)
      const like = inPartition[asked.like % Math.max(1, inPartition.length)]?.item ?? {}
      const equal = Object.fromEntries(
        shared.slice(0, asked.depth).flatMap(name => (like[name] === undefined ? [] : [[name, like[name]]]))
      )
      const last = Object.keys(equal).at(-1)
      const of = last ? fc.oneof(values[last] as fc.Arbitrary<unknown>, fc.constant(like[last])) : text
      const range =
        asked.isRange && last ? rangeOf(of, last !== 'n').map(range => ({ [last]: range })) : fc.constant({})
      return range.map(range => ({ ...asked, names, sort: { ...equal, ...range } }))
    })
})

interface General extends AsyncIterable<{ model: string; item: Item }>, PromiseLike<unknown> {
  where(values: object): General
  onGsi1(): General
  filter(condition: object): General
  reverse(): General
  limit(items: number): General
  only(...names: string[]): General
  segments(count: number): General
  pageSize(items: number): General
  count(): Promise<number>
  page(cursor?: string): Promise<Page>
}

interface Page {
  items: unknown[]
  cursor: string | undefined
  previous: string | undefined
}

/** The pages from the first one on, each of which must be full but the last. */
const pagesOf = async (read: General, size: number, count: number, asked: string): Promise<Page[]> => {
  const pages = [await read.page()]
  for (let cursor = pages[0]?.cursor; cursor !== undefined && pages.length <= count; cursor = pages.at(-1)?.cursor)
    pages.push(await read.page(cursor))
  assert.is(pages.length, Math.max(1, Math.ceil(count / size)), asked)
  for (const { items } of pages.slice(0, -1)) assert.is(items.length, size, asked)
  return pages
}

const byName = (names: readonly string[]): AnyModel[] =>
  names.map(name => MODELS.find(one => definitionIn(one).name === name) as AnyModel)
const tagged = async (read: General) => {
  const all: { model: string; item: Item }[] = []
  for await (const one of read) all.push(one)
  return all
}
const shown = ({ model, item }: Entry, only: boolean) => ({
  model,
  item: only ? { size: item.size, note: item.note } : item
})

test('a query of several models finds what an evaluator finds, in the order of the keys', () =>
  localTable(async place => {
    await writeRows(place, [...strangers, ...entries.map(({ row }) => row)])
    let found = 0
    await fc.assert(
      fc.asyncProperty(question, fc.integer({ min: 4, max: 12 }), async (one, size) => {
        const { names, p, sort, onIndex, reverse, above, limit, only } = one
        const owner = `p${p}`
        const fitting = entries.filter(
          ({ model, item }) =>
            names.includes(model) &&
            evaluate([{ p: owner, ...sort }, ...(above === null ? [] : [{ size: gt(above) }])], item)
        )
        if (reverse) fitting.reverse()
        const [first, second, ...others] = byName(names) as [AnyModel, AnyModel, ...AnyModel[]]
        let query = place.db.query(first, second, ...others) as unknown as General
        query = query.where({ ...(onIndex ? { g: owner } : { p: owner }), ...sort })
        if (onIndex) query = query.onGsi1()
        if (reverse) query = query.reverse()
        if (above !== null) query = query.filter({ size: gt(above) })
        if (only) query = query.only('size', 'note')
        const asked = inWords({ names, owner, sort, onIndex, reverse, above, limit, only, size })
        const paged = query.pageSize(size)
        const pages = await pagesOf(paged, size, fitting.length, asked)
        assert.equal(
          pages.flatMap(({ items }) => items),
          fitting.map(one => shown(one, only)),
          asked
        )
        const [last, before] = [pages.at(-1), pages.at(-2)]
        assert.is(last?.previous === undefined, before === undefined, asked)
        if (last?.previous !== undefined) assert.equal((await paged.page(last.previous)).items, before?.items, asked)
        if (limit !== null) query = query.limit(limit)
        const expected = fitting.slice(0, limit ?? undefined)
        assert.equal(
          await tagged(query.pageSize(7)),
          expected.map(one => shown(one, only)),
          asked
        )
        assert.is(await query.count(), expected.length, asked)
        found += expected.length
      }),
      { numRuns: runs(500), includeErrorInReport: true }
    )
    assertMany(found > runs(500) / 3, `only ${found} items were found`)
  }))

const scans = fc.record({
  names: fc.shuffledSubarray(['Order', 'Line', 'Part', 'Bill', 'User'], { minLength: 1 }),
  above: fc.option(fc.nat(3)),
  limit: fc.option(fc.integer({ min: 1, max: 40 })),
  pageSize: fc.option(fc.integer({ min: 10, max: 60 })),
  segments: fc.option(fc.integer({ min: 1, max: 4 })),
  only: fc.boolean()
})

/** A set of all the models is scanned as the set, others as themselves. */
const scanOf = (db: Db, names: readonly string[]): General => {
  const [first, second, ...others] = byName(names) as [AnyModel, ...AnyModel[]]
  const scan: unknown =
    names.length === MODELS.length
      ? db.scan(models({ Order, Line, Part, Bill, User }))
      : second === undefined
        ? db.scan(first)
        : db.scan(first, second, ...others)
  return scan as General
}

test('a scan finds what an evaluator finds, in segments and pages of any size', () =>
  localTable(async place => {
    const few = entries.filter(({ item }) => item.p === 'p0' || item.p === 'p1')
    await writeRows(place, [...strangers, ...few.map(({ row }) => row)])
    await fc.assert(
      fc.asyncProperty(scans, async ({ names, above, limit, pageSize, segments, only }) => {
        const fitting = few
          .filter(
            ({ model, item }) => names.includes(model) && evaluate(above === null ? [] : [{ size: gt(above) }], item)
          )
          .map(one => shown(one, only))
          .map(one => JSON.stringify(names.length === 1 ? one.item : one))
        let scan = scanOf(place.db, names)
        if (above !== null) scan = scan.filter({ size: gt(above) })
        if (only) scan = scan.only('size', 'note')
        if (pageSize !== null) {
          scan = scan.pageSize(pageSize)
          const pages = await pagesOf(scan, pageSize, fitting.length, inWords({ names, above, pageSize }))
          const items = pages.flatMap(page => page.items).map(one => JSON.stringify(one))
          assert.equal(items.sort(), [...fitting].sort(), inWords({ names, above, pageSize }))
        }
        if (limit !== null) scan = scan.limit(limit)
        if (segments !== null) scan = scan.segments(segments)
        const given = (await tagged(scan)).map(one => JSON.stringify(one))
        const asked = inWords({ names, above, limit, pageSize, segments, only })
        assert.is(given.length, Math.min(fitting.length, limit ?? fitting.length), asked)
        if (limit === null) assert.equal([...given].sort(), [...fitting].sort(), asked)
        // Of many, each as often as it is there at most.
        const left = [...fitting]
        for (const one of given) {
          assert.ok(left.includes(one), `${asked}: ${one}`)
          left.splice(left.indexOf(one), 1)
        }
      }),
      { numRuns: runs(500), includeErrorInReport: true }
    )
  }))

test.run()
