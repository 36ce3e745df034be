import { connect, type ErrorCode, isKeystormError, model, t } from 'keystorm'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { errorFrom } from '../support/errors.ts'
import { idleClient } from '../support/idle.ts'

const { client, requests } = idleClient()

const Fruit = model('Fruit')
  .pk('apple', 'banana')
  .sk('coconut', 'date')
  .gsi1('farm')
  .fields({ date: t.int(), weight: t.number() })
const Bare = model('Bare').pk('a').sk('b')
const Melon = model('Melon').pk('apple', 'banana').suffix('Fruit').sk('X#melon')
const db = connect({ table: 'table', client })
const key = { apple: 'a', banana: 'b', coconut: 'c', date: 1 }
const item = { ...key, farm: 'f', weight: 1 }
// What a program without types, or with wrong ones, could send.
const untyped = <T>(value: unknown): T => value as T

const refused: [what: string, act: () => unknown, code: ErrorCode, message: RegExp][] = [
  [
    'get with an empty key value',
    () => db.get(Fruit, { ...key, apple: '' }),
    'InvalidKey',
    /Fruit\.PK: apple must be .* but is an empty string/
  ],
  [
    'put with an empty key value',
    () => db.put(Fruit, { ...item, coconut: '' }),
    'InvalidKey',
    /Fruit\.SK: coconut must be/
  ],
  [
    'put with an empty index value',
    () => db.put(Fruit, { ...item, farm: '' }),
    'InvalidKey',
    /Fruit\.GSI1PK: farm must be/
  ],
  [
    'delete with a lone surrogate',
    () => db.delete(Fruit, { ...key, banana: '\udc00' }),
    'InvalidKey',
    /lone surrogate/
  ],
  [
    'put with a lone surrogate',
    () => db.put(Fruit, { ...item, banana: 'x\ud800' }),
    'InvalidItem',
    /banana: must not hold a lone surrogate/
  ],
  [
    'get with a fraction in a key',
    () => db.get(Fruit, { ...key, date: 0.5 }),
    'InvalidKey',
    /date must be an integer .* but is 0\.5/
  ],
  ['get with NaN in a key', () => db.get(Fruit, { ...key, date: Number.NaN }), 'InvalidKey', /but is NaN/],
  [
    'get with too long a key',
    () => db.get(Fruit, { ...key, coconut: 'é'.repeat(600) }),
    'InvalidKey',
    /1024 is DynamoDB's limit/
  ],
  [
    'get without a key',
    () => db.get(Fruit, untyped(undefined)),
    'InvalidKey',
    /Fruit\.key: must be an object, but is nothing/
  ],
  ['get with a key as text', () => db.get(Fruit, untyped('A#a')), 'InvalidKey', /must be an object, but is "A#a"/],
  [
    'put with an unknown attribute',
    () => db.put(Fruit, untyped({ ...item, wieght: 1 })),
    'InvalidItem',
    /wieght: is not an attribute/
  ],
  [
    'put with PK as an attribute',
    () => db.put(Fruit, untyped({ ...item, PK: 'x' })),
    'InvalidItem',
    /PK: is not an attribute/
  ],
  [
    'create with a missing attribute',
    () => db.create(Fruit, untyped(key)),
    'InvalidItem',
    /farm: is missing; weight: is missing/
  ],
  [
    'a query without where',
    () => untyped(db.query(Fruit)),
    'IncompleteQuery',
    /^Fruit: where\(\) lacks apple, a part of PK\.$/
  ],
  [
    'a query without all of PK',
    () => untyped(db.query(Fruit).where({ apple: 'a' })),
    'IncompleteQuery',
    /^Fruit: where\(\) lacks banana, a part of PK\.$/
  ],
  [
    'a query with undefined',
    () => untyped(db.query(Fruit).where({ apple: 'a', banana: untyped(undefined) })),
    'IncompleteQuery',
    /^Fruit: where\(\) gives banana as undefined: give it a value, or leave it out\.$/
  ],
  [
    'a query with undefined in SK, of which all would be read',
    () => untyped(db.query(Fruit).where({ apple: 'a', banana: 'b', coconut: untyped(undefined) })),
    'IncompleteQuery',
    /gives coconut as undefined/
  ],
  [
    'a query of several models with undefined',
    () => untyped(db.query(Fruit, Melon).where({ apple: 'a', banana: untyped(undefined) })),
    'IncompleteQuery',
    /^Fruit: where\(\) gives banana as undefined/
  ],
  [
    'a gap in the sort key',
    () => untyped(db.query(Fruit).where({ apple: 'a', banana: 'b', date: 1 })),
    'IncompleteQuery',
    /^Fruit: where\(\) gives date but not coconut, which stands before it in SK\.$/
  ],
  [
    'an index attribute on the table',
    () => untyped(db.query(Fruit).where({ apple: 'a', banana: 'b', farm: 'f' })),
    'IncompleteQuery',
    /^Fruit: where\(\) gives farm, which is not a part of PK or SK\.$/
  ],
  [
    'a table attribute on the index',
    () => untyped(db.query(Fruit).where({ farm: 'f', apple: 'a' }).onGsi1()),
    'IncompleteQuery',
    /^Fruit: where\(\) gives apple, which is not a part of GSI1PK or SK\.$/
  ],
  [
    'the index without its attribute',
    () => untyped(db.query(Fruit).onGsi1()),
    'IncompleteQuery',
    /^Fruit: where\(\) lacks farm, a part of GSI1PK\.$/
  ],
  [
    'where with an attribute that is in no key',
    () => untyped(db.query(Fruit).where(untyped<never>({ apple: 'a', banana: 'b', weight: 1 }))),
    'IncompleteQuery',
    /gives weight, which is not a part of PK or SK/
  ],
  [
    'where with an empty value',
    () => untyped(db.query(Fruit).where({ apple: '', banana: 'b' })),
    'InvalidKey',
    /apple must be/
  ],
  [
    'where with too long a prefix',
    () => untyped(db.query(Fruit).where({ apple: 'a', banana: 'b', coconut: 'x'.repeat(1100) })),
    'InvalidKey',
    /Fruit\.SK: the key would have/
  ],
  [
    'where with nothing',
    () => db.query(Fruit).where(untyped<never>(null)),
    'InvalidRequest',
    /^Fruit: where\(\) takes an object, but got null\.$/
  ],
  [
    'where with an attribute twice',
    () => db.query(Fruit).where({ apple: 'a' }).where({ apple: 'b' }),
    'InvalidRequest',
    /where\(\) was given apple before/
  ],
  [
    'an index a model does not have',
    () => untyped<{ onGsi1(): unknown }>(db.query(Bare)).onGsi1(),
    'InvalidModel',
    /^Bare: not in GSI1, its model has no \.gsi1\(…\)\.$/
  ],
  [
    'consistent reads on the index',
    () => untyped<{ consistent(): unknown }>(db.query(Fruit).onGsi1()).consistent(),
    'InvalidRequest',
    /GSI1 has no consistent reads/
  ],
  [
    'the index with consistent reads',
    () => untyped<{ onGsi1(): unknown }>(db.query(Fruit).consistent()).onGsi1(),
    'InvalidRequest',
    /GSI1 has no consistent reads/
  ],
  ['limit(0)', () => db.query(Fruit).limit(0), 'InvalidRequest', /limit\(\) takes a whole number from 1 on, but got 0/],
  ['limit(1.5)', () => db.query(Fruit).limit(1.5), 'InvalidRequest', /but got 1\.5/],
  [
    'an unfinished model',
    () => db.get(untyped<typeof Bare>(model('Half').pk('a')), { a: 'a', b: 'b' }),
    'InvalidModel',
    /^Half: this is not a model yet: call \.sk\(…\)\.$/
  ]
]

