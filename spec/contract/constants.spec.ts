import { connect, gt, type InputOf, type ItemOf, layout, model, t, text } from 'keystorm'
import { localTable } from 'keystorm/testing'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { lacks } from '../support/engine.ts'
import { type Equal, isType } from '../support/types.ts'

const User = model('User')
  .pk('id')
  .sk('#record')
  .fields({ record: t.literal('PROFILE').default('PROFILE'), name: t.string() })
const Bare = model('Bare')
  .pk('id')
  .sk('record')
  .fields({ record: t.oneOf('ONE'), name: t.string() })

test('a key attribute with one possible value need not be given to verbs', () =>
  localTable(async ({ db }) => {
    assert.equal(db.get(User, { id: 'ann' }).compile().Key, { PK: { S: 'I#ann#User' }, SK: { S: 'PROFILE' } })
    const user = await db.put(User, { id: 'ann', name: 'Ann' })
    assert.equal(await db.get(User, { id: 'ann' }), user)
    await db.update(User, { id: 'ann' }).set({ name: 'Lee' })
    assert.equal(await db.get(User, { id: 'ann' }), { ...user, name: 'Lee' })
    await db.delete(User, { id: 'ann' })
    assert.is(await db.get(User, { id: 'ann' }), undefined)
  }))

test('nor to what writes a whole item, with or without a default, to the compiler either', () =>
  localTable(async ({ db }) => {
    const bare = { id: 'a', name: 'A' }
    isType<Equal<InputOf<typeof Bare>, { id: string; record?: 'ONE'; name: string }>>()
    isType<Equal<ItemOf<typeof Bare>, { id: string; record: 'ONE'; name: string }>>()
    const written = { ...bare, record: 'ONE' } as const
    assert.equal(await db.create(Bare, bare), written)
    assert.equal(await db.put(Bare, bare), written)
    await db.load(Bare, [bare])
    await db.batchWrite(db.put(Bare, bare))
    assert.equal(await db.get(Bare, bare), written)
    // @ts-expect-error kind is in no key, so that only its default would be written
    assert.throws(() => db.put(Kind, { id: 'a', n: '1' }).compile(), /kind: is missing/)
  }))

const Kind = model('Kind')
  .pk('id')
  .sk('n')
  .fields({ kind: t.literal('K') })

const transactionTest = lacks('transactions') ? test.skip : test

transactionTest('nor to move', () =>
  localTable(async ({ db }) => {
    await db.put(User, { id: 'ann', name: 'Lee' })
    await db.move(User, { id: 'ann' }, { id: 'bob' })
    assert.equal(await db.get(User, { id: 'bob' }), { id: 'bob', record: 'PROFILE', name: 'Lee' })
  })
)

test('an upsert writes the attribute that was not given', () =>
  localTable(async ({ db }) => {
    const upsert = db.update(Bare, { id: 'a' }).set({ name: 'A' }).upsert()
    assert.match(JSON.stringify(upsert.compile().ExpressionAttributeValues), '"S":"ONE"')
    await upsert
    assert.equal(await db.get(Bare, { id: 'a' }), { id: 'a', record: 'ONE', name: 'A' })
    // @ts-expect-error id is no constant
    assert.throws(() => db.get(Bare, {}).compile(), /id must be/)
  }))

const Note = model('Note')
  .pk('id')
  .sk('#record', 'n')
  .gsi1('kind', 'topic')
  .fields({ record: t.literal('NOTE'), kind: t.literal('K').default('K'), topic: t.string() })

test('nor to where(), to the compiler either', () =>
  localTable(async ({ db }) => {
    await db.load(Note, [
      { id: 'a', record: 'NOTE', n: '1', topic: 't' },
      { id: 'a', record: 'NOTE', n: '2', topic: 't' }
    ])
    assert.is((await db.query(Note).where({ id: 'a', n: '2' })).length, 1)
    assert.is((await db.query(Note).where({ id: 'a', n: gt('1') })).length, 1)
    assert.is((await db.query(Note).where({ topic: 't' }).onGsi1()).length, 2)
    assert.is((await db.query(Note).where({ topic: 't', n: '1' }).onGsi1()).length, 1)
    // @ts-expect-error Note: where() lacks topic, a part of GSI1PK
    assert.throws(() => db.query(Note).where({ id: 'a' }).onGsi1().compile(), /lacks topic/)
  }))

