import { type Gsi1PkOf, InvalidKey, InvalidModel, type KeyOf, model, type PkOf, type SkOf, t } from 'keystorm'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { errorFrom } from '../support/errors.ts'
import { type Equal, isType } from '../support/types.ts'

const Fruit = model('Fruit')
  .pk('apple', 'banana')
  .suffix('RedFruit')
  .sk('DT#date')
  .gsi1('farm')
  .fields({ weight: t.number() })

test('literal arguments give literal keys', () => {
  const key = Fruit.key({ apple: 'a', banana: 'b', date: '2026-01-01' })
  isType<Equal<typeof key, { PK: 'A#a#B#b#RedFruit'; SK: 'DT#2026-01-01' }>>()
  assert.equal(key, { PK: 'A#a#B#b#RedFruit', SK: 'DT#2026-01-01' })

  const index = Fruit.gsi1Key({ farm: 'f', date: '2026-01-01' })
  isType<Equal<typeof index, { GSI1PK: 'F#f#RedFruit'; SK: 'DT#2026-01-01' }>>()
  assert.equal(index, { GSI1PK: 'F#f#RedFruit', SK: 'DT#2026-01-01' })
})

test('other arguments give the template-literal type', () => {
  const apple: string = ['a', 'b'].join('')
  const key = Fruit.key({ apple, banana: 'b', date: apple })
  isType<Equal<typeof key, { PK: `A#${string}#B#b#RedFruit`; SK: `DT#${string}` }>>()
  assert.equal(key, { PK: 'A#ab#B#b#RedFruit', SK: 'DT#ab' })
})

test('the key types of a model', () => {
  isType<Equal<PkOf<typeof Fruit>, `A#${string}#B#${string}#RedFruit`>>()
  isType<Equal<SkOf<typeof Fruit>, `DT#${string}`>>()
  isType<Equal<Gsi1PkOf<typeof Fruit>, `F#${string}#RedFruit`>>()
  isType<Equal<KeyOf<typeof Fruit>, { apple: string; banana: string; date: string }>>()
  const Line = model('Line')
    .pk('#order')
    .suffix('')
    .sk('size', 'gift')
    .fields({ size: t.oneOf('S', 'M#'), gift: t.boolean() })
  isType<Equal<PkOf<typeof Line>, `${string}`>>()
  isType<Equal<SkOf<typeof Line>, `S#${'S' | 'M%23'}#G#${'true' | 'false'}`>>()
  isType<Equal<Gsi1PkOf<typeof Line>, never>>()
  assert.equal(Line.key({ order: 'o', size: 'M#', gift: true }), { PK: 'o', SK: 'S#M%23#G#true' })
})

test('the delimiter and the escape character are escaped, in types as in values', () => {
  const key = Fruit.key({ apple: '50%#', banana: '%23', date: '#' })
  isType<Equal<typeof key, { PK: 'A#50%25%23#B#%2523#RedFruit'; SK: 'DT#%23' }>>()
  assert.equal(key, { PK: 'A#50%25%23#B#%2523#RedFruit', SK: 'DT#%23' })
  assert.equal(Fruit.parse(key), { apple: '50%#', banana: '%23', date: '#' })
})

test('numbers, dates and booleans as text', () => {
  const Event = model('Event')
    .pk('room')
    .sk('seat', 'at', 'open')
    .fields({ seat: t.int(), at: t.date(), open: t.boolean() })
  const at = new Date('2026-01-02T03:04:05.006Z')
  const key = Event.key({ room: 'r', seat: 42, at, open: false })
  isType<Equal<typeof key, { PK: 'R#r#Event'; SK: `S#${string}#A#${string}#O#false` }>>()
  assert.is(key.SK, 'S#0000000000000042#A#2026-01-02T03:04:05.006Z#O#false')
  assert.is(
    Event.key({ room: 'r', seat: -42, at, open: true }).SK,
    'S#-9999999999999957#A#2026-01-02T03:04:05.006Z#O#true'
  )
  assert.equal(Event.parse(key), { room: 'r', seat: 42, at, open: false })
  isType<Equal<KeyOf<typeof Event>, { room: string; seat: number; at: Date; open: boolean }>>()
})

test('the suffix is the model’s name unless given, and can be the whole key', () => {
  assert.is(model('Fruit').pk('apple').sk('banana').key({ apple: 'a', banana: 'b' }).PK, 'A#a#Fruit')
  assert.is(model('Fruit').pk('apple').suffix('').sk('banana').key({ apple: 'a', banana: 'b' }).PK, 'A#a')
  const Setting = model('Setting').pk().sk('name').gsi1()
  const key = Setting.key({ name: 'n' })
  isType<Equal<typeof key, { PK: 'Setting'; SK: 'N#n' }>>()
  assert.equal(key, { PK: 'Setting', SK: 'N#n' })
  assert.equal(Setting.gsi1Key({ name: 'n' }), { GSI1PK: 'Setting', SK: 'N#n' })
  assert.equal(Setting.parse(key), { name: 'n' })
  assert.is(Setting.parse({ PK: 'Setting#', SK: 'N#n' }), undefined)
})

test('an attribute may stand in several keys, and a key where they differ is not the model’s', () => {
  const Echo = model('Echo').pk('id').sk('id', 'n').gsi1('n')
  const key = Echo.key({ id: '1', n: '2' })
  assert.equal(key, { PK: 'I#1#Echo', SK: 'I#1#N#2' })
  assert.equal(Echo.parse(key), { id: '1', n: '2' })
  assert.is(Echo.parse({ PK: 'I#9#Echo', SK: 'I#1#N#2' }), undefined)
})

