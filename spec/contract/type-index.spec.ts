/** A type attribute that is an index's key, too: each kind of item is found there, and every verb keeps it the model's name. */
import { DeleteItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { ConditionFailed, gt, InvalidItem, layout, models, t } from 'keystorm'
import { modify } from 'keystorm/modify'
import { type LocalTable, localTable } from 'keystorm/testing'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { lacks } from '../support/engine.ts'
import { errorFrom } from '../support/errors.ts'
import { rowsOf } from '../support/rows.ts'

const app = layout({
  pk: 'id',
  type: 'kind',
  indexes: { byKind: { pk: 'kind', sk: 'at' }, ofKind: { pk: 'kind', projection: 'KEYS_ONLY' } }
})
const fields = { at: t.string(), size: t.int().default(0) }
const Note = app
  .model('note')
  .pk('id')
  .index('byKind')
  .fields({ ...fields, kind: t.literal('note').default('note') })
const Task = app
  .model('task')
  .pk('id')
  .index('byKind')
  .index('ofKind')
  .fields({ ...fields, kind: t.literal('task').default('task') })
/** Of a model without the attribute, the rows have it all the same. */
const Plain = app.model('plain').pk('id').fields({ at: t.string() })
const all = models({ note: Note, task: Task, plain: Plain })

const kindOf = async ({ client, table }: LocalTable, id: string) =>
  (await rowsOf(client, { TableName: table })).find(row => row.id?.S === id)?.kind
const transactionTest = lacks('transactions') ? test.skip : test

test('items are found by the name of their model, and by their other keys', () =>
  localTable(app, async ({ db }) => {
    await db.load(
      Note,
      ['1', '2'].map(at => ({ id: `n${at}`, at }))
    )
    await db.put(Task, { id: 't1', at: '1' })
    await db.put(Plain, { id: 'p1', at: '1' })
    const note = { id: 'n2', at: '2', kind: 'note', size: 0 } as const
    const task = { id: 't1', at: '1', kind: 'task', size: 0 } as const
    assert.equal(
      await db
        .query(Note)
        .where({ at: gt('1') })
        .on('byKind'),
      [note]
    )
    assert.is(await db.query(Note).where({}).on('byKind').count(), 2)
    assert.equal(await db.query(Task).where({ kind: 'task' }).on('byKind').only('id', 'kind'), [
      { id: 't1', kind: 'task' }
    ])
    assert.equal(await db.query(Task).where({}).on('ofKind').whole(), [task])
    assert.equal(await db.query(Task).where({}).on('ofKind'), [{ id: 't1', kind: 'task' }], 'a key is projected')
    const scanned = await db.scan(all)
    assert.equal([scanned.note.length, scanned.task, scanned.plain], [2, [task], [{ id: 'p1', at: '1' }]])
    assert.is((await db.scan(Note, Task).on('byKind')).note.length, 2)
    assert.is(await db.get(Note, { id: 't1' }), undefined)
    assert.instance(await errorFrom(() => db.put(Note, { id: 't1', at: '1' })), ConditionFailed)
  }))

test('updates, upserts and puts keep it, and none removes it', () =>
  localTable(app, async place => {
    const { db, client, table } = place
    await db.update(Note, { id: 'n1' }).set({ at: '1' }).upsert()
    await db.update(Note, { id: 'n1' }).set({ at: '2', kind: 'note' }).upsert()
    assert.equal(await kindOf(place, 'n1'), { S: 'note' })
    await db.update(Task, { id: 't1' }).set({ at: '1' }).upsert()
    assert.is(await db.query(Task).where({}).on('ofKind').count(), 1)
    const removed = () => db.update(Note, { id: 'n1' }).remove('kind')
    const error = await errorFrom(removed)
    assert.instance(error, InvalidItem)
    assert.match(error.message, 'kind: tells whose row it is, and cannot be removed')

    // A row of another program that lacks it enters the index as others do: with the last key.
    await client.send(new PutItemCommand({ TableName: table, Item: { id: { S: 'old' }, at: { S: '3' } } }))
    await db.update(Note, { id: 'old' }).set({ kind: 'note' })
    assert.equal(
      (
        await db
          .query(Note)
          .where({ at: gt('2') })
          .on('byKind')
      )[0]?.id,
      'old'
    )
    await client.send(new DeleteItemCommand({ TableName: table, Key: { id: { S: 'old' } } }))
  }))

transactionTest('so do modify() and move()', () =>
  localTable(app, async place => {
    const { db } = place
    await db.create(Note, { id: 'n1', at: '1' })
    await modify(db, Note, { id: 'n1' }, note => ({ ...note, size: 3 }))
    await db.move(Note, { id: 'n1' }, { id: 'n2' })
    assert.equal(await kindOf(place, 'n2'), { S: 'note' })
    assert.equal(await db.query(Note).where({ at: '1' }).on('byKind'), [{ id: 'n2', at: '1', kind: 'note', size: 3 }])
    await db.transact(db.update(Note, { id: 'n3' }).set({ at: '1' }).upsert(), db.delete(Note, { id: 'n2' }))
    assert.equal(await kindOf(place, 'n3'), { S: 'note' })
  })
)

test.run()
