import { type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { connect, model, t } from 'keystorm'
import { localTable } from 'keystorm/testing'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
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

test.run()
