/** Models of many shapes, each with the values that its items may have. */
import fc from 'fast-check'
import { type AnyModel, type Fields, model, t } from 'keystorm'
import { character, isoDate, safeInteger } from './arbitrary.ts'

/** A model that random writes go to, and what they write. */
export interface Sample {
  readonly model: AnyModel
  /** The primary keys that writes go to: few, so that they meet. */
  readonly keys: readonly Readonly<Record<string, unknown>>[]
  /** Values of other attributes; without one, the attribute is optional or has a default. */
  readonly values: Readonly<Record<string, readonly unknown[]>>
  /** Attributes of GSI1PK beside those of the primary key. An update sets all of them or none. */
  readonly indexed: readonly string[]
  readonly required: readonly string[]
}

const keys = [
  { a: 'x', b: 'y' },
  { a: 'x', b: 'z#' },
  { a: '#B#y', b: '%' }
]
const named = (name: string) => model(name).pk('a').sk('b')
const weights = [1, 2.5, undefined]

/** GSI1PK made of own attributes, of those of the primary key, of optional ones and of ones with defaults. */
export const indexedModels: readonly Sample[] = [
  {
    model: named('OneRequired').gsi1('farm').fields({ weight: t.number().optional() }),
    keys,
    values: { farm: ['f', 'g#', '%'], weight: weights },
    indexed: ['farm'],
    required: ['farm']
  },
  {
    model: named('OneOptional')
      .gsi1('farm')
      .fields({ farm: t.string().optional(), weight: t.number().optional(), version: t.version() }),
    keys,
    values: { farm: ['f', 'g', undefined], weight: weights },
    indexed: ['farm'],
    required: []
  },
  {
    model: named('TwoOptional')
      .gsi1('farm', 'on')
      .fields({ farm: t.string().optional(), on: t.date().optional(), weight: t.number().optional() }),
    keys,
    values: { farm: ['f', 'g', undefined], on: [new Date(0), new Date(86_400_000), undefined], weight: weights },
    indexed: ['farm', 'on'],
    required: []
  },
  {
    model: named('OneWithDefault')
      .gsi1('farm')
      .suffix('')
      .fields({ farm: t.oneOf('home', 'away').default('home'), weight: t.number().default(0) }),
    keys,
    values: { farm: ['home', 'away', undefined], weight: weights },
    indexed: ['farm'],
    required: []
  },
  {
    model: named('OfPrimaryKey').gsi1('b', 'IDX#a').fields({ weight: t.number().optional() }),
    keys,
    values: { weight: weights },
    indexed: [],
    required: []
  },
  {
    model: named('Mixed')
      .gsi1('#b', 'rank', 'flag')
      .fields({ rank: t.int(), flag: t.boolean().optional(), weight: t.number().optional(), at: t.updatedAt() }),
    keys,
    values: { rank: [1, -2], flag: [true, false, undefined], weight: weights },
    indexed: ['rank', 'flag'],
    required: ['rank']
  },
  {
    model: named('NotIndexed').fields({ weight: t.number().optional() }),
    keys,
    values: { weight: weights },
    indexed: [],
    required: []
  }
]

/** A field of each type, and values it may have, as a read gives them. */
interface Kind {
  readonly field: AnyField
  readonly values: fc.Arbitrary<unknown>
}
type AnyField = ReturnType<typeof t.string> | ReturnType<typeof t.json>

const text = fc.oneof(fc.string({ unit: character, maxLength: 20 }), fc.constantFrom('', '#', 'null', '12'))
const positiveZero = (n: number): number => (Object.is(n, -0) ? 0 : n)
const number = fc
  .oneof(fc.double({ noNaN: true, min: -1e125, max: 1e125 }), safeInteger)
  .filter(n => n === 0 || Math.abs(n) >= 1e-130)
  .map(positiveZero)
const integer = safeInteger.map(positiveZero)
const bigint = fc.bigInt({ min: -(10n ** 38n) + 1n, max: 10n ** 38n - 1n })
const bytes = fc.uint8Array({ maxLength: 20 }).map(data => Uint8Array.from(data))
const seconds = fc.integer({ min: -62_000_000_000, max: 250_000_000_000 }).map(s => new Date(s * 1000))
const json = fc
  .jsonValue({ maxDepth: 3, stringUnit: 'binary', noUnicodeString: false } as fc.JsonSharedConstraints)
  .map(value => JSON.parse(JSON.stringify(value), (_, inner) => (typeof inner === 'number' ? storable(inner) : inner)))
  // Where the attribute is optional too, null is read as absent, as STORM writes it.
  // DynamoDB refuses empty names.
  .filter(value => value !== null && !/"(__proto__)?":/.test(JSON.stringify(value)))
