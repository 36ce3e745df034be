/** Random models in a table that has an index of each kind, and their items. */
import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { binary, number, t } from 'keystorm'
import type { StoredItem } from '../../lib/schema/definition.ts'
import { samples } from './laws.ts'
import { type Draft, delimiters, hostileText, keyText, looseLayout, type Values } from './random-layouts.ts'

/** What items are found by: the attributes of a partition, and those of the sort key in their order. */
export interface Way {
  readonly index: string | undefined
  readonly partition: readonly string[]
  readonly sort: readonly string[]
  /** The attribute of the row that the index is sorted by. */
  readonly sortKey: string
  /** The attribute that stands in its keys in lower case. */
  readonly lower?: string | undefined
}

/** What a way compares: the values as they are, or in lower case. */
export const comparedBy = ({ lower }: Way, values: Values): Values => {
  const value = lower === undefined ? undefined : values[lower]
  return typeof value === 'string' ? { ...values, [lower ?? '']: value.toLowerCase() } : values
}

/** A table with a model in it, and its items. */
export interface Sample {
  readonly table: ReturnType<typeof looseLayout>
  readonly draft: Draft
  readonly ways: readonly Way[]
  readonly values: Readonly<Record<string, fc.Arbitrary<unknown>>>
  readonly items: readonly Values[]
}

export const FIELDS = {
  n: t.int({ digits: 3 }),
  g: t.string().optional(),
  x: t.string().optional(),
  d: t.date().optional(),
  h: t.string().optional(),
  status: t.string().optional(),
  updated: t.number().optional(),
  owner: t.string().optional(),
  used: t.number().optional(),
  bytes: t.binary().optional()
}

/** A table that has an index of each kind. */
export const tableOf = (delimiters: string, type?: string) =>
  looseLayout({
    pk: 'pk',
    sk: 'sort key',
    delimiters,
    type,
    indexes: {
      own: { pk: 'GSI1PK', sk: 'GSI1SK' },
      shared: { pk: 'GSI2PK', sk: 'sort key' },
      byNumber: { pk: 'status', sk: number('updated') },
      byText: { pk: 'status', sk: 'owner' },
      byBytes: { pk: 'status', sk: binary('bytes') },
      inverted: { pk: 'sort key', sk: 'pk' },
      recent: { local: true, sk: number('used') },
      localText: { local: true, sk: 'owner' },
      localKey: { local: true, sk: 'LSI1' }
    }
  })

const numbers = fc.constantFrom(-1e21, -2.5, -1, 0, 0.1, 0.3, 0.1 + 0.2, 1, 2, 10, 1e-9)
const dates = fc.integer({ min: -2, max: 2 }).map(n => new Date(Date.UTC(2026, 0, 1) + n))
const bytes = fc.uint8Array({ minLength: 1, maxLength: 2, min: 0, max: 255 }).map(all => new Uint8Array(all))

