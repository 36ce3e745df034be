/** What can be given in the place of the SDK's client, and when the SDK is loaded. */
import { execFileSync } from 'node:child_process'
import { connect, ItemExists, metered, model, NoTable, type Sender, t, withTable } from 'keystorm'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { errorFrom } from '../support/errors.ts'

const Fruit = model('Fruit').pk('apple').sk('date').fields({ weight: t.number() })
const key = { apple: 'a', date: '1' }
const fruit = { ...key, weight: 3 }
const stored = { PK: { S: 'A#a#Fruit' }, SK: { S: 'D#1' }, apple: { S: 'a' }, date: { S: '1' }, weight: { N: '3' } }

type Sent = [operation: string, input: object]

/** A sender that answers each request with what is made of it, and notes it. */
const recorder = (answer: (operation: string, input: object) => object = () => ({})) => {
  const sent: Sent[] = []
  const sender: Sender = {
    request: async (operation, input) => {
      sent.push([operation, input])
      return answer(operation, input) as never // an output of whatever operation
    }
  }
  return { sender, sent }
}

const refusing = (name: string, more: object = {}) =>
  recorder(() => {
    throw Object.assign(new Error('refused'), { name, ...more })
  }).sender

test('a sender is asked for operations, with the very inputs that compile() shows', async () => {
  const { sender, sent } = recorder(operation => (operation === 'GetItem' ? { Item: stored } : {}))
  const db = connect({ table: 'app', client: sender })
  assert.equal(await db.get(Fruit, key), fruit)
  await db.put(Fruit, fruit)
  await db.transact(db.delete(Fruit, key))
  assert.equal(sent.slice(0, 2), [
    ['GetItem', db.get(Fruit, key).compile()],
    ['PutItem', db.put(Fruit, fruit).compile()]
  ])
  assert.is(sent[2]?.[0], 'TransactWriteItems')
})

test('withTable takes a sender, and builders of one sender go together', async () => {
  const { sender, sent } = recorder()
  const db = connect({ table: 'app', client: refusing('Wrong') })
  await withTable('other', { client: sender }, async () => {
    await withTable('inner', () => db.put(Fruit, fruit))
    await db.transact(db.put(Fruit, fruit), db.delete(Fruit, { ...key, date: '2' }))
    const strange = connect({ table: 'other', client: recorder().sender })
    const made = withTable('other', { client: recorder().sender }, () => strange.put(Fruit, fruit))
    assert.match((await errorFrom(() => db.transact(made))).message, /client/)
  })
  assert.equal(
    sent.map(([operation]) => operation),
    ['PutItem', 'TransactWriteItems']
  )
})

test('a client that has a method an operation, such as one of DAX, is a sender in one line', async () => {
  const dax = {
    items: new Map<string, object>(),
    async putItem({ Item }: { Item: typeof stored }) {
      this.items.set(Item.PK.S + Item.SK.S, Item)
      return {}
    },
    async getItem({ Key }: { Key: Pick<typeof stored, 'PK' | 'SK'> }) {
      return { Item: this.items.get(Key.PK.S + Key.SK.S) }
    }
  }
  const methods = dax as unknown as Record<string, (input: object) => Promise<never>>
  const sender: Sender = {
    request: (operation, input) => {
      const method = methods[operation.charAt(0).toLowerCase() + operation.slice(1)]
      if (method === undefined) throw new Error(`no ${operation}`)
      return method.call(dax, input)
    }
  }
  const db = connect({ table: 'app', client: sender })
  await db.put(Fruit, fruit)
  assert.equal(await db.get(Fruit, key), fruit)
  assert.is((await errorFrom(() => db.delete(Fruit, key))).message, 'no DeleteItem')
})

test("a sender's errors are known by their names", async () => {
  const db = (client: Sender) => connect({ table: 'app', client })
  const failed = refusing('ConditionalCheckFailedException', { Item: stored })
  assert.instance(await errorFrom(() => db(failed).create(Fruit, fruit)), ItemExists)
  assert.instance(await errorFrom(() => db(refusing('ResourceNotFoundException')).get(Fruit, key)), NoTable)
  let tries = 0
  const throttled = recorder(() => {
    if (++tries < 3) throw Object.assign(new Error('slower'), { name: 'ThrottlingException' })
    return {}
  })
  await db(throttled.sender).batchWrite(db(throttled.sender).put(Fruit, fruit))
  assert.is(tries, 3)
})

