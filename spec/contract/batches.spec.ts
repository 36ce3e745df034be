import { BatchIncomplete, BudgetExceeded, ItemNotFound, type ItemOf, metered, model, t } from 'keystorm'
import { localTable } from 'keystorm/testing'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { errorFrom } from '../support/errors.ts'
import { rowsOf } from '../support/rows.ts'
import { type Equal, isType } from '../support/types.ts'

const User = model('User')
  .pk('tenant')
  .sk('U#user')
  .fields({ user: t.int(), name: t.string(), tags: t.set(t.string()).optional(), seen: t.date().optional() })
const Note = model('Note')
  .pk('tenant')
  .sk('N#note')
  .gsi1('topic')
  .fields({ topic: t.string().optional(), text: t.string() })

const user = (n: number) => ({ tenant: 't#1', user: n, name: `user ${n}` })
const note = (n: number) => ({ tenant: 't', note: `#${n}`, topic: n % 2 ? 'odd' : 'even', text: 'é'.repeat(n % 7) })
const numbers = (count: number) => Array.from({ length: count }, (_, n) => n)

test('mixed puts and deletes are written, and mixed gets give what was written, in the order asked', () =>
  localTable(async ({ db, table, client }) => {
    await db.put(User, user(1))
    const tagged = { ...user(2), tags: new Set(['a']), seen: new Date(0) }
    const write = db.batchWrite(db.put(User, tagged), db.delete(User, user(1)), db.put(Note, note(3)))
    assert.equal(write.compile(), [
      {
        RequestItems: {
          [table]: [
            { PutRequest: { Item: db.put(User, tagged).compile().Item } },
            { DeleteRequest: { Key: { PK: { S: 'T#t%231#User' }, SK: { S: 'U#0000000000000001' } } } },
            { PutRequest: { Item: db.put(Note, note(3)).compile().Item } }
          ]
        }
      }
    ])
    const written = await write
    const [putUser, deleted, putNote] = written
    isType<Equal<typeof putUser, ItemOf<typeof User>>>()
    isType<Equal<typeof putNote, ItemOf<typeof Note>>>()
    isType<void extends typeof deleted ? true : false>()
    assert.equal(written, [tagged, undefined, note(3)])
    assert.is((await rowsOf(client, { TableName: table, ConsistentRead: true })).length, 2)

    const gets = [db.get(Note, note(3)), db.get(User, user(1)), db.get(User, user(2)).orThrow()] as const
    const read = db.batchGet(...gets)
    assert.equal(read.compile(), [{ RequestItems: { [table]: { Keys: gets.map(get => get.compile().Key) } } }])
    const [first, second, third] = await read
    const name: string = third.name
    const text: string | undefined = first?.text
    assert.equal([first, second, third, name, text], [note(3), undefined, tagged, 'user 2', note(3).text])
  }))

test('any number: 260 writes are eleven requests, and 260 gets three', () =>
  localTable(async ({ db, client, table }) => {
    const users = numbers(130).map(user)
    const notes = numbers(130).map(note)
    const puts = [...users.map(item => db.put(User, item)), ...notes.map(item => db.put(Note, item))]
    assert.equal(
      db
        .batchWrite(puts)
        .compile()
        .map(({ RequestItems }) => RequestItems?.[table]?.length),
      [...new Array(10).fill(25), 10]
    )
    const steps: number[] = []
    const written = await db
      .batchWrite(puts)
      .concurrency(3)
      .onProgress(({ done }) => steps.push(done))
    assert.equal(written, [...users, ...notes])
    assert.is(steps.at(-1), 260)
    assert.is((await rowsOf(client, { TableName: table, ConsistentRead: true })).length, 260)

    // In another order than they were written in, and each second one is not there.
    const gets = notes.toReversed().flatMap((item, n) => [db.get(Note, item), db.get(User, user(1000 + n))])
    const batch = db.batchGet(gets)
    assert.equal(
      batch.compile().map(({ RequestItems }) => RequestItems?.[table]?.Keys?.length),
      [100, 100, 60]
    )
    const found = await batch
    assert.equal(
      found,
      notes.toReversed().flatMap(item => [item, undefined])
    )
    await db.batchWrite(users.map(item => db.delete(User, item)))
    assert.is((await rowsOf(client, { TableName: table, ConsistentRead: true })).length, 130)
  }))

