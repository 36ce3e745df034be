import { type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { connect, model, t } from 'keystorm'
import { localTable } from 'keystorm/testing'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Operation, Sender, SendOptions } from '../../lib/driver/sender.ts'
import { errorFrom } from '../support/errors.ts'

const Fruit = model('Fruit').pk('apple').sk('date').fields({ weight: t.number() })
const key = { apple: 'a', date: '1' }
const fruit = { ...key, weight: 3 }

/** Each verb, with a signal. */
const verbs = (
  client: DynamoDBClient,
  table: string,
  signal: AbortSignal
): Record<string, () => PromiseLike<unknown>> => {
  const db = connect({ table, client })
  return {
    get: () => db.get(Fruit, key).signal(signal).consistent().orThrow(),
    create: () => db.create(Fruit, fruit).signal(signal),
    put: () => db.put(Fruit, fruit).signal(signal).if({ weight: 3 }),
    update: () => db.update(Fruit, key).set({ weight: 4 }).signal(signal).returning('new'),
    delete: () => db.delete(Fruit, key).signal(signal).returning('old'),
    move: () => db.move(Fruit, key, { date: '2' }).signal(signal)
  }
}

test('an aborted signal sends nothing, and is thrown for its reason', () =>
  localTable(async ({ client, table }) => {
    let sent = 0
    const watch = { step: 'initialize', name: 'watch' } as const
    client.middlewareStack.add(
      next => args => {
        sent++
        return next(args)
      },
      watch
    )
    const reason = new Error('enough')
    for (const [name, verb] of Object.entries(verbs(client, table, AbortSignal.abort(reason))))
      assert.is(await errorFrom(verb), reason, name)
    client.middlewareStack.remove('watch')
    assert.is(sent, 0)
  }))

test('a signal that is aborted while the answer is awaited ends the request, and is thrown for its reason', () =>
  localTable(async ({ client, table }) => {
    const { PK, SK } = Fruit.key(key)
    const names = Object.keys(verbs(client, table, new AbortController().signal))
    for (const name of names) {
      await client.send(new PutItemCommand({ TableName: table, Item: { PK: { S: PK }, SK: { S: SK } } }))
      const stop = new AbortController()
      const reason = new Error(`enough of ${name}`)
      client.middlewareStack.add(
        next => args => {
          stop.abort(reason)
          return next(args)
        },
        { step: 'finalizeRequest', name: 'stop' }
      )
      assert.is(await errorFrom(verbs(client, table, stop.signal)[name] ?? (() => undefined)), reason, name)
      client.middlewareStack.remove('stop')
    }
  }))

test('a signal that is not aborted changes nothing', () =>
  localTable(async ({ db }) => {
    const { signal } = new AbortController()
    const put = db.put(Fruit, fruit).signal(signal)
    assert.equal(put.compile(), db.put(Fruit, fruit).compile())
    assert.equal(await put, fruit)
    assert.equal(await db.get(Fruit, key).signal(signal).orThrow(), fruit)
    assert.is((await db.update(Fruit, key).set({ weight: 4 }).signal(signal).returning('new')).weight, 4)
    await db.delete(Fruit, key).signal(signal)
    assert.is(await db.get(Fruit, key).signal(signal), undefined)
  }))

test('only a page that is fetched ahead has a signal that nobody gave: it ends when the loop is left', async () => {
  const signals: (AbortSignal | undefined)[] = []
  const row = { PK: { S: 'A#a#Fruit' }, SK: { S: 'D#1' }, apple: { S: 'a' }, date: { S: '1' }, weight: { N: '3' } }
  const page = { Items: [row], LastEvaluatedKey: { PK: row.PK, SK: row.SK } }
  const sender: Sender = {
    request: <O extends Operation>(_: O, __: unknown, options?: SendOptions) => {
      signals.push(options?.abortSignal)
      return Promise.resolve(page as never)
    }
  }
  const db = connect({ table: 'table', client: sender })
  const query = db.query(Fruit).where({ apple: 'a' })
  for await (const found of query) {
    assert.equal(found, { apple: 'a', date: '1', weight: 3 })
    break
  }
  assert.is(signals.length, 2)
  assert.is(signals[0], undefined)
  assert.ok(signals[1]?.aborted)
  const { signal } = new AbortController()
  assert.is((await query.signal(signal).limit(1)).length, 1)
  assert.instance(signals[2], AbortSignal)
})

test.run()
