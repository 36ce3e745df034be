import {
  addTo,
  allOf,
  append,
  connect,
  copyOf,
  eq,
  gt,
  ifMissing,
  isKeystormError,
  minus,
  model,
  plus,
  t
} from 'keystorm'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { AnyUpdate } from '../support/any-update.ts'
import { errorFrom } from '../support/errors.ts'
import { assertLinear } from '../support/growth.ts'
import { idleClient } from '../support/idle.ts'

// What a program without types, or with wrong ones, could ask of an update.

const { client, requests } = idleClient()
const db = connect({ table: 'table', client })

const Doc = model('Doc')
  .pk('id')
  .sk('rev')
  .gsi1('team')
  .fields({
    rev: t.int(),
    team: t.oneOf('red', 'blue').default('red'),
    title: t.string(),
    visits: t.number().default(7),
    tags: t.set(t.string()).default(new Set(['new'])),
    address: t.map({ city: t.string() }).optional(),
    stock: t.record(t.number()).optional(),
    version: t.version(),
    created: t.createdAt(),
    changed: t.updatedAt()
  })
const update = db.update(Doc, { id: 'i', rev: 1 }) as unknown as AnyUpdate

const wrong: [what: string, change: unknown, message: string][] = [
  ['a key attribute', { id: 'j' }, 'id: stands in the primary key, which only move() changes'],
  ['PK', { PK: 'x' }, 'PK: is not an attribute'],
  ['SK', { SK: 'x' }, 'SK: is not an attribute'],
  ['GSI1PK', { GSI1PK: 'x' }, 'GSI1PK: is not an attribute'],
  ['the version', { version: 3 }, 'version: is written by keystorm itself'],
  ['the version by plus', { version: plus(1) }, 'version: is written by keystorm itself'],
  ['when it was created', { created: new Date() }, 'created: is written by keystorm itself'],
  ['when it was changed', { changed: new Date() }, 'changed: is written by keystorm itself'],
  [
    'what stands in GSI1PK, by a change',
    { team: ifMissing('red') },
    'team: stands in GSI1PK, so it takes a plain value'
  ],
  ['an unknown attribute', { tilte: 'x' }, 'tilte: is not an attribute'],
  ['an unknown path', { 'address.street': 'x' }, "address.street: has nothing at 'street'"],
  [
    'a map and what is in it',
    { address: eq({ city: 'x' }), 'address.city': 'y' },
    'address.city: is changed twice in one update'
  ],
  [
    'what is in a map and the map',
    { 'address.city': 'y', address: eq({ city: 'x' }) },
    'address: is changed twice in one update'
  ],
  ['a map to nothing', { address: {} }, 'address: is given nothing to change; use eq({}) for an empty map'],
  ['text plus a number', { title: plus(1) }, 'title: is no number, so plus() cannot change it'],
  ['text plus text', { title: plus('x' as never) }, 'title: is no number, so plus() cannot change it'],
  [
    'a number plus text',
    { visits: plus('title', 1) },
    "visits: cannot be plus('title', …), because title is no number"
  ],
  ['a number that appends', { visits: append(1) }, 'visits: is no list, so append() cannot change it'],
  ['a set that appends', { tags: append('x') }, 'tags: is no list, so append() cannot change it'],
  ['text that a set is added to', { title: addTo('x') }, 'title: is no set, so addTo() cannot change it'],
  ['plus text', { visits: plus('1' as never) }, 'visits: must be a number, but is "1"'],
  ['an empty set', { tags: new Set() }, 'tags: must not be empty'],
  ['addTo of nothing', { tags: addTo() }, 'tags: must not be empty'],
  ['addTo of another type', { tags: addTo(1) }, 'tags: must be a string, but is 1'],
  ['NaN', { visits: Number.NaN }, 'visits: must be 0 or of a magnitude'],
  ['plus NaN', { visits: plus(Number.NaN) }, 'visits: must be 0 or of a magnitude'],
  ['a condition', { visits: gt(1) }, 'visits: takes a value or a change, not a condition'],
  [
    'a copy of what is not there',
    { title: copyOf('name') },
    "title: cannot be copyOf('name'), because that is not an attribute"
  ],
  [
    'a sum with what is not there',
    { visits: plus('vists', 1) },
    "visits: cannot be plus('vists'), because that is not an attribute"
  ],
  [
    'a difference with what is not in a map',
    { visits: minus('address.streat', 1) },
    "visits: cannot be minus('address.streat'), because that has nothing at 'streat'"
  ],
  [
    'several wrong ones',
    { visits: 'x', title: 1 },
    'visits: must be a number, but is "x"; title: must be a string, but is 1'
  ]
]
for (const [what, change, message] of wrong)
  test(`setting ${what} is an InvalidItem, and nothing is sent`, async () => {
    const error = await errorFrom(async () => await update.set(change))
    assert.ok(isKeystormError(error), `${error}`)
    assert.is(error.code, 'InvalidItem')
    assert.ok(error.message.includes(`because ${message}`), error.message)
    assert.is(requests.count, 0)
  })

