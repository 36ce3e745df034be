import { setTimeout as delay } from 'node:timers/promises'
import { ConditionFailed, model, plus, t } from 'keystorm'
import { localTable } from 'keystorm/testing'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { engineName } from '../support/engine.ts'
import { errorFrom } from '../support/errors.ts'

const Counter = model('Counter')
  .pk('name')
  .sk('#name')
  .fields({ atomic: t.number(), versioned: t.number(), version: t.version(), changed: t.updatedAt() })
const key = { name: 'visits' }

const TASKS = 50
// The other engines are slower, and every task fights for the one item.
const WRITES = engineName() === 'dynoxide' ? 3_000 : 500

test('no increment is lost, whether it is atomic or guarded by the version', () =>
  localTable(async ({ db }) => {
    await db.create(Counter, { ...key, atomic: 0, versioned: 0 })
    const lost = { put: 0, update: 0 }
    const versions = WRITES / 10
    const verbs = {
      versioned: Array.from({ length: versions }, (_, i) => (i % 2 === 0 ? 'put' : 'update')),
      atomic: Array.from({ length: WRITES - versions }, () => 'atomic')
    }

    /** Reads, adds one and writes, until nobody has written in between. */
    const addByVersion = async (verb: 'put' | 'update'): Promise<void> => {
      for (let pause = 1; ; pause = Math.min(pause * 2, 200)) {
        const found = await db.get(Counter, key).consistent().orThrow()
        const versioned = found.versioned + 1
        try {
          if (verb === 'put') await db.put(Counter, { ...found, versioned })
          else await db.update(Counter, found).set({ versioned })
          return
        } catch (error) {
          // Without the item, an update cannot tell a lost race from a missing item.
          assert.instance(error, ConditionFailed)
          assert.ok((error as ConditionFailed<typeof found>).item?.version !== found.version)
          lost[verb]++
          await delay(Math.random() * pause)
        }
      }
    }
    // Every tenth task reads before it writes; while the others write, it nearly always loses.
    const task = async (_: unknown, i: number): Promise<void> => {
      const mine = i % 10 === 0 ? verbs.versioned : verbs.atomic
      for (let verb = mine.pop(); verb !== undefined; verb = mine.pop())
        if (verb === 'atomic') await db.update(Counter, key).set({ atomic: plus(1) })
        else await addByVersion(verb === 'put' ? verb : 'update')
    }
    await Promise.all(Array.from({ length: TASKS }, task))

    const { atomic, versioned, version } = await db.get(Counter, key).consistent().orThrow()
    console.log(`${WRITES} writes by ${TASKS} tasks; races lost: ${lost.put} puts, ${lost.update} updates`)
    assert.equal(
      { atomic, versioned, version },
      { atomic: WRITES - versions, versioned: versions, version: WRITES + 1 }
    )
    assert.ok(lost.put > 0 && lost.update > 0, 'there were races')
  }))

test('a version that was read is checked by put, update and delete', () =>
  localTable(async ({ db }) => {
    const first = await db.create(Counter, { ...key, atomic: 0, versioned: 0 })
    const second = await db.update(Counter, first).set({ atomic: 1 }).returning('new')
    assert.is(second.version, 2)
    const late = [
      () => db.put(Counter, { ...first, atomic: 9 }),
      () => db.update(Counter, first).set({ atomic: 9 }),
      () => db.delete(Counter, first)
    ]
    for (const write of late) {
      const error = await errorFrom(write)
      assert.instance(error, ConditionFailed)
      assert.equal((error as ConditionFailed).item, second)
      assert.is((error as ConditionFailed).data.reason, 'version')
      assert.match(error.message, /because the item has version 2, and not 1: it was changed since/)
    }
    assert.equal(await db.get(Counter, key), second)
    await db.delete(Counter, second)
    assert.is(await db.get(Counter, key), undefined)
    // The item is gone, so what was read cannot be put back unnoticed either.
    const error = (await errorFrom(() => db.put(Counter, second))) as ConditionFailed
    assert.instance(error, ConditionFailed)
    assert.is(error.item, undefined)
  }))

test('an error says whether the version failed, the condition, or that there is no item', () =>
  localTable(async ({ db }) => {
    const reason = async (write: () => PromiseLike<unknown>) => {
      const error = (await errorFrom(write)) as ConditionFailed
      assert.instance(error, ConditionFailed)
      return [error.data.reason, error.message.replace(/^.*, because /, '')]
    }
    const item = { ...key, atomic: 0, versioned: 0 }
    const none = ['missing', 'there is no such item.']
    assert.equal(await reason(() => db.delete(Counter, { ...key, version: 1 })), none)
    assert.equal(await reason(() => db.put(Counter, item).if({ atomic: 1 })), none)
    const first = await db.create(Counter, item)
    const condition = ['condition', 'the item is not as the condition wants it.']
    for (const write of [
      () => db.update(Counter, key).set({ atomic: 1 }).if({ versioned: 1 }),
      () => db.update(Counter, first).set({ atomic: 1 }).if({ versioned: 1 }),
      () => db.put(Counter, first).if({ versioned: 1 }),
      () => db.delete(Counter, first).if({ versioned: 1 })
    ])
      assert.equal(await reason(write), condition)
    const blind = 'the item that is there has version 1, and none was given: read it, and give its version back.'
    assert.equal(await reason(() => db.put(Counter, item)), ['version', blind])
    const stale = ['version', 'the item has version 1, and not 7: it was changed since.']
    assert.equal(await reason(() => db.delete(Counter, { ...key, version: 7 }).if({ versioned: 1 })), stale)
  }))

test('the version is a condition of the command, and is raised by it', () =>
  localTable(async ({ db }) => {
    const { ConditionExpression, UpdateExpression, ExpressionAttributeValues } = db
      .update(Counter, { ...key, version: 4 })
      .set({ atomic: 1 })
      .if({ versioned: 2 })
      .compile()
    assert.is(UpdateExpression, 'SET #0 = :0, #1 = if_not_exists(#1, :1) + :2, #2 = :3')
    assert.is(ConditionExpression, 'attribute_exists(PK) AND #1 = :4 AND (#3 = :5)')
    assert.equal(ExpressionAttributeValues?.[':4'], { N: '4' })
    const blind = db.update(Counter, key).set({ atomic: 1 }).compile()
    assert.is(blind.ConditionExpression, 'attribute_exists(PK)')
    const put = db.put(Counter, { ...key, atomic: 0, versioned: 0 }).compile()
    assert.is(put.ConditionExpression, 'attribute_not_exists(#0) OR #0 IN (:0, :1)')
    assert.equal(put.Item?.version, { N: '1' })
  }))

test('an item from before the model had a version can be read, written and locked', () =>
  localTable(async ({ db }) => {
    const Before = model('Counter').pk('name').sk('#name').fields({ atomic: t.number(), versioned: t.number() })
    const Now = model('Counter')
      .pk('name')
      .sk('#name')
      .fields({ atomic: t.number(), versioned: t.number(), version: t.version() })
    await db.put(Before, { ...key, atomic: 0, versioned: 0 })
    const read = await db.get(Now, key).orThrow()
    assert.is(read.version, 0)
    await db.update(Now, read).set({ atomic: 1 })
    assert.ok(await errorFrom(() => db.put(Now, read)))
    assert.is((await db.get(Now, key).orThrow()).version, 1)
  }))

test.run()
