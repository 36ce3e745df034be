/** What a consumer does with a batch: the order, the answer, the time it has, and what it refuses. */
import { connect, KeystormError, model, models } from 'keystorm'
import { type ConsumerOptions, consumer, InvalidEvent, type StreamEvent, type StreamRecord } from 'keystorm/streams'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { errorFrom } from '../support/errors.ts'
import { app, captured, inKinesis, inPipe, KEYS, NEW, streamed } from './records.ts'

/** A change of the order of this number, at this place of the shard. */
const orderAt = (n: number, order = n): StreamRecord => {
  const Keys = { ...KEYS, SK: { S: `O#${order}` } }
  return streamed('INSERT', { Keys, NewImage: { ...NEW, ...Keys, order: { S: `${order}` } } }, {}, n) as StreamRecord
}
const sequenceAt = (n: number) => `40000000000836768059${n}`
const failures = (...places: number[]) => ({
  batchItemFailures: places.map(n => ({ itemIdentifier: sequenceAt(n) }))
})
const other = () => {}
const wait = (milliseconds: number) => new Promise(resolve => setTimeout(resolve, milliseconds))

/** A consumer of orders, which notes when each is begun and done, and what is told of failures. */
const noting = (
  act: (order: number, signal: AbortSignal) => unknown,
  options: ConsumerOptions<'NEW_AND_OLD_IMAGES'> = {}
) => {
  const log: string[] = []
  const told: unknown[] = []
  const handler = consumer(
    app,
    {
      Order: {
        created: async ({ key }, { signal }) => {
          log.push(`${key.order}`)
          await act(Number(key.order), signal)
          log.push(`/${key.order}`)
        }
      },
      other
    },
    { onError: (error, { sequence }) => told.push([error instanceof Error && error.message, sequence]), ...options }
  )
  return { handler, log, told }
}

const orders = (...numbers: number[]): StreamEvent => ({ Records: numbers.map((order, n) => orderAt(n, order)) })

test('one after the other, unless more are asked for', async () => {
  const { handler, log } = noting(() => wait(1))
  assert.equal(await handler(orders(1, 2, 3)), failures())
  assert.equal(log, ['1', '/1', '2', '/2', '3', '/3'])
})

test('several items at a time, but never one of them twice', async () => {
  const gates: (() => void)[] = []
  const { handler, log } = noting(order => new Promise<void>(resolve => gates.push(resolve)).then(() => order), {
    concurrency: 3
  })
  const answer = handler(orders(3, 3, 1, 2, 1))
  const open = async (gate: number) => {
    gates[gate]?.()
    await wait(1)
    return log.splice(0).join(' ')
  }
  assert.is(await open(-1), '3 1 2')
  assert.is(await open(1), '/1 1', 'the other 3 has to wait')
  assert.is(await open(2), '/2', 'as it still has')
  assert.is(await open(0), '/3 3')
  assert.is(await open(3), '/1')
  assert.is(await open(4), '/3')
  assert.equal(await answer, failures())
})

test('a change that takes long is not left far behind', async () => {
  let finish = () => {}
  const { handler, log } = noting(order => order === 0 && new Promise<void>(resolve => (finish = resolve)), {
    concurrency: 2
  })
  const answer = handler(orders(...Array.from({ length: 50 }, (_, n) => n)))
  await wait(20)
  assert.is(log.filter(text => text.startsWith('/')).length, 19, 'what may have to be done again is so much')
  finish()
  assert.equal(await answer, failures())
})

test('the first failure is answered, nothing behind it is begun, and nothing before it is given again', async () => {
  let fails = true
  const { handler, log, told } = noting(order => {
    if (order === 2 && fails) throw new Error('no')
  })
  assert.equal(await handler(orders(1, 2, 3)), failures(1))
  assert.equal(log, ['1', '/1', '2'])
  assert.equal(told, [['no', sequenceAt(1)]])
  fails = false
  assert.equal(await handler({ Records: [orderAt(1, 2), orderAt(2, 3)] }), failures())
})

test('what is on its way when one fails is waited for, and an earlier failure counts', async () => {
  const act = async (order: number) => {
    await wait(order === 1 ? 30 : 0)
    if (order <= 2) throw new Error(`no ${order}`)
  }
  const { handler, log, told } = noting(act, { concurrency: 3 })
  assert.equal(await handler(orders(4, 1, 2, 3, 5)), failures(1))
  assert.ok(log.includes('/4') && !log.includes('5'), log.join(' '))
  assert.equal(told.length, 2)
})

