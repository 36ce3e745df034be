/** Streams: read ahead by one page, stop when the loop does, and do not disturb each other. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { model, t } from 'keystorm'
import { type LocalTable, localTable } from 'keystorm/testing'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { definitionIn } from '../../lib/schema/definition.ts'
import { errorFrom } from '../support/errors.ts'
import { writeRows } from '../support/laws.ts'
import { wholePages } from '../support/whole-pages.ts'

const fields = { number: t.int({ digits: 4 }) }
const Note = model('Note').pk('owner').sk('N#number').gsi1('topic').fields(fields)
const Mark = model('Mark').pk('owner').suffix('Note').sk('N#number', 'M#mark').fields(fields)

const ITEMS = 9
const filled = (run: (place: LocalTable) => Promise<void>) =>
  localTable(async place => {
    const rows = Array.from({ length: ITEMS }, (_, number) => [
      definitionIn(Note).encode({ owner: 'o', number, topic: 't' }),
      definitionIn(Mark).encode({ owner: 'o', number, mark: 'm' })
    ])
    await writeRows(place, rows.flat())
    await wholePages(place.client, () => run(place))
  })

/** Lets no request pass before it is told to, and notes how each one ended. */
class Gate {
  sent = 0
  readonly ended: string[] = []
  readonly #waiting: (() => void)[] = []
  #open = 0

  constructor(client: DynamoDBClient) {
    client.middlewareStack.add(
      next => async args => {
        this.sent++
        if (this.#open > 0) this.#open--
        else await new Promise<void>(resolve => this.#waiting.push(resolve))
        try {
          const result = await next(args)
          this.ended.push('answered')
          return result
        } catch (error) {
          this.ended.push((error as Error).name)
          throw error
        }
      },
      { step: 'initialize', name: 'gate' }
    )
  }

  /** Lets requests pass: those that wait, and after them those that come. */
  release(count: number): void {
    for (let i = 0; i < count; i++) {
      const pass = this.#waiting.shift()
      if (pass === undefined) this.#open++
      else pass()
    }
  }
}

const gated = async <T>(client: DynamoDBClient, run: (gate: Gate) => Promise<T>): Promise<T> => {
  const gate = new Gate(client)
  try {
    return await run(gate)
  } finally {
    gate.release(100)
    client.middlewareStack.remove('gate')
  }
}

/** As long as requests that were not held back would need to show. */
const settled = () => new Promise(resolve => setTimeout(resolve, 50))

test('the next page is on its way while the caller works on this one, and no page behind that', () =>
  filled(({ db, client }) =>
    gated(client, async gate => {
      const stream = db.query(Note).where({ owner: 'o' }).pageSize(4)[Symbol.asyncIterator]()
      const first = stream.next()
      assert.is(gate.sent, 1)
      gate.release(1)
      assert.is((await first).value?.number, 0)
      assert.is(gate.sent, 2, 'asked for without anybody waiting for it')
      assert.is((await stream.next()).value?.number, 1, 'which this page does not wait for')
      await settled()
      assert.is(gate.sent, 2)
      const third = stream.next()
      gate.release(1)
      assert.is((await third).value?.number, 2)
      assert.is((await stream.next()).value?.number, 3)
      assert.is(gate.sent, 3)
    })
  ))

test('a limit is met without a request too many', () =>
  filled(({ db, client }) =>
    gated(client, async gate => {
      gate.release(100)
      const numbers: number[] = []
      for await (const { number } of db.query(Note).where({ topic: 't' }).onGsi1().pageSize(2).limit(4))
        numbers.push(number)
      assert.equal([numbers, gate.sent], [[0, 1, 2, 3], 2])
    })
  ))

test('a loop that is left ends the request that is on its way, and sends no other', () =>
  filled(({ db, client }) =>
    gated(client, async gate => {
      const leave: (() => Promise<void>)[] = [
        async () => {
          for await (const _ of db.query(Note).where({ owner: 'o' }).pageSize(4)) break
        },
        async () => {
          for await (const _ of db.query(Note).where({ owner: 'o' }).pageSize(4)) throw new Error('enough')
        },
        async () => {
          for await (const _ of db.query(Note, Mark).where({ owner: 'o' }).pageSize(4)) return
        },
        async () => {
          for await (const _ of db.scan(Note).pageSize(4)) break
        }
      ]
      for (const run of leave) {
        const [sent, ended] = [gate.sent, gate.ended.length]
        gate.release(1)
        await run().catch(error => assert.is(error.message, 'enough'))
        assert.is(gate.sent, sent + 2)
        gate.release(1)
        await settled()
        assert.is(gate.sent, sent + 2)
        assert.equal(gate.ended.slice(ended), ['answered', 'AbortError'])
      }
    })
  ))

test('a scan in segments that is left ends all of them', () =>
  filled(({ db, client }) =>
    gated(client, async gate => {
      const read = (async () => {
        for await (const _ of db.scan(Note, Mark).segments(3).pageSize(2)) return
      })()
      assert.is(gate.sent, 3, 'all segments are read at the same time')
      gate.release(3)
      await read
      const { sent } = gate
      gate.release(100)
      await settled()
      assert.is(gate.sent, sent)
      assert.ok(gate.sent <= 3 * 3, 'at most two pages of each are held, and one more is on its way')
    })
  ))

test('loops over one query, beside and inside each other, each see all of it', () =>
  filled(async ({ db }) => {
    const query = db.query(Note).where({ owner: 'o' }).pageSize(2)
    const pairs: string[] = []
    for await (const { number: outer } of query)
      for await (const { number: inner } of query) pairs.push(`${outer}${inner}`)
    const all = Array.from({ length: ITEMS }, (_, i) => Array.from({ length: ITEMS }, (_, j) => `${i}${j}`))
    assert.equal(pairs, all.flat())

    const [left, right] = [query[Symbol.asyncIterator](), query.reverse()[Symbol.asyncIterator]()]
    for (let i = 0; i < ITEMS; i++) {
      assert.is((await left.next()).value?.number, i)
      assert.is((await right.next()).value?.number, ITEMS - 1 - i)
    }
    assert.is((await left.next()).done, true)
    const [once, twice] = await Promise.all([query, query])
    assert.equal(once, twice)
    assert.is(once.length, ITEMS)
  }))

test('what goes wrong with a page is thrown where the page is needed, not before', () =>
  filled(async ({ db, client }) => {
    let sent = 0
    const failure = new Error('the network is down')
    client.middlewareStack.add(
      next => async args => {
        if (++sent === 2) throw failure
        return next(args)
      },
      { step: 'initialize', name: 'failure' }
    )
    try {
      const numbers: number[] = []
      const error = await errorFrom(async () => {
        for await (const { number } of db.query(Note).where({ owner: 'o' }).pageSize(4)) {
          await settled()
          numbers.push(number)
        }
      })
      assert.is(error, failure)
      assert.ok(numbers.length > 1 && numbers.length <= 4, `${numbers}`)
    } finally {
      client.middlewareStack.remove('failure')
    }
  }))

test.run()
