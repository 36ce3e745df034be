/** Random models whose attributes may be absent or NULL at any depth, rows of them as tables have them, and conditions. */
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import fc from 'fast-check'
import {
  type AnyModel,
  allOf,
  anyOf,
  attr,
  attributeType,
  beginsWith,
  between,
  contains,
  eq,
  exists,
  type Fields,
  gt,
  gte,
  lt,
  lte,
  missing,
  model,
  ne,
  not,
  oneOf,
  size,
  t
} from 'keystorm'
import { type AnyField, checkField } from '../../lib/fields/field.ts'
import { Report } from '../../lib/fields/report.ts'

type Values = fc.Arbitrary<unknown>
type Stored = fc.Arbitrary<AttributeValue | undefined>

/** Where a condition can look, and what for. */
interface Place {
  readonly path: string
  readonly values: Values
  /** Places of one type can be compared with each other. */
  readonly type: string
  readonly isOrdered: boolean
  readonly elements?: Values
}

/** A field, what its rows have, and the places in it. */
interface Kind {
  readonly field: AnyField
  readonly values: Values
  readonly stored: Stored
  readonly places: (path: string) => Place[]
}

const storedBy = (field: AnyField, value: unknown): AttributeValue =>
  checkField('a kind', field).encode(value, new Report()) ?? { NULL: true }

const scalar = (type: string, field: unknown, values: Values, isOrdered: boolean, elements?: Values): Kind => ({
  field: field as AnyField,
  values,
  stored: values.map(value => storedBy(field as AnyField, value)),
  places: path => [{ path, values, type, isOrdered, ...(elements && { elements }) }]
})

const integers = fc.constantFrom<unknown>(-2, 0, 1, 2)
const texts = fc.constantFrom<unknown>('', 'a', 'ab', 'b')
const dates = fc.constantFrom<unknown>(new Date(0), new Date(500), new Date(1000), new Date(1500))
const sets = fc.constantFrom<unknown>(new Set(['a']), new Set(['b']), new Set(['a', 'b']))
const scalars: readonly Kind[] = [
  scalar('N', t.int(), integers, true),
  scalar('S', t.string(), texts, true, texts),
  scalar('BOOL', t.boolean(), fc.boolean(), false),
  scalar('SS', t.set(t.string()), sets, false, fc.constantFrom('a', 'b')),
  scalar('L', t.list(t.int()), fc.constantFrom<unknown>([], [1], [1, 2]), false, integers)
]

const HOW = [
  'plain',
  'optional',
  'optional',
  'default',
  'default',
  'nullable',
  'optional nullable',
  'default nullable',
  'optional default'
] as const

/** A kind that need not be there. */
const gone = (kind: Kind, how: (typeof HOW)[number], fallback: unknown): Kind => {
  const is = (word: string) => how.includes(word)
  let { field } = kind
  if (is('nullable')) field = field.nullable() as AnyField
  if (is('optional')) field = field.optional() as AnyField
  if (is('default')) field = field.default(fallback as never) as AnyField
  const ends: AttributeValue[] = how === 'plain' ? [] : [{ NULL: true }]
  const mayLack = is('optional') || is('default')
  const stored: Stored[] = [
    kind.stored,
    ...ends.map(end => fc.constant(end)),
    ...(mayLack ? [fc.constant(undefined)] : [])
  ]
  const values = is('nullable') ? fc.oneof({ weight: 4, arbitrary: kind.values }, fc.constant(null)) : kind.values
  const places = (path: string) => {
    const [own, ...inside] = kind.places(path)
    return [...(own ? [{ ...own, values, isOrdered: own.isOrdered && !is('nullable') }] : []), ...inside]
  }
  return { field, values, stored: fc.oneof({ weight: 2, arbitrary: kind.stored }, ...stored), places }
}

const weak = (of: fc.Arbitrary<Kind>): fc.Arbitrary<Kind> =>
  fc.tuple(of, fc.constantFrom(...HOW)).chain(([kind, how]) => kind.values.map(fallback => gone(kind, how, fallback)))

const given = (values: Values): Values => values.filter(value => value !== null)

const mapOf = (x: Kind, y: Kind): Kind => ({
  field: t.map({ x: x.field, y: y.field }) as AnyField,
  values: fc.record({ x: x.values, y: y.values }, { noNullPrototype: true }),
  stored: fc.tuple(x.stored, y.stored).map(([one, two]) => ({ M: { ...(one && { x: one }), ...(two && { y: two }) } })),
  places: path => [
    { path, values: fc.record({ x: x.values, y: y.values }, { noNullPrototype: true }), type: 'map', isOrdered: false },
    ...x.places(`${path}.x`),
    ...y.places(`${path}.y`)
  ]
})

const listOf = (of: Kind): Kind => {
  const values = fc.array(of.values, { maxLength: 2 })
  return {
    field: t.list(of.field) as AnyField,
    values,
    stored: fc.array(of.stored, { maxLength: 2 }).map(list => ({ L: list.filter(one => one !== undefined) })),
    places: path => [
      { path, values, type: 'list', isOrdered: false, elements: of.values },
      ...of.places(`${path}[0]`),
      ...of.places(`${path}[1]`).slice(1)
    ]
  }
}

const recordOf = (of: Kind): Kind => {
  const pairs = <T>(one: fc.Arbitrary<T>) =>
    fc.dictionary(fc.constantFrom('k', 'l'), one, { maxKeys: 2, noNullPrototype: true })
  return {
    field: t.record(of.field) as AnyField,
    values: pairs(of.values),
    stored: pairs(of.stored).map(all => ({
      M: Object.fromEntries(
        Object.entries(all).filter((entry): entry is [string, AttributeValue] => entry[1] !== undefined)
      )
    })),
    places: path => [{ path, values: pairs(of.values), type: 'record', isOrdered: false }, ...of.places(`${path}.k`)]
  }
}

