/** Ranges mean what the values mean: random ones on the engine, against an evaluator that knows no keys. */
import fc from 'fast-check'
import { type AnyModel, beginsWith, InvalidKey, model, t } from 'keystorm'
import { localTable } from 'keystorm/testing'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { definitionIn, type StoredItem } from '../../lib/schema/definition.ts'
import { lacks } from '../support/engine.ts'
import { evaluate } from '../support/evaluate.ts'
import { compareBytes, inWords, samples, writeRows } from '../support/laws.ts'
import { rangeOf } from '../support/random-ranges.ts'
import { assertMany, runs } from '../support/runs.ts'

type Item = Readonly<Record<string, unknown>>

interface General {
  where(values: Item): General
  onGsi1(): General
  reverse(): General
  limit(items: number): General
  then: PromiseLike<Item[]>['then']
}

// One partition: text in the middle and at the end of the key, with and without identifiers, escaped and raw.
const fields = { n: t.int({ digits: 3 }), d: t.date(), o: t.oneOf('S', 'SM', 'S!', 'M#') }
const Inner = model('Inner').pk('p').suffix('Part').sk('A#x', 'B#y').gsi1('g')
const Bare = model('Bare').pk('p').suffix('Bare').sk('#x', '#y').gsi1('g')
const Raw = model('Raw').rawKeys().pk('p').suffix('Raw').sk('A#x', 'B#y').gsi1('g')
const Last = model('Last').pk('p').suffix('Part').sk('A#x').gsi1('g')
const Fixed = model('Fixed').pk('p').suffix('Part').sk('N#n', 'd', '#x').gsi1('g').fields(fields)
const Dates = model('Dates').pk('p').suffix('Part').sk('DT#d').gsi1('g').fields(fields)
const Numbers = model('Numbers').pk('p').suffix('Part').sk('NR#n').gsi1('g').fields(fields)
const emptiable = { u: t.string({ emptyInKeys: true }), v: t.string({ emptyInKeys: true }) }
const Empty = model('Empty').pk('p').suffix('Empty').sk('A#u', '#v').gsi1('g').fields(emptiable)
const RawEmpty = model('RawEmpty').rawKeys().pk('p').suffix('RawEmpty').sk('A#u', 'B#v').gsi1('g').fields(emptiable)
const Choice = model('Choice').pk('p').suffix('Part').sk('CH#o', '#y').gsi1('g').fields(fields)

// Few characters, so that values often share a beginning: those around '#', what escapes are made of, odd Unicode.
const odd = lacks('byteOrder') ? '\uffee' : '\uffee🍌'
const character = fc.constantFrom(...` !"#$%&23abAB\u0000\u0001é${odd}`)
const text = fc.array(character, { minLength: 1, maxLength: 4 }).map(characters => characters.join(''))
const integer = fc.integer({ min: -12, max: 12 })
const date = fc.integer({ min: -3, max: 3 }).map(n => new Date(Date.UTC(2026, 0, 1) + n * 1000))
const choice = fc.constantFrom('S', 'SM', 'S!', 'M#')

const maybe = fc.oneof(fc.constant(''), text)
const VALUES: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  x: text,
  y: text,
  u: maybe,
  v: maybe,
  n: integer,
  d: date,
  o: choice
}

interface Kind {
  readonly model: AnyModel
  readonly sk: readonly string[]
}

const KINDS: readonly Kind[] = [
  { model: Inner, sk: ['x', 'y'] },
  { model: Bare, sk: ['x', 'y'] },
  { model: Raw, sk: ['x', 'y'] },
  { model: Last, sk: ['x'] },
  { model: Empty, sk: ['u', 'v'] },
  { model: RawEmpty, sk: ['u', 'v'] },
  { model: Fixed, sk: ['n', 'd', 'x'] },
  { model: Dates, sk: ['d'] },
  { model: Numbers, sk: ['n'] },
  { model: Choice, sk: ['o', 'y'] }
]

const recordOf = (names: readonly string[]) =>
  fc.record(Object.fromEntries(names.map(name => [name, VALUES[name] as fc.Arbitrary<unknown>])), {
    noNullPrototype: true
  })

interface Partition extends Kind {
  readonly owner: string
  readonly items: readonly { readonly item: Item; readonly row: StoredItem }[]
  readonly others: readonly StoredItem[]
}

