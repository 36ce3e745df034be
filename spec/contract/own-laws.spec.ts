/** Tables and indexes of any own keys: a read gives its model's items that have the given values, however few are given. */
import fc from 'fast-check'
import { between, type Db, gt, gte, lt, lte, number, t } from 'keystorm'
import { localTable } from 'keystorm/testing'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { inWords } from '../support/laws.ts'
import { looseLayout, modelOf } from '../support/random-layouts.ts'
import { assertMany, runs } from '../support/runs.ts'

const NAMES = ['a', 'b', 'c', 'd'] as const
type Name = (typeof NAMES)[number]
type Value = string | number | Date
type Item = Readonly<Record<Name, Value>>

/** What an own key may be, with values that lie close together. */
const KINDS = {
  string: { field: t.string(), values: fc.constantFrom('K', 'K2', 'L', 'é'), isNumber: false },
  oneOf: { field: t.oneOf('K', 'L', 'M'), values: fc.constantFrom('K', 'L', 'M'), isNumber: false },
  literal: { field: t.literal('K'), values: fc.constant('K'), isNumber: false },
  fallback: { field: t.literal('K').default('K'), values: fc.constant('K'), isNumber: false },
  date: { field: t.date(), values: fc.nat(3).map(n => new Date(n * 86_400_000)), isNumber: false },
  int: { field: t.int(), values: fc.integer({ min: -2, max: 2 }), isNumber: true },
  epoch: { field: t.epoch(), values: fc.nat(3).map(n => new Date(n * 1000)), isNumber: true }
} as const
type Kind = keyof typeof KINDS
const isConstant = (kind: Kind): boolean => kind === 'literal' || kind === 'fallback'

const kinds = fc.record(
  Object.fromEntries(NAMES.map(name => [name, fc.constantFrom(...(Object.keys(KINDS) as Kind[]))])) as Record<
    Name,
    fc.Arbitrary<Kind>
  >
)
type Kinds = typeof kinds extends fc.Arbitrary<infer T> ? T : never

const RANGES: Readonly<Record<Exclude<Range, 'none' | 'equal'>, (one: never) => unknown>> = {
  gt,
  gte,
  lt,
  lte,
  between: one => between(one, one)
}
type Range = 'none' | 'equal' | 'gt' | 'gte' | 'lt' | 'lte' | 'between'

/** The attributes of a partition, of its sort key, and the index that has them. */
const WAYS: readonly (readonly [pk: Name, sk: Name, index?: string])[] = [
  ['a', 'b'],
  ['c', 'b', 'one'],
  ['d', 'a', 'two'],
  ['a', 'd', 'near']
]

/** A builder as programs see it whose names are not known to types. */
interface Loose {
  where(values: object): Loose
  on(index: string): Loose
  count(): Promise<number>
  then: PromiseLike<readonly Item[]>['then']
}

const make = (kinds: Kinds) => {
  const key = (name: Name) => (KINDS[kinds[name]].isNumber ? number(name) : name)
  const app = looseLayout({
    pk: key('a'),
    sk: key('b'),
    indexes: {
      one: { pk: key('c'), sk: key('b') },
      two: { pk: key('d'), sk: key('a') },
      near: { local: true, sk: key('d') }
    }
  })
  const draft = app.model('M').pk('a').sk('b').index('one').index('two').index('near')
  const model = modelOf(draft.fields(Object.fromEntries(NAMES.map(name => [name, KINDS[kinds[name]].field]))))
  return {
    layout: app.layout,
    query: (db: Db) => db.query(model) as unknown as Loose,
    put: (db: Db, item: Item) => db.put(model, item)
  }
}

const order = (one: Value, other: Value): number =>
  typeof one === 'string' && typeof other === 'string'
    ? Buffer.compare(Buffer.from(one), Buffer.from(other))
    : Number(one) - Number(other)
const passes = (value: Value, range: Range, bound: Value): boolean => {
  const sign = order(value, bound)
  const signs: Record<Range, boolean> = {
    none: true,
    ...{ equal: sign === 0, between: sign === 0, gt: sign > 0, gte: sign >= 0, lt: sign < 0, lte: sign <= 0 }
  }
  return signs[range]
}

const run = kinds.chain(kinds =>
  fc.record({
    kinds: fc.constant(kinds),
    items: fc.array(
      fc.record(
        Object.fromEntries(NAMES.map(name => [name, KINDS[kinds[name]].values])) as Record<Name, fc.Arbitrary<Value>>
      ),
      { minLength: 1, maxLength: 8 }
    ),
    reads: fc.array(
      fc.record({
        way: fc.constantFrom(...WAYS),
        at: fc.nat(7),
        range: fc.constantFrom<Range>('none', 'equal', ...(Object.keys(RANGES) as Range[])),
        omits: fc.boolean()
      }),
      { minLength: 4, maxLength: 8 }
    )
  })
)

test('each read of own keys gives what has the given values, and nothing else', async () => {
  const counts = { found: 0, left: 0, omitted: 0 }
  await fc.assert(
    fc.asyncProperty(run, async ({ kinds, items, reads }) => {
      const { layout, query, put } = make(kinds)
      await localTable(layout, async ({ db }) => {
        const stored = new Map<string, Item>()
        for (const item of items) {
          await put(db, item)
          stored.set(JSON.stringify([item.a, item.b]), item)
        }
        for (const { way, at, range, omits } of reads) {
          const [pk, sk, index] = way
          const of = items[at % items.length] as Item // there is at least one
          const leaves = (name: Name) => omits && isConstant(kinds[name])
          const where: Record<string, unknown> = leaves(pk) ? {} : { [pk]: of[pk] }
          if (range === 'equal' && !leaves(sk)) where[sk] = of[sk]
          if (range !== 'none' && range !== 'equal') where[sk] = RANGES[range](of[sk] as never)
          const start = query(db).where(where)
          const read = index === undefined ? start : start.on(index)
          const expected = [...stored.values()].filter(
            item => order(item[pk], of[pk]) === 0 && passes(item[sk], range, of[sk])
          )
          const said = inWords({ kinds, way, where, items })
          const found = await read
          assert.equal(found.map(item => inWords(item)).sort(), expected.map(item => inWords(item)).sort(), said)
          assert.is(await read.count(), expected.length, said)
          counts.found += found.length
          counts.left += stored.size - found.length
          counts.omitted += leaves(pk) || leaves(sk) ? 1 : 0
        }
      })
    }),
    { numRuns: runs(60) }
  )
  assertMany(counts.found > runs(60) && counts.left > runs(30) && counts.omitted > runs(10), JSON.stringify(counts))
})

test.run()
