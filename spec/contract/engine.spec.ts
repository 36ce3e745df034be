import {
  CreateTableCommand,
  DeleteTableCommand,
  type DynamoDBClient,
  GetItemCommand,
  ListTablesCommand,
  PutItemCommand,
  QueryCommand
} from '@aws-sdk/client-dynamodb'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { isKeystormError } from '../../lib/errors.ts'
import { model } from '../../lib/schema/model.ts'
import { tableDefinition } from '../../lib/schema/table-definition.ts'
import { type EngineName, localTable, startLocalEngine } from '../../lib/testing/index.ts'
import { connect } from '../../lib/verbs/db.ts'
import { engineName } from '../support/engine.ts'
import { errorFrom } from '../support/errors.ts'

const engines = suite('startLocalEngine')

engines('gives a client that reads and writes a keystorm table, the index included', async () => {
  const { client, name, stop } = await startLocalEngine()
  assert.is(name, engineName())
  const TableName = `engine-spec-${process.pid}`
  try {
    await client.send(new CreateTableCommand(tableDefinition(TableName)))
    const item = { PK: { S: 'A#1#Fruit' }, SK: { S: 'D#2' }, GSI1PK: { S: 'F#3#Fruit' }, weight: { N: '4' } }
    await client.send(new PutItemCommand({ TableName, Item: item }))

    const key = { PK: item.PK, SK: item.SK }
    assert.equal((await client.send(new GetItemCommand({ TableName, Key: key }))).Item, item)

    const query = { TableName, IndexName: 'GSI1', KeyConditionExpression: 'GSI1PK = :farm AND begins_with(SK, :date)' }
    const page = await client.send(
      new QueryCommand({ ...query, ExpressionAttributeValues: { ':farm': item.GSI1PK, ':date': { S: 'D#' } } })
    )
    assert.equal(page.Items, [item])
  } finally {
    await client.send(new DeleteTableCommand({ TableName }))
    await stop()
  }
})

engines('refuses an engine it does not know, and names those it does', async () => {
  const wanted = process.env.KEYSTORM_ENGINE
  try {
    process.env.KEYSTORM_ENGINE = 'mysql'
    const unknown = 'mysql' as EngineName // as programs without types name it
    for (const start of [startLocalEngine, () => startLocalEngine({ engine: unknown })]) {
      const error = await errorFrom(() => start())
      assert.ok(isKeystormError(error) && error.code === 'NoEngine')
      assert.equal(error.data.tried, ['mysql'])
      assert.match(error.message, "'dynoxide', 'dynamodb-local' or 'dynalite'")
    }
  } finally {
    if (wanted === undefined) delete process.env.KEYSTORM_ENGINE
    else process.env.KEYSTORM_ENGINE = wanted
  }
})

engines.run()

const Fruit = model('Fruit').pk('apple').sk('date')
const pear = { apple: 'pear', date: '2026-01-01' }

const exists = async (client: DynamoDBClient, table: string): Promise<boolean> => {
  const tables: string[] = []
  let from: string | undefined
  do {
    const page = await client.send(new ListTablesCommand(from ? { ExclusiveStartTableName: from } : {}))
    tables.push(...(page.TableNames ?? []))
    from = page.LastEvaluatedTableName
  } while (from)
  return tables.includes(table)
}

const tables = suite('localTable')

tables('gives an empty table, and what its function gives; afterwards the table is gone', async () => {
  const place = await localTable(async ({ db, table, client }) => {
    assert.equal(await db.query(Fruit).where({ apple: 'pear' }), [])
    await db.put(Fruit, pear)
    assert.equal(await db.get(Fruit, pear), pear)
    assert.ok(await exists(client, table))
    return { table, client }
  })
  assert.not(await exists(place.client, place.table))
})

tables('deletes the table when its function throws, and passes the error on', async () => {
  const seen: { table: string; client: DynamoDBClient }[] = []
  const fails = localTable(({ table, client }) => {
    seen.push({ table, client })
    throw new Error('a pear too many')
  })
  assert.is(await fails.catch((error: Error) => error.message), 'a pear too many')
  const [place] = seen
  assert.ok(place)
  assert.not(await exists(place.client, place.table))
})

tables('forgives a function that deletes the table itself, and a builder instead of a promise', async () => {
  await localTable(({ table, client }) => client.send(new DeleteTableCommand({ TableName: table })))
  assert.is(await localTable(({ db }) => db.get(Fruit, pear)), undefined)
})

tables('is the table of code that connects by itself', () =>
  localTable(async ({ db }) => {
    await connect().put(Fruit, pear)
    assert.equal(await db.get(Fruit, pear), pear)
  })
)

tables('keeps concurrent tables apart', async () => {
  const names = ['a', 'b', 'c', 'd', 'e']
  const found = await Promise.all(
    names.map(apple =>
      localTable(async ({ table }) => {
        await connect().put(Fruit, { apple, date: 'x' })
        const all = await Promise.all(names.map(other => connect().get(Fruit, { apple: other, date: 'x' })))
        return { table, apples: all.flatMap(fruit => fruit?.apple ?? []) }
      })
    )
  )
  assert.equal(
    found.map(({ apples }) => apples),
    names.map(name => [name])
  )
  assert.is(new Set(found.map(({ table }) => table)).size, names.length)
})

tables.run()
