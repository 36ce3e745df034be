import fc from 'fast-check'
import { ConditionFailed, exists, gt, InvalidItem, ItemExists, lt, missing, model, ne, t } from 'keystorm'
import { localTable } from 'keystorm/testing'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { errorFrom } from '../support/errors.ts'
import { modelAndItem } from '../support/random-models.ts'
import { runs } from '../support/runs.ts'

test('random items of random models are read as they were written', () =>
  localTable(async ({ db }) => {
    const names: string[] = []
    await fc.assert(
      fc.asyncProperty(modelAndItem, async ({ model, given, item }) => {
        assert.equal(await db.put(model, given), item)
        assert.equal(await db.get(model, given as never), item)
        assert.equal(await db.put(model, item).returning('old'), item)
        names.push(...Object.keys(item))
      }),
      { numRuns: runs(500) }
    )
    assert.ok(new Set(names).size > 4, 'models have several attributes')
  }))

const Fruit = model('Fruit')
  .pk('apple')
  .sk('banana')
  .fields({ weight: t.number(), note: t.string().optional(), crates: t.int().default(0) })
const key = { apple: 'a', banana: 'b' }
const fruit = { ...key, weight: 3, crates: 0 }

test('create fails with ItemExists where there is an item, whatever its condition says', () =>
  localTable(async ({ db }) => {
    assert.equal(await db.create(Fruit, { ...key, weight: 3 }), fruit)
    assert.instance(await errorFrom(() => db.create(Fruit, fruit)), ItemExists)
    const conditional = db.create(Fruit, { ...fruit, weight: 4 }).if({ weight: 3 })
    assert.is(conditional.compile().ConditionExpression, 'attribute_not_exists(PK) AND (#0 = :0)')
    assert.instance(await errorFrom(() => conditional), ItemExists)
    assert.equal(await db.get(Fruit, key), fruit)
    // Of no item nothing can be asked but that it lacks something.
    const other = { ...fruit, apple: 'other' }
    const failed = await errorFrom(() => db.create(Fruit, other).if({ weight: 3 }))
    assert.instance(failed, ConditionFailed)
    assert.is((failed as ConditionFailed).item, undefined)
    assert.equal(await db.create(Fruit, other).if({ weight: missing() }), other)
  }))

test('put with a condition replaces the item that passes it', () =>
  localTable(async ({ db }) => {
    const put = db.put(Fruit, { ...key, weight: 9 }).if({ weight: lt(5) })
    assert.equal(put.compile().ReturnValuesOnConditionCheckFailure, 'ALL_OLD')
    const absent = await errorFrom(() => put)
    assert.instance(absent, ConditionFailed)
    assert.match(absent.message, /nothing was written under PK "A#a#Fruit", SK "B#b", because there is no such item/)
    await db.put(Fruit, { ...fruit, note: 'first' })
    assert.equal(await put, { ...fruit, weight: 9 })
    const failed = (await errorFrom(() => put)) as ConditionFailed
    assert.instance(failed, ConditionFailed)
    assert.equal(failed.item, { ...fruit, weight: 9 })
    assert.equal(await db.get(Fruit, key), { ...fruit, weight: 9 })
    assert.instance(await errorFrom(() => put.if({ note: 'none' })), ConditionFailed)
  }))

test('put and delete give the old item where they are asked to', () =>
  localTable(async ({ db }) => {
    const put = db.put(Fruit, { ...fruit, note: 'n' }).returning('old')
    assert.is(put.compile().ReturnValues, 'ALL_OLD')
    assert.is(await put, undefined)
    assert.equal(await put, { ...fruit, note: 'n' })
    const remove = db.delete(Fruit, key).returning('old')
    assert.is(remove.compile().ReturnValues, 'ALL_OLD')
    assert.equal(await remove, { ...fruit, note: 'n' })
    assert.is(await remove, undefined)
    assert.is(await db.get(Fruit, key), undefined)
  }))

test('delete with a condition leaves the item that fails it', () =>
  localTable(async ({ db }) => {
    await db.put(Fruit, fruit)
    const remove = db.delete(Fruit, key).if({ weight: gt(3) })
    assert.is(remove.compile().ConditionExpression, '#0 > :0')
    const failed = (await errorFrom(() => remove)) as ConditionFailed
    assert.instance(failed, ConditionFailed)
    assert.equal(failed.item, fruit)
    assert.equal(await db.get(Fruit, key), fruit)
    assert.equal(
      await db
        .delete(Fruit, key)
        .if({ weight: 3 })
        .if({ note: ne('x') })
        .returning('old'),
      fruit
    )
    // ne holds for what is absent; so it is exists() that wants an item.
    await db.delete(Fruit, key).if({ weight: ne(3) })
    assert.instance(await errorFrom(() => db.delete(Fruit, key).if({ apple: exists() })), ConditionFailed)
  }))

test('builders of writes are immutable', () => {
  return localTable(async ({ db }) => {
    const put = db.put(Fruit, fruit)
    put.if({ weight: 1 })
    put.returning('old')
    assert.equal(Object.keys(put.compile()).sort(), ['Item', 'TableName'])
    const remove = db.delete(Fruit, key)
    remove.if({ weight: 1 })
    remove.returning('old')
    assert.equal(Object.keys(remove.compile()).sort(), ['Key', 'TableName'])
  })
})

test('what keystorm writes itself is there after create and put', () =>
  localTable(async ({ db }) => {
    const Doc = model('Doc').pk('a').sk('b').fields({
      text: t.string(),
      version: t.version(),
      created: t.createdAt(),
      changed: t.updatedAt(),
      expires: t.ttl()
    })
    const before = Date.now()
    const one = await db.create(Doc, { a: 'a', b: 'b', text: 'x', expires: new Date(1_999) })
    assert.equal(await db.get(Doc, one), one)
    assert.is(one.version, 1)
    assert.equal(one.expires, new Date(1_000))
    assert.equal(one.created, one.changed)
    assert.ok(one.created.getTime() >= before && one.created.getTime() <= Date.now())
    await new Promise(resolve => setTimeout(resolve, 5))
    const two = await db.put(Doc, { ...one, text: 'y' })
    assert.is(two.version, 2)
    assert.equal(two.created, one.created)
    assert.ok(two.changed > one.changed)
    assert.equal(await db.get(Doc, one), two)
    const given = await errorFrom(() => db.create(Doc, { a: 'a', b: 'c', text: 'x', version: 3 as never }))
    assert.instance(given, InvalidItem)
    assert.match(given.message, /version: is given, but a new item has none yet: leave it out, or put\(\) the item/)
    for (const version of [Number.NaN, -1, 1.5, '1'])
      assert.match(
        (await errorFrom(() => db.put(Doc, { ...two, version: version as number }))).message,
        /version: must be a version/
      )
    assert.instance(await errorFrom(() => db.put(Doc, one)), ConditionFailed)
    // Who has not read the item does not know its version, and may not replace it.
    assert.instance(await errorFrom(() => db.put(Doc, { a: 'a', b: 'b', text: 'z' })), ConditionFailed)
    assert.instance(await errorFrom(() => db.delete(Doc, one)), ConditionFailed)
    await db.delete(Doc, two)
    assert.is(await db.get(Doc, one), undefined)
  }))

test.run()
