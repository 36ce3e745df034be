/** What is done to all items of a read: what else they become meanwhile, what is refused, and how it goes on. */
import {
  addTo,
  append,
  copyOf,
  gt,
  InvalidItem,
  ItemNotFound,
  ifMissing,
  layout,
  lt,
  metered,
  minus,
  model,
  number,
  plus,
  type Sender,
  t,
  withTable
} from 'keystorm'
import { BulkIncomplete, deleteAll, getAll, type Skipped, updateAll, writeAll } from 'keystorm/bulk'
import { type LocalTable, localTable } from 'keystorm/testing'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { isRepeatable } from '../../lib/bulk/repeatable.ts'
import { senderOf } from '../../lib/driver/client.ts'
import { readChanges } from '../../lib/expressions/update.ts'
import { Report } from '../../lib/fields/report.ts'
import { definitionIn } from '../../lib/schema/definition.ts'
import { assertRequests, assertSent } from '../support/counted.ts'
import { lacks } from '../support/engine.ts'
import { errorFrom } from '../support/errors.ts'
import { wholePages } from '../support/whole-pages.ts'

const Note = model('Note')
  .pk('owner')
  .sk('N#number')
  .gsi1('topic')
  .fields({
    number: t.int({ digits: 4 }),
    topic: t.string().optional(),
    stars: t.int().default(0),
    text: t.string().optional(),
    tags: t.set(t.string()).optional(),
    log: t.list(t.int()).optional()
  })
const Mark = model('Mark')
  .pk('owner')
  .suffix('Note')
  .sk('M#mark')
  .fields({ mark: t.int({ digits: 4 }), stars: t.int() })
const Locked = model('Locked')
  .pk('owner')
  .sk('number')
  .fields({ number: t.int(), text: t.string(), version: t.version() })

const numbers = (count: number) => Array.from({ length: count }, (_, n) => n)
const note = (n: number) => ({ owner: 'o', number: n, topic: n % 2 ? 'odd' : 'even', stars: n % 5 })
const transactions = lacks('transactions') ? test.skip : test
/** Of what is left because an answer got lost, some may be gone; it is deleted again, for less than the first time. */
const isExact = !lacks('exactCounts')
/** In the table and in the index, which an engine without transactions does not count. */
const unitsEach = lacks('transactions') ? 1 : 2

/** A table with notes, and what counts the requests that are sent to it, and does something after the first answer of one. */
const withNotes = (
  count: number,
  use: (place: LocalTable & { sent: string[]; after(operation: string, act: () => unknown): void }) => Promise<void>
) =>
  localTable(async place => {
    await place.db.load(Note, numbers(count).map(note))
    const sent: string[] = []
    let next: readonly [operation: string, act: () => unknown] | undefined
    const inner = senderOf(place.client)
    const client: Sender = {
      request: async (operation, input, options) => {
        sent.push(operation)
        const output = await inner.request(operation, input, options)
        const [expected, act] = next ?? []
        if (operation === expected) {
          next = undefined
          await act?.()
        }
        return output
      }
    }
    const after = (operation: string, act: () => unknown) => {
      next = [operation, act]
    }
    await wholePages(place.client, () => withTable(place.table, { client }, () => use({ ...place, sent, after })))
  })

test('what is deleted without looking is deleted 25 a request, and nothing else is', () =>
  withNotes(60, async ({ db, sent }) => {
    await db.load(
      Mark,
      numbers(5).map(mark => ({ owner: 'o', mark, stars: 1 }))
    )
    await db.put(Note, { ...note(1), owner: 'other' })
    sent.length = 0
    const progress: number[] = []
    const { usage, ...counts } = await deleteAll(db.query(Note).where({ owner: 'o', number: lt(55) })).onProgress(
      ({ done }) => progress.push(done)
    )
    assert.equal(counts, { done: 55, changed: 0, gone: 0 })
    assertSent(sent, ['Query', 'BatchWriteItem', 'BatchWriteItem', 'BatchWriteItem'])
    assertRequests(usage.requests, 4)
    if (isExact) assert.is(usage.writeUnits, 55 * unitsEach)
    assert.is(progress.at(-1), 55)
    assert.is(await db.query(Note).where({ owner: 'o' }).count(), 5)
    assert.is(await db.query(Mark).where({ owner: 'o' }).count(), 5)
    assert.is(await db.query(Note).where({ owner: 'other' }).count(), 1)
  }))

