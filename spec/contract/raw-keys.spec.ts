/** Raw keys, whose values nobody escapes: what is kept in them alone, what stands beside them, and rows that they cannot tell. */
import { PutItemCommand } from '@aws-sdk/client-dynamodb'
import fc from 'fast-check'
import {
  type AnyModel,
  beginsWith,
  connect,
  type Fields,
  gt,
  gte,
  InvalidItem,
  InvalidRequest,
  layout,
  models,
  number,
  t,
  text,
  UndecodableItem
} from 'keystorm'
import { localTable } from 'keystorm/testing'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { errorFrom } from '../support/errors.ts'
import { idleClient } from '../support/idle.ts'
import { assertMany, runs } from '../support/runs.ts'

const app = layout({ pk: 'pk', sk: 'sk', indexes: { byKind: { pk: 'kindKey', sk: 'sk' } } })
const Sample = app
  .model('Sample')
  .rawKeys()
  .pk('pk')
  .sk(text('{time}#{n}'))
  .fields({ time: t.string().onlyInKeys(), n: t.string().onlyInKeys() })
const odd = { pk: 's', time: '10#30', n: '1' }

test('what a raw key alone would hold, and could not be read from, is not written by any verb', () =>
  localTable(app, async ({ db }) => {
    const attempts = [
      () => db.create(Sample, odd),
      () => db.put(Sample, odd),
      () => db.batchWrite(db.put(Sample, odd)),
      () => db.transact(db.create(Sample, odd)),
      () => db.update(Sample, odd).upsert(),
      () => db.load(Sample, [odd])
    ]
    for (const attempt of attempts) {
      const error = await errorFrom(attempt)
      assert.instance(error, InvalidItem)
      assert.match(error.message, 'time: is .onlyInKeys(), and could not be read there')
    }
    assert.equal(await db.query(Sample).where({ pk: 's' }), [])
    assert.equal(await db.create(Sample, { ...odd, time: '10:30' }), { ...odd, time: '10:30' })
    const moved = await errorFrom(() => db.move(Sample, { ...odd, time: '10:30' }, { time: '10#31' }))
    assert.instance(moved, InvalidItem)
  }))

test('nor by an update that gives the key of an index', async () => {
  const Task = app
    .model('Task')
    .rawKeys()
    .pk('pk')
    .sk('sk')
    .index('byKind', { pk: text('{kind}/{pk}') })
    .fields({ kind: t.string().optional().onlyInKeys() })
  await localTable(app, async ({ db }) => {
    const key = { pk: 'a/b', sk: '1' }
    await db.create(Task, { ...key, kind: 'x' })
    await db.update(Task, key).set({ kind: 'y/z' }) // pk stands beside the key, and parts it
    assert.equal(await db.get(Task, key), { ...key, kind: 'y/z' })
  })
  const { client } = idleClient()
  const db = connect({ table: 'table', client })
  const Pair = app
    .model('Pair')
    .rawKeys()
    .pk('pk')
    .sk('sk')
    .index('byKind', { pk: text('{a}/{b}') })
    .fields({ a: t.string().optional().onlyInKeys(), b: t.string().optional().onlyInKeys() })
  const update = db.update(Pair, { pk: 'p', sk: '1' })
  assert.instance(await errorFrom(() => update.set({ a: 'x/y', b: 'z' }).compile()), InvalidItem)
  assert.is(update.set({ a: 'x', b: 'z' }).compile().ConditionExpression, 'attribute_exists(pk)')
})

