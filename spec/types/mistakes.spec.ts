import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { compile } from '../support/compiler.ts'

// The mistakes that users make: what the compiler says of each, and in how many characters. Where more than SHORT are needed,
// it is because TypeScript prints the types of whole models or items. What it cannot say has its reason here, and is caught
// at run time.

const SHORT = 300

const prelude = `
import {
  type AnyModel, anyOf, append, attr, BatchIncomplete, between, ConditionFailed, connect, contains, copyOf, gt, type ItemOf,
  KeystormError, layout, metered, missing, model, models, not, plus, prepend, t
} from 'keystorm'
const Fruit = model('Fruit').pk('apple', 'banana').suffix('RedFruit').sk('DT#date').gsi1('farm', 'region')
  .fields({ farm: t.string().optional(), region: t.string().optional(), weight: t.number(), note: t.string().optional(),
    lines: t.list(t.map({ sku: t.string(), count: t.int() })).optional() })
const Bare = model('Bare').pk('a').sk('b')
const Doc = model('Doc').pk('id').sk('#id').fields({ text: t.string(), version: t.version(), size: t.oneOf('S', 'M').optional() })
const db = connect()
const key = { apple: 'a', banana: 'b', date: 'd' }
const item = { ...key, weight: 1 }
const whole = { apple: 'a', banana: 'b' }
const update = db.update(Fruit, key)
const query = db.query(Fruit).where(whole)
const bare = { a: 'a', b: 'b' }
declare const doc: ItemOf<typeof Doc>
const other = layout({ pk: 'pk', sk: 'sk' })
const Guest = other.model('Guest').pk('a').suffix('Bare').sk('G#b')
`