test('what is asked for twice in the same way is read once and given twice, each its own', () =>
  localTable(async ({ db, table }) => {
    await db.put(User, user(1))
    const get = db.get(User, user(1))
    const batch = db.batchGet(get, get.consistent(), db.get(User, user(1)), get.only('name'))
    const Keys = [get.compile().Key]
    assert.equal(batch.compile(), [
      { RequestItems: { [table]: { Keys } } },
      { RequestItems: { [table]: { Keys, ConsistentRead: true } } },
      {
        RequestItems: {
          [table]: { Keys, ProjectionExpression: 'PK, SK, #0', ExpressionAttributeNames: { '#0': 'name' } }
        }
      }
    ])
    const [one, two, three, four] = await batch
    assert.equal([one, two, three, four], [user(1), user(1), user(1), { name: 'user 1' }])
    assert.is.not(one, three)
    const names: { name: string } | undefined = four
    assert.ok(names)
  }))

test('orThrow throws what a get by itself would', () =>
  localTable(async ({ db }) => {
    const error = await errorFrom(() => db.batchGet(db.get(User, user(1)), db.get(User, user(2)).orThrow()))
    assert.instance(error, ItemNotFound)
    assert.match(error.message, /U#0000000000000002/)
  }))

test('load puts what a source gives, and of the same key the last stays', () =>
  localTable(async ({ db, client, table }) => {
    async function* rows() {
      for (const n of numbers(130)) yield { ...user(n % 100), name: `row ${n}` }
    }
    const steps: [done: number, asked: number][] = []
    const count = await db.load(User, rows()).onProgress(({ done, asked }) => steps.push([done, asked]))
    assert.is(count, 130)
    assert.equal(steps.at(-1), [130, 130])
    const stored = await rowsOf(client, { TableName: table, ConsistentRead: true })
    assert.equal(
      stored.map(({ name }) => name?.S).sort(),
      numbers(130)
        .slice(30)
        .map(n => `row ${n}`)
        .sort()
    )
    assert.is(await db.load(User, []), 0)
    assert.is(await db.load(User, [user(1), user(1)]).concurrency(1), 2)
    assert.equal(await db.get(User, user(1)), user(1))
  }))

test('requests hold no more bytes than an engine takes', () =>
  localTable(async ({ db, table }) => {
    // Text that has six bytes a character in JSON: 25 of these items would be 30 MB.
    const items = numbers(25).map(n => ({ ...user(n), name: '\u0001'.repeat(200 * 1024) }))
    const batch = db.batchWrite(items.map(item => db.put(User, item)))
    const requests = batch.compile()
    assert.ok(requests.length > 1 && requests.length < 4)
    for (const request of requests) assert.ok(Buffer.byteLength(JSON.stringify(request)) < 16 * 1024 * 1024)
    assert.is(requests.flatMap(({ RequestItems }) => RequestItems?.[table] ?? []).length, 25)
    await batch
    const found = await db.batchGet(items.map(item => db.get(User, item)))
    assert.equal(
      found.map(item => item?.name.length),
      items.map(() => 200 * 1024)
    )
  }))

test('a meter counts the requests and units of batches, and its budget ends them with what is left', () =>
  localTable(async ({ db, table }) => {
    const puts = numbers(100).map(n => db.put(User, user(n)))
    const { usage } = await metered(async () => {
      await db.batchWrite(puts)
      await db.batchGet(numbers(100).map(n => db.get(User, user(n)).consistent()))
    })
    assert.ok(usage.requests - usage.retries >= 1 && usage.requests >= 5)
    assert.is(usage.itemsReturned, 100)
    assert.equal([usage.writeUnits, usage.readUnits], [100, 100])
    assert.is(usage.tables[table]?.writeUnits, 100)
    const limited = metered(() => db.batchWrite(puts).concurrency(1), { maxRequests: 2 })
    const error = await errorFrom(() => limited)
    assert.ok(error instanceof BatchIncomplete, `${error}`)
    assert.instance(error.cause, BudgetExceeded)
    assert.ok(error.data.done <= 50 && error.left.length >= 50)
  }))

test.run()
