import {
  CreateTableCommand,
  DeleteTableCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand
} from '@aws-sdk/client-dynamodb'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { tableDefinition } from '../../lib/table/definition.ts'
import { startLocalEngine } from '../../lib/testing/engine.ts'
import { engineName } from '../support/engine.ts'

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

engines.run()
