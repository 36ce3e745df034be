/** Scans of GSI1, and indexes that project less than all attributes. */
import { CreateTableCommand, type ProjectionType } from '@aws-sdk/client-dynamodb'
import { connect, gt, InvalidCursor, InvalidModel, InvalidRequest, layout, model, models, number, t } from 'keystorm'
import { localTable, startLocalEngine } from 'keystorm/testing'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { definitionIn } from '../../lib/schema/definition.ts'
import { errorFrom } from '../support/errors.ts'
import { inWords, writeRows } from '../support/laws.ts'

const Job = model('Job')
  .pk('id')
  .sk('part')
  .gsi1('flag')
  .fields({ flag: t.string().optional(), size: t.int().default(0), note: t.string().optional() })
const Task = model('Task').pk('id').sk('T#task').gsi1('list').fields({ list: t.string().optional(), size: t.int() })
const Plain = model('Plain').pk('id').sk('P#part')

const ids = Array.from({ length: 40 }, (_, n) => n)
const job = (n: number) => ({ id: `${n}`, part: 'x', size: n, ...(n % 3 !== 0 && { flag: `f${n % 5}` }) })
const task = (n: number) => ({ id: `${n}`, task: 'y', size: n, ...(n % 2 === 0 && { list: `l${n % 4}` }) })
const rows = [
  ...ids.map(n => definitionIn(Job).encode(job(n))),
  ...ids.map(n => definitionIn(Task).encode(task(n))),
  { PK: { S: 'odd' }, SK: { S: 'odd' }, GSI1PK: { S: 'F#f1#Job' } }
]
const flagged = ids.filter(n => n % 3 !== 0)
const listed = ids.filter(n => n % 2 === 0)
const byNumber = (a: number, b: number): number => a - b

const boards = layout({ pk: 'pk', sk: 'sk', indexes: { byScore: { pk: 'board', sk: number('score') } } })
const Score = boards
  .model('Score')
  .pk('player')
  .sk('B#board')
  .index('byScore')
  .fields({ board: t.string(), score: t.int(), note: t.string().optional() })
const Guest = boards
  .model('Guest')
  .pk('guest')
  .sk('G#board')
  .index('byScore')
  .fields({ board: t.string(), score: t.int().optional() })

test('a query of an index starts behind the keys of the table and of the index, or behind an item, which types demand', () =>
  localTable(boards, async ({ db }) => {
    await db.load(
      Score,
      [1, 2, 3].map(n => ({ player: `${n}`, board: 'a', score: n > 1 ? 7 : 1 }))
    )
    await db.put(Guest, { guest: '9', board: 'a', score: 8 })
    const scores = db.query(Score).where({ board: 'a' }).on('byScore')
    const all = await scores
    const [first, second, third] = all
    assert.ok(first && second && third)
    const { player, board, score } = second
    assert.equal(await scores.startingAfter({ player, board, score }), [third])
    for (const [i, item] of all.entries()) assert.equal(await scores.startingAfter(item), all.slice(i + 1))
    const half = { player, board }
    // @ts-expect-error the index's sort key is missing
    const lacking = scores.startingAfter(half)
    assert.throws(() => lacking.compile(), /score is missing/)

    const both = db.query(Score, Guest).where({ board: 'a' }).on('byScore')
    const { Guest: guests } = await both.startingAfter({ model: 'Score', item: { player, board, score } })
    assert.equal(guests, [{ guest: '9', board: 'a', score: 8 }])
    for await (const tagged of both) assert.ok(both.startingAfter(tagged))
    const tagged = { model: 'Score', item: half } as const
    // @ts-expect-error of each model, too
    const lackingToo = both.startingAfter(tagged)
    assert.throws(() => lackingToo.compile(), /score is missing/)
    const guestsOnly = db.query(Guest).where({ board: 'a' }).on('byScore')
    const [guest] = await guestsOnly // whose score is optional, but there
    assert.equal(guest && (await guestsOnly.startingAfter(guest)), [])
  }))

test('a scan of GSI1 gives the items that are in the index, of each model its own, whatever else is in there', () =>
  localTable(async place => {
    await writeRows(place, rows)
    const scan = place.db.scan(Job).onGsi1()
    assert.equal(scan.compile(), { TableName: place.table, IndexName: 'GSI1', Select: 'ALL_ATTRIBUTES' })
    const sizes = (items: readonly { size: number }[]) => items.map(({ size }) => size).sort(byNumber)
    assert.equal(sizes(await scan), flagged)
    assert.equal(
      (await scan).find(({ size }) => size === 1),
      job(1)
    )
    assert.equal(sizes(await scan.segments(3)), flagged)
    assert.equal(
      sizes(await scan.filter({ size: gt(20) })),
      flagged.filter(n => n > 20)
    )
    assert.equal(sizes(await scan.only('size')), flagged)
    assert.is(await scan.count(), flagged.length)
    assert.is((await scan.limit(4)).length, 4)
    for (const both of [place.db.scan(Job, Task), place.db.scan(models({ Job, Task }))]) {
      const { Job: jobs, Task: tasks } = await both.onGsi1()
      assert.equal([sizes(jobs), sizes(tasks)], [flagged, listed])
    }
    for (const size of [1, 4, 100])
      for (const paged of [scan.pageSize(size), scan.pageSize(size).only('size')]) {
        const found: number[] = []
        let page = await paged.page()
        for (;;) {
          found.push(...sizes(page.items))
          if (page.cursor === undefined) break
          page = await paged.page(page.cursor)
        }
        assert.equal(found.sort(byNumber), flagged, inWords({ size }))
      }
    const { cursor } = await scan.pageSize(2).page()
    assert.instance(await errorFrom(() => place.db.scan(Job).page(cursor)), InvalidCursor)
  }))

