/** Random layouts, and models of any keys in them, with values that try to break those keys. */
import fc from 'fast-check'
import { type AnyModel, KeyCollision, type LayoutOptions, layout, models, t, text } from 'keystorm'
import type { Compiled } from '../../lib/schema/model-keys.ts'
import { keyString } from './arbitrary.ts'

export type Values = Readonly<Record<string, unknown>>

/** A model as a program sees it whose names and templates are not known to types. */
export interface Draft {
  pk(...parts: unknown[]): Draft
  sk(...parts: unknown[]): Draft
  suffix(suffix: string): Draft
  rawKeys(): Draft
  index(name: string, keys?: Readonly<Record<string, unknown>>): Draft
  fields(fields: object): Draft
  key(values: Values): Readonly<Record<string, string>>
  parse(key: Readonly<Record<string, string>>): Values | undefined
  readonly ' compiled': Compiled
}

/** A draft with all its keys is a model. */
export const modelOf = (draft: Draft): AnyModel => draft as unknown as AnyModel

/** A layout of options that only the run time knows, and the beginnings of its models. */
export const looseLayout = (options: LayoutOptions) => {
  const made = layout(options)
  return { layout: made, model: (name: string): Draft => made.model(name) as unknown as Draft } // see Draft
}

/** The delimiters of layouts, with the characters that sort around them. */
const DELIMITERS: Readonly<Record<string, string>> = {
  '#': '"$',
  ':#': '9;"$',
  '-': ',.',
  '|': '{}',
  '\u001f': '\u001e '
}
export const delimiters = fc.constantFrom(...Object.keys(DELIMITERS))

/** Text made of little but what keys of these delimiters are made of. */
export const hostileText = (delimiters: string): fc.Arbitrary<string> => {
  const codes = [...delimiters, '%'].map(one => `%${one.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`)
  const pieces = [
    ...delimiters,
    ...(DELIMITERS[delimiters] ?? ''),
    '%',
    ...codes,
    '%2',
    ' ',
    'a',
    'A',
    'B',
    'é',
    '\u0000'
  ]
  const hostile = fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 5 }).map(all => all.join(''))
  return fc.oneof({ weight: 4, arbitrary: hostile }, { weight: 1, arbitrary: keyString })
}

interface Kind {
  /** Whether a text may be empty, so that it is no whole key. */
  readonly isEmptiable?: boolean
  /** Whether all texts have one width, so that anything may follow them. */
  readonly isWide?: boolean
  readonly field: (choices: readonly string[]) => unknown
  readonly values: (delimiters: string, choices: readonly string[]) => fc.Arbitrary<unknown>
}

const day = fc.integer({ min: 0, max: 40 }).map(n => new Date(Date.UTC(2026, 0, n)).toISOString().slice(0, 10))

/** The types that stand in keys. */
const KINDS: Readonly<Record<string, Kind>> = {
  undeclared: { field: () => undefined, values: hostileText },
  string: { field: () => t.string(), values: hostileText },
  emptiable: {
    field: () => t.string({ emptyInKeys: true }),
    values: delimiters => fc.oneof(fc.constant(''), hostileText(delimiters)),
    isEmptiable: true
  },
  int: { field: () => t.int({ digits: 3 }), values: () => fc.integer({ min: -999, max: 999 }) },
  date: {
    field: () => t.date(),
    values: () => fc.integer({ min: -3, max: 3 }).map(n => new Date(n * 40_000_000_007)),
    isWide: true
  },
  day: { field: () => t.day(), values: () => day, isWide: true },
  boolean: { field: () => t.boolean(), values: () => fc.boolean() },
  oneOf: { field: choices => t.oneOf(...choices), values: (_, choices) => fc.constantFrom(...choices) },
  literal: { field: ([only = 'x']) => t.literal(only), values: (_, [only = 'x']) => fc.constant(only) }
}

interface Attribute {
  readonly name: string
  readonly field: unknown
  readonly values: fc.Arbitrary<unknown>
  readonly isWide: boolean
  readonly isEmptiable: boolean
}

const attribute = (name: string, delimiters: string): fc.Arbitrary<Attribute> =>
  fc
    .tuple(
      fc.constantFrom(...Object.values(KINDS)),
      fc.uniqueArray(hostileText(delimiters), { minLength: 2, maxLength: 3 })
    )
    .map(([kind, choices]) => ({
      name,
      field: kind.field(choices),
      values: kind.values(delimiters, choices),
      isWide: kind.isWide === true,
      isEmptiable: kind.isEmptiable === true
    }))