test('a handler that waits for nothing is one, too, and what it gives is no failure', async () => {
  const kinds: string[] = []
  const note = ({ kind }: { kind: string }) => kinds.push(kind)
  const handler = consumer(app, { Order: { created: note, modified: note, removed: note }, other })
  const records = [
    streamed('INSERT', { NewImage: NEW }),
    streamed('MODIFY', { OldImage: NEW, NewImage: NEW }),
    streamed('REMOVE', { OldImage: NEW })
  ]
  assert.equal(await handler({ Records: records }), failures())
  assert.equal(kinds, ['created', 'modified', 'removed'])
})

test('what has no handler is passed over, unread; what is of no model is not', async () => {
  const seen: unknown[] = []
  const handler = consumer(app, {
    Order: { removed: () => seen.push('removed') },
    Account: {},
    other: ({ key }) => seen.push(key)
  })
  const stranger = { PK: { S: 'x' }, SK: { S: 'y' } }
  const misfit = { ...NEW, total: { S: 'much' } }
  assert.equal(
    await handler([streamed('INSERT', { NewImage: misfit }), streamed('INSERT', { Keys: stranger })]),
    failures()
  )
  assert.equal(seen, [stranger])
})

test('what does not fit or cannot be read fails, unless a handler takes it', async () => {
  const misfit = streamed('INSERT', { NewImage: { ...NEW, total: { S: 'much' } } }, {}, 1)
  const cut = streamed('INSERT', { Keys: undefined }, {}, 2)
  const Records = [orderAt(0), misfit, cut] as StreamRecord[]
  const { handler, told } = noting(() => {})
  assert.equal(await handler({ Records }), failures(1))
  assert.match(String(told), /Order: the item under PK "U#ann#Order", SK "O#7" does not fit: total/)
  assert.equal(await handler({ Records: [cut] as StreamRecord[] }), failures(2))
  const invalid: unknown[] = []
  const handlers = {
    Order: { created: () => {} },
    other,
    invalid: (its: { error: Error; change: unknown }) => invalid.push([its.error.name, its.change !== undefined])
  }
  assert.equal(await consumer(app, handlers)({ Records }), failures())
  assert.equal(invalid, [
    ['UndecodableItem', true],
    ['InvalidEvent', false]
  ])
  const rejecting = { ...handlers, invalid: () => Promise.reject(new Error('the queue is full')) }
  assert.equal(await consumer(app, rejecting, { onError: () => {} })({ Records }), failures(1))
})

test('each source is told by its own name what is to be given again', async () => {
  const { handler } = noting(() => Promise.reject(new Error('no')))
  const event = captured('INSERT', { NewImage: NEW })
  const sequence = '49590338271490256608559692538361571095921575989136588891'
  assert.equal(await handler({ Records: [inKinesis(event)] }), { batchItemFailures: [{ itemIdentifier: sequence }] })
  assert.equal(await handler([inPipe(event), inPipe(event, 2)]), {
    batchItemFailures: [1, 2].map(n => ({ itemIdentifier: `${inPipe(event).eventID.slice(0, -1)}${n}` }))
  })
  const piped = [streamed('INSERT', { NewImage: NEW }), streamed('INSERT', { NewImage: NEW }, {}, 2)]
  assert.equal(await handler(piped), { batchItemFailures: piped.map(({ eventID }) => ({ itemIdentifier: eventID })) })
  assert.equal(await handler({ Records: [inKinesis('no JSON', 3)] }), {
    batchItemFailures: [{ itemIdentifier: `${sequence.slice(0, -1)}3` }]
  })
})

test('what failed and has no name is thrown, so that all of it is given again', async () => {
  const { handler } = noting(() => Promise.reject(new Error('no')))
  const nameless = streamed('INSERT', { NewImage: NEW, SequenceNumber: '' })
  const error = await errorFrom(() => handler({ Records: [nameless] }))
  assert.instance(error, InvalidEvent)
  assert.match(error.message, /Record 0 of the event failed, and has no sequence number to ask for it again by/)
  assert.match((await errorFrom(() => handler([{ ...nameless, eventID: undefined }]))).message, /has no eventID/)
})

test('a source that takes no partial answer is thrown the first failure', async () => {
  const act = (order: number) => order > 1 && Promise.reject(new Error(`no ${order}`))
  const { handler } = noting(act, { partial: false, concurrency: 3 })
  assert.is((await errorFrom(() => handler(orders(1, 2, 3)))).message, 'no 2')
  assert.equal(await handler(orders(1)), failures())
})

