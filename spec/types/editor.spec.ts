import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Editor } from '../support/editor.ts'

// What an editor says: where an attribute leads to, what is shown of it, and what is offered.

/** A field of each kind. */
const FIELDS: Readonly<Record<string, string>> = {
  bigint: 't.bigint()',
  binary: 't.binary()',
  boolean: 't.boolean()',
  createdAt: 't.createdAt()',
  date: 't.date()',
  day: 't.day()',
  epoch: 't.epoch()',
  int: 't.int({ digits: 3 })',
  json: 't.json()',
  list: 't.list(t.string())',
  literal: "t.literal('one')",
  map: 't.map({ of: t.string() })',
  number: 't.number()',
  oneOf: "t.oneOf('one', 'two')",
  record: 't.record(t.string())',
  set: 't.set(t.string())',
  string: 't.string()',
  ttl: 't.ttl()',
  type: 't.type<{ one: 1 }>()',
  updatedAt: 't.updatedAt()',
  version: 't.version()'
}
const WRAPPED: Readonly<Record<string, string>> = {
  optional: 't.string().optional()',
  nullable: 't.string().nullable()',
  default: "t.string().default('')",
  onlyInKeys: 't.string().onlyInKeys()',
  'ttl that each item has': 't.ttl({ required: true })',
  'version that is optional': 't.version().optional()'
}
const fields = Object.entries({ ...FIELDS, ...WRAPPED })

const editor = new Editor(`
import { allOf, anyOf, ConditionFailed, connect, gt, ifMissing, layout, model, models, not, plus, t } from 'keystorm'
const Fruit = model('Fruit').pk('apple').sk('DT#date').gsi1('farm').fields({
  /** When it was picked. */
  /*date*/date: t.date(),
  /** Its farm. */
  /*farm*/farm: t.string().optional(),
  /** How heavy it is, in grams. */
  /*weight*/weight: t.number(),
  /** @deprecated Take weight. */
  /*heft*/heft: t.number().optional(),
  /** Its measures. */
  size: t.map({
    /** From left to right. */
    /*width*/width: t.number()
  })
})
const Leaf = model('Leaf').pk('apple').suffix('Fruit').sk('L#leaf')
const db = connect()
const app = models({ Fruit, Leaf })
const key = { apple: 'a', date: new Date(0) }
export const use = async () => {
  const row = await db.get(Fruit, { apple: 'a', /*key date*/date: new Date(0) }).orThrow()
  row./*row weight*/weight
  row./*row heft*/heft
  row./*row date*/date
  row./*row farm*/farm
  row.size./*row width*/width
  const /*hover rows*/rows = await db.query(Fruit).where({ apple: 'a', /*where date*/date: gt(new Date(0)) })
    .filter({ /*filter weight*/weight: gt(1) })
  rows[0]!./*query weight*/weight
  db.query(Fruit).where({ /*where farm*/farm: 'f' }).onGsi1()
  db.put(Fruit, { ...key, /*put weight*/weight: 1, size: { width: 1 } })
  db.update(Fruit, { apple: 'a', /*update date*/date: new Date(0) })
    .set({ /*set weight*/weight: plus(1) }).if({ /*if weight*/weight: 1, /*if heft*/heft: 1 })
  const /*hover both*/both = await db.query(Fruit, Leaf).where({ /*both apple*/apple: 'a' })
  both.Fruit[0]!./*both weight*/weight
  const /*hover image*/image = app.read({})
  if (image?.model === 'Fruit') image.item./*read weight*/weight
  const /*hover scanned*/scanned = await db.scan(Fruit, Leaf)
  const /*hover parsed*/parsed = Fruit.parse({ PK: 'A#a#Fruit', SK: 'DT#2026' })
  const /*hover keys*/keys = Leaf.key({ apple: 'a', leaf: 'b' })
  t./*t*/toString()
  ${fields.map(([name, field]) => `${field}./*field ${name}*/toString()`).join('\n  ')}
  const page = await db.query(Fruit).where({ apple: 'a' }).page()
  page./*a page*/toString()
  const pageOfBoth = await db.query(Fruit, Leaf).where({ apple: 'a' }).page()
  pageOfBoth./*a page of two models*/toString()
  for await (const one of db.query(Fruit, Leaf).where({ apple: 'a' })) one./*one of two models*/toString()
  app./*a set of models*/toString()
  const failed = (error: unknown) => error instanceof ConditionFailed && error./*an error*/toString()
  gt(1)./*operator*/toString()
  plus(1)./*change*/toString()
  not({})./*combination*/toString()
  Leaf./*model*/toString()
  db./*connection*/toString()
  db.query(Fruit)./*query*/toString()
  db.get(Fruit, key)./*get*/toString()
  db.update(Fruit, key)./*update*/toString()
  db.put(Leaf, { apple: 'a', leaf: 'b' })./*put*/toString()
  layout({ pk: 'pk' })./*layout*/toString()
  db.query(Fruit).filter({ /*in filter*/ })
  db.query(Fruit).filter({ size: { /*in a map*/ } })
  db.query(Fruit).filter(anyOf({ /*in anyOf*/ }))
  db.query(Fruit).filter(anyOf({ farm: 'f' }, { /*second in anyOf*/ }))
  db.query(Fruit).filter(allOf({ farm: 'f' }, not({ /*in not*/ })))
  db.update(Fruit, key).if(not({ size: { /*in a map in not*/ } }))
  db.query(Fruit).where({ /*in where*/ })
  db.query(Fruit).on('/*in on*/')
  db.update(Fruit, key).set({ /*in set*/ })
  db.update(Fruit, key).set({ size: { /*in a map to set*/ } })
  db.update(Fruit, key).set({ size: ifMissing({ /*in ifMissing*/ }) })
}
`)

