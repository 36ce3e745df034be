import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import * as v from 'valibot'
import {
  addTo,
  append,
  between,
  connect,
  createTable,
  eq,
  gt,
  InvalidItem,
  InvalidRequest,
  ifMissing,
  model,
  NoTable,
  oneOf,
  plus,
  size,
  t,
  Unsendable,
  withTable
} from '../../lib/index.ts'
import { param, Unsendable as SameUnsendable, type Sendable, toJsonata } from '../../lib/jsonata/index.ts'
import { errorFrom } from '../support/errors.ts'

let sent = 0
const handle = (): never => {
  sent++
  throw new Error('nothing should be sent')
}
const credentials = { accessKeyId: 'none', secretAccessKey: 'none' }
const client = new DynamoDBClient({ region: 'nowhere', credentials, maxAttempts: 1, requestHandler: { handle } })
const db = connect({ table: 'app', client })

const Order = model('Order')
  .pk('tenant')
  .sk('number')
  .gsi1('status')
  .fields({
    number: t.int(),
    status: t.oneOf('open', 'paid').optional(),
    total: t.number().default(0),
    when: t.date().optional(),
    at: t.epoch().optional(),
    big: t.bigint().optional(),
    bytes: t.binary().optional(),
    isGift: t.boolean().nullable().default(null),
    tags: t.set(t.string()).optional(),
    lines: t.list(t.map({ sku: t.string(), quantity: t.int() })).default([]),
    prices: t.record(t.number()).optional(),
    extra: t.json().optional(),
    version: t.version()
  })
const key = { tenant: 't', number: 1 }
const p = <T = never>(): T => param<T>('$states.input.p')

/** One builder for each place where a param can stand. */
const builders = {
  'get, in PK': () => db.get(Order, { ...key, tenant: p<string>() }),
  'get, in SK': () => db.get(Order, { ...key, number: p<number>() }),
  'create, a key': () => db.create(Order, { ...key, tenant: p<string>() }),
  'put, a number': () => db.put(Order, { ...key, total: p() }),
  'put, a choice': () => db.put(Order, { ...key, status: p() }),
  'put, a date': () => db.put(Order, { ...key, when: p() }),
  'put, seconds': () => db.put(Order, { ...key, at: p() }),
  'put, a bigint': () => db.put(Order, { ...key, big: p<bigint>() }),
  'put, bytes': () => db.put(Order, { ...key, bytes: p() }),
  'put, a boolean that may be null': () => db.put(Order, { ...key, isGift: p() }),
  'put, what may be absent': () => db.put(Order, { ...key, when: param.optional<Date>('$states.input.p') }),
  'put, what has a default': () => db.put(Order, { ...key, total: param.optional<number>('$states.input.p') }),
  'put, a set': () => db.put(Order, { ...key, tags: p() }),
  'put, an element of a set': () => db.put(Order, { ...key, tags: new Set([p<string>()]) }),
  'put, a list': () => db.put(Order, { ...key, lines: p() }),
  'put, a map in a list': () => db.put(Order, { ...key, lines: [p()] }),
  'put, in a map in a list': () => db.put(Order, { ...key, lines: [{ sku: p(), quantity: 1 }] }),
  'put, a record': () => db.put(Order, { ...key, prices: p() }),
  'put, in a record': () => db.put(Order, { ...key, prices: { a: p() } }),
  'put, JSON': () => db.put(Order, { ...key, extra: p() }),
  'put, in JSON': () => db.put(Order, { ...key, extra: { a: [p()] } }),
  'put, a version': () => db.put(Order, { ...key, version: p() }),
  'put, a whole item': () => db.put(Order, p()),
  'put, a condition': () => db.put(Order, { ...key, version: 1 }).if({ total: p<number>() }),
  'update, a key': () => db.update(Order, { ...key, tenant: p<string>() }).set({ total: 1 }),
  'update, a version': () => db.update(Order, { ...key, version: p<number>() }).set({ total: 1 }),
  'update, a value': () => db.update(Order, key).set({ total: p<number>() }),
  'update, a sum': () => db.update(Order, key).set({ total: plus(p<number>()) }),
  'update, an index': () => db.update(Order, key).set({ status: p<'open'>() }),
  'update, append': () => db.update(Order, key).set({ lines: append(p<{ sku: string; quantity: number }>()) }),
  'update, addTo': () => db.update(Order, key).set({ tags: addTo(p<string>()) }),
  'update, ifMissing': () => db.update(Order, key).set({ when: ifMissing(p<Date>()) }),
  'update, a path': () => db.update(Order, key).set({ 'lines[0].quantity': p<number>() }),
  'update, a condition': () =>
    db
      .update(Order, key)
      .set({ total: 1 })
      .if({ total: gt(p<number>()) }),
  'update, upsert': () =>
    db
      .update(Order, { ...key, tenant: p<string>() })
      .set({ total: 1 })
      .upsert(),
  'delete, a key': () => db.delete(Order, { ...key, number: p<number>() }),
  'delete, between': () => db.delete(Order, key).if({ total: between(p<number>(), 3) }),
  'delete, oneOf': () => db.delete(Order, key).if({ status: oneOf(p<'open'>(), 'paid') }),
  'delete, size': () => db.delete(Order, key).if({ tags: size(gt(p<number>())) }),
  'query, the partition': () => db.query(Order).where({ tenant: p<string>() }),
  'query, the index': () => db.query(Order).where({ status: p<'open'>() }).onGsi1(),
  'query, the sort key': () => db.query(Order).where({ tenant: 't', number: p<number>() }),
  'query, a range': () => db.query(Order).where({ tenant: 't', number: gt(p<number>()) }),
  'query, a filter': () =>
    db
      .query(Order)
      .where({ tenant: 't' })
      .filter({ total: eq(p<number>()) }),
  'query, startingAfter': () =>
    db
      .query(Order)
      .where({ tenant: 't' })
      .startingAfter({ ...key, number: p<number>() }),
  'the table of connect': () => connect({ table: p(), client }).get(Order, key),
  'the table of withTable': () => withTable(p<string>(), { client }, () => db.put(Order, key))
} satisfies Record<string, () => PromiseLike<unknown> & { compile(): unknown }>

