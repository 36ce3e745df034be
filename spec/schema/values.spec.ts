import { type } from 'arktype'
import { connect, InvalidItem, InvalidKey, InvalidModel, type KeyOf, model, type PkOf, t } from 'keystorm'
import { localTable } from 'keystorm/testing'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import * as v from 'valibot'
import { z } from 'zod'
import { errorFrom } from '../support/errors.ts'
import { type Equal, isType } from '../support/types.ts'

const unsent = connect({ table: 'nowhere' })
const key = { a: '1', b: '2' }
const Base = model('Base').pk('a').sk('b')

const refusal = async (act: () => unknown): Promise<string> => {
  const error = await errorFrom(act)
  assert.instance(error, InvalidItem)
  return error.message
}

test('a schema that gives a Date is refused with the field to use instead', async () => {
  const now = new Date()
  const Zod = Base.fields({ at: z.date() })
  const Valibot = Base.fields({ at: v.pipe(v.string(), v.toDate()) })
  const Arktype = Base.fields({ at: type('Date') })
  const writes = [
    () => unsent.put(Zod, { ...key, at: now }),
    () => unsent.put(Valibot, { ...key, at: now.toISOString() }),
    () => unsent.put(Arktype, { ...key, at: now }),
    () => unsent.update(Zod, key).set({ at: now })
  ]
  for (const write of writes)
    assert.match(await refusal(write), /at: .*a Date would come back as text: use t\.date\(\)/)
  const Nested = Base.fields({ log: z.array(z.object({ at: z.coerce.date() })) })
  assert.match(await refusal(() => unsent.put(Nested, { ...key, log: [{ at: now }] })), /log\[0\]\.at: .*t\.date\(\)/)
})

test('a schema that gives a bigint is refused, for a small one would come back as a number', async () => {
  const Big = Base.fields({ n: z.bigint(), list: v.optional(v.array(v.bigint())) })
  assert.match(await refusal(() => unsent.put(Big, { ...key, n: 5n })), /n: .*use t\.bigint\(\)/)
  assert.match(await refusal(() => unsent.put(Big, { ...key, n: 2n ** 70n })), /n: .*use t\.bigint\(\)/)
})

test('a schema that gives what DynamoDB cannot store is refused', async () => {
  const Odd = Base.fields({ map: z.map(z.string(), z.string()), nan: z.nan(), set: z.set(z.string()) })
  const message = await refusal(() =>
    unsent.put(Odd, { ...key, map: new Map([['a', 'b']]), nan: Number.NaN, set: new Set<string>() })
  )
  for (const name of ['map', 'nan', 'set']) assert.match(message, new RegExp(`\\b${name}: `))
})

test('sets, bytes and deep values are stored by what they are', () =>
  localTable(async ({ db }) => {
    const Rich = Base.fields({
      set: z.set(z.string()),
      bytes: v.instance(Uint8Array),
      tree: type({ name: 'string', children: 'object[]' }),
      both: z.union([z.string(), z.number()]).nullable()
    })
    const item = {
      ...key,
      set: new Set(['x', 'y']),
      bytes: new Uint8Array([1, 2]),
      tree: { name: 'root', children: [{ name: 'leaf', children: [] }] },
      both: null
    }
    assert.equal(await db.put(Rich, item), item)
    assert.equal(await db.get(Rich, key), item)
    assert.is((await db.put(Rich, { ...item, both: 1.5 })).both, 1.5)
  }))

test('all attributes of an object schema can be spread into a model', () =>
  localTable(async ({ db }) => {
    const ZodCity = z.object({ country: z.string(), name: z.string(), people: z.number().int().optional() })
    const ValibotCity = v.object({ country: v.string(), name: v.string(), people: v.optional(v.number()) })
    const City = model('City').pk('country').sk('name')
    const models = [City.fields(ZodCity.shape), City.fields({ ...ValibotCity.entries, seen: t.int().optional() })]
    for (const Spread of models) {
      const item = { country: 'NL', name: 'Delft', people: 109_577 }
      assert.equal(await db.put(Spread, item), item)
      assert.equal(await db.get(Spread, { country: 'NL', name: 'Delft' }), item)
    }
  }))

test('literal types of schemas reach the types of keys', () => {
  const Item = model('Item')
    .pk('kind')
    .sk('id')
    .fields({ kind: z.enum(['car', 'bike']), id: v.string() })
  isType<Equal<PkOf<typeof Item>, 'K#car#Item' | 'K#bike#Item'>>()
  isType<Equal<KeyOf<typeof Item>, { kind: 'car' | 'bike'; id: string }>>()
  assert.equal(Item.key({ kind: 'car', id: '7' }), { PK: 'K#car#Item', SK: 'I#7' })
})

test('keys are looked up as they are stored, and as they were given', () =>
  localTable(async ({ db }) => {
    const Mail = model('Mail').pk('email').sk('#box').fields({ email: z.string().toLowerCase(), box: z.string() })
    const { email, box } = await db.create(Mail, { email: 'Ann@X.nl', box: 'in' })
    assert.is(email, 'ann@x.nl')
    assert.ok(await db.get(Mail, { email, box }))
    assert.ok(await db.get(Mail, { email: 'Ann@X.nl', box }))
  }))

test('an optional schema may stand in the index: an item without it is not there', () =>
  localTable(async ({ db }) => {
    const Sparse = Base.gsi1('team').fields({ team: z.string().trim().optional() })
    assert.equal(await db.create(Sparse, key), key)
    assert.equal(await db.query(Sparse).where({ team: 'red' }).onGsi1(), [])
    await db.update(Sparse, key).set({ team: ' red ' })
    assert.equal(await db.query(Sparse).where({ team: 'red' }).onGsi1(), [{ ...key, team: 'red' }])
    await db.update(Sparse, key).remove('team')
    assert.equal(await db.query(Sparse).where({ team: 'red' }).onGsi1(), [])
    // @ts-expect-error: a stands in PK or SK, so it cannot be optional
    assert.ok(Base.fields({ a: z.string().optional() }))
  }))

test('a schema for a key must give text', () => {
  const N = model('N').pk('n').sk('s')
  // @ts-expect-error: n stands in a key, but values of its type cannot
  const Numbered = N.fields({ n: z.number() })
  const isInvalid = (error: unknown) => error instanceof InvalidKey
  assert.throws(() => unsent.put(Numbered, { n: 1, s: 's' }).compile(), isInvalid)
})

test('what is neither t.* nor a schema is refused', () => {
  const isInvalid = (error: unknown) => error instanceof InvalidModel
  // @ts-expect-error: an object without a schema's interface
  assert.throws(() => Base.fields({ c: { parse: (value: unknown) => value } }), isInvalid)
})

test.run()
