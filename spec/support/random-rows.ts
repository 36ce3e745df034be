/** Models with fields of every type, and rows that anyone may have written. */
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import fc from 'fast-check'
import { model, t } from 'keystorm'
import { type AnyField, checkField } from '../../lib/fields/field.ts'
import { Report } from '../../lib/fields/report.ts'
import { type Definition, definitionIn, type StoredItem } from '../../lib/schema/definition.ts'
import type { AnyModel } from '../../lib/schema/shape.ts'

/** A field, and values that writes of it take. */
interface Kind {
  readonly field: AnyField
  readonly values: fc.Arbitrary<unknown>
}

const kind = (field: unknown, values: fc.Arbitrary<unknown>): Kind => ({ field: field as AnyField, values }) // of any type

const bytes = fc.uint8Array({ maxLength: 4 })
const scalars: readonly Kind[] = [
  kind(t.string(), fc.string()),
  kind(
    t.number(),
    fc.oneof(
      fc.integer(),
      fc.double({ noNaN: true, min: -1e9, max: 1e9 }).filter(n => Math.abs(n) > 1e-9)
    )
  ),
  kind(t.int(), fc.integer()),
  kind(t.int({ digits: 3 }), fc.integer({ min: -999, max: 999 })),
  kind(t.bigint(), fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n })),
  kind(t.boolean(), fc.boolean()),
  kind(t.binary(), bytes),
  kind(
    t.date(),
    fc.integer().map(n => new Date(n))
  ),
  kind(
    t.epoch(),
    fc.integer().map(n => new Date(n * 1000))
  ),
  kind(t.oneOf('a', 'b', '1'), fc.constantFrom('a', 'b', '1')),
  kind(t.literal('x'), fc.constant('x')),
  kind(
    t.set(t.string()),
    fc.uniqueArray(fc.string(), { minLength: 1 }).map(list => new Set(list))
  ),
  kind(
    t.set(t.int()),
    fc.uniqueArray(fc.integer(), { minLength: 1 }).map(list => new Set(list))
  ),
  kind(
    t.set(t.binary()),
    bytes.map(one => new Set([one]))
  ),
  kind(t.json(), fc.constantFrom<unknown>(null, 1, 'a', true, [1, 'b', { c: null }], { d: [{}] })),
  kind(t.type<unknown>(), fc.constantFrom<unknown>(null, 2n ** 70n, new Set([1, 2]), { e: [new Uint8Array([1])] }))
]

const anyKind: fc.Arbitrary<Kind> = fc.letrec<{ kind: Kind; there: Kind }>(tie => ({
  /** A field of an attribute, which may be absent, null or have a default. */
  kind: fc
    .tuple(tie('there'), fc.constantFrom('', 'optional', 'default', 'function', 'both'), fc.boolean())
    .chain(([{ field, values }, how, isNullable]) =>
      values.map(value => {
        const of = isNullable ? (field.nullable() as AnyField) : field
        const all = isNullable ? fc.oneof(fc.constant(null), values) : values
        if (how === 'optional') return kind(of.optional(), all)
        if (how === 'default') return kind(of.default(value as never), all)
        if (how === 'function') return kind(of.default((() => value) as never), all)
        return how === 'both' ? kind(of.default(value as never).optional(), all) : kind(of, all)
      })
    ),
  there: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(...scalars),
    tie('there').map(of => kind(t.list(of.field), fc.array(of.values, { maxLength: 3 }))),
    tie('there').map(of => kind(t.list(of.field.nullable()), fc.array(fc.option(of.values), { maxLength: 3 }))),
    tie('there').map(of => kind(t.record(of.field), fc.dictionary(fc.constantFrom('k', 'l'), of.values))),
    fc
      .tuple(tie('kind'), tie('kind'))
      .map(([one, two]) =>
        kind(t.map({ one: one.field, two: two.field }), fc.record({ one: one.values, two: two.values }))
      )
  )
})).kind

