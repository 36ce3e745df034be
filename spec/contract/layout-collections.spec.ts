/** Laws of queries of several models, on the table and on any index of random layouts, against a plain filter. */
import fc from 'fast-check'
import { type Db, gt, IncompleteQuery, InvalidCursor, InvalidRequest, layout, text } from 'keystorm'
import { localTable } from 'keystorm/testing'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { definitionIn, type StoredItem } from '../../lib/schema/definition.ts'
import { lacks } from '../support/engine.ts'
import { errorFrom } from '../support/errors.ts'
import { evaluate } from '../support/evaluate.ts'
import { inWords, writeRows } from '../support/laws.ts'
import { type Collected, collectionsOf, type Keys, type Member, SORT_KEYS } from '../support/random-collections.ts'
import { compareRows, isBound } from '../support/random-indexes.ts'
import { modelOf, type Values } from '../support/random-layouts.ts'
import { rangeOf } from '../support/random-ranges.ts'
import { assertMany, runs } from '../support/runs.ts'

interface Tagged {
  readonly model: string
  readonly item: Values
}

interface Page {
  readonly items: readonly Tagged[]
  readonly cursor: string | undefined
  readonly previous: string | undefined
}

/** A read as a program without types sees it. */
interface General extends AsyncIterable<Tagged>, PromiseLike<Readonly<Record<string, readonly Values[]>>> {
  where(values: object): General
  on(index: string): General
  filter(condition: object): General
  reverse(): General
  limit(items: number): General
  pageSize(items: number): General
  startingAfter(after: Tagged): General
  count(): Promise<number>
  page(cursor?: string): Promise<Page>
  compile(): { readonly ExpressionAttributeValues?: StoredItem }
}

const keysOf = ({ ways }: Member, way: string): Keys => ways[way] as Keys // each model is in each index

const isIn = ({ partition, sort }: Keys, item: Values): boolean =>
  [...partition, ...sort].every(name => item[name] !== undefined)

interface Question {
  readonly way: string
  readonly asked: readonly Member[]
  readonly where: Values
  /** The places of the sort key that where() gives something for. */
  readonly places: readonly number[]
  readonly above: number | null
  readonly reverse: boolean
  readonly size: number
}

const questionOf = ({ members, pools, kindOf }: Collected): fc.Arbitrary<Question> =>
  fc
    .record({
      way: fc.constantFrom(...Object.keys(SORT_KEYS)),
      asked: fc.shuffledSubarray([...members], { minLength: 2 }),
      like: fc.nat(),
      depth: fc.integer({ min: 0, max: 3 }),
      isRanged: fc.boolean(),
      above: fc.option(fc.nat(2)),
      reverse: fc.boolean(),
      size: fc.integer({ min: 1, max: 4 })
    })
    .chain(({ like, depth, isRanged, ...question }) => {
      const { way, asked } = question
      const [first] = asked as [Member, ...Member[]]
      const keys = keysOf(first, way)
      const all = asked.flatMap(member =>
        member.items.filter(item => isIn(keysOf(member, way), item)).map(item => ({ item, keys: keysOf(member, way) }))
      )
      const found = all[like % Math.max(1, all.length)]
      const where: Record<string, unknown> = {}
      for (const [i, name] of keys.partition.entries()) where[name] = found?.item[found.keys.partition[i] ?? '']
      const free = keys.sort.map((name, i) => ({ name, i })).filter(({ name }) => !keys.partition.includes(name))
      const equal = free.slice(0, depth)
      const range = isRanged ? equal.pop() : undefined
      for (const { name, i } of equal) {
        const value = found?.item[found.keys.sort[i] ?? '']
        const fits = value !== undefined && kindOf(found?.keys.sort[i] ?? '') === kindOf(name)
        where[name] = fits ? value : first.items[0]?.[name]
      }
      const asks = { ...question, places: [...equal, ...(range ? [range] : [])].map(({ i }) => i) }
      if (range === undefined) return fc.constant({ ...asks, where })
      const kind = kindOf(range.name)
      const near = asked.flatMap(({ items }) =>
        items.flatMap(item => (item[range.name] === undefined ? [] : [item[range.name]]))
      )
      const pool = kind === 'number' ? fc.constant(0.2) : pools[kind]
      const any = near.length === 0 ? pool : fc.oneof(pool, fc.constantFrom(...near))
      return rangeOf(any, kind === 'text').map(made => ({ ...asks, where: { ...where, [range.name]: made } }))
    })
    .filter(({ where }) => Object.values(where).every(value => value !== undefined))

