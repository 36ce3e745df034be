/** Whatever stands in a row, and however long it is, a read of it soon ends: with a value, or a KeystormError. */
import { runInNewContext } from 'node:vm'
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import fc from 'fast-check'
import { isKeystormError, model, models, t } from 'keystorm'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { decimalOf, numberText, showDecimal, simpleNumber } from '../../lib/fields/decimal.ts'
import { measure } from '../../lib/plan/write/size.ts'
import { definitionIn } from '../../lib/schema/definition.ts'
import { tries } from '../support/runs.ts'

/** As much as an attribute can have, in time that is far more than linear work needs. */
const LENGTH = 400_000
const soon = (what: string, act: () => void): void => {
  const start = performance.now()
  runInNewContext('act()', { act }, { timeout: 2_000 })
  if (performance.now() - start > 1_000) console.warn(`${what}: ${Math.round(performance.now() - start)} ms`)
}

const many = (text: string): string => text.repeat(LENGTH / text.length)
const texts: readonly string[] = [
  ...['0', '9', '-', ' ', '#', '%25', '(', '1e', '1.'].map(many),
  ...['1', '-1.', '1e', '0x', ' ', '2026-01-01T00:00:00.'].flatMap(start => [
    start + many('0'),
    `${start + many('0')}x`,
    `${start + many('0')}1`,
    `${start + many('9')}x`
  ]),
  `1${many(' ')}x`,
  `${many('0')}.${many('0')}`,
  `${many('10')}e-${LENGTH}`,
  `2026-01-01 ${many('(')}${many(')')}`,
  ...['1e1000000000', '1e100000000', '1e-1000000000', '-1e999', `1e${many('9')}`, `0e${many('9')}`]
]

const fields = {
  string: t.string(),
  number: t.number(),
  int: t.int(),
  bigint: t.bigint(),
  boolean: t.boolean(),
  binary: t.binary(),
  date: t.date(),
  epoch: t.epoch(),
  choice: t.oneOf('a', 'b'),
  list: t.list(t.bigint()),
  set: t.set(t.bigint()),
  record: t.record(t.number()),
  map: t.map({ of: t.bigint() }),
  json: t.json(),
  type: t.type<unknown>(),
  version: t.version(),
  ttl: t.ttl()
}
const row = { PK: { S: 'A#x#M' }, SK: { S: 'B#y' }, a: { S: 'x' }, b: { S: 'y' } }
const mayThrow = (act: () => unknown): void => {
  try {
    act()
  } catch (error) {
    if (!isKeystormError(error)) throw error
  }
}

for (const [name, of] of Object.entries(fields))
  test(`t.${name}() of a very long text or number`, () => {
    const set = models({ M: model('M').pk('a').sk('b').fields({ of }) })
    for (const text of texts) {
      const stored: AttributeValue[] = [
        { S: text },
        { N: text },
        { L: [{ S: text }] },
        { NS: [text] },
        { M: { of: { N: text } } }
      ]
      soon(`t.${name}() of ${text.slice(0, 20)}`, () => {
        for (const of of stored) mayThrow(() => set.read({ ...row, of }))
      })
    }
  })

const keyed = {
  text: model('M').pk('a').sk('b').fields({}),
  raw: model('M').rawKeys().pk('a', 'x').sk('b', 'c', 'd'),
  int: model('M')
    .pk('a')
    .sk('b')
    .fields({ a: t.int(), b: t.int({ digits: 4 }) }),
  date: model('M').pk('a').sk('b').fields({ a: t.date(), b: t.boolean() }),
  choice: model('M')
    .pk('a')
    .sk('b')
    .fields({ a: t.oneOf('x', 'y'), b: t.literal('z') })
}
for (const [name, of] of Object.entries(keyed))
  test(`keys of ${name} that are very long`, () => {
    for (const text of texts)
      soon(`a key of ${name} of ${text.slice(0, 20)}`, () => {
        for (const key of [
          { PK: `A#${text}#M`, SK: 'B#y' },
          { PK: 'A#x#M', SK: `B#${text}` },
          { PK: `A#${text}#X#${text}#M`, SK: `B#${text}#C#${text}#D#${text}` },
          { PK: text, SK: text }
        ]) {
          mayThrow(() => of.parse(key))
          mayThrow(() => models({ M: of as typeof keyed.text }).read({ ...row, PK: { S: key.PK }, SK: { S: key.SK } }))
        }
      })
  })

