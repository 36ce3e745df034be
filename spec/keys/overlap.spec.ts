/** Whether two templates can make one key: against the plain recursion, which looks at pairs of rests again and again. */
import fc from 'fast-check'
import { type AnyModel, type Fields, layout, model, models, t, text } from 'keystorm'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { HASH } from '../../lib/keys/escaping.ts'
import { overlap } from '../../lib/keys/overlap.ts'
import { Template, type TextSlot } from '../../lib/keys/template.ts'
import { definitionIn } from '../../lib/schema/definition.ts'
import { assertTried, tries } from '../support/runs.ts'

type Piece = string | (TextSlot & { readonly raw: boolean })

/** The fixed texts between delimiters; there are none at the ends. */
const fixed = (text: string): string[] => text.split('#').filter(piece => piece !== '')

const piecesOf = ({ slots, frame, isRaw: raw }: Template): Piece[] => [
  ...slots.flatMap(slot => [...fixed(slot.head), { ...slot, raw }]),
  ...fixed(frame.tail)
]

const templateOf = (key: unknown): Template => {
  if (key instanceof Template) return key
  throw new TypeError('a template was expected')
}

const isRaw = (piece: Piece): boolean => typeof piece !== 'string' && piece.raw

const accepts = ({ raw, codec }: Exclude<Piece, string>, text: string): boolean =>
  raw || codec.decode(HASH.read(text) ?? '') !== undefined

const share = (one: Piece, other: Piece): boolean => {
  if (typeof one === 'string') return typeof other === 'string' ? one === other : accepts(other, one)
  if (typeof other === 'string') return accepts(one, other)
  const decodes = (a: TextSlot, b: TextSlot) => b.codec.samples.some(sample => a.codec.decode(sample) !== undefined)
  return one.raw || other.raw || decodes(one, other) || decodes(other, one)
}

const plainly = (a: readonly Piece[], b: readonly Piece[]): boolean => {
  const [left, ...as] = a
  const [right, ...bs] = b
  if (left === undefined || right === undefined) return left === right
  if (!share(left, right)) return false
  return plainly(as, bs) || (isRaw(left) && plainly(a, bs)) || (isRaw(right) && plainly(as, b))
}

const KINDS: Fields[string][] = [
  t.string(),
  t.int(),
  t.int({ digits: 2 }),
  t.int({ padded: false }),
  t.date(),
  t.boolean(),
  t.oneOf('A', 'S'),
  t.literal('B')
]
const part = fc.constantFrom('#a', '#b', '#c', 'A#a', 'B#b', 'S#c')
const blueprint = fc.record({
  sk: fc.uniqueArray(part, { minLength: 1, maxLength: 3, selector: name => name.slice(-1) }),
  suffix: fc.constantFrom('', 'A', 'S'),
  kinds: fc.tuple(fc.nat(KINDS.length - 1), fc.nat(KINDS.length - 1), fc.nat(KINDS.length - 1)),
  raw: fc.boolean()
})
const untyped = model('M') as unknown as { rawKeys(): typeof untyped; fields(fields: Fields): typeof untyped } & Keys
interface Keys {
  pk(...parts: string[]): Keys
  sk(...parts: string[]): Keys
  suffix(text: string): AnyModel
}

test('what a table of rests says of two templates is what the plain recursion says', () => {
  let common = 0
  const build = ({ sk, suffix, kinds, raw }: typeof blueprint extends fc.Arbitrary<infer B> ? B : never) => {
    const fields = Object.fromEntries(kinds.map((kind, i) => ['abc'.charAt(i), KINDS[kind] ?? t.string()]))
    const begun = (raw ? untyped.rawKeys() : untyped).fields(fields)
    return templateOf(
      definitionIn(
        begun
          .pk(...sk)
          .sk('#a')
          .suffix(suffix)
      ).table.pk[0]
    )
  }
  fc.assert(
    fc.property(blueprint, blueprint, (first, second) => {
      const [one, two] = [build(first), build(second)]
      const expected = plainly(piecesOf(one), piecesOf(two))
      if (expected) common++
      assert.is(overlap(one, two), expected)
      assert.is(overlap(two, one), expected)
    }),
    { numRuns: tries(3_000) }
  )
  assertTried(common > 200, `only ${common} pairs overlap`)
})

