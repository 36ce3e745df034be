/** Castore's store of events: many kinds of aggregates in one table, each event under a number, the first one in an index. */
import { between, connect, gte, ItemExists, layout, lte, number, TransactionCancelled, t, text } from 'keystorm'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { designed } from '../support/designed.ts'
import { lacks } from '../support/engine.ts'
import { errorFrom } from '../support/errors.ts'

const events = layout({
  pk: 'aggregateId',
  sk: number('version'),
  indexes: { initialEvents: { pk: 'eventStoreId', sk: 'timestamp' } }
})

/** Only the program knows its stores, so that an id may hold the `#` that nobody escapes. */
const store = t.oneOf('POKEMONS', 'TRAINERS')
const Event = events.model('Event').rawKeys().pk(text('{store}#{id}')).sk('version').index('initialEvents').fields({
  store: store.onlyInKeys(),
  id: t.string().onlyInKeys(),
  version: t.int(),
  type: t.string(),
  timestamp: t.date(),
  payload: t.json().optional(),
  metadata: t.json().optional(),
  eventStoreId: store.optional() // of the first event
})

const day = (n: number) => `2023-01-0${n}T00:00:00.000Z`
const row = (version: number, id = 'POKEMONS#p#1') => ({
  ...{
    aggregateId: id,
    version,
    type: 'LEVELLED_UP',
    timestamp: day(version),
    payload: { level: version, items: [null] }
  },
  ...(version === 1 && { eventStoreId: id.split('#')[0] })
})
const pokemon = { store: 'POKEMONS', id: 'p#1' } as const
const event = (version: number) => ({
  ...{ ...pokemon, version, type: 'LEVELLED_UP', timestamp: new Date(day(version)) },
  payload: { level: version, items: [null] }
})

test('Castore: what it wrote is read, by each of its access patterns', () =>
  designed(events, async ({ db, put }) => {
    await put(row(1), row(2), row(3), row(1, 'POKEMONS#p'), row(1, 'TRAINERS#p#1'))
    const ofOne = db.query(Event).where(pokemon).consistent()
    assert.equal(await ofOne, [{ ...event(1), eventStoreId: 'POKEMONS' }, event(2), event(3)])
    assert.equal(await ofOne.reverse().limit(1), [event(3)])
    assert.equal(await ofOne.where({ version: between(2, 3) }), [event(2), event(3)])
    assert.is(await ofOne.where({ version: lte(2) }).count(), 2)

    const aggregates = db.query(Event).where({ eventStoreId: 'POKEMONS' }).on('initialEvents')
    assert.equal((await aggregates).map(({ id }) => id).sort(), ['p', 'p#1'])
    const page = await aggregates.pageSize(1).page()
    assert.is((await aggregates.pageSize(1).page(page.cursor)).items.length, 1)
    const after = aggregates.where({ timestamp: gte(new Date(day(2))) })
    assert.equal(await after, [])
  }))

test('Castore: what keystorm writes, it finds, and no event is written twice', () =>
  designed(events, async ({ db, get, find }) => {
    const first = { ...event(1), eventStoreId: 'POKEMONS' } as const
    await db.create(Event, first)
    await db.create(Event, event(2))
    assert.equal(await find('aggregateId = :id', { ':id': 'POKEMONS#p#1' }), [row(1), row(2)], 'to the byte')
    assert.equal(await find('eventStoreId = :id', { ':id': 'POKEMONS' }, 'initialEvents'), [row(1)])
    assert.instance(await errorFrom(() => db.create(Event, event(2))), ItemExists)
    if (lacks('transactions')) return
    const group = (version: number) =>
      db.transact(
        db.create(Event, event(version)),
        db.create(Event, { ...first, store: 'TRAINERS', id: 't', eventStoreId: 'TRAINERS' })
      )
    await group(3)
    assert.equal(await get({ aggregateId: 'TRAINERS#t', version: 1 }), row(1, 'TRAINERS#t'))
    const again = await errorFrom(() => group(4))
    assert.instance(again, TransactionCancelled)
    assert.match(
      again.message,
      'operation 2: Event: there already is an item under aggregateId "TRAINERS#t", version 1'
    )
    assert.is(await get({ aggregateId: 'POKEMONS#p#1', version: 4 }), undefined)
  }))

test('Castore: the events from one version to another are one query', () => {
  const some = connect({ table: 'events' }).query(Event)
  assert.equal(some.where({ ...pokemon, version: between(2, 3) }).compile(), {
    TableName: 'events',
    KeyConditionExpression: '#pk = :pk AND #sk BETWEEN :sk AND :to',
    ExpressionAttributeNames: { '#pk': 'aggregateId', '#sk': 'version' },
    ExpressionAttributeValues: { ':pk': { S: 'POKEMONS#p#1' }, ':sk': { N: '2' }, ':to': { N: '3' } }
  })
})

test.run()
