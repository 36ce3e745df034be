/** Random models that share partitions in a table with an index of each kind, and their items. */
import fc from 'fast-check'
import { t, text } from 'keystorm'
import { samples } from './laws.ts'
import { tableOf } from './random-indexes.ts'
import { type Draft, delimiters, hostileText, together, type Values } from './random-layouts.ts'

/** A place for a value in a key. */
interface Place {
  readonly head: string
  readonly kind: 'text' | 'int' | 'date'
}

/** What a model's items are found by: attributes, and the text before each. */
export interface Keys {
  readonly partition: readonly string[]
  readonly sort: readonly string[]
  /** What two models must have alike to share a partition. */
  readonly frame: string
  readonly heads: readonly string[]
}

/** A model, its keys of each way to read (`''` is the table), and its items. */
export interface Member {
  readonly name: string
  readonly draft: Draft
  readonly ways: Readonly<Record<string, Keys>>
  readonly items: readonly Values[]
}

export interface Collected {
  readonly table: ReturnType<typeof tableOf>
  readonly type: string | undefined
  readonly members: readonly Member[]
  /** Values of each kind that ranges are made of. */
  readonly pools: Readonly<Record<Place['kind'], fc.Arbitrary<unknown>>>
  readonly kindOf: (attribute: string) => Place['kind'] | 'number'
}

/** The attribute of the row that each way sorts by. */
export const SORT_KEYS: Readonly<Record<string, string>> = {
  '': 'sort key',
  own: 'GSI1SK',
  shared: 'sort key',
  byNumber: 'updated',
  byText: 'owner',
  inverted: 'pk',
  recent: 'used',
  localKey: 'LSI1'
}

/** The attributes of each kind, by the first letter of their names; a model may call them by others, `x` or `x2`. */
const KINDS: Readonly<Record<string, Place['kind']>> = {
  p: 'text',
  g: 'text',
  h: 'text',
  s: 'text',
  n: 'int',
  d: 'date',
  x: 'text',
  y: 'int',
  z: 'date',
  l: 'text',
  e: 'text'
}
const FIELDS = { text: t.string(), int: t.int({ digits: 3 }), date: t.date() }
const OWN = {
  status: t.string().optional(),
  updated: t.number().optional(),
  owner: t.string().optional(),
  used: t.number().optional(),
  size: t.int()
}

/** A key that some models have in common up to some place: letters of attributes, with the text before each. */
interface Family {
  readonly letters: readonly string[]
  readonly heads: readonly string[]
  readonly tails: readonly string[]
}

const familyOf = (delimiters: string, letters: readonly string[]): fc.Arbitrary<Family> => {
  const some = fc.constantFrom('', 'A', 'B', 'AB')
  const between = fc.tuple(fc.constantFrom(...delimiters), some).map(([one, rest]) => one + rest)
  return fc.record({
    letters: fc.shuffledSubarray([...letters], { minLength: 1 }),
    heads: fc.tuple(some, between, between),
    tails: fc.tuple(between, between, between)
  })
}

/** How a model has the keys of a family. */
interface Way {
  /** How many places it shares. */
  readonly depth: number
  /** Behind them: nothing, text that is its own, and perhaps one more attribute. */
  readonly end: 'none' | 'text' | 'more'
  /** Whether it calls attributes by names of its own. */
  readonly isRenamed: boolean
  /** The place where the partition's attribute stands in the place of a text. */
  readonly repeats: number | undefined
}

const way: fc.Arbitrary<Way> = fc.record({
  depth: fc.integer({ min: 0, max: 3 }),
  end: fc.constantFrom('none', 'text', 'text', 'more', 'more'),
  isRenamed: fc.boolean(),
  repeats: fc.option(fc.nat(2), { nil: undefined })
})

interface Made {
  readonly template: string
  readonly attributes: readonly string[]
  readonly heads: readonly string[]
  readonly tail: string
}

/** A key of one model, number `at` of its kind. */
const keyOf = (
  { letters, heads, tails }: Family,
  way: Way,
  at: number,
  delimiter: string,
  partition?: string
): Made => {
  const { end, isRenamed, repeats } = way
  const depth = Math.max(end === 'none' ? 1 : 0, Math.min(way.depth, letters.length))
  const attributes = letters.slice(0, depth).map((letter, i) => {
    if (partition !== undefined && i === repeats && KINDS[letter] === 'text') return partition
    return isRenamed ? `${letter}${at}` : letter
  })
  const own = heads.slice(0, depth)
  const middle = depth === 0 ? `M${at}` : `${tails[at % 3]}M${at}`
  if (end === 'more') {
    attributes.push(`e${at}`)
    own.push(middle + delimiter)
  }
  const tail = end === 'text' ? middle : ''
  return { template: attributes.map((name, i) => `${own[i]}{${name}}`).join('') + tail, attributes, heads: own, tail }
}

/** Keys of a partition, the same text in all models. */
const partitionOf = ({ heads, tails }: Family, name: string): Made => {
  const [head = ''] = heads
  const [tail = ''] = tails
  return { template: `${head}{${name}}${tail}`, attributes: [name], heads: [head], tail }
}

