import { BUILDER, type Mistake, STEPS } from './mistake.ts'

/** What reads are asked for, and what they give. */
export const reads: readonly Mistake[] = [
  [
    'a wrong type in where',
    `await db.query(Fruit).where({ apple: 1, banana: 'b' })`,
    `Type 'number' is not assignable to type 'string | RangeOf<string>'`
  ],
  [
    'an attribute of no key in where',
    `await db.query(Fruit).where({ ...whole, weight: 1 })`,
    'Fruit: where() gives weight, which stands in no key'
  ],
  [
    'a misspelt attribute in where',
    `await db.query(Fruit).where({ ...whole, dat: 'd' })`,
    'Fruit: where() gives dat, which stands in no key'
  ],
  [
    'a variable with a misspelt attribute in where',
    `const where = { ...whole, dat: 'd' }; await db.query(Fruit).where(where)`,
    'Fruit: where() gives dat, which stands in no key'
  ],
  [
    'a misspelt attribute in what is spread in where',
    `const part = { dat: 'd' }; await db.query(Fruit).where({ ...part, ...whole, date: 'd' })`,
    'Fruit: where() gives dat, which stands in no key'
  ],
  [
    'two misspelt attributes in where',
    `db.query(Fruit).where({ ...whole, dat: 'd', wight: 1 })`,
    `Type 'number' is not assignable to type '"Fruit: where() gives wight, which stands in no key"'`
  ],
  [
    'a misspelt attribute beside a range',
    `db.query(Fruit).where({ ...whole, date: gt('c'), dat: 'd' })`,
    'Fruit: where() gives dat, which stands in no key'
  ],
  [
    'an operator that is no range in where',
    `await db.query(Fruit).where({ ...whole, date: contains('d') })`,
    `Type '"contains"' is not assignable to type '"between" | "gt" | "gte" | "lt" | "lte"'`,
    [460, STEPS]
  ],
  [
    'a misspelt attribute in only',
    `query.only('wieght')`,
    `Argument of type '"wieght"' is not assignable to parameter of type '"a`
  ],
  ['what only left out', `(await query.only('note'))[0]?.weight`, `Property 'weight' does not exist on type 'Pick<{ `],
  ['a key part missing in get', `db.get(Fruit, whole)`, `Property 'date' is missing`],
  [
    'an attribute that is in no key, in get',
    `db.get(Fruit, { ...key, weight: 1 })`,
    `Object literal may only specify known properties, and 'weight' does not exist`
  ],
  ['a wrong type in a key', `db.get(Fruit, { ...key, date: 1 })`, `Type 'number' is not assignable to type 'string'`],
  ['no key at all', `db.get(Fruit)`, 'Expected 2 arguments, but got 1'],
  ['an item that may be missing', `(await db.get(Fruit, key)).weight`, `Object is possibly 'undefined'`],
  [
    'models of two layouts in a scan',
    `db.scan(Bare, Guest)`,
    'Bare: it is of another layout than Guest: models that go together have one table, and so one layout'
  ],
  ['a query that is not awaited', `query.length`, `Property 'length' does not exist on type 'Query<`, [370, BUILDER]],
  ['a get that is not awaited', `db.get(Bare, bare).weight`, `Property 'weight' does not exist on type 'Get<`],
  ['a loop without await', `for (const row of query) row`, `must have a '[Symbol.iterator]()' method`, [400, BUILDER]],
  [
    'orThrow that is not called',
    `db.get(Bare, bare).orThrow.weight`,
    `Property 'weight' does not exist on type '() => Get<`
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
  ['orderBy', `query.orderBy('date')`, `Property 'orderBy' does not exist on type 'Query<`, [370, BUILDER]],
  [
    'startingAfter a cursor',
    `query.startingAfter('x')`,
    `Argument of type 'string' is not assignable to parameter of type`
  ],
  ['startingAfter half a key', `query.startingAfter({ apple: 'a' })`, 'is missing the following properties'],
  [
    'startingAfter the key of the table, on an index',
    `db.query(Order).where({ status: 'a' }).on('byStatus').startingAfter({ id: 'a', no: 'b' })`,
    `Property 'total' is missing in type`
  ],
  ['only() of nothing', `query.only()`, 'Expected at least 1 arguments, but got 0'],
  [
    'only() of an array',
    `query.only(['note'])`,
    `Argument of type 'string[]' is not assignable to parameter of type '"apple"`
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
  ['where() of a get', `db.get(Bare, bare).where({ weight: 1 })`, `Property 'where' does not exist on type 'Get<`],
  [
    'what a transaction may not find',
    `const [one] = await db.transact(db.get(Fruit, key)); one.weight`,
    `'one' is possibly`
  ],
  [
    'a scan with where',
    `db.scan(Fruit).where(whole)`,
    `Property 'where' does not exist on type 'Scan<`,
    [370, BUILDER]
  ],
  [
    'segments as text',
    `db.scan(Fruit).segments('4')`,
    `Argument of type 'string' is not assignable to parameter of type 'nu`
  ],
  ['a collection as an array', `(await db.scan(Fruit, Bare)).length`, `Property 'length' does not exist on type`],
  [
    'what an index does not project',
    `(await db.query(Order).where({ user: 'u' }).on('byUser'))[0]?.note`,
    `Property 'note' does`
  ],
  [
    'text in a number key',
    `db.query(Order).where({ total: gt('1') })`,
    `Type 'Operator<"gt", "1">' is not assignable to type`
  ]
]