test('names that every object seems to have are ordinary attributes', async () => {
  const Race = model('Race').pk('constructor').sk('toString')
  const read = Race.parse(Race.key({ constructor: 'c', toString: 't' } as never))
  assert.equal(Object.entries(read ?? {}), Object.entries({ constructor: 'c', toString: 't' })) // uvu compares constructors
  assert.match((await errorFrom(() => Race.key({} as never))).message, /constructor must be a string .* but is nothing/)
})

test('a whole item will do as a key, and what it lacks is a compile error', async () => {
  const item = { apple: 'a', banana: 'b', date: 'd', farm: 'f', weight: 1 }
  assert.equal(Fruit.key(item), { PK: 'A#a#B#b#RedFruit', SK: 'DT#d' })
  // @ts-expect-error Property 'banana' is missing
  const error = await errorFrom(() => Fruit.key({ apple: 'a', date: 'd' }))
  assert.is(
    error.message,
    'Fruit.PK: banana must be a string that is not empty and has no lone surrogate, but is nothing.'
  )
})

const bad: [what: string, value: unknown, message: RegExp][] = [
  ['an empty string', '', /apple must be a string that is not empty .*, but is an empty string/],
  ['a lone surrogate', 'a\ud800', /but is a string with a lone surrogate/],
  ['a number for a string', 5, /but is 5/],
  ['null', null, /but is null/],
  ['an object with toString', { toString: () => 'a' }, /but is an object/]
]

for (const [what, value, message] of bad)
  test(`${what} cannot stand in a key`, async () => {
    const error = await errorFrom(() => Fruit.key({ apple: value as string, banana: 'b', date: 'd' }))
    assert.instance(error, InvalidKey)
    assert.match(error.message, message)
    assert.equal((error as InvalidKey).data, { model: 'Fruit', key: 'PK', attribute: 'apple' })
  })

const Typed = model('Typed').pk('p').sk('n', 'd').fields({ n: t.int(), d: t.date() })
for (const n of [1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, '5' as never])
  test(`the number ${n} cannot stand in a key`, async () => {
    const error = await errorFrom(() => Typed.key({ p: 'p', n, d: new Date(0) }))
    assert.match(error.message, /Typed\.SK: n must be an integer of at most 16 digits within ±\(2\^53 - 1\), but is /)
  })
for (const d of [
  new Date(Number.NaN),
  new Date('+010000-01-01T00:00:00.000Z'),
  new Date('-000001-01-01T00:00:00.000Z')
])
  test(`the date ${+d} cannot stand in a key`, async () => {
    const error = await errorFrom(() => Typed.key({ p: 'p', n: 1, d }))
    assert.match(error.message, /Typed\.SK: d must be a valid Date between the years 0 and 9999, but is /)
  })

test('numbers other than integers, lists and maps cannot be keys, in types and at run time', async () => {
  const error = await errorFrom(() =>
    model('M')
      .pk('a')
      .sk('b')
      // @ts-expect-error "a stands in a key, but values of its type cannot"
      .fields({ a: t.number() })
  )
  assert.instance(error, InvalidModel)
  assert.match(error.message, /^M: a stands in PK, but values of its type cannot: use t\.string\(\), t\.int\(\)/)
})

test('attributes of PK and SK are always there; those of the index may be optional', async () => {
  const error = await errorFrom(() =>
    model('M')
      .pk('a')
      .sk('b')
      // @ts-expect-error "b stands in PK or SK, so it cannot be optional"
      .fields({ b: t.string().optional() })
  )
  assert.is(error.message, 'M: b stands in SK, so it cannot be optional.')
  model('M').pk('a').sk('b').gsi1('c').fields({ c: t.string().optional() })
})

test('keys are at most 2048 and 1024 bytes of UTF-8', async () => {
  const Long = model('L').pk('#p').suffix('').sk('#s').gsi1('#g')
  Long.key({ p: 'x'.repeat(2048), s: 'é'.repeat(512) })
  const pk = await errorFrom(() => Long.key({ p: 'x'.repeat(2049), s: 's' }))
  assert.is(pk.message, "L.PK: the key would have 2049 bytes, and 2048 is DynamoDB's limit.")
  const sk = await errorFrom(() => Long.key({ p: 'p', s: `${'é'.repeat(512)}x` }))
  assert.is(sk.message, "L.SK: the key would have 1025 bytes, and 1024 is DynamoDB's limit.")
  const gsi1 = await errorFrom(() => Long.gsi1Key({ g: '🍌'.repeat(600), s: 's' }))
  assert.is(gsi1.message, "L.GSI1PK: the key would have 2400 bytes, and 2048 is DynamoDB's limit.")
})

test('a model without its keys is not a model yet', async () => {
  const error = await errorFrom(() =>
    model('M')
      .pk('a')
      .key({} as never)
  )
  assert.instance(error, InvalidModel)
  assert.is(error.message, 'M: this is not a model yet: call .sk(…).')
  assert.match((await errorFrom(() => model('M').sk('a').parse({ PK: '', SK: '' }))).message, /call \.pk\(…\)/)
})

test('models are immutable: each step gives a new one', () => {
  const base = model('Base').pk('a').sk('b')
  base.suffix('Other').fields({ x: t.string() })
  assert.is(base.key({ a: '1', b: '2' }).PK, 'A#1#Base')
})

test.run()
