/** What batches and loads refuse, before anything is sent. */
import { BatchIncomplete, connect, type ErrorCode, isKeystormError, model, t, withTable } from 'keystorm'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { z } from 'zod'
import { errorFrom } from '../support/errors.ts'
import { idleClient } from '../support/idle.ts'

const { client, requests } = idleClient()
test.before.each(() => {
  requests.count = 0
})

const User = model('User')
  .pk('user')
  .sk('#record')
  .fields({ record: t.literal('U'), bio: t.string().optional() })
const Task = model('Task').pk('task').sk('#step').fields({ version: t.version() })
const Slow = model('Slow')
  .pk('id')
  .sk('#part')
  .fields({ name: z.string().refine(async name => name !== 'no') })
const db = connect({ table: 'table', client })
const user = { user: 'ann', record: 'U' } as const
const other = { user: 'bob', record: 'U' } as const
const task = { task: 'a', step: 'b' }
// What a program without types, or with wrong ones, could send.
const untyped = <T>(value: unknown): T => value as T
const elsewhere = connect({ table: 'elsewhere', client })

const refused: [what: string, act: () => unknown, code: ErrorCode, message: RegExp][] = [
  [
    'an item that is written twice',
    () => db.batchWrite(db.put(User, user), db.put(User, other), db.delete(User, user)),
    'InvalidRequest',
    /^batchWrite\(\): User, PK "U#ann#User", SK "U" is given twice\.$/
  ],
  [
    'an item of 401 KB',
    () => db.batchWrite(db.put(User, other), db.put(User, { ...user, bio: 'é'.repeat(401 * 512) })),
    'InvalidRequest',
    /^batchWrite\(\): User, PK "U#ann#User", SK "U": the item has 410\d{3} bytes, and 409600 are DynamoDB's limit\.$/
  ],
  [
    'a load of an item of 401 KB',
    () => db.load(User, [{ ...user, bio: 'x'.repeat(401 * 1024) }]),
    'InvalidRequest',
    /^load\(\): User, PK "U#ann#User", SK "U": the item has 410\d{3} bytes/
  ],
  [
    'a get of another table',
    () => db.batchGet(db.get(User, user), elsewhere.get(User, other)),
    'InvalidRequest',
    /^batchGet\(\): builder 2 \(User\) was made for the table elsewhere, and this is the table table\.$/
  ],
  [
    'a put of another client',
    () => db.batchWrite(connect({ table: 'table' }).put(User, user)),
    'InvalidRequest',
    /^batchWrite\(\): builder 1 \(User\) was made for another client\.$/
  ],
  [
    'a create',
    () => db.batchWrite(untyped<never>(db.create(User, user))),
    'InvalidRequest',
    /SK "U": create\(\) looks whether there is an item, but a batch checks nothing: use transact\(\), or the verb by itself; put\(\) writes without looking\.$/
  ],
  [
    'a condition',
    () => db.batchWrite(db.put(User, user).if({ bio: 'x' })),
    'InvalidRequest',
    /SK "U": if\(\) looks at the item, but a batch checks nothing/
  ],
  [
    'a condition of a delete',
    () => db.batchWrite(db.delete(User, user).if({ bio: 'x' })),
    'InvalidRequest',
    /if\(\) looks at the item/
  ],
  [
    'a version',
    () => db.batchWrite(db.put(Task, { ...task, version: 3 })),
    'InvalidRequest',
    /^batchWrite\(\): Task, PK "T#a#Task", SK "b": t\.version\(\) looks at the item, but a batch checks nothing/
  ],
  [
    'a version in the key of a delete',
    () => db.batchWrite(db.delete(Task, { ...task, version: 3 })),
    'InvalidRequest',
    /t\.version\(\) looks at the item/
  ],
  [
    'a load of versions',
    () => db.load(Task, [{ ...task, version: 3 }]),
    'InvalidRequest',
    /^load\(\): Task, .* t\.version\(\)/
  ],
  [
    'an update',
    () => db.batchWrite(untyped<never>(db.update(User, user).set({ bio: 'x' }))),
    'InvalidRequest',
    /SK "U": a batch puts and deletes: use transact\(\), or the verb by itself\.$/
  ],
  [
    'a put that is to give something back',
    () => db.batchWrite(untyped<never>(db.put(User, user).returning('old'))),
    'InvalidRequest',
    /^batchWrite\(\): builder 1 \(User\): returning\(\) is for a write by itself\.$/
  ],
  [
    'a get among writes',
    () => db.batchWrite(untyped<never>(db.get(User, user))),
    'InvalidRequest',
    /^batchWrite\(\): builder 1 does not fit: a batchWrite takes put and delete\.$/
  ],
  [
    'a put among gets',
    () => db.batchGet(untyped<never>(db.put(User, user))),
    'InvalidRequest',
    /^batchGet\(\): builder 1 does not fit: a batchGet takes get\.$/
  ],
  [
    'nothing among gets',
    () => db.batchGet(untyped<never>(null)),
    'InvalidRequest',
    /^batchGet\(\): builder 1 does not fit: a batchGet takes get\.$/
  ],
  [
    'an item that does not fit',
    () => db.batchWrite(db.put(User, other), db.put(User, untyped({ ...user, bio: 3 }))),
    'InvalidItem',
    /^User: nothing was sent, because bio: /
  ],
  [
    'an item that an asynchronous schema refuses',
    () => db.batchWrite(db.put(Slow, { id: 'a', part: 'b', name: 'no' })),
    'InvalidItem',
    /^Slow: nothing was sent, because name: /
  ],
  ['a wrong key', () => db.batchGet(db.get(User, { user: '', record: 'U' })), 'InvalidKey', /^User\.PK: user must be/],
  ['a load of what does not fit', () => db.load(User, [untyped(null)]), 'InvalidItem', /^User: nothing was sent/],
  ['a load of nothing', () => db.load(User, untyped({})), 'InvalidRequest', /^load\(\): the source is no iterable\.$/],
  [
    'no request at a time',
    () => db.batchGet(db.get(User, user)).concurrency(0),
    'InvalidRequest',
    /^batchGet\(\): concurrency\(\) takes/
  ],
  [
    'no try',
    () => db.batchGet(db.get(User, user)).retry({ attempts: 0 }),
    'InvalidRequest',
    /^batchGet\(\): retry\(\) takes/
  ],
  [
    'a time before now',
    () => db.load(User, []).retry({ milliseconds: -1 }),
    'InvalidRequest',
    /^load\(\): retry\(\) takes milliseconds from 0 on, but got -1\.$/
  ],
  [
    'compiling asynchronous schemas',
    () => db.batchWrite(db.put(Slow, { id: 'a', part: 'b', name: 'x' })).compile(),
    'InvalidRequest',
    /^Slow: a schema checks its values asynchronously/
  ],
  [
    'no table',
    () => {
      const nowhere = connect({ client })
      return nowhere.batchGet(nowhere.get(User, user)).compile()
    },
    'NoTable',
    /^No table/
  ]
]

