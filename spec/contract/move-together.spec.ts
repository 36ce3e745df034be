/** What a move promises that goes together with other writes. */
import { randomUUID } from 'node:crypto'
import { InvalidRequest, ItemNotFound, model, plus, TransactionCancelled, t, withTable } from 'keystorm'
import { modify } from 'keystorm/modify'
import { localTable } from 'keystorm/testing'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { lacks } from '../support/engine.ts'
import { errorFrom } from '../support/errors.ts'
import { interrupted } from '../support/interrupted.ts'

const maybe = lacks('transactions') ? test.skip : test

const Task = model('Task').pk('queue').sk('T#task').gsi1('owner').fields({ owner: t.string(), version: t.version() })
const Note = model('Note').pk('queue').sk('N#note').fields({ text: t.string().optional() })
const Count = model('Count')
  .pk('queue')
  .sk('#kind')
  .fields({ kind: t.literal('COUNT').default('COUNT'), open: t.int() })

const task = { queue: 'open', task: '1' }
const done = { queue: 'done', task: '1' }
const note = { queue: 'open', note: '1' }
const count = { queue: 'open' }

const reasonsOf = async (act: () => unknown) => {
  const error = (await errorFrom(act)) as TransactionCancelled
  assert.instance(error, TransactionCancelled)
  return error.data.reasons
}

maybe(
  'a move is one of the writes of a transaction: all are written, each gives what it gives, and the index follows',
  () =>
    localTable(async ({ db }) => {
      const first = await db.create(Task, { ...task, owner: 'ann' })
      await db.put(Note, note)
      await db.put(Count, { ...count, open: 1 })
      const [nothing, moved, renamed, created] = await db.transact(
        db.update(Count, count).set({ open: plus(-1) }),
        db.move(Task, first, { queue: 'done' }),
        db.move(Note, note, { note: '2' }),
        db.create(Note, { queue: 'done', note: '1', text: 'made' })
      )
      assert.equal([nothing, moved], [undefined, { ...done, owner: 'ann', version: 2 }])
      assert.equal(renamed, { ...note, note: '2' })
      assert.equal(created, await db.get(Note, { queue: 'done', note: '1' }))
      assert.equal([await db.get(Task, done), await db.get(Task, task)], [moved, undefined])
      assert.equal([await db.get(Note, renamed), await db.get(Note, note)], [renamed, undefined])
      assert.is((await db.get(Count, count))?.open, 0)
      assert.equal(await db.query(Task).where({ owner: 'ann' }).onGsi1(), [moved])
    })
)

maybe('the reasons of what was cancelled are those of the builders, in their order', () =>
  localTable(async ({ db, client, table }) => {
    const first = await db.create(Task, { ...task, owner: 'ann' })
    const [fine, gone, taken] = await reasonsOf(() =>
      db.transact(
        db.put(Note, note),
        db.move(Note, { queue: 'none', note: '9' }, { note: '8' }),
        db.move(Task, task, { queue: 'done' })
      )
    )
    assert.equal([fine?.code, fine?.key], ['None', { PK: 'Q#open#Note', SK: 'N#1' }])
    assert.equal([gone?.code, gone?.reason, gone?.key], ['ItemNotFound', 'missing', { PK: 'Q#none#Note', SK: 'N#9' }])
    assert.equal([taken?.code, taken?.key], ['None', { PK: 'Q#open#Task', SK: 'T#1' }])
    await db.create(Task, { ...done, owner: 'bob' })
    const [inTheWay, after] = await reasonsOf(() =>
      db.transact(db.move(Task, task, { queue: 'done' }), db.update(Note, note).set({ text: 'x' }))
    )
    assert.equal([inTheWay?.code, inTheWay?.key], ['ItemExists', { PK: 'Q#done#Task', SK: 'T#1' }])
    assert.equal([after?.code, after?.key], ['ItemNotFound', { PK: 'Q#open#Note', SK: 'N#1' }])
    const meddling = interrupted(client, async () => await db.update(Task, task).set({ owner: 'eve' }))
    const [changed] = await reasonsOf(() =>
      withTable(table, { client: meddling }, () =>
        db.transact(db.move(Task, task, { queue: 'later' }), db.put(Note, note))
      )
    )
    assert.equal([changed?.code, changed?.reason], ['ConditionFailed', 'version'])
    assert.match(changed?.message ?? '', /because the item was changed while it was moved/)
    assert.equal(changed?.item, { ...first, owner: 'eve', version: 2 })
    assert.is(await db.get(Note, note), undefined)
  })
)

maybe('operations are counted, and items told apart, as the moves become them', () =>
  localTable(async ({ db }) => {
    await db.put(Note, note)
    const move = db.move(Note, note, { note: '2' })
    const twice = [
      [
        db.transact(move, db.put(Note, { ...note, note: '2' })),
        /operations 1 \(Note\) and 2 \(Note\) are for the same/
      ],
      [db.transact(db.check(Task, task).if({ owner: 'a' }), move, db.delete(Note, note)), /operations 2 .* and 3 /],
      [
        db.transact(
          move,
          ...Array.from({ length: 99 }, (_, i) => db.put(Task, { queue: 'q', task: `${i}`, owner: 'a' }))
        ),
        /there are 101 operations/
      ]
    ] as const
    for (const [transaction, message] of twice) {
      const error = await errorFrom(() => transaction)
      assert.instance(error, InvalidRequest)
      assert.match(error.message, message)
    }
    assert.equal(await db.query(Note).where({ queue: 'open' }), [note])
  })
)

maybe('with a token, the transaction of a move that is run again is the same request', () =>
  localTable(async ({ db }) => {
    await db.put(Note, note)
    const transaction = db.transact(db.move(Note, note, { note: '2' })).token(randomUUID())
    const [moved] = await transaction
    assert.equal(await transaction, [moved])
    assert.equal(await db.query(Note).where({ queue: 'open' }), [{ ...note, note: '2' }])
    const missing = db.transact(db.move(Note, note, { note: '3' })).token(randomUUID())
    assert.is((await reasonsOf(() => missing))[0]?.code, 'ItemNotFound')
    await db.put(Note, note)
    assert.equal(await missing, [{ ...note, note: '3' }]) // nothing was sent the first time
  })
)

maybe('a move goes along with modify', () =>
  localTable(async ({ db }) => {
    await db.put(Count, { ...count, open: 1 })
    const change = (key: { queue: string; note: string }) =>
      modify(db, Count, count, item => ({ ...item, open: item.open - 1 })).along(() =>
        db.move(Note, key, { queue: 'done' })
      )
    const [own, other] = await reasonsOf(() => change(note))
    assert.equal([own?.code, other?.code], ['None', 'ItemNotFound'])
    await db.put(Note, note)
    assert.is((await change(note)).open, 0)
    assert.equal(await db.query(Note).where({ queue: 'done' }), [{ ...note, queue: 'done' }])
    assert.instance(await errorFrom(() => db.move(Note, note, { queue: 'done' })), ItemNotFound)
  })
)

test('what cannot read first, as a batch and compile(), says so and sends nothing', () =>
  localTable(async ({ db }) => {
    await db.put(Note, note)
    const move = db.move(Note, note, { note: '2' })
    const acts = [() => db.transact(move).compile(), () => db.batchWrite(move as never)]
    for (const act of acts) {
      const error = await errorFrom(act)
      assert.instance(error, InvalidRequest)
      assert.match(
        error.message,
        /^Note: move\(\) reads the item first, and so is awaited, by itself or in a transact\(\)/
      )
    }
    assert.equal(await db.query(Note).where({ queue: 'open' }), [note])
  }))

test.run()
