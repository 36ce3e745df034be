import vm from 'node:vm'
import {
  anyOf,
  attr,
  connect,
  eq,
  InvalidCondition,
  InvalidItem,
  InvalidKey,
  isKeystormError,
  model,
  oneOf,
  plus,
  t
} from 'keystorm'
import { modify } from 'keystorm/modify'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { StandardSchema } from '../../lib/fields/schema.ts'
import { errorFrom } from '../support/errors.ts'
import { idleClient } from '../support/idle.ts'

const { client } = idleClient()
const db = connect({ table: 'table', client })
const Doc = model('Doc')
  .pk('id')
  .sk('#id')
  .fields({
    at: t.date().optional(),
    bytes: t.binary().optional(),
    tags: t.set(t.string()).optional(),
    marks: t.set(t.binary()).optional(),
    list: t.list(t.string()).optional(),
    any: t.type<unknown>().optional()
  })
const id = 'a'
const key = { id }

/** What another realm makes of an expression, as a test runner or a worker's message does. */
const foreign = (code: string): unknown => vm.runInNewContext(code)

const revoked = (of: object = {}): unknown => {
  const { proxy, revoke } = Proxy.revocable(of, {})
  revoke()
  return proxy
}

const detached = (): Uint8Array => {
  const bytes = Uint8Array.of(1, 2)
  structuredClone(bytes, { transfer: [bytes.buffer] })
  return bytes
}

/** What no builder can have any use of, and the name that it is given under. */
const UNREADABLE: Readonly<Record<string, readonly [name: string, make: () => unknown]>> = {
  'a revoked proxy': ['any', revoked],
  'a revoked proxy of a list': ['list', () => revoked([])],
  'one in a map': ['any', () => ({ in: revoked() })],
  'one in a list': ['any', () => [[revoked([])]]],
  'one in a set': ['any', () => new Set([revoked()])],
  'a list that has no length': [
    'list',
    () => new Proxy(['a'], { get: (list, name) => (name === 'length' ? -1 : Reflect.get(list, name)) })
  ],
  'bytes whose buffer is gone': ['bytes', detached],
  'those in a list': ['any', () => [detached()]],
  'those in a set': ['marks', () => new Set([detached()])]
}

for (const [what, [name, make]] of Object.entries(UNREADABLE))
  test(`${what}: is refused in words wherever it is given, and where it stood is said`, async () => {
    const given = (value: unknown) => ({ [name]: value }) as { any: Record<string, unknown> } // types would refuse some
    for (const write of [
      () => db.put(Doc, { id, ...given(make()) }),
      () => db.create(Doc, { id, ...given(make()) }),
      () => db.update(Doc, key).set(given(make())),
      () => db.update(Doc, key).set(given(make())).upsert(),
      () => db.update(Doc, key).set(given(eq(make())))
    ]) {
      const error = await errorFrom(write)
      assert.instance(error, InvalidItem)
      assert.match(error.message, new RegExp(`\\b${name}`))
    }
    for (const test of [make(), eq(make()), oneOf(make())]) {
      const error = await errorFrom(() => db.scan(Doc).filter(given(test)))
      assert.instance(error, InvalidCondition)
      assert.match(error.message, new RegExp(`\\b${name}`))
    }
  })

test('what cannot be read is no key, no item and no condition', async () => {
  const none = revoked() as never
  assert.instance(await errorFrom(() => db.put(Doc, none)), InvalidItem)
  assert.instance(await errorFrom(() => db.get(Doc, none)), InvalidKey)
  assert.instance(await errorFrom(() => db.get(Doc, { id: none })), InvalidKey)
  assert.instance(await errorFrom(() => db.query(Doc).where({ id: none })), InvalidKey)
  assert.instance(await errorFrom(() => db.delete(Doc, key).if(none)), InvalidCondition)
  assert.instance(await errorFrom(() => db.scan(Doc).filter(anyOf(none))), InvalidCondition)
})

const Text = model('Text')
  .pk('name')
  .sk('length')
  .fields({ length: t.int(), size: t.int().optional(), message: t.string().optional() })
const at = { name: 'a', length: 1 }
const here = db.query(Text).where({ name: 'a' })

/** Wherever attributes are given by name; a program without types may give anything. */
const BY_NAME: Readonly<Record<string, (given: never) => unknown>> = {
  get: given => db.get(Text, given).compile(),
  put: given => db.put(Text, given).compile(),
  create: given => db.create(Text, given).compile(),
  update: given => db.update(Text, given).set({ size: 1 }).compile(),
  delete: given => db.delete(Text, given).compile(),
  set: given => db.update(Text, at).set({ size: 1 }).set(given).compile(),
  if: given => db.put(Text, at).if(given).compile(),
  filter: given => here.filter(given).compile(),
  anyOf: given => here.filter(anyOf(given)).compile(),
  where: given => here.where(given).compile(),
  startingAfter: given => here.startingAfter(given).compile(),
  orCreate: given => modify(db, Text, at, text => text).orCreate(given),
  load: given => db.load(Text, [given])
}
const NO_NAMES: Readonly<Record<string, unknown>> = {
  text: 'text',
  list: ['a'],
  function: (name: string) => name,
  Map: new Map([['name', 'a']]),
  Set: new Set(['a']),
  Date: new Date(0),
  bytes: Uint8Array.of(1),
  promise: Promise.resolve(at),
  operator: eq(1),
  change: plus(1),
  attribute: attr('size')
}

for (const [what, given] of Object.entries(NO_NAMES))
  test(`${what}: has no attributes, also where attributes are called length, name and size`, async () => {
    for (const [verb, give] of Object.entries(BY_NAME)) {
      if (verb === 'load' && what === 'promise') continue // items of a stream may be promised
      assert.ok(isKeystormError(await errorFrom(() => give(given as never))), verb)
    }
  })

