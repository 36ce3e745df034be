/** Read, change, write: what is sent, what is not lost, and what becomes of those who come in between. */
import { GetItemCommand, PutItemCommand, type TransactWriteItemsCommandInput } from '@aws-sdk/client-dynamodb'
import fc from 'fast-check'
import {
  type AnyModel,
  ConditionFailed,
  InvalidItem,
  InvalidRequest,
  ItemExists,
  ItemNotFound,
  layout,
  model,
  plus,
  type Sender,
  TransactionCancelled,
  t,
  withTable
} from 'keystorm'
import { modify } from 'keystorm/modify'
import { type LocalTable, localTable } from 'keystorm/testing'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { senderOf } from '../../lib/driver/client.ts'
import { assertRequests, assertSent } from '../support/counted.ts'
import { lacks } from '../support/engine.ts'
import { errorFrom } from '../support/errors.ts'
import { inWords, samples } from '../support/laws.ts'
import { indexedModels } from '../support/random-models.ts'
import { runs } from '../support/runs.ts'

const maybe = lacks('transactions') ? test.skip : test

const Counter = model('Counter')
  .pk('name')
  .sk('#kind')
  .fields({ kind: t.literal('COUNTER').default('COUNTER'), last: t.int(), note: t.string().optional() })
const Ticket = model('Ticket')
  .pk('queue')
  .sk('N#number')
  .fields({ number: t.int({ digits: 4 }) })
const Note = model('Note')
  .pk('owner')
  .sk('note')
  .gsi1('state', 'rank')
  .fields({
    state: t.string().optional(),
    rank: t.int({ digits: 3 }).default(1),
    text: t.string(),
    tags: t.set(t.string()).optional(),
    place: t.map({ city: t.string(), street: t.string().optional() }).optional(),
    reads: t.int().default(0),
    version: t.version(),
    changed: t.updatedAt()
  })
const counter = { name: 'c', kind: 'COUNTER' } as const
const key = { owner: 'a', note: 'n' }

interface Sent extends LocalTable {
  readonly sent: { readonly operation: string; readonly input: object }[]
}

/** A table, and what is sent to it; `after` may throw in the place of an answer. */
const watched = (use: (place: Sent) => Promise<void>, after: (operation: string) => void = () => {}) =>
  localTable(async place => {
    const sent: { operation: string; input: object }[] = []
    const inner = senderOf(place.client)
    const sender: Sender = {
      request: async (operation, input, options) => {
        sent.push({ operation, input })
        const answer = await inner.request(operation, input, options)
        after(operation)
        return answer
      }
    }
    await withTable(place.table, { client: sender }, () => use({ ...place, sent }))
  })

const namesOf = ({ sent }: Sent) => sent.map(({ operation }) => operation)

/** The update that was sent last. */
const updateIn = ({ sent }: Sent) => {
  const input = sent.at(-1)?.input as TransactWriteItemsCommandInput // nothing else is sent last where this is asked
  return input.TransactItems?.[0]?.Update
}

/** Does something the first time that it is called. */
const once = (act: () => PromiseLike<unknown>) => {
  let isDone = false
  return async () => {
    if (isDone) return
    isDone = true
    await act()
  }
}

maybe('what is different is written, under the version and under what it was', () =>
  watched(async place => {
    const { db } = place
    const first = { ...key, text: 'a', state: 'new', tags: new Set(['x']), place: { city: 'Pau' } }
    const made = await db.create(Note, first)
    const next = await modify(db, Note, key, async ({ tags, ...note }) => ({ ...note, text: 'b', state: 'old' }))
    const { UpdateExpression, ConditionExpression, ReturnValuesOnConditionCheckFailure } = updateIn(place) ?? {}
    assert.is(
      UpdateExpression,
      'SET #0 = :0, #1 = :1, #2 = :2, #3 = :3, #4 = if_not_exists(#4, :4) + :5, #5 = :6 REMOVE #6'
    )
    assert.is(
      ConditionExpression,
      '(attribute_exists(PK) AND #4 = :7) AND ((#0 = :8) AND (#1 = :9) AND (#2 = :10) AND (#6 = :11))'
    )
    assert.is(ReturnValuesOnConditionCheckFailure, 'ALL_OLD')
    assert.equal(await db.get(Note, key).consistent(), next)
    const { changed, ...rest } = next
    assert.equal(rest, { ...key, text: 'b', state: 'old', rank: 1, reads: 0, place: { city: 'Pau' }, version: 2 })
    assert.ok(changed >= made.changed)
    assert.is(await db.query(Note).where({ state: 'old', rank: 1 }).onGsi1().count(), 1)
    await modify(db, Note, key, ({ state, ...note }) => note)
    assert.is(await db.query(Note).where({ state: 'old', rank: 1 }).onGsi1().count(), 0)
    const inside = await modify(db, Note, key, note => ({ ...note, place: { city: 'Pau', street: 'x' } }))
    assert.equal(await db.get(Note, key).consistent(), inside)
  })
)

