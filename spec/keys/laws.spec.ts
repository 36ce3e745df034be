import fc from 'fast-check'
import { connect, gt, model, models, t } from 'keystorm'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { definitionIn } from '../../lib/schema/definition.ts'
import { isoDate, keyString, safeInteger } from '../support/arbitrary.ts'
import { tries } from '../support/runs.ts'

const RUNS = { numRuns: tries(2_000) }

const Fruit = model('Fruit').pk('apple', 'banana').suffix('RedFruit').sk('coconut', '#bare', 'DT#date')
const fruit = fc.record(
  { apple: keyString, banana: keyString, coconut: keyString, bare: keyString, date: keyString },
  { noNullPrototype: true }
)

const Typed = model('Typed')
  .pk('number', 'size')
  .sk('when', '#on', 'name', 'number')
  .fields({
    number: t.int(),
    when: t.date(),
    on: t.boolean(),
    size: t.oneOf('S', 'M#', '100%'),
    name: t.string()
  })
const typed = fc.record(
  {
    number: safeInteger,
    when: isoDate,
    on: fc.boolean(),
    size: fc.constantFrom('S', 'M#', '100%'),
    name: keyString
  },
  { noNullPrototype: true }
)

const sign = (a: string | number, b: string | number): number => (a < b ? -1 : a > b ? 1 : 0)

test('parse is the inverse of key, for any strings', () => {
  fc.assert(
    fc.property(fruit, value => assert.equal(Fruit.parse(Fruit.key(value)), value)),
    RUNS
  )
})

test('parse is the inverse of key, for all types that may stand in keys', () => {
  fc.assert(
    fc.property(typed, value => {
      // Keys have no negative zero.
      assert.equal(Typed.parse(Typed.key(value)), { ...value, number: value.number + 0 })
    }),
    RUNS
  )
})

test('different values never share a key', () => {
  const shown = (value: object): string => JSON.stringify(value)
  fc.assert(
    fc.property(fruit, fruit, (one, other) => {
      const same = shown(one) === shown(other)
      assert.is(shown(Fruit.key(one)) === shown(Fruit.key(other)), same)
    }),
    RUNS
  )
  // Random pairs rarely come close to each other; move text over the delimiters instead.
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('#', '%', 'B', '2', '3', '5'), minLength: 2, maxLength: 8 }),
      text => {
        const keys = new Set<string>()
        for (let cut = 1; cut < text.length; cut++)
          keys.add(
            Fruit.key({ apple: text.slice(0, cut), banana: text.slice(cut), coconut: 'c', bare: 'b', date: 'd' }).PK
          )
        assert.is(keys.size, text.length - 1)
      }
    ),
    RUNS
  )
})

test('integers sort as text as they sort as values, in front of any other part', () => {
  const Page = model('Page').pk('book').sk('page', 'note').fields({ page: t.int() })
  fc.assert(
    fc.property(safeInteger, safeInteger, keyString, keyString, (a, b, note, other) => {
      const one = Page.key({ book: 'b', page: a, note }).SK
      const two = Page.key({ book: 'b', page: b, note: other }).SK
      if (a !== b) assert.is(sign(one, two), sign(a, b))
    }),
    RUNS
  )
})

test('integers with more zeros than digits sort as they do, are read back, and are apart from those of other widths', () => {
  const of = (name: string, field: ReturnType<typeof t.int>) =>
    model(name).pk('a').suffix('X').sk('#n').fields({ n: field })
  const Wide = of('Wide', t.int({ padded: 19 }))
  assert.is(Wide.key({ a: 'x', n: 42 }).SK, '0000000000000000042')
  assert.is(Wide.key({ a: 'x', n: -42 }).SK, '-9999999999999999957')
  const Few = of('Few', t.int({ digits: 2, padded: 4 }))
  assert.is(Few.parse({ PK: 'A#x#X', SK: '0100' }), undefined)
  assert.throws(() => Few.key({ a: 'x', n: 100 }), /n must be an integer of at most 2 digits/)
  fc.assert(
    fc.property(safeInteger, safeInteger, (n, m) => {
      const [one, other] = [Wide.key({ a: 'x', n }), Wide.key({ a: 'x', n: m })]
      assert.equal(Wide.parse(one), { a: 'x', n })
      assert.is(one.SK < other.SK, n < m)
    })
  )
  models({ Wide, Few, Usual: of('Usual', t.int()) })
  models({ Wide, Printed: of('Printed', t.int({ padded: false })) }) // Few's -10 is -9989, which it may print
  assert.throws(
    () => models({ Wide, Same: of('Same', t.int({ digits: 3, padded: 19 })) } as never),
    /could claim the same item/
  )
  for (const padded of [15, 38, 16.5, Number.NaN])
    assert.throws(() => t.int({ padded }), /padded must be an integer from 16 to 37/)
})