const anyScalar = fc.constantFrom(...scalars)
const anyMap = fc
  .tuple(
    weak(anyScalar),
    weak(
      fc.oneof(
        anyScalar,
        fc.tuple(weak(anyScalar), weak(anyScalar)).map(([x, y]) => mapOf(x, y))
      )
    )
  )
  .map(([x, y]) => mapOf(x, y))
const anyKind = weak(
  fc.oneof(
    { weight: 4, arbitrary: fc.oneof(anyScalar, fc.constant(scalar('date', t.epoch(), dates, true))) },
    { weight: 3, arbitrary: anyMap },
    { weight: 1, arbitrary: anyMap.map(listOf) },
    { weight: 1, arbitrary: anyMap.map(recordOf) }
  )
)

// The types of random fields are of no use, and too many for the compiler.
const untyped = model('Loose').pk('id').sk('n') as unknown as { fields(fields: Fields): AnyModel }
const NAMES = ['a', 'b', 'c', 'd']

export interface Sample {
  readonly model: AnyModel
  /** Attributes of a row, without its key. */
  readonly row: fc.Arbitrary<Record<string, AttributeValue>>
  readonly condition: Values
  /** Attributes that hold seconds. */
  readonly seconds: readonly string[]
}

export const sample: fc.Arbitrary<Sample> = fc.array(anyKind, { minLength: 4, maxLength: 4 }).map(kinds => {
  const named = kinds.map((kind, i) => [NAMES[i] ?? '', kind] as const)
  const places = named.flatMap(([name, kind]) => kind.places(name))
  const row = fc
    .tuple(...kinds.map(({ stored }) => stored))
    .map(all => Object.fromEntries(all.flatMap((one, i) => (one === undefined ? [] : [[NAMES[i] ?? '', one]]))))
  return {
    model: untyped.fields({ n: t.int(), ...Object.fromEntries(named.map(([name, { field }]) => [name, field])) }),
    row,
    condition: conditionOn(places),
    seconds: places.filter(({ type }) => type === 'date').map(({ path }) => path)
  }
})

type Make = (operand: unknown) => unknown
const orders = [lt, lte, gt, gte] as unknown as Make[]
const TYPES = ['S', 'N', 'BOOL', 'NULL', 'L', 'M', 'SS'] as const

/** What a read gives of a value, so that defaults inside of it are there. */
const testOf = (place: Place, places: readonly Place[]): Values => {
  const { path, type, isOrdered, elements, values } = place
  const others = places.filter(
    other => other.type === type && other.path !== path && !['map', 'list', 'record'].includes(type)
  )
  const other = others.length > 0 ? [fc.constantFrom(...others).map(({ path }) => attr(path))] : []
  const operand = fc.oneof({ weight: 3, arbitrary: values }, ...other)
  const bounds = given(values)
  const isLess = (a: unknown, b: unknown): boolean =>
    Number.isNaN(Number(a)) || Number.isNaN(Number(b)) || type === 'S' ? String(a) < String(b) : Number(a) < Number(b)
  return fc.oneof(
    operand.map(value => eq(value as never)),
    operand.map(value => ne(value as never)),
    fc.array(operand, { minLength: 1, maxLength: 3 }).map(list => oneOf(...list)),
    fc.constantFrom(exists(), missing()),
    fc.constantFrom(...TYPES).map(one => attributeType(one)),
    // Of a map with known names, size() counts what is stored.
    ...(type === 'map' ? [] : [fc.nat(3).chain(n => fc.constantFrom(size(n), size(lt(n)), size(ne(n))))]),
    ...(isOrdered
      ? [
          fc
            .tuple(fc.constantFrom(...orders), fc.oneof({ weight: 3, arbitrary: bounds }, ...other))
            .map(([make, value]) => make(value)),
          fc.tuple(bounds, bounds).map(([a, b]) => (isLess(a, b) ? between(a, b) : between(b, a))),
          ...other.map(one => fc.tuple(bounds, one).map(([low, high]) => between(low, high)))
        ]
      : []),
    ...(type === 'S' ? [texts.map(start => beginsWith(start))] : []),
    ...(elements ? [elements.map(part => contains(part))] : [])
  )
}

/** `{ 'a.x': test }`, or the same as `{ a: { x: test } }`. */
const nested = (path: string, test: unknown): Record<string, unknown> =>
  path.includes('[')
    ? { [path]: test }
    : (path.split('.').reduceRight<unknown>((inner, step) => ({ [step]: inner }), test) as Record<string, unknown>)

const conditionOn = (places: readonly Place[]): Values => {
  const leaf = fc
    .constantFrom(...places)
    .chain(place =>
      fc
        .tuple(testOf(place, places), fc.boolean())
        .map(([test, isNested]) => (isNested ? nested(place.path, test) : { [place.path]: test }))
    )
  const few = { minLength: 1, maxLength: 3 }
  return fc.letrec<{ tree: unknown; inner: unknown }>(tie => ({
    tree: fc.oneof({ depthSize: 'small', withCrossShrink: true }, { weight: 3, arbitrary: leaf }, tie('inner')),
    inner: fc.oneof(
      fc.array(tie('tree'), few).map(list => anyOf<unknown>(...list)),
      fc.array(tie('tree'), few).map(list => allOf<unknown>(...list)),
      tie('tree').map(one => not<unknown>(one))
    )
  })).tree
}