/** What keeps models from being asked together: other partitions, or other text or values at a place that where() gives. */
const problemOf = ({ way, asked, places }: Question): 'partition' | 'place' | undefined => {
  const [first, ...others] = asked.map(member => keysOf(member, way)) as [Keys, ...Keys[]]
  for (const other of others)
    if (other.frame !== first.frame || other.partition.length !== first.partition.length) return 'partition'
  const last = Math.max(-1, ...places)
  for (const keys of others)
    for (let at = 0; at <= last; at++) {
      const name = keys.sort[at]
      const isGiven = places.includes(at)
      if (isGiven && keys.heads[at] !== first.heads[at]) return 'place'
      if (!isGiven && (name === undefined || !keys.partition.includes(name))) return 'place'
    }
  return undefined
}

/** The question as one of the models has it. */
const conditionOf = ({ way, asked, places, where }: Question, member: Member): Values[] => {
  const first = keysOf(asked[0] as Member, way)
  const own = keysOf(member, way)
  return [
    ...own.partition.map((name, i) => ({ [name]: where[first.partition[i] ?? ''] })),
    ...places.map(at => ({ [own.sort[at] ?? '']: where[first.sort[at] ?? ''] }))
  ]
}

const queryOf = (db: Db, { asked, way, where }: Question): General => {
  const [first, second, ...others] = asked.map(({ draft }) => modelOf(draft)) as [never, never, ...never[]]
  const query = (db.query(first, second, ...others) as unknown as General).where(where)
  return way === '' ? query : query.on(way)
}

const streamed = async (query: General): Promise<Tagged[]> => {
  const all: Tagged[] = []
  for await (const one of query) all.push(one)
  return all
}

/** There are not so many items. */
const MAX_PAGES = 100