test('raw keys of many parts are proven apart, or are not', () => {
  const parts = Array.from({ length: 100 }, (_, i) => `part${i}`) // compared one way after another, it would never end
  const A = model('A')
    .rawKeys()
    .pk(...parts)
    .sk('s') as AnyModel
  const B = model('B')
    .rawKeys()
    .pk(...parts)
    .sk('s') as AnyModel
  models({ A, B })
  assert.ok(overlap(templateOf(definitionIn(A).table.sk[0]), templateOf(definitionIn(B).table.sk[0])))
})

test('dates, days and integers begin with characters of their own, so letters before a value are apart from them', () => {
  const app = layout({ pk: 'pk', sk: 'sk' })
  const at = (name: string, key: string) => app.model(name).pk(text('P')).sk(text(key))
  const Join = at('Join', 'Join:{room}')
  const Digit = at('Digit', '1{room}')
  const Minus = at('Minus', '-{room}')
  const Escape = at('Escape', '%23{room}')
  const Moment = at('Moment', '{v}').fields({ v: t.date() })
  const Day = at('Day', '{v}').fields({ v: t.day() })
  const Count = at('Count', '{v}').fields({ v: t.int() })
  models({ Join, Moment })
  models({ Join, Day })
  models({ Join, Count })
  models({ Minus, Moment })
  const collision = /could claim the same item/
  assert.throws(() => models({ Minus, Count }), collision)
  assert.throws(() => models({ Digit, Moment }), collision)
  assert.throws(() => models({ Digit, Count }), collision)
  assert.throws(() => models({ Escape, Day }), collision)
})

test('a value of one width that holds delimiters, or goes on without one, is compared with all that it may be', () => {
  const isApart = (delimiters: string, one: string, other: string): boolean => {
    const app = layout({ pk: 'pk', delimiters })
    const One = app
      .model('One')
      .pk(text(one as '{date}{day}'))
      .fields({ date: t.date(), day: t.day() }) as AnyModel // whatever it names
    const Other = app.model('Other').pk(text(other as '{x}')) as AnyModel
    try {
      models({ One, Other })
      return true
    } catch {
      return false
    }
  }
  const meeting = [
    [':#', '{date}', '{x}:{y}:{z}'],
    [':#', '{date}x', '{x}:{y}:{z}'],
    [':#', '{date}', '{x}:00:{z}'],
    [':#', 'x{date}:U', '{x}:{y}:{z}:{w}'],
    ['-', '{day}', '{x}-{y}-{z}'],
    ['-', '{day:month}', '{x}-{y}'],
    ['#', '{date}x#U', '{x}#U'],
    ['#', '{date}{y}#U', '{x}#U'],
    ['#', 'A#{day}%zz', 'A#2026-01-01%zz']
  ] as const
  for (const [delimiters, one, other] of meeting) assert.not.ok(isApart(delimiters, one, other), `${one} ${other}`)
  const apart = [
    [':#', '{date}', 'O#{x}'],
    [':#', 'D#{date}', 'O#{x}'],
    [':#', 'D#{date}:U', 'D#{x}:V'],
    [':#', '{date}', 'O:{x}:{y}'],
    ['#', '{date}x#U', '{x}#V'],
    ['#', '{date}x#U', '{x}']
  ] as const
  for (const [delimiters, one, other] of apart) assert.ok(isApart(delimiters, one, other), `${one} ${other}`)
})

test('a padded negative integer is also a printed one', () => {
  const app = layout({ pk: 'pk', sk: 'sk' })
  const named = <N extends string>(name: N, options: { digits?: number; padded: boolean | number }) =>
    app
      .model(name)
      .pk(text('P#{p}'))
      .sk(text('{n}'))
      .fields({ n: t.int(options) })
  const [Wide, Printed] = [named('Wide', { digits: 3, padded: 5 }), named('Printed', { padded: false })]
  assert.is(Wide.key({ p: 'p', n: -100 }).sk, Printed.key({ p: 'p', n: -99_899 }).sk)
  assert.throws(() => models({ Wide, Printed }), /could claim the same item/)
  const Longer = named('Longer', { digits: 3, padded: 19 })
  assert.ok(models({ Longer, Printed }))
})

test.run()