/** What else may stand in a partition: keys that begin like those of the models, or nearly so. */
const foreign = (PK: string, GSI1PK: string): StoredItem[] =>
  ['A#', 'A$', 'A#a', 'A#a#', 'A#a#C#a', 'N#', 'N$', 'DT$', '!', '~', 'CH#S', 'CH#S#', 'a#a#B#a'].map(SK => ({
    PK: { S: PK },
    SK: { S: SK },
    GSI1PK: { S: GSI1PK }
  }))

/** A few partitions of each kind, on the table and in GSI1, each with random items and with rows that are no model's. */
const partitions: Partition[] = KINDS.flatMap(({ model, sk }, kind) =>
  samples(fc.array(recordOf(sk), { minLength: 1, maxLength: 14 }), 6).map((values, n) => {
    const owner = `${kind}-${n}`
    const definition = definitionIn(model)
    const rest = { ...(definition.attributes.field('n') && { n: 0, d: new Date(0), o: 'S' }), p: owner, g: owner }
    const rows = values.map(value => ({ ...rest, ...value })).map(item => ({ item, row: definition.encode(item) }))
    const items = [...new Map(rows.map(one => [one.row.SK?.S ?? '', one])).values()]
    const [{ row } = { row: {} as StoredItem }] = items
    const others = foreign(row.PK?.S ?? '', row.GSI1PK?.S ?? '').filter(other => !definition.claims(other))
    items.sort((a, b) => compareBytes(a.row.SK?.S ?? '', b.row.SK?.S ?? ''))
    return { model, sk, owner, items, others }
  })
)

/** A partition and a query of it: as many equalities as wanted, then a range. */
const question = fc
  .record({
    number: fc.nat(partitions.length - 1),
    at: fc.nat(2),
    like: fc.nat(13),
    reverse: fc.boolean(),
    onIndex: fc.boolean(),
    limit: fc.option(fc.integer({ min: 1, max: 5 }))
  })
  .chain(asked => {
    const { sk, items } = partitions[asked.number] as Partition
    const at = asked.at % sk.length
    const name = sk[at] as string
    const isText = ['x', 'y', 'u', 'v', 'o'].includes(name)
    const there = fc.constantFrom(...items.map(({ item }) => item[name]))
    const near = isText && name !== 'o' ? [nearBy(there as fc.Arbitrary<string>)] : []
    return rangeOf(fc.oneof(VALUES[name] as fc.Arbitrary<unknown>, there, ...near), isText).map(range => ({
      ...asked,
      at,
      name,
      range
    }))
  })

