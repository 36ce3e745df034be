import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { compile } from '../support/compiler.ts'

// What a user's editor shows for mistakes in conditions and changes, and what it must not complain about.

const prelude = `
import {
  addTo, allOf, anyOf, append, attr, attributeType, beginsWith, between, connect, contains, copyOf, deleteFrom, eq,
  exists, gt, gte, ifMissing, lt, lte, metered, minus, missing, model, ne, not, oneOf, plus, prepend, size, t
} from 'keystorm'
declare const schema: <T>() => { readonly '~standard': {
  readonly version: 1; readonly vendor: string; readonly types?: { input: T; output: T }
  readonly validate: (value: unknown) => { value: T }
} }
const Fruit = model('Fruit').pk('apple').suffix('RedFruit').sk('DT#date').gsi1('region', 'farm')
  .fields({
    region: t.string().optional(),
    farm: t.string().optional(),
    weight: t.number(),
    big: t.bigint().optional(),
    size: t.oneOf('S', 'M').optional(),
    note: t.string().nullable().optional(),
    ripe: t.boolean(),
    at: t.date().optional(),
    data: t.binary().optional(),
    tags: t.set(t.string()).optional(),
    list: t.list(t.string()).optional(),
    lines: t.list(t.map({ sku: t.string(), count: t.int() })).optional(),
    address: t.map({ city: t.string(), zip: t.string().optional(), geo: t.map({ lat: t.number() }) }).optional(),
    stock: t.record(t.number()).optional(),
    extra: t.json().optional(),
    theme: t.type<{ dark: boolean; size: number }>().optional(),
    look: t.map({ theme: t.type<{ dark: boolean; size: number }>() }).optional(),
    pick: t.type<{ kind: 'a'; a: string } | { kind: 'b'; b: string }>().optional(),
    views: t.record(t.map({ query: t.string(), size: t.number() })).optional(),
    places: t.type<Record<string, { a: string; b: string }>>().optional(),
    box: schema<{ width: number; height: number }>(),
    crates: t.int().default(0)
  })
const Doc = model('Doc').pk('id').sk('#id')
  .fields({ text: t.string(), version: t.version(), created: t.createdAt(), changed: t.updatedAt(), expires: t.ttl() })
const db = connect()
const key = { apple: 'a', date: 'd' }
const item = { ...key, weight: 1, ripe: true, box: { width: 1, height: 1 } }
const update = db.update(Fruit, key)
const doc = db.update(Doc, { id: 'i' })
`

