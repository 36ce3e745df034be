import { type Mistake, MODEL, SENTENCES, STEPS } from './mistake.ts'

/** What models, layouts, sets and fields are made of, and what they make of keys and rows. */
export const models: readonly Mistake[] = [
  [
    'colliding models',
    `models({ Bare, Twin: model('Twin').pk('A#x').suffix('Bare').sk('B#y') })`,
    'Bare and Twin could claim the same item: their keys have the same template'
  ],
  [
    'colliding models of a variable',
    `const all = { Doc, Bare, Twin: model('Twin').pk('A#x').suffix('Bare').sk('B#y') }; models(all)`,
    'Bare and Twin could claim the same item: their keys have the same template',
    [510, MODEL]
  ],
  [
    'colliding models among others',
    `models({ Doc, Crate, Bare, Twin: model('Twin').pk('A#x').suffix('Bare').sk('B#y') })`,
    `'Bare' does not exist in type 'NotApart<"Bare and Twin could claim the same item`
  ],
  [
    'a model that collides with one without suffix',
    `models({ Bare, Open: model('Open').pk('a', 'b').suffix('').sk('c'), Sharp: model('Sharp').pk('A#x', '#y').sk('C#z') })`,
    'Open and Sharp could claim the same item'
  ],
  [
    'a model that collides with one of two suffixes',
    `models({ X: model('X').pk('a').suffix('X' as 'X' | 'Y').sk('b'), Y: model('Y').pk('a').sk('b') })`,
    'X and Y could claim the same item'
  ],
  [
    'a model that collides with one of some suffix',
    `models({ X: model('X').pk('a').suffix(String(1)).sk('b'), Y: model('Y').pk('a').sk('b') })`,
    'X and Y could claim the same item'
  ],
  [
    'a model under another name',
    `models({ Other: Bare })`,
    'the model Bare must stand under its own name, not under Other'
  ],
  ['no model in a set', `models({ Bare, Other: 1 })`, `Type 'number' is not assignable to type 'AnyModel'`],
  ['a model without sk', `db.get(model('Half').pk('a'), { a: 'a' })`, 'sk: "call .sk(…)"', [330, MODEL]],
  ['a model without pk', `db.query(model('Half').sk('a'))`, 'pk: "call .pk(…)"', [330, MODEL]],
  [
    'a number in a key',
    `model('M').pk('a').sk('b').fields({ a: t.number() })`,
    'a stands in a key, but values of its type cannot'
  ],
  [
    'a list in a key',
    `model('M').pk('a').sk('b').fields({ b: t.list(t.string()) })`,
    'b stands in a key, but values of its type cannot',
    [310, STEPS]
  ],
  [
    'an optional key',
    `model('M').pk('a').sk('b').fields({ b: t.string().optional() })`,
    `to type '"b stands in PK or SK, so it cannot be optional" & Field`,
    [330, MODEL]
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
  ['GSI1 in a layout without it', `other.model('M').pk('a').sk('b').gsi1('c')`, 'its layout has no index GSI1'],
  [
    'an index that the layout has not',
    `other.model('M').pk('a').sk('b').index('byX', { pk: ['c'] })`,
    'M: its layout has no index byX; it has none'
  ],
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
    [310, SENTENCES]
  ],
  ['a sort key of nothing', `model('M').pk('a').sk()`, 'sk() takes at least one part'],
  [
    'optional that is not called',
    `t.string().optional.default('x')`,
    `Property 'default' does not exist on type '() =>`
  ],
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
  ['a text as a row', `set.read(1)`, `Argument of type 'number' is not assignable to parameter of type 'RawItem'`],
  ['a row of no model', `set.read({}).item`, `Object is possibly 'undefined'`],
  ['a misspelt model of a row', `if (set.read({})?.model === 'Friut') bare.a`, `and '"Friut"' have no overlap`],
  ["a key that is no model's", `Fruit.parse({ PK: 'x', SK: 'y' }).apple`, `Object is possibly 'undefined'`],
  ['the key in an index of no model', `Bare.gsi1Key({ b: 'b' })`, 'Bare: not in GSI1, its model has no .gsi1(…)'],
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
  [
    'a key of other values',
    `const pk: 'A#b#B#b#RedFruit' = Fruit.key({ ...key, apple: 'a', banana: 'b' } as const).PK; pk`,
    `Type '"A#a#B#b#RedFruit"' is not assignable to type '"A#b#B#b#RedFruit"'`
  ],
  ['a key that lacks', `const half: KeyOf<typeof Fruit> = whole; half`, `Property 'date' is missing`],
  ['a model as a type', `const one: ItemOf<Fruit> = item; one`, `Did you mean 'typeof Fruit'`],
  ['a number as the options of t.string()', `t.string(3)`, `Type '3' has no properties in common with type`],
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