test('a bigint of any length is refused or written in time that its length needs', () => {
  const Big = definitionIn(model('M').pk('a').sk('b').fields({ of: t.bigint() }))
  for (const of of [...texts, 10n ** 200_000n, -(2n ** 600_000n)])
    soon('a bigint', () => mayThrow(() => Big.encode({ a: 'x', b: 'y', of })))
})

test('a bigint or integer is written, or refused, as its digits in a text are, which are read as a decimal', () => {
  const Big = definitionIn(model('M').pk('a').sk('b').fields({ of: t.bigint() }))
  const written = (of: bigint | number | string): unknown => {
    try {
      return Big.encode({ a: 'x', b: 'y', of })
    } catch (error) {
      return String(error)
    }
  }
  const powers = fc
    .tuple(fc.nat({ max: 130 }), fc.bigInt({ min: -12n, max: 12n }), fc.constantFrom(1n, -1n))
    .map(([exponent, more, sign]) => sign * (10n ** BigInt(exponent) + more))
  const values = fc.oneof(powers, fc.bigInt(), fc.maxSafeInteger(), fc.constant(-0))
  fc.assert(
    fc.property(values, value => assert.equal(written(value), written(String(value)))),
    { numRuns: tries(2_000) }
  )
})

test('numbers of any length are measured in time', () => {
  for (const N of texts) soon('size', () => assert.type(measure({ of: { N } }).size, 'number'))
})

test('a decimal is what JavaScript reads of it, and no other text is one', () => {
  const zeros = fc.nat({ max: 3 }).map(n => '0'.repeat(n))
  const digits = fc.stringMatching(/^\d{0,12}$/)
  const decimal = fc
    .tuple(
      fc.constantFrom('', '-', '+'),
      zeros,
      digits,
      fc.constantFrom('', '.'),
      digits,
      zeros,
      fc.constantFrom('', 'e5', 'E-7', 'e+012')
    )
    .map(parts => parts.join(''))
  fc.assert(
    fc.property(fc.oneof(decimal, fc.stringMatching(/^[-+.eE0-9x_ ]{0,8}$/)), text => {
      const read = decimalOf(text)
      const isNumber = /^\s*[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?\s*$/i.test(text)
      assert.is(read !== undefined, isNumber, text)
      const value = Number(text) || 0
      if (read) assert.is(Number(showDecimal(read)) || 0, value, text)
      const simple = [simpleNumber(text), simpleNumber(text, true)]
      for (const number of simple) if (number !== undefined) assert.ok(isNumber && Object.is(number, value), text)
      if (simple[1] !== undefined) assert.match(text, /^-?\d+$/)
      if (/^-?\d+\.\d+$/.test(text)) assert.is(simple[0], value, text)
    }),
    { numRuns: tries(2_000) }
  )
})

test('a number is printed as String() prints it', () => {
  const whole = fc.oneof(fc.maxSafeInteger(), fc.double({ noNaN: true }).map(Math.round))
  const round = fc.tuple(fc.integer({ min: 0, max: 2 ** 31 }), fc.integer({ min: -2, max: 2 }))
  const numbers = fc.oneof(
    fc.double(),
    whole,
    round.map(([millions, near]) => millions * 1_000_000 + near),
    fc.nat(60).chain(power => fc.integer({ min: -2, max: 2 }).map(near => 2 ** power + near))
  )
  fc.assert(
    fc.property(numbers, number => assert.is(numberText(number), String(number))),
    { numRuns: tries(5_000) }
  )
})

test.run()
