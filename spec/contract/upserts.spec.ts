import { PutItemCommand } from '@aws-sdk/client-dynamodb'
import { addTo, ConditionFailed, deleteFrom, InvalidItem, model, plus, t } from 'keystorm'
import { localTable } from 'keystorm/testing'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { definitionIn } from '../../lib/schema/definition.ts'
import { errorFrom } from '../support/errors.ts'

const Doc = model('Doc')
  .pk('id')
  .sk('rev')
  .gsi1('team')
  .fields({
    rev: t.int(),
    team: t.oneOf('red', 'blue').default('red'),
    title: t.string(),
    visits: t.number().default(7),
    tags: t.set(t.string()).default(new Set(['new'])),
    address: t.map({ city: t.string() }).optional(),
    version: t.version(),
    created: t.createdAt(),
    changed: t.updatedAt()
  })
const doc = { id: 'i', rev: 1 }

test('upsert makes a whole item, or changes the one there is', () =>
  localTable(async ({ db }) => {
    const upsert = db
      .update(Doc, doc)
      .set({ title: 'one', visits: plus(1) })
      .upsert()
    const { UpdateExpression, ConditionExpression } = upsert.compile()
    assert.is(
      ConditionExpression,
      '(attribute_exists(#6)) OR (attribute_not_exists(#10)) OR (attribute_not_exists(#4))'
    )
    assert.ok(UpdateExpression?.startsWith('SET #0 = :0, #1 = if_not_exists(#1, :1) + :2, '), UpdateExpression)
    const one = await upsert.returning('new')
    const { created, changed, ...rest } = one
    assert.equal(rest, { ...doc, team: 'red', title: 'one', visits: 8, tags: new Set(['new']), version: 1 })
    assert.equal(created, changed)
    assert.equal(await db.get(Doc, doc), one)
    assert.equal(await db.query(Doc).where({ team: 'red' }).onGsi1(), [one])
    assert.equal(await db.query(Doc).where({ id: 'i' }), [one])

    await db.update(Doc, doc).set({ team: 'blue', tags: addTo('old') })
    await new Promise(resolve => setTimeout(resolve, 5))
    const two = await upsert.returning('new')
    assert.equal(two, {
      ...one,
      team: 'blue',
      visits: 9,
      tags: new Set(['new', 'old']),
      version: 3,
      changed: two.changed
    })
    assert.ok(two.changed > two.created)
    assert.equal(await db.query(Doc).where({ team: 'red' }).onGsi1(), [])
    assert.equal(await db.query(Doc).where({ team: 'blue' }).onGsi1(), [two])
  }))

test('an upsert takes what has a default away, too', () =>
  localTable(async ({ db }) => {
    const upsert = db
      .update(Doc, doc)
      .set({ title: 'x', tags: deleteFrom('new') })
      .remove('visits')
      .upsert()
    assert.is((await upsert.returning('new')).visits, 7)
    assert.is((await upsert.returning('new')).version, 2)
    await db.update(Doc, doc).set({ title: 'y' }).remove('team').upsert()
    assert.equal(await db.query(Doc).where({ team: 'red' }).onGsi1(), [])
  }))

test('an upsert with a condition, or a version, is not blind', () =>
  localTable(async ({ db }) => {
    const upsert = db.update(Doc, doc).set({ title: 'x' }).upsert()
    assert.instance(await errorFrom(() => upsert.if({ title: 'x' })), ConditionFailed)
    await upsert
    await upsert.if({ title: 'x' })
    assert.instance(
      await errorFrom(() =>
        db
          .update(Doc, { ...doc, version: 1 })
          .set({ title: 'y' })
          .upsert()
      ),
      ConditionFailed
    )
    await db
      .update(Doc, { ...doc, version: 2 })
      .set({ title: 'y' })
      .upsert()
    assert.is((await db.get(Doc, doc))?.version, 3)
  }))

test('an upsert must be given several attributes of GSI1PK, if one has a default', async () => {
  const Two = model('Two')
    .pk('a')
    .sk('b')
    .gsi1('c', 'd')
    .fields({ c: t.string().default('x'), d: t.string().optional() })
  await localTable(async ({ db }) => {
    const update = db.update(Two, { a: 'a', b: 'b' }).upsert()
    assert.match((await errorFrom(() => update)).message, /c: stands in GSI1PK, so upsert\(\) must be given it/)
    await update.set({ c: 'c', d: 'd' })
    assert.equal((await db.query(Two).where({ c: 'c', d: 'd' }).onGsi1()).length, 1)
  })
})

test('a version that is stored as no number is told by its name, with what to do', () =>
  localTable(async ({ db, client, table }) => {
    const Count = model('Count').pk('id').sk('#id').fields({ n: t.int(), version: t.version() })
    const key = { id: '1' }
    await db.create(Count, { ...key, n: 0 })
    for (const version of [{ S: '1' }, { BOOL: true }]) {
      const Item = { ...definitionIn(Count).encode({ ...key, n: 0, version: 1 }), version }
      await client.send(new PutItemCommand({ TableName: table, Item }))
      const update = db.update(Count, key).set({ n: 1 })
      for (const write of [update, update.upsert()]) {
        const error = await errorFrom(() => write)
        assert.instance(error, InvalidItem)
        assert.equal((error as InvalidItem).data.issues[0]?.path, ['version'])
        assert.match(
          error.message,
          `is stored as ${Object.keys(version)[0]}, and a version is a number: delete the item`
        )
      }
    }
    await db.delete(Count, key)
    await db.create(Count, { ...key, n: 0 })
    await db.update(Count, key).set({ n: 1 })
  }))

test.run()
