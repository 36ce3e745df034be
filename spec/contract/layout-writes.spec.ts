/** After any writes, an item is wholly in each index of its layout, under the keys of what it is, or not at all. */
import { GetItemCommand } from '@aws-sdk/client-dynamodb'
import fc from 'fast-check'
import { type Db, layout, t } from 'keystorm'
import { localTable } from 'keystorm/testing'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { lacks } from '../support/engine.ts'
import { assertMany, runs } from '../support/runs.ts'

const app = layout({
  pk: 'pk',
  sk: 'sk',
  indexes: {
    GSI1: { pk: 'GSI1PK', sk: 'GSI1SK' },
    GSI2: { pk: 'GSI2PK', sk: 'sk' },
    own: { pk: 'status', sk: 'since' }
  }
})
const Job = app
  .model('Job')
  .pk('id')
  .sk('n')
  .index('GSI1', { pk: ['a'], sk: ['b', 'n'] })
  .index('GSI2', { pk: ['c'] })
  .index('own')
  .fields({
    a: t.string().optional(),
    b: t.string().optional(),
    c: t.string().optional(),
    status: t.string().optional(),
    since: t.string().optional(),
    note: t.string().optional()
  })

/** The keys of each index, and the attributes they are made of. */
const INDEXES = [
  { name: 'GSI1', keys: ['GSI1PK', 'GSI1SK'], of: ['a', 'b'] },
  { name: 'GSI2', keys: ['GSI2PK'], of: ['c'] }
] as const

const value = fc.constantFrom('x', 'y#', '%23', ' ')
const pair = fc.record({ a: value, b: value }, { noNullPrototype: true })
const changes = fc.oneof(
  pair,
  // Half of what the keys of an index are made of, which is refused.
  fc.record({ b: value, note: value }, { noNullPrototype: true }),
  fc.record({ c: value, note: value }, { noNullPrototype: true }),
  fc
    .record({ status: value, since: value }, { requiredKeys: [], noNullPrototype: true })
    .filter(set => Object.keys(set).length > 0)
)
const item = fc.record(
  { a: value, b: value, c: value, status: value, since: value, note: value },
  { requiredKeys: [], noNullPrototype: true }
)
const key = fc.record({ id: fc.constantFrom('1', '2'), n: fc.constantFrom('1', '2') }, { noNullPrototype: true })
type Key = { readonly id: string; readonly n: string }
type Write = readonly [key: Key, act: (db: Db) => PromiseLike<unknown>]

const write = fc.oneof(
  fc.tuple(key, item).map(([key, item]): Write => [key, db => db.put(Job, { ...item, ...key })]),
  fc.tuple(key, changes).map(([key, set]): Write => [key, db => db.update(Job, key).set(set as { note: string })]),
  fc.tuple(key, changes).map(
    ([key, set]): Write => [
      key,
      db =>
        db
          .update(Job, key)
          .set(set as { note: string })
          .upsert()
    ]
  ),
  fc
    .tuple(key, fc.constantFrom('a' as const, 'b' as const, 'c' as const, 'status' as const))
    .map(([key, name]): Write => [key, db => db.update(Job, key).remove(name)]),
  key.map((key): Write => [key, db => db.delete(Job, key)]),
  ...(lacks('transactions') ? [] : [fc.tuple(key, key).map(([from, to]): Write => [to, db => db.move(Job, from, to)])])
)

const tries = runs(200)

test('keys of indexes are whole or absent, and those of what the item is', () =>
  localTable(app, async ({ db, client, table }) => {
    let held = 0
    await fc.assert(
      fc.asyncProperty(fc.array(write, { minLength: 1, maxLength: 8 }), async writes => {
        for (const [key, act] of writes) {
          await Promise.resolve(act(db)).catch(error => {
            if (!['ItemNotFound', 'ItemExists', 'InvalidRequest', 'InvalidItem'].includes(error.name)) throw error
          })
          const Key = { pk: { S: Job.key(key).pk }, sk: { S: Job.key(key).sk } }
          const { Item: row } = await client.send(new GetItemCommand({ TableName: table, Key, ConsistentRead: true }))
          if (row === undefined) continue
          const found = await db.get(Job, key).orThrow()
          for (const { name, keys, of } of INDEXES) {
            const isIn = of.every(attribute => found[attribute] !== undefined)
            const expected: Record<string, string> = isIn ? Job.indexKey(name, found as Required<typeof found>) : {}
            if (isIn) held++
            for (const attribute of keys) assert.is(row[attribute]?.S, expected[attribute], `${name}: ${attribute}`)
          }
          assert.is(row.status?.S, found.status)
        }
      }),
      { numRuns: tries, includeErrorInReport: true }
    )
    assertMany(held > 0, `${held} times an item was in an index`)
  }))

test.run()