const stock = (n: number, change: unknown) => ({
  stock: Object.fromEntries([...Array(n).keys()].map(i => [i, change]))
})
const stockPaths = (n: number) => Array.from({ length: n }, (_, i) => `stock.${i}`)
const refused: [what: string, act: () => AnyUpdate, code: string, message: RegExp][] = [
  ['nothing to change', () => update, 'InvalidRequest', /nothing to change/],
  ['an empty set()', () => update.set({}), 'InvalidRequest', /nothing to change/],
  [
    'nothing but undefined',
    () => update.set({ title: undefined, address: { city: undefined }, 'address.city': undefined, tilte: undefined }),
    'InvalidRequest',
    /nothing to change/
  ],
  ['ifMissing(undefined)', () => update.set({ title: ifMissing(undefined) }), 'InvalidItem', /title: must be a string/],
  ['eq(undefined)', () => update.set({ title: eq(undefined) }), 'InvalidItem', /title: must be a string/],
  [
    'plus(undefined)',
    () => update.set({ visits: plus(undefined as never) }),
    'InvalidItem',
    /visits: must be a number/
  ],
  ['set() of no object', () => update.set('title'), 'InvalidRequest', /set\(\) takes an object, but got "title"/],
  [
    'one attribute in two calls of set()',
    () => update.set({ title: 'x' }).set({ title: 'y' }),
    'InvalidRequest',
    /was given title before/
  ],
  [
    'an attribute set and removed',
    () => update.set({ address: eq({ city: 'x' }) }).remove('address'),
    'InvalidItem',
    /changed twice/
  ],
  ['an attribute removed twice', () => update.remove('address', 'address'), 'InvalidItem', /changed twice/],
  ['removing a required attribute', () => update.remove('title'), 'InvalidItem', /title: cannot be removed/],
  ['removing a key attribute', () => update.remove('id'), 'InvalidItem', /id: cannot be removed/],
  ['removing the version', () => update.remove('version'), 'InvalidItem', /version: is written by keystorm itself/],
  ['removing what is unknown', () => update.remove('PK'), 'InvalidItem', /PK: is not an attribute/],
  [
    'an upsert without a required attribute',
    () => update.set({ visits: 1 }).upsert(),
    'InvalidItem',
    /title: is missing, and upsert\(\) may have to make the item/
  ],
  [
    'an upsert that sets a part of a map',
    () => update.set({ title: 'x', address: { city: 'x' } }).upsert(),
    'InvalidItem',
    /address\.city: has no place if upsert\(\) makes the item: set address to ifMissing/
  ],
  [
    'more than 300 operators',
    () => update.remove(...stockPaths(301)),
    'InvalidRequest',
    /The update has 30\d operators, and 300 is DynamoDB's limit/
  ],
  [
    'more than 4 KB',
    () => update.set(stock(99, plus(1))),
    'InvalidRequest',
    /The update has 4\d{3} bytes as text, and 4096 is DynamoDB's limit/
  ]
]
for (const [what, act, code, message] of refused)
  test(`${what} is an ${code}, and nothing is sent`, async () => {
    const error = await errorFrom(async () => await act())
    assert.ok(isKeystormError(error), `${error}`)
    assert.is(error.code, code)
    assert.match(error.message, message)
    assert.is(requests.count, 0)
  })

