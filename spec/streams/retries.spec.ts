/**
 * Whatever fails, and wherever: each change is handled at least once, none before those of its item that stand before it, and
 * none again that stands before the first failure of an answer.
 */
import fc from 'fast-check'
import { model, models, t } from 'keystorm'
import { consumer, type StreamRecord } from 'keystorm/streams'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { runs } from '../support/runs.ts'
import { deliver, ownInvocation } from './lambda.ts'

const Count = model('Count')
  .pk('name')
  .sk('#kind')
  .fields({ kind: t.literal('COUNT'), n: t.int() })
const app = models({ Count })

/** What a shard holds: changes of counters, rows of nobody's, and rows that do not fit. */
const shard = fc.array(
  fc.record({ item: fc.nat(4), kind: fc.constantFrom('count', 'count', 'count', 'other', 'misfit', 'broken') }),
  { minLength: 1, maxLength: 25 }
)
type Kind = 'count' | 'other' | 'misfit' | 'broken'

const recordOf = ({ item, kind }: { item: number; kind: string }, n: number): StreamRecord => {
  const PK = { S: kind === 'other' ? `X#${item}` : `N#c${item}#Count` }
  const key = { PK, SK: { S: 'COUNT' } }
  const row = { ...key, n: kind === 'misfit' ? { S: 'many' } : { N: `${n}` } }
  const SequenceNumber = `${100 + n}`
  if (kind === 'broken') return { eventName: 'INSERT', dynamodb: { SequenceNumber } }
  return { eventName: 'INSERT', dynamodb: { SequenceNumber, Keys: key, NewImage: row } }
}

const course = fc.record({
  records: shard,
  concurrency: fc.constantFrom(1, 1, 2, 3, 8),
  batchSize: fc.integer({ min: 1, max: 25 }),
  bisects: fc.boolean(),
  partial: fc.constantFrom(true, true, true, false),
  /** How many turns of the event loop each handling takes, and which of them fail, in the order in which they come. */
  turns: fc.infiniteStream(fc.nat(3)),
  fails: fc.infiniteStream(fc.constantFrom(false, false, false, true)),
  luck: fc.infiniteStream(
    fc.record({
      killedAfter: fc.constantFrom(undefined, undefined, undefined, undefined, 1),
      isLost: fc.constantFrom(false, false, false, false, true)
    })
  )
})

test('whatever fails, each change is handled, in the order of its item, and none again before the first failure', async () => {
  await fc.assert(
    fc.asyncProperty(course, async ({ records, concurrency, batchSize, bisects, partial, turns, fails, luck }) => {
      const handled = records.map(() => 0)
      const running = new Set<number>()
      const doneNow = new Set<number>()
      let answered = 0 // what stands before it is never given again
      let left = 40 // failures, so that it ends
      const earlier = (n: number) =>
        records.flatMap(({ item, kind }, at) =>
          at < n && item === records[n]?.item && (kind === 'other') === (records[n]?.kind === 'other') ? [at] : []
        )
      const act = async (n: number, kind: Kind) => {
        await ownInvocation()
        assert.is(records[n]?.kind, kind)
        assert.ok(n >= answered, `${n} is done, and was answered for`)
        assert.ok(running.size < concurrency, 'more at a time than were asked for')
        for (const before of earlier(n)) {
          assert.ok(handled[before] || records[before]?.kind === 'broken', `${n} is begun, ${before} was never done`)
          assert.not(running.has(before), `${n} is begun while ${before} is under way`)
        }
        if (kind === 'broken') assert.ok(handled.slice(0, n).every(Boolean), 'it may be of any item')
        running.add(n)
        const fate = fails.next().value && left-- > 0
        for (let turn = turns.next().value; turn > 0; turn--) await new Promise(setImmediate)
        await ownInvocation()
        running.delete(n)
        if (fate) throw new Error(`${n} failed`)
        handled[n] = (handled[n] ?? 0) + 1
        doneNow.add(n)
      }
      const problems: unknown[] = []
      const noting = async (n: number, kind: Kind) => {
        try {
          await act(n, kind)
        } catch (error) {
          if (error instanceof assert.Assertion) problems.push(error)
          throw error
        }
      }
      const placeOf = (record: unknown) =>
        Number((record as StreamRecord & { dynamodb: { SequenceNumber: string } }).dynamodb.SequenceNumber) - 100
      const handler = consumer(
        app,
        {
          Count: {
            created: ({ after, sequence }) => noting(after.n === Number(sequence) - 100 ? after.n : -1, 'count')
          },
          other: ({ sequence }) => noting(Number(sequence) - 100, 'other'),
          invalid: ({ change, record }) => noting(placeOf(record), change === undefined ? 'broken' : 'misfit')
        },
        { concurrency, partial, onError: () => {} }
      )
      await deliver(handler, records.map(recordOf), {
        batchSize,
        bisects,
        timeout: 5_000,
        luck: () => (left-- > 0 ? luck.next().value : { killedAfter: undefined, isLost: false }),
        begins: () => {
          running.clear()
          doneNow.clear()
        },
        ends: ({ from, size }, next, isAnswer) => {
          if (isAnswer && running.size > 0) problems.push(`answered while ${[...running]} is under way`)
          let first = from
          while (first < from + size && doneNow.has(first)) first++
          if (isAnswer && next !== first) problems.push(`${first} is the first not done, and not ${next}`)
          answered = Math.max(answered, next)
          for (let n = 0; n < next; n++) if (!handled[n]) problems.push(`${n} is lost`)
        }
      })
      assert.equal(problems.map(String), [])
      assert.ok(handled.every(times => times > 0))
    }),
    { numRuns: runs(200) }
  )
})

test.run()
