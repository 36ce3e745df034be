import fc from 'fast-check'
import { type AnyModel, ConditionFailed, type Db, InvalidItem, ItemExists, ItemNotFound, model, t } from 'keystorm'
import { localTable } from 'keystorm/testing'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { definitionIn } from '../../lib/schema/definition.ts'
import { lacks } from '../support/engine.ts'
import { errorFrom } from '../support/errors.ts'
import { indexedModels, type Sample } from '../support/random-models.ts'
import { rowsOf } from '../support/rows.ts'
import { runs } from '../support/runs.ts'

const canMove = !lacks('transactions')

type Values = Record<string, unknown>
interface Write {
  readonly verb: 'create' | 'put' | 'set' | 'remove' | 'upsert' | 'delete' | 'move'
  readonly key: Readonly<Values>
  readonly to: Readonly<Values>
  readonly values: Values
  readonly touchesIndex: boolean
}

const writes = ({ keys, values }: Sample): fc.Arbitrary<Write[]> =>
  fc.array(
    fc.record({
      verb: fc.constantFrom(
        'create',
        'put',
        'set',
        'remove',
        'upsert',
        'delete',
        ...(canMove ? ['move' as const] : [])
      ),
      key: fc.constantFrom(...keys),
      to: fc.constantFrom(...keys),
      values: fc.record(
        Object.fromEntries(Object.entries(values).map(([name, choices]) => [name, fc.constantFrom(...choices)])),
        { noNullPrototype: true }
      ),
      touchesIndex: fc.boolean()
    }),
    { minLength: 20, maxLength: 20 }
  )

/** An update as a program without types sees it: what it takes differs from model to model. */
interface AnyUpdate extends PromiseLike<unknown> {
  set(values: Values): AnyUpdate
  remove(...names: string[]): AnyUpdate
  upsert(): AnyUpdate
}

/** Sets what has a value, and removes the others. */
const changed = (update: AnyUpdate, values: readonly [string, unknown][]): AnyUpdate => {
  const given = values.filter(([, value]) => value !== undefined)
  const gone = values.filter(([, value]) => value === undefined).map(([name]) => name)
  return update.set(Object.fromEntries(given)).remove(...gone)
}

const write = (db: Db, sample: Sample, { verb, key, to, values, touchesIndex }: Write): PromiseLike<unknown> => {
  const { model, indexed, required } = sample
  const item = { ...key, ...values }
  const update = db.update(model, key as never) as unknown as AnyUpdate
  const settable = Object.entries(values).filter(([name]) => touchesIndex || !indexed.includes(name))
  const optional = Object.keys(values).filter(name => !required.includes(name))
  switch (verb) {
    case 'create':
      return db.create(model, item as never)
    case 'put':
      return db.put(model, item)
    case 'set':
      return changed(update, settable)
    case 'remove':
      return update.remove(...optional.slice(touchesIndex ? 0 : 1))
    case 'upsert':
      return changed(update.upsert(), required.length > 0 ? Object.entries(values) : settable)
    case 'delete':
      return db.delete(model, key as never)
    case 'move':
      return db.move(model, key as never, to as never)
  }
}

/** The text of the index key that an item must have, from its stored attributes; `undefined` if it is not in GSI1. */
const recomputed = (model: AnyModel, stored: Values): string | undefined => {
  const { indexes, attributes } = definitionIn(model)
  const gsi1 = indexes.get('GSI1')?.pk[0]
  if (gsi1 === undefined) return undefined
  const own = Object.entries(stored).filter(([name]) => gsi1.attributes.includes(name))
  const values = Object.fromEntries(own.map(([name, value]) => [name, attributes.field(name)?.decode(value as never)]))
  return gsi1.attributes.every(name => name in values) ? gsi1.stored(values).S : undefined
}

/** Which writes came through, of any model. */
const done = new Set<Write['verb']>()

for (const sample of indexedModels)
  test(`after any writes, GSI1 has the rows it should: ${definitionIn(sample.model).name}`, () =>
    localTable(async ({ db, client, table }) => {
      await fc.assert(
        fc.asyncProperty(writes(sample), async all => {
          for (const key of sample.keys) await db.delete(sample.model, key as never)
          for (const one of all) {
            try {
              await write(db, sample, one)
              done.add(one.verb)
            } catch (error) {
              // An item may be there already, or not, or have a version; and sometimes there is nothing to change.
              const isExpected = [ItemExists, ItemNotFound, ConditionFailed].some(type => error instanceof type)
              if (!isExpected && !/nothing to change|move\(\) was given the key/.test(String(error))) throw error
            }
          }
          const rows = await rowsOf(client, { TableName: table, ConsistentRead: true })
          const index = await rowsOf(client, { TableName: table, IndexName: 'GSI1' })
          for (const row of rows) assert.is(row.GSI1PK?.S, recomputed(sample.model, row), JSON.stringify(row))
          const byKey = (items: typeof rows) => new Map(items.map(item => [`${item.PK?.S}\n${item.SK?.S}`, item]))
          assert.equal(byKey(index), byKey(rows.filter(row => row.GSI1PK !== undefined)))
        }),
        { numRuns: runs(20) }
      )
    }))

test('each kind of write came through, where enough are tried', () => {
  const all = canMove ? 7 : 6
  assert.ok(done.size === all || runs(20) < 10, [...done].join())
})

const Fruit = model('Fruit')
  .pk('apple')
  .sk('banana')
  .gsi1('farm', 'region')
  .fields({ farm: t.string().optional(), region: t.string().optional(), weight: t.number().optional() })
const key = { apple: 'a', banana: 'b' }

test('setting a part of GSI1PK is refused at run time with the sentence of the compiler', () =>
  localTable(async ({ db }) => {
    await db.put(Fruit, { ...key, farm: 'f', region: 'r' })
    const update = db.update(Fruit, key) as unknown as AnyUpdate
    for (const half of [update.set({ farm: 'g' }), update.set({ farm: 'g' }).set({ weight: 1 }).upsert()]) {
      const error = await errorFrom(async () => await half)
      assert.instance(error, InvalidItem)
      assert.ok(
        error.message.includes('because GSI1PK: set() gives farm but not region, and GSI1PK is made of all'),
        error.message
      )
    }
    assert.equal(await db.get(Fruit, key), { ...key, farm: 'f', region: 'r' })
    await update.set({ farm: 'g' }).set({ region: 's' })
    assert.equal((await db.query(Fruit).where({ farm: 'g', region: 's' }).onGsi1()).length, 1)
  }))

test.run()
