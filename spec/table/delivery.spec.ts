import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type Course, Delivery } from '../../lib/driver/delivery.ts'

interface Thing {
  readonly id: string
}

const course: Course = { concurrency: 2, attempts: 3, milliseconds: 60_000, signal: undefined, onProgress: undefined }
const thing = (n: number): Thing => ({ id: `${n}` })
const things = (count: number) => Array.from({ length: count }, (_, n) => thing(n))
const busy = () => Object.assign(new Error('busy'), { name: 'ThrottlingException' })

/** A delivery of things in chunks of two, and the requests that were sent. */
const deliver = (
  count: number,
  options: Partial<Course>,
  answer: (sent: string, times: number) => Promise<number[]>
) => {
  const sent: string[] = []
  const delivery = new Delivery<Thing>({ ...course, ...options }, async chunk => {
    const text = chunk.map(({ id }) => id).join(' ')
    sent.push(text)
    const left = await answer(text, sent.filter(one => one === text).length)
    return left.map(thing)
  })
  for (const one of things(count)) delivery.open.set(one.id, one)
  function* chunks() {
    for (let n = 0; n < count; n += 2) yield things(count).slice(n, n + 2)
  }
  return { sent, delivery, run: () => delivery.run(chunks()), open: () => [...delivery.open.keys()].join(' ') }
}

const none = async () => []

test('sends all, no more requests at a time than it may', async () => {
  let flying = 0
  let most = 0
  const { sent, run, open } = deliver(10, { concurrency: 3 }, async () => {
    most = Math.max(most, ++flying)
    await new Promise(done => setTimeout(done, 5))
    flying--
    return []
  })
  assert.is(await run(), undefined)
  assert.equal(sent, ['0 1', '2 3', '4 5', '6 7', '8 9'])
  assert.is(most, 3)
  assert.is(open(), '')
})

test('sends again what was left, and what failed in passing', async () => {
  const { sent, run } = deliver(4, { concurrency: 1 }, async (text, times) => {
    if (text === '0 1') return [1]
    if (text === '2 3' && times < 3) throw busy()
    return []
  })
  assert.is(await run(), undefined)
  assert.equal(sent, ['0 1', '1', '2 3', '2 3', '2 3'])
})

test('gives up after so many tries in vain, and says what is left', async () => {
  const { sent, run, open } = deliver(6, { concurrency: 1 }, async text => {
    if (text === '2 3') throw busy()
    return []
  })
  const failure = await run()
  assert.is(failure?.why, 'given up after 3 tries')
  assert.is(String(failure?.cause), 'ThrottlingException: busy')
  assert.is(failure?.isPassing, true)
  assert.equal(sent, ['0 1', '2 3', '2 3', '2 3'])
  assert.is(open(), '2 3 4 5')
})

test('tries in vain are counted anew when some of it was done', async () => {
  const { sent, run } = deliver(2, { concurrency: 1 }, async (text, times) => {
    if (text === '0 1') return times < 3 ? [0, 1] : [1]
    return times < 3 ? [1] : []
  })
  assert.is(await run(), undefined)
  assert.equal(sent, ['0 1', '0 1', '0 1', '1', '1', '1'])
})

test('gives up when the time is over', async () => {
  const { sent, run } = deliver(2, { attempts: 1000, milliseconds: 0 }, async () => {
    throw busy()
  })
  assert.is((await run())?.why, 'given up after 0 ms')
  assert.is(sent.length, 1)
})

test('after what goes wrong for good nothing more is sent, and what is on its way is waited for', async () => {
  let answerLate = (_: number[]) => {}
  const late = new Promise<number[]>(resolve => {
    answerLate = resolve
  })
  const { sent, run, open } = deliver(8, {}, async text => {
    if (text === '0 1') return late
    if (text === '2 3') return []
    setTimeout(answerLate, 5, [])
    throw new TypeError('wrong')
  })
  const failure = await run()
  assert.is(failure?.why, 'TypeError: wrong')
  assert.is(failure?.isPassing, false)
  assert.equal(sent, ['0 1', '2 3', '4 5'])
  assert.is(open(), '4 5 6 7')
})

test('a chunk that waits to be sent again is not, once something else went wrong', async () => {
  const { sent, run } = deliver(4, { attempts: 1000 }, async text => {
    if (text === '0 1') return [0, 1]
    await new Promise(done => setTimeout(done, 20))
    throw new TypeError('wrong')
  })
  assert.is((await run())?.why, 'TypeError: wrong')
  const count = sent.length
  await new Promise(done => setTimeout(done, 50))
  assert.is(sent.length, count)
})

test('an abort ends it: also while it waits for its source', async () => {
  const stop = new AbortController()
  const reason = new Error('enough')
  const delivery = new Delivery<Thing>({ ...course, signal: stop.signal }, none)
  let isClosed = false
  const source = {
    next: () => new Promise<IteratorResult<Thing[]>>(() => setTimeout(() => stop.abort(reason), 5)),
    return: async () => {
      isClosed = true
      return { done: true as const, value: undefined }
    }
  }
  const failure = await delivery.run(source)
  assert.equal([failure?.why, failure?.isPassing], ['the signal was aborted', true])
  assert.is(failure?.cause, reason)
  assert.ok(isClosed)
})

test('tells its progress; who throws there ends it', async () => {
  const steps: unknown[] = []
  const ran = deliver(4, { concurrency: 1, onProgress: step => steps.push(step) }, async text =>
    text === '0 1' ? [1] : []
  )
  assert.is(await ran.run(), undefined)
  assert.equal(steps, [
    { done: 1, asked: 4 },
    { done: 2, asked: 4 },
    { done: 4, asked: 4 }
  ])
  const onProgress = () => {
    throw new RangeError('no more')
  }
  const { run, sent, open } = deliver(4, { concurrency: 1, onProgress }, none)
  assert.is((await run())?.why, 'onProgress threw RangeError: no more')
  assert.equal(sent, ['0 1'])
  assert.is(open(), '2 3')
})

test('an error of the source ends it', async () => {
  const delivery = new Delivery<Thing>(course, none)
  const source = {
    next: async (): Promise<IteratorResult<Thing[]>> => {
      throw new RangeError('dry')
    }
  }
  assert.is((await delivery.run(source))?.why, 'RangeError: dry')
})

test.run()
