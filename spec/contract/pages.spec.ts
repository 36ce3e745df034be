/** Laws of pages and of starting behind an item: every item comes once, in order, whatever the size and the direction. */
import fc from 'fast-check'
import { type Db, gt, gte, type ItemOf, lt, model, t } from 'keystorm'
import { localTable } from 'keystorm/testing'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { definitionIn } from '../../lib/schema/definition.ts'
import { lacks } from '../support/engine.ts'
import { evaluate } from '../support/evaluate.ts'
import { compareBytes, inWords, samples, writeRows } from '../support/laws.ts'
import { assertMany, runs } from '../support/runs.ts'

const fields = { number: t.int({ digits: 4 }), size: t.int() }
const Note = model('Note').pk('owner').suffix('Notes').sk('N#number').gsi1('topic').fields(fields)
const Mark = model('Mark').pk('owner').suffix('Notes').sk('N#number', 'M#mark').gsi1('topic').fields(fields)
type Note = ItemOf<typeof Note>

// Owners share topics, so that in GSI1 there are rows with the same SK; marks stand between the notes.
const TOPICS = 6
const note = fc.record(
  { number: fc.nat(12), size: fc.nat(4), owner: fc.nat(2), topic: fc.nat(TOPICS - 1) },
  { noNullPrototype: true }
)
const notes: Note[] = samples(note, 110).map(({ number, size, owner, topic }) => ({
  number,
  size,
  owner: `o${topic}-${owner}`,
  topic: `t${topic}`
}))
const keyOf = ({ owner, number }: Note): string => `${Note.key({ owner, number }).SK} ${owner}`
const unique = [...new Map(notes.map(one => [keyOf(one), one])).values()].sort((a, b) =>
  compareBytes(keyOf(a), keyOf(b))
)
const rows = [
  ...unique.map(one => definitionIn(Note).encode(one)),
  ...unique.map(one => definitionIn(Mark).encode({ ...one, mark: 'm' }))
]

/** Which notes to read: of an owner, or of a topic from GSI1; in a range; through a filter; in which direction. */
const question = fc.record({
  where: fc.oneof(
    fc.record({ owner: fc.tuple(fc.nat(TOPICS - 1), fc.nat(2)).map(([topic, owner]) => `o${topic}-${owner}`) }),
    fc.record({ topic: fc.nat(TOPICS).map(topic => `t${topic}`) })
  ),
  range: fc.option(
    fc.oneof(
      fc.nat(12).map(n => gt(n)),
      fc.nat(12).map(n => (lacks('startAtBound') ? gt(n - 1) : gte(n))),
      fc.nat(12).map(n => lt(n))
    )
  ),
  above: fc.option(fc.nat(3)),
  reverse: fc.boolean()
})
type Question = typeof question extends fc.Arbitrary<infer Q> ? Q : never

interface General extends PromiseLike<Note[]> {
  where(values: object): General
  onGsi1(): General
  filter(condition: object): General
  reverse(): General
  pageSize(items: number): General
  startingAfter(item: Note): General
  page(cursor?: string): Promise<{ items: Note[]; cursor: string | undefined; previous: string | undefined }>
}

const queryOf = (db: Db, { where, range, above, reverse }: Question): General => {
  let query = (db.query(Note) as unknown as General).where({ ...where, ...(range && { number: range }) })
  if ('topic' in where) query = query.onGsi1()
  if (above !== null) query = query.filter({ size: gt(above) })
  return reverse ? query.reverse() : query
}

const expectedOf = ({ where, range, above, reverse }: Question): Note[] => {
  const conditions = [{ ...where, ...(range && { number: range }) }, ...(above === null ? [] : [{ size: gt(above) }])]
  const found = unique.filter(one => evaluate(conditions, one))
  return reverse ? found.reverse() : found
}

/** The same items, whatever the order of those that share a sort key in GSI1; and in the order of their sort keys. */
const assertSame = (given: readonly Note[], expected: readonly Note[], asked: unknown): void => {
  const sorted = (items: readonly Note[]) => [...items].sort((a, b) => compareBytes(keyOf(a), keyOf(b)))
  assert.equal(sorted(given), sorted(expected), inWords(asked))
  assert.equal(
    given.map(({ number }) => number),
    expected.map(({ number }) => number),
    inWords(asked)
  )
}

test('pages of any size, forwards and backwards, through filters and on the index, give every item once', () =>
  localTable(async place => {
    await writeRows(place, rows)
    let pages = 0
    await fc.assert(
      fc.asyncProperty(question, fc.integer({ min: 1, max: 7 }), async (asked, size) => {
        const query = queryOf(place.db, asked).pageSize(size)
        const expected = expectedOf(asked)
        const count = Math.max(1, Math.ceil(expected.length / size))
        const forth: Note[][] = []
        let page = await query.page()
        assert.is(page.previous, undefined, inWords({ asked, size }))
        for (;;) {
          forth.push(page.items)
          if (page.cursor === undefined || forth.length > count) break
          page = await query.page(page.cursor)
        }
        assert.is(forth.length, count, inWords({ asked, size }))
        for (const items of forth.slice(0, -1)) assert.is(items.length, size, inWords({ asked, size }))
        assertSame(forth.flat(), expected, { asked, size })
        const back = [page.items]
        while (page.previous !== undefined && back.length <= count) {
          page = await query.page(page.previous)
          back.unshift(page.items)
        }
        assert.equal(back.flat(), forth.flat(), inWords({ asked, size }))
        assert.is(back.length, count, inWords({ asked, size }))
        // And forwards again, from a page that was reached backwards.
        if (count > 1) assert.is(page.cursor === undefined, false)
        if (page.cursor !== undefined) assert.equal((await query.page(page.cursor)).items, back[1])
        pages += count
      }),
      { numRuns: runs(500), includeErrorInReport: true }
    )
    assertMany(pages > runs(500) * 1.1, `only ${pages} pages`)
  }))

test('startingAfter gives all that is behind an item, in the direction of the query, on the index too', () =>
  localTable(async place => {
    await writeRows(place, rows)
    let rest = 0
    await fc.assert(
      fc.asyncProperty(question, fc.nat(40), async (asked, at) => {
        const query = queryOf(place.db, asked)
        const all = await query
        assertSame(all, expectedOf(asked), asked)
        if (all.length === 0) return
        const i = at % all.length
        assert.equal(await query.startingAfter(all[i] as Note), all.slice(i + 1), inWords({ asked, i }))
        rest += all.length - i - 1
      }),
      { numRuns: runs(500), includeErrorInReport: true }
    )
    assertMany(rest > runs(500) / 5, `only ${rest} items`)
  }))

test.run()