const pagesOf = async (query: General) => {
  let page = await query.page()
  const { cursor } = page
  const forward = [...page.items]
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

const LAYOUTS = 8
const counts = { found: 0, asked: 0, refused: 0 }
for (const [i, sample] of collectionsOf(LAYOUTS).entries())
  test(`queries of several models give each model's own items, in pages both ways: layout ${i}`, () =>
    localTable(sample.table.layout, async place => {
      const { members, type } = sample
      const rowOf = ({ draft }: Member, item: Values): StoredItem => definitionIn(draft).encode(item)
      const idOf = ({ model, item }: Tagged): string => {
        const member = members.find(({ name }) => name === model) as Member // what is given is of one of them
        return `${model} ${JSON.stringify(member.draft.key(item))}`
      }
      const rows = new Map(
        members.flatMap(member =>
          member.items.map(item => [idOf({ model: member.name, item }), rowOf(member, item)] as const)
        )
      )
      await writeRows(place, [...rows.values()], ['pk', 'sort key'])
      const { db } = place
      await fc.assert(
        fc.asyncProperty(questionOf(sample), questionOf(sample), async (question, other) => {
          const { way, asked, where, above, reverse, size } = question
          const templates = asked.map(({ draft }) => {
            const { table, indexes } = definitionIn(draft)
            const { pk, sk } = way === '' ? table : (indexes.get(way) ?? table)
            return [...pk, ...sk].map(({ text }) => text)
          })
          const said = inWords({ templates, where, way, above, reverse, size, type })
          const problem = problemOf(question)
          const made = await errorFrom(async () => await queryOf(db, question).count()).catch(() => undefined)
          if (problem !== undefined) {
            assert.instance(made, problem === 'partition' ? InvalidRequest : IncompleteQuery, said)
            counts.refused++
            return
          }
          assert.is(made, undefined, `${said} ${made?.message}`)
          let query = queryOf(db, question)
          if (above !== null) query = query.filter({ size: gt(above) })
          if (reverse) query = query.reverse()
          const all = await streamed(query)
          const expected = asked.flatMap(member =>
            member.items
              .filter(item => isIn(keysOf(member, way), item))
              .filter(item => evaluate([...conditionOf(question, member), { size: gt(above ?? -1) }], item))
              .map(item => ({ model: member.name, item }))
          )
          const byId = (some: readonly Tagged[]) =>
            Object.fromEntries(some.map(one => [idOf(one), one]).sort(([a], [b]) => ((a ?? '') < (b ?? '') ? -1 : 1)))
          assert.equal(byId(all), byId(expected), said)
          assert.is(all.length, expected.length, said)
          counts.found += all.length
          counts.asked++
          for (const [i, one] of all.slice(1).entries()) {
            const [before, row] = [rows.get(idOf(all[i] as Tagged)) ?? {}, rows.get(idOf(one)) ?? {}]
            const order = compareRows(before, row, SORT_KEYS[way] ?? '')
            assert.ok(reverse ? order >= 0 : order <= 0, said)
          }
          const groups = await query
          for (const { name } of asked) {
            const own = all.filter(({ model }) => model === name).map(({ item }) => item)
            assert.equal(groups[name], own, said)
          }
          assert.is(await query.count(), all.length, said)
          const isAtEnd = all.some(one => isBound(query.compile(), rows.get(idOf(one)) ?? {}, SORT_KEYS[way] ?? ''))
          if (isAtEnd && lacks('startAtBound')) return
          assert.equal(await streamed(query.limit(size)), all.slice(0, size), said)
          const { forward, backward, cursor } = await pagesOf(query.pageSize(size))
          assert.equal(forward, all, said)
          assert.equal(backward, all, said)
          const after = all[size - 1]
          if (after) assert.equal(await streamed(query.startingAfter(after)), all.slice(size), said)
          const isOther =
            way !== other.way || asked.map(({ name }) => name).join() !== other.asked.map(({ name }) => name).join()
          if (cursor === undefined || problemOf(other) !== undefined || !isOther) return
          const error = await errorFrom(async () => await queryOf(db, other).page(cursor))
          assert.instance(error, InvalidCursor, `${said} ${error.message}`)
        }),
        { numRuns: runs(12), includeErrorInReport: true }
      )
    }))

test('a place is asked of a model only where all before it is known', () =>
  localTable(async ({ db }) => {
    const app = layout({ pk: 'PK', sk: 'SK' })
    const Own = app.model('Own').pk(text('T#{t}')).sk(text('{t}#N#{n}#OWN'))
    const Other = app.model('Other').pk(text('T#{u}')).sk(text('{v}#N#{n}#OTHER'))
    await db.put(Own, { t: 'a', n: '1' })
    for (const n of ['1', '2']) await db.put(Other, { u: 'a', v: 'v', n })
    const all = await db.query(Own, Other).where({ t: 'a' })
    assert.equal([all.Own.length, all.Other.length], [1, 2])
    const error = await errorFrom(() => db.query(Own, Other).where({ t: 'a', n: '1' }).compile())
    assert.instance(error, IncompleteQuery)
    assert.match(error.message, 'where() gives n, at whose place in SK not all models have it')
  }))

test('the queries found items, and most could be asked', () => {
  const said = JSON.stringify(counts)
  assertMany(counts.asked > (LAYOUTS * runs(12)) / 6, said)
  assertMany(counts.found > counts.asked / 4, said)
})

test.run()