test('nor to set(), which writes the keys of an index, to the compiler either', () =>
  localTable(async ({ db }) => {
    await db.put(Note, { id: 'a', record: 'NOTE', n: '1', topic: 't' })
    await db.update(Note, { id: 'a', n: '1' }).set({ topic: 'u' })
    assert.is(await db.query(Note).where({ topic: 'u' }).onGsi1().count(), 1)
    const texts = layout({ pk: 'id', indexes: { byTopic: { pk: 'topicKey', sk: 'sortKey' } } })
    const Text = texts
      .model('Text')
      .pk('id')
      .index('byTopic', { pk: text('{kind}#{topic}'), sk: text('{at}') })
      .fields({ kind: t.literal('K').default('K'), topic: t.string(), at: t.string() })
    const set = db.update(Text, { id: 'a' }).set({ topic: 't', at: '1' })
    assert.equal(
      Object.values(set.compile().ExpressionAttributeValues ?? {}),
      ['t', '1', 'K#t', '1'].map(S => ({ S }))
    )
    const ready: PromiseLike<void> = set
    // @ts-expect-error Text: set() gives topic but not at
    const unready: PromiseLike<void> = db.update(Text, { id: 'a' }).set({ topic: 't' })
    assert.ok(ready !== unready)
  }))

test('nor to key() and gsi1Key(), to the compiler either', () => {
  const key = Note.key({ id: 'a', n: '1' })
  isType<Equal<typeof key, { PK: 'I#a#Note'; SK: 'NOTE#N#1' }>>()
  assert.equal(key, { PK: 'I#a#Note', SK: 'NOTE#N#1' })
  const index = Note.gsi1Key({ topic: 't', n: '1' })
  isType<Equal<typeof index, { GSI1PK: 'K#K#T#t#Note'; SK: 'NOTE#N#1' }>>()
  assert.equal(index, { GSI1PK: 'K#K#T#t#Note', SK: 'NOTE#N#1' })
})

const app = layout({ pk: 'kind', sk: 'id', indexes: { byTime: { pk: 'kind', sk: 'at' } } })
const fields = { at: t.string() }
const Given = app
  .model('Given')
  .pk('kind')
  .sk('id')
  .index('byTime')
  .fields({ ...fields, kind: t.literal('K') })
const Default = app
  .model('Default')
  .pk('kind')
  .sk('id')
  .index('byTime')
  .fields({ ...fields, kind: t.literal('K').default('K') })

for (const one of [Given, Default] as const)
  test(`nor where it is a key as it is, beside which each other value counts: ${one.name}`, () =>
    localTable(app, async ({ db }) => {
      const ids = (rows: readonly { readonly id: string }[]) => rows.map(({ id }) => id)
      const Kind = one as typeof Default
      await db.load(Kind, [
        { id: '1', at: '10', kind: 'K' },
        { id: '2', at: '20', kind: 'K' }
      ])
      assert.is((await db.get(Kind, { id: '2' }))?.at, '20')
      assert.equal(Kind.indexKey('byTime', { at: '10' }), { kind: 'K', at: '10' })
      assert.equal(ids(await db.query(Kind).where({})), ['1', '2'])
      assert.equal(ids(await db.query(Kind).where({ id: '2' })), ['2'])
      assert.equal(ids(await db.query(Kind).where({ id: gt('1') })), ['2'])
      assert.equal(ids(await db.query(Kind).where({ at: '20' }).on('byTime')), ['2'])
      assert.equal(ids(await db.query(Kind).where({ kind: 'K', at: '20' }).on('byTime')), ['2'])
    }))

test('nor where a key has several attributes', () => {
  const places = layout({ pk: 'id', indexes: { byPlace: { pk: ['kind', 'place'], sk: 'at' } } })
  const Kind = places
    .model('Kind')
    .pk('id')
    .index('byPlace')
    .fields({ ...fields, kind: t.literal('K'), place: t.string() })
  const place = connect({ table: 'places' }).query(Kind).where({ place: 'p', at: '20' }).on('byPlace')
  assert.is(place.compile().KeyConditionExpression, '#pk = :pk AND #pk1 = :pk1 AND #sk = :sk')
})

test.run()
