/** What is stored is what was given: any value in any field is read back equal, or refused with its path. */
import { deepStrictEqual } from 'node:assert'
import { types } from 'node:util'
import { runInNewContext } from 'node:vm'
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import fc from 'fast-check'
import { connect, eq, InvalidItem, model, t } from 'keystorm'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import * as v from 'valibot'
import type { AnyField } from '../../lib/fields/field.ts'
import { definitionIn } from '../../lib/schema/definition.ts'
import { errorFrom } from '../support/errors.ts'
import { hostile } from '../support/hostile.ts'
import { assertTried, tries } from '../support/runs.ts'

const fields: Readonly<Record<string, AnyField | ReturnType<typeof v.any>>> = {
  string: t.string(),
  number: t.number(),
  int: t.int(),
  boolean: t.boolean(),
  binary: t.binary(),
  date: t.date(),
  choice: t.oneOf('x', 'y'),
  json: t.json(),
  type: t.type<unknown>(),
  any: v.any(),
  nullable: t.json().nullable(),
  strings: t.list(t.string()),
  ints: t.list(t.int()),
  jsons: t.list(t.json()),
  types: t.list(t.type<unknown>()),
  lists: t.list(t.list(t.type<unknown>())),
  set: t.set(t.string()),
  numbers: t.set(t.number()),
  bytes: t.set(t.binary()),
  record: t.record(t.string()),
  records: t.record(t.record(t.type<unknown>())),
  map: t.map({ a: t.type<unknown>().optional(), b: t.int().optional() }),
  maps: t.list(t.map({ a: t.map({ list: t.json().optional() }).optional() })),
  // Their types say what else becomes of a value: an integer of any kind a bigint, a Date one without milliseconds.
  bigint: t.bigint(),
  bigints: t.set(t.bigint()),
  epoch: t.epoch()
}

/** A model for each field, as an attribute and deeper down. */
const models = Object.entries(fields).map(
  ([name, of]) => [name, model(name).pk('a').sk('b').fields({ x: of })] as const
)

/** A value as it comes back, where it does: without what is absent, of the usual prototypes, and with one zero. */
const plainly = (value: unknown): unknown => {
  if (value instanceof Uint8Array) return new Uint8Array(value)
  if (types.isDate(value)) return new Date(Date.prototype.getTime.call(value))
  if (value instanceof Set) return new Set([...value].map(plainly))
  if (Array.isArray(value)) return Object.assign([...value], { ...value, ...value.map(plainly) })
  if (typeof value === 'object' && value !== null && [null, Object.prototype].includes(Object.getPrototypeOf(value)))
    return Object.fromEntries(
      Reflect.ownKeys(value)
        .filter(name => Object.prototype.propertyIsEnumerable.call(value, name))
        .map(name => [name, plainly(Reflect.get(value, name))] as const)
        .filter(([, member]) => member !== undefined)
    )
  return Object.is(value, -0) ? 0 : value
}

const expected = (name: string, value: unknown): unknown => {
  if (name === 'bigint') return BigInt(value as string)
  if (name === 'bigints') return new Set([...(value as Set<number>)].map(BigInt))
  if (name === 'epoch') return new Date(Math.floor(Date.prototype.getTime.call(value) / 1000) * 1000)
  return plainly(value)
}

const db = connect({ table: 'table' })
const key = { a: 'x', b: 'y' }

test('any value in any field, written whole or by an update, is read back equal, or is InvalidItem with its path', () => {
  let stored = 0
  fc.assert(
    fc.property(hostile, value => {
      for (const [name, of] of models) {
        const ways: (() => AttributeValue | undefined)[] = [
          () => db.put(of, { ...key, x: value } as never).compile().Item?.x,
          () =>
            Object.values(
              db
                .update(of, key)
                .set({ x: eq(value) } as never)
                .compile().ExpressionAttributeValues ?? {}
            )[0]
        ]
        for (const write of ways)
          try {
            const x = write()
            assert.ok(x, `${name} is not stored`)
            const read = definitionIn(of).decode({ a: { S: 'x' }, b: { S: 'y' }, x }).x
            deepStrictEqual(plainly(read), expected(name, value))
            stored++
          } catch (error) {
            if (value === undefined) continue // absent
            if (!(error instanceof InvalidItem)) throw error
            for (const { path, message } of error.data.issues)
              assert.ok(path[0] === 'x' || (path.length === 0 && /bytes, names included/.test(message)), message)
          }
      }
    }),
    { numRuns: tries(300) }
  )
  assertTried(stored > 300, `${stored} were stored`)
})