test('an item that passes the filter no more, or is gone, is left alone, and told', () =>
  withNotes(20, async ({ db, after }) => {
    const skipped: Skipped[] = []
    after('Query', async () => {
      await db.update(Note, note(4)).set({ stars: 0 })
      await db.delete(Note, note(9))
    })
    const read = db.query(Note).where({ owner: 'o' }).filter({ stars: 4 })
    const { done, changed, gone } = await deleteAll(read).onSkipped(one => skipped.push(one))
    assert.equal([done, changed + gone], [2, 2])
    assert.equal(skipped.map(({ key }) => key.SK).sort(), ['N#0004', 'N#0009'])
    assert.equal([changed, gone], [1, 1])
    const changedOne = skipped.find(({ why }) => why === 'changed')
    assert.equal([changedOne?.model, changedOne?.item], ['Note', { ...note(4), stars: 0 }])
    assert.equal(await db.get(Note, note(4)), { ...note(4), stars: 0 })
  }))

test('an item that has left the place where an index had it is left alone, unless it was said otherwise', () =>
  withNotes(10, async ({ db, after }) => {
    const odd = db.query(Note).where({ topic: 'odd' }).onGsi1()
    after('Query', () => db.update(Note, note(3)).set({ topic: 'even' }))
    const { done, changed, gone } = await deleteAll(odd)
    assert.equal([done, changed + gone], [4, 1])
    const even = db.query(Note).where({ topic: 'even' }).onGsi1()
    after('Query', () => db.update(Note, note(4)).set({ topic: 'odd' }))
    assert.is((await deleteAll(even).unchecked()).done, 6)
    assert.is(await db.query(Note).where({ owner: 'o' }).count(), 0)
    await db.put(Note, note(5))
    after('Query', () => db.update(Note, note(5)).set({ topic: 'even' }))
    assert.is((await updateAll(odd, change => change.set({ text: 'x' }))).done, 0)
    assert.is((await updateAll(even, change => change.set({ text: 'x' }))).done, 1)
  }))

test('a version is kept: who has changed an item meanwhile does not lose it', () =>
  localTable(async ({ db, client, table }) => {
    await db.load(
      Locked,
      numbers(4).map(number => ({ owner: 'o', number, text: 'a' }))
    )
    const inner = senderOf(client)
    const change = async () => {
      await db.update(Locked, { owner: 'o', number: 1, version: 1 }).set({ text: 'b' })
      await db.delete(Locked, { owner: 'o', number: 2, version: 1 })
    }
    const once = (): Sender => {
      let isFirst = true
      return {
        request: async (operation, input, options) => {
          const output = await inner.request(operation, input, options)
          if (operation === 'Query' && isFirst) {
            isFirst = false
            await change()
          }
          return output
        }
      }
    }
    const read = () => withTable(table, { client: once() }, () => db.query(Locked).where({ owner: 'o' }))
    const { usage: _, ...updated } = await wholePages(client, () =>
      updateAll(read(), change => change.set({ text: 'c' }))
    )
    assert.equal(updated, { done: 2, changed: 1, gone: 1 })
    const all = await db.query(Locked).where({ owner: 'o' })
    assert.equal(
      all.map(({ text, version }) => [text, version]),
      [
        ['c', 2],
        ['b', 2],
        ['c', 2]
      ]
    )
    await db.create(Locked, { owner: 'o', number: 2, text: 'new' })
    const counts = await deleteAll(db.query(Locked).where({ owner: 'o' }))
    assert.is(counts.done, 4)
  }))

const events = layout({
  pk: 'device',
  sk: number('at'),
  indexes: { byKind: { pk: 'kind', sk: number('at'), projection: 'KEYS_ONLY' } }
})
const Event = events
  .model('Event')
  .pk('device')
  .sk('at')
  .index('byKind')
  .fields({ at: t.int(), kind: t.string(), seen: t.boolean().default(false), version: t.version() })

