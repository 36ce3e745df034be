import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { compile } from '../support/compiler.ts'

// What a user's editor shows for each mistake. The snippets are compiled as one program, each in a function of its own.

const prelude = `
import { beginsWith, between, connect, contains, gt, lt, metered, model, models, t } from 'keystorm'
const Fruit = model('Fruit').pk('apple', 'banana').suffix('RedFruit').sk('coconut', 'DT#date').gsi1('farm')
  .fields({ weight: t.number(), size: t.oneOf('S', 'M').optional() })
const Bare = model('Bare').pk('a').sk('b')
const db = connect()
const key = { apple: 'a', banana: 'b', coconut: 'c', date: 'd' }
const item = { ...key, farm: 'f', weight: 1 }
`

const mistakes: [what: string, code: string, ...message: string[]][] = [
  ['a missing attribute in put', `db.put(Fruit, { ...key, weight: 1 })`, "Property 'farm' is missing"],
  ['a missing attribute in create', `db.create(Fruit, { ...key, farm: 'f' })`, "Property 'weight' is missing"],
  ['an unknown attribute in put', `db.put(Fruit, { ...item, wieght: 1 })`, "'wieght' does not exist in type"],
  [
    'a wrong type in put',
    `db.put(Fruit, { ...item, weight: 'heavy' })`,
    "Type 'string' is not assignable to type 'number'"
  ],
  [
    'a wrong choice in put',
    `db.put(Fruit, { ...item, size: 'XL' })`,
    `Type '"XL"' is not assignable to type '"`,
    '"S"',
    '"M"'
  ],
  [
    'a missing attribute in get',
    `db.get(Fruit, { apple: 'a', banana: 'b', coconut: 'c' })`,
    "Property 'date' is missing"
  ],
  ['an unknown attribute in get', `db.get(Fruit, { ...key, farm: 'f' })`, "'farm' does not exist in type"],
  ['a missing attribute in delete', `db.delete(Bare, { a: 'a' })`, "Property 'b' is missing"],
  ['a missing attribute in key', `Fruit.key({ apple: 'a', coconut: 'c', date: 'd' })`, "Property 'banana' is missing"],
  ['an item that may be missing', `(await db.get(Fruit, key)).weight`, 'Object is possibly'],
  [
    'a wrong literal key',
    `const pk: 'A#a#B#x#RedFruit' = Fruit.key({ ...key, apple: 'a', banana: 'b' } as const).PK`,
    `Type '"A#a#B#b#RedFruit"' is not assignable`
  ],
  [
    'a filter on what not all models have',
    `db.scan(Fruit, Bare).filter({ weight: 1 })`,
    'filter() is given weight, which not all of the models have'
  ],
  ['awaiting a query without where', `await db.query(Fruit)`, 'Fruit: where() lacks apple, a part of PK'],
  [
    'awaiting a query without all of PK',
    `await db.query(Fruit).where({ apple: 'a' })`,
    'Fruit: where() lacks banana, a part of PK'
  ],
  [
    'streaming a query without all of PK',
    `for await (const x of db.query(Fruit).where({ apple: 'a' })) x`,
    'Fruit: where() lacks banana, a part of PK'
  ],
  [
    'the first of a query without all of PK',
    `await db.query(Fruit).where({ apple: 'a' }).first()`,
    'Fruit: where() lacks banana, a part of PK'
  ],
  [
    'compiling a query without all of PK',
    `db.query(Fruit).where({ apple: 'a' }).compile()`,
    'Fruit: where() lacks banana, a part of PK'
  ],
  [
    'items of an incomplete query among promises',
    `const [fruits] = await Promise.all([db.query(Fruit).where({ apple: 'a' })]); fruits.map(fruit => fruit.weight)`,
    `Property 'map' does not exist on type 'Unready<"Fruit: where() lacks banana, a part of PK">'`
  ],
  [
    'a settled incomplete query',
    `const [fruits] = await Promise.allSettled([db.query(Fruit)]); if (fruits.status === 'fulfilled') fruits.value.length`,
    `Property 'length' does not exist on type 'Unready<"Fruit: where() lacks apple, a part of PK">'`
  ],
  [
    'an incomplete query in a race',
    `(await Promise.race([db.query(Fruit).where({ apple: 'a' })])).length`,
    `Property 'length' does not exist on type 'Unready<"Fruit: where() lacks banana, a part of PK">'`
  ],
  [
    'an incomplete query as a promise',
    `(await Promise.resolve(db.query(Fruit).where({ apple: 'a' }))).length`,
    `Property 'length' does not exist on type 'Unready<"Fruit: where() lacks banana, a part of PK">'`
  ],
  [
    'an incomplete query that is metered',
    `await metered(() => db.query(Fruit).where({ apple: 'a' }))`,
    `The 'this' context of type 'NotReady<"Fruit: where() lacks banana, a part of PK">' is not assignable`
  ],
  [
    'an incomplete query for those who await',
    `((promise: PromiseLike<unknown>) => promise)(db.query(Fruit).where({ apple: 'a' }))`,
    'NotReady<"Fruit: where() lacks banana, a part of PK">'
  ],
  [
    'a gap in the sort key',
    `await db.query(Fruit).where({ apple: 'a', banana: 'b', date: 'd' })`,
    'Fruit: where() gives date but not coconut, which stands before it in SK'
  ],
  [
    'an unknown attribute in where',
    `db.query(Fruit).where({ apple: 'a', colour: 'red' })`,
    'Fruit: where() gives colour, which stands in no key'
  ],
  [
    'an attribute that is in no key',
    `db.query(Fruit).where({ apple: 'a', weight: 1 })`,
    'Fruit: where() gives weight, which stands in no key'
  ],
  [
    'a wrong type in where',
    `db.query(Fruit).where({ apple: 1 })`,
    "Type 'number' is not assignable to type 'string | RangeOf<string>'"
  ],
  [
    'a value that may be undefined in the partition key',
    `await db.query(Fruit).where({ banana: 'b', ...({} as { apple?: string }) })`,
    'Fruit: where() lacks apple, a part of PK'
  ],
  [
    'a value behind a range',
    `await db.query(Fruit).where({ apple: 'a', banana: 'b', coconut: gt('c'), date: 'd' })`,
    'Fruit: where() gives date behind a range of coconut, which must be the last in SK'
  ],
  [
    'a range behind a range',
    `await db.query(Fruit).where({ apple: 'a', banana: 'b', coconut: gt('c') }).where({ date: lt('d') })`,
    'Fruit: where() gives date behind a range of coconut, which must be the last in SK'
  ],
  [
    'a range behind a gap',
    `await db.query(Fruit).where({ apple: 'a', banana: 'b', date: gt('d') })`,
    'Fruit: where() gives date but not coconut, which stands before it in SK'
  ],
  [
    'a range in the partition key',
    `await db.query(Fruit).where({ apple: gt('a'), banana: 'b' })`,
    'Fruit: where() gives a range of apple, a part of PK, which needs one value'
  ],
  [
    'a range in the partition key of the index',
    `await db.query(Fruit).where({ farm: gt('f') }).onGsi1()`,
    'Fruit: where() gives a range of farm, a part of GSI1PK, which needs one value'
  ],
  [
    'an operator that is no range',
    `db.query(Fruit).where({ apple: 'a', banana: 'b', coconut: contains('c') })`,
    'Operator<"contains", "c">'
  ],
  [
    'a range of another type',
    `db.query(Fruit).where({ apple: 'a', banana: 'b', coconut: gt(1) })`,
    `Type 'Operator<"gt", 1>' is not assignable to type 'string | RangeOf<string>'`
  ],
  [
    'an unknown attribute beside a range',
    `db.query(Fruit).where({ apple: 'a', banana: 'b', coconut: gt('c'), colour: 'red' })`,
    `is not assignable to type '["Fruit: where() gives colour, which stands in no key"]'`
  ],
  [
    'an index attribute on the table',
    `await db.query(Fruit).where({ apple: 'a', banana: 'b', farm: 'f' })`,
    'Fruit: where() gives farm, which is not a part of PK or SK'
  ],
  [
    'the index without its attribute',
    `await db.query(Fruit).where({ coconut: 'c' }).onGsi1()`,
    'Fruit: where() lacks farm, a part of GSI1PK'
  ],
  ['onGsi1 without gsi1 parts', `db.query(Bare).onGsi1()`, 'Bare: not in GSI1, its model has no .gsi1(…)'],
  ['gsi1Key without gsi1 parts', `Bare.gsi1Key({ b: 'b' })`, 'Bare: not in GSI1, its model has no .gsi1(…)'],
  [
    'consistent reads on the index',
    `db.query(Fruit).onGsi1().consistent()`,
    'GSI1 has no consistent reads: drop .consistent()'
  ],
  [
    'the index with consistent reads',
    `db.query(Fruit).consistent().onGsi1()`,
    'GSI1 has no consistent reads: drop .consistent()'
  ],
  ['a model without sk', `db.get(model('Half').pk('a'), {})`, 'NotYetAModel<".sk(…)">'],
  ['a model without pk', `db.query(model('Half').sk('a'))`, 'NotYetAModel<".pk(…)">'],
  [
    'colliding models',
    `models({ Bare, Twin: model('Twin').pk('A#x').suffix('Bare').sk('B#y') })`,
    'Bare and Twin could claim the same item: their keys have the same template'
  ],
  [
    'a model that collides with one without suffix',
    `models({ X: model('X').pk('A#x', '#y').sk('C#z'), Open: model('Open').pk('a', 'b').suffix('').sk('c') })`,
    'X and Open could claim the same item',
    'Open and X could claim the same item'
  ],
  [
    'a model that collides with one of two suffixes',
    `models({ X: model('X').pk('a').suffix('X' as 'X' | 'Y').sk('b'), Y: model('Y').pk('a').sk('b') })`,
    'Y and X could claim the same item'
  ],
  [
    'a model that collides with one of some suffix',
    `models({ X: model('X').pk('a').suffix(String(1)).sk('b'), Y: model('Y').pk('a').sk('b') })`,
    'X and Y could claim the same item',
    'Y and X could claim the same item'
  ],
  [
    'a model under another name',
    `models({ Other: Bare })`,
    'the model Bare must stand under its own name, not under Other'
  ],
  [
    'a number in a key',
    `model('M').pk('a').sk('b').fields({ a: t.number() })`,
    'a stands in a key, but values of its type cannot'
  ],
  [
    'a list in a key',
    `model('M').pk('a').sk('b').fields({ b: t.list(t.string()) })`,
    'b stands in a key, but values of its type cannot'
  ],
  [
    'an optional key',
    `model('M').pk('a').sk('b').fields({ b: t.string().optional() })`,
    'b stands in PK or SK, so it cannot be optional'
  ]
]

