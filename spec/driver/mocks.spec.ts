/** The ways in which programs mock the SDK's client and meddle with it, seen from tests of theirs. */
import {
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactWriteItemsCommand
} from '@aws-sdk/client-dynamodb'
import { mockClient } from 'aws-sdk-client-mock'
import { connect, ItemExists, metered, model, t } from 'keystorm'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { errorFrom } from '../support/errors.ts'

const Fruit = model('Fruit').pk('apple').sk('date').fields({ weight: t.number() })
const key = { apple: 'a', date: '1' }
const fruit = { ...key, weight: 3 }
const Key = { PK: { S: 'A#a#Fruit' }, SK: { S: 'D#1' } }
const Item = { ...Key, apple: { S: 'a' }, date: { S: '1' }, weight: { N: '3' } }
const options = { region: 'us-east-1', credentials: { accessKeyId: 'a', secretAccessKey: 's' } }

test('mockClient(DynamoDBClient) answers for the client that keystorm makes, by command and input, and tells the calls', async () => {
  const mock = mockClient(DynamoDBClient)
  try {
    mock.on(GetItemCommand, { TableName: 'app', Key }).resolves({ Item })
    mock
      .on(QueryCommand)
      .resolvesOnce({ Items: [Item], LastEvaluatedKey: Key })
      .resolves({ Items: [Item] })
    const db = connect({ table: 'app' })
    assert.equal(await db.get(Fruit, key), fruit)
    assert.is(await db.get(Fruit, { ...key, date: '2' }), undefined)
    assert.equal(await db.query(Fruit).where({ apple: 'a' }), [fruit, fruit])
    await db.transact(db.put(Fruit, fruit))
    const gets = mock.commandCalls(GetItemCommand)
    assert.equal(
      gets.map(({ args: [{ input }] }) => input),
      [db.get(Fruit, key).compile(), db.get(Fruit, { ...key, date: '2' }).compile()]
    )
    assert.instance(gets[0]?.args[0], GetItemCommand)
    assert.is(mock.commandCalls(GetItemCommand, { Key }).length, 1)
    const pages = mock.commandCalls(QueryCommand).map(({ args: [{ input }] }) => input.ExclusiveStartKey)
    assert.equal(pages, [undefined, Key])
    assert.is(mock.commandCalls(TransactWriteItemsCommand).length, 1)
    assert.is(mock.calls().length, 5)
  } finally {
    mock.restore()
  }
})

test('mockClient(client) refuses and falters as DynamoDB does, and keystorm tells and repeats it', async () => {
  const client = new DynamoDBClient(options)
  const mock = mockClient(client)
  const db = connect({ table: 'app', client })
  mock.on(PutItemCommand).rejects(new ConditionalCheckFailedException({ message: 'no', $metadata: {}, Item }))
  const error = await errorFrom(() => db.create(Fruit, fruit))
  assert.instance(error, ItemExists)
  mock
    .on(BatchWriteItemCommand)
    .resolvesOnce({ UnprocessedItems: { app: [{ PutRequest: { Item } }] } })
    .resolves({})
  await db.batchWrite(db.put(Fruit, fruit))
  const [first, second] = mock.commandCalls(BatchWriteItemCommand).map(({ args: [{ input }] }) => input.RequestItems)
  assert.equal(second, first)
  mock.on(GetItemCommand).callsFake(({ Key: { SK } }) => ({ Item: { ...Item, SK, date: SK } }))
  assert.is((await db.get(Fruit, key))?.date, 'D#1')
  mock.reset()
  assert.is(await db.get(Fruit, key), undefined)
})

test("a program's middleware sees each command by its name, may change what is sent and what comes back, and each attempt passes it", async () => {
  const sent: unknown[] = []
  const client = new DynamoDBClient({
    ...options,
    requestHandler: {
      handle: async ({ headers, body }: { headers: Record<string, string>; body: Uint8Array }) => {
        sent.push({ trace: headers['x-trace'], ...JSON.parse(new TextDecoder().decode(body)) })
        const isFirst = sent.length === 1
        const answer = isFirst ? { __type: 'ProvisionedThroughputExceededException' } : { Item }
        const bytes = new TextEncoder().encode(JSON.stringify(answer))
        const arrived = new ReadableStream({
          start: controller => {
            controller.enqueue(bytes)
            controller.close()
          }
        })
        return { response: { statusCode: isFirst ? 400 : 200, headers: {}, body: arrived } }
      }
    }
  })
  const seen: string[] = []
  client.middlewareStack.add(
    (next, { commandName }) =>
      async args => {
        seen.push(`${commandName} ${JSON.stringify(args.input)}`)
        const result = await next({ ...args, input: { ...args.input, ConsistentRead: true } })
        return { ...result, output: { ...result.output, Item: { ...Item, weight: { N: '4' } } } }
      },
    { step: 'initialize', name: 'meddle' }
  )
  client.middlewareStack.add(
    next => args => {
      Object.assign((args.request as { headers: object }).headers, { 'x-trace': 'here' })
      return next(args)
    },
    { step: 'build', name: 'trace' }
  )
  const db = connect({ table: 'app', client })
  const { result, usage } = await metered(async () => await db.get(Fruit, key))
  assert.is(result?.weight, 4)
  const input = { TableName: 'app', Key }
  assert.equal(seen, [`GetItemCommand ${JSON.stringify({ ...input, ReturnConsumedCapacity: 'TOTAL' })}`])
  assert.is(sent.length, 2)
  for (const one of sent)
    assert.equal(one, { ...input, ReturnConsumedCapacity: 'TOTAL', ConsistentRead: true, trace: 'here' })
  assert.is(usage.requests, 2)
})

test.run()