for (const name of ['weight', 'heft', 'date', 'farm', 'width'])
  test(`an attribute of a row leads to its field: ${name}`, () => {
    assert.match(editor.definitions(`row ${name}`).join(), new RegExp(`^/\\*${name}\\*/`))
  })

for (const use of ['key date', 'update date', 'where date'])
  test(`an attribute of a key leads to its field: ${use}`, () => {
    assert.match(editor.definitions(use).join(), /^\/\*date\*\//)
    assert.is(editor.comment(use), 'When it was picked.')
  })

for (const use of ['filter', 'query', 'put', 'set', 'if', 'both', 'read'])
  test(`an attribute leads to its field: ${use}`, () => {
    assert.match(editor.definitions(`${use} weight`).join(), /^\/\*weight\*\//)
    assert.is(editor.comment(`${use} weight`), 'How heavy it is, in grams.')
  })

test('a key of an index, in where, leads to its field', () => {
  assert.match(editor.definitions('where farm').join(), /^\/\*farm\*\//)
  assert.is(editor.comment('where farm'), 'Its farm.')
})

test('the attributes of maps are documented, too', () => assert.is(editor.comment('row width'), 'From left to right.'))

for (const use of ['row', 'if'])
  test(`what is deprecated is so wherever it is used: ${use}`, () =>
    assert.match(editor.comment(`${use} heft`), /@deprecated/))

test('a rename changes all uses, wherever it begins', () => {
  const uses = 9
  assert.is(editor.renamed('weight'), uses)
  assert.is(editor.renamed('row weight'), uses)
  assert.is(editor.renamed('set weight'), uses)
})

test('a field of each kind is asked for below', () => assert.equal(editor.completions('t').sort(), Object.keys(FIELDS)))

for (const [name] of fields)
  test(`a field offers what users call of it, and nothing else: ${name}`, () =>
    assert.equal(editor.completions(`field ${name}`).sort(), ['default', 'nullable', 'onlyInKeys', 'optional']))

for (const made of ['operator', 'change', 'combination'])
  test(`a ${made} offers nothing of what it is made of`, () => assert.equal(editor.completions(made), []))

for (const of of ['model', 'connection', 'query', 'get', 'update', 'put', 'layout'])
  test(`of a ${of}, what is for users is offered, and nothing else`, () => {
    const offered = editor.completions(of)
    assert.ok(offered.length > 0)
    assert.equal(
      offered.filter(name => !/^\w+$/.test(name)),
      []
    )
  })

const results: readonly (readonly [what: string, names: readonly string[]])[] = [
  ['a page', ['cursor', 'items', 'previous']],
  ['a page of two models', ['cursor', 'items', 'previous']],
  ['one of two models', ['item', 'model']],
  ['a set of models', ['models', 'read']],
  ['an error', ['cause', 'code', 'data', 'item', 'message', 'name', 'stack']]
]
for (const [what, names] of results)
  test(`of ${what}, what it holds is offered, and nothing else`, () =>
    assert.equal(editor.completions(what).sort(), names))

const all = ['apple', 'date', 'farm', 'heft', 'size', 'weight']
const offered: readonly (readonly [where: string, names: readonly string[]])[] = [
  ['in filter', all],
  ['in a map', ['width']],
  ['in anyOf', all],
  ['second in anyOf', all],
  ['in not', all],
  ['in a map in not', ['width']],
  ['in where', ['apple', 'date', 'farm']],
  ['in on', ['GSI1']],
  ['in set', all],
  ['in a map to set', ['width']],
  ['in ifMissing', ['width']]
]
for (const [where, names] of offered)
  test(`what fits, and nothing else, is offered ${where}`, () => assert.equal(editor.completions(where).sort(), names))

const leaf = '{ apple: string; leaf: string; }'
const fruit = '{ date: Date; weight: number; size: { width: number; }; farm?: string; heft?: number; apple: string; }'
const shown: readonly (readonly [what: string, type: string])[] = [
  ['both', `{ Fruit: ${fruit}[]; Leaf: ${leaf}[]; }`],
  ['scanned', `{ Fruit: ${fruit}[]; Leaf: ${leaf}[]; }`],
  ['image', `{ model: "Fruit"; item: ${fruit}; } | { model: "Leaf"; item: ${leaf}; } | undefined`],
  ['parsed', '{ date: Date; apple: string; } | undefined'],
  ['keys', '{ PK: "A#a#Fruit"; SK: "L#b"; }']
]
/** Which attribute comes first, nobody knows. */
const sorted = (type: string): string => type.split(/[ ;]+/).sort().join(' ')
for (const [what, type] of shown)
  test(`a result is shown by what it is: ${what}`, () => {
    const hover = editor.hover(`hover ${what}`).replace(/^const \w+: /, '')
    assert.is(sorted(hover), sorted(type), hover)
    assert.ok(hover.length < 250, hover)
  })

const setOf = (names: readonly string[]): Editor =>
  new Editor(
    `
import * as all from './models.ts'
import { models, type ModelSet } from 'keystorm'
const app: ModelSet<typeof all> = models(all)
app.models./*a model*/toString()
`,
    {
      'models.ts': names.reduce(
        (text, name) => `${text}\nexport const ${name} = model('${name}').pk('a').sk('b').fields({ c: t.int() })`,
        "import { model, t } from 'keystorm'"
      )
    }
  )

test('the names of a set with its type are offered without a look at any model', () => {
  const [few, many] = [['A', 'B'], [...'ABCDEFGHIJ']].map(names => {
    const editor = setOf(names)
    assert.equal(editor.completions('a model').sort(), names)
    return editor.instantiations()
  })
  assert.is(many, few)
})

test.run()