for (const [what, act, code, message] of refused)
  test(`${what} is refused, and nothing is sent`, async () => {
    const error = await errorFrom(act)
    assert.ok(isKeystormError(error), `${error}`)
    assert.is(error.code, code)
    assert.is(error.name, code)
    assert.match(error.message, message)
    assert.is(requests.count, 0)
  })

test('the client of these specs would have counted', async () => {
  await db.get(Fruit, key)
  assert.is(requests.count, 1)
})

test('builders are immutable: a base can be shared', () => {
  const base = db.query(Fruit).where({ apple: 'a', banana: 'b' })
  const one = base.where({ coconut: 'c' }).limit(1)
  const two = base.reverse().consistent()
  assert.equal(base.compile(), {
    TableName: 'table',
    KeyConditionExpression: 'PK = :pk AND begins_with(SK, :sk)',
    ExpressionAttributeValues: { ':pk': { S: 'A#a#B#b#Fruit' }, ':sk': { S: 'C#' } }
  })
  assert.is(one.compile().Limit, 1)
  assert.equal(one.compile().ExpressionAttributeValues?.[':sk'], { S: 'C#c#D#' })
  assert.is(two.compile().ConsistentRead, true)
  assert.is('Limit' in two.compile(), false)
  const get = db.get(Fruit, key)
  get.consistent()
  assert.is('ConsistentRead' in get.compile(), false)
})

test('catch and finally work as on a promise', async () => {
  let ended = 0
  const caught = await db
    .get(Fruit, { ...key, apple: '' })
    .finally(() => ended++)
    .catch(error => error.code)
  assert.equal([caught, ended], ['InvalidKey', 1])
})

test.run()
