import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import fc from 'fast-check'
import { connect, type InputOf, InvalidItem, InvalidModel, type ItemOf, model, t, UndecodableItem } from 'keystorm'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { z } from 'zod'
import { definitionIn } from '../../lib/schema/definition.ts'
import { character, isoDate, safeInteger } from '../support/arbitrary.ts'
import { errorFrom } from '../support/errors.ts'
import { tries } from '../support/runs.ts'
import { type Equal, isType } from '../support/types.ts'

const All = model('All')
  .pk('id')
  .sk('rev')
  .fields({
    text: t.string(),
    number: t.number(),
    int: t.int(),
    flag: t.boolean(),
    date: t.date(),
    size: t.oneOf('S', 'M'),
    kind: t.literal('ALL'),
    list: t.list(t.list(t.int())),
    map: t.map({ a: t.string(), b: t.map({ c: t.number().optional() }) }),
    maybe: t.string().optional()
  })
type All = ItemOf<typeof All>

const item: All = {
  id: 'i',
  rev: 'r',
  text: '',
  number: -0.1,
  int: 7,
  flag: true,
  date: new Date(0),
  size: 'M',
  kind: 'ALL',
  list: [[1, 2], []],
  map: { a: 'x', b: { c: 1 } }
}
const stored: Record<string, AttributeValue> = {
  PK: { S: 'I#i#All' },
  SK: { S: 'R#r' },
  id: { S: 'i' },
  rev: { S: 'r' },
  text: { S: '' },
  number: { N: '-0.1' },
  int: { N: '7' },
  flag: { BOOL: true },
  date: { S: '1970-01-01T00:00:00.000Z' },
  size: { S: 'M' },
  kind: { S: 'ALL' },
  list: { L: [{ L: [{ N: '1' }, { N: '2' }] }, { L: [] }] },
  map: { M: { a: { S: 'x' }, b: { M: { c: { N: '1' } } } } }
}
const encode = (value: unknown) => definitionIn(All).encode(value)
const decode = (value: Record<string, AttributeValue>) => definitionIn(All).decode(value)

test('item and input types', () => {
  isType<
    Equal<
      All,
      {
        id: string
        rev: string
        text: string
        number: number
        int: number
        flag: boolean
        date: Date
        size: 'S' | 'M'
        kind: 'ALL'
        list: number[][]
        map: { a: string; b: { c?: number } }
        maybe?: string
      }
    >
  >()
  isType<Equal<InputOf<typeof All>['maybe'], string | undefined>>()
  isType<Equal<InputOf<typeof All>['list'], readonly (readonly number[])[]>>()
})

test('every type is written as DynamoDB stores it, and read back', () => {
  assert.equal(encode(item), stored)
  assert.equal(decode(stored), item)
})

test('undefined means absent, and attributes the model does not have stay behind', () => {
  assert.equal(encode({ ...item, maybe: undefined }), stored)
  assert.is('maybe' in decode(stored), false)
  assert.equal(decode({ ...stored, other: { S: 'x' } }), item)
})

const value = fc.record({
  text: fc.string({ unit: character }),
  number: fc.double({ noNaN: true, min: -1e125, max: 1e125 }).filter(n => n === 0 || Math.abs(n) >= 1e-130),
  int: safeInteger,
  flag: fc.boolean(),
  date: isoDate,
  size: fc.constantFrom('S', 'M'),
  list: fc.array(fc.array(safeInteger)),
  maybe: fc.option(fc.string({ unit: character }), { nil: undefined })
})

test('what comes out of a write is what a read gives', () => {
  fc.assert(
    fc.property(value, random => {
      const { maybe, ...rest } = random
      const given = { ...item, ...rest }
      const positive = {
        ...given,
        number: given.number + 0,
        int: given.int + 0,
        list: given.list.map(l => l.map(n => n + 0))
      }
      assert.equal(decode(encode({ ...given, maybe })), maybe === undefined ? positive : { ...positive, maybe })
    }),
    { numRuns: tries(1_000) }
  )
})

