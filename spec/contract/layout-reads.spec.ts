/** Laws of reads by any index of random models, against a plain filter. */
import fc from 'fast-check'
import { type Db, InvalidCursor } from 'keystorm'
import { localTable } from 'keystorm/testing'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { definitionIn, type StoredItem } from '../../lib/schema/definition.ts'
import { lacks } from '../support/engine.ts'
import { errorFrom } from '../support/errors.ts'
import { evaluate } from '../support/evaluate.ts'
import { inWords, writeRows } from '../support/laws.ts'
import {
  comparedBy,
  compareRows,
  isBound,
  isIn,
  keyOf,
  type Sample,
  samplesOf,
  type Way
} from '../support/random-indexes.ts'
import { modelOf, type Values } from '../support/random-layouts.ts'
import { rangeOf } from '../support/random-ranges.ts'
import { assertMany, runs } from '../support/runs.ts'

interface Page {
  readonly items: readonly Values[]
  readonly cursor: string | undefined
  readonly previous: string | undefined
}

/** A read as a program without types sees it. */
interface General extends PromiseLike<Values[]> {
  where(values: object): General
  on(index: string): General
  reverse(): General
  limit(items: number): General
  pageSize(items: number): General
  startingAfter(item: Values): General
  page(cursor?: string): Promise<Page>
  compile(): { readonly ExpressionAttributeValues?: StoredItem }
}

const queryOf = (db: Db, { draft }: Sample, { index }: Way, where: object): General => {
  const query = (db.query(modelOf(draft)) as unknown as General).where(where)
  return index === undefined ? query : query.on(index)
}

const TEXTS = ['p', 's', 'x', 'owner']

/** A way to read, equalities that some item meets, and perhaps a range of the next attribute. */
const questionOf = ({ ways, items, values }: Sample) =>
  fc
    .record({
      way: fc.constantFrom(...ways),
      other: fc.constantFrom(...ways),
      like: fc.constantFrom(...items),
      at: fc.nat(2),
      isRanged: fc.boolean(),
      reverse: fc.boolean(),
      size: fc.integer({ min: 1, max: 4 })
    })
    .chain(asked => {
      const { way, like } = asked
      const sort = way.sort.slice(0, asked.at % way.sort.length)
      const name = way.sort[sort.length] ?? ''
      const near = items.flatMap(item => (item[name] === undefined ? [] : [item[name]]))
      const any = fc.oneof(values[name] ?? fc.constant(0), fc.constantFrom(...near))
      const equal = Object.fromEntries([...way.partition, ...sort].map(name => [name, like[name]]))
      return rangeOf(any, TEXTS.includes(name)).map(range => ({
        ...asked,
        where: asked.isRanged ? { ...equal, [name]: range } : equal
      }))
    })
    .filter(({ way, like }) => isIn(way, like))

const sorted = ({ draft }: Sample, items: readonly Values[]): Values[] => {
  const byKey = items.map(item => [keyOf(draft, item), item] as const)
  return byKey.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item)
}

/** There are not so many items. */
const MAX_PAGES = 100

const pagesOf = async (
  query: General
): Promise<{ forward: Values[]; backward: Values[]; cursor: string | undefined }> => {
  const forward: Values[] = []
  let page = await query.page()
  const { cursor } = page
  forward.push(...page.items)
  for (let pages = 1; page.cursor !== undefined; pages++) {
    assert.ok(pages < MAX_PAGES, 'the pages have no end')
    page = await query.page(page.cursor)
    forward.push(...page.items)
  }
  const backward = [...page.items]
  for (let pages = 1; page.previous !== undefined; pages++) {
    assert.ok(pages < MAX_PAGES, 'the pages before have no end')
    page = await query.page(page.previous)
    backward.unshift(...page.items)
  }
  return { forward, backward, cursor }
}

const LAYOUTS = 10
let found = 0
for (const [i, sample] of samplesOf(LAYOUTS, 30).entries())
  test(`reads by any index give what a filter gives, in its order, in pages both ways: layout ${i}`, () =>
    localTable(sample.table.layout, async place => {
      const { draft, items, ways } = sample
      const definition = definitionIn(draft)
      const rows = new Map(items.map(item => [keyOf(draft, item), definition.encode(item)]))
      await writeRows(place, [...rows.values()], ['pk', 'sort key'])
      const { db } = place
      for (const way of ways) {
        const scan = db.scan(modelOf(draft)) as unknown as General
        const given = await (way.index === undefined ? scan : scan.on(way.index))
        assert.equal(
          sorted(sample, given),
          sorted(
            sample,
            items.filter(item => isIn(way, item))
          ),
          way.index
        )
      }
      await fc.assert(
        fc.asyncProperty(questionOf(sample), async ({ way, other, like, where, reverse, size }) => {
          const said = inWords({ way, where, reverse, size })
          const forth = queryOf(db, sample, way, where)
          const query = reverse ? forth.reverse() : forth
          const all = await query
          found += all.length
          const fits = (item: Values) => evaluate([comparedBy(way, where)], comparedBy(way, item))
          const expected = items.filter(item => isIn(way, item) && fits(item))
          assert.equal(sorted(sample, all), sorted(sample, expected), said)
          const rowOf = (item: Values) => rows.get(keyOf(draft, item)) ?? {}
          for (const [i, item] of all.slice(1).entries()) {
            const order = compareRows(rowOf(all[i] ?? {}), rowOf(item), way.sortKey)
            assert.ok(reverse ? order >= 0 : order <= 0, said)
          }
          if (all.some(item => isBound(query.compile(), rowOf(item), way.sortKey)) && lacks('startAtBound')) return
          assert.equal(await query.limit(size), all.slice(0, size), said)
          const { forward, backward, cursor } = await pagesOf(query.pageSize(size))
          assert.equal(forward, all, said)
          assert.equal(backward, all, said)
          const after = all[size - 1]
          if (after) assert.equal(await query.startingAfter(after), all.slice(size), said)
          if (cursor === undefined || other === way || !isIn(other, like)) return
          const elsewhere = Object.fromEntries(other.partition.map(name => [name, like[name]]))
          const error = await errorFrom(async () => await queryOf(db, sample, other, elsewhere).page(cursor))
          assert.instance(error, InvalidCursor, said)
        }),
        { numRuns: runs(20), includeErrorInReport: true }
      )
    }))

test('the queries found items', () => {
  assertMany(found > LAYOUTS * runs(20), `only ${found} items were found`)
})

test.run()
