import { ITEM, type Mistake, STEPS } from './mistake.ts'

/** What items are asked for by conditions and filters. */
export const conditions: readonly Mistake[] = [
  [
    'a change as a condition',
    `update.if({ weight: plus(1) })`,
    `Type 'NumberChange<"plus", 1>' is not assignable to type 'Test<number> | undefined'`
  ],
  [
    'a misspelt attribute in if',
    `update.if({ wieght: 1 })`,
    `Object literal may only specify known properties, and 'wieght' does not exist`,
    [320, ITEM]
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
    [320, ITEM]
  ],
  [
    'a wrong type in not',
    `update.if(not({ weight: 'x' }))`,
    `Type 'string' is not assignable to type 'Test<number> | undefined'`
  ],
  [
    'a misspelt attribute in filter',
    `query.filter({ wieght: 1 })`,
    `Object literal may only specify known properties, and 'wieght' does not exist`,
    [320, ITEM]
  ],
  [
    'a filter of what not all models have',
    `db.scan(Fruit, Bare).filter({ weight: 1 })`,
    'filter() is given weight, which not all of the models have: query one model, or filter what was read'
  ],
  [
    'a wrong choice in filter',
    `db.query(Crate).filter({ size: 'L' })`,
    `Type '"L"' is not assignable to type 'Test<"M" | "S">`
  ],
  [
    'a wrong choice in oneOf',
    `db.query(Crate).filter({ size: oneOf('S', 'XL') })`,
    `Type 'Operator<"oneOf", "S" | "XL">' is not assignable to type 'Test<"M" | "S">`,
    [330, STEPS]
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
    [360, ITEM]
  ],
  [
    'a wrong type in allOf',
    `query.filter(allOf({ weight: '1' }))`,
    `Type 'string' is not assignable to type 'Test<number> | undefined'`
  ]
]
