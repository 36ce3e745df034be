import { GetItemCommand, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { ConditionFailed, InvalidRequest, ItemExists, ItemNotFound, type KeyOf, model, t, withTable } from 'keystorm'
import { type LocalTable, localTable } from 'keystorm/testing'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { lacks } from '../support/engine.ts'
import { errorFrom } from '../support/errors.ts'
import { interrupted } from '../support/interrupted.ts'

const maybe = lacks('transactions') ? test.skip : test

const Fruit = model('Fruit')
  .pk('apple')
  .sk('DT#date')
  .gsi1('farm', 'date')
  .fields({
    farm: t.string().optional(),
    weight: t.number(),
    note: t.string().optional(),
    address: t.map({ city: t.string() }).optional()
  })
const Doc = model('Doc').pk('id').sk('#id').fields({ text: t.string(), version: t.version(), changed: t.updatedAt() })
const key = { apple: 'a', date: '1' }
const fruit = { ...key, farm: 'f', weight: 3 }

const row = async ({ client, table }: LocalTable, values: KeyOf<typeof Fruit>) => {
  const { PK, SK } = Fruit.key(values)
  const Key = { PK: { S: PK }, SK: { S: SK } }
  return (await client.send(new GetItemCommand({ TableName: table, Key, ConsistentRead: true }))).Item
}

maybe('move takes an item to another key, with its index', () =>
  localTable(async place => {
    const { db } = place
    await db.put(Fruit, fruit)
    assert.equal(await db.move(Fruit, key, { date: '2' }), { ...fruit, date: '2' })
    assert.is(await db.get(Fruit, key), undefined)
    assert.equal(await db.get(Fruit, { ...key, date: '2' }), { ...fruit, date: '2' })
    assert.is((await row(place, { ...key, date: '2' }))?.GSI1PK?.S, 'F#f#D#2#Fruit')
    assert.equal(await db.query(Fruit).where({ farm: 'f', date: '1' }).onGsi1(), [])
    assert.equal((await db.query(Fruit).where({ farm: 'f', date: '2' }).onGsi1()).length, 1)
    assert.equal(await db.move(Fruit, { ...key, date: '2' }, { apple: 'b', date: '3' }), {
      ...fruit,
      apple: 'b',
      date: '3'
    })
  })
)

maybe('what the model does not know, or reads less exactly than it is stored, moves along', () =>
  localTable(async place => {
    const { db, client, table } = place
    await db.put(Fruit, fruit)
    const stored = {
      ...(await row(place, key)),
      weight: { N: '0.1234567890123456789012345678' },
      colour: { S: 'red' },
      note: { NULL: true as const },
      address: { M: { city: { S: 'Paris' }, street: { S: 'unknown to the model' } } }
    }
    await client.send(new PutItemCommand({ TableName: table, Item: stored }))
    await db.move(Fruit, key, { date: '2' })
    const { PK, SK, GSI1PK, date, ...rest } = stored as Record<string, unknown>
    const { PK: _, SK: __, GSI1PK: ___, date: ____, ...moved } = (await row(place, { ...key, date: '2' })) ?? {}
    assert.equal(moved, rest)
  })
)

maybe('an index key without its attributes does not move along', () =>
  localTable(async place => {
    const { db, client, table } = place
    await db.put(Fruit, fruit)
    const { farm, ...stale } = (await row(place, key)) ?? {}
    await client.send(new PutItemCommand({ TableName: table, Item: stale }))
    await db.move(Fruit, key, { date: '2' })
    assert.is((await row(place, { ...key, date: '2' }))?.GSI1PK, undefined)
  })
)

maybe('an item that is not there is an ItemNotFound, one in the way an ItemExists, and nothing is changed', () =>
  localTable(async ({ db }) => {
    assert.instance(await errorFrom(() => db.move(Fruit, key, { date: '2' })), ItemNotFound)
    await db.put(Fruit, fruit)
    await db.put(Fruit, { ...fruit, date: '2', weight: 9 })
    const error = await errorFrom(() => db.move(Fruit, key, { date: '2' }))
    assert.instance(error, ItemExists)
    assert.match(error.message, /under PK "A#a#Fruit", SK "DT#2"/)
    assert.equal(await db.query(Fruit).where({ apple: 'a' }), [fruit, { ...fruit, date: '2', weight: 9 }])
  })
)

test('a move to the same key, or of what is no key, is refused', () =>
  localTable(async ({ db }) => {
    await db.put(Fruit, fruit)
    for (const [newKey, message] of [
      [{ date: '1' }, /was given the key the item has/],
      [{}, /was given the key the item has/],
      [{ weight: 1 }, /was given weight, which is not in PK or SK/]
    ] as const) {
      const error = await errorFrom(() => db.move(Fruit, key, newKey as { date: string }))
      assert.instance(error, InvalidRequest)
      assert.match(error.message, message)
    }
    assert.equal(await db.get(Fruit, key), fruit)
  }))

maybe('the version is one more, and decides whether the item has changed', () =>
  localTable(async ({ db }) => {
    const one = await db.create(Doc, { id: 'a', text: 'x' })
    await new Promise(resolve => setTimeout(resolve, 5))
    const moved = await db.move(Doc, one, { id: 'b' })
    assert.is(moved.version, 2)
    assert.ok(moved.changed > one.changed)
    assert.equal(await db.get(Doc, { id: 'b' }), moved)
    assert.is(await db.get(Doc, { id: 'a' }), undefined)
  })
)

const meddlings: [what: string, update: string, values: Record<string, { S: string } | { N: string }>][] = [
  ['changed', 'SET weight = :v', { ':v': { N: '9' } }],
  ['given an attribute', 'SET note = :v', { ':v': { S: 'new' } }],
  ['robbed of an attribute', 'REMOVE farm', {}]
]
for (const [what, UpdateExpression, values] of meddlings)
  maybe(`an item that is ${what} meanwhile is a ConditionFailed, and stays where it is`, () =>
    localTable(async ({ db, client, table }) => {
      await db.put(Fruit, fruit)
      const { PK, SK } = Fruit.key(key)
      const Key = { PK: { S: PK }, SK: { S: SK } }
      const update = {
        TableName: table,
        Key,
        UpdateExpression,
        ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: values })
      }
      const meddling = interrupted(client, () => client.send(new UpdateItemCommand(update)))
      const move = withTable(table, { client: meddling }, () => db.move(Fruit, key, { date: '2' }))
      const error = (await errorFrom(() => move)) as ConditionFailed
      assert.instance(error, ConditionFailed)
      assert.equal(error.item, await db.get(Fruit, key))
      assert.is(error.data.reason, 'condition')
      assert.match(error.message, /because the item was changed while it was moved/)
      assert.is(await db.get(Fruit, { ...key, date: '2' }), undefined)
    })
  )