const refused: readonly (readonly [what: string, code: string, said: string, length?: number])[] = [
  [
    'an incomplete query',
    `await db.query(Fruit).where({ apple: 'a' })`,
    'Fruit: where() lacks banana, a part of PK',
    600
  ],
  ['a query of nothing', `await db.query(Fruit)`, 'Fruit: where() lacks apple, a part of PK', 600],
  [
    'an incomplete query in a loop',
    `for await (const fruit of db.query(Fruit).where({ apple: 'a' })) fruit`,
    'Fruit: where() lacks banana, a part of PK'
  ],
  [
    'the first of an incomplete query',
    `db.query(Fruit).where({ apple: 'a' }).first()`,
    'Fruit: where() lacks banana, a part of PK',
    500
  ],
  ['the page of an incomplete query', `db.query(Fruit).page()`, 'Fruit: where() lacks apple, a part of PK', 450],
  ['the count of an incomplete query', `db.query(Fruit).count()`, 'Fruit: where() lacks apple, a part of PK', 450],
  ['an incomplete query explained', `db.query(Fruit).explain()`, 'Fruit: where() lacks apple, a part of PK', 450],
  ['an incomplete query compiled', `db.query(Fruit).compile()`, 'Fruit: where() lacks apple, a part of PK', 450],
  [
    'an incomplete query in Promise.all',
    `const [all] = await Promise.all([db.query(Fruit)]); all.length`,
    'Fruit: where() lacks apple, a part of PK'
  ],
  [
    'an incomplete query in Promise.race',
    `(await Promise.race([db.query(Fruit)])).length`,
    'Fruit: where() lacks apple, a part of PK'
  ],
  [
    'an incomplete query in Promise.allSettled',
    `const [all] = await Promise.allSettled([db.query(Fruit)]); if (all.status === 'fulfilled') all.value.length`,
    'Fruit: where() lacks apple, a part of PK'
  ],
  [
    'an incomplete query in Promise.any',
    `(await Promise.any([db.query(Fruit)])).length`,
    'Fruit: where() lacks apple, a part of PK'
  ],
  [
    'an incomplete query in Promise.resolve',
    `(await Promise.resolve(db.query(Fruit))).length`,
    'Fruit: where() lacks apple, a part of PK'
  ],
  [
    'an incomplete query given back by an asynchronous function',
    `const all = async () => db.query(Fruit); (await all()).length`,
    'Fruit: where() lacks apple, a part of PK',
    600
  ],
  [
    'an incomplete query, metered',
    `await metered(() => db.query(Fruit))`,
    'Fruit: where() lacks apple, a part of PK',
    2150
  ],
  [
    'an incomplete query as a stream',
    `((rows: AsyncIterable<unknown>) => rows)(db.query(Fruit))`,
    'Fruit: where() lacks apple, a part of PK',
    900
  ],
  [
    'an incomplete query as a promise',
    `((rows: PromiseLike<unknown>) => rows)(db.query(Fruit))`,
    'Fruit: where() lacks apple, a part of PK',
    1500
  ],
  [
    'an incomplete collection',
    `await db.query(Bare, model('Twin').pk('a').suffix('Bare').sk('T#c'))`,
    'Bare: where() lacks a, a part of PK',
    500
  ],
  [
    'models that share no partition',
    `await db.query(Bare, Fruit).where({ a: 'a' })`,
    'Bare and Fruit do not share a partition: their PK differ',
    550
  ],
  [
    'a range in PK',
    `await db.query(Fruit).where({ apple: gt('a'), banana: 'b' })`,
    'Fruit: where() gives a range of apple, a part of PK, which needs one value',
    600
  ],
  [
    'a wrong type in where',
    `await db.query(Fruit).where({ apple: 1, banana: 'b' })`,
    `Type 'number' is not assignable to type 'string | RangeOf<string>'`
  ],
  [
    'an attribute of no key in where',
    `await db.query(Fruit).where({ ...whole, weight: 1 })`,
    'Fruit: where() gives weight, which is not a part of PK or SK',
    800
  ],
  [
    'a misspelt attribute in where',
    `await db.query(Fruit).where({ ...whole, dat: 'd' })`,
    'Fruit: where() gives dat, which is not a part of PK or SK',
    800
  ],
  [
    'a variable with a misspelt attribute in where',
    `const where = { ...whole, dat: 'd' }; await db.query(Fruit).where(where)`,
    'Fruit: where() gives dat, which is not a part of PK or SK',
    1250
  ],
  [
    'an operator that is no range in where',
    `await db.query(Fruit).where({ ...whole, date: contains('d') })`,
    `Type '"contains"' is not assignable to type '"between" | "gt" | "gte" | "lt" | "lte"'`,
    500
  ],
  [
    'an index without its attribute',
    `await db.query(Fruit).where({ farm: 'f' }).onGsi1()`,
    'Fruit: where() lacks region, a part of GSI1PK',
    600
  ],
  ['an index that the model is not in', `db.query(Bare).onGsi1()`, 'Bare: not in GSI1, its model has no .gsi1(…)', 350],
  [
    'a consistent read of the index',
    `db.query(Fruit).onGsi1().consistent()`,
    'GSI1 has no consistent reads: drop .consistent()',
    500
  ],
  [
    'an unknown index',
    `db.query(Fruit).on('GSI2')`,
    `Argument of type '"GSI2"' is not assignable to parameter of type '"GSI1"'`
  ],
  [
    'half an index key',
    `await update.set({ farm: 'f' })`,
    'Fruit: set() gives farm but not region, and GSI1PK is made of all',
    600
  ],
  [
    'half an index key, compiled',
    `update.set({ farm: 'f' }).compile()`,
    'Fruit: set() gives farm but not region, and GSI1PK is made of all',
    500
  ],
  [
    'half an index key in Promise.all',
    `const [one] = await Promise.all([update.set({ farm: 'f' }).returning('new')]); one.weight`,
    'Fruit: set() gives farm but not region, and GSI1PK is made of all'
  ],
  [
    'half an index key in a transaction',
    `db.transact(update.set({ farm: 'f' }))`,
    'Fruit: set() gives farm but not region, and GSI1PK is made of all',
    500
  ],
  [
    'a key attribute in set',
    `update.set({ apple: 'b' })`,
    'apple stands in the primary key, which only move() changes'
  ],
  ['a misspelt attribute in set', `update.set({ wieght: 1 })`, 'Fruit: set() is given wieght, which is no attribute'],
  [
    'a variable with a misspelt attribute in set',
    `const changes = { weight: 1, noet: 'x' }; update.set(changes)`,
    'Fruit: set() is given noet, which is no attribute',
    750
  ],
  ['a wrong type in set', `update.set({ weight: 'x' })`, `Type 'string' is not assignable to type 'ChangeOf<number>'`],
  [
    'a wrong element for append',
    `update.set({ lines: append({ sku: 'a', count: 'x' }) })`,
    `Type 'string' is not assignable to type 'number'`,
    800
  ],
  [
    'an element for append that lacks',
    `update.set({ lines: prepend({ sku: 'a' }) })`,
    `Property 'count' is missing`,
    650
  ],
  ['plus on text', `update.set({ note: plus(1) })`, `Type '1' is not assignable to type 'never'`],
  ['a condition as a change', `update.set({ weight: gt(1) })`, `Type '"gt"' is not assignable to type '"eq"'`, 450],
  [
    'a change as a condition',
    `update.if({ weight: plus(1) })`,
    `Type 'Change<"plus", 1>' is not assignable to type 'Test<number> | undefined'`,
    600
  ],
  ['a version in set', `db.update(Doc, doc).set({ version: 2 })`, 'version is written by keystorm itself'],
  [
    'a required attribute in remove',
    `update.remove('weight')`,
    `Argument of type '"weight"' is not assignable to parameter of type '"f`
  ],
  [
    'a misspelt attribute in remove',
    `update.remove('noet')`,
    `Argument of type '"noet"' is not assignable to parameter of type '"far`
  ],
  [
    'a result that was not asked for',
    `(await update.set({ weight: 1 })).weight`,
    `Property 'weight' does not exist on type 'void'`
  ],
  [
    'a misspelt attribute in if',
    `update.if({ wieght: 1 })`,
    `Object literal may only specify known properties, and 'wieght' does not exist`,
    350
  ],
  [
    'a wrong type in if',
    `update.if({ weight: 'x' })`,
    `Type 'string' is not assignable to type 'Test<number> | undefined'`
  ],
  ['an operand of another type', `update.if({ weight: gt('x') })`, `Type 'string' is not assignable to type 'number'`],
  [
    'a misspelt attribute in anyOf',
    `update.if(anyOf({ wieght: 1 }))`,
    `Object literal may only specify known properties, and 'wieght' does not exist`,
    350
  ],
  [
    'a wrong type in not',
    `update.if(not({ weight: 'x' }))`,
    `Type 'string' is not assignable to type 'Test<number> | undefined'`,
    450
  ],
  [
    'a misspelt attribute in filter',
    `query.filter({ wieght: 1 })`,
    `Object literal may only specify known properties, and 'wieght' does not exist`,
    350
  ],
  [
    'a misspelt attribute in only',
    `query.only('wieght')`,
    `Argument of type '"wieght"' is not assignable to parameter of type '"a`
  ],
  ['what only left out', `(await query.only('note'))[0]?.weight`, `Property 'weight' does not exist on type 'Pick<{ `],
  ['a key part missing in get', `db.get(Fruit, whole)`, `Property 'date' is missing`],
  ['a wrong type in a key', `db.get(Fruit, { ...key, date: 1 })`, `Type 'number' is not assignable to type 'string'`],
  ['no key at all', `db.get(Fruit)`, 'Expected 2 arguments, but got 1'],
  ['an item that may be missing', `(await db.get(Fruit, key)).weight`, `Object is possibly 'undefined'`],
  ['an attribute missing in put', `db.put(Fruit, key)`, `Property 'weight' is missing`, 350],
  [
    'a misspelt attribute in put',
    `db.put(Fruit, { ...item, wight: 1 })`,
    `Object literal may only specify known properties, but 'wight' does not exist`,
    350
  ],
  [
    'a wrong type in put',
    `db.put(Fruit, { ...item, weight: 'x' })`,
    `Type 'string' is not assignable to type 'number'`
  ],
  [
    'a wrong choice in put',
    `db.put(Doc, { ...doc, size: 'L' })`,
    `Type '"L"' is not assignable to type '"M" | "S" | undefined'`
  ],
  [
    'null in put',
    `db.put(Fruit, { ...item, note: null })`,
    `Type 'null' is not assignable to type 'string | undefined'`
  ],
  [
    'create of an item that was read',
    `db.create(Doc, doc)`,
    'is given, but a new item has none yet: leave it out, or take put() to replace the item',
    500
  ],
  [
    'load of items of a wrong type',
    `db.load(Fruit, [{ ...key, weight: 'x' }])`,
    `Type 'string' is not assignable to type 'number'`
  ],
  ['load of items that lack', `db.load(Fruit, [key])`, `Property 'weight' is missing`, 350],
  [
    'load of what is no list',
    `db.load(Fruit, item)`,
    `Argument of type '{ apple: string; banana: string; date: string; weigh`,
    350
  ],
  ['a get in batchWrite', `db.batchWrite(db.get(Bare, bare))`, 'a batchWrite takes put and delete'],
  ['a put in batchGet', `db.batchGet(db.put(Bare, bare))`, 'a batchGet takes get'],
  ['a query in batchGet', `db.batchGet(query)`, 'a batchGet takes get', 450],
  [
    'an update in batchWrite',
    `db.batchWrite(update.set({ weight: 1 }))`,
    'a batch checks nothing: use transact(), or the verb by itself',
    500
  ],
  [
    'a create in batchWrite',
    `db.batchWrite(db.create(Bare, bare))`,
    'a batch checks nothing: use transact(), or the verb by itself',
    400
  ],
  ['a get among writes', `db.transact(db.get(Bare, bare), db.put(Bare, bare))`, 'a transaction either reads or writes'],
  [
    'a query in a transaction',
    `db.transact(query)`,
    'a transaction takes get; or create, put, update, delete, move and check',
    500
  ],
  [
    'returning() in a transaction',
    `db.transact(db.put(Bare, bare).returning('old'))`,
    'returning() is for a write by itself',
    350
  ],
  ['a check of nothing', `await db.check(Bare, bare)`, 'check() has nothing to check: call .if(…)', 450],
  [
    'a move to what is no key',
    `db.move(Fruit, key, { weight: 1 })`,
    `Object literal may only specify known properties, and 'weight' does no`
  ],
  [
    'colliding models',
    `models({ Bare, Twin: model('Twin').pk('A#x').suffix('Bare').sk('B#y') })`,
    'Bare and Twin could claim the same item: their keys have the same template',
    550
  ],
  [
    'a model under another name',
    `models({ Other: Bare })`,
    'the model Bare must stand under its own name, not under Other'
  ],
  ['no model in a set', `models({ Bare, Other: 1 })`, `Type 'number' is not assignable to type 'AnyModel'`],
  [
    'a filter of what not all models have',
    `db.scan(Fruit, Bare).filter({ weight: 1 })`,
    'filter() is given weight, which not all of the models have: query one model, or filter what was read'
  ],
  ['a model without sk', `db.get(model('Half').pk('a'), { a: 'a' })`, 'NotYetAModel<".sk(…)">', 550],
  ['a model without pk', `db.query(model('Half').sk('a'))`, 'NotYetAModel<".pk(…)">', 550],
  [
    'a number in a key',
    `model('M').pk('a').sk('b').fields({ a: t.number() })`,
    'a stands in a key, but values of its type cannot'
  ],
  [
    'an optional key',
    `model('M').pk('a').sk('b').fields({ b: t.string().optional() })`,
    'b stands in PK or SK, so it cannot be optional',
    350
  ],
  [
    'a field that is none',
    `model('M').pk('a').sk('b').fields({ c: 1 })`,
    `Type 'number' is not assignable to type 'AnyField | StandardSchema<unknown, unknown>'`
  ],
  [
    'a wrong default',
    `t.int().default('1')`,
    `Argument of type 'string' is not assignable to parameter of type 'number | (() => number)'`
  ],
  ['a wrong part in key()', `Bare.key({ a: 'a', b: 1 })`, `Type 'number' is not assignable to type 'string'`],
  ['a part missing in key()', `Bare.key({ a: 'a' })`, `Property 'b' is missing`],
  [
    'any number as an item of any model',
    `(<M extends AnyModel>(model: M) => db.put(model, 42))(Bare)`,
    `Argument of type 'number' is not assignable to parameter of type 'InputOf<M>'`
  ],
  [
    'an object as an item of any model',
    `(<M extends AnyModel>(model: M) => db.put(model, { a: 'a' }))(Bare)`,
    `Type '{ a: string; }' is not assignable to type 'never'`,
    350
  ],
  [
    'an object given as an item of any model',
    `(<M extends AnyModel>(model: M): ItemOf<M> => (model.name === '' ? { a: 'a' } : { b: 'b' }))(Bare)`,
    `Type '{ b: string; }' is not assignable to type 'never'`,
    600
  ],
  [
    'text as a key of any model',
    `(<M extends AnyModel>(model: M) => db.get(model, 'a'))(Bare)`,
    `Argument of type 'string' is not assignable to parameter of type 'KeyOf<M>'`
  ],
  ['no builder in a transaction', `db.transact()`, 'transact() takes at least one builder'],
  [
    'the item of an error, which is any',
    `try { await update } catch (error) { if (error instanceof ConditionFailed) error.item?.weight.of.what }`,
    `'error.item.weight' is of type 'unknown'`
  ],
  [
    'the item of an error of another model',
    `try { await update } catch (error) { if (ConditionFailed.of(Fruit, error)) error.item?.wieght }`,
    `Property 'wieght' does not exist on type`
  ],
  [
    'what a batch has left, as if it were any',
    `try { await update } catch (error) { if (error instanceof BatchIncomplete) error.left[0]?.weight }`,
    `Property 'weight' does not exist on type 'LeftOver'`
  ],
  [
    'the data of an error of whatever code',
    `try { await update } catch (error) { if (error instanceof KeystormError) error.data.item.weight }`,
    `Property 'item' does not exist on type 'BulkUndone | Undone<unknown, unknown> |`,
    350
  ],
  [
    'the data of an error of one code',
    `try { await update } catch (error) { if (error instanceof KeystormError && error.code === 'ConditionFailed') error.data.item.weight }`,
    `'error.data.item' is of type 'unknown'`
  ],
  [
    'an item of an error of one of two classes',
    `try { await update } catch (error) { for (const C of [ConditionFailed, BatchIncomplete]) if (error instanceof C) error.item }`,
    `Property 'item' does not exist on type 'BatchIncomplete<LeftOver, unknown> |`
  ],
  ['GSI1 in a layout without it', `other.model('M').pk('a').sk('b').gsi1('c')`, 'its layout has no index GSI1'],
  ['a misspelt option of a layout', `layout({ pk: 'pk', sort: 'sk' })`, `the layout has no option 'sort'`],
  [
    'a misspelt option of an index',
    `layout({ pk: 'pk', sk: 'sk', indexes: { byUser: { pk: 'user', projekt: 'ALL' } } })`,
    `index 'byUser' has no option 'projekt'`
  ],
  [
    'models of two layouts in a set',
    `models({ Bare, Guest })`,
    'Bare: it is of another layout than Guest: models that go together have one table, and so one layout',
    650
  ],
  [
    'models of two layouts in a query',
    `await db.query(Bare, Guest).where({ a: 'a' })`,
    'Bare: it is of another layout than Guest: models that go together have one table, and so one layout',
    550
  ],
  [
    'models of two layouts in a scan',
    `db.scan(Bare, Guest)`,
    'Bare: it is of another layout than Guest: models that go together have one table, and so one layout',
    1150
  ],
  [
    'an index that one of the models is not in',
    `db.query(Fruit, model('Leaf').pk('apple', 'banana').suffix('RedFruit').sk('L#leaf')).onGsi1()`,
    'Leaf: not in GSI1, its model has no .gsi1(…)',
    500
  ],
  ['a sort key of nothing', `model('M').pk('a').sk()`, 'sk() takes at least one part']
]