for (const [where, build] of Object.entries(builders))
  test(`a param cannot be sent: ${where}`, async () => {
    const sentence =
      /The value of the param \$states\.input\.p is only known in a state machine.* toState\(\) or toJsonata\(\)/
    for (const act of [() => build().compile(), async () => build()]) {
      const error = await errorFrom(act)
      assert.ok(error instanceof Unsendable, error.message)
      assert.match(error.message, sentence)
      assert.is(error.data.param, '$states.input.p')
    }
    assert.is(sent, 0)
  })

const Line = model('Line').pk('tenant').suffix('Order').sk('L#line')

test('nor by the builders that no state is made of', async () => {
  const other = connect({ table: p(), client })
  const acts = [
    async () => db.move(Order, { ...key, tenant: p<string>() }, { number: 2 }),
    async () => db.move(Order, key, { number: p<number>() }),
    async () => other.move(Order, key, { number: 2 }),
    async () => db.scan(Order).filter({ total: p<number>() }),
    async () => other.scan(Order),
    () => other.scan(Order).compile(),
    async () => db.query(Order).where({ tenant: p<string>() }).count(),
    async () => db.query(Order).where({ tenant: p<string>() }).page(),
    async () => db.query(Order).where({ tenant: p<string>() }).explain(),
    async () => db.transact(db.put(Order, { ...key, total: p() })),
    async () => db.transact(db.get(Order, { ...key, tenant: p<string>() })),
    async () => db.transact(db.put(Order, key)).token(p()),
    async () => other.transact(other.put(Order, key)),
    async () => db.check(Order, key).if({ total: p<number>() }),
    async () => db.batchGet(db.get(Order, { ...key, tenant: p<string>() })),
    async () => db.batchWrite(db.put(Order, { ...key, total: p() }), db.delete(Order, { ...key, number: 2 })),
    async () => db.batchWrite(db.delete(Order, { ...key, tenant: p<string>() })),
    async () => other.batchGet(other.get(Order, key)),
    async () => other.batchWrite(other.put(Order, key)),
    async () => db.load(Order, [{ ...key, total: p() }]),
    async () => other.load(Order, [key]),
    async () => db.query(Order, Line).where({ tenant: p<string>() }),
    async () => other.query(Order, Line).where({ tenant: 't' }),
    async () => createTable(other),
    async () => Order.key({ tenant: p<string>(), number: 1 })
  ]
  for (const act of acts) assert.instance(await errorFrom(act), Unsendable, String(act))
  assert.is(sent, 0)
  assert.is(Unsendable, SameUnsendable)
})

test('a builder with a param that is refused leaves nothing behind for the next one', async () => {
  assert.throws(() => toJsonata(db.put(Order, { ...key, total: p(), lines: 'none' as never })))
  assert.instance(await errorFrom(() => db.put(Order, { ...key, total: p() }).compile()), Unsendable)
  assert.equal(db.put(Order, key).compile().Item?.version, { N: '1' })
})

/** What no expression can say is refused, with the reason. */
const Text = model('Text').pk('tenant').sk('title', 'page')
const refused: Record<
  string,
  readonly [() => Sendable, typeof InvalidRequest | typeof InvalidItem | typeof NoTable, RegExp]