test('a scan of GSI1 is explained, and refused where it cannot be', async () => {
  const db = connect({ table: 'table' })
  const said = db.scan(Job).onGsi1().limit(1).explain()
  assert.equal([said.index, said.bounds], ['GSI1', 'all of GSI1'])
  assert.is(said.warnings[0], 'a scan reads, and is charged for, everything in GSI1')
  // @ts-expect-error "Plain: not in GSI1, its model has no .gsi1(…)"
  assert.instance(await errorFrom(() => db.scan(Plain).onGsi1()), InvalidModel)
  // @ts-expect-error the same of one among several
  assert.instance(await errorFrom(() => db.scan(Job, Plain).onGsi1()), InvalidModel)
  // @ts-expect-error "GSI1 has no consistent reads: drop .consistent()"
  assert.instance(await errorFrom(() => db.scan(Job).onGsi1().consistent()), InvalidRequest)
  // @ts-expect-error the same the other way round
  assert.instance(await errorFrom(() => db.scan(Job).consistent().onGsi1()), InvalidRequest)
})

for (const ProjectionType of ['KEYS_ONLY', 'INCLUDE'] satisfies ProjectionType[])
  test(`an index that projects ${ProjectionType} gives what it has by name, and never parts of items as items`, async () => {
    const { client, stop } = await startLocalEngine()
    try {
      const key = (AttributeName: string, KeyType: 'HASH' | 'RANGE') => ({ AttributeName, KeyType })
      const TableName = `projected-${ProjectionType}-${process.pid}`
      const names = ProjectionType === 'INCLUDE' ? { NonKeyAttributes: ['id', 'size'] } : {}
      const Projection = { ProjectionType, ...names }
      await client.send(
        new CreateTableCommand({
          TableName,
          BillingMode: 'PAY_PER_REQUEST',
          KeySchema: [key('PK', 'HASH'), key('SK', 'RANGE')],
          AttributeDefinitions: ['PK', 'SK', 'GSI1PK'].map(AttributeName => ({ AttributeName, AttributeType: 'S' })),
          GlobalSecondaryIndexes: [
            { IndexName: 'GSI1', KeySchema: [key('GSI1PK', 'HASH'), key('SK', 'RANGE')], Projection }
          ]
        })
      )
      const db = connect({ table: TableName, client })
      const stored = await db.put(Job, { ...job(1), note: 'keep' })
      const query = db.query(Job).where({ flag: 'f1' }).onGsi1()
      const scan = db.scan(Job).onGsi1()
      for (const read of [query, scan, query.limit(1), query.filter({ size: 1 })]) {
        const error = await errorFrom(() => read)
        assert.instance(error, InvalidRequest)
        assert.match(error.message, /^GSI1: the index of this table projects less than all attributes, /)
      }
      assert.is(await query.count(), 1)
      assert.is(await scan.count(), 1)
      if (ProjectionType === 'INCLUDE') {
        assert.equal(await query.only('id', 'size'), [{ id: '1', size: 1 }])
        assert.equal(await scan.only('id', 'size'), [{ id: '1', size: 1 }])
      }
      assert.equal(await db.get(Job, stored), stored)
    } finally {
      await stop()
    }
  })

const Player = model('Player')
  .pk('player')
  .sk('#part')
  .gsi1('team')
  .fields({ part: t.literal('x'), team: t.string().default('none'), points: t.int().default(0) })
const Strict = model('Player')
  .pk('player')
  .sk('#part')
  .gsi1('team')
  .fields({ part: t.literal('x'), team: t.string() })

test('only() gives what a whole read gives of an attribute that a row of another program has in its index key only', () =>
  localTable(async place => {
    const { db } = place
    const [key, team] = [{ player: 'a', part: 'x' } as const, { team: 'red' }]
    await writeRows(place, [{ PK: { S: 'P#a#Player' }, SK: { S: 'x' }, GSI1PK: { S: 'T#red#Player' } }])
    assert.equal(await db.get(Player, key), { ...key, ...team, points: 0 })
    for (const one of [Player, Strict] as const) {
      const { player } = key
      assert.equal(await db.get(one, key).only('team'), team)
      assert.equal(await db.query(one).where({ player }).only('team'), [team])
      assert.equal(await db.query(one).where(team).onGsi1().only('team'), [team])
      assert.equal(await db.scan(one).only('team'), [team])
      assert.equal(await db.batchGet(db.get(one, key).only('team')), [team])
    }
    assert.is(db.get(Player, key).only('points').compile().ProjectionExpression, 'PK, SK, #0')
  }))

test.run()