test('a row of another program whose raw key tells no value is told, whatever range is asked', () =>
  localTable(app, async ({ db, client, table }) => {
    await client.send(new PutItemCommand({ TableName: table, Item: { pk: { S: 's' }, sk: { S: '10#30#1' } } }))
    await db.put(Sample, { pk: 's', time: '10:15', n: '1' })
    for (const range of [beginsWith('10#'), gte('10#00'), gt('10')]) {
      const query = db.query(Sample).where({ pk: 's', time: range })
      assert.instance(await errorFrom(() => query), UndecodableItem)
      const skipped: string[] = []
      await query.skipInvalid(error => skipped.push(error.message))
      assert.is(skipped.length, 1)
      assert.match(String(skipped), /is missing: it is only in keys, and this row's do not tell it/)
    }
  }))

test('what stands beside a raw key tells the rest of it, and so does what has not all texts', () =>
  localTable(app, async ({ db, client, table }) => {
    const Journal = app
      .model('Journal')
      .rawKeys()
      .pk(text('journal-P-{entity}-{group}'))
      .sk('sk')
      .fields({ entity: t.string(), group: t.string().onlyInKeys() })
    const entry = { entity: 'u-u-i-d', group: 'a-7', sk: '1' }
    assert.equal(await db.create(Journal, entry), entry)
    assert.equal(await db.get(Journal, entry), entry)
    assert.equal(await db.get(Journal, entry).only('group'), { group: 'a-7' })
    const Item = { pk: { S: 'journal-P-u-u-i-d-a-8' }, sk: { S: '1' }, entity: { S: 'u-u-i-d' } }
    await client.send(new PutItemCommand({ TableName: table, Item }))
    assert.equal(await db.get(Journal, { ...entry, group: 'a-8' }), { ...entry, group: 'a-8' })

    const Shard = app
      .model('Shard')
      .rawKeys()
      .pk(text('{tenant}-{shard}'))
      .sk(text('{kind}#{day}#{rest}'))
      .fields({
        tenant: t.string().onlyInKeys(),
        shard: t.int({ padded: false }).onlyInKeys(),
        kind: t.oneOf('a', 'a#b').onlyInKeys(),
        day: t.day().onlyInKeys(),
        rest: t.string().onlyInKeys()
      })
    const row = { tenant: '7f-3', shard: 12, kind: 'a#b', day: '2026-01-01', rest: 'x#y' } as const
    assert.equal(await db.create(Shard, row), row)
    assert.equal(await db.query(Shard).where({ tenant: '7f-3', shard: 12, kind: 'a#b' }), [row])
  }))

test('whatever is written is read back as it was given, and the rest is refused', async () => {
  const piece = fc.stringMatching(/^[a-c12#-]{1,4}$/)
  const values = fc.record({ a: piece, b: piece, c: piece, n: fc.integer({ min: -20, max: 120 }) })
  const keys = ['{a}#{b}', '{a}-{n}#{b}', '{n}#{a}', '{a}#{n}', 'x#{a}#-{b}', '{c}#{a}', '{a}-{c}#{b}', '{b}#{c}#{n}']
  const count = { written: 0, refused: 0 }
  await localTable(app, async ({ db }) => {
    const made = keys.map(key => {
      const names = [...key.matchAll(/\{(\w)\}/g)].map(([, name = '']) => name)
      const all: Fields = { a: t.string().onlyInKeys(), b: t.string().onlyInKeys(), c: t.string() }
      const fields = { ...all, n: t.int({ padded: false }).onlyInKeys() }
      const own: Fields = Object.fromEntries(Object.entries(fields).filter(([name]) => names.includes(name)))
      return {
        names,
        Any: app
          .model('Any')
          .rawKeys()
          .pk('pk')
          .sk(text(key))
          .fields(own as never) as AnyModel
      }
    })
    const written = fc.asyncProperty(values, fc.constantFrom(...made), async (given, { names, Any }) => {
      const item = { pk: 'p', ...Object.fromEntries(Object.entries(given).filter(([name]) => names.includes(name))) }
      try {
        assert.equal(await db.put(Any, item), item)
      } catch (error) {
        assert.instance(error, InvalidItem)
        count.refused++
        return
      }
      count.written++
      assert.equal(await db.get(Any, item), item)
    })
    await fc.assert(written, { numRuns: runs(1000) })
  })
  assertMany(count.written > 50 && count.refused > 5, `${count.written} written, ${count.refused} refused`)
})

test('raw keys that begin or end otherwise are apart, whatever parts their values', () => {
  const colon = layout({ pk: 'pk', sk: 'sk', delimiters: ':' })
  const raw = (name: string, pk: string) => colon.model(name).rawKeys().pk(text(pk)).sk(text('P'))
  const pairs = [
    ['USER:{a}', 'ORDER:{a}'],
    ['user-{a}', 'order-{a}'],
    ['Y', 'Z:{a}'],
    ['{a}:end', '{a}:stop'],
    ['Z', '{a}:Z']
  ]
  for (const [one = '', other = ''] of pairs) models({ One: raw('One', one), Other: raw('Other', other) } as never)
  for (const [one = '', other = ''] of [
    ['U:{a}', '{a}:x'],
    ['U:{a}', 'U:{a}:x'],
    ['U:x', 'U:{a}'],
    ['{a}', 'b']
  ])
    assert.throws(
      () => models({ One: raw('One', one), Other: raw('Other', other) } as never),
      'could claim the same item'
    )
})

test('a query is not filtered by a key that it is found by, which DynamoDB refuses', async () => {
  const games = layout({ pk: 'id', sk: number('n'), indexes: { byScore: { pk: 'game', sk: number('score') } } })
  const Game = games
    .model('Game')
    .pk('id')
    .sk('n')
    .index('byScore')
    .fields({ n: t.int(), game: t.string(), score: t.int() })
  await localTable(games, async ({ db }) => {
    const item = { id: 'a', n: 1, game: 'go', score: 5 }
    await db.put(Game, item)
    const scored = db.query(Game).where({ game: 'go' }).on('byScore')
    const error = await errorFrom(() => scored.filter({ score: gt(3) }))
    assert.instance(error, InvalidRequest)
    assert.is(
      error.message,
      'Game: filter() is given score, a key of what is read, which DynamoDB does not filter by: give it to where().'
    )
    assert.instance(
      await errorFrom(() =>
        db
          .query(Game)
          .where({ id: 'a' })
          .filter({ n: gt(0) })
      ),
      InvalidRequest
    )
    assert.equal(await scored.filter({ n: gt(0) }), [item])
    assert.equal(
      await db
        .query(Game)
        .where({ id: 'a' })
        .filter({ score: gt(3) }),
      [item]
    )
    assert.equal(await db.scan(Game).filter({ score: gt(3), n: gt(0) }), [item])
  })
})

test('an upsert of an item that is nothing but its key', () =>
  localTable(app, async ({ db }) => {
    const Mark = app.model('Mark').pk(text('MARK#{name}')).sk(text('MARK')).fields({ name: t.string().onlyInKeys() })
    const update = db.update(Mark, { name: 'a' }).upsert()
    assert.is(update.compile().UpdateExpression, undefined)
    await update
    assert.equal(await db.get(Mark, { name: 'a' }), { name: 'a' })
    const error = await errorFrom(() => db.transact(update))
    assert.instance(error, InvalidRequest)
    assert.match(error.message, 'an upsert that writes nothing beside the key cannot be part of a transaction')
  }))

test.run()
