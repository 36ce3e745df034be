import {
  allOf,
  anyOf,
  attr,
  attributeType,
  beginsWith,
  between,
  type ConditionInput,
  connect,
  contains,
  eq,
  exists,
  gt,
  type InputOf,
  isKeystormError,
  lt,
  missing,
  model,
  ne,
  not,
  oneOf,
  size,
  t
} from 'keystorm'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { errorFrom } from '../support/errors.ts'
import { idleClient } from '../support/idle.ts'

const { client, requests } = idleClient()
const db = connect({ table: 'table', client })

const Thing = model('Thing')
  .pk('id')
  .sk('rev')
  .fields({
    name: t.string(),
    status: t.string().optional(),
    size: t.number(),
    count: t.int(),
    big: t.bigint(),
    flag: t.boolean(),
    at: t.date(),
    tags: t.set(t.string()),
    lines: t.list(t.map({ sku: t.string(), count: t.int() })),
    address: t.map({ city: t.string(), geo: t.map({ lat: t.number() }) }),
    stock: t.record(t.number()),
    data: t.binary(),
    'a.b': t.string(),
    'a-b': t.string(),
    é: t.string(),
    '#x': t.string(),
    ':y': t.string()
  })
type Condition = ConditionInput<InputOf<typeof Thing>>
const key = { id: 'i', rev: 'r' }

const guarded = (...conditions: Condition[]) =>
  conditions.reduce((builder, condition) => builder.if(condition), db.delete(Thing, key)).compile()

/** The text of conditions with names and values in the place of their placeholders. */
const text = (...conditions: Condition[]): string => {
  const {
    ConditionExpression = '',
    ExpressionAttributeNames = {},
    ExpressionAttributeValues = {}
  } = guarded(...conditions)
  return ConditionExpression.replace(/#\d+/g, name => ExpressionAttributeNames[name] ?? name).replace(/:\d+/g, value =>
    String(Object.values(ExpressionAttributeValues[value] ?? {})[0])
  )
}

test('names and values are placeholders, and never in the text', () => {
  const condition: Condition = { name: 'x OR 1 = 1', status: ne('#0'), size: gt(5), count: oneOf(1, 2), 'a.b': ':0' }
  assert.equal(guarded(condition), {
    TableName: 'table',
    Key: { PK: { S: 'I#i#Thing' }, SK: { S: 'R#r' } },
    ConditionExpression: '(#0 = :0) AND (#1 <> :1) AND (#2 > :2) AND (#3 IN (:3, :4)) AND (#4 = :5)',
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    ExpressionAttributeNames: { '#0': 'name', '#1': 'status', '#2': 'size', '#3': 'count', '#4': 'a.b' },
    ExpressionAttributeValues: {
      ':0': { S: 'x OR 1 = 1' },
      ':1': { S: '#0' },
      ':2': { N: '5' },
      ':3': { N: '1' },
      ':4': { N: '2' },
      ':5': { S: ':0' }
    }
  })
})

test('a name that is used twice is one placeholder, shared by the whole command', () => {
  const update = db
    .update(Thing, key)
    .set({ name: 'n' })
    .if({ name: ne('n'), address: { city: eq(attr('name')) } })
    .compile()
  assert.equal(update.ExpressionAttributeNames, { '#0': 'name', '#1': 'address', '#2': 'city' })
  assert.is(update.UpdateExpression, 'SET #0 = :0')
  assert.is(update.ConditionExpression, 'attribute_exists(PK) AND ((#0 <> :1) AND (#1.#2 = #0))')
})

test('odd names are names', () => {
  const odd = { 'a.b': 'v', 'a-b': 'v', é: 'v', '#x': 'v', ':y': 'v' }
  const { ConditionExpression, ExpressionAttributeNames = {} } = guarded(odd)
  assert.equal(Object.values(ExpressionAttributeNames), Object.keys(odd))
  assert.match(ConditionExpression ?? '', /^[ -~]*$/)
  const Race = model('Race').pk('id').sk('year').fields({ constructor: t.string(), valueOf: t.string() })
  const { ExpressionAttributeNames: names } = db
    .delete(Race, { id: 'i', year: 'y' })
    .if({ constructor: 'Lotus', valueOf: exists() })
    .compile()
  assert.equal(names, { '#0': 'constructor', '#1': 'valueOf' })
})