test('failures are told on the console where nobody else listens; who listens can harm nothing', async () => {
  const { error } = console
  const said: unknown[][] = []
  console.error = (...values: unknown[]) => said.push(values)
  const cause = new Error('no')
  const fail = { Order: { created: () => Promise.reject(cause) }, other }
  try {
    assert.equal(await consumer(app, fail)(orders(1)), failures(0))
    await errorFrom(() => consumer(app, fail)([null] as never))
  } finally {
    console.error = error
  }
  assert.equal(said[0], [`consumer(): the change ${sequenceAt(0)} is not done, and is asked for again:`, cause])
  assert.match(String(said[1]?.[0]), /^consumer\(\): the change without a number is not done/)
  const onError = () => {
    throw new Error('the log is full')
  }
  assert.equal(await consumer(app, fail, { onError })(orders(1)), failures(0))
})

/** A function with so many milliseconds left. */
const lasting = (milliseconds: number) => {
  const end = performance.now() + milliseconds
  return { getRemainingTimeInMillis: () => end - performance.now() }
}

test("shortly before the function's end nothing more is begun, and what is left is asked for again", async () => {
  const { handler, log, told } = noting(() => wait(60))
  const answer = await handler(orders(...Array.from({ length: 9 }, (_, n) => n)), lasting(450))
  const done = log.filter(text => text.startsWith('/')).length
  assert.ok(done > 0 && done < 9, `${done}`)
  assert.equal(answer, failures(done))
  assert.match(String(told), /The time of the function is nearly up/)
})

test('handlers that never wait have an end, too', async () => {
  const turn = () => {
    const until = performance.now() + 10
    while (performance.now() < until);
  }
  const { handler, log } = noting(turn)
  const answer = await handler(orders(...Array.from({ length: 9 }, (_, n) => n)), lasting(60))
  const done = log.filter(text => text.startsWith('/')).length
  assert.ok(done < 9, `${done}`)
  assert.equal(answer, failures(done))
})

test('a handler that heeds its signal ends then, and one that does not is waited for half of what is kept back', async () => {
  const heeding = (_: number, signal: AbortSignal) =>
    new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
  const timed = async (act: (order: number, signal: AbortSignal) => unknown) => {
    const start = performance.now()
    const { handler, told } = noting(act, { reserve: 400 })
    assert.equal(await handler(orders(1, 2), lasting(500)), failures(0))
    return [performance.now() - start, String(told)] as const
  }
  const [early, why] = await timed(heeding)
  const [late] = await timed(() => new Promise(() => {}))
  assert.match(why, /The time of the function is nearly up/)
  assert.ok(early >= 95 && early < late, `${early} and ${late}`)
  assert.ok(late >= 295, `${late}`)
})

test('a context that does not know the time, as tests give, is one without an end', async () => {
  const { handler } = noting(() => {})
  assert.equal(await handler(orders(1), {} as never), failures())
})

test('a function without an end, as emulators have it, is given all the time it takes', async () => {
  for (const left of [Number.POSITIVE_INFINITY, Number.MAX_SAFE_INTEGER, Number.NaN]) {
    const { handler, told } = noting(() => wait(5))
    const event = { Records: [orderAt(1), orderAt(2)] }
    assert.equal(await handler(event, { getRemainingTimeInMillis: () => left }), failures())
    assert.equal(told, [])
  }
})

test('who is told of failures asynchronously, and fails, harms nothing', async () => {
  const unhandled: unknown[] = []
  const note = (error: unknown) => void unhandled.push(error)
  process.on('unhandledRejection', note)
  const { handler } = noting(() => Promise.reject(new Error('no')), {
    onError: () => Promise.reject(new Error('nor this'))
  })
  assert.equal(await handler({ Records: [orderAt(1)] }), failures(1))
  await wait(5)
  process.off('unhandledRejection', note)
  assert.equal(unhandled, [])
})

test('a reserve that leaves no time is refused, before anything is done', async () => {
  const { handler, log } = noting(() => {}, { reserve: 3_000 })
  const error = await errorFrom(() => handler(orders(1), lasting(3_000)))
  assert.match(
    error.message,
    /consumer\(\): reserve keeps 3000 ms of the \d+ ms that the function has left, so that nothing/
  )
  assert.equal(log, [])
})

