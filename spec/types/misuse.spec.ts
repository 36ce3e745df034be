import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { compile } from '../support/compiler.ts'

// More mistakes of users, beside those of mistakes.spec.ts: awaits that are missing, options and methods that other libraries
// have, results that are not what was thought, and the subpaths. What the compiler says of each stands in its first line.

const SHORT = 300

const prelude = `
import {
  addTo, allOf, attributeType, beginsWith, between, connect, contains, createTable, gt, ifMissing, type ItemOf, type KeyOf, keyOf,
  layout, metered, minus, model, models, number, oneOf, type PkOf, size, t
} from 'keystorm'
import { deleteAll, updateAll } from 'keystorm/bulk'
import { coalesced } from 'keystorm/coalesce'
import { param, toState } from 'keystorm/jsonata'
import { leanClient } from 'keystorm/lean'
import { spans } from 'keystorm/otel'
import { changes } from 'keystorm/streams'
import { startLocalEngine } from 'keystorm/testing'
const Fruit = model('Fruit').pk('apple', 'banana').suffix('RedFruit').sk('DT#date').gsi1('farm', 'region')
  .fields({ farm: t.string().optional(), region: t.string().optional(), weight: t.number(), note: t.string().optional(),
    size: t.oneOf('S', 'M').optional(), tags: t.set(t.string()).optional(), at: t.date().optional() })
const Bare = model('Bare').pk('a').sk('b')
const Doc = model('Doc').pk('id').sk('#id').fields({ text: t.string(), version: t.version(), made: t.createdAt() })
const app = layout({ pk: 'pk', sk: 'sk', indexes: { byStatus: { pk: 'status', sk: number('total') }, byUser: { pk: 'user', projection: 'KEYS_ONLY' } } })
const Order = app.model('Order').pk('id').sk('O#no').index('byStatus').index('byUser')
  .fields({ status: t.string(), total: t.number(), user: t.string(), note: t.string().optional() })
const set = models({ Fruit, Bare, Doc })
const db = connect()
const key = { apple: 'a', banana: 'b', date: 'd' }
const item = { ...key, weight: 1 }
const whole = { apple: 'a', banana: 'b' }
const bare = { a: 'a', b: 'b' }
const query = db.query(Fruit).where(whole)
const update = db.update(Fruit, key)
`

