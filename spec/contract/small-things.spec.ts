/** A counter that breaks nobody's lock, deletes of what was read, and a time to live that must be given. */
import { ConditionFailed, InvalidItem, InvalidRequest, keyOf, model, plus, t } from 'keystorm'
import { localTable } from 'keystorm/testing'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { errorFrom } from '../support/errors.ts'

const Issue = model('Issue')
  .pk('project')
  .sk('#number')
  .fields({ number: t.int({ digits: 4 }), title: t.string(), comments: t.int().default(0), version: t.version() })
const Session = model('Session')
  .pk('id')
  .sk('kind')
  .fields({ expires: t.ttl({ required: true }) })
const key = { project: 'p', number: 1 }

test('an update that keeps the version does not break the lock of whoever is editing', () =>
  localTable(async ({ db }) => {
    const read = await db.create(Issue, { ...key, title: 'old' })
    const count = db.update(Issue, key).set({ comments: plus(1) })
    await count.keepVersion()
    assert.equal(await db.get(Issue, key), { ...read, comments: 1 })
    await db.update(Issue, read).set({ title: 'new' })
    await count
    assert.is((await db.get(Issue, key))?.version, 3)
    const late = db
      .update(Issue, read)
      .set({ comments: plus(1) })
      .keepVersion()
    assert.instance(await errorFrom(() => late), ConditionFailed)
  }))

test('an upsert that keeps the version makes an item of version 1', () =>
  localTable(async ({ db }) => {
    const upsert = db.update(Issue, key).set({ title: 'a' }).upsert().keepVersion()
    await upsert
    await upsert
    assert.equal(await db.get(Issue, key), { ...key, title: 'a', comments: 0, version: 1 })
  }))

test('a model without a version has none to keep', () =>
  localTable(async ({ db }) => {
    const update = db.update(Session, { id: 'a', kind: 'b' })
    assert.throws(
      () => update.keepVersion(),
      (error: unknown) => error instanceof InvalidRequest
    )
  }))

test('what was read is deleted in a batch by its key', () =>
  localTable(async ({ db }) => {
    await db.load(
      Issue,
      [1, 2, 3].map(number => ({ ...key, number, title: 'a' }))
    )
    const issues = await db.query(Issue).where({ project: 'p' })
    assert.equal(keyOf(Issue, issues[0] ?? key), key)
    assert.match(
      (await errorFrom(() => db.batchWrite(issues.map(issue => db.delete(Issue, issue))))).message,
      /version/
    )
    await db.batchWrite(issues.map(issue => db.delete(Issue, keyOf(Issue, issue))))
    assert.is(await db.query(Issue).where({ project: 'p' }).count(), 0)
  }))

test('a time to live may be required', () =>
  localTable(async ({ db }) => {
    const expires = new Date('2030-01-01')
    await db.put(Session, { id: 'a', kind: 'b', expires })
    const read: Date | undefined = (await db.get(Session, { id: 'a', kind: 'b' }).orThrow()).expires
    assert.equal(read, expires)
    // @ts-expect-error it is missing
    assert.instance(await errorFrom(() => db.put(Session, { id: 'a', kind: 'b' })), InvalidItem)
  }))

test.run()