const namesOf = (count: number): string[] => Array.from({ length: count }, (_, i) => `k${i}`)

test('each of forty names has one placeholder, wherever it stands', () => {
  const names = namesOf(40)
  const tests = names.map(name => ({ stock: { [name]: gt(0) } })).reverse()
  const { UpdateExpression, ConditionExpression, ExpressionAttributeNames } = db
    .update(Doc, { id: 'i', rev: 1 })
    .set({ stock: Object.fromEntries(names.map(name => [name, plus(1)])) })
    .if(allOf(...tests))
    .compile()
  const held = Object.values(ExpressionAttributeNames ?? {})
  assert.is(new Set(held).size, held.length)
  const read = (text = '') => text.replaceAll(/#\d+/g, placeholder => ExpressionAttributeNames?.[placeholder] ?? '?')
  for (const name of names) {
    assert.match(read(UpdateExpression), `stock.${name} = if_not_exists(stock.${name}, `)
    assert.match(read(ConditionExpression), `stock.${name} > `)
  }
})

const large: [what: string, act: (names: string[]) => AnyUpdate][] = [
  ['names in a map', names => update.set({ stock: Object.fromEntries(names.map(name => [name, 1])) })],
  ['paths', names => update.set(Object.fromEntries(names.map(name => [`stock.${name}`, 1])))],
  ['attributes that are none', names => update.set(Object.fromEntries(names.map(name => [name, 1])))],
  ['removals', names => update.remove(...names.map(name => `stock.${name}`))],
  ['removals of one place', names => update.remove(...names.map(() => 'stock.x'))]
]
for (const [what, act] of large)
  test(`many ${what} are refused in a time that grows with them`, () =>
    assertLinear(count => {
      const names = namesOf(count)
      assert.throws(() => act(names).compile(), isKeystormError)
    }, 2_000))

const amounts: [what: string, field: 'plain' | 'four' | 'big' | 'any', amount: number | bigint, isRefused: boolean][] =
  [
    ['2^52 to an int', 'plain', 2 ** 52, false],
    ['more than 2^52 to an int', 'plain', 2 ** 52 + 1, true],
    ['more than 2^52 less', 'plain', -(2 ** 52) - 1, true],
    ['2^53 to an int', 'plain', 2 ** 53, true],
    ['four digits to an int of four', 'four', 9999, false],
    ['five digits to an int of four', 'four', 10_000, true],
    ['2^60 to a bigint', 'big', 2n ** 60n, false],
    ['39 digits to a bigint', 'big', 10n ** 38n + 1n, true],
    ['2^60 to a number', 'any', 2 ** 60, false]
  ]
const Sums = model('Sums')
  .pk('id')
  .sk('#id')
  .fields({ plain: t.int().optional(), four: t.int({ digits: 4 }), big: t.bigint(), any: t.number() })
for (const [what, field, amount, isRefused] of amounts)
  test(`a sum past what can be read is refused: ${what}`, async () => {
    for (const change of [plus(amount), minus(amount)]) {
      const sum = (db.update(Sums, { id: 'i' }) as unknown as AnyUpdate).set({ [field]: change })
      if (!isRefused) assert.ok(sum.compile())
      else assert.match((await errorFrom(() => sum.compile())).message, new RegExp(`because ${field}: `))
    }
  })

test('the client of these specs would have counted', async () => {
  await update.set({ title: 'x' })
  assert.is(requests.count, 1)
})

test.run()