const refused: readonly (readonly [what: string, code: string, said: string, length?: number])[] = [
  ['a query that is not awaited', `query.length`, `Property 'length' does not exist on type 'Query<`, 400],
  ['a get that is not awaited', `db.get(Fruit, key).weight`, `Property 'weight' does not exist on type 'Get<`],
  ['a loop without await', `for (const row of query) row`, `must have a '[Symbol.iterator]()' method`, 450],
  [
    'metered() that is not awaited',
    `metered(async () => 1).result`,
    `Property 'result' does not exist on type 'Promise<`
  ],
  [
    'orThrow that is not called',
    `db.get(Fruit, key).orThrow.weight`,
    `Property 'weight' does not exist on type '() => Get<`
  ],
  [
    'optional that is not called',
    `t.string().optional.default('x')`,
    `Property 'default' does not exist on type '() =>`
  ],
  ['one attribute of many items', `(await query).weight`, `Property 'weight' does not exist on type '{`],
  ['the first item, which may be missing', `(await query.first()).weight`, `Object is possibly 'undefined'`],
  ['a page of rows', `(await query.page()).rows`, `Property 'rows' does not exist on type 'Page<`],
  [
    'a page by its number',
    `query.page(1)`,
    `Argument of type 'number' is not assignable to parameter of type 'string'`
  ],
  ['a limit as text', `query.limit('3')`, `Argument of type 'string' is not assignable to parameter of type 'number'`],
  ['a page size as text', `query.pageSize('3')`, `Argument of type 'string' is not assignable to parameter of type 'n`],
  ['reverse of something', `query.reverse(true)`, 'Expected 0 arguments, but got 1'],
  [
    'a range as an array',
    `query.where({ date: ['a', 'b'] })`,
    `Type 'string[]' is not assignable to type 'string | Range`
  ],
  ['a range of one bound', `query.where({ date: between('a') })`, 'Expected 2 arguments, but got 1'],
  ['a comparison with nothing', `query.where({ date: gt() })`, 'Expected 1 arguments, but got 0'],
  ['where() of a key as text', `query.where('a')`, `Type '"a"' has no properties in common with type 'WhereInput<`],
  ['where() of nothing', `query.where()`, 'Expected 1 arguments, but got 0'],
  ['orderBy', `query.orderBy('date')`, `Property 'orderBy' does not exist on type 'Query<`, 400],
  [
    'startingAfter a cursor',
    `query.startingAfter('x')`,
    `Argument of type 'string' is not assignable to parameter of type`
  ],
  ['startingAfter half a key', `query.startingAfter({ apple: 'a' })`, 'is missing the following properties'],
  ['only() of nothing', `query.only()`, 'Expected at least 1 arguments, but got 0'],
  [
    'only() of an array',
    `query.only(['note'])`,
    `Argument of type 'string[]' is not assignable to parameter of type '"apple"`
  ],
  ['a wrong choice in filter', `query.filter({ size: 'L' })`, `Type '"L"' is not assignable to type 'Test<"M" | "S">`],
  [
    'a wrong choice in oneOf',
    `query.filter({ size: oneOf('S', 'XL') })`,
    `Type 'Operator<"oneOf", "S" | "XL">' is not assignable to type 'Test<"M" | "S">`,
    350
  ],
  [
    'contains of a number',
    `query.filter({ weight: contains(1) })`,
    `Type 'Operator<"contains", 1>' is not assignable to`
  ],
  [
    'beginsWith of a number',
    `query.filter({ weight: beginsWith('1') })`,
    `Type 'Operator<"beginsWith", "1">' is not assi`
  ],
  [
    'a size as text',
    `query.filter({ note: size('3') })`,
    `Argument of type 'string' is not assignable to parameter of type`
  ],
  [
    'a type by its long name',
    `query.filter({ note: attributeType('string') })`,
    'is not assignable to parameter of type'
  ],
  [
    'a filter by a function',
    `query.filter(row => row.weight > 1)`,
    `Parameter 'row' implicitly has an 'any' type`,
    450
  ],
  [
    'a wrong type in allOf',
    `query.filter(allOf({ weight: '1' }))`,
    `Argument of type '{ weight: string; }' is not assignable to parameter of type 'ConditionInput<`,
    500
  ],
  [
    'the name of a model',
    `db.get('Fruit', key)`,
    `Argument of type 'string' is not assignable to parameter of type 'Any`
  ],
  ['a key as an array', `db.get(Fruit, ['a', 'b'])`, `Type 'string[]' is missing the following properties from type`],
  [
    'the rendered key',
    `db.get(Fruit, { PK: 'a', SK: 'b' })`,
    `Object literal may only specify known properties, and 'PK'`
  ],
  [
    'a key that may be undefined',
    `db.get(Fruit, undefined)`,
    `Argument of type 'undefined' is not assignable to parameter`
  ],
  [
    'what get().only() left out',
    `(await db.get(Fruit, key).only('note').orThrow()).weight`,
    `Property 'weight' does not exi`
  ],
  ['where() of a get', `db.get(Fruit, key).where({ weight: 1 })`, `Property 'where' does not exist on type 'Get<`],
  ['a date as text', `db.put(Fruit, { ...item, at: '2026-01-01' })`, `Type 'string' is not assignable to type 'Date'`],
  ['an array for a set', `db.put(Fruit, { ...item, tags: ['a'] })`, `from type 'ReadonlySet<string>'`],
  [
    'undefined for what is required',
    `db.put(Fruit, { ...item, weight: undefined })`,
    `Type 'undefined' is not assignable`
  ],
  [
    'the new item of a put',
    `db.put(Fruit, item).returning('new')`,
    `Argument of type '"new"' is not assignable to paramete`
  ],
  [
    'the new item of a delete',
    `db.delete(Fruit, key).returning('new')`,
    `Argument of type '"new"' is not assignable to pa`
  ],
  ['what may not have changed', `(await update.set({ note: 'x' }).returning('changed')).note.length`, 'is possibly'],
  [
    'addTo of text',
    `update.set({ note: addTo('x') })`,
    `Type 'Change<"addTo", "x">' is not assignable to type 'ChangeOf<`
  ],
  [
    'minus of text',
    `update.set({ weight: minus('1') })`,
    `Type 'Change<"minus", number | bigint>' is not assignable`,
    420
  ],
  [
    'ifMissing of another type',
    `update.set({ weight: ifMissing('x') })`,
    `Type 'Change<"ifMissing", "x">' is not assignabl`
  ],
  ['null in set', `update.set({ weight: null })`, `Type 'null' is not assignable to type 'ChangeOf<number>'`],
  ['set() by name and value', `update.set('weight', 1)`, 'Expected 1 arguments, but got 2'],
  [
    'a wrong choice in set',
    `update.set({ size: 'L' })`,
    `Type '"L"' is not assignable to type 'ChangeOf<"M" | "S" | undef`
  ],
  [
    'remove() of an array',
    `update.remove(['note'])`,
    `Argument of type 'string[]' is not assignable to parameter of type`
  ],
  [
    'remove() of a key attribute',
    `update.remove('apple')`,
    `Argument of type '"apple"' is not assignable to parameter of`
  ],
  ['add()', `update.add({ weight: 1 })`, `Property 'add' does not exist on type 'Update<`, 400],
  ['createdAt in set', `db.update(Doc, { id: 'i' }).set({ made: new Date() })`, 'made is written by keystorm itself'],
  [
    'a version as text',
    `db.update(Doc, { id: 'i', version: '1' })`,
    `Type 'string' is not assignable to type 'number'`
  ],
  ['delete of a query', `db.delete(query)`, 'Expected 2 arguments, but got 1'],
  ['a wrong type in move', `db.move(Fruit, key, { apple: 1 })`, `Type 'number' is not assignable to type 'string'`],
  ['a move to nowhere', `db.move(Fruit, key)`, 'Expected 3 arguments, but got 2'],
  [
    'an item in a transaction',
    `db.transact(await db.put(Bare, bare))`,
    'a transaction takes get; or create, put, update, dele'
  ],
  [
    'what a transaction may not find',
    `const [one] = await db.transact(db.get(Fruit, key)); one.weight`,
    `'one' is possibly`
  ],
  ['a model and a key in batchGet', `db.batchGet(Bare, bare)`, 'a batchGet takes get'],
  ['a check in batchWrite', `db.batchWrite(db.check(Bare, bare).if({ a: 'a' }))`, 'a batch checks noth'],
  ['a scan with where', `db.scan(Fruit).where(whole)`, `Property 'where' does not exist on type 'Scan<`, 400],
  [
    'segments as text',
    `db.scan(Fruit).segments('4')`,
    `Argument of type 'string' is not assignable to parameter of type 'nu`
  ],
  ['a collection as an array', `(await db.scan(Fruit, Bare)).length`, `Property 'length' does not exist on type`],
  ['a layout without pk', `layout({ sk: 'sk' })`, `Property 'pk' is missing in type`],
  [
    'an index without pk',
    `layout({ pk: 'pk', sk: 'sk', indexes: { one: { sk: 'x' } } })`,
    `is not assignable to type 'IndexOp`
  ],
  [
    'an unknown projection',
    `layout({ pk: 'pk', indexes: { one: { pk: 'x', projection: 'SOME' } } })`,
    'is not assignable to'
  ],
  [
    'what an index does not project',
    `(await db.query(Order).where({ user: 'u' }).on('byUser'))[0]?.note`,
    `Property 'note' does`
  ],
  [
    'text in a number key',
    `db.query(Order).where({ total: gt('1') })`,
    `Type 'Operator<"gt", "1">' is not assignable to type`
  ],
  ['a text as a row', `set.read(1)`, `Argument of type 'number' is not assignable to parameter of type 'RawItem'`],
  ['a row of no model', `set.read({}).item`, `Object is possibly 'undefined'`],
  ['a misspelt model of a row', `if (set.read({})?.model === 'Friut') bare.a`, `and '"Friut"' have no overlap`],
  ["a key that is no model's", `Fruit.parse({ PK: 'x', SK: 'y' }).apple`, `Object is possibly 'undefined'`],
  ['half an index key to key by', `Fruit.gsi1Key({ farm: 'f' })`, 'is missing the following properties from type'],
  [
    'an index key of no index',
    `Fruit.indexKey('GSI2', item)`,
    `Fruit: not in GSI2, its model has no .index('GSI2', …)`
  ],
  [
    'a key text of another form',
    `const pk: PkOf<typeof Fruit> = 'A#a#RedFruit'; pk`,
    `Type '"A#a#RedFruit"' is not assignable`
  ],
  ['a key that lacks', `const half: KeyOf<typeof Fruit> = whole; half`, `Property 'date' is missing`],
  ['a model as a type', `const one: ItemOf<Fruit> = item; one`, `Did you mean 'typeof Fruit'`],
  [
    'a table by its name',
    `createTable('app')`,
    `Argument of type 'string' is not assignable to parameter of type 'Connected'`
  ],
  ['the old spelling of next', `toState(query, { Next: 'x' })`, `Did you mean to write 'next'`],
  [
    'a param of another type',
    `db.get(Fruit, { ...key, date: param<number>('$x') })`,
    `Type 'number' is not assignable to`
  ],
  [
    'a region as all options',
    `leanClient('eu-west-1')`,
    `Type '"eu-west-1"' has no properties in common with type 'LeanOpti`
  ],
  ['a pace as a number', `deleteAll(query).perSecond(10)`, `Type '10' has no properties in common with type`],
  ['an updateAll of nothing', `updateAll(query)`, 'Expected 2 arguments, but got 1'],
  [
    'a misspelt attribute in updateAll',
    `updateAll(query, one => one.set({ wieght: 1 }))`,
    'Fruit: set() is given wieght, which'
  ],
  ['an unknown option of coalesced', `coalesced(db, { ms: 5 })`, `and 'ms' does not exist in type 'CoalesceOptions'`],
  ['changes of no event', `changes(set)`, 'Expected 2-3 arguments, but got 1'],
  ['spans that are not called', `connect({ onRequest: spans })`, `is not assignable to type 'OnRequest'`],
  ['an unknown option of an engine', `startLocalEngine({ port: 1 })`, `'port' does not exist in type 'EngineOptions'`],
  ['an argument of t.string()', `t.string(3)`, 'Expected 0 arguments, but got 1'],
  ['a list of a name', `t.list('string')`, `Argument of type 'string' is not assignable to parameter of type 'Field<`],
  ['a list of nothing', `t.list()`, 'Expected 1 arguments, but got 0'],
  ['a map of no fields', `t.map({ a: 1 })`, `Type 'number' is not assignable to type 'AnyField'`],
  [
    'a set of what DynamoDB has no sets of',
    `t.set(t.boolean())`,
    `is not assignable to parameter of type 'Field<SetElement`
  ],
  ['a misspelt option of t.int()', `t.int({ digit: 3 })`, `Did you mean to write 'digits'`],
  [
    'a validator of another library',
    `t.string().min(3)`,
    `Property 'min' does not exist on type 'Field<string, string,`
  ],
  ['choices of numbers', `t.oneOf(1, 2)`, `Argument of type 'number' is not assignable to parameter of type 'string'`],
  [
    'a default of another type',
    `t.date().default('now')`,
    `Argument of type 'string' is not assignable to parameter of type`
  ],
  ['half a key to pick', `keyOf(Fruit, whole)`, `Property 'date' is missing`],
  [
    'a wrong second argument of index()',
    `model('M').pk('a').sk('b').index('GSI1', 7)`,
    `Type '7' has no properties in common`
  ]
]

const messages = compile(
  prelude,
  refused.map(([, code]) => code)
)

for (const [i, [what, , said, length = SHORT]] of refused.entries())
  test(`${what}: said in ${length} characters`, () => {
    const text = messages[i]?.join('\n') ?? ''
    assert.ok(text.split('\n')[0]?.includes(said), `the compiler says: ${text || 'nothing'}`)
    assert.ok(text.length <= length, `the compiler takes ${text.length} characters: ${text}`)
  })

test.run()
