import { BUILDER, type Mistake, STEPS } from './mistake.ts'

/** What updates change. */
export const updates: readonly Mistake[] = [
  [
    'a key attribute in set',
    `update.set({ apple: 'b' })`,
    'apple stands in the primary key, which only move() changes'
  ],
  ['a misspelt attribute in set', `update.set({ wieght: 1 })`, 'Fruit: set() is given wieght, which is no attribute'],
  [
    'a variable with a wrong value in set',
    `interface Patch { weight: string }; const patch: Patch = { weight: '' }; update.set(patch)`,
    "Type 'string' is not assignable to type 'ChangeOf<number>'",
    [500, STEPS]
  ],
  [
    'a variable with a misspelt attribute in set',
    `const changes = { weight: 1, noet: 'x' }; update.set(changes)`,
    'Fruit: set() is given noet, which is no attribute'
  ],
  [
    'a misspelt attribute in what is spread in set',
    `const part = { noet: 'x' }; update.set({ ...part, weight: 1 })`,
    'Fruit: set() is given noet, which is no attribute'
  ],
  ['a wrong type in set', `update.set({ weight: 'x' })`, `Type 'string' is not assignable to type 'ChangeOf<number>'`],
  [
    'a wrong element for append',
    `update.set({ lines: append({ sku: 'a', count: 'x' }) })`,
    `Type 'string' is not assignable to type 'number'`
  ],
  ['an element for append that lacks', `update.set({ lines: prepend({ sku: 'a' }) })`, `Property 'count' is missing`],
  [
    'plus on text',
    `update.set({ note: plus(1) })`,
    `Type 'NumberChange<"plus", 1>' is not assignable to type 'ChangeOf<string | undefined>'`
  ],
  [
    'a condition as a change',
    `update.set({ weight: gt(1) })`,
    `Type 'Operator<"gt", 1>' is not assignable to type 'ChangeOf<number>'`
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
  ['what may not have changed', `(await update.set({ note: 'x' }).returning('changed')).note.length`, 'is possibly'],
  [
    'addTo of text',
    `update.set({ note: addTo('x') })`,
    `Type 'SetChange<"addTo", "x">' is not assignable to type 'ChangeOf<`
  ],
  [
    'minus of text',
    `update.set({ weight: minus('1') })`,
    `Argument of type 'string' is not assignable to parameter of type 'number'`
  ],
  [
    'ifMissing of another type',
    `update.set({ weight: ifMissing('x') })`,
    `Argument of type 'string' is not assignable to parameter of type 'number'`
  ],
  ['null in set', `update.set({ weight: null })`, `Type 'null' is not assignable to type 'ChangeOf<number>'`],
  ['set() by name and value', `update.set('weight', 1)`, 'Expected 1 arguments, but got 2'],
  [
    'a wrong choice in set',
    `db.update(Crate, bare).set({ size: 'L' })`,
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
  ['add()', `update.add({ weight: 1 })`, `Property 'add' does not exist on type 'Update<`, [370, BUILDER]],
  ['createdAt in set', `db.update(Crate, bare).set({ made: new Date() })`, 'made is written by keystorm itself'],
  ['a version as text', `db.update(Doc, { id: 'i', version: '1' })`, `Type 'string' is not assignable to type 'number'`]
]