/** The whole text of a key: these attributes, with anything before each, and what may follow behind it. */
export const keyText = (
  attributes: readonly (Pick<Attribute, 'name' | 'isWide'> & Partial<Pick<Attribute, 'isEmptiable'>>)[],
  delimiters: string
) => {
  // Braces would be places of attributes.
  const around = (DELIMITERS[delimiters] ?? '').replace(/[{}]/g, '~')
  const anything = fc.constantFrom('', '', 'A', 'AB', '%', '%23', 'é', ...delimiters, ...around)
  const apart = fc.tuple(fc.constantFrom(...delimiters), anything).map(([first, rest]) => first + rest)
  /** A value that may be empty needs a delimiter before it. */
  const behind = ({ isWide }: Pick<Attribute, 'isWide'>, next?: Partial<Pick<Attribute, 'isEmptiable'>>) =>
    isWide && next?.isEmptiable !== true ? fc.oneof(anything, apart) : apart
  const last = attributes.at(-1)
  const tail = last ? fc.oneof(fc.constant(''), behind(last)) : fc.constantFrom('A', 'AB', `A${delimiters}`)
  return fc
    .tuple(anything, fc.tuple(...attributes.slice(0, -1).map((one, i) => behind(one, attributes[i + 1]))), tail)
    .map(([head, heads, tail]) => {
      const all = [...attributes.map(({ name }, i) => `${i === 0 ? head : heads[i - 1]}{${name}}`), tail].join('')
      return text(isBare(attributes) && all.startsWith('{') && all.endsWith('}') ? `A${all}` : all)
    })
}

/** Whether a value that may be empty would be all of a key that has no fixed text. */
const isBare = ([one, ...others]: readonly Partial<Pick<Attribute, 'isEmptiable'>>[]): boolean =>
  one?.isEmptiable === true && others.length === 0

/** Parts, or where the delimiters have no `#`, or by chance, a whole text. */
const key = (attributes: readonly Attribute[], delimiters: string): fc.Arbitrary<readonly unknown[]> => {
  const whole = keyText(attributes, delimiters).map(text => [text])
  if (!delimiters.includes('#') || attributes.length === 0) return whole
  const part = ({ name }: Attribute) =>
    fc.constantFrom(name, isBare(attributes) ? name : `#${name}`, `X#${name}`, `AB#${name}`)
  return fc.oneof(whole, fc.tuple(...attributes.map(part)))
}

export interface RandomModel {
  readonly draft: Draft
  readonly values: fc.Arbitrary<Values>
}

const NAMES = ['PK', 'SK', 'pk', 'sk', 'name', 'id key', 'schlüssel', 'toString', '#k', 'a.b']
const place = fc.record({
  delimiters,
  names: fc.uniqueArray(fc.constantFrom(...NAMES), { minLength: 2, maxLength: 2 }),
  hasSort: fc.boolean()
})

/** So many models in one random table, of random keys; not all such models may stand together. */
export const randomModels = (count: number): fc.Arbitrary<RandomModel[]> =>
  place.chain(({ delimiters, names: [pk = 'pk', sk = 'sk'], hasSort }) => {
    const app = looseLayout({ pk, ...(hasSort && { sk }), delimiters })
    const one = (n: number): fc.Arbitrary<RandomModel> =>
      fc
        .tuple(
          fc.tuple(...['a', 'b', 'c', 'd'].map(name => attribute(name, delimiters))),
          fc.nat(2),
          fc.nat(2),
          fc.constantFrom('', 'A', 'B')
        )
        .chain(([all, ofPk, ofSk, suffix]) => {
          const partition = all.slice(0, ofPk)
          const sort = hasSort ? all.slice(2, 2 + ofSk) : []
          const used = [...partition, ...sort]
          return fc.tuple(key(partition, delimiters), key(sort, delimiters)).map(([pk, sk]) => {
            const table = app
              .model(`Model${n}`)
              .suffix(suffix)
              .pk(...pk)
            const fields = used.filter(({ field }) => field !== undefined).map(({ name, field }) => [name, field])
            return {
              draft: (hasSort ? table.sk(...sk) : table).fields(Object.fromEntries(fields)),
              values: fc.record(Object.fromEntries(used.map(({ name, values }) => [name, values])), {
                noNullPrototype: true
              })
            }
          })
        })
    return fc.tuple(...Array.from({ length: count }, (_, n) => one(n)))
  })

/** Whether models are accepted together. */
export const together = (drafts: readonly Draft[]): boolean => {
  try {
    const all = models as (all: Readonly<Record<string, AnyModel>>) => unknown // types would compare what they cannot know
    all(Object.fromEntries(drafts.map((draft, i) => [`Model${i}`, modelOf(draft)])))
    return true
  } catch (error) {
    if (error instanceof KeyCollision) return false
    throw error
  }
}