test('of a layout of its own, on an index that has only keys, versions are fetched', () =>
  localTable(events, async ({ db }) => {
    await db.load(
      Event,
      numbers(12).map(at => ({ device: `d${at % 3}`, at, kind: at % 2 ? 'odd' : 'even' }))
    )
    const odd = db.query(Event).where({ kind: 'odd' }).on('byKind')
    assert.is((await updateAll(odd, change => change.set({ seen: true }))).done, 6)
    const all = await db.scan(Event)
    assert.ok(all.every(({ kind, seen, version }) => seen === (kind === 'odd') && version === (seen ? 2 : 1)))
    assert.is((await deleteAll(odd.limit(4).pageSize(3))).done, 4)
    assert.is((await deleteAll(db.scan(Event).on('byKind').segments(2))).done, 8)
    assert.equal(await db.scan(Event), [])
  }))

test('several models are updated by their names, and those that are not named stay as they are', () =>
  withNotes(6, async ({ db }) => {
    await db.load(
      Mark,
      numbers(3).map(mark => ({ owner: 'o', mark, stars: 1 }))
    )
    const both = db.query(Note, Mark).where({ owner: 'o' })
    assert.is((await updateAll(both, { Mark: change => change.set({ stars: 7 }) })).done, 3)
    const { Note: notes, Mark: marks } = await both
    assert.equal([marks.map(({ stars }) => stars), notes], [[7, 7, 7], numbers(6).map(note)])
    const scan = db
      .scan(Note, Mark)
      .filter({ stars: gt(3) })
      .segments(2)
    const { done } = await updateAll(scan, {
      Note: change => change.remove('topic'),
      Mark: change => change.set({ stars: 0 })
    })
    assert.is(done, 4)
    assert.is(await db.query(Note).where({ topic: 'even' }).onGsi1().count(), 2)
    assert.is((await deleteAll(both)).done, 9)
  }))

transactions('what would be another change when it is made twice is made in a transaction', () =>
  withNotes(10, async ({ db, sent }) => {
    const read = db.query(Note).where({ owner: 'o' })
    await updateAll(read, change => change.set({ stars: plus(10) }).if({ number: lt(7) }))
    assert.equal(
      (await read).map(({ stars }) => stars),
      numbers(10).map(n => (n % 5) + (n < 7 ? 10 : 0))
    )
    assertRequests(sent.filter(operation => operation === 'TransactWriteItems').length, 10)
    sent.length = 0
    await updateAll(read, change => change.set({ stars: 3, tags: addTo('a') }))
    assert.not.ok(sent.includes('TransactWriteItems'))
  })
)

test('which changes are the same when they are made twice', () => {
  const { attributes } = definitionIn(Note)
  const isSame = (changes: Record<string, unknown>) =>
    isRepeatable(readChanges(attributes, { changes, removed: [] }, new Report()).actions)
  for (const changes of [
    { stars: 1 },
    { stars: ifMissing(1) },
    { tags: addTo('a') },
    { stars: copyOf('number') },
    { stars: plus('number', 1) }
  ])
    assert.ok(isSame(changes), JSON.stringify(changes))
  for (const changes of [
    { stars: plus(1) },
    { stars: minus(1) },
    { log: append(1) },
    { 'log[0]': plus(1) },
    { text: copyOf('topic'), topic: copyOf('text') }
  ])
    assert.not.ok(isSame(changes), JSON.stringify(changes))
})

