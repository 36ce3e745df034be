/** Gets that are awaited together go together, and each gives what it would by itself. */

import fc from 'fast-check'
import { type Db, ItemNotFound, metered, model, NoTable, type Sender, t, UndecodableItem, withTable } from 'keystorm'
import { coalesced } from 'keystorm/coalesce'
import { localTable } from 'keystorm/testing'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { senderOf } from '../../lib/driver/client.ts'
import { assertRequests, assertSent } from '../support/counted.ts'
import { errorFrom } from '../support/errors.ts'
import { samples } from '../support/laws.ts'

const User = model('User').pk('user').sk('#user').fields({ name: t.string(), age: t.int().optional() })
const Note = model('Note')
  .pk('owner')
  .sk('N#number')
  .fields({ number: t.int({ digits: 4 }), text: t.string() })

const numbers = (count: number) => Array.from({ length: count }, (_, n) => n)
const note = (number: number) => ({ owner: 'o', number, text: `note ${number}` })

type Fault = (operation: string, input: object) => Error | undefined

/** A table, what was sent to it, and errors in the place of answers. */
const withSent = (use: (place: { db: Db; sent: string[]; fail(fault: Fault): void }) => Promise<void>) =>
  localTable(async ({ db, client, table }) => {
    await db.load(Note, numbers(120).map(note))
    await db.put(User, { user: 'ann', name: 'Ann' })
    const sent: string[] = []
    let fault: Fault = () => undefined
    const inner = senderOf(client)
    const sender: Sender = {
      request: async (operation, input, options) => {
        sent.push(operation)
        const error = fault(operation, input)
        if (error !== undefined) throw error
        return inner.request(operation, input, options)
      }
    }
    const fail = (next: Fault) => {
      fault = next
    }
    await withTable(table, { client: sender }, () => use({ db, sent, fail }))
  })

test('gets of one tick are one request, in their order, an item once, and what is missing is missing', () =>
  withSent(async ({ db, sent }) => {
    const together = coalesced(db)
    const [ann, two, none, again, only, strict] = await Promise.all([
      together.get(User, { user: 'ann' }),
      together.get(Note, note(2)),
      together.get(Note, note(999)),
      together.get(Note, note(2)),
      together.get(User, { user: 'ann' }).orThrow(),
      together
        .get(User, { user: 'bob' })
        .orThrow()
        .catch((error: unknown) => error)
    ])
    assert.equal([ann, two, none, again, only], [{ user: 'ann', name: 'Ann' }, note(2), undefined, note(2), ann])
    assert.instance(strict, ItemNotFound)
    assertSent(sent, ['BatchGetItem'])
    assert.is.not(two, again)
  }))

test('a hundred gets are a request, and more are more; one alone is a get', () =>
  withSent(async ({ db, sent }) => {
    const together = coalesced(db)
    const all = await Promise.all(numbers(120).map(n => together.get(Note, note(n))))
    assert.equal(all, numbers(120).map(note))
    assertSent(sent, ['BatchGetItem', 'BatchGetItem'])
    sent.length = 0
    assert.equal(await together.get(Note, note(1)), note(1))
    for (const n of [1, 2]) await together.get(Note, note(n))
    assertSent(sent, ['GetItem', 'GetItem', 'GetItem'])
    sent.length = 0
    await together.put(Note, note(7))
    assert.is(await together.query(Note).where({ owner: 'o' }).count(), 120)
    assertSent(sent, ['PutItem', 'Query'])
  }))

test('what is read in another way, from another table or on another account goes apart', () =>
  withSent(async ({ db, sent }) => {
    const together = coalesced(db)
    const key = note(3)
    const [plain, consistent, only] = await Promise.all([
      Promise.all([together.get(Note, key), together.get(Note, note(4))]),
      Promise.all([together.get(Note, key).consistent(), together.get(Note, note(4)).consistent()]),
      Promise.all([together.get(Note, key).only('text'), together.get(Note, note(4)).only('text')])
    ])
    assert.equal([plain[0], consistent[1], only[0]], [note(3), note(4), { text: 'note 3' }])
    assertSent(sent, ['BatchGetItem', 'BatchGetItem', 'BatchGetItem'])
    const counted = () => metered(() => Promise.all([1, 2, 3].map(n => together.get(Note, note(n)))))
    const usages = await Promise.all([counted(), counted()])
    for (const { usage } of usages) {
      assertRequests(usage.requests, 1)
      assert.is(usage.itemsReturned, 3)
    }
    const elsewhere = withTable('nowhere', () => together.get(Note, key))
    const [here, error] = await Promise.all([together.get(Note, key), errorFrom(() => elsewhere)])
    assert.equal(here, note(3))
    assert.instance(error, NoTable)
  }))

