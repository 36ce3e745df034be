import { BUILDER, type Mistake, STEPS } from './mistake.ts'

/** Builders that cannot be run yet. */
export const incomplete: readonly Mistake[] = [
  ['an incomplete query', `await db.query(Fruit).where({ apple: 'a' })`, 'Fruit: where() lacks banana, a part of PK'],
  ['a query of nothing', `await db.query(Fruit)`, 'Fruit: where() lacks apple, a part of PK'],
  ['where() of an empty object', `await db.query(Fruit).where({})`, 'Fruit: where() lacks apple, a part of PK'],
  [
    'where() of an empty variable',
    `const nothing = {}; await db.query(Fruit).where(nothing)`,
    'Fruit: where() lacks apple, a part of PK'
  ],
  [
    'where() of an empty object, of two models',
    `await db.query(Bare, model('Twin').pk('a').suffix('Bare').sk('T#c')).where({})`,
    'Bare: where() lacks a, a part of PK'
  ],
  [
    'the whole key of GSI1, asked of the table',
    `await db.query(Fruit).where({ farm: 'f', region: 'r' })`,
    'Fruit: where() lacks apple, a part of PK, but a whole key of GSI1: read that by .onGsi1()'
  ],
  [
    'the whole key of an index, with a range, asked of the table',
    `await db.query(Order).consistent().where({ status: 's', total: gt(1) })`,
    "Order: where() lacks id, a part of pk, but a whole key of byStatus: read that by .on('byStatus')"
  ],
  [
    'a part of the key of an index',
    `await db.query(Order).where({ total: 1 })`,
    'Order: where() lacks id, a part of pk"'
  ],
  [
    'an incomplete query in a loop',
    `for await (const fruit of db.query(Fruit).where({ apple: 'a' })) fruit`,
    'Fruit: where() lacks banana, a part of PK'
  ],
  [
    'the first of an incomplete query',
    `await db.query(Fruit).where({ apple: 'a' }).first()`,
    'Fruit: where() lacks banana, a part of PK'
  ],
  ['the page of an incomplete query', `await db.query(Fruit).page()`, 'Fruit: where() lacks apple, a part of PK'],
  ['the count of an incomplete query', `await db.query(Fruit).count()`, 'Fruit: where() lacks apple, a part of PK'],
  ['an incomplete query explained', `db.query(Fruit).explain()`, 'Fruit: where() lacks apple, a part of PK'],
  ['an incomplete query compiled', `db.query(Fruit).compile()`, 'Fruit: where() lacks apple, a part of PK'],
  [
    'an incomplete collection compiled',
    `db.query(Bare, model('Twin').pk('a').suffix('Bare').sk('T#c')).compile()`,
    'Bare: where() lacks a, a part of PK'
  ],
  ['an incomplete query, caught', `db.query(Fruit).catch(() => [])`, 'Fruit: where() lacks apple, a part of PK'],
  [
    'an incomplete query with something after it',
    `db.query(Fruit).finally(() => undefined)`,
    'Fruit: where() lacks apple, a part of PK'
  ],
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
    'Fruit: where() lacks apple, a part of PK'
  ],
  ['an incomplete query, metered', `await metered(() => db.query(Fruit))`, 'Fruit: where() lacks apple, a part of PK'],
  [
    'an incomplete query as a stream',
    `((rows: AsyncIterable<unknown>) => rows)(db.query(Fruit))`,
    'Fruit: where() lacks apple, a part of PK',
    [850, STEPS]
  ],
  [
    'an incomplete query as a promise',
    `((rows: PromiseLike<unknown>) => rows)(db.query(Fruit))`,
    'Fruit: where() lacks apple, a part of PK',
    [1570, STEPS]
  ],
  [
    'an incomplete collection',
    `await db.query(Bare, model('Twin').pk('a').suffix('Bare').sk('T#c'))`,
    'Bare: where() lacks a, a part of PK'
  ],
  [
    'models that share no partition',
    `await db.query(Bare, Fruit).where({ a: 'a' })`,
    'Bare and Fruit do not share a partition: their PK differ, so each needs a query of its own'
  ],
  [
    'a range in PK',
    `await db.query(Fruit).where({ apple: gt('a'), banana: 'b' })`,
    'Fruit: where() gives a range of apple, a part of PK, which needs one value'
  ],
  [
    'a range in the partition key of an index',
    `await db.query(Tree).where({ farm: gt('f') }).onGsi1()`,
    'Tree: where() gives a range of farm, a part of GSI1PK, which needs one value'
  ],
  [
    'a value that may be undefined in PK',
    `await db.query(Fruit).where({ banana: 'b', ...({} as { apple?: string }) })`,
    'Fruit: where() lacks apple, a part of PK'
  ],
  [
    'a gap in SK',
    `await db.query(Tree).where({ ...whole, date: 'd' })`,
    'Tree: where() gives date but not coconut, which stands before it in SK'
  ],
  [
    'a range behind a gap',
    `await db.query(Tree).where({ ...whole, date: gt('d') })`,
    'Tree: where() gives date but not coconut, which stands before it in SK'
  ],
  [
    'a value behind a range',
    `await db.query(Tree).where({ ...whole, coconut: gt('c'), date: 'd' })`,
    'Tree: where() gives date behind a range of coconut, which must be the last in SK'
  ],
  [
    'a range behind a range',
    `await db.query(Tree).where({ ...whole, coconut: gt('c') }).where({ date: lt('d') })`,
    'Tree: where() gives date behind a range of coconut, which must be the last in SK'
  ],
  [
    'an attribute of an index, asked of the table',
    `await db.query(Tree).where({ ...whole, farm: 'f' })`,
    'Tree: where() gives farm, which is not a part of PK or SK'
  ],
  [
    'the sort key of an index without its partition',
    `await db.query(Tree).where({ coconut: 'c' }).onGsi1()`,
    'Tree: where() lacks farm, a part of GSI1PK'
  ],
  [
    'an index without its attribute',
    `await db.query(Fruit).where({ farm: 'f' }).onGsi1()`,
    'Fruit: where() lacks region, a part of GSI1PK'
  ],
  ['an index that the model is not in', `db.query(Bare).onGsi1()`, 'Bare: not in GSI1, its model has no .gsi1(…)'],
  [
    'an index, by its name, that the model is not in',
    `db.query(Bare).on('GSI1')`,
    'Bare: not in GSI1, its model has no .gsi1(…)'
  ],
  [
    'an index of the layout that the model is not in',
    `db.scan(app.model('Note').pk('id').sk('N#no').index('byUser').fields({ user: t.string() })).on('byStatus')`,
    `Note: not in byStatus, its model has no .index('byStatus', …)`
  ],
  [
    'a consistent read of the index',
    `db.query(Fruit).onGsi1().consistent()`,
    'GSI1 has no consistent reads: drop .consistent()'
  ],
  [
    'GSI1 of a consistent read',
    `db.query(Fruit).consistent().onGsi1()`,
    'GSI1 has no consistent reads: drop .consistent()'
  ],
  [
    'an index of a consistent read',
    `db.query(Order).consistent().on('byStatus')`,
    'byStatus has no consistent reads: drop .consistent()'
  ],
  [
    'a consistent scan of the index',
    `db.scan(Fruit).onGsi1().consistent()`,
    'GSI1 has no consistent reads: drop .consistent()'
  ],
  [
    'what has expired, without a time to live',
    `db.query(Fruit).unexpired()`,
    'Fruit: unexpired() goes by the time to live: give the model a t.ttl()'
  ],
  [
    'an unknown index',
    `db.query(Fruit).on('GSI2')`,
    `Argument of type '"GSI2"' is not assignable to parameter of type '"GSI1"'`
  ],
  [
    'an unknown index of several',
    `db.query(Order).on('byStat')`,
    `Argument of type '"byStat"' is not assignable to parameter of type '"byStatus" | "byUser"`
  ],
  [
    'an unknown index of a scan',
    `db.scan(Order).on('byStat')`,
    `is not assignable to parameter of type '"byStatus" | "byUser"`
  ],
  [
    'an unknown index of several models',
    `db.query(Order, Order).on('byStat')`,
    `is not assignable to parameter of type '"byStatus" | "byUser"`
  ],
  [
    'half an index key',
    `await update.set({ farm: 'f' })`,
    'Fruit: set() gives farm but not region, and GSI1PK is made of all'
  ],
  [
    'half an index key, compiled',
    `update.set({ farm: 'f' }).compile()`,
    'Fruit: set() gives farm but not region, and GSI1PK is made of all'
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
    [450, BUILDER]
  ],
  [
    'half an index key, caught',
    `update.set({ farm: 'f' }).catch(() => undefined)`,
    'Fruit: set() gives farm but not region, and GSI1PK is made of all'
  ],
  ['a check of nothing', `await db.check(Bare, bare)`, 'check() has nothing to check: call .if(…)'],
  ['a check of nothing, compiled', `db.check(Bare, bare).compile()`, 'check() has nothing to check: call .if(…)'],
  [
    'models of two layouts in a query',
    `await db.query(Bare, Guest).where({ a: 'a' })`,
    'Bare: it is of another layout than Guest: models that go together have one table, and so one layout'
  ],
  [
    'an index that one of the models is not in',
    `db.query(Fruit, model('Leaf').pk('apple', 'banana').suffix('RedFruit').sk('L#leaf')).onGsi1()`,
    'Leaf: not in GSI1, its model has no .gsi1(…)'
  ]
]
