/** Models as STORM can declare them, and items that it can hold. */
import fc from 'fast-check'
import type { FieldDeclaration, ModelDeclaration, Neutral, NeutralRecord } from '../storm/data.ts'
import type { Ints } from '../storm/models.ts'
import { character, keyString, safeInteger } from '../support/arbitrary.ts'

/** A model, items of it under different keys, and what an update makes of each. */
export interface Sample {
  readonly declaration: ModelDeclaration
  readonly ints: Ints
  readonly isRaw: boolean
  readonly items: readonly { readonly values: NeutralRecord; readonly changes: NeutralRecord }[]
}

/** Words that DynamoDB reserves stand among them: STORM stores them, but cannot count with them. */
const NAMES = ['apple', 'banana', 'avocado', 'cherry', 'tenant', 'id', 'rev2', 'userName', 'x1', 'Zip']
const RESERVED = ['name', 'date', 'status', 'count', 'size', 'value', 'user']
export const isReserved = (name: string): boolean => RESERVED.includes(name)

const TYPES = ['str', 'int', 'float', 'Decimal', 'bool', 'bytes', 'dict', 'list', 'set']

const identifier = fc.option(fc.constantFrom('', 'I', 'LONG', 'a b', 'é', '0'))
const upper = (name: string): string => [...name][0]?.toUpperCase() ?? ''

/** Which attributes stand in which key; some in several. */
const declaration: fc.Arbitrary<ModelDeclaration> = fc
  .record({
    class_name: fc.constantFrom('Fruit', 'Order', 'X', 'LongName9'),
    suffix: fc.option(fc.constantFrom('RedFruit', 's', 'two words', 'ß')),
    names: fc.shuffledSubarray([...NAMES, ...RESERVED], { minLength: 6, maxLength: 12 }),
    counts: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 2 }), fc.integer({ min: 0, max: 2 })),
    shared: fc.boolean(),
    identifiers: fc.array(identifier, { minLength: 12, maxLength: 12 }),
    types: fc.array(fc.constantFrom(...TYPES), { minLength: 12, maxLength: 12 })
  })
  .map(({ class_name, suffix, names, counts: [pks, sks, gsis], shared, identifiers, types }) => {
    const pk_fields = names.slice(0, pks)
    const sk_fields = names.slice(pks, pks + sks)
    const own = names.slice(pks + sks, pks + sks + gsis)
    // An attribute of the primary key may stand in the index too. Keys take attributes in the order of declaration.
    const gsi_fields = shared && gsis > 0 ? [...sk_fields.slice(0, 1), ...own] : own
    const keyed = pks + sks + gsis
    const fields: FieldDeclaration[] = names.map((name, i) => ({
      name,
      type: i < keyed ? 'str' : (types[i] ?? 'str'),
      effective_identifier: (i < keyed ? identifiers[i] : null) ?? upper(name)
    }))
    return { class_name, effective_suffix: suffix ?? class_name, fields, pk_fields, sk_fields, gsi_fields }
  })

const text = fc.oneof(fc.string({ unit: character, maxLength: 12 }), fc.constantFrom('', '#', '12', 'null'))
const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 6 }).filter(name => !name.startsWith('$'))

const big = fc.bigInt({ min: -(10n ** 38n) + 1n, max: 10n ** 38n - 1n }).map($int => ({ $int: String($int) }))
const ints: Readonly<Record<Ints, fc.Arbitrary<Neutral>>> = {
  int: safeInteger,
  number: safeInteger,
  bigint: fc.oneof(safeInteger, big)
}

/** As a Python Decimal: boto3 takes no float, and reads no more than 38 digits, but STORM makes a float of it again. */
const double = fc
  .double({ min: -1e30, max: 1e30, noNaN: true })
  .filter(number => number === 0 || Math.abs(number) > 1e-30)
  .map(number => ({ $decimal: String(number) }))
const decimal = fc
  .tuple(fc.integer(), fc.integer({ min: 0, max: 6 }))
  .map(([digits, places]) => ({ $decimal: String(digits / 10 ** places) }))