test('a get whose row does not fit fails alone, and so does one that DynamoDB refuses', () =>
  withSent(async ({ db, sent, fail }) => {
    const together = coalesced(db)
    const Strange = model('Note')
      .pk('owner')
      .sk('N#number')
      .fields({ number: t.int({ digits: 4 }), text: t.int() })
    const three = () =>
      Promise.allSettled([together.get(Note, note(1)), together.get(Strange, note(2)), together.get(Note, note(3))])
    const [one, two, last] = await three()
    assert.equal([one.status, last.status], ['fulfilled', 'fulfilled'])
    assert.ok(two.status === 'rejected' && two.reason instanceof UndecodableItem)
    const refusal = Object.assign(new Error('no such key'), { name: 'ValidationException' })
    fail((_, input) => (JSON.stringify(input).includes('N#0001') ? refusal : undefined))
    sent.length = 0
    const states = (await three()).map(({ status }) => status)
    assert.equal(states, ['rejected', 'rejected', 'fulfilled'])
    assertSent(sent, ['BatchGetItem', 'GetItem', 'GetItem', 'GetItem'])
    const away = Object.assign(new Error('away'), { code: 'ECONNRESET' })
    fail(() => away)
    sent.length = 0
    const reasons = (await three()).map(result => result.status === 'rejected' && result.reason)
    assert.equal(reasons, [away, away, away])
    assertSent(sent, ['BatchGetItem']) // a client has tried again by itself
  }))

test('a signal ends the waiting of its own get, and the request when nobody waits', () =>
  withSent(async ({ db, sent }) => {
    const together = coalesced(db)
    const stop = new AbortController()
    const reason = new Error('enough')
    const ended = errorFrom(() => together.get(Note, note(1)).signal(stop.signal))
    const stays = together.get(Note, note(2)).then()
    stop.abort(reason)
    assert.is(await ended, reason)
    assert.equal(await stays, note(2))
    assertSent(sent, ['GetItem'])
    const both = [1, 2].map(n => errorFrom(() => together.get(Note, note(n)).signal(AbortSignal.abort(reason))))
    assert.equal(await Promise.all(both), [reason, reason])
    assertSent(sent, ['GetItem'])
  }))

test('it waits for as long as it was said, and refuses what is no time', () =>
  withSent(async ({ db, sent }) => {
    const together = coalesced(db, { milliseconds: 40 })
    const first = together.get(Note, note(1)).then()
    await new Promise(resolve => setTimeout(resolve, 5))
    assert.equal(await Promise.all([first, together.get(Note, note(2))]), [note(1), note(2)])
    assertSent(sent, ['BatchGetItem'])
    for (const milliseconds of [-1, Number.NaN, 2 ** 31])
      assert.match((await errorFrom(() => coalesced(db, { milliseconds }))).message, /takes milliseconds from 0 on/)
  }))

test('a law: whatever is asked for together gives what it gives one by one', () =>
  withSent(async ({ db }) => {
    const together = coalesced(db)
    const one = fc.record({ n: fc.nat(150), isConsistent: fc.boolean(), isStrict: fc.boolean(), isPart: fc.boolean() })
    for (const asked of samples(fc.array(one, { maxLength: 30 }), 12)) {
      const results = (of: typeof db) =>
        Promise.allSettled(
          asked.map(({ n, isConsistent, isStrict, isPart }) => {
            const get = isConsistent ? of.get(Note, note(n)).consistent() : of.get(Note, note(n))
            if (isPart) return isStrict ? get.only('text').orThrow() : get.only('text')
            return isStrict ? get.orThrow() : get
          })
        )
      assert.equal(shown(await results(together)), shown(await results(db)))
    }
  }))

const shown = (results: readonly PromiseSettledResult<unknown>[]) =>
  results.map(result => (result.status === 'fulfilled' ? result.value : String(result.reason)))

test.run()