maybe('an item is written as put would write it, its keys in indexes included', () =>
  localTable(async place => {
    const { client, table, db } = place
    const written = (item: Readonly<Record<string, unknown>>) => item as never // of whatever model
    const rowOf = async (of: AnyModel, item: Readonly<Record<string, unknown>>) => {
      const { PK, SK } = (of as typeof Ticket).key(written(item)) // all of them have these keys
      const Key = { PK: { S: PK }, SK: { S: SK } }
      const { Item } = await client.send(new GetItemCommand({ TableName: table, Key, ConsistentRead: true }))
      const { version, at, createdAt, updatedAt, ...row } = Item ?? {}
      return row
    }
    for (const { model, keys, values, required } of indexedModels) {
      const members = Object.entries(values).map(([name, some]) => {
        const all = required.includes(name) ? some.filter(value => value !== undefined) : some
        return [name, fc.constantFrom(...all)] as const
      })
      const item = fc.record(Object.fromEntries(members))
      for (const [n, [before, after]] of samples(fc.tuple(item, item), runs(4)).entries()) {
        const key = { ...keys[n % keys.length] }
        await db.delete(model, written(key))
        await db.create(model, written({ ...key, ...before }))
        const made = await modify(db, model, written(key), () => written({ ...key, ...after }))
        const row = await rowOf(model, key)
        const what = inWords({ model: model.name, before, after })
        assert.equal(await db.get(model, written(key)).consistent(), made, what)
        await db.delete(model, written(key))
        await db.create(model, written({ ...key, ...after }))
        assert.equal(row, await rowOf(model, key), what)
      }
    }
  })
)

maybe('nothing is written where nothing is different, or nothing is given', () =>
  watched(async place => {
    const { db } = place
    const made = await db.create(Note, { ...key, text: 'a', tags: new Set(['x']) })
    assert.equal(await modify(db, Note, key, note => ({ ...note, tags: new Set(['x']), state: undefined })), made)
    assert.equal(await modify(db, Note, key, () => undefined), made)
    assert.equal(namesOf(place), ['PutItem', 'GetItem', 'GetItem'])
    const forgotten = modify(db, Note, key, note => {
      note.text = 'b'
      return undefined
    })
    assert.match((await errorFrom(() => forgotten)).message, 'it must give it back')
    assert.is((await modify(db, Note, key, note => Object.assign(note, { text: 'b' }))).text, 'b')
  })
)

maybe('who comes in between is not overwritten: the change is made anew', () =>
  watched(async place => {
    const { db } = place
    await db.create(Counter, { ...counter, last: 1 })
    const between = once(() => db.update(Counter, counter).set({ last: plus(10) }))
    const seen: number[] = []
    const next = await modify(db, Counter, counter, async ({ last, ...rest }) => {
      seen.push(last)
      await between()
      return { ...rest, last: last + 1 }
    })
    assert.equal([seen, next.last], [[1, 11], 12])
    assert.equal(await db.get(Counter, counter).consistent(), next)
    assertSent(namesOf(place), [
      ...['PutItem', 'GetItem', 'UpdateItem', 'TransactWriteItems', 'GetItem', 'TransactWriteItems', 'GetItem']
    ])
  })
)