const text = fc.constantFrom(
  '',
  'a',
  'x',
  'True',
  '1',
  '12.5',
  ' 7 ',
  '1E2',
  '0x10',
  '2026-01-01',
  '9'.repeat(20),
  '1'.repeat(40)
)
const digits = fc.constantFrom(
  '0',
  '1',
  '-7',
  '1.5',
  '1E+21',
  '9007199254740992',
  '9007199254740993',
  '9'.repeat(38),
  '1E-130'
)

/** Any stored value. */
const anyStored: fc.Arbitrary<AttributeValue> = fc.letrec<{ any: AttributeValue }>(tie => ({
  any: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    text.map(S => ({ S })),
    digits.map(N => ({ N })),
    fc.boolean().map(BOOL => ({ BOOL })),
    fc.constant({ NULL: true as const }),
    fc.constantFrom<AttributeValue>(
      { SS: ['a', '1'] },
      { NS: ['1', '2'] },
      { B: new Uint8Array([1]) },
      { BS: [new Uint8Array()] }
    ),
    fc.array(tie('any'), { maxLength: 3 }).map(L => ({ L })),
    fc.dictionary(fc.constantFrom('one', 'two', 'k', 'e'), tie('any'), { noNullPrototype: true }).map(M => ({ M }))
  )
})).any

/** The stored form of a value, with some of its parts taken away, NULL or of other types. */
const changed = (stored: AttributeValue): fc.Arbitrary<AttributeValue> => {
  const { L, M } = stored
  const inner: fc.Arbitrary<AttributeValue>[] = []
  if (L && L.length > 0) inner.push(fc.tuple(...L.map(changed)).map(L => ({ L })))
  if (M && Object.keys(M).length > 0)
    inner.push(
      fc
        .tuple(...Object.entries(M).map(([name, part]) => fc.option(changed(part).map(part => [name, part] as const))))
        .map(parts => ({ M: Object.fromEntries(parts.filter(part => part !== null)) }))
    )
  return fc.oneof(
    { weight: 16, arbitrary: inner[0] ?? fc.constant(stored) },
    { weight: 1, arbitrary: fc.constant({ NULL: true as const }) },
    { weight: 1, arbitrary: anyStored }
  )
}

/** A model whose attributes only this knows, and a row under a key of it. */
export interface ModelAndRow {
  readonly model: AnyModel
  readonly definition: Definition
  readonly row: StoredItem
}

/** Models of every type of field, and rows of them in which attributes are there, absent, NULL and of other types. */
export const modelAndRow: fc.Arbitrary<ModelAndRow> = fc.array(anyKind, { minLength: 1, maxLength: 4 }).chain(kinds => {
  const fields = Object.fromEntries(kinds.map(({ field }, i) => [`f${i}`, field]))
  const draft = model('Random').pk('id').sk('#id')
  const made = draft.fields({ ...fields, version: t.version(), gone: t.ttl() } as never) as unknown as AnyModel // its types are of no use
  const attribute = ({ field, values }: Kind): fc.Arbitrary<AttributeValue | null> =>
    fc.option(
      values.chain(value => {
        const stored = checkField('a kind', field).encode(value, new Report())
        return stored ? changed(stored) : anyStored
      }),
      { freq: 8 }
    )
  return fc
    .tuple(
      fc.constantFrom({ N: '3' }, { N: '0' }, { NULL: true }, { BOOL: true }, { N: '9007199254740994' }),
      ...kinds.map(attribute)
    )
    .map(([version, ...stored]) => ({
      model: made,
      definition: definitionIn(made),
      row: {
        PK: { S: 'I#i#Random' },
        SK: { S: 'i' },
        id: { S: 'i' },
        version,
        ...Object.fromEntries(stored.flatMap((value, i) => (value === null ? [] : [[`f${i}`, value]])))
      } as StoredItem
    }))
})