const mistakes: [what: string, code: string, ...message: string[]][] = [
  [
    'a key attribute in set',
    `update.set({ apple: 'b' })`,
    `"apple stands in the primary key, which only move() changes"`
  ],
  [
    'part of GSI1',
    `await update.set({ farm: 'f' })`,
    'Fruit: set() gives farm but not region, and GSI1PK is made of all'
  ],
  [
    'part of GSI1, compiled',
    `update.set({ region: 'r' }).compile()`,
    'Fruit: set() gives region but not farm, and GSI1PK is made of all'
  ],
  [
    'part of GSI1, with more',
    `await update.set({ farm: 'f' }).set({ weight: 1 }).if({ weight: 1 }).upsert().returning('new')`,
    'Fruit: set() gives farm but not region, and GSI1PK is made of all'
  ],
  [
    'part of GSI1, metered',
    `await metered(() => update.set({ farm: 'f' }))`,
    'NotReady<"Fruit: set() gives farm but not region, and GSI1PK is made of all">'
  ],
  [
    'a change of what stands in GSI1',
    `update.set({ farm: ifMissing('f'), region: 'r' })`,
    `is not assignable to type 'string'`
  ],
  ['plus on text', `update.set({ note: plus(1) })`, `Type 'NumberChange<"plus", 1>' is not assignable to type`],
  [
    'plus of a bigint on a number',
    `update.set({ weight: plus(1n) })`,
    `type 'bigint' is not assignable to parameter of type 'number'`
  ],
  ['plus on a list', `update.set({ list: plus(1) })`, `Type 'NumberChange<"plus", 1>' is not assignable to type`],
  ['an operand of another type', `update.if({ weight: gt('x') })`, `Type 'string' is not assignable to type 'number'`],
  ['a value of another type', `update.if({ weight: '3' })`, `Type 'string' is not assignable to type`],
  ['a range of another type', `update.if({ weight: between(1, '2') })`, `is not assignable to type 'number'`],
  ['a choice there is not', `update.if({ size: 'L' })`, `Type '"L"' is not assignable to type`],
  [
    'a choice there is not, among others',
    `update.if({ size: oneOf('S', 'L') })`,
    `Type '"L"' is not assignable to type`
  ],
  ['order of booleans', `update.if({ ripe: gt(true) })`, `is not assignable to type`],
  ['contains on a number', `update.if({ weight: contains(1) })`, `Operator<"contains", 1>' is not assignable to type`],
  ['contains of another type', `update.if({ tags: contains(1) })`, `Type 'number' is not assignable to type 'string'`],
  [
    'beginsWith on a number',
    `update.if({ weight: beginsWith('1') })`,
    `Operator<"beginsWith", "1">' is not assignable to type`
  ],
  ['null where it cannot be', `update.if({ weight: null })`, `Type 'null' is not assignable to type`],
  [
    'size of text',
    `update.if({ list: size('x') })`,
    `Argument of type 'string' is not assignable to parameter of type`
  ],
  [
    'a nested value of another type',
    `update.if({ address: { geo: { lat: 'x' } } })`,
    `Type 'string' is not assignable to type`
  ],
  ['a nested attribute there is not', `update.if({ address: { street: 'x' } })`, `'street' does not exist in type`],
  [
    'append of another type',
    `update.set({ list: append(1) })`,
    `type 'number' is not assignable to parameter of type 'string'`
  ],
  ['append of a wrong map', `update.set({ lines: append({ sku: 'a' }) })`, `Property 'count' is missing`],
  [
    'a change made before, of another type',
    `const more = append(1); update.set({ list: more })`,
    `'number' is not assignable`
  ],
  ['addTo on a list', `update.set({ list: addTo('x') })`, `Type 'SetChange<"addTo", "x">' is not assignable to type`],
  [
    'append on a set',
    `update.set({ tags: append('x') })`,
    `Type 'ListChange<"append", "x">' is not assignable to type`
  ],
  [
    'addTo of another type',
    `update.set({ tags: addTo(1) })`,
    `type 'number' is not assignable to parameter of type 'string'`
  ],
  ['a condition as a change', `update.set({ weight: gt(1) })`, `Operator<"gt", 1>' is not assignable to type`],
  ['a change as a condition', `update.if({ weight: plus(1) })`, `NumberChange<"plus", 1>' is not assignable to type`],
  [
    'a version given to create',
    `db.create(Doc, { id: 'i', text: 'x', version: 1 })`,
    `Type 'number' is not assignable to type '"is given, but a new item has none yet: leave it out, or put()`
  ],
  ['a version in set', `doc.set({ version: 1 })`, `"version is written by keystorm itself"`],
  ['createdAt in set', `doc.set({ created: new Date() })`, `"created is written by keystorm itself"`],
  ['updatedAt in set', `doc.set({ changed: new Date() })`, `"changed is written by keystorm itself"`],
  ['an unknown attribute in set', `update.set({ wieght: 1 })`, `"Fruit: set() is given wieght, which is no attribute"`],
  ['an unknown attribute in if', `update.if({ wieght: 1 })`, `'wieght' does not exist in type`],
  [
    'an unknown attribute in anyOf',
    `update.if(anyOf({ weight: 1 }, { wieght: 1 }))`,
    `'wieght' does not exist in type`
  ],
  [
    'an unknown attribute in the condition of a put',
    `db.put(Fruit, item).if({ wieght: 1 })`,
    `'wieght' does not exist in type`
  ],
  [
    'an unknown attribute in the condition of a delete',
    `db.delete(Fruit, key).if(not({ wieght: 1 }))`,
    `'wieght' does not exist in type`
  ],
  [
    'a wrong type in anyOf',
    `update.if(anyOf({ weight: 1 }, allOf({ weight: 'x' })))`,
    `Type 'string' is not assignable to type`
  ],
  [
    'remove of a required attribute',
    `update.remove('weight')`,
    `Argument of type '"weight"' is not assignable to parameter of type`
  ],
  [
    'remove of a key attribute',
    `update.remove('apple')`,
    `Argument of type '"apple"' is not assignable to parameter of type`
  ],
  [
    'ifMissing of nothing',
    `update.set({ size: ifMissing(undefined) })`,
    `type 'undefined' is not assignable to parameter of type`
  ],
  ['a part of a t.type()', `update.set({ theme: { dark: true } })`, `Property 'size' is missing in type`],
  [
    'a part of a t.type() in a map',
    `update.set({ look: { theme: { dark: true } } })`,
    `Property 'size' is missing in type`
  ],
  ['a part of a union', `update.set({ pick: { kind: 'a' } })`, `is not assignable to type`],
  [
    'a part of an entry of a record',
    `update.set({ views: { all: { query: 'x' } } })`,
    `Property 'size' is missing in type`
  ],
  ['a change inside of a t.json()', `update.set({ extra: { a: plus(1) } })`, `is not assignable to type`],
  ['a part of what a schema checks', `update.set({ box: { width: 1 } })`, `Property 'height' is missing in type`],
  [
    'a changed part as if it were the whole map',
    `(await update.set({ 'address.city': 'x' }).returning('changed')).address?.geo?.lat.toFixed()`,
    'is possibly'
  ],
  ['returning of what there is not', `update.returning('all')`, `No overload matches this call`],
  [
    'returning new from a put',
    `db.put(Fruit, item).returning('new')`,
    `Argument of type '"new"' is not assignable to parameter of type '"old"'`
  ],
  ['a key that moves to what is no key', `db.move(Fruit, key, { weight: 1 })`, `'weight' does not exist in type`],
  [
    'the old item as if it were there',
    `(await update.set({ weight: 1 }).returning('old')).weight`,
    'Object is possibly'
  ],
  [
    'a result that was not asked for',
    `(await update.set({ weight: 1 })).weight`,
    `Property 'weight' does not exist on type 'void'`
  ]
]

