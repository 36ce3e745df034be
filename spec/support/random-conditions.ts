/** Random items of one model with every kind of attribute, and random conditions on them. */
import fc from 'fast-check'
import {
  allOf,
  anyOf,
  attr,
  attributeType,
  beginsWith,
  between,
  contains,
  eq,
  exists,
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
import type { ComparisonKind, Operator } from '../../lib/expressions/operators.ts'
import { evaluate } from './evaluate.ts'

export const Thing = model('Thing')
  .pk('owner')
  .sk('id')
  .fields({
    id: t.int(),
    name: t.string().optional(),
    status: t.oneOf('open', 'done').optional(),
    size: t.int().optional(),
    count: t.number().optional(),
    big: t.bigint().optional(),
    flag: t.boolean().optional(),
    at: t.date().optional(),
    until: t.epoch().optional(),
    raw: t.binary().optional(),
    tags: t.set(t.string()).optional(),
    codes: t.set(t.number()).optional(),
    scores: t.list(t.number()).optional(),
    lines: t.list(t.map({ sku: t.string(), count: t.int().optional() })).optional(),
    address: t.map({ city: t.string(), zip: t.string().optional(), geo: t.map({ lat: t.number() }) }).optional(),
    stock: t.record(t.number()).optional(),
    note: t.string().nullable().optional(),
    extra: t.json().optional(),
    'a.b': t.string().optional(),
    'a-b': t.number().optional(),
    é: t.string().optional(),
    '#x': t.string().optional(),
    ':y': t.number().optional()
  })

/** Attributes whose dates are stored as seconds. */
export const SECONDS = ['until']

type Values = fc.Arbitrary<unknown>
interface Place {
  readonly path: string
  readonly values: Values
  readonly isOrdered?: boolean
  readonly isText?: boolean
  /** What `contains` may look for. */
  readonly elements?: Values
}

// Few values, so that conditions and items often meet.
const numbers = fc.constantFrom<unknown>(-7, -1.5, 0, 0.1, 1, 3, 10, 1e21, 1e-9)
const integers = fc.constantFrom<unknown>(-10, -2, 0, 1, 2, 3, 10)
const bigints = fc.constantFrom<unknown>(-5n, 0n, 3n, 9_007_199_254_740_993n, 9_007_199_254_740_992n, 10n ** 30n)
const dates = fc.constantFrom<unknown>(new Date(0), new Date('2026-01-01'), new Date('2026-01-01T00:00:00.500Z'))
const bytes = fc.constantFrom<unknown>(
  new Uint8Array(),
  new Uint8Array([1]),
  new Uint8Array([1, 255]),
  new Uint8Array([200])
)
const parts = fc.constantFrom<unknown>('a', 'b', 'é', '10')
// U+FFEE stands before U+1F34C in UTF-8, and behind it in UTF-16.
const text = fc.constantFrom<unknown>('', 'a', 'aa', 'ab', 'b', 'Z', '10', '9', 'é', '\uffee', '🍌')

const setOf = (of: Values): Values => fc.uniqueArray(of, { minLength: 1, maxLength: 3 }).map(list => new Set(list))
const line: Values = fc.record(
  { sku: fc.constantFrom('a', 'b'), count: fc.option(fc.constantFrom(1, 2), { nil: undefined }) },
  { noNullPrototype: true }
)
const document = fc.constantFrom<unknown>(1, 'a', null, true, [1, 'a'], { a: 1 }, { a: { b: [2] } }, [])

const places = (): Place[] => {
  const string = (path: string): Place => ({ path, values: text, isOrdered: true, isText: true, elements: parts })
  const number = (path: string, values = numbers): Place => ({ path, values, isOrdered: true })
  const city = fc.constantFrom<unknown>('Paris', 'Pau', 'a')
  const address = fc.record(
    {
      city,
      zip: fc.option(text, { nil: undefined }),
      geo: fc.record({ lat: numbers }, { noNullPrototype: true })
    },
    { noNullPrototype: true }
  )
  return [
    string('name'),
    { path: 'status', values: fc.constantFrom('open', 'done'), isOrdered: true, isText: true },
    number('size', integers),
    number('count'),
    number('big', bigints),
    { path: 'flag', values: fc.boolean() },
    { path: 'at', values: dates, isOrdered: true },
    { path: 'until', values: dates, isOrdered: true },
    { path: 'raw', values: bytes, isOrdered: true },
    { path: 'tags', values: setOf(parts), elements: parts },
    { path: 'codes', values: setOf(integers), elements: integers },
    { path: 'scores', values: fc.array(numbers, { maxLength: 3 }), elements: numbers },
    { path: 'lines', values: fc.array(line, { maxLength: 2 }), elements: line },
    { path: 'address', values: address },
    { path: 'stock', values: fc.dictionary(fc.constantFrom('x', 'y'), numbers, { maxKeys: 2, noNullPrototype: true }) },
    { path: 'note', values: fc.oneof(fc.constant(null), text) },
    { path: 'extra', values: document, elements: fc.constantFrom(1, 'a') },
    string('a.b'),
    number('a-b'),
    string('é'),
    string('#x'),
    number(':y')
  ]
}

const inside: Place[] = [
  {
    path: 'address.city',
    values: fc.constantFrom('Paris', 'Pau', 'a'),
    isOrdered: true,
    isText: true,
    elements: parts
  },
  { path: 'address.zip', values: text, isOrdered: true, isText: true },
  { path: 'address.geo.lat', values: numbers, isOrdered: true },
  { path: 'scores[1]', values: numbers, isOrdered: true },
  { path: 'lines[0].count', values: fc.constantFrom(1, 2), isOrdered: true },
  { path: 'lines[1]', values: line },
  { path: 'stock.x', values: numbers, isOrdered: true },
  { path: 'extra.a', values: document },
  { path: 'extra[1]', values: document }
]

/** Items without their key; each attribute may be absent. */
export const thing: fc.Arbitrary<Record<string, unknown>> = fc.record(
  Object.fromEntries(places().map(({ path, values }) => [path, values])),
  {
    requiredKeys: [],
    noNullPrototype: true
  }
)

type Compare = (operand: unknown) => Operator<ComparisonKind, never>
const orders = [lt, lte, gt, gte] as unknown as Compare[] // what they are given fits, but only at run time
const comparisons = [eq, ne, ...orders] as Compare[]
const TYPES = ['S', 'N', 'B', 'BOOL', 'NULL', 'L', 'M', 'SS', 'NS', 'BS'] as const

/** A plain object would go into a map, so a whole one needs `eq`. */
const whole = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype ? eq(value) : value

const ascending = (a: unknown, b: unknown): [unknown, unknown] =>
  evaluate([{ value: gt(b) }], { value: a }) ? [b, a] : [a, b]

const sizeTest: Values = fc.oneof(
  fc.nat(4),
  fc.tuple(fc.constantFrom(...comparisons), fc.nat(4)).map(([compare, n]) => compare(n)),
  fc.tuple(fc.nat(2), fc.nat(2)).map(([low, more]) => between(low, low + more)),
  fc.constant(oneOf(1, 3))
)

const testsOf = ({ path, values, isOrdered, isText, elements }: Place, others: string[]): Values => {
  const other = fc.constantFrom(...others.filter(name => name !== path)).map(attr)
  const operand = fc.oneof({ weight: 3, arbitrary: values }, other)
  return fc.oneof(
    values.map(whole),
    operand.map(value => eq(value)),
    operand.map(value => ne(value)),
    fc.array(operand, { minLength: 1, maxLength: 3 }).map(list => oneOf(...list)),
    fc.constantFrom(exists(), missing()),
    fc.constantFrom(...TYPES).map(attributeType),
    sizeTest.map(test => size(test as number)),
    ...(isOrdered
      ? [
          fc.tuple(fc.constantFrom(...orders), operand).map(([compare, value]) => compare(value)),
          fc.tuple(values, values).map(([a, b]) => between(...ascending(a, b))),
          fc.tuple(values, other).map(([a, b]) => between(a, b))
        ]
      : []),
    ...(isText ? [fc.constantFrom('', 'a', 'P', '1').map(start => beginsWith(start))] : []),
    ...(path === 'raw' ? [bytes.map(start => beginsWith(start))] : []),
    ...(elements ? [elements.map(part => contains(part))] : [])
  )
}

/** `{ 'address.geo.lat': test }` as `{ address: { geo: { lat: test } } }`. */
const nested = (path: string, test: unknown): Record<string, unknown> =>
  path.split('.').reduceRight<unknown>((inner, step) => ({ [step]: inner }), test) as Record<string, unknown>

export const condition = (): fc.Arbitrary<unknown> => {
  const all = [...places(), ...inside]
  const others = ['name', 'a.b', 'count', 'size', 'at', 'until', 'address.city', 'scores[0]', 'tags']
  const leaf = fc.oneof(
    ...all.map(place => testsOf(place, others).map((test): Record<string, unknown> => ({ [place.path]: test }))),
    ...inside.slice(0, 3).map(place => testsOf(place, others).map(test => nested(place.path, test)))
  )
  const together = fc.array(leaf, { minLength: 1, maxLength: 3 }).map(leaves => Object.assign({}, ...leaves))
  const few = { minLength: 1, maxLength: 3 }
  return fc.letrec<{ tree: unknown; inner: unknown }>(tie => ({
    tree: fc.oneof({ depthSize: 'small', withCrossShrink: true }, together, tie('inner')),
    inner: fc.oneof(
      fc.array(tie('tree'), few).map(list => anyOf<unknown>(...list)),
      fc.array(tie('tree'), few).map(list => allOf<unknown>(...list)),
      tie('tree').map(one => not<unknown>(one))
    )
  })).tree
}