test('a signal ends it between two changes, and is given on', async () => {
  const ending = new AbortController()
  const { handler, log, told } = noting(
    async (order, signal) => {
      if (order === 2) ending.abort(new Error('the host goes down'))
      assert.is(signal.aborted, order === 2)
    },
    { signal: ending.signal }
  )
  assert.equal(await handler(orders(1, 2, 3)), failures(2))
  assert.equal(log, ['1', '/1', '2', '/2'])
  assert.equal(told, [['the host goes down', sequenceAt(2)]])
  assert.equal(await handler(orders(1)), failures(0))
})

test('a handler may write, by the signal it is given', async () => {
  const db = connect({ table: 'nowhere', client: { send: () => new Promise(() => {}) } as never })
  const handler = consumer(
    app,
    { Order: { created: ({ key }, { signal }) => db.delete(app.models.Order, key).signal(signal) }, other },
    { reserve: 40, onError: () => {} }
  )
  assert.equal(await handler(orders(1), lasting(60)), failures(0))
})

test('ten thousand changes at once', async () => {
  let count = 0
  const handler = consumer(app, { Order: { created: () => void count++ }, other }, { concurrency: 10 })
  const Records = Array.from({ length: 10_000 }, (_, n) => orderAt(n, n % 100))
  assert.equal(await handler({ Records }, lasting(60_000)), failures())
  assert.is(count, 10_000)
})

test('an event without records is nothing to do', async () => {
  const { handler } = noting(() => {})
  for (const event of [{ Records: [] }, []]) assert.equal(await handler(event), failures())
})

/** What cannot be handlers or options, and what is said of it. */
const refused: readonly [what: string, handlers: unknown, options: object, problem: string][] = [
  ['nothing', undefined, {}, 'the handlers are no object, but nothing'],
  [
    'none for rows of no model',
    {},
    {},
    'takes other, for rows of no model, but got nothing; () => {} passes them over'
  ],
  [
    'one of no model',
    { Oder: {}, other },
    {},
    'the handlers have "Oder", which is none of Order, Account, other, invalid'
  ],
  [
    'one of no kind',
    { Order: { updated: other }, other },
    {},
    'the handlers of Order have "updated", which is none of created, modified, removed'
  ],
  ['one that is none', { Order: { created: 'x' }, other }, {}, 'created of Order is no function, but "x"'],
  ['a function for a model', { Order: other, other }, {}, 'the handlers of Order are no object, but a function'],
  ['an invalid that is none', { other, invalid: true }, {}, 'invalid is no function, but true'],
  ['no concurrency', { other }, { concurrency: 0 }, 'concurrency is a whole number from 1 on, but got 0'],
  ['half a concurrency', { other }, { concurrency: 1.5 }, 'concurrency is a whole number from 1 on, but got 1.5'],
  ['no reserve', { other }, { reserve: -1 }, 'reserve is a number of milliseconds from 0 on, but got -1'],
  [
    'a reserve that is none',
    { other },
    { reserve: Number.NaN },
    'reserve is a number of milliseconds from 0 on, but got NaN'
  ],
  // Which would be taken for true, and lose what failed where the event source has no partial answers.
  ['a text for no', { other }, { partial: 'false' }, 'partial takes true or false, but got "false"'],
  ['a listener that is none', { other }, { onError: 5 }, 'onError takes a function, but got 5']
]

for (const [what, handlers, options, problem] of refused)
  test(`${what}: refused when the consumer is made`, async () => {
    const error = await errorFrom(() => consumer(app, handlers as never, options))
    assert.instance(error, KeystormError)
    assert.is(error.message, `consumer(): ${problem}.`)
  })

test('a signal that is none is refused when the consumer is made', async () => {
  const error = await errorFrom(() => consumer(app, { other }, { signal: {} as AbortSignal }))
  assert.is(error.message, 'signal(): takes an AbortSignal, but got an object (Object).')
})

test('a model of the name of a handler is refused', async () => {
  const set = models({ other: model('other').pk('a').sk('b') })
  const error = await errorFrom(() => consumer(set, { other } as never))
  assert.match(error.message, /has a handler other of its own, so that no model can be called that/)
})

test('models may be called as what all objects have', async () => {
  const set = models({ toString: model('toString').pk('a').sk('b') })
  let count = 0
  const Keys = { PK: { S: 'A#1#toString' }, SK: { S: 'B#2' } }
  const event = [streamed('INSERT', { Keys, NewImage: Keys })]
  assert.equal(await consumer(set, { other } as never)(event), failures())
  assert.equal(await consumer(set, { toString: { created: () => void count++ }, other })(event), failures())
  assert.is(count, 1)
})

test.run()