test('everything that is wrong is in one error, each with its path', async () => {
  const wrong = {
    id: 'i',
    text: 5,
    number: Number.NaN,
    int: 1.5,
    flag: 'true',
    date: new Date(Number.NaN),
    size: 'L',
    kind: 'all',
    list: [[1, '2'], 'x'],
    map: { a: '\ud800', b: { c: Number.POSITIVE_INFINITY, d: 1 } },
    colour: 'red'
  }
  const error = await errorFrom(() => encode(wrong))
  assert.instance(error, InvalidItem)
  assert.equal((error as InvalidItem).data.issues, [
    { path: ['rev'], message: 'is missing' },
    { path: ['text'], message: 'must be a string, but is 5' },
    { path: ['number'], message: 'must be 0 or of a magnitude between 1E-130 and 1E126, but is NaN' },
    { path: ['int'], message: 'must be an integer of at most 16 digits within ±(2^53 - 1), but is 1.5' },
    { path: ['flag'], message: 'must be true or false, but is "true"' },
    { path: ['date'], message: 'must be a valid Date between the years 0 and 9999, but is an invalid Date' },
    { path: ['size'], message: "must be one of 'S', 'M', but is \"L\"" },
    { path: ['kind'], message: 'must be \'ALL\', but is "all"' },
    { path: ['list', 0, 1], message: 'must be an integer of at most 16 digits within ±(2^53 - 1), but is "2"' },
    { path: ['list', 1], message: 'must be a list, but is "x"' },
    { path: ['map', 'a'], message: 'must not hold a lone surrogate' },
    { path: ['map', 'b', 'c'], message: 'must be 0 or of a magnitude between 1E-130 and 1E126, but is Infinity' },
    { path: ['map', 'b', 'd'], message: 'is not an attribute; there are c' },
    {
      path: ['colour'],
      message: 'is not an attribute; there are id, rev, text, number, int, flag, date, size, kind, list, map, maybe'
    }
  ])
  assert.match(
    error.message,
    /^All: nothing was sent, because rev: is missing; text: must be .*; list\[0\]\[1\]: must be/
  )
})

for (const [what, wrong] of [
  ['null', null],
  ['a list', []],
  ['a string', 'x'],
  ['nothing', undefined]
] as const)
  test(`${what} is not an item`, async () => {
    assert.is(
      (await errorFrom(() => encode(wrong))).message,
      `All: nothing was sent, because the item: must be an object, but is ${what === 'a string' ? '"x"' : what}.`
    )
  })

test('null is refused where nothing says it may be', async () => {
  assert.match(
    (await errorFrom(() => encode({ ...item, maybe: null }))).message,
    /maybe: must be a string, but is null/
  )
})

const lenient: [what: string, attribute: string, wire: AttributeValue, value: unknown][] = [
  ['digits as text in a number', 'number', { S: '2.5' }, 2.5],
  ['digits as text in an integer', 'int', { S: '12' }, 12],
  ['a number in a text', 'text', { N: '5' }, '5'],
  ['true in text, as STORM does', 'text', { BOOL: true }, 'True'],
  ['false in text, as STORM does', 'text', { BOOL: false }, 'False'],
  ['true in a number', 'number', { BOOL: true }, 1],
  ['false in an integer', 'int', { BOOL: false }, 0],
  ['text with spaces, a sign and an exponent in an integer', 'int', { S: ' +12e2 ' }, 1200],
  ['an integer beyond 2^53 that a double holds', 'int', { N: '9223372036854775808' }, 2 ** 63],
  ['an integer that is written with zeros', 'int', { S: `007.${'0'.repeat(50)}` }, 7],
  ['a date without a zone, in UTC', 'date', { S: '1970-01-01T00:00:00.5' }, new Date(500)],
  ['1 in a boolean', 'flag', { N: '1' }, true],
  ['0 in a boolean', 'flag', { N: '0' }, false],
  ['a date without milliseconds', 'date', { S: '1970-01-01' }, new Date(0)],
  ['a large exact number', 'number', { N: '1000000000000000000000' }, 1e21],
  ['a number of as many digits as a double prints', 'number', { N: '44411578889344410' }, 44411578889344410],
  ['a fraction of 17 digits', 'number', { N: '0.30000000000000004' }, 0.1 + 0.2]
]
for (const [what, attribute, wire, read] of lenient)
  test(`reads ${what}`, () => {
    assert.equal(decode({ ...stored, [attribute]: wire })[attribute], read)
  })