maybe('without a version all that was read is compared, what the model does not know and what was not there, too', () =>
  watched(async ({ db, client, table }) => {
    await db.create(Counter, { ...counter, last: 1 })
    const { PK, SK } = Counter.key(counter)
    const kept = { kind: { S: 'COUNTER' }, last: { N: '1' }, colour: { S: 'blue' } }
    const row = { PK: { S: PK }, SK: { S: SK }, name: { S: 'c' }, ...kept }
    const write = (more: object) =>
      once(() => client.send(new PutItemCommand({ TableName: table, Item: { ...row, ...more } })))
    for (const more of [{ colour: { S: 'red' } }, { note: { S: 'x' } }]) {
      let tries = 0
      const between = write(more)
      await write({})()
      await modify(db, Counter, counter, async one => {
        tries++
        await between()
        return { ...one, last: one.last + 1 }
      })
      const { Item } = await client.send(
        new GetItemCommand({ TableName: table, Key: { PK: row.PK, SK: row.SK }, ConsistentRead: true })
      )
      assert.equal([tries, Item], [2, { ...row, ...more, last: { N: '2' } }])
    }
  })
)

maybe('a counter that keeps the version is in nobody’s way, but is not overwritten', () =>
  watched(async ({ db }) => {
    await db.create(Note, { ...key, text: 'a' })
    const count = () =>
      db
        .update(Note, key)
        .set({ reads: plus(1) })
        .keepVersion()
    for (const [change, tries] of [
      [{ text: 'b' }, 1],
      [{ text: 'c', reads: 10 }, 2]
    ] as const) {
      let asked = 0
      const between = once(count)
      await modify(db, Note, key, async note => {
        asked++
        await between()
        return { ...note, ...change }
      })
      assert.is(asked, tries)
      const { reads, text } = await db.get(Note, key).consistent().orThrow()
      assert.equal([reads, text], [asked === 1 ? 1 : 10, change.text])
    }
  })
)

maybe('a sequence has neither gaps nor doubles, and what takes its numbers is written with it', () =>
  localTable(async ({ db }) => {
    const open = modify(db, Counter, counter, one => ({ ...one, last: one.last + 1 }))
      .orCreate({ last: 1 })
      .along(({ last }) => db.create(Ticket, { queue: 'q', number: last }))
      .retry({ attempts: 40 })
    const numbers = await Promise.all(Array.from({ length: 16 }, async () => (await open).last))
    const all = Array.from({ length: 16 }, (_, n) => n + 1)
    assert.equal(
      numbers.sort((a, b) => a - b),
      all
    )
    const tickets = await db.query(Ticket).where({ queue: 'q' }).consistent()
    assert.equal(
      tickets.map(({ number }) => number),
      all
    )
  })
)

maybe('an answer that gets lost is no lost race, and nothing is done twice', async () => {
  let lost = 0
  const lose = (operation: string) => {
    if (operation === 'TransactWriteItems' && lost++ < 2)
      throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' })
  }
  await watched(async place => {
    const { db } = place
    await db.create(Counter, { ...counter, last: 1 })
    const seen: number[] = []
    const next = await modify(db, Counter, counter, one => {
      seen.push(one.last)
      return { ...one, last: one.last + 1 }
    })
    assert.equal([seen, next.last, lost], [[1], 2, 3])
    assert.is((await db.get(Counter, counter).consistent())?.last, 2)
    const tokens = place.sent.flatMap(({ input }) => ('ClientRequestToken' in input ? [input.ClientRequestToken] : []))
    assertRequests(tokens.length, 3)
    assert.is(new Set(tokens).size, 1)
  }, lose)
})

maybe('where there is no item, it is made, or missed', () =>
  watched(async ({ db, sent }) => {
    const missed = modify(db, Note, key, note => ({ ...note, text: 'b' }))
    assert.instance(await errorFrom(() => missed), ItemNotFound)
    assert.is(sent.length, 1)
    const made = await missed.orCreate({ text: 'a' })
    assert.equal([made.text, made.version, made.reads], ['a', 1, 0])
    assert.equal(await db.get(Note, key).consistent(), made)
    assert.is((await missed.orCreate({ text: 'a' })).text, 'b')
    await db.delete(Note, key)
    assert.instance(await errorFrom(() => missed.orCreate({ text: 1 as never })), InvalidItem)
    const both = await Promise.all([1, 2].map(n => missed.orCreate({ text: `a${n}` })))
    assert.equal(both.map(({ version }) => version).sort(), [1, 2])
    // @ts-expect-error it lacks the text
    const lacking = missed.orCreate({ rank: 2 })
    assert.instance(lacking, Object)
  })
)