const texts: [what: string, expected: string, ...conditions: Condition[]][] = [
  ['one test', 'name = a', { name: 'a' }],
  ['several tests', '(name = a) AND (size > 1)', { name: 'a', size: gt(1) }],
  [
    'two conditions, one of them an anyOf',
    '((name = a) OR (name = b)) AND (size > 1)',
    anyOf({ name: 'a' }, { name: 'b' }),
    { size: gt(1) }
  ],
  [
    'an anyOf of several tests',
    '((name = a) AND (size = 1)) OR (flag = true)',
    anyOf({ name: 'a', size: 1 }, { flag: true })
  ],
  ['an anyOf of one', 'name = a', anyOf({ name: 'a' })],
  [
    'not around anyOf around allOf',
    'NOT ((name = a) OR ((size < 1) AND (count = 2)))',
    not(anyOf({ name: 'a' }, allOf({ size: lt(1) }, { count: 2 })))
  ],
  ['not of not', 'NOT (NOT (name = a))', not(not({ name: 'a' }))],
  ['a range', 'size BETWEEN 1 AND 2', { size: between(1, 2) }],
  ['a range of one value', 'big BETWEEN 5 AND 5', { big: between(5n, 5n) }],
  [
    'existence',
    '(attribute_exists(name)) AND ((status = true) OR (attribute_not_exists(status)))',
    { name: exists(), status: missing() }
  ],
  ['text', '(begins_with(name, a)) AND (contains(a.b, b))', { name: beginsWith('a'), 'a.b': contains('b') }],
  ['a set', '(contains(tags, a)) AND (size(tags) = 1)', { tags: contains('a') }, { tags: size(1) }],
  [
    'sizes',
    '(size(name) BETWEEN 1 AND 2) AND (size(lines) IN (1, 2))',
    { name: size(between(1, 2)), lines: size(oneOf(1, 2)) }
  ],
  ['a type', 'attribute_type(size, N)', { size: attributeType('N') }],
  [
    'another attribute',
    '(size > count) AND (name <> address.city)',
    { size: gt(attr('count')), name: ne(attr('address.city')) }
  ],
  ['nested maps', '(address.city = a) AND (address.geo.lat < 1)', { address: { city: 'a', geo: { lat: lt(1) } } }],
  ['paths', '(address.geo.lat = 1) AND (lines[0].sku = a)', { 'address.geo.lat': 1, 'lines[0].sku': 'a' }],
  ['any name in a record', 'stock.pears > 1', { stock: { pears: gt(1) } }],
  ['a condition without tests', '', {}]
]
for (const [what, expected, ...conditions] of texts)
  test(`as text: ${what}`, () => assert.is(text(...conditions), expected))