const Box = model('Box')
  .pk('a')
  .sk('b')
  .fields({
    json: t.json().optional(),
    any: t.type<unknown>().optional(),
    list: t.list(t.json()).optional(),
    points: t.record(t.int()).optional(),
    inner: t.map({ city: t.string().optional() }).optional(),
    day: t.date().optional(),
    tags: t.set(t.string()).optional(),
    choice: v.optional(v.any())
  })
const refusal = async (values: object) =>
  (await errorFrom(() => db.put(Box, { ...key, ...values } as never).compile())).message

class User {
  name = 'x'
}
const refused: [what: string, values: object, message: string | RegExp][] = [
  [
    'a Map',
    { points: new Map() },
    'points: must be an object, but is an object (Map); only plain objects are stored: give Object.fromEntries(map)'
  ],
  ['a Map for a map', { inner: new Map() }, 'inner: must be an object, but is an object (Map); only plain'],
  [
    'an instance',
    { json: new User() },
    'json: must be a JSON value, but is an object (User); only plain objects are stored: spread it, { ...object }'
  ],
  ['an instance for a map', { inner: new User() }, 'inner: must be an object, but is an object (User); only plain'],
  [
    'an instance that a schema let pass',
    { choice: new User() },
    'choice: must be a value that DynamoDB can store, but is an object (User)'
  ],
  [
    'a URL deep inside',
    { list: [{ a: [new URL('https://example.org')] }] },
    'list[0].a[0]: must be a JSON value, but is an object (URL)'
  ],
  [
    'a list with a hole',
    { list: Object.assign(new Array(3), { 0: 1, 2: 2 }) },
    'list[1]: is nothing, and a list has no absent elements'
  ],
  ['a list with undefined', { json: [undefined] }, 'json[0]: is nothing, and a list'],
  [
    'a match',
    { json: /x/.exec('x') },
    'json: has properties beside its elements, which cannot be stored: spread it, [...list]'
  ],
  ...['-1', '0.5', '', ' ', '1e0', '01'].map((name): [string, object, string] => [
    `a list with the name '${name}'`,
    { json: Object.assign([1, 2], { [name]: 3 }) },
    'json: has properties beside its elements'
  ]),
  [
    'a bigint that is a number',
    { any: 5n },
    'any: must be a value that DynamoDB can store, but is 5n; a bigint could come back as a number: use t.bigint()'
  ],
  ['such a bigint in a set', { any: new Set([5n]) }, 'any: must be a value'],
  ['a symbol among names', { json: { [Symbol('x')]: 1 } }, 'json: has a symbol among its names'],
  ['the name __proto__', { points: JSON.parse('{"__proto__":1}') }, 'points.__proto__: is no name for an attribute'],
  ['a name with half a character', { json: { '\ud800': 1 } }, 'json.\\ud800: is no name for an attribute'],
  ['a name beyond the limit', { json: { ['x'.repeat(65_536)]: 1 } }, /json\.x+…: is no name/],
  ['what only looks like a Date', { day: Object.create(Date.prototype) }, 'day: must be a valid Date'],
  ['what only looks like a Set', { tags: Object.create(Set.prototype) }, 'tags: must be a Set']
]
for (const [what, values, message] of refused)
  test(`refuses ${what}`, async () => {
    assert.match(await refusal(values), message)
  })

test('plain objects, lists, dates and sets of another realm are what they are', () => {
  const values = runInNewContext(
    `({ json: { a: [1, { b: null }] }, day: new Date(0), tags: new Set(['x']), points: {} })`
  )
  const { json, day, tags, points } = definitionIn(Box).encode({ ...key, ...values })
  const M = { a: { L: [{ N: '1' }, { M: { b: { NULL: true } } }] } }
  assert.equal([json, day, tags, points], [{ M }, { S: '1970-01-01T00:00:00.000Z' }, { SS: ['x'] }, { M: {} }])
})

