/** What ranges are compiled to, and what is refused. What they find is in the contract of all engines. */
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { beginsWith, between, gt, gte, IncompleteQuery, InvalidCursor, lt, lte, model, t } from 'keystorm'
import { localTable } from 'keystorm/testing'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { MadeOperator } from '../../lib/expressions/operators.ts'
import { errorFrom } from '../support/errors.ts'

type Item = Readonly<Record<string, unknown>>

interface General {
  where(values: Item): General
  then: PromiseLike<Item[]>['then']
}

const fields = { n: t.int({ digits: 3 }), d: t.date() }
const Inner = model('Inner').pk('p').suffix('Part').sk('A#x', 'B#y').gsi1('g')
const Bare = model('Bare').pk('p').suffix('Bare').sk('#x', '#y').gsi1('g')
const Last = model('Last').pk('p').suffix('Part').sk('A#x').gsi1('g')
const Dates = model('Dates').pk('p').suffix('Part').sk('DT#d').gsi1('g').fields({ d: fields.d })
const Numbers = model('Numbers').pk('p').suffix('Part').sk('NR#n').gsi1('g').fields({ n: fields.n })

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
      await message({ p: 'a', x: new MadeOperator('contains', ['a']) }),
      /takes a value or a range for x, but not contains\(\)\.$/
    )
    assert.match(await message({ p: 'a', x: between('b', 'a') }), /^Inner\.SK: x is asked to be between\(\) two values/)
    assert.match(await message({ p: 'a', x: gt(1) }), /^Inner\.SK: x must be a string/)
    assert.match(await message({ p: 'a', x: beginsWith('\ud800') }), /^Inner\.SK: x cannot begin with/)
    const numbers = db.query(Numbers) as unknown as General
    assert.match((await errorFrom(() => numbers.where({ p: 'a', n: beginsWith('1') }))).message, /n is no text/)
  }))

test('what the partition says may stand in the sort key behind what is asked, or behind what is not', () =>
  localTable(async ({ db }) => {
    const Twice = model('Twice').pk('p').sk('A#x', 'B#y', '#p', 'C#z')
    for (const y of ['1', '2', '3']) await db.put(Twice, { p: 'a', x: 'b', y, z: 'z' })
    const found = async (query: PromiseLike<{ y: string }[]>) => (await query).map(({ y }) => y)
    assert.equal(await found(db.query(Twice).where({ p: 'a', x: 'b' })), ['1', '2', '3'])
    assert.equal(await found(db.query(Twice).where({ p: 'a', x: 'b', y: gt('1') })), ['2', '3'])
    assert.equal(await found(db.query(Twice).where({ p: 'a', x: 'b', y: '2', z: 'z' })), ['2'])
    // @ts-expect-error "Twice: where() gives z but not y, which stands before it in SK"
    const gap = await errorFrom(() => db.query(Twice).where({ p: 'a', x: 'b', z: 'z' }).compile())
    assert.match(gap.message, /gives z but not y/)
    const behind = db.query(Twice).where({ p: 'a', x: 'b', y: gt('1'), z: 'z' })
    // @ts-expect-error "Twice: where() gives z behind a range of y, which must be the last in SK"
    const late = await errorFrom(() => behind.compile())
    assert.match(late.message, /gives z behind a range of y/)
  }))

test('a cursor fits no other range, though its bounds be the same', () =>
  localTable(async ({ db }) => {
    for (const x of ['New', 'New York', 'Newark']) await db.put(Inner, { p: 'a', x, y: 'y', g: 'g' })
    const [above, from] = [gt('New'), gte('New')].map(x => db.query(Inner).where({ p: 'a', x }).pageSize(1))
    assert.equal(above?.compile().ExpressionAttributeValues, from?.compile().ExpressionAttributeValues)
    const { cursor } = (await above?.page()) ?? {}
    assert.is((await above?.page(cursor))?.items.length, 1)
    assert.instance(await errorFrom(() => from?.page(cursor)), InvalidCursor)
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
