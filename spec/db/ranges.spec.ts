/** Ranges mean what the values mean: random ones on the engine, against an evaluator that knows no keys. */
import { type AttributeValue, BatchWriteItemCommand } from '@aws-sdk/client-dynamodb'
import fc from 'fast-check'
import { beginsWith, between, gt, gte, IncompleteQuery, lt, lte, model, t } from 'keystorm'
import { type LocalTable, localTable } from 'keystorm/testing'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Operator } from '../../lib/expressions/operators.ts'
import type { StoredItem } from '../../lib/model/definition.ts'
import type { AnyModel } from '../../lib/model/shape.ts'
import { errorFrom } from '../support/errors.ts'
import { evaluate } from '../support/evaluate.ts'

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
const Choice = model('Choice').pk('p').suffix('Part').sk('CH#o', '#y').gsi1('g').fields(fields)

// Few characters, so that values often share a beginning: those around '#', what escapes are made of, odd Unicode.
const character = fc.constantFrom(' ', '!', '"', '#', '$', '%', '&', '2', '3', 'a', 'b', '\u0001', 'é', '\uffee', '🍌')
const text = fc.array(character, { minLength: 1, maxLength: 4 }).map(characters => characters.join(''))
const integer = fc.integer({ min: -12, max: 12 })
const date = fc.integer({ min: -3, max: 3 }).map(n => new Date(Date.UTC(2026, 0, 1) + n * 1000))
const choice = fc.constantFrom('S', 'SM', 'S!', 'M#')

const VALUES: Readonly<Record<string, fc.Arbitrary<unknown>>> = { x: text, y: text, n: integer, d: date, o: choice }

interface Kind {
  readonly model: AnyModel & { key(item: never): { PK: string; SK: string } }
  readonly sk: readonly string[]
}

const KINDS: readonly Kind[] = [
  { model: Inner, sk: ['x', 'y'] },
  { model: Bare, sk: ['x', 'y'] },
  { model: Raw, sk: ['x', 'y'] },
  { model: Last, sk: ['x'] },
  { model: Fixed, sk: ['n', 'd', 'x'] },
  { model: Dates, sk: ['d'] },
  { model: Numbers, sk: ['n'] },
  { model: Choice, sk: ['o', 'y'] }
]

const compare = { lt, lte, gt, gte }
type Make = (value: unknown) => unknown

/** A range around the values that there are. */
const rangeOf = (values: fc.Arbitrary<unknown>, isText: boolean): fc.Arbitrary<unknown> =>
  fc.oneof(
    fc
      .tuple(fc.constantFrom('lt', 'lte', 'gt', 'gte'), values)
      .map(([kind, v]) => (compare as never as Record<string, Make>)[kind]?.(v)),
    fc.tuple(values, values).map(([a, b]) => (evaluate([{ v: gt(b) }], { v: a }) ? between(b, a) : between(a, b))),
    ...(isText ? [values.map(v => beginsWith(String(v)))] : [])
  )

const recordOf = (names: readonly string[]) =>
  fc.record(Object.fromEntries(names.map(name => [name, VALUES[name] as fc.Arbitrary<unknown>])), {
    noNullPrototype: true
  })

/** Items of one kind, and queries of them: as many equalities as wanted, then a range. */
const scenario = fc.constantFrom(...KINDS).chain(kind =>
  fc
    .tuple(
      fc.array(recordOf(kind.sk), { minLength: 1, maxLength: 14 }),
      fc.array(
        fc
          .tuple(
            fc.nat(kind.sk.length - 1),
            fc.nat(13),
            fc.boolean(),
            fc.boolean(),
            fc.option(fc.integer({ min: 1, max: 5 }))
          )
          .chain(([at, like, reverse, onIndex, limit]) => {
            const name = kind.sk[at] as string
            const isText = ['x', 'y', 'o'].includes(name)
            return rangeOf(VALUES[name] as fc.Arbitrary<unknown>, isText).map(range => ({
              at,
              like,
              reverse,
              onIndex,
              limit,
              range
            }))
          }),
        { minLength: 5, maxLength: 5 }
      )
    )
    .map(([items, queries]) => ({ kind, items, queries }))
)

let partitions = 0

const write = async ({ client, table }: LocalTable, rows: readonly StoredItem[]): Promise<void> => {
  await client.send(
    new BatchWriteItemCommand({ RequestItems: { [table]: rows.map(Item => ({ PutRequest: { Item } })) } })
  )
}

const foreign = (PK: string, GSI1PK: string): StoredItem[] =>
  ['A#', 'A$', 'A#a', 'A#a#', 'A#a#C#a', 'N#', 'N$', 'DT$', '!', '~', 'CH#S', 'CH#S#'].map(SK => ({
    PK: { S: PK },
    SK: { S: SK },
    GSI1PK: { S: GSI1PK }
  }))