const storable = (n: number): number =>
  n !== 0 && Math.abs(n) < 1e-130 ? 1 : Math.abs(n) >= 1e126 ? 2 : positiveZero(n)
const setOf = (of: fc.Arbitrary<unknown>) =>
  fc.uniqueArray(of, { minLength: 1, maxLength: 4, comparator: 'SameValueZero' }).map(list => new Set(list))

const kind = (field: unknown, values: fc.Arbitrary<unknown>): Kind => ({ field: field as AnyField, values })

const scalars: readonly Kind[] = [
  kind(t.string(), text),
  kind(t.number(), number),
  kind(t.int(), integer),
  kind(t.bigint(), bigint),
  kind(t.boolean(), fc.boolean()),
  kind(t.binary(), bytes),
  kind(t.date(), isoDate),
  kind(t.epoch(), seconds),
  kind(t.oneOf('S', 'M', ''.padEnd(3, 'L')), fc.constantFrom('S', 'M', 'LLL')),
  kind(t.literal('X'), fc.constant('X')),
  kind(t.set(t.string()), setOf(text)),
  kind(t.set(t.number()), setOf(number)),
  kind(t.set(t.bigint()), setOf(bigint)),
  kind(t.json(), json),
  kind(t.type<unknown>(), fc.oneof(json, bytes, setOf(integer), fc.constant({ deep: [new Set(['a']), 2n ** 70n] })))
]

const anyKind: fc.Arbitrary<Kind> = fc.letrec<{ kind: Kind; scalar: Kind; container: Kind }>(tie => ({
  kind: fc.oneof({ depthSize: 'small', withCrossShrink: true }, tie('scalar'), tie('container')),
  scalar: fc.constantFrom(...scalars),
  container: fc.oneof(
    tie('kind').map(of => kind(t.list(of.field), fc.array(of.values, { maxLength: 3 }))),
    tie('kind').map(of =>
      kind(
        t.record(of.field),
        fc.dictionary(
          text.filter(name => name !== '' && name !== '__proto__'),
          of.values,
          { maxKeys: 3, noNullPrototype: true }
        )
      )
    ),
    tie('kind').map(of => kind(of.field.nullable(), fc.oneof(fc.constant(null), of.values))),
    fc
      .tuple(tie('kind'), tie('kind'))
      .map(([one, two]) =>
        kind(
          t.map({ one: one.field, 'odd name#': two.field.optional() }),
          fc.record({ one: one.values, 'odd name#': two.values }, { requiredKeys: ['one'], noNullPrototype: true })
        )
      )
  )
})).kind

// The types of random fields are of no use, and too many for the compiler.
const untyped = model('Random').pk('id').sk('#id') as unknown as { fields(fields: Fields): AnyModel }

/** A model with random fields, and an item of it, as a read gives it. */
export const modelAndItem: fc.Arbitrary<{
  model: AnyModel
  item: Record<string, unknown>
  given: Record<string, unknown>
}> = fc
  .tuple(
    fc.array(fc.tuple(anyKind, fc.constantFrom('plain', 'optional', 'default')), { minLength: 1, maxLength: 5 }),
    text
  )
  .chain(([kinds, id]) => {
    const name = (i: number): string => ['first', 'size', 'b#', 'isPrototypeOf', 'née'][i] ?? `f${i}`
    const attributes = kinds.map(([{ field, values }, how], i) =>
      fc.tuple(values, values, fc.boolean()).map(([value, fallback, isGiven]) => ({
        name: name(i),
        field: how === 'optional' ? field.optional() : how === 'default' ? field.default(fallback as string) : field,
        given: how === 'plain' || isGiven ? value : undefined,
        read: how === 'plain' || isGiven ? value : how === 'default' ? fallback : undefined
      }))
    )
    return fc.tuple(...attributes).map(all => {
      const key = { id: `i${id}` }
      const pick = (which: 'given' | 'read') =>
        Object.fromEntries(all.flatMap(({ name, [which]: value }) => (value === undefined ? [] : [[name, value]])))
      return {
        model: untyped.fields(Object.fromEntries(all.map(({ name, field }) => [name, field]))),
        given: { ...key, ...pick('given') },
        item: { ...key, ...pick('read') }
      }
    })
  })