const bytes = fc.uint8Array({ maxLength: 12 }).map($bytes => ({ $bytes: Buffer.from($bytes).toString('base64') }))

const { nested } = fc.letrec<{ nested: Neutral }>(tie => ({
  nested: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    text,
    safeInteger,
    decimal,
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('nested'), { maxLength: 3 }),
    fc.dictionary(name, tie('nested'), { maxKeys: 3 })
  )
}))

const setOf = (element: fc.Arbitrary<Neutral>): fc.Arbitrary<Neutral> =>
  fc
    .uniqueArray(element, { minLength: 1, maxLength: 4, selector: value => JSON.stringify(value) })
    .map($set => ({ $set }))

const neutralOf = (type: string, int: Ints): fc.Arbitrary<Neutral> => {
  switch (type) {
    case 'str':
      return text
    case 'int':
      return ints[int]
    case 'float':
      return double
    case 'Decimal':
      return decimal
    case 'bool':
      return fc.boolean()
    case 'bytes':
      return bytes
    case 'dict':
      return fc.dictionary(name, nested, { maxKeys: 4 })
    case 'list':
      return fc.array(nested, { maxLength: 4 })
    case 'set':
      return fc.oneof(setOf(text.filter(text => text !== '')), setOf(safeInteger), setOf(bytes))
  }
  throw new Error(`there is no type ${type}`)
}

/** Different texts that may stand in keys. */
const keyTexts = (isRaw: boolean, length: number) =>
  fc.uniqueArray(isRaw ? keyString : keyString.filter(text => !/[#%]/.test(text)), {
    minLength: length,
    maxLength: length
  })

const orNone = (value: fc.Arbitrary<Neutral>): fc.Arbitrary<Neutral> => fc.option(value, { freq: 6 })

/** Sums are for numbers that are there; STORM has no other changes than they and plain values. */
const changeOf = ({ name, type }: FieldDeclaration, int: Ints): fc.Arbitrary<Neutral> => {
  const plain = orNone(neutralOf(type, int))
  if (type !== 'int' || isReserved(name) || int === 'bigint') return plain
  return fc.oneof(
    plain,
    fc.integer({ min: -9, max: 9 }).map(by => ({ $add: [{ $F: name }, by] }))
  )
}

const entries = (all: readonly fc.Arbitrary<[string, Neutral] | null>[]): fc.Arbitrary<NeutralRecord> =>
  fc.tuple(...all).map(entries => Object.fromEntries(entries.filter(entry => entry !== null)))

/** A model, and this many items of it, each with a change of some of the attributes that stand in no key. */
export const anySample = (count: number): fc.Arbitrary<Sample> =>
  fc
    .record({ declaration, ints: fc.constantFrom<Ints>('int', 'bigint'), isRaw: fc.boolean() })
    .chain(({ declaration, ints, isRaw }) => {
      const { fields, pk_fields, sk_fields, gsi_fields } = declaration
      const keyed = [...new Set([...pk_fields, ...sk_fields, ...gsi_fields])]
      const others = fields.filter(({ name }) => !keyed.includes(name))
      const item = fc.record({
        values: entries(others.map(({ name, type }) => orNone(neutralOf(type, ints)).map(value => [name, value]))),
        changes: entries(others.map(field => fc.option(changeOf(field, ints).map(change => [field.name, change]))))
      })
      return fc
        .record({
          // Two texts for each attribute, so that items meet in partitions and on the index; the last one tells them apart.
          texts: fc.tuple(...keyed.map(name => keyTexts(isRaw, name === sk_fields.at(-1) ? count : 2))),
          choices: fc.infiniteStream(fc.nat({ max: 1 })),
          items: fc.array(item, { minLength: count, maxLength: count })
        })
        .map(({ texts, choices, items }) => ({
          declaration,
          ints,
          isRaw,
          items: items.map(({ values, changes }, i) => {
            const key = keyed.map((name, k) => {
              const choice = name === sk_fields.at(-1) ? i : (choices.next().value ?? 0)
              return [name, texts[k]?.[choice] ?? '']
            })
            return { values: { ...Object.fromEntries(key), ...values }, changes }
          })
        }))
    })