test('reads NULL in an optional attribute as absent, and a set of strings in a list', () => {
  assert.is('maybe' in decode({ ...stored, maybe: { NULL: true } }), false)
  const Tags = model('Tags')
    .pk('p')
    .sk('s')
    .fields({ tags: t.list(t.string()) })
  const row = { p: { S: 'p' }, s: { S: 's' }, tags: { SS: ['a', 'b'] } }
  assert.equal(definitionIn(Tags).decode(row), { p: 'p', s: 's', tags: ['a', 'b'] })
})

const unreadable: [attribute: string, wire: AttributeValue | undefined, problem: RegExp][] = [
  ['text', { B: new Uint8Array() }, /text: a string was expected, but the stored value is \{ B: bytes "" \}\.$/],
  ['number', { S: 'many' }, /number: a number was expected, but the stored value is "many"\.$/],
  ['number', { S: '' }, /number: a number was expected, but the stored value is an empty string\.$/],
  ['number', { N: '9007199254740993' }, /has more digits than a JavaScript number can hold/],
  ...['0x10', '0b1', '0o7', 'Infinity', 'NaN', '1_000', '1,5', '1e', '.', '-', ' ', '1 2', '١'].map(
    (S): [string, AttributeValue, RegExp] => [
      'number',
      { S },
      /number: a number was expected, but the stored value is ".*"\.$/
    ]
  ),
  ['int', { N: '0x10' }, /int: a number was expected, but the stored value is "0x10"\.$/],
  ['number', { S: '1'.repeat(39) }, /number: .* has more digits, or a greater exponent, than DynamoDB has\.$/],
  ['number', { S: '1e126' }, /has more digits, or a greater exponent, than DynamoDB has\.$/],
  ['number', { S: '1e-131' }, /has more digits, or a greater exponent, than DynamoDB has\.$/],
  [
    'int',
    { N: '9223372036854776000' },
    /declare the attribute as t\.bigint\(\), or set it anew; \.skipInvalid\(\) goes on/
  ],
  ['date', { S: 'item 12' }, /date: a date was expected, but the text is "item 12"\.$/],
  ['date', { S: '+010000-01-01T00:00:00.000Z' }, /date: a date was expected, but the text is/],
  ['int', { N: '1.9' }, /int: an integer was expected, but the number is 1\.9\.$/],
  ['int', { N: '12345678901234567890' }, /has more digits than a JavaScript number can hold/],
  ['flag', { S: 'false' }, /flag: true or false was expected, but the stored value is \{ S: "false" \}\.$/],
  ['flag', { N: '2' }, /flag: true or false was expected/],
  ['date', { S: 'soon' }, /date: a date was expected, but the text is "soon"\.$/],
  ['size', { S: 'XL' }, /size: one of 'S', 'M' was expected, but the stored value is "XL"\.$/],
  ['list', { L: [{ L: [{ N: '1' }, { S: 'x' }] }] }, /list\[0\]\[1\]: a number was expected/],
  ['list', { M: {} }, /list: a list was expected, but the stored value is \{ M: an object \(Object\) \}\.$/],
  ['map', { M: { a: { S: 'x' } } }, /map\.b: is missing\.$/],
  ['map', { S: '' }, /map: a map was expected, but the stored value is \{ S: an empty string \}\.$/],
  ['text', { NULL: true }, /text: a string was expected, but the stored value is \{ NULL: true \}\.$/],
  // Clients of the user's own may have anything in a stored value.
  ['map', { M: [] as never }, /map: a map was expected, but the stored value is \{ M: a list \}\.$/],
  ['text', {} as never, /text: a string was expected, but the stored value is an object \(Object\)\.$/],
  ['text', undefined, /text: is missing\.$/]
]
for (const [attribute, wire, problem] of unreadable)
  test(`a row with ${attribute} ${JSON.stringify(wire)} is an error that names model, key and attribute`, async () => {
    const { [attribute]: _, ...others } = stored
    const error = await errorFrom(() => decode(wire ? { ...stored, [attribute]: wire } : others))
    assert.instance(error, UndecodableItem)
    assert.match(error.message, /^All: the item under PK "I#i#All", SK "R#r" does not fit: /)
    assert.match(error.message, problem)
  })

