/** The ends of ranges, beside any fixed text and between any delimiters: no key of a value in the range is beyond them. */
import fc from 'fast-check'
import { between, gt, InvalidKey, layout, lte, t, text } from 'keystorm'
import { localTable } from 'keystorm/testing'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type Ends, fixedEnds, textEnds } from '../../lib/keys/ends.ts'
import { type Escaping, escapingFor } from '../../lib/keys/escaping.ts'
import { compareText } from '../../lib/keys/order.ts'
import { errorFrom } from '../support/errors.ts'
import { runs } from '../support/runs.ts'

const KINDS = ['lt', 'lte', 'gt', 'gte'] as const

const isIn = (kind: keyof Ends, order: number): boolean =>
  (kind.startsWith('l') ? order < 0 : order > 0) || (kind.endsWith('e') && order === 0)

/** Both ends of what DynamoDB is asked for are among what it gives. */
const isWithin = (kind: keyof Ends, key: string, end: string): boolean =>
  kind.startsWith('l') ? compareText(key, end) <= 0 : compareText(key, end) >= 0

const delimiters = fc.constantFrom(
  '#',
  ':#',
  '-',
  '|',
  '-:#/|',
  './',
  '\u0000',
  '\u001f',
  ' !',
  '~',
  '\u007f',
  '$',
  '&'
)
/** The last character of all. */
const LAST = '\u{10ffff}'

const beyond = fc.constantFrom(
  '\u0080',
  'é',
  '→',
  '\ud7ff',
  '\ue000',
  '\uffff',
  '🍌',
  LAST,
  'A',
  '#',
  '\u0000',
  '%',
  ''
)

/** Values of what is around delimiters, of escapes, and of characters that have halves, or stand beside those. */
const valuesOf = (delimiters: string, follower: string, mayBeEmpty: boolean): fc.Arbitrary<string> => {
  const pieces = [...delimiters, follower, '%', '2', '3', 'a', '~', ' ', '\u0000', 'á', 'ê', '\ue001', '🍎', '\uffff']
  return fc
    .array(fc.constantFrom(...pieces.filter(Boolean)), { minLength: mayBeEmpty ? 0 : 1, maxLength: 4 })
    .map(all => all.join(''))
}

interface Place {
  readonly escaping: Escaping | undefined
  readonly follower: string
  readonly mayBeEmpty: boolean
  readonly values: readonly [string, string]
}

const place: fc.Arbitrary<Place> = fc.tuple(delimiters, fc.boolean()).chain(([all, isRaw]) =>
  fc.tuple(isRaw ? beyond : fc.constantFrom('', ...all), fc.boolean()).chain(([follower, mayBeEmpty]) =>
    fc.record({
      mayBeEmpty: fc.constant(mayBeEmpty),
      escaping: fc.constant(isRaw ? undefined : escapingFor(all)),
      follower: fc.constant(follower),
      values: fc.tuple(valuesOf(all, follower, mayBeEmpty), valuesOf(all, follower, mayBeEmpty))
    })
  )
)

const assertEnds = (ends: Ends, value: string, other: string, key: string): void => {
  for (const kind of KINDS) {
    const { text: end, isWide } = ends[kind](value)
    assert.ok(end.isWellFormed(), `${kind}() has half a character`)
    const isMeant = isIn(kind, compareText(other, value))
    const is = isWithin(kind, key, end)
    assert.ok(isWide ? is || !isMeant : is === isMeant, `${kind}() of ${value}: ${other}`)
  }
}

test('keys of values in a range are within its ends, and no others where nothing is to be checked', () => {
  fc.assert(
    fc.property(place, ({ escaping, follower, mayBeEmpty, values: [value, other] }) => {
      const key = `${escaping?.write(other) ?? other}${follower}`
      const ends = textEnds(escaping, follower, mayBeEmpty)
      assertEnds(ends, value, other, key)
      if (follower !== '') assertEnds(ends, value, other, `${key}x`)
    }),
    { numRuns: runs(20_000), includeErrorInReport: true }
  )
})

test('so it is of integers, before any fixed text', () => {
  const integer = fc.integer({ min: 100, max: 115 }).map(String)
  fc.assert(
    fc.property(beyond, integer, integer, (follower, value, other) =>
      assertEnds(fixedEnds(undefined, follower), value, other, `${other}${follower}`)
    ),
    { numRuns: runs(2_000), includeErrorInReport: true }
  )
})

const app = layout({ pk: 'pk', sk: 'sk' })

test('fixed text that begins with the last character of all bounds ranges of what stands before it', () =>
  localTable(app, async ({ db }) => {
    const at = (n: number) => new Date(Date.UTC(2026, 0, n))
    const Dated = app
      .model('Dated')
      .pk('id')
      .sk(text(`{at}${LAST}{n}`))
      .fields({ at: t.date(), n: t.string() })
    const Raw = app
      .model('Raw')
      .rawKeys()
      .pk('id')
      .sk(text(`{at}${LAST}{n}`))
    const days = [1, 2, 3].map(day => ({ id: 'a', at: at(day), n: 'x' }))
    const texts = ['a', 'b', 'c'].map(at => ({ id: 'b', at, n: 'x' }))
    await db.load(Dated, days)
    await db.load(Raw, texts)
    const [dated, raw] = [db.query(Dated), db.query(Raw)]
    assert.equal(await dated.where({ id: 'a', at: gt(at(2)) }), days.slice(2))
    assert.equal(await dated.where({ id: 'a', at: lte(at(2)) }), days.slice(0, 2))
    assert.equal(await dated.where({ id: 'a', at: between(at(1), at(2)) }), days.slice(0, 2))
    assert.equal(await raw.where({ id: 'b', at: gt('b') }), texts.slice(2))
    assert.equal(await raw.where({ id: 'b', at: lte('b') }), texts.slice(0, 2))
    assert.equal(await raw.where({ id: 'b', at: between('a', 'b') }), texts.slice(0, 2))
  }))

test('a model whose every key would be too long is refused when it is made', async () => {
  const make = () =>
    layout({ pk: 'pk', sk: 'sk' })
      .model('Long')
      .pk(text('{id}'))
      .sk(text('{kind}'))
      .fields({ kind: t.literal('x'.repeat(1025)) })
  const error = await errorFrom(make)
  assert.instance(error, InvalidKey)
  assert.match(error.message, /the key would have 1025 bytes/)
})

test.run()