/** Text that begins, or goes on, like other text. */
const nearBy = (of: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .tuple(of, fc.nat(4), fc.option(character, { nil: '' }))
    .map(([text, length, more]) => [...text].slice(0, length).join('') + more || more || 'a')

test('a prefix tells letters apart by case, and does not end at U+0000', () =>
  localTable(async ({ db }) => {
    const all = ['a', 'a!', 'a\u0000', 'a\u0000b', 'ab', 'A', 'AB']
    for (const x of all) await db.put(Last, { p: 'p', x, g: 'g' })
    for (const start of ['a', 'A', 'a\u0000', 'a\u0000b', 'aB', 'b'])
      for (const query of [
        db.query(Last).where({ p: 'p', x: beginsWith(start) }),
        db
          .query(Last)
          .where({ g: 'g', x: beginsWith(start) })
          .onGsi1()
      ]) {
        assert.match(query.compile().KeyConditionExpression ?? '', /begins_with/)
        const expected = all.filter(x => x.startsWith(start)).sort(compareBytes)
        assert.equal(
          (await query).map(({ x }) => x),
          expected,
          JSON.stringify(start)
        )
      }
  }))

test('random ranges find what an evaluator in memory finds, in the order of the keys', () =>
  localTable(async place => {
    await writeRows(
      place,
      partitions.flatMap(({ items, others }) => [...others, ...items.map(({ row }) => row)])
    )
    let found = 0
    await fc.assert(
      fc.asyncProperty(question, async ({ number, at, name, range, like, reverse, onIndex, limit }) => {
        const { model, sk, owner, items } = partitions[number] as Partition
        const one = items[like % items.length]?.item ?? {}
        const equal = Object.fromEntries(sk.slice(0, at).map(name => [name, one[name]]))
        const fitting = items.filter(({ item }) => evaluate([{ ...equal, [name]: range }], item))
        if (reverse) fitting.reverse()
        const expected = fitting.map(({ item }) => item).slice(0, limit ?? undefined)
        const query = place.db.query(model) as unknown as General
        let asked = query.where({ ...equal, ...(onIndex ? { g: owner } : { p: owner }), [name]: range })
        if (onIndex) asked = asked.onGsi1()
        if (reverse) asked = asked.reverse()
        if (limit !== null) asked = asked.limit(limit)
        const given = await asked
        found += given.length
        assert.equal(given, expected, inWords({ owner, equal, name, range, reverse, onIndex, limit }))
      }),
      { numRuns: runs(1_000), includeErrorInReport: true }
    )
    assertMany(found > runs(1_000) / 5, `only ${found} items were found`)
  }))

// The text before the range is so long that what stands behind it ends at, or just before, the 1024 bytes of a key.
const fixedText = { book: t.string(), name: t.string(), ...fields }
const LONG: readonly (Kind & { readonly rest: number })[] = [
  { model: model('LongInt').pk('book').sk('#name', 'N#n').fields(fixedText), sk: ['n'], rest: 6 },
  { model: model('LongDate').pk('book').sk('#name', 'd').fields(fixedText), sk: ['d'], rest: 27 },
  { model: model('LongText').pk('book').sk('#name', 'X#x').fields(fixedText), sk: ['x'], rest: 5 },
  { model: model('LongChoice').pk('book').sk('#name', '#o').fields(fixedText), sk: ['o'], rest: 2 },
  { model: model('LongInner').pk('book').sk('#name', 'N#n', '#x').fields(fixedText), sk: ['n', 'x'], rest: 8 },
  { model: model('LongRaw').rawKeys().pk('book').sk('#name', 'N#n').fields(fixedText), sk: ['n'], rest: 6 },
  {
    model: model('LongRawText').rawKeys().pk('book').sk('#name', 'X#x', '#y').fields(fixedText),
    sk: ['x', 'y'],
    rest: 7
  }
]
const ASCII = fc.stringMatching(/^[ !#$%~ab]{1,4}$/)
const LONG_VALUES: Readonly<Record<string, fc.Arbitrary<unknown>>> = { ...VALUES, x: ASCII, y: ASCII }

const long = fc
  .record({
    kind: fc.constantFrom(...LONG),
    short: fc.nat(9),
    reverse: fc.boolean(),
    values: fc.array(fc.record(LONG_VALUES, { noNullPrototype: true }), { minLength: 1, maxLength: 4 })
  })
  .chain(asked => {
    const name = asked.kind.sk[0] as string
    const there = fc.constantFrom(...asked.values.map(value => value[name]))
    return rangeOf(fc.oneof(LONG_VALUES[name] as fc.Arbitrary<unknown>, there), ['x', 'o'].includes(name)).map(
      range => ({
        ...asked,
        name,
        range
      })
    )
  })

test('ranges at the edge of the bytes that a key may have find what they find of shorter keys', () =>
  localTable(async place => {
    let found = 0
    let book = 0
    await fc.assert(
      fc.asyncProperty(long, async ({ kind, short, reverse, values, name, range }) => {
        const definition = definitionIn(kind.model)
        const before = { book: `b${book++}`, name: 'z'.repeat(1024 - kind.rest - short) }
        const items = values.flatMap(value => {
          try {
            const item = { n: 0, d: new Date(0), o: 'S', ...value, ...before }
            const known = Object.entries(item).filter(([name]) => definition.attributes.field(name) !== undefined)
            const row = definition.encode(Object.fromEntries(known))
            return [{ item: definition.decode(row), row }]
          } catch (error) {
            if (error instanceof InvalidKey) return [] // an escaped value has no room in the key
            throw error
          }
        })
        const all = [...new Map(items.map(one => [one.row.SK?.S ?? '', one])).values()]
        await writeRows(
          place,
          all.map(({ row }) => row)
        )
        const fitting = all.filter(({ item }) => evaluate([{ [name]: range }], item))
        fitting.sort((a, b) => compareBytes(a.row.SK?.S ?? '', b.row.SK?.S ?? ''))
        if (reverse) fitting.reverse()
        let query = (place.db.query(kind.model) as unknown as General).where({ ...before, [name]: range })
        if (reverse) query = query.reverse()
        const given = await query
        assert.equal(
          given,
          fitting.map(({ item }) => item),
          inWords({ model: definition.name, short, values, range, reverse })
        )
        found += given.length
      }),
      { numRuns: runs(500), includeErrorInReport: true }
    )
    assertMany(found > runs(500) / 3, `only ${found} items were found`)
  }))

test.run()
