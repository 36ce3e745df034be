/** Errors are logged: their messages are short and on one line, whatever was given, and they print no item. */
import { inspect } from 'node:util'
import { ConditionalCheckFailedException, TransactionCanceledException } from '@aws-sdk/client-dynamodb'
import fc from 'fast-check'
import {
  BatchIncomplete,
  ConditionFailed,
  connect,
  InvalidItem,
  ItemExists,
  ItemNotFound,
  isKeystormError,
  KeystormError,
  model,
  TransactionCancelled,
  t
} from 'keystorm'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { describe, MAX_MESSAGE } from '../../lib/errors.ts'
import { character } from '../support/arbitrary.ts'
import { errorFrom } from '../support/errors.ts'
import { hostile } from '../support/hostile.ts'
import { assertTried, tries } from '../support/runs.ts'

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/

test('whatever a value is, it is described in a few words on one line', () => {
  fc.assert(
    fc.property(hostile, value => {
      const text = describe(value)
      assert.ok(text.length > 0 && text.length <= 80, text)
      assert.not.match(text, UNPRINTABLE)
    }),
    { numRuns: tries(3_000) }
  )
})

const revoked = <T extends object>(target: T): T => {
  const { proxy, revoke } = Proxy.revocable(target, {})
  revoke()
  return proxy
}
const described: [what: string, value: unknown, text: string][] = [
  ['a revoked proxy', revoked({}), 'an object that cannot be read'],
  ['a revoked proxy of a list', revoked([]), 'an object that cannot be read'],
  ['a constructor that is data', JSON.parse('{"constructor":{"name":{"toString":1}}}'), 'an object (Object)'],
  ['a constructor that is a text', { constructor: 'x' }, 'an object (Object)'],
  [
    'a class with a name of several lines',
    new (Object.defineProperty(class {}, 'name', { value: 'a\nb' }))(),
    'an object'
  ],
  ['a class that a bundler has named anew', new (class _Get {})(), 'an object (Get)'],
  ['a bigint of a million digits', 1n << 4_000_000n, 'a bigint of more than 40 digits'],
  ['a bigint', -12n, '-12n'],
  ['a text with control characters', 'a\u001b[2K\u2028\u0085', '"a\\u001b[2K\\u2028\\u0085"'],
  ['a text of control characters', '\u0000'.repeat(40), 'a string of 40 characters'],
  ['a symbol', Symbol('\n'), 'a symbol'],
  ['a date with a text of its own', Object.assign(new Date(0), { toJSON: () => '\n' }), '1970-01-01T00:00:00.000Z'],
  ['a date without its prototype', Object.setPrototypeOf(new Date(0), null), '1970-01-01T00:00:00.000Z'],
  ['what has the prototype of dates', Object.create(Date.prototype), 'an object that cannot be read'],
  ['bytes', new Uint8Array([1, 2, 255]), 'bytes "AQL/"'],
  ['many bytes', Buffer.alloc(49), '49 bytes'],
  ['what has the prototype of bytes', Object.create(Uint8Array.prototype), 'an object that cannot be read'],
  ['an object without prototype', Object.create(null), 'an object (no prototype)']
]
for (const [what, value, text] of described) test(`describes ${what}`, () => assert.is(describe(value), text))

const M = model('M')
  .pk('a')
  .sk('b')
  .fields({
    n: t.int().optional(),
    names: t.record(t.int()).optional(),
    any: t.json().optional(),
    size: t.oneOf('S', 'M').optional(),
    inner: t.map({ x: t.list(t.date()) }).optional()
  })
const db = connect({ table: 'table' })

const text = fc.oneof(
  fc.string({ unit: character, maxLength: 30 }),
  fc.constantFrom('\n', '\u2028', '\u001b[2K', '\ud800', 'x'.repeat(5_000), '\u0000'.repeat(5_000), '\u202egpj')
)

