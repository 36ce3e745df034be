import { BUILDER, ITEM, type Mistake, SHORT, STEPS } from './mistake.ts'

/** Items and keys that are written, alone and together. */
export const writes: readonly Mistake[] = [
  ['an attribute missing in put', `db.put(Fruit, key)`, `Property 'weight' is missing`, [330, ITEM]],
  ['an attribute missing in create', `db.create(Fruit, key)`, `Property 'weight' is missing`, [330, ITEM]],
  [
    'a misspelt attribute in put',
    `db.put(Fruit, { ...item, wight: 1 })`,
    `Object literal may only specify known properties, but 'wight' does not exist`,
    [340, ITEM]
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
    'is given, but a new item has none yet: leave it out, or put() the item',
    [440, ITEM]
  ],
  [
    'load of items of a wrong type',
    `db.load(Fruit, [{ ...key, weight: 'x' }])`,
    `Type 'string' is not assignable to type 'number'`
  ],
  ['load of items that lack', `db.load(Fruit, [key])`, `Property 'weight' is missing`, [330, ITEM]],
  [
    'load of what is no list',
    `db.load(Fruit, item)`,
    `Argument of type '{ apple: string; banana: string; date: string; weigh`,
    [350, ITEM]
  ],
  ['a get in batchWrite', `db.batchWrite(db.get(Bare, bare))`, 'a batchWrite takes put and delete'],
  ['a put in batchGet', `db.batchGet(db.put(Bare, bare))`, 'a batchGet takes get'],
  ['a query in batchGet', `db.batchGet(query)`, 'a batchGet takes get', [410, BUILDER]],
  [
    'an update in batchWrite',
    `db.batchWrite(update.set({ weight: 1 }))`,
    'a batch checks nothing: use transact(), or the verb by itself',
    [450, BUILDER]
  ],
  [
    'a create in batchWrite',
    `db.batchWrite(db.create(Bare, bare))`,
    'a batch checks nothing: use transact(), or the verb by itself'
  ],
  ['a get among writes', `db.transact(db.get(Bare, bare), db.put(Bare, bare))`, 'a transaction either reads or writes'],
  [
    'a query in a transaction',
    `db.transact(query)`,
    'a transaction takes get; or create, put, update, delete, move and check',
    [460, BUILDER]
  ],
  [
    'returning() in a transaction',
    `db.transact(db.put(Bare, bare).returning('old'))`,
    'returning() is for a write by itself'
  ],
  [
    'a move to what is no key',
    `db.move(Fruit, key, { weight: 1 })`,
    `Object literal may only specify known properties, and 'weight' does no`
  ],
  ['no builder in a transaction', `db.transact()`, 'transact() takes at least one builder'],
  ['a date as text', `db.put(Crate, { ...crate, at: '2026-01-01' })`, `Type 'string' is not assignable to type 'Date'`],
  ['an array for a set', `db.put(Crate, { ...crate, tags: ['a'] })`, `from type 'ReadonlySet<string>'`],
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
  ['delete of a query', `db.delete(query)`, 'Expected 2 arguments, but got 1'],
  ['a wrong type in move', `db.move(Fruit, key, { apple: 1 })`, `Type 'number' is not assignable to type 'string'`],
  ['a key part missing in update', `db.update(Fruit, whole)`, `Property 'date' is missing in type`],
  ['a key part missing in delete', `db.delete(Doc, {})`, `Property 'id' is missing in type`, [SHORT, STEPS]],
  [
    'a misspelt key part in delete',
    `db.delete(Fruit, { ...whole, dat: 'd' })`,
    `Object literal may only specify known properties, but 'dat' does not exist`
  ],
  ['a move to nowhere', `db.move(Fruit, key)`, 'Expected 3 arguments, but got 2'],
  [
    'an item in a transaction',
    `db.transact(await db.put(Bare, bare))`,
    'a transaction takes get; or create, put, update, dele'
  ],
  ['a model and a key in batchGet', `db.batchGet(Bare, bare)`, 'a batchGet takes get'],
  ['a check in batchWrite', `db.batchWrite(db.check(Bare, bare).if({ a: 'a' }))`, 'a batch checks noth']
]