test('a name that no map can hold is refused on every way in', async () => {
  const evil = JSON.parse('{"__proto__": 5}')
  const update = (changes: object) =>
    db
      .update(Box, key)
      .set(changes as never)
      .compile()
  for (const changes of [
    { points: evil },
    { points: eq(evil) },
    { 'points.__proto__': 5 },
    { json: evil },
    { 'json.a.__proto__': 5 },
    { points: { '': 1 } },
    { 'points.\ud800': 1 }
  ])
    assert.instance(await errorFrom(() => update(changes)), InvalidItem, JSON.stringify(changes))
})

/** Ends what takes more than two seconds. */
const soon = <T>(act: () => T): T => runInNewContext('act()', { act }, { timeout: 2_000 })

const twice = (levels: number, pair: (value: unknown) => unknown, value: unknown): unknown =>
  levels === 0 ? value : twice(levels - 1, pair, pair(value))
const cycle: Record<string, unknown> = {}
cycle.a = { list: [1, cycle, cycle] }
const cyclicList: unknown[] = []
cyclicList.push(cyclicList, cyclicList)
let deepField: AnyField = t.map({ n: t.int() })
for (let i = 0; i < 20; i++) deepField = t.map({ a: deepField, b: deepField } as never)
const Deep = model('Deep').pk('a').sk('b').fields({ x: deepField })

for (const [what, values, message] of [
  [
    'holds another twice, twenty levels deep',
    { json: twice(20, x => [x, x], 1) },
    /: is too much: an item has at most 400 KB/
  ],
  ['holds another twice, thirty levels deep', { any: twice(30, x => ({ a: x, b: x }), 1) }, /: is too much/],
  ['holds another twice, forty levels deep', { any: twice(40, x => ({ a: x, b: x }), 1) }, /deeper than 32 levels/],
  ['is one long text many times', { json: Array(1_000).fill('x'.repeat(100_000)) }, /json\[\d+\]: is too much/],
  ['is one byte array many times', { any: Array(1_000).fill(new Uint8Array(100_000)) }, /any\[\d+\]: is too much/],
  ['holds itself', { json: cycle }, /json\.a\.list\[1\]: is cyclic: it holds itself/],
  ['is a list of itself', { list: cyclicList }, /list\[0\]: is cyclic: it holds itself/],
  ['a schema let pass', { choice: twice(30, x => [x, x], {}) }, /: is too much/],
  ['holds itself and a schema let pass', { choice: cycle }, /choice\.a\.list\[1\]: is cyclic/],
  ['is wrong a million times', { json: Array(300_000).fill(Array(3).fill(Number.NaN)) }, /and \d+ more/]
] as const)
  test(`a value that ${what} is refused soon, with its path`, async () => {
    const put = await errorFrom(() => soon(() => db.put(Box, { ...key, ...values } as never).compile()))
    assert.instance(put, InvalidItem)
    assert.match(put.message, message)
    const changes = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, eq(value as never)]))
    assert.instance(
      await errorFrom(() =>
        soon(() =>
          db
            .update(Box, key)
            .set(changes as never)
            .compile()
        )
      ),
      InvalidItem
    )
  })

test('so is one whose fields are shared in the same way', async () => {
  const x = twice(20, of => ({ a: of, b: of }), { n: 1 })
  assert.match((await errorFrom(() => soon(() => definitionIn(Deep).encode({ ...key, x })))).message, /is too much/)
})

test('a value that stands in two places, or is as large as DynamoDB takes, is stored', () => {
  const shared = { a: [1] }
  assert.equal(definitionIn(Box).encode({ ...key, json: [shared, { shared }] }).json, {
    L: [{ M: { a: { L: [{ N: '1' }] } } }, { M: { shared: { M: { a: { L: [{ N: '1' }] } } } } }]
  })
  assert.is(definitionIn(Box).encode({ ...key, list: Array(200_000).fill(true) }).list?.L?.length, 200_000)
})

test.run()