for (const [what, act, code, message] of refused)
  test(`${what} is refused, and nothing is sent`, async () => {
    const error = await errorFrom(act)
    assert.ok(isKeystormError(error), `${error}`)
    assert.is(error.code, code)
    assert.match(error.message, message)
    assert.is(requests.count, 0)
  })

test('the client of these specs would have counted', async () => {
  const error = await errorFrom(() => db.batchGet(db.get(User, user)))
  assert.is(error.message, 'BatchGetItem: the answer cannot be understood, because it has no responses for the table.')
  await db.batchWrite(db.put(User, user))
  await db.load(User, [user])
  assert.is(requests.count, 3)
})

test('the table of a batch is that of the place where it is made', async () => {
  const batch = withTable('there', () => db.batchWrite(db.put(User, user)))
  assert.equal(Object.keys(batch.compile()[0]?.RequestItems ?? {}), ['there'])
  const early = db.put(User, user)
  const error = await errorFrom(() => withTable('there', () => db.batchWrite(early)))
  assert.match(error.message, /builder 1 \(User\) was made for the table table, and this is the table there/)
})

test('a signal that is aborted already: nothing is sent, and everything is left', async () => {
  const reason = new Error('enough')
  const signal = AbortSignal.abort(reason)
  const [get, put] = [db.get(User, user), db.put(User, user)]
  for (const [act, left] of [
    [() => db.batchGet(get).signal(signal), [get]],
    [() => db.batchWrite([put]).signal(signal), [put]],
    [() => db.batchWrite(put, db.delete(User, other).signal(signal)), undefined],
    [() => db.load(User, [user]).signal(signal), []]
  ] as const) {
    const error = await errorFrom(act)
    assert.ok(error instanceof BatchIncomplete)
    assert.match(
      error.message,
      /: (?:1 of 1 is|[02] of \d(?: taken from the source)? are) left \(error\.left\): the signal was aborted\.$/
    )
    assert.is(error.cause, reason)
    if (left) assert.equal(error.left, left)
    else assert.is(error.left.length, 2)
    assert.is(error.data.done, 0)
  }
  assert.is(requests.count, 0)
})

test('batches are immutable: a base can be shared', () => {
  const base = db.batchGet(db.get(User, user))
  const other = base.signal(AbortSignal.abort()).concurrency(1).retry({ attempts: 1, milliseconds: 0 })
  assert.is.not(base, other)
  assert.equal(base.compile(), other.compile())
})

test('what a batch does not take does not compile', () => {
  const builders = () => [
    // @ts-expect-error: a create looks whether there is an item
    db.batchWrite(db.create(User, user)),
    // @ts-expect-error: an update looks whether there is one
    db.batchWrite(db.update(User, user).set({ bio: 'x' })),
    // @ts-expect-error: a batch does not send back what was replaced
    db.batchWrite(db.put(User, user).returning('old')),
    // @ts-expect-error: nor what was deleted
    db.batchWrite([db.delete(User, user).returning('old')]),
    // @ts-expect-error: a check writes nothing
    db.batchWrite(db.check(User, user).if({ bio: 'x' })),
    // @ts-expect-error: a get is no write
    db.batchWrite(db.get(User, user)),
    // @ts-expect-error: a put is no get
    db.batchGet(db.put(User, user)),
    // @ts-expect-error: an item of another model
    db.load(User, [task])
  ]
  assert.type(builders, 'function')
})

test.run()