export const samplesOf = (count: number, size: number): Sample[] =>
  samples(
    fc.tuple(delimiters, fc.boolean(), fc.nat(2)).chain(([characters, isLower, chance]) => {
      // Raw keys tell values apart that have no delimiters, as dates and negative numbers may have some.
      const isRaw = chance === 0 && !/[:-]/.test(characters)
      const key = (...attributes: string[]) =>
        fc.shuffledSubarray(attributes, { minLength: attributes.length }).chain(order =>
          keyText(
            order.map(name => ({ name: name === 'h' && isLower ? 'h:lower' : name, isWide: name === 'd' && !isRaw })),
            characters
          ).map(text => ({ text, order }))
        )
      const plain = fc.array(fc.constantFrom('a', 'A', 'é', '%', '%23', ' '), { minLength: 1, maxLength: 3 })
      const text = isRaw ? plain.map(all => all.join('')) : hostileText(characters)
      const few = fc
        .uniqueArray(text, { minLength: 2, maxLength: 2 })
        .map(all => fc.constantFrom(...all, ...(isLower ? all.map(one => one.toUpperCase()) : [])))
      const values = fc.record({ p: few, g: few, h: few, status: few, s: few }).map(partitions => ({
        ...partitions,
        n: fc.integer({ min: -9, max: 9 }),
        x: text,
        d: dates,
        updated: numbers,
        owner: text,
        used: numbers,
        bytes
      }))
      const keys = fc.record({
        pk: key('p'),
        sk: key('s', 'n'),
        g: key('g'),
        xd: key('x', 'd'),
        h: key('h'),
        x: key('x')
      })
      return fc.tuple(keys, values).chain(([keys, values]) => {
        const table = tableOf(characters)
        const begun = table.model('Thing')
        const draft = (isRaw ? begun.rawKeys() : begun)
          .pk(keys.pk.text)
          .sk(keys.sk.text)
          .index('own', { pk: keys.g.text, sk: keys.xd.text })
          .index('shared', { pk: keys.h.text })
          .index('byNumber')
          .index('byText')
          .index('byBytes')
          .index('inverted')
          .index('recent')
          .index('localText')
          .index('localKey', { sk: keys.x.text })
          .fields(FIELDS)
        const ways: Way[] = [
          { index: undefined, partition: ['p'], sort: keys.sk.order, sortKey: 'sort key' },
          { index: 'own', partition: ['g'], sort: keys.xd.order, sortKey: 'GSI1SK' },
          {
            index: 'shared',
            partition: ['h'],
            sort: keys.sk.order,
            sortKey: 'sort key',
            lower: isLower ? 'h' : undefined
          },
          { index: 'byNumber', partition: ['status'], sort: ['updated'], sortKey: 'updated' },
          { index: 'byText', partition: ['status'], sort: ['owner'], sortKey: 'owner' },
          { index: 'byBytes', partition: ['status'], sort: ['bytes'], sortKey: 'bytes' },
          { index: 'inverted', partition: keys.sk.order, sort: ['p'], sortKey: 'pk' },
          { index: 'recent', partition: ['p'], sort: ['used'], sortKey: 'used' },
          { index: 'localText', partition: ['p'], sort: ['owner'], sortKey: 'owner' },
          { index: 'localKey', partition: ['p'], sort: ['x'], sortKey: 'LSI1' }
        ]
        const item = fc.record(values, { requiredKeys: ['p', 's', 'n'], noNullPrototype: true })
        return fc.array(item, { minLength: size, maxLength: size }).map(all => ({
          table,
          draft,
          ways,
          values,
          items: [...new Map(all.map(one => [keyOf(draft, one), one])).values()]
        }))
      })
    }),
    count
  )

/** The primary key, as text. */
export const keyOf = (draft: Draft, item: Values): string => JSON.stringify(draft.key(item))

/** Whether an item is in an index: it is if it has all attributes of its keys. */
export const isIn = ({ partition, sort }: Way, item: Values): boolean =>
  [...partition, ...sort].every(name => item[name] !== undefined)

const contentOf = (row: StoredItem, name: string): string | number | Uint8Array => {
  const { S, N, B } = row[name] ?? {}
  return N === undefined ? (B ?? S ?? '') : Number(N)
}

/** DynamoDB's order of rows by an attribute. */
export const compareRows = (one: StoredItem, other: StoredItem, name: string): number => {
  const [a, b] = [contentOf(one, name), contentOf(other, name)]
  if (typeof a === 'number' && typeof b === 'number') return a - b
  return Buffer.compare(Buffer.from(a as string), Buffer.from(b as string)) // both are text, or both bytes
}

/** Whether a row is an end of the range that a request asks for, where not every engine starts: see `startAtBound`. */
export const isBound = (
  { ExpressionAttributeValues = {} }: { readonly ExpressionAttributeValues?: StoredItem | undefined },
  row: StoredItem,
  sortKey: string
): boolean => Object.values(ExpressionAttributeValues).some(end => isDeepStrictEqual(end, row[sortKey]))