maybe('without a version, an item of 150 attributes moves, its keys among them, and one of more is refused', () =>
  localTable(async ({ db, client, table }) => {
    const Wide = model('Wide').pk('apple').sk('date').fields({})
    const put = (count: number) => {
      const rest = Array.from({ length: count - 4 }, (_, i) => [`name${i}`, { N: `${i}` }])
      const keys = { PK: { S: 'A#a#Wide' }, SK: { S: 'D#1' }, apple: { S: 'a' }, date: { S: '1' } }
      return client.send(new PutItemCommand({ TableName: table, Item: { ...keys, ...Object.fromEntries(rest) } }))
    }
    await put(150)
    await db.move(Wide, key, { date: '2' })
    assert.is(await db.get(Wide, key), undefined)
    await put(151)
    assert.instance(await errorFrom(() => db.move(Wide, key, { date: '3' })), InvalidRequest)
  })
)

maybe('with a version, only the version must be as it was', () =>
  localTable(async ({ db, client, table }) => {
    const doc = await db.create(Doc, { id: 'a', text: 'x' })
    const meddling = interrupted(client, async () => await db.update(Doc, { id: 'a' }).set({ text: 'y' }))
    const move = withTable(table, { client: meddling }, () => db.move(Doc, doc, { id: 'b' }))
    const error = (await errorFrom(() => move)) as ConditionFailed<typeof doc>
    assert.instance(error, ConditionFailed)
    assert.is(error.item?.version, 2)
    assert.is(error.data.reason, 'version')
    assert.is((await db.get(Doc, { id: 'a' }))?.text, 'y')
  })
)

test.run()
