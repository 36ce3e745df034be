/** Schemas of attributes that stand in keys: what is written is found again by the same input. */
import { PutItemCommand } from '@aws-sdk/client-dynamodb'
import { type } from 'arktype'
import { beginsWith, connect, InvalidItem, model, t } from 'keystorm'
import { localTable } from 'keystorm/testing'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import * as v from 'valibot'
import * as z from 'zod'
import { lacks } from '../support/engine.ts'
import { errorFrom } from '../support/errors.ts'
import { type Equal, isType } from '../support/types.ts'

const emails = {
  zod: z.string().toLowerCase().pipe(z.email()),
  valibot: v.pipe(v.string(), v.toLowerCase(), v.email()),
  arktype: type('string')
    .pipe(text => text.toLowerCase())
    .to('string.email')
}

for (const [library, email] of Object.entries(emails) as ['zod', typeof emails.zod][])
  test(`get, update, delete and queries find what a put wrote under a changed key: ${library}`, () =>
    localTable(async ({ db, client, table }) => {
      const User = model('User').pk('email').sk('kind').gsi1('boss').fields({ email, boss: email, age: t.int() })
      const input = { email: 'Ann@X.com', kind: 'k', boss: 'Bob@X.com', age: 1 }
      const item = { email: 'ann@x.com', kind: 'k', boss: 'bob@x.com', age: 1 }
      assert.equal(await db.put(User, input), item)
      assert.equal(User.key(input), { PK: 'E#ann@x.com#User', SK: 'K#k' })
      for (const key of [input, item]) {
        assert.equal(await db.get(User, key), item)
        assert.equal(await db.query(User).where({ email: key.email }), [item])
        assert.equal(await db.query(User).where({ email: key.email, kind: beginsWith('k') }), [item])
        assert.equal(await db.query(User).where({ boss: key.boss }).onGsi1(), [item])
      }
      await db.update(User, input).set({ age: 2, boss: 'CAT@x.com' })
      assert.equal(await db.query(User).where({ boss: 'Cat@x.com' }).onGsi1(), [{ ...item, boss: 'cat@x.com', age: 2 }])
      await db.delete(User, input)
      assert.is(await db.get(User, item), undefined)

      await db.update(User, input).set({ age: 3, boss: 'Bob@x.com' }).upsert()
      assert.equal(await db.get(User, item), { ...item, boss: 'bob@x.com', age: 3 })
      const bad = db.update(User, { email: 'ann', kind: 'k' }).set({ age: 3, boss: 'Bob@x.com' })
      const refused = await errorFrom(() => bad.upsert())
      assert.instance(refused, InvalidItem)
      assert.match(refused.message, /because email: /)

      // A row that is older than the schema can still be reached.
      const old = { PK: { S: 'E#Old#User' }, SK: { S: 'K#k' } }
      const rest = { email: { S: 'Old' }, kind: { S: 'k' }, boss: { S: 'b' }, age: { N: '4' } }
      await client.send(new PutItemCommand({ TableName: table, Item: { ...old, ...rest } }))
      assert.is((await db.get(User, { email: 'Old', kind: 'k' }))?.age, 4)
      if (lacks('transactions')) return
      assert.match((await errorFrom(() => db.move(User, item, { email: 'x' }))).message, /because email: /)
      assert.is((await db.move(User, input, { email: 'Dan@X.com' })).email, 'dan@x.com')
      assert.is((await db.get(User, { email: 'DAN@X.com', kind: 'k' }))?.email, 'dan@x.com')
    }))

test('reads do not wait for an asynchronous schema of a key: they are given what is stored', () =>
  localTable(async ({ db }) => {
    let asked = 0
    const name = z
      .string()
      .toLowerCase()
      .refine(async name => ++asked > 0 && name !== 'bad')
    const Slow = model('Slow').pk('name').sk('kind').fields({ name })
    const item = { name: 'ann', kind: 'k' }
    assert.equal(await db.put(Slow, { ...item, name: 'Ann' }), item)
    const before = asked
    assert.equal(await db.get(Slow, item), item)
    assert.is(await db.get(Slow, { ...item, name: 'Ann' }), undefined)
    assert.equal(await db.query(Slow).where({ name: 'ann' }), [item])
    assert.ok(asked <= before + 2, 'zod tries at once, and then again')
    const after = asked
    for (const name of ['ann', 'Ann', 'ann']) await db.get(Slow, { ...item, name })
    assert.is(asked, after, 'a schema that took its time for a value is not asked of it again')
    assert.match((await errorFrom(() => db.put(Slow, { ...item, name: 'bad' }))).message, /because name: /)
    assert.match((await errorFrom(() => db.update(Slow, { ...item, name: 'bad' }).upsert())).message, /because name: /)
  }))

test('a schema of a key that takes its time for some values changes no other read', () =>
  localTable(async ({ db }) => {
    const lower = (value: unknown) => ({ value: String(value).toLowerCase() })
    const validate = (value: unknown) => (String(value).startsWith('!') ? Promise.resolve(lower(value)) : lower(value))
    const email = { '~standard': { version: 1, vendor: 'spec', validate } } as unknown as z.ZodString // it takes and gives strings
    const Member = model('Member').pk('email').sk('kind').fields({ email })
    const [key, slow] = [
      { email: 'Ann', kind: 'k' },
      { email: '!Bob', kind: 'k' }
    ]
    const [ann, bob] = [await db.put(Member, key), await db.put(Member, slow)]
    assert.equal([ann.email, bob.email], ['ann', '!bob'])
    for (const _ of 'ab') {
      assert.equal(await db.get(Member, key), ann)
      assert.is(await db.get(Member, slow), undefined, 'a read does not wait: it takes the value as it is')
      assert.equal(await db.get(Member, bob), bob)
      assert.equal(await db.query(Member).where({ email: 'ANN' }), [ann])
    }
    await db.delete(Member, key)
    assert.is(await db.get(Member, ann), undefined)
  }))

test('a schema that does not leave alone what it made is refused for a key: reads would look elsewhere', async () => {
  const More = model('More')
    .pk('id')
    .sk('kind')
    .fields({ id: z.string().transform(id => `${id}!`) })
  const put = connect({ table: 'table' }).put(More, { id: '1', kind: 'k' })
  assert.match(
    (await errorFrom(() => put.compile())).message,
    /because id: stands in a key, so its schema must leave as it is what it has made/
  )
})

test('of what a schema makes, a key has the type that the schema gives', () => {
  const Sized = model('Sized')
    .pk('id')
    .sk('size')
    .fields({ id: z.string().toUpperCase(), size: z.enum(['S', 'M']) })
  const key = Sized.key({ id: 'a', size: 'S' })
  isType<Equal<typeof key, { PK: `I#${string}#Sized`; SK: 'S#S' | 'S#M' }>>()
  assert.equal(key, { PK: 'I#A#Sized', SK: 'S#S' })
})

test.run()