test('integers that are not padded stand as they are printed, are read back, and are apart from no padded one', () => {
  const Page = model('Page')
    .pk('book')
    .suffix('Book')
    .sk('page')
    .fields({ page: t.int({ padded: false }) })
  fc.assert(
    fc.property(safeInteger, page => {
      const key = Page.key({ book: 'b', page })
      assert.is(key.SK, `P#${page}`)
      assert.is(Page.parse(key)?.page, page)
    }),
    RUNS
  )
  for (const SK of ['P#007', 'P#-0', 'P#', 'P#1e3', 'P#0x1', 'P# 1', 'P#1.0', 'P#9007199254740993'])
    assert.is(Page.parse({ PK: 'B#b#Book', SK }), undefined)
  for (const digits of [1, 4, 16]) {
    const Leaf = model('Leaf')
      .pk('book')
      .suffix('Book')
      .sk('page')
      .fields({ page: t.int({ digits }) })
    assert.throws(() => models({ Page, Leaf }), /Page and Leaf could claim the same item/)
  }
  const pages = connect({ table: 'books' }).query(Page)
  assert.throws(
    () => pages.where({ book: 'b', page: gt(1) }).compile(),
    /page has no order in this key, so gt\(\) cannot be asked of it/
  )
})

test('integers of few digits sort and read back, and longer ones are refused', () => {
  const Page = model('Page')
    .pk('book')
    .sk('page')
    .fields({ page: t.int({ digits: 3 }) })
  fc.assert(
    fc.property(fc.integer({ min: -999, max: 999 }), fc.integer({ min: -999, max: 999 }), (a, b) => {
      const [one, two] = [Page.key({ book: 'b', page: a }), Page.key({ book: 'b', page: b })]
      assert.is(sign(one.SK, two.SK), sign(a, b))
      assert.is(Page.parse(one)?.page, a)
    }),
    RUNS
  )
  assert.throws(
    () => Page.key({ book: 'b', page: 1000 }),
    /Page\.SK: page must be an integer of at most 3 digits, but is 1000/
  )
})

test('dates sort as text as they sort as values', () => {
  const Entry = model('Entry').pk('log').sk('at', 'note').fields({ at: t.date() })
  fc.assert(
    fc.property(isoDate, isoDate, keyString, keyString, (a, b, note, other) => {
      const one = Entry.key({ log: 'l', at: a, note }).SK
      const two = Entry.key({ log: 'l', at: b, note: other }).SK
      if (a.getTime() !== b.getTime()) assert.is(sign(one, two), sign(a.getTime(), b.getTime()))
    }),
    RUNS
  )
})

test('a value prefix is a key prefix', () => {
  const Note = model('Note').pk('owner').sk('#text')
  fc.assert(
    fc.property(keyString, keyString, (start, rest) => {
      const whole = Note.key({ owner: 'o', text: start + rest }).SK
      assert.ok(whole.startsWith(Note.key({ owner: 'o', text: start }).SK))
    }),
    RUNS
  )
})

test('the prefix of the first sort-key values begins the keys of these values and of no others', () => {
  const [sk] = definitionIn(Fruit).table.sk
  fc.assert(
    fc.property(fruit, keyString, (value, other) => {
      const prefix = sk?.prefix({ coconut: value.coconut }).low.S ?? ''
      assert.ok(Fruit.key(value).SK.startsWith(prefix))
      if (other !== value.coconut) assert.not.ok(Fruit.key({ ...value, coconut: other }).SK.startsWith(prefix))
    }),
    RUNS
  )
})

test('parse answers undefined, and never throws, for any other key', () => {
  fc.assert(
    fc.property(keyString, keyString, (PK, SK) => {
      const value = Typed.parse({ PK, SK })
      if (value !== undefined) assert.equal(Typed.key(value), { PK, SK })
      const other = Fruit.parse({ PK: `A#${PK}#B#x#RedFruit`, SK: `C#${SK}#b#DT#d` })
      if (other !== undefined) assert.equal(Fruit.key(other), { PK: `A#${PK}#B#x#RedFruit`, SK: `C#${SK}#b#DT#d` })
    }),
    RUNS
  )
})

test.run()