const passed: readonly (readonly [what: string, code: string, reason: string])[] = [
  ['a misspelt path', `update.set({ 'lines[0].cuont': 1 })`, 'paths of any depth cost as much as all else'],
  [
    'a misspelt attribute in attr',
    `update.if({ weight: gt(attr('wieght')) })`,
    'operators know no model, and are worked out once for each type'
  ],
  [
    'a variable with a misspelt attribute beside others in if',
    `const test = { weight: 1, noet: 'x' }; update.if(test)`,
    'conditions are worked out once for each model, not for each call'
  ],
  [
    'a variable with a misspelt attribute beside others in put',
    `const fruit = { ...item, noet: 'x' }; db.put(Fruit, fruit)`,
    'so it is with any object in TypeScript'
  ],
  [
    'a condition in a batch',
    `db.batchWrite(db.put(Bare, bare).if({ a: missing() }))`,
    'a builder that is made in steps stays of one type'
  ],
  [
    'an item with its version in a batch',
    `db.batchWrite(db.put(Doc, doc))`,
    'builders do not keep the types of what they were given'
  ],
  [
    'a key attribute beside a field of nearly its name',
    `model('M').pk('tenent').sk('id').fields({ tenant: t.string() })`,
    'any name may be meant'
  ],
  [
    'fields before the keys',
    `model('M').fields({ a: t.number() }).pk('a').sk('b')`,
    'the steps may be in any order, and the last one is not known'
  ],
  [
    'an upsert without what an item requires',
    `update.set({ weight: 1 }).upsert()`,
    'an update remembers only what indexes are made of'
  ]
]

const messages = compile(
  prelude,
  [...refused, ...passed].map(([, code]) => code)
)

for (const [i, [what, , said, length = SHORT]] of refused.entries())
  test(`${what}: said in ${length} characters`, () => {
    const text = messages[i]?.join('\n') ?? ''
    assert.ok(text.includes(said), `the compiler says: ${text || 'nothing'}`)
    assert.ok(text.length <= length, `the compiler takes ${text.length} characters: ${text}`)
    if (length === SHORT && !said.startsWith('Type '))
      assert.ok(text.split('\n')[0]?.includes(said), `not at once: ${text}`)
  })

for (const [i, [what, , reason]] of passed.entries())
  test(`${what}: not said, because ${reason}`, () => assert.equal(messages[refused.length + i], []))

test('at most ten kinds are left to the run time', () => assert.ok(passed.length <= 10))

test.run()
