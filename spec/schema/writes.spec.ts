import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { connect, eq, InvalidItem, UndecodableItem } from 'keystorm'
import { localTable } from 'keystorm/testing'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { errorFrom } from '../support/errors.ts'
import { type UserInput, users } from './users.ts'

const ann: UserInput = {
  email: 'Ann@Example.com',
  kind: 'PROFILE',
  team: 'red',
  age: '41',
  nick: ' annie ',
  tags: ['a', 'b'],
  address: { zip: '1234' }
}
const key = { email: 'ann@example.com', kind: 'PROFILE' } as const
const unsent = connect({ table: 'nowhere' })

// What a program without types could send.
const untyped = <T>(value: unknown): T => value as T

const issuesOf = async (act: () => PromiseLike<unknown>): Promise<Record<string, number>> => {
  const error = await errorFrom(act)
  if (!(error instanceof InvalidItem)) throw error
  const counts: Record<string, number> = {}
  for (const { path, message } of error.data.issues) {
    const at = path.join('.')
    counts[at] = (counts[at] ?? 0) + 1
    assert.ok(message, at)
  }
  return counts
}

for (const [library, User] of users) {
  test(`${library}: what comes out of a write is what a read gives, and what is stored`, () =>
    localTable(async ({ db, client, table }) => {
      const made = await db.create(User, ann)
      assert.equal(made, {
        ...key,
        team: 'red',
        visits: 0,
        age: 41,
        nick: 'annie',
        tags: ['a', 'b'],
        address: { zip: '1234', country: 'NL' }
      })
      assert.equal(await db.get(User, key), made)
      assert.equal(await db.query(User).where({ team: 'red' }).onGsi1(), [made])
      const Key = { PK: { S: 'E#ann@example.com#User' }, SK: { S: 'K#PROFILE' } }
      const { Item } = await client.send(new GetItemCommand({ TableName: table, Key }))
      assert.equal(Item, {
        ...Key,
        GSI1PK: { S: 'T#red#User' },
        email: { S: 'ann@example.com' },
        kind: { S: 'PROFILE' },
        team: { S: 'red' },
        visits: { N: '0' },
        age: { N: '41' },
        nick: { S: 'annie' },
        tags: { L: [{ S: 'a' }, { S: 'b' }] },
        address: { M: { zip: { S: '1234' }, country: { S: 'NL' } } }
      })
    }))

  test(`${library}: a transform of a key attribute changes key and attribute alike`, () => {
    const { Item = {} } = unsent.put(User, ann).compile()
    assert.equal(Item.email, { S: 'ann@example.com' })
    assert.equal(User.parse({ PK: Item.PK?.S ?? '', SK: Item.SK?.S ?? '' }), key)
  })

  test(`${library}: optional attributes may be absent, nullable ones null, defaults fill in`, () =>
    localTable(async ({ db }) => {
      const least = { ...key, age: '1', tags: [] }
      const item = { ...key, age: 1, tags: [], nick: 'none', visits: 0 }
      assert.equal(await db.put(User, least), item)
      assert.equal(await db.get(User, key), item)
      assert.equal(await db.put(User, { ...least, bio: null, address: undefined }), { ...item, bio: null })
      assert.equal(await db.get(User, key), { ...item, bio: null })
    }))

  test(`${library}: a default applies on read too; what must be there and is not says so`, () =>
    localTable(async ({ db, client, table }) => {
      const PK = { S: 'E#ann@example.com#User' }
      const row = { PK, SK: { S: 'K#PROFILE' }, email: { S: key.email }, kind: { S: 'PROFILE' }, age: { N: '1' } }
      await client.send(new PutItemCommand({ TableName: table, Item: { ...row, tags: { L: [] } } }))
      assert.equal(await db.get(User, key), { ...key, age: 1, tags: [], nick: 'none', visits: 0 })
      await client.send(new PutItemCommand({ TableName: table, Item: row }))
      const error = await errorFrom(() => db.get(User, key))
      assert.instance(error, UndecodableItem)
      assert.match(error.message, /tags: is missing/)
    }))

  test(`${library}: all issues of all attributes come in one error, with their paths`, async () => {
    const bad = { email: 'ann', kind: 'OTHER', age: '-1', tags: ['a', 7], address: { zip: '12' }, team: 5, more: 1 }
    for (const write of [() => unsent.create(User, untyped(bad)), () => unsent.put(User, untyped(bad))])
      assert.equal(await issuesOf(write), {
        email: 1,
        kind: 1,
        age: 1,
        'tags.1': 1,
        'address.zip': 1,
        team: 1,
        more: 1
      })
    const none = { ...key, address: { zip: '1234', country: 5 } }
    assert.equal(await issuesOf(() => unsent.put(User, untyped(none))), { age: 1, tags: 1, 'address.country': 1 })
  })

  test(`${library}: an update checks and changes whole values`, () =>
    localTable(async ({ db }) => {
      await db.create(User, ann)
      const update = db.update(User, key).set({ age: '42', nick: ' anna ', address: { zip: '9999' }, bio: 'x' })
      const changed = await update.returning('new')
      assert.is(changed.age, 42)
      assert.is(changed.nick, 'anna')
      assert.equal(changed.address, { zip: '9999', country: 'NL' })
      assert.equal(await db.get(User, key), changed)
      const whole = await db
        .update(User, key)
        .set({ address: eq({ zip: '1111' }) })
        .returning('new')
      assert.equal(whole.address, { zip: '1111', country: 'NL' })
      await db.update(User, key).set({ bio: null }).remove('address')
      assert.equal((await db.get(User, key).orThrow()).bio, null)
      assert.is((await db.get(User, key).orThrow()).address, undefined)
    }))

  test(`${library}: an update refuses what does not fit, and sends nothing`, async () => {
    const update = unsent.update(User, key)
    assert.equal(await issuesOf(() => update.set({ address: { zip: '12' }, bio: untyped(5) })), {
      'address.zip': 1,
      bio: 1
    })
    assert.equal(await issuesOf(() => update.set({ address: eq({ zip: '12' }) })), { 'address.zip': 1 })
    assert.equal(await issuesOf(() => update.set({ 'address.zip': '1234' })), { 'address.zip': 1 })
    assert.equal(await issuesOf(() => update.remove(untyped<'nick'>('tags'))), { tags: 1 })
  })
}

test.run()