test('whatever is given, the message is short and on one line', async () => {
  const given = fc.record(
    { a: text, b: text, n: hostile, names: fc.dictionary(text, hostile), any: hostile, size: hostile, inner: hostile },
    { requiredKeys: ['a', 'b'] }
  )
  const more = fc.dictionary(text, hostile, { maxKeys: 30 })
  let refused = 0
  await fc.assert(
    fc.asyncProperty(given, more, async (item, others) => {
      const all = { ...others, ...item } as never // what the compiler would refuse
      const acts: (() => unknown)[] = [
        () => db.put(M, all).compile(),
        () => db.update(M, { a: 'x', b: 'y' }).set(all).compile(),
        () => db.put(M, { a: 'x', b: 'y' }).if(all).compile(),
        () =>
          db
            .query(M)
            .where(all as { a: string; b: string })
            .compile(),
        () => db.get(M, all).compile()
      ]
      for (const act of acts) {
        const error = await Promise.resolve()
          .then(act)
          .then(
            () => undefined,
            (problem: unknown) => problem
          )
        if (!isKeystormError(error)) continue
        refused++
        assert.ok(error.message.length <= MAX_MESSAGE, `${error.message.length} characters`)
        assert.not.match(error.message, UNPRINTABLE)
      }
    }),
    { numRuns: tries(300) }
  )
  assertTried(refused > 500, `${refused} were refused`)
})

test('of many issues the first few are in the message, and all in data', async () => {
  const names = Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`n${i}`, 'x']))
  const error = await errorFrom(() => db.put(M, { a: 'x', b: 'y', names: names as never }).compile())
  assert.instance(error, InvalidItem)
  assert.is((error as InvalidItem).data.issues.length, 5_000)
  assert.match(error.message, /^M: nothing was sent, because names\.n0: must be an integer .*; and 49\d\d more\.$/)
})

test('a long key is shown by its beginning', async () => {
  const { message } = new ItemNotFound('M', { PK: `A#${'x'.repeat(2_000)}`, SK: 'B#\n' })
  assert.match(message, /^M: no item under PK "A#x{117}…" \(2002 characters\), SK "B#\\n"\.$/)
})

const SECRET = 'a secret of the item'
const item = { a: 'x', secret: SECRET }
const stored = { a: { S: SECRET } }
const key = { PK: 'a', SK: 'b' }
const meta = { $metadata: {}, message: '' }
const refused = new ConditionalCheckFailedException({ ...meta, Item: stored })
const cancelled = new TransactionCanceledException({ ...meta, CancellationReasons: [{ Code: 'X', Item: stored }] })
const because = { reason: 'condition', sentence: 'so' } as const

const withItems: [string, KeystormError, (error: never) => unknown[]][] = [
  [
    'ConditionFailed',
    new ConditionFailed('M', key, item, because, { cause: refused }),
    (error: ConditionFailed) => [error.item, error.data.item]
  ],
  ['ItemExists', new ItemExists('M', key, { cause: refused }), () => [item]],
  [
    'TransactionCancelled',
    new TransactionCancelled('written', [{ code: 'X', message: '', model: 'M', key, item }], { cause: cancelled }),
    (error: TransactionCancelled) => error.data.reasons.map(reason => reason.item)
  ],
  [
    'BatchIncomplete',
    new BatchIncomplete('so', { verb: 'batchGet()', done: 0, left: [item], positions: [0], results: [item] }),
    (error: BatchIncomplete) => [...error.left, ...error.results, ...error.data.left, ...error.data.results]
  ]
]
for (const [name, error, items] of withItems)
  test(`${name} has its items, and does not print them`, () => {
    assert.equal(new Set(items(error as never)), new Set([item]))
    const printed = [
      inspect(error, { depth: null }),
      inspect({ error }, { depth: null }),
      JSON.stringify(error),
      JSON.stringify(error.data),
      inspect(error.data, { depth: null }),
      String(error.stack),
      JSON.stringify({ ...error, cause: error.cause })
    ]
    for (const text of printed) assert.not.match(text, SECRET)
    assert.instance(error, KeystormError)
  })

test.run()