maybe('what cannot be written is told, and nothing is', () =>
  watched(async place => {
    const { db } = place
    const made = await db.create(Note, { ...key, text: 'a' })
    const problem = (change: object) => errorFrom(() => modify(db, Note, key, note => ({ ...note, ...change })))
    assert.match(
      (await problem({ note: 'other' })).message,
      'note: stands in the primary key, which only move() changes'
    )
    assert.match((await problem({ version: 7 })).message, 'version: is written by keystorm itself')
    assert.match((await problem({ text: undefined })).message, 'text: cannot be removed')
    assert.match((await problem({ colour: 'red' })).message, 'colour: is not an attribute')
    assert.match((await problem({ reads: plus(1) })).message, 'reads:')
    const given = (next: unknown) => errorFrom(() => modify(db, Note, key, () => next as never))
    assert.match((await given(3)).message, 'the change of modify() must give an object, but is 3')
    const thrown = new Error('mine')
    const throwing = modify(db, Note, key, () => {
      throw thrown
    })
    assert.is(await errorFrom(() => throwing), thrown)
    assert.ok(namesOf(place).every(operation => operation !== 'TransactWriteItems'))
    assert.equal(await db.get(Note, key).consistent(), made)
    // @ts-expect-error the text is missing
    const lacking = modify(db, Note, key, () => ({ ...key }))
    // @ts-expect-error it is no number
    const wrong = modify(db, Note, key, note => ({ ...note, reads: 'x' }))
    assert.instance(await errorFrom(() => lacking), InvalidItem)
    assert.instance(await errorFrom(() => wrong), InvalidItem)
  })
)

maybe('who is always too late is told so, after as many tries as were asked for', () =>
  watched(async ({ db }) => {
    await db.create(Note, { ...key, text: 'a' })
    let tries = 0
    const late = modify(db, Note, key, async note => {
      await db.update(Note, key).set({ text: `${++tries}` })
      return { ...note, text: 'b' }
    }).retry({ attempts: 3 })
    const error = await errorFrom(() => late)
    assert.instance(error, ConditionFailed)
    assert.match(error.message, 'because somebody else changed the item between read and write, 3 times')
    const { item, data, cause } = error as ConditionFailed<{ text: string }>
    assert.equal([tries, item?.text, data.reason], [3, '3', 'version'])
    assert.instance(cause, TransactionCancelled)
    assert.throws(() => late.retry({ attempts: 0 }), 'takes attempts')
  })
)

maybe('an abort ends it between tries, with its reason', () =>
  watched(async ({ db }) => {
    await db.create(Note, { ...key, text: 'a' })
    const stop = new AbortController()
    const reason = new Error('enough')
    let tries = 0
    const aborted = modify(db, Note, key, async note => {
      await db.update(Note, key).set({ text: `${++tries}` })
      if (tries === 2) stop.abort(reason)
      return { ...note, text: 'b' }
    }).signal(stop.signal)
    assert.is(await errorFrom(() => aborted), reason)
    assert.is(tries, 2)
  })
)

maybe('others that cannot be written keep the item from being written', () =>
  watched(async ({ db }) => {
    const made = await db.create(Counter, { ...counter, last: 1 })
    await db.create(Ticket, { queue: 'q', number: 2 })
    const open = modify(db, Counter, counter, one => ({ ...one, last: one.last + 1 })).along(({ last }) => [
      db.create(Ticket, { queue: 'q', number: last })
    ])
    const error = await errorFrom(() => open)
    assert.instance(error, TransactionCancelled)
    assert.equal(
      (error as TransactionCancelled).data.reasons.map(({ code }) => code),
      ['None', 'ItemExists']
    )
    assert.equal(await db.get(Counter, counter).consistent(), made)
    const reading = open.along(() => db.get(Counter, counter) as never)
    assert.match((await errorFrom(() => reading)).message, 'a transaction either reads or writes')
    // @ts-expect-error as where a function of several lines forgets to return it
    const forgotten = await errorFrom(() => open.along(() => {}))
    assert.match(forgotten.message, 'operation 2: a transaction takes get')
    assert.equal(await db.get(Counter, counter).consistent(), made)
    const unhandled: unknown[] = []
    const note = (reason: unknown) => unhandled.push(reason)
    process.on('unhandledRejection', note)
    // @ts-expect-error no write
    const late = await errorFrom(() => open.along(async () => db.create(Ticket, { queue: 'q' } as never)))
    assert.match(late.message, 'operation 2: a transaction takes get')
    await new Promise(resolve => setTimeout(resolve, 10))
    process.off('unhandledRejection', note)
    assert.equal(unhandled, [])
  })
)