test('random ranges find what an evaluator in memory finds, in the order of the keys', () =>
  localTable(place =>
    fc.assert(
      fc.asyncProperty(scenario, async ({ kind, items, queries }) => {
        const owner = `p${partitions++}`
        const definition = kind.model['~definition']
        const rows = new Map<string, { item: Item; row: StoredItem }>()
        for (const values of items) {
          const item = {
            ...values,
            p: owner,
            g: owner,
            ...(definition.attributes.field('n') && { n: 0, d: new Date(0), o: 'S' }),
            ...values
          }
          const row = definition.encode(item)
          rows.set(row.SK?.S ?? '', { item, row })
        }
        const [first] = rows.values()
        const others = foreign(first?.row.PK?.S ?? '', first?.row.GSI1PK?.S ?? '').filter(
          ({ SK }) => !rows.has(SK?.S ?? '')
        )
        const isOthers = (row: StoredItem): boolean => !definition.claims({ PK: row.PK?.S ?? '', SK: row.SK?.S ?? '' })
        const all = [...[...rows.values()].map(({ row }) => row), ...others.filter(isOthers)]
        await write(place, all.slice(0, 25))
        await write(place, [...all.slice(25), ...others.filter(isOthers).slice(0, 1)])
        const sorted = [...rows.values()].sort((a, b) =>
          Buffer.compare(Buffer.from(a.row.SK?.S ?? ''), Buffer.from(b.row.SK?.S ?? ''))
        )
        for (const { at, like, reverse, onIndex, limit, range } of queries) {
          const model = items[like % items.length] ?? {}
          const name = kind.sk[at] as string
          const equal = Object.fromEntries(kind.sk.slice(0, at).map(name => [name, model[name]]))
          const found = sorted
            .filter(({ item }) => evaluate([{ ...equal, [name]: range }], item))
            .map(({ item }) => item)
          if (reverse) found.reverse()
          const query = place.db.query(kind.model) as unknown as General
          let asked = query.where({ ...equal, ...(onIndex ? { g: owner } : { p: owner }), [name]: range })
          if (onIndex) asked = asked.onGsi1()
          if (reverse) asked = asked.reverse()
          if (limit !== null) asked = asked.limit(limit)
          const expected = found.slice(0, limit ?? undefined)
          assert.equal(
            await asked,
            expected,
            `${definition.name}: ${JSON.stringify({ equal, name, range, reverse, onIndex, limit })} got ${JSON.stringify(await asked)} expected ${JSON.stringify(expected)}`
          )
        }
      }),
      { numRuns: 150, includeErrorInReport: true }
    )
  ))

test('a range is bounded to the model’s part of the partition, and to the values before it', () =>
  localTable(({ db, table }) => {
    const inner = db.query(Inner).where({ p: 'a', x: 'b' })
    assert.equal(inner.where({ y: gte('c') }).compile(), {
      TableName: table,
      KeyConditionExpression: 'PK = :pk AND SK BETWEEN :sk AND :to',
      ExpressionAttributeValues: { ':pk': { S: 'P#a#Part' }, ':sk': { S: 'A#b#B#c' }, ':to': { S: 'A#b#B$' } }
    })
    const keys = (query: { compile(): { ExpressionAttributeValues?: Record<string, AttributeValue> | undefined } }) => {
      const { ':sk': low, ':to': high } = query.compile().ExpressionAttributeValues ?? {}
      return [low?.S, high?.S]
    }
    assert.equal(keys(inner.where({ y: beginsWith('c#') })), ['A#b#B#c%23', undefined])
    assert.equal(keys(inner.where({ y: lt('c') })), ['A#b#B#', 'A#b#B#c'])
    assert.equal(keys(db.query(Inner).where({ p: 'a', x: lte('New York') })), ['A#', 'A#New$'])
    assert.equal(keys(db.query(Inner).where({ p: 'a', x: gt('New') })), ['A#New', 'A$'])
    assert.equal(keys(db.query(Numbers).where({ p: 'a', n: between(-1, 5) })), ['NR#-998', 'NR#005'])
    assert.equal(keys(db.query(Bare).where({ p: 'a', x: gt('b') })), ['b', undefined])
    assert.equal(keys(db.query(Dates).where({ p: 'a', d: gt(new Date(0)) })), ['DT#1970-01-01T00:00:00.000Z!', 'DT$'])
  }))

test('the compiler and the program refuse what cannot be a range', () =>
  localTable(async ({ db }) => {
    const general = db.query(Inner) as unknown as General
    const message = async (where: Item) => (await errorFrom(() => general.where(where))).message
    assert.is(
      await message({ p: 'a', x: gt('b'), y: 'c' }),
      'Inner: where() gives y behind a range of x, which must be the last in SK.'
    )
    assert.instance(await errorFrom(() => general.where({ p: 'a', x: gt('b'), y: 'c' })), IncompleteQuery)
    assert.is(await message({ p: gt('a') }), 'Inner: where() gives a range of p, a part of PK, which needs one value.')
    assert.is(await message({ p: 'a', y: gt('a') }), 'Inner: where() gives y but not x, which stands before it in SK.')
    assert.match(
      await message({ p: 'a', x: new Operator('contains', ['a']) }),
      /takes a value or a range for x, but not contains\(\)\.$/
    )
    assert.match(await message({ p: 'a', x: between('b', 'a') }), /^Inner\.SK: x is asked to be between\(\) two values/)
    assert.match(await message({ p: 'a', x: gt(1) }), /^Inner\.SK: x must be a string/)
    assert.match(await message({ p: 'a', x: beginsWith('\ud800') }), /^Inner\.SK: x cannot begin with/)
    const numbers = db.query(Numbers) as unknown as General
    assert.match((await errorFrom(() => numbers.where({ p: 'a', n: beginsWith('1') }))).message, /n is no text/)
  }))

test('bounds are never longer than a key may be, and nothing is missed', () =>
  localTable(async ({ db }) => {
    const long = 'z'.repeat(1022)
    await db.put(Last, { p: 'a', x: long, g: 'g' })
    const last = db.query(Last)
    assert.is((await last.where({ p: 'a', x: gte(long) })).length, 1)
    assert.is((await last.where({ p: 'a', x: gt(long) })).length, 0)
    assert.is((await last.where({ p: 'a', x: gt(`${long}z`) })).length, 0)
    assert.is((await last.where({ p: 'a', x: lt(`${long}zzzz`) })).length, 1)
    assert.is((await last.where({ p: 'a', x: beginsWith(`${long}zzzz`) })).length, 0)
  }))

test.run()