const fine = [
  `await db.query(Fruit).where({ apple: 'a', banana: 'b', coconut: between('c', 'd') }).limit(3)`,
  `await db.query(Fruit).where({ farm: 'f', coconut: 'c', date: beginsWith('2026') }).onGsi1()`,
  `await db.query(Fruit).where({ apple: 'a', coconut: gt('c') }).where({ banana: 'b' })`,
  `await db.query(Fruit).where({ apple: 'a', banana: 'b', ...({} as { coconut?: string }) })`,
  `await db.query(Fruit).where({ apple: 'a', banana: 'b', coconut: Math.random() < 0.5 ? gt('c') : 'c' })`,
  `await db.query(Fruit).where({ apple: 'a', banana: 'b', coconut: 'c' }).reverse().limit(3).consistent()`,
  `await db.query(Fruit).where({ farm: 'f' }).where({ coconut: 'c', date: 'd' }).onGsi1()`,
  `await db.query(model('All').pk().sk('id'))`,
  `db.put(Fruit, { ...item, size: undefined })`,
  `db.get(Fruit, item)`,
  `models({ Fruit, Bare })`,
  `const [fruits, bare] = await Promise.all([db.query(Fruit).where(key), db.get(Bare, { a: 'a', b: 'b' })]); fruits.map(fruit => fruit.weight); bare?.a`,
  `const { result } = await metered(() => db.query(Fruit).where(key)); result.map(fruit => fruit.weight)`,
  `const read: PromiseLike<readonly { weight: number }[]> = db.query(Fruit).where(key); await read`,
  `db.query(Fruit).where(key).then(fruits => fruits.map(fruit => fruit.weight), () => []).then(weights => weights.length)`,
  `for await (const fruit of db.query(Fruit).where(key)) fruit.weight.toFixed()`
]

const messages = compile(prelude, [...mistakes.map(([, code]) => code), ...fine])

for (const [i, [what, , ...expected]] of mistakes.entries())
  test(`${what} is a compile error that names it`, () => {
    const text = messages[i]?.join('\n') ?? ''
    for (const part of expected) assert.ok(text.includes(part), `the compiler says: ${text || 'nothing'}`)
  })

for (const [i, code] of fine.entries()) test(`compiles: ${code}`, () => assert.equal(messages[mistakes.length + i], []))

test('without strictNullChecks, a model that declares fields is refused by a sentence that says so', () => {
  const [fields, none] = compile(
    `import { model, t } from 'keystorm'\n`,
    [`model('M').pk('a').sk('b').fields({ n: t.int() })`, `model('M').pk('a').sk('b')`],
    {
      strict: false,
      exactOptionalPropertyTypes: false
    }
  )
  assert.match(fields?.join() ?? '', /keystorm needs strict: true in tsconfig.json/)
  assert.equal(none, [])
})

test.run()