test('what cannot be right is refused before anything is sent', () =>
  withNotes(2, async ({ db, sent }) => {
    const read = db.query(Note).where({ owner: 'o' })
    const odd = db.query(Note).where({ topic: 'odd' }).onGsi1()
    sent.length = 0
    const both = db.query(Note, Mark).where({ owner: 'o' })
    const refused: [act: () => unknown, message: RegExp][] = [
      [
        // @ts-expect-error the compiler says so, too
        () => updateAll(read, change => change.set({ number: 5 })),
        /number: stands in the primary key, which only move/
      ],
      // @ts-expect-error an integer
      [() => updateAll(read, change => change.set({ stars: 'many' })), /stars: must be a/],
      [() => updateAll(read, change => change.upsert().set({ stars: 1 })), /upsert\(\) would make items again/],
      [
        () => updateAll(read, change => change.set({ stars: 1 }).returning('new')),
        /returning\(\) is for an update by itself/
      ],
      [() => updateAll(read, change => change), /there is nothing to change/],
      [
        () => updateAll(read, () => db.update(Note, note(1)).set({ stars: 1 })),
        /must give the update that it was given, with what is to be changed, but gave an object \(Update\)/
      ],
      // @ts-expect-error no update
      [() => updateAll(read, () => undefined), /the change of Note must give the update .*, but gave nothing/],
      // @ts-expect-error no update
      [() => updateAll(read, async change => change.set({ stars: 1 })), /but gave an object \(Promise\)/],
      [
        // @ts-expect-error the compiler says so, too
        () => updateAll(read, change => change.set({ stars: change.stars + 1 })),
        /the change of Note is given an update and not an item, so it has no stars: plus\(\)/
      ],
      // @ts-expect-error text
      [() => deleteAll(read).resume(undefined), /resume\(\) takes the rest of an error .*, but got nothing/],
      [() => updateAll(odd, change => change.set({ topic: 'x', stars: plus(1) })), /would move within GSI1/],
      // @ts-expect-error of one model
      [() => updateAll(read, { Other: change => change }), /Other, which is no model of the read/],
      // @ts-expect-error no read
      [() => deleteAll(db.get(Note, note(1))), /deleteAll\(\): takes a query or a scan/],
      [() => deleteAll(read).perSecond({ writeUnits: 0 }), /perSecond\(\) takes writeUnits of more than 0, but got 0/],
      [() => deleteAll(read).perSecond({ readUnits: Number.NaN }), /readUnits of more than 0/],
      // @ts-expect-error a number
      [() => deleteAll(read).perSecond({ writeUnits: '5' }), /writeUnits of more than 0, but got "5"/],
      // @ts-expect-error a function
      [() => deleteAll(read).onProgress('console'), /onProgress\(\) takes a function, but got "console"/],
      // @ts-expect-error a function
      [() => deleteAll(read).onSkipped(undefined), /onSkipped\(\) takes a function, but got nothing/],
      // @ts-expect-error there are two
      [() => deleteAll(read).perSecond({ units: 5 }), /takes { writeUnits, readUnits }, but got "units"/],
      [() => deleteAll(read).resume('abc'), /resume\(\) takes the rest of an error/],
      // @ts-expect-error the sentence of the query
      [() => deleteAll(db.query(Note)), /Note: where\(\) lacks owner/],
      [
        // @ts-expect-error a collection takes them by name
        () => updateAll(both, change => change),
        /takes the changes by their names: { Note: change/
      ]
    ]
    for (const [act, message] of refused) {
      const error = await errorFrom(act)
      assert.match(error.message, message)
    }
    assert.equal(sent, [])
  }))

test('a dry run reads, writes nothing, and says about what it would cost', () =>
  withNotes(40, async ({ db, sent }) => {
    await updateAll(db.query(Note).where({ owner: 'o', number: lt(10) }), change =>
      change.set({ text: 'x'.repeat(3000) })
    )
    const read = db.query(Note).where({ owner: 'o' })
    sent.length = 0
    const planned = await deleteAll(read).dryRun()
    const changed = await updateAll(read, change => change.set({ text: 'y' })).dryRun()
    const moved = await updateAll(read, change => change.set({ topic: 'new' })).dryRun()
    assert.equal(new Set(sent), new Set(['Query']))
    assert.is(planned.items, 40)
    assert.is(planned.estimate.readUnits, planned.usage.readUnits)
    assert.equal(
      [planned, changed, moved].map(({ estimate }) => estimate.writeUnits),
      [120, 120, 180]
    )
    const { usage } = await updateAll(read, change => change.set({ text: 'y' }))
    if (!lacks('transactions')) assert.is(usage.writeUnits, 120) // engines that count as DynamoDB does
  }))

test('an abort leaves what it takes to go on, in another process, too', () =>
  withNotes(120, async ({ db, sent }) => {
    for (const read of [() => db.query(Note).where({ owner: 'o' }).pageSize(50), () => db.scan(Note).segments(3)]) {
      await db.load(Note, numbers(120).map(note))
      const stop = new AbortController()
      const bulk = deleteAll(read()).concurrency(1)
      const error = await errorFrom(() => bulk.signal(stop.signal).onProgress(({ done }) => done >= 30 && stop.abort()))
      assert.instance(error, BulkIncomplete)
      if (!(error instanceof BulkIncomplete)) return
      const before = error.data.done
      assert.ok(isExact ? before === 50 : before >= 30 && before <= 50, `${before}`)
      assert.ok(error.left.length <= 50)
      const count = await db.query(Note).where({ owner: 'o' }).count()
      assert.ok(isExact ? count === 70 : count <= 120 - before, `${count}`)
      sent.length = 0
      const { done, gone } = await deleteAll(read()).resume(error.rest)
      assert.is(before + done + gone, 120)
      if (isExact) assert.is(gone, 0)
      assert.is(await db.query(Note).where({ owner: 'o' }).count(), 0)
      assert.not.match(JSON.stringify(error), new RegExp(error.rest))
      const other = await errorFrom(() => deleteAll(db.query(Note).where({ owner: 'p' })).resume(error.rest))
      assert.match(other.message, /resume\(\) takes the rest of an error of the same read/)
      const verb = await errorFrom(() =>
        updateAll(db.query(Note).where({ owner: 'o' }), change => change.set({ stars: 1 })).resume(error.rest)
      )
      assert.match(verb.message, /of the same read and verb/)
    }
  }))

test('an asynchronous function in the place of another is refused, and nothing that it began ends the process or is sent', () =>
  withNotes(2, async ({ db, sent }) => {
    const Only = model('Only')
      .pk('#kind')
      .sk('#rank')
      .fields({
        kind: t.literal('ONLY').default('ONLY'),
        rank: t.literal('ONE').default('ONE'),
        stars: t.int()
      })
    await db.put(Only, { stars: 1 })
    const unhandled: unknown[] = []
    const note = (error: unknown) => unhandled.push(error)
    process.on('unhandledRejection', note)
    try {
      sent.length = 0
      for (const read of [db.scan(Only), db.scan(Note)]) {
        // @ts-expect-error no update
        const error = await errorFrom(() => updateAll(read, async change => change.set({ stars: 2 })))
        assert.match(error.message, /but gave an object \(Promise\)/)
      }
      const broken = async () => db.put(Note, {} as never)
      // @ts-expect-error no put or delete
      const written = await errorFrom(() => writeAll(db, [1], broken))
      assert.match(written.message, /takes put and delete, but got an object \(Promise\)/)
      // @ts-expect-error no get
      const gotten = await errorFrom(() => getAll(db, [1], broken).next())
      assert.match(gotten.message, /a batchGet takes get/)
      await new Promise(resolve => setTimeout(resolve, 20))
    } finally {
      process.off('unhandledRejection', note)
    }
    assert.equal(unhandled, [])
    assert.equal(sent, [])
    assert.is((await db.get(Only, {}))?.stars, 1)
  }))

test('what a listener of skipped items throws ends it, and those that it was not told of are left and counted once', () =>
  withNotes(12, async ({ db, sent }) => {
    const passing = Object.assign(new Error('full'), { name: 'ProvisionedThroughputExceededException' })
    const bulk = updateAll(db.query(Note).where({ owner: 'o' }), change => change.set({ text: 'x' }).if({ stars: 4 }))
    const told: string[] = []
    const listener = ({ key }: Skipped) => {
      if (told.push(String(key.SK)) > 5) throw passing
    }
    const error = await errorFrom(() => bulk.concurrency(1).onSkipped(listener))
    assert.instance(error, BulkIncomplete)
    if (!(error instanceof BulkIncomplete)) return
    assert.is(
      error.message,
      'updateAll(): ended after 1 item, 5 had changed, 0 were gone; it goes on by .resume(error.rest), with 1 that was on its way: onSkipped threw ProvisionedThroughputExceededException: full.'
    )
    assert.is(error.cause, passing)
    assert.equal([error.data.done, error.data.changed, error.left.length], [1, 5, 1])
    assert.is(told.length, 6) // and not again
    sent.length = 0
    const { done, changed } = await bulk.onSkipped(({ key }) => told.push(String(key.SK))).resume(error.rest)
    assert.equal([done, changed], [1, 5])
    assert.is(new Set(told).size, 10) // each, and the one that failed again
    assert.is(told.length, 11)
    const first = await errorFrom(() => bulk.concurrency(1).onSkipped(() => Promise.reject(passing)))
    assert.is(first, passing)
  }))

test('a dry run of what is resumed reads what is left of it, and refuses what the run would', () =>
  withNotes(60, async ({ db, sent }) => {
    for (const read of [db.query(Note).where({ owner: 'o' }).pageSize(20), db.scan(Note).segments(2).pageSize(20)]) {
      const bulk = updateAll(read, change => change.set({ text: 'x' })).concurrency(1)
      const stop = new AbortController()
      const error = await errorFrom(() => bulk.signal(stop.signal).onProgress(({ done }) => done >= 25 && stop.abort()))
      if (!(error instanceof BulkIncomplete)) throw error
      sent.length = 0
      const { items, estimate } = await bulk.resume(error.rest).dryRun()
      assert.not(sent.includes('UpdateItem'))
      const { done } = await bulk.resume(error.rest)
      assert.equal([items, error.data.done + items], [done, 60])
      assert.ok(estimate.writeUnits < 60 * 2, `${estimate.writeUnits}`)
      const other = await errorFrom(() => deleteAll(read).resume(error.rest).dryRun())
      assert.match(other.message, /resume\(\) takes the rest of an error/)
    }
  }))

test('a limit holds for a run and what goes on with it together', () =>
  withNotes(60, async ({ db }) => {
    const stop = new AbortController()
    const read = db.query(Note).where({ owner: 'o' }).limit(40)
    const error = await errorFrom(() =>
      deleteAll(read)
        .concurrency(1)
        .signal(stop.signal)
        .onProgress(() => stop.abort())
    )
    assert.ok(error instanceof BulkIncomplete)
    const { done, gone } = await deleteAll(read).resume(error.rest)
    assert.is(error.data.done + done + gone, 40)
    if (isExact) assert.is(gone, 0)
    assert.is(await db.query(Note).where({ owner: 'o' }).count(), 20)
  }))

test('no more units are used in a second than it was said', () =>
  withNotes(100, async ({ db }) => {
    const start = performance.now()
    const { usage } = await deleteAll(db.query(Note).where({ owner: 'o' })).perSecond({
      writeUnits: 400,
      readUnits: 100
    })
    const seconds = (performance.now() - start) / 1000
    if (isExact) assert.is(usage.writeUnits, 100 * unitsEach)
    assert.ok(seconds > 0.1 * unitsEach && (seconds < 30 || !isExact), `${seconds} s`)
  }))

test('what listeners send is counted around a run, and not as what the run has used', () =>
  withNotes(30, async ({ db }) => {
    const read = db.query(Note).where({ owner: 'o' })
    const plain = await updateAll(read, change => change.set({ text: 'a' }).if({ stars: lt(3) }))
    let listened = 0
    const listener = async () => {
      listened++
      await db.get(Note, note(1))
    }
    const run = updateAll(read, change => change.set({ text: 'b' }).if({ stars: lt(3) }))
    const { result, usage } = await metered(() => run.onProgress(listener).onSkipped(listener))
    assert.ok(listened > 30 && result.changed > 0)
    if (!isExact) return
    assert.is(result.usage.requests, plain.usage.requests)
    assert.is(usage.requests, plain.usage.requests + listened)
  }))

test('a row that does not fit its model is deleted all the same, and told where it cannot be updated', () =>
  withNotes(3, async ({ db, client, table }) => {
    await senderOf(client).request('UpdateItem', {
      ...{ TableName: table, Key: db.get(Note, note(1)).compile().Key, UpdateExpression: 'SET stars = :s' },
      ExpressionAttributeValues: { ':s': { S: 'many' } }
    })
    const read = db.query(Note).where({ owner: 'o' })
    assert.is((await updateAll(read, change => change.set({ stars: 1 }))).done, 3)
    assert.is((await deleteAll(read)).done, 3)
  }))

test('whenever a run is stopped, what goes on with it misses no item', () =>
  withNotes(0, async ({ db, after }) => {
    for (let turns = 0; turns < 60; turns++) {
      await db.load(Note, numbers(6).map(note))
      const stop = new AbortController()
      after('Query', () => {
        let rest = Promise.resolve()
        for (let turn = 0; turn < turns; turn++) rest = rest.then(() => {})
        rest.then(() => stop.abort()) // while the answer is on its way to the run
      })
      const run = deleteAll(db.query(Note).where({ owner: 'o' }).pageSize(2))
      const error = await run.signal(stop.signal).then(
        () => undefined,
        (error: unknown) => error
      )
      if (error instanceof BulkIncomplete) await run.resume(error.rest)
      assert.is(await db.query(Note).where({ owner: 'o' }).count(), 0, `${turns} turns`)
    }
  }))

test('an update is made for the row as it is, also where the key of that is not what its attributes make', () =>
  withNotes(2, async ({ db, client, table }) => {
    const { Key } = db.get(Note, note(1)).compile()
    await senderOf(client).request('UpdateItem', {
      ...{ TableName: table, Key, UpdateExpression: 'SET #owner = :other, tags = :none' },
      ExpressionAttributeNames: { '#owner': 'owner' },
      ExpressionAttributeValues: { ':other': { S: 'other' }, ':none': { NULL: true } }
    })
    const { done } = await updateAll(db.query(Note).where({ owner: 'o' }), change => change.set({ tags: addTo('x') }))
    assert.is(done, 2)
    const { Item } = await senderOf(client).request('GetItem', { TableName: table, Key })
    assert.equal(Item?.tags, { SS: ['x'] })
  }))

test('puts and deletes come from an async iterable, and so do gets', () =>
  withNotes(30, async ({ db, sent }) => {
    async function* source() {
      yield* numbers(60)
    }
    const write = (n: number) => (n < 30 ? db.delete(Note, note(n)) : db.put(Note, note(n)))
    assert.is(await writeAll(db, source(), write), 60)
    sent.length = 0
    const found: (number | undefined)[] = []
    for await (const one of getAll(db, source(), n => db.get(Note, note(n)))) found.push(one?.number)
    assert.equal(
      found,
      numbers(60).map(n => (n < 30 ? undefined : n))
    )
    assertSent(sent, ['BatchGetItem'])
    // @ts-expect-error a batch checks nothing
    const checked = await errorFrom(() => writeAll(db, [1], n => db.create(Note, note(n))))
    assert.match(checked.message, /a batch checks nothing/)
    const strict = async () => {
      for await (const _ of getAll(db, [1], n => db.get(Note, note(n)).orThrow()));
    }
    assert.instance(await errorFrom(strict), ItemNotFound)
  }))

test('builders that a list gives are not run one by one, and of those of an asynchronous source the error says that they were', () =>
  withNotes(30, async ({ db, sent }) => {
    const deletes = numbers(30).map(n => db.delete(Note, note(n)))
    sent.length = 0
    assert.is(await writeAll(db, deletes, builder => builder), 30)
    assertSent(sent, ['BatchWriteItem', 'BatchWriteItem'])
    sent.length = 0
    const gets = numbers(3).map(n => db.get(Note, note(n)))
    for await (const one of getAll(db, gets, get => get)) assert.is(one, undefined)
    assertSent(sent, ['BatchGetItem'])

    async function* builders() {
      yield* deletes
    }
    const error = await errorFrom(() => writeAll(db, builders(), given => given as never))
    assert.match(error.message, /but got nothing; builders that an asynchronous source gives have been run by it\.$/)
    // @ts-expect-error builders are no items
    const loaded = await errorFrom(() => db.load(Note, [db.put(Note, note(1))]))
    assert.instance(loaded, InvalidItem)
  }))

test.run()