const frameOf = ({ heads, tail }: Made): string => JSON.stringify([heads, tail])

const numbers = fc.constantFrom(-2.5, 0, 0.1, 0.3, 1, 2, 10)
const MEMBERS = 4

const collected = fc
  .record({
    characters: delimiters,
    isTyped: fc.boolean(),
    ways: fc.array(fc.tuple(way, way, way), { minLength: MEMBERS, maxLength: MEMBERS })
  })
  .chain(({ characters, isTyped, ways }) => {
    const family = (...letters: string[]) => familyOf(characters, letters)
    const families = fc.record({
      pk: family('p'),
      sk: family('s', 'n', 'd'),
      g: family('g'),
      x: family('x', 'y', 'z'),
      h: family('h'),
      l: family('l', 'n')
    })
    const words = fc.uniqueArray(hostileText(characters), { minLength: 3, maxLength: 3 })
    return fc.tuple(families, words).chain(([families, words]) => {
      const pools = {
        text: fc.constantFrom(...words),
        int: fc.integer({ min: -2, max: 2 }),
        date: fc.integer({ min: -1, max: 1 }).map(n => new Date(Date.UTC(2026, 0, 1) + n))
      }
      const type = isTyped ? '_et' : undefined
      const table = tableOf(characters, type)
      const [delimiter = ''] = characters
      const one = ([ofTable, ofOwn, ofLocal]: readonly [Way, Way, Way], at: number) => {
        const named = (letter: string, { isRenamed }: Way) => (isRenamed ? `${letter}${at}` : letter)
        const p = named('p', ofTable)
        const g = named('g', ofOwn)
        const h = named('h', ofLocal)
        const pk = partitionOf(families.pk, p)
        const sk = keyOf(families.sk, ofTable, at, delimiter, p)
        const gPk = partitionOf(families.g, g)
        const gSk = keyOf(families.x, ofOwn, at, delimiter, ofOwn.isRenamed ? g : p)
        const hPk = partitionOf(families.h, h)
        const lSk = keyOf(families.l, ofLocal, at, delimiter, p)
        const keys = (partition: Made, sort: Made): Keys => ({
          partition: partition.attributes,
          sort: sort.attributes,
          frame: frameOf(partition),
          heads: sort.heads
        })
        const plain = (name: string): Made => ({ template: '', attributes: [name], heads: [''], tail: '' })
        const attributes = [pk, sk, gPk, gSk, hPk, lSk].flatMap(({ attributes }) => attributes)
        const primary = [...pk.attributes, ...sk.attributes]
        const names = [...new Set(attributes)]
        const field = (name: string) => FIELDS[KINDS[name.charAt(0)] ?? 'text']
        const fields = Object.fromEntries(
          names.map(name => [name, primary.includes(name) ? field(name) : field(name).optional()])
        )
        const draft = table
          .model(`Model${at}`)
          .pk(text(pk.template))
          .sk(text(sk.template))
          .index('own', { pk: text(gPk.template), sk: text(gSk.template) })
          .index('shared', { pk: text(hPk.template) })
          .index('byNumber')
          .index('byText')
          .index('inverted')
          .index('recent')
          .index('localKey', { sk: text(lSk.template) })
          .fields({ ...fields, ...OWN })
        const ways: Readonly<Record<string, Keys>> = {
          '': keys(pk, sk),
          own: keys(gPk, gSk),
          shared: keys(hPk, sk),
          byNumber: keys(plain('status'), plain('updated')),
          byText: keys(plain('status'), plain('owner')),
          inverted: keys(sk, pk),
          recent: keys(pk, plain('used')),
          localKey: keys(pk, lSk)
        }
        const values = Object.fromEntries(names.map(name => [name, pools[KINDS[name.charAt(0)] ?? 'text']]))
        const others: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
          status: pools.text,
          updated: numbers,
          owner: pools.text,
          used: numbers
        }
        const all: Readonly<Record<string, fc.Arbitrary<unknown>>> = { ...values, ...others, size: fc.nat(3) }
        const item = fc.record(all, { requiredKeys: [...primary, 'size'], noNullPrototype: true })
        return fc
          .array(item, { minLength: 12, maxLength: 12 })
          .map((items): Member => ({ name: `Model${at}`, draft, ways, items }))
      }
      return fc.tuple(...ways.map(one)).map(
        (members): Collected => ({
          table,
          type,
          members,
          pools,
          kindOf: name => (name === 'updated' || name === 'used' ? 'number' : (KINDS[name.charAt(0)] ?? 'text'))
        })
      )
    })
  })
  .filter(({ members }) => together(members.map(({ draft }) => draft)))

/** Of items that share a key, the last one is there, whatever its model. */
export const collectionsOf = (count: number): Collected[] =>
  samples(collected, count).map(one => {
    const last = new Map(
      one.members.flatMap(({ draft, items }) => items.map(item => [JSON.stringify(draft.key(item)), item]))
    )
    const members = one.members.map(member => ({
      ...member,
      items: [...new Set(member.items)].filter(item => last.get(JSON.stringify(member.draft.key(item))) === item)
    }))
    return { ...one, members }
  })