const fine = [
  `await update.set({ farm: 'f', region: 'r' })`,
  `await update.set({ farm: 'f' }).set({ region: 'r' })`,
  `await update.set({ farm: undefined, region: undefined })`,
  `await update.set({ region: 'r' }).remove('farm')`,
  `await update.remove('farm', 'tags')`,
  `await update.remove('tags', 'address.zip', 'lines[0]', 'lines[0].count', 'stock.pears')`,
  `await update.set({ weight: plus(1), big: minus(1n), crates: plus('weight', 1), ripe: true, size: 'S', note: null })`,
  `await update.set({ list: append('x', 'y'), lines: prepend({ sku: 'a', count: 1 }), tags: addTo('x') })`,
  `const more = append('x'), count = plus(1), size = ifMissing('S'); await update.set({ list: more, weight: count, size, tags: addTo(...['x']) })`,
  `const added = <E>(one: E) => append(one); await update.set({ list: added('x'), lines: added({ sku: 'a', count: 1 }) })`,
  `await update.set({ ...(Math.random() > 1 ? { lines: append({ sku: 'a', count: 1 }) } : {}), theme: ifMissing({ dark: true, size: 1 }) })`,
  `await update.set({ tags: deleteFrom('x'), size: ifMissing('M'), note: copyOf('size'), address: eq({ city: 'x', geo: { lat: 1 } }) })`,
  `await update.set({ address: { city: 'x', zip: undefined, geo: { lat: plus(1) } }, stock: { pears: plus(1) } })`,
  `await update.set({ 'address.city': 'x', 'lines[0].count': plus(1), 'list[0]': undefined })`,
  `await update.set({ tags: new Set(['x']), list: ['x'], at: new Date(), data: new Uint8Array(), size: undefined })`,
  `await update.set({ extra: eq({ a: [1] }), crates: undefined })`,
  `await update.set({ weight: undefined, ripe: Math.random() > 1 ? true : undefined, address: { city: undefined } })`,
  `await update.set({ extra: { a: [1] }, theme: { dark: true, size: 1 }, box: { width: 1, height: 2 }, pick: { kind: 'b', b: 'x' } })`,
  `await update.set({ look: { theme: { dark: true, size: 1 } }, views: { all: { query: 'x', size: 1 }, one: eq({ query: 'x', size: 1 }) } })`,
  `await update.set({ places: { x: { a: '1', b: '2' } }, extra: [1], note: undefined })`,
  `const { address, lines, stock, extra } = await update.set({ weight: 1 }).returning('changed'); address?.geo?.lat; lines?.[0]?.sku; stock?.x; extra`,
  `await doc.set({ text: 'x', expires: new Date() }).upsert()`,
  `const size = 'S' as 'S' | 'M'; await update.set({ size }).if({ size })`,
  `await update.if({ weight: 3 }).set({ weight: 1 })`,
  `update.if({ weight: eq(3), crates: ne(3), big: lt(3n), at: lte(new Date()), date: gt('d'), data: gte(new Uint8Array()) })`,
  `update.if({ weight: between(1, 2), size: oneOf('S', 'M'), note: beginsWith('x'), data: beginsWith(new Uint8Array()) })`,
  `update.if({ note: contains('x'), tags: contains('x'), list: contains('x'), lines: contains({ sku: 'a', count: 1 }) })`,
  `update.if({ note: exists(), tags: missing(), list: size(gt(3)), data: size(3), stock: size(between(1, 2)), weight: attributeType('N') })`,
  `update.if({ weight: gt(attr('crates')), note: ne(attr('address.city')), crates: between(attr('weight'), 5), list: size(lt(attr('crates'))) })`,
  `update.if({ note: null, ripe: false, size: ne('S') })`,
  `update.if({ note: oneOf(null, 'x') })`,
  `update.if({ address: { city: 'Paris', zip: missing(), geo: { lat: lt(1) } } })`,
  `update.if({ address: eq({ city: 'Paris', geo: { lat: 1 } }), tags: new Set(['x']), list: ['x'], lines: [{ sku: 'a', count: 1 }] })`,
  `update.if({ 'address.city': 'Paris', 'lines[0].count': gt(1), 'list[0]': beginsWith('x'), stock: { pears: gt(1) } })`,
  `update.if(anyOf({ weight: 1 }, { weight: gt(5), ripe: true }))`,
  `update.if(not(anyOf({ weight: lt(1) }, allOf({ size: 'S' }, not({ note: exists() })))))`,
  `update.if(anyOf({ size: 'S' }, { size: oneOf('S', 'M') })).if({ weight: 1 }).set({ weight: 1 })`,
  `db.put(Fruit, item).if(not({ size: 'S' })).returning('old')`,
  `(await db.delete(Fruit, key).if({ size: 'S' }).returning('old'))?.weight.toFixed()`,
  `(await update.set({ weight: 1 }).returning('new')).weight.toFixed()`,
  `(await update.set({ weight: 1 }).returning('changed')).weight?.toFixed()`,
  `const read = await db.get(Doc, { id: 'i' }).orThrow(); await db.put(Doc, read); await db.update(Doc, read).set({ text: 'x' }); await db.delete(Doc, read)`,
  `await db.create(Doc, { id: 'i', text: 'x' })`,
  `(await db.move(Fruit, key, { date: 'e' })).weight.toFixed()`
]

const messages = compile(prelude, [...mistakes.map(([, code]) => code), ...fine])

for (const [i, [what, , ...expected]] of mistakes.entries())
  test(`${what} is a compile error that names it`, () => {
    const text = messages[i]?.join('\n') ?? ''
    for (const part of expected) assert.ok(text.includes(part), `the compiler says: ${text || 'nothing'}`)
  })

for (const [i, code] of fine.entries()) test(`compiles: ${code}`, () => assert.equal(messages[mistakes.length + i], []))

test.run()
