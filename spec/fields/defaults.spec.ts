/** Defaults: a read gives them as it would give stored ones. */
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { InvalidItem, InvalidModel, model, t, UndecodableItem } from 'keystorm'
import { localTable } from 'keystorm/testing'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { z } from 'zod'
import { generatedDecoder, inOrder, loopedDecoder } from '../../lib/fields/decoder.ts'
import { definitionIn } from '../../lib/schema/definition.ts'
import { errorFrom } from '../support/errors.ts'

const draft = model('Account').pk('id').sk('kind')
const row = { PK: { S: 'I#a#Account' }, SK: { S: 'K#b' }, id: { S: 'a' }, kind: { S: 'b' } }
type Row = Record<string, AttributeValue>

const limits = t.map({ day: t.int().default(5), tags: t.set(t.string()).default(new Set(['x'])) })
const Account = draft.fields({
  sum: t.bigint().default(0),
  limits: limits.default({}),
  lines: t.list(limits).default([{}, { day: 1 }]),
  rates: t.record(limits).default({ a: {} }),
  since: t.date().default(new Date(0)),
  until: t.epoch().default(() => new Date(1_500)),
  bytes: t.binary().default(Buffer.from('ab')),
  any: t.type<object>().default({ of: [new Set([1]), Buffer.from('c')] }),
  made: t.map({ n: t.int().default(() => ++made) }).default({}),
  none: t.string().nullable().default(null)
})
let made = 0
const decode = (stored: Row = row) => definitionIn(Account).decode(stored)

test('a default is read as it would be had it been stored, nested ones filled in', () => {
  const day = { day: 5, tags: new Set(['x']) }
  assert.equal(decode(), {
    id: 'a',
    kind: 'b',
    sum: 0n,
    limits: day,
    lines: [day, { ...day, day: 1 }],
    rates: { a: day },
    since: new Date(0),
    until: new Date(1_000),
    bytes: new Uint8Array([97, 98]),
    any: { of: [new Set([1]), new Uint8Array([99])] },
    made: { n: made },
    none: null
  })
})

test('what a write gives is what a read of its row gives, and of a row without the attributes', () =>
  localTable(async ({ db }) => {
    const { made: _, ...written } = await db.put(Account, { id: 'a', kind: 'b' })
    const { made: __, ...read } = await db.get(Account, { id: 'a', kind: 'b' }).orThrow()
    const { made: ___, ...filled } = decode()
    assert.equal(read, written)
    assert.equal(filled, written)
  }))

test('each read has values of its own, whoever else changes his', () => {
  const before = structuredClone({ ...decode(), made: undefined })
  const given: { list: number[]; bytes: Uint8Array } = { list: [1], bytes: new Uint8Array([1]) }
  const Shared = draft.fields({ a: t.type<object>().default(given), b: t.type<object>().default(() => given) })
  given.list.push(2)
  const read = definitionIn(Shared).decode(row) as Record<'a' | 'b', typeof given>
  assert.equal(read, { id: 'a', kind: 'b', a: { list: [1], bytes: new Uint8Array([1]) }, b: given })
  const first = decode() as Record<string, never>
  const all = [first, read.a, read.b]
  const spoil = (value: unknown): void => {
    if (value instanceof Uint8Array) value.fill(7)
    else if (value instanceof Set) value.clear()
    else if (value instanceof Date) value.setTime(7)
    else if (typeof value === 'object' && value !== null) {
      for (const inner of Object.values(value)) spoil(inner)
      if (Array.isArray(value)) value.length = 0
    }
  }
  for (const value of all) spoil(value)
  assert.equal({ ...decode(), made: undefined }, before)
  assert.equal((definitionIn(Shared).decode(row) as typeof read).a.bytes, new Uint8Array([1]))
  assert.equal(given.bytes, new Uint8Array([1]))
})

test('generated code and the loop give the same defaults', () => {
  const { entries } = definitionIn(Account).attributes
  const without = inOrder(entries.filter(({ name }) => name !== 'made'))
  for (const stored of [row, { ...row, limits: { M: {} }, sum: { NULL: true } }] as Row[])
    assert.equal(Object.entries(generatedDecoder(without)(stored)), Object.entries(loopedDecoder(without, stored)))
})

const unfit: [what: string, make: () => unknown, problem: RegExp][] = [
  [
    'a default',
    () => draft.fields({ sum: t.bigint().default('x') }),
    /^Account: the default of sum does not fit: it must be a bigint/
  ],
  [
    'one inside a map',
    () => draft.fields({ a: t.map({ b: t.int().default(0.5) }) }),
    /default of a\.b does not fit: it must be an integer/
  ],
  [
    'one in a list',
    () => draft.fields({ a: t.list(t.map({ b: t.int().default(0.5) })).optional() }),
    /default of a\[0\]\.b does not/
  ],
  [
    'one in a record',
    () => draft.fields({ a: t.record(t.map({ b: t.int().default(0.5) })) }),
    /default of a\.\*\.b does not/
  ],
  ['a part of one', () => draft.fields({ a: t.map({ b: t.int() }).default({ b: 0.5 }) }), /default of a\.b does not/],
  [
    'null',
    () => draft.fields({ a: t.string().default(null as never) }),
    /default of a does not fit: it must be a string, but is null/
  ],
  [
    'undefined',
    () => draft.fields({ a: t.string().optional().default(undefined) }),
    /default of a does not fit: it must be a string/
  ],
  [
    'an instance of a class',
    () => draft.fields({ a: t.type<object>().default(new URL('x:y')) }),
    /default of a does not fit/
  ]
]
unfit.push([
  'one that no key can hold',
  () => draft.fields({ kind: t.string().default('') }),
  /^Account: kind stands in SK, and its default cannot: it must be a string that is not empty/
])
for (const [what, make, problem] of unfit)
  test(`${what} that does not fit is refused where the model is made`, async () => {
    const error = await errorFrom(make)
    assert.instance(error, InvalidModel)
    assert.match(error.message, problem)
  })

test('what a function gives is looked at each time', async () => {
  let value: unknown = 1
  const Made = draft.fields({
    n: t.int().default(() => value as number),
    m: t.map({ o: t.int().default(() => value as number) }).default({})
  })
  const { decode, encode } = {
    decode: () => definitionIn(Made).decode(row),
    encode: () => definitionIn(Made).encode({ id: 'a', kind: 'b' })
  }
  assert.equal(decode(), { id: 'a', kind: 'b', n: 1, m: { o: 1 } })
  for (value of ['x', undefined, null]) {
    const read = await errorFrom(decode)
    assert.instance(read, UndecodableItem)
    assert.match(read.message, /does not fit: n: the default does not fit: must be an integer/)
    assert.instance(await errorFrom(encode), InvalidItem)
  }
})

test('a function inside of a default is not called before it is needed', () => {
  let calls = 0
  const Made = draft.fields({ m: t.map({ o: t.int().default(() => ++calls) }).default({}) })
  assert.is(calls, 0)
  for (const o of [1, 2]) assert.equal(definitionIn(Made).decode(row), { id: 'a', kind: 'b', m: { o } })
})

test('the default of a schema, too, is read as if it had been stored', () => {
  const shared = ['x']
  const Schema = draft.fields({ tags: z.array(z.string()).default(shared) })
  const { tags } = definitionIn(Schema).decode(row) as { tags: string[] }
  assert.equal(tags, ['x'])
  tags.push('y')
  assert.equal(definitionIn(Schema).decode(row).tags, ['x'])
})

test.run()
