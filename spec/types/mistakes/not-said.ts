/** What the compiler cannot say has its reason here, and is caught at run time. */
export const notSaid: readonly (readonly [what: string, code: string, reason: string])[] = [
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