test('attributes named like what every object has are ordinary attributes', async () => {
  const Race = model('Race').pk('id').sk('year').fields({ constructor: t.string(), valueOf: t.number().optional() })
  const { encode, decode } = {
    encode: (x: unknown) => definitionIn(Race).encode(x),
    decode: definitionIn(Race).decode.bind(definitionIn(Race))
  }
  const row = encode({ id: 'i', year: 'y', constructor: 'Lotus' })
  assert.equal(Object.keys(row).sort(), ['PK', 'SK', 'constructor', 'id', 'year'])
  assert.equal(Object.entries(decode(row)).sort(), [
    ['constructor', 'Lotus'],
    ['id', 'i'],
    ['year', 'y']
  ])
  assert.match((await errorFrom(() => encode({ id: 'i', year: 'y' }))).message, /constructor: is missing/)
})

test('an empty name is refused wherever names are data, since DynamoDB takes none', async () => {
  const Box = model('Box')
    .pk('id')
    .sk('rev')
    .fields({ of: t.record(t.int()), any: t.json(), all: t.type<unknown>() })
  const message = async (values: object) =>
    (await errorFrom(() => definitionIn(Box).encode({ id: 'i', rev: 'r', of: {}, any: {}, all: {}, ...values })))
      .message
  assert.match(await message({ of: { '': 1 } }), /because of\.: is no name for an attribute/)
  assert.match(await message({ any: { a: [{ '': 1 }] } }), /because any\.a\[0\]\.: is no name/)
  assert.match(await message({ all: { '': 1 } }), /because all\.: is no name/)
  assert.match((await errorFrom(() => t.map({ '': t.int() }))).message, /cannot be called ''/)
  const set = connect({ table: 'table' })
    .update(Box, { id: 'i', rev: 'r' })
    .set({ of: { '': 1 } })
  assert.match((await errorFrom(() => set.compile())).message, /is neither an attribute nor a path/)
})

test('of the many choices that only() may make, the last ones are kept compiled', () => {
  const { attributes } = definitionIn(model('Box').pk('id').sk('rev').fields({ a: t.int() }))
  const names = (n: number) => ['a', ...Array<string>(n).fill('id')]
  const first = attributes.pick(names(0))
  assert.is(attributes.pick(names(0)), first)
  for (let n = 1; n < 300; n++) attributes.pick(names(n))
  assert.is(attributes.pick(names(299)), attributes.pick(names(299)))
  assert.is.not(attributes.pick(names(0)), first)
})

test('types that cannot work are refused where they are made', async () => {
  assert.match(
    (await errorFrom(() => t.int({ digits: 17 }))).message,
    /digits must be an integer from 1 to 16, but is 17/
  )
  assert.match(
    (await errorFrom(() => t.oneOf('a', ''))).message,
    /give at least one choice, each a text, none of them empty/
  )
  assert.match(
    (await errorFrom(() => t.list(t.string().optional()))).message,
    /a list, set or record has no absent elements/
  )
})

const misused: readonly (readonly [what: string, act: (of: Untyped) => unknown, message: string])[] = [
  [
    'a list of nothing',
    of => of.list(),
    't.list(): takes a field that t.* has made, such as t.string(), but got nothing.'
  ],
  ['a set of what was not called', of => of.set(t.string), 't.set(): takes a field that t.* has made'],
  ['a record of a number', of => of.record(1), 't.record(): takes a field that t.* has made'],
  ['a list of a schema', of => of.list(z.string()), 't.list(): takes a field that t.* has made'],
  ['a map of nothing', of => of.map(), 't.map(): takes a plain object, but got nothing.'],
  ['a map of what is no field', of => of.map({ a: String }), 't.map(): a: takes a field that t.* has made'],
  ['no choice', of => of.oneOf(), 't.oneOf() or t.literal(): give at least one choice'],
  ['an array of choices', of => of.oneOf(['a', 'b']), 'of an array, t.oneOf(...choices).'],
  ['a literal that is no text', of => of.literal(1), 't.oneOf() or t.literal(): give at least one choice, each a text'],
  ['digits that stand alone', of => of.int(6), 't.int(): takes { digits, padded }, but got 6.'],
  [
    'digits that are text',
    of => of.int({ digits: '6' }),
    't.int(): digits must be an integer from 1 to 16, but is "6".'
  ]
]
type Untyped = Readonly<Record<keyof typeof t, (given?: unknown) => unknown>>
for (const [what, act, message] of misused)
  test(`without types: ${what} is InvalidModel`, async () => {
    const error = await errorFrom(() => act(t as unknown as Untyped)) // as a program without types sees it
    assert.instance(error, InvalidModel)
    assert.ok(error.message.includes(message), error.message)
  })

test.run()