> = {
  'a check after the read': [
    () => db.query(Text).where({ tenant: 't', title: gt(p<string>()) }),
    InvalidRequest,
    /Text: a state machine cannot .* its range needs each value to be checked after the read/
  ],
  'the same of a value that is known': [
    () => db.query(Text).where({ tenant: 't', title: gt('New') }),
    InvalidRequest,
    /checked after the read/
  ],
  'a limit that is met by reading on': [
    () => db.query(Order).where({ tenant: 't' }).filter({ total: p<number>() }).limit(3),
    InvalidRequest,
    /limit\(\) with filter\(\)/
  ],
  'a handler of what does not fit': [
    () =>
      db
        .query(Order)
        .where({ tenant: 't' })
        .skipInvalid(() => {}),
    InvalidRequest,
    /skipInvalid\(\) looks at what was read/
  ],
  'an error for nothing': [() => db.get(Order, key).orThrow(), InvalidRequest, /orThrow\(\) looks at what was read/],
  'an error for nothing, in a transaction': [
    () => db.transact(db.get(Order, key), db.get(Order, { ...key, number: 2 }).orThrow()),
    InvalidRequest,
    /orThrow\(\) looks at what was read/
  ],
  'a token that is the same each time': [
    () => db.transact(db.put(Order, key)).token('same'),
    InvalidRequest,
    /token\(\) would be the same each time/
  ],
  'an attribute to be set or removed': [
    () => db.update(Order, key).set({ when: param.optional<Date>('$d') }),
    InvalidRequest,
    /the param \$d may be absent: .* use a Choice state/
  ],
  'a condition that may have no value': [
    () =>
      db
        .update(Order, key)
        .set({ total: 1 })
        .if({ when: param.optional<Date>('$d') as Date }),
    InvalidRequest,
    /the param \$d may be absent/
  ],
  'a key without a value': [
    () => db.get(Order, { ...key, tenant: param.optional('$d') as string }),
    InvalidRequest,
    /the param \$d may be absent/
  ],
  'a key without a value, of a model that has attributes in keys only': [
    () =>
      db
        .update(
          model('Leg')
            .pk('trip')
            .sk('from', 'to')
            .fields({ from: t.string().onlyInKeys(), to: t.string(), km: t.number().optional() }),
          { trip: param.optional('$d') as string, from: 'a', to: 'b' }
        )
        .remove('km'),
    InvalidRequest,
    /Leg: trip must be there, and the param \$d may be absent/
  ],
  'a required attribute without a value': [
    () => db.put(Order, { ...key, lines: [{ sku: param.optional('$d') as string, quantity: 1 }] }),
    InvalidRequest,
    /Order: lines\.0\.sku must be there, and the param \$d may be absent/
  ],
  'a whole item': [() => db.put(Order, p()), InvalidItem, /cannot stand for a whole one: give each attribute its own/],
  'what a schema checks': [
    () => db.put(model('Member').pk('a').sk('b').fields({ name: v.string() }), { a: 'a', b: 'b', name: p() }),
    InvalidItem,
    /name: is checked by a schema, which cannot check the param/
  ],
  'what a schema would copy': [
    () =>
      db.put(
        model('Member')
          .pk('a')
          .sk('b')
          .fields({ any: v.looseObject({}) }),
        { a: 'a', b: 'b', any: { x: { y: p() } } }
      ),
    InvalidItem,
    /any: is checked by a schema/
  ],
  'an asynchronous schema': [
    () => {
      const name = v.pipeAsync(
        v.string(),
        v.checkAsync(async () => true)
      )
      return db.put(model('Member').pk('a').sk('b').fields({ name }), { a: p(), b: 'b', name: 'n' })
    },
    InvalidRequest,
    /neither compile\(\) nor a state machine can wait/
  ],
  'a set of anything': [
    () =>
      db.put(
        model('Any')
          .pk('a')
          .sk('b')
          .fields({ s: t.set(t.type<string>()) }),
        { a: 'a', b: 'b', s: p() }
      ),
    InvalidRequest,
    /a set whose elements may be of any type/
  ],
  'no table': [() => connect().get(Order, key), NoTable, /No table/]
}

for (const [what, [build, kind, sentence]] of Object.entries(refused))
  test(`a state machine cannot do it: ${what}`, async () => {
    delete process.env.DB_TABLE_NAME
    const error = await errorFrom(() => toJsonata(build()))
    assert.instance(error, kind)
    assert.match(error.message, sentence)
  })

test('what is no state is refused', () => {
  for (const builder of [
    db.scan(Order),
    db.move(Order, key, { number: 2 }),
    db.batchGet(db.get(Order, key)),
    undefined
  ])
    assert.throws(() => toJsonata(builder as never), /A state is made of get, create, put/)
})

test('what Step Functions cannot evaluate is no param', () => {
  for (const expression of [
    '',
    ' ',
    '{% $x %}',
    '$eval("1")',
    '$',
    '$.tenant',
    '$[0]',
    '$$.x',
    'states.input.x',
    'tenant',
    '`odd name`'
  ])
    assert.throws(
      () => param(expression),
      (error: unknown) => error instanceof TypeError,
      expression
    )
  assert.throws(() => param(undefined as never), /is no text/)
  for (const expression of [
    '$x',
    ' $x ',
    '$states.input.a[0]',
    '"a" & $x',
    "'a'",
    '[$x.y]',
    '$uuid()',
    'true',
    '-1',
    '($y := 1; $y)',
    '{"a": 1}'
  ])
    param(expression)
})

test.run()