// What a program without types, or with wrong ones, could ask.
const wrong: [what: string, condition: unknown, ...issues: string[]][] = [
  ['oneOf of nothing', { name: oneOf() }, 'name: oneOf() takes 1 to 100 values, but got 0'],
  ['oneOf of 101 values', { count: oneOf(...Array(101).keys()) }, 'count: oneOf() takes 1 to 100 values, but got 101'],
  ['an attribute there is not', { nmae: 'x' }, 'nmae: is not an attribute; there are id, rev, name, '],
  ['a path that leads nowhere', { 'address.street': 'x' }, "address.street: has nothing at 'street'"],
  ['a path into text', { 'name[0]': 'x' }, "name[0]: has nothing at '[0]'"],
  ['what is no path', { 'address..city': 'x' }, 'address..city: is neither an attribute nor a path'],
  ['a nested attribute there is not', { address: { street: 'x' } }, "address.street: has nothing at 'street'"],
  ['an operand that is no attribute', { size: gt(attr('weight')) }, 'size.weight: is not an attribute'],
  ['undefined', { name: undefined }, 'name: is tested against undefined; use missing()'],
  ['undefined as operand', { name: eq(undefined) }, 'name: must be a string, but is nothing'],
  ['nothing nested', { address: {} }, 'address: is tested against nothing; use eq({}) for an empty map'],
  ['anyOf of nothing', anyOf(), 'the item: anyOf() holds a condition without a test'],
  ['anyOf with an empty condition', anyOf({ name: 'a' }, {}), 'the item: anyOf() holds a condition without a test'],
  ['not of an empty condition', not({}), 'the item: not() holds a condition without a test'],
  ['allOf of nothing', allOf(), 'the item: allOf() holds a condition without a test'],
  ['contains on a number', { size: contains(1) }, 'size: contains() is for text, sets and lists'],
  ['contains of another type', { tags: contains(1) }, 'tags: must be a string, but is 1'],
  [
    'values of wrong types',
    { size: gt('x'), address: { geo: { lat: 'y' } } },
    'size: must be a number, but is "x"; address.geo.lat: must be a number, but is "y"'
  ],
  ['NaN', { size: lt(Number.NaN) }, 'size: must be 0 or of a magnitude between 1E-130 and 1E126, but is NaN'],
  ['an empty set', { tags: eq(new Set()) }, 'tags: must not be empty'],
  ['null', { name: null }, 'name: must be a string, but is null'],
  ['a range from high to low', { size: between(2, 1.5) }, 'size: between() takes the lower bound first'],
  ['a range of large integers from high to low', { big: between(2n ** 60n + 1n, 2n ** 60n) }, 'big: between() takes'],
  [
    'a range of text from high to low',
    { name: between('🍌', '\uffee') },
    'name: between() takes the lower bound first'
  ],
  [
    'a range of bytes from high to low',
    { data: between(new Uint8Array([200]), new Uint8Array([3])) },
    'data: between()'
  ],
  ['a range of dates from high to low', { at: between(new Date(1), new Date(0)) }, 'at: between() takes'],
  ['an order of booleans', { flag: gt(true) }, 'flag: has no order, so gt() cannot compare it with true'],
  ['an attribute compared with itself', { size: gt(attr('size')) }, 'size: is compared with itself'],
  ['a type there is not', { size: attributeType('NUMBER' as 'N') }, 'size: attributeType() takes one of S, N, '],
  ['size of what is no comparison', { name: size(exists() as unknown as number) }, 'name: size() takes a number or'],
  ['size of text', { name: size('long' as unknown as number) }, 'name: must be an integer'],
  ['an operator alone', eq(1), 'the item: a condition must be an object'],
  ['text', 'name = 1', 'the item: a condition must be an object, but is "name = 1"'],
  ['nothing at all', undefined, 'the item: a condition must be an object, but is nothing']
]
for (const [what, condition, ...issues] of wrong)
  test(`${what} is an InvalidCondition, and nothing is sent`, async () => {
    for (const write of [db.delete(Thing, key), db.update(Thing, key).set({ name: 'x' })]) {
      const error = await errorFrom(async () => await write.if(condition as Condition))
      assert.ok(isKeystormError(error), `${error}`)
      assert.is(error.code, 'InvalidCondition')
      for (const issue of issues) assert.ok(error.message.includes(`because ${issue}`), error.message)
      assert.is(requests.count, 0)
    }
  })

test('everything that is wrong with all conditions is in one error', async () => {
  const error = await errorFrom(() => guarded({ size: Number.NaN }, anyOf({ count: 0.5 }, { name: 'fine' })))
  assert.ok(isKeystormError(error) && error.code === 'InvalidCondition')
  assert.equal(
    error.data.issues.map(({ path }) => path),
    [['size'], ['count']]
  )
})

const many = (n: number): Condition => allOf(...Array.from({ length: n }, (_, i) => ({ size: ne(i) })))

test('an expression of more than 300 operators is refused', async () => {
  assert.is(guarded(many(150)).ConditionExpression?.match(/<>|AND/g)?.length, 299)
  const error = await errorFrom(() => guarded(many(151)))
  assert.is(error.message, "Thing: The condition has 301 operators, and 300 is DynamoDB's limit.")
})

test('an expression of more than 4 KB is refused, with all that keystorm adds to it', async () => {
  const condition = (last: number): Condition => {
    const counts = [...Array<number>(7).fill(90), last].map(n => ({ count: oneOf(...Array(n).keys()) }))
    return allOf(...counts)
  }
  const longest = Array.from({ length: 100 }, (_, i) => i + 1).findLast(last => fits(condition(last)))
  assert.ok(longest !== undefined && longest > 1 && longest < 100, `${longest}`)
  const error = await errorFrom(() => guarded(condition(longest + 1)))
  assert.match(error.message, /^Thing: The condition has 4\d{3} bytes as text, and 4096 is DynamoDB's limit\.$/)
  // An update puts more before the condition, which alone would fit.
  const update = db.update(Thing, key).set({ name: 'n' }).if(condition(longest))
  assert.match((await errorFrom(() => update.compile())).message, /4096 is DynamoDB's limit/)
})

const fits = (condition: Condition): boolean => {
  try {
    return guarded(condition) !== undefined
  } catch {
    return false
  }
}

test.run()
