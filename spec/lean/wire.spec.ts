/** A law: the lean client sends what the SDK's client sends, and makes of answers what that makes of them. */
import { type AttributeValue, DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb'
import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { tries } from '../support/runs.ts'
import { serving } from './service.ts'

// The SDK loses what is called __proto__; a test below says what the lean client does with it.
const name = fc
  .oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('B', 'BS', 'S', 'M', 'CreationDateTime', 'toJSON'))
  .filter(text => text !== '__proto__')
const bytes = fc.oneof(
  fc.uint8Array({ minLength: 1 }),
  fc.uint8Array({ minLength: 1 }).map(some => Buffer.from(some)),
  fc.uint8Array({ minLength: 3 }).map(some => some.subarray(1))
)
const { value } = fc.letrec<{ value: AttributeValue }>(tie => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    fc.string({ unit: 'grapheme' }).map(S => ({ S })),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map(N => ({ N: `${N}` })),
    bytes.map(B => ({ B })),
    fc.boolean().map(BOOL => ({ BOOL })),
    fc.constant({ NULL: true as const }),
    fc.array(fc.string(), { minLength: 1 }).map(SS => ({ SS })),
    fc.array(bytes, { minLength: 1 }).map(BS => ({ BS })),
    fc.array(tie('value')).map(L => ({ L })),
    fc.dictionary(name, tie('value')).map(M => ({ M }))
  )
}))
const item = fc.dictionary(name, value)

/** Attribute values as both should give them: bytes as plain numbers, whatever holds them. */
const plain = (given: unknown): unknown => {
  if (given instanceof Uint8Array) return [...given]
  if (Array.isArray(given)) return given.map(plain)
  if (typeof given !== 'object' || given === null) return given
  return Object.entries(given)
    .map(([key, one]) => [key, plain(one)])
    .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1))
}

test('items are sent and read as by the SDK', () => {
  let answer = {}
  return serving(
    () => ({ body: answer }),
    async ({ endpoint, client, received }) => {
      const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
      const sdk = new DynamoDBClient({ endpoint, region: 'us-east-1', credentials })
      await fc.assert(
        fc.asyncProperty(item, async Item => {
          received.length = 0
          const input = { TableName: 'app', Item }
          await client.request('PutItem', input)
          await sdk.send(new PutItemCommand(input))
          const [mine, theirs] = received.map(({ body }) => JSON.parse(body))
          assert.equal(plain(mine), plain(theirs))
          answer = mine
          const Key = { PK: { S: 'a' } }
          const read = await client.request('GetItem', { TableName: 'app', Key })
          const expected = await sdk.send(new GetItemCommand({ TableName: 'app', Key }))
          assert.equal(plain(read.Item), plain(expected.Item))
          assert.equal(plain(read.Item), plain(Item))
        }),
        { numRuns: tries(300) }
      )
      sdk.destroy()
    }
  )
})

test('an attribute that is called __proto__ is read as one, and changes no prototype', () =>
  serving(
    () => ({ body: JSON.parse('{ "Item": { "__proto__": { "M": { "__proto__": { "B": "AQI=" } } } } }') }),
    async ({ client }) => {
      const { Item = {} } = await client.request('GetItem', { TableName: 'app', Key: { PK: { S: 'a' } } })
      assert.equal(Object.keys(Item), ['__proto__'])
      assert.is(Object.getPrototypeOf(Item), Object.prototype)
      const outer = Object.getOwnPropertyDescriptor(Item, '__proto__')?.value as AttributeValue
      const inner = Object.getOwnPropertyDescriptor(outer.M, '__proto__')?.value as AttributeValue
      assert.equal(inner.B, Uint8Array.of(1, 2))
    }
  ))

test('tables that are called as types of values are, and times of tables, are read as they are', () => {
  const Responses = { B: [{ B: { B: 'AQI=' } }], BS: [{ BS: { BS: ['AQI='] } }] }
  const Table = { TableName: 'B', CreationDateTime: 1.5, BillingModeSummary: { LastUpdateToPayPerRequestDateTime: 2 } }
  return serving(
    (_, count) => ({ body: count === 1 ? { Responses } : { Table } }),
    async ({ client }) => {
      const { Responses: read } = await client.request('BatchGetItem', { RequestItems: {} })
      assert.equal(read, { B: [{ B: { B: Uint8Array.of(1, 2) } }], BS: [{ BS: { BS: [Uint8Array.of(1, 2)] } }] })
      const { Table: table } = await client.request('DescribeTable', { TableName: 'B' })
      assert.equal(table?.CreationDateTime, new Date(1500))
      assert.equal(table?.BillingModeSummary?.LastUpdateToPayPerRequestDateTime, new Date(2000))
    }
  )
})

test.run()