maybe('any layout has it; a row of another model is not changed', () => {
  const app = layout({ pk: 'id', indexes: { byState: { pk: 'state' } }, type: 'kind' })
  const One = app.model('One').pk('id').index('byState').fields({ state: t.string().optional(), n: t.int() })
  const Other = app.model('Other').pk('id').fields({ n: t.int() })
  return localTable(app, async ({ db }) => {
    await db.create(One, { id: 'a', n: 1 })
    const next = await modify(db, One, { id: 'a' }, one => ({ ...one, n: 2, state: 'x' }))
    assert.equal(await db.query(One).where({ state: 'x' }).on('byState'), [next])
    const other = modify(db, Other, { id: 'a' }, one => ({ ...one, n: 3 }))
    assert.instance(await errorFrom(() => other), ItemNotFound)
    assert.instance(await errorFrom(() => other.orCreate({ n: 1 })), ItemExists)
  })
})

maybe('the row that was read is changed, also where its attributes make the key of another', () =>
  localTable(async ({ db, client, table }) => {
    for (const note of ['n', 'm']) await db.create(Note, { ...key, note, text: 'same' })
    const { Key } = db.get(Note, key).compile()
    await senderOf(client).request('UpdateItem', {
      ...{ TableName: table, Key, UpdateExpression: 'SET note = :m' },
      ExpressionAttributeValues: { ':m': { S: 'm' } }
    })
    await modify(db, Note, key, ({ ...item }) => ({ ...item, text: 'other' }))
    const texts = await db.batchGet(
      ['n', 'm'].map(note =>
        db
          .get(Note, { ...key, note })
          .only('text')
          .orThrow()
      )
    )
    assert.equal(texts, [{ text: 'other' }, { text: 'same' }])
  })
)

maybe('more attributes than a condition can name take a version', () =>
  localTable(async ({ db }) => {
    const many = Object.fromEntries(Array.from({ length: 150 }, (_, n) => [`a${n}`, t.int().default(0)] as const))
    const Wide = model('Wide')
      .pk('id')
      .sk('#id')
      .fields({ ...many, n: t.int() })
    const Versioned = model('Versioned')
      .pk('id')
      .sk('#id')
      .fields({ ...many, n: t.int(), version: t.version() })
    await db.create(Wide, { id: 'a', n: 1 })
    await db.create(Versioned, { id: 'a', n: 1 })
    const error = await errorFrom(() => modify(db, Wide, { id: 'a' }, wide => ({ ...wide, n: 2 })))
    assert.instance(error, InvalidRequest)
    assert.match(error.message, 'give the model a t.version()')
    assert.is((await modify(db, Versioned, { id: 'a' }, wide => ({ ...wide, n: 2 }))).n, 2)
  })
)

maybe('a change that gives what has no attributes is refused, as all of them would be removed', () =>
  localTable(async ({ db }) => {
    const item = { name: 'a', last: 1, note: 'kept' }
    await db.put(Counter, item)
    const refused = [
      [{}, /gives an object \(Object\), which has no attributes\.$/],
      [Promise.resolve({}), /gives an object \(Object\), which has no attributes\.$/],
      // Known for what it is, it is told what to give in its place.
      [
        new Map(Object.entries(item)),
        /must give an object, but is an object \(Map\); .* give Object\.fromEntries\(map\)\.$/
      ]
    ] as const
    for (const [next, sentence] of refused) {
      const error = await errorFrom(() => modify(db, Counter, { name: 'a' }, () => next as never))
      assert.instance(error, InvalidRequest)
      assert.match(error.message, /^Counter: the change of modify\(\) /)
      assert.match(error.message, sentence)
    }
    assert.is((await db.get(Counter, { name: 'a' }))?.note, 'kept')
  })
)

test.run()
