import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { connect, createTable, model, NoTable, withTable } from 'keystorm'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { errorFrom } from '../support/errors.ts'

const Fruit = model('Fruit').pk('apple').sk('banana')
const key = { apple: 'a', banana: 'b' }
const tableOf = (db = connect()): string | undefined => db.get(Fruit, key).compile().TableName

test.before.each(() => {
  delete process.env.DB_TABLE_NAME
})
test.after(() => {
  delete process.env.DB_TABLE_NAME
})

test('the innermost withTable comes before connect, and connect before DB_TABLE_NAME', async () => {
  process.env.DB_TABLE_NAME = 'from-env'
  const db = connect({ table: 'connected' })
  assert.is(tableOf(), 'from-env')
  assert.is(tableOf(db), 'connected')
  await withTable('outer', async () => {
    assert.is(tableOf(db), 'outer')
    await withTable('inner', async () => {
      await null
      assert.is(tableOf(db), 'inner')
      assert.is(tableOf(), 'inner')
    })
    assert.is(tableOf(db), 'outer')
  })
  assert.is(tableOf(db), 'connected')
})

test('DB_TABLE_NAME is read when the builder is made', () => {
  const db = connect()
  process.env.DB_TABLE_NAME = 'one'
  const builder = db.get(Fruit, key)
  process.env.DB_TABLE_NAME = 'two'
  assert.is(builder.compile().TableName, 'one')
  assert.is(tableOf(db), 'two')
})

test('a builder keeps the table it was made for, wherever it is awaited', () => {
  const db = connect({ table: 'connected' })
  const made = withTable('inside', () => db.query(Fruit).where({ apple: 'a' }))
  assert.is(made.reverse().compile().TableName, 'inside')
})

test('the context ends with an exception too, and gives what the function gives', async () => {
  const db = connect({ table: 'connected' })
  assert.is(
    withTable('x', () => 5),
    5
  )
  await errorFrom(() =>
    withTable('x', () => {
      throw new Error('out')
    })
  )
  assert.is(tableOf(db), 'connected')
})

test('an inner withTable without a client keeps the outer one', async () => {
  const seen: string[] = []
  const client = (name: string): DynamoDBClient => {
    const made = new DynamoDBClient({ region: 'us-east-1', credentials: { accessKeyId: 'a', secretAccessKey: 's' } })
    made.middlewareStack.add(
      () => async args => {
        seen.push(`${name}:${(args.input as { TableName: string }).TableName}`)
        return { output: { $metadata: {} }, response: {} }
      },
      { step: 'initialize' }
    )
    return made
  }
  const db = connect({ table: 'connected', client: client('connected') })
  await db.get(Fruit, key)
  await withTable('outer', { client: client('outer') }, async () => {
    await withTable('inner', () => db.get(Fruit, key))
    await withTable('innermost', { client: client('innermost') }, () => db.delete(Fruit, key))
  })
  await withTable('bare', () => db.get(Fruit, key))
  assert.equal(seen, ['connected:connected', 'outer:inner', 'innermost:innermost', 'connected:bare'])
})

test('without a table a command can be compiled, but nothing is sent', async () => {
  assert.is(tableOf(), undefined)
  for (const act of [
    () => connect().get(Fruit, key),
    () => connect().put(Fruit, key),
    () => connect().create(Fruit, key),
    () => connect().delete(Fruit, key),
    () => connect().query(Fruit).where({ apple: 'a' }),
    () => createTable(connect())
  ]) {
    const error = await errorFrom(act)
    assert.instance(error, NoTable)
    assert.is(
      error.message,
      "No table: name one by withTable('name', …), by connect({ table: 'name' }) or in the environment variable DB_TABLE_NAME."
    )
  }
  assert.instance(await errorFrom(() => withTable('', () => 1)), NoTable)
})

test.run()