test('a signal reaches a sender, and its reason is what is thrown', async () => {
  const stop = new AbortController()
  const sender: Sender = {
    request: (_, __, { abortSignal } = {}) =>
      new Promise((_, reject) => {
        abortSignal?.addEventListener('abort', () => reject(Object.assign(new Error('over'), { name: 'AbortError' })))
        stop.abort(new RangeError('mine'))
      })
  }
  const error = await errorFrom(() => connect({ table: 'app', client: sender }).get(Fruit, key).signal(stop.signal))
  assert.instance(error, RangeError)
})

test('metered() counts what a sender sends again, and asks what it costs', async () => {
  const inputs: unknown[] = []
  const sender: Sender = {
    request: async (_, input, { onRetry } = {}) => {
      inputs.push(input)
      onRetry?.()
      onRetry?.()
      return { ConsumedCapacity: { TableName: 'app', CapacityUnits: 2 } } as never
    }
  }
  const { usage } = await metered(() => connect({ table: 'app', client: sender }).get(Fruit, key))
  assert.equal([usage.requests, usage.retries, usage.readUnits], [3, 2, 2])
  assert.is((inputs[0] as { ReturnConsumedCapacity?: string }).ReturnConsumedCapacity, 'TOTAL')
})

const REFUSE_SDK = `data:text/javascript,export const resolve = (name, context, next) => {
  if (name.startsWith('@aws-sdk/')) throw new Error('no such package');
  return next(name, context)
}`

/** What a program prints; `loaded()` in there counts the modules of the SDK. */
const output = (text: string): string => {
  const program = `
    import { createRequire, register } from 'node:module'
    import { setTimeout as wait } from 'node:timers/promises'
    const { cache } = createRequire(import.meta.url)
    const loaded = () => Object.keys(cache).filter(file => /node_modules.(@aws-sdk|@smithy)/.test(file)).length
    const { connect, model } = await import('${new URL('../../lib/index.ts', import.meta.url).href}')
    const sender = { request: async () => ({}) }
    const Fruit = model('Fruit').pk('apple').sk('date')
    const fruit = { apple: 'a', date: '1' }
    process.on('unhandledRejection', () => console.log('unhandled'))
    ${text}`
  const args = ['--import', 'tsx', '--input-type=module', '--eval', program]
  return execFileSync(process.execPath, args, { encoding: 'utf8', timeout: 30_000 }).trim()
}

test('keystorm loads nothing of the SDK, nor does connect() with a sender', () => {
  const said = output(`
    const before = loaded()
    const db = connect({ table: 'app', client: sender })
    await db.put(Fruit, fruit)
    await wait(200)
    console.log(before, loaded())`)
  assert.is(said, '0 0')
})

for (const client of ['undefined', '{ send: async () => ({}) }'])
  test(`connect() loads the SDK at once, for the client ${client}`, () => {
    const said = output(`
      connect({ table: 'app', client: ${client} })
      for (let i = 0; i < 100 && loaded() === 0; i++) await wait(50)
      console.log(loaded() > 0)`)
    assert.is(said, 'true')
  })

test('without the SDK, the first request says what to install, and nothing else goes wrong', () => {
  const said = output(`
    register(${JSON.stringify(REFUSE_SDK.replaceAll('\n', ' '))})
    const db = connect({ table: 'app' })
    connect({ table: 'app' })
    await wait(200)
    console.log(db.get(Fruit, fruit).compile().TableName)
    const error = await db.get(Fruit, fruit).catch(error => error)
    console.log(error.code, error.data.missing, error.message)
    console.log(await connect({ table: 'app', client: sender }).get(Fruit, fruit))`)
  assert.equal(said.split('\n'), [
    'app',
    'NoClient @aws-sdk/client-dynamodb @aws-sdk/client-dynamodb cannot be loaded: npm install @aws-sdk/client-dynamodb, or give connect() a client that does without, such as leanClient() of keystorm/lean.',
    'undefined'
  ])
})

test.run()