test('dates, bytes and sets of other realms and of own classes are what they were when they were given', () => {
  class Day extends Date {
    zone = 'UTC'
  }
  class Bytes extends Uint8Array {}
  const dates = [foreign('new Date(5)'), new Day(5)] as Date[]
  for (const at of dates) {
    const put = db.put(Doc, { id, at })
    at.setTime(1e12)
    assert.equal(put.compile().Item?.at, { S: '1970-01-01T00:00:00.005Z' })
  }
  for (const bytes of [foreign('new Uint8Array([1, 2])'), new Bytes([1, 2]), Buffer.of(1, 2)] as Uint8Array[]) {
    const builders = [db.put(Doc, { id, bytes }), db.update(Doc, key).set({ any: [bytes] })] as const
    const test = eq(bytes)
    bytes.fill(255)
    const B = Uint8Array.of(1, 2)
    assert.equal(builders[0].compile().Item?.bytes, { B })
    assert.equal(builders[1].compile().ExpressionAttributeValues?.[':0'], { L: [{ B }] })
    assert.equal(db.scan(Doc).filter({ bytes: test }).compile().ExpressionAttributeValues, { ':0': { B } })
  }
  const tags = foreign('new Set(["a"])') as Set<string>
  const put = db.put(Doc, { id, tags })
  tags.add('b')
  assert.equal(put.compile().Item?.tags, { SS: ['a'] })
})

test('what a schema is given of a class that extends Date is one of that class, with its members', async () => {
  class Day extends Date {
    zone = 'UTC'
    text() {
      return `${this.toISOString().slice(0, 10)} ${this.zone}`
    }
  }
  const schema: StandardSchema<Day, string> = {
    '~standard': { version: 1, vendor: 'own', validate: value => ({ value: (value as Day).text() }) }
  }
  const Visit = model('Visit').pk('id').sk('#id').fields({ day: schema })
  const day = new Day(0)
  const put = db.put(Visit, { id, day })
  day.zone = 'CET'
  day.setTime(1e12)
  assert.equal(put.compile().Item?.day, { S: '1970-01-01 UTC' })
})

test('bytes are those of the array itself, whatever it says of its class', () => {
  const other = Object.assign(() => {}, { [Symbol.species]: Uint16Array })
  const bytes = Object.assign(Uint8Array.of(1, 2), { constructor: other })
  assert.equal(db.put(Doc, { id, bytes }).compile().Item?.bytes, { B: Uint8Array.of(1, 2) })
})

test('what a symbol names is not lost: of an item, a map and a condition it is refused', async () => {
  const named = <T extends object>(value: T): T => Object.assign(value, { [Symbol('x')]: 1 })
  for (const write of [
    () => db.put(Doc, named({ id })),
    () => db.put(Doc, { id, any: [named({})] }),
    () => db.update(Doc, key).set({ any: [named({})] })
  ])
    assert.instance(await errorFrom(write), InvalidItem)
  for (const test of [named({}), named({ list: ['a'] }), { any: named({ x: 1 }) }] as never[])
    assert.instance(await errorFrom(() => db.delete(Doc, key).if(test)), InvalidCondition)
})

test('a list of another realm that has names is refused as any that has', async () => {
  const list = foreign('Object.assign(["a"], { more: 1 })') as string[]
  assert.instance(await errorFrom(() => db.put(Doc, { id, list })), InvalidItem)
})

class Mine {
  get any() {
    return 1
  }
}

for (const [what, make] of Object.entries({
  'an instance whose class has all names': () => new Mine(),
  'what only inherits': () => Object.create({ any: 1 }),
  'a URL': () => new URL('https://example.org'),
  'search parameters': () => new URLSearchParams('any=1'),
  "another realm's Map": () => foreign('new Map([["any", 1]])'),
  "another realm's Set": () => foreign('new Set(["any"])'),
  "another realm's Date": () => foreign('new Date(0)'),
  'a typed array': () => new Uint16Array()
}))
  test(`${what}: is no condition that holds for every item, but none`, async () => {
    const given = make() as never
    assert.instance(await errorFrom(() => db.delete(Doc, key).if(given)), InvalidCondition)
    assert.instance(await errorFrom(() => db.scan(Doc).filter(given)), InvalidCondition)
    assert.instance(await errorFrom(() => db.scan(Doc).filter(anyOf(given, key))), InvalidCondition)
  })

test('bytes of another realm are a value in a document, and no map to go into', () => {
  const bytes = foreign('new Uint8Array([1])') as Record<string, unknown>
  const { FilterExpression, ExpressionAttributeValues } = db.scan(Doc).filter({ any: bytes }).compile()
  assert.is(FilterExpression, '#0 = :0')
  assert.equal(ExpressionAttributeValues, { ':0': { B: Uint8Array.of(1) } })
})

test('a condition that holds itself, or goes deeper than items do, is refused in words', async () => {
  const cyclic: Record<string, unknown> = { x: 1 }
  cyclic.self = cyclic
  let deep: unknown = 1
  for (let i = 0; i < 50_000; i++) deep = { deep }
  let twice: unknown = 1
  for (let i = 0; i < 30; i++) twice = { a: twice, b: twice }
  for (const [any, words] of [
    [cyclic, 'is cyclic'],
    [deep, 'nested deeper than 32 levels'],
    [twice, '300 operators']
  ] as const) {
    const error = await errorFrom(() => db.scan(Doc).filter({ any: any as Record<string, unknown> }))
    assert.instance(error, InvalidCondition)
    assert.match(error.message, words)
  }
})

test.run()
