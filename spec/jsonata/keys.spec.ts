import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { z } from 'zod'
import {
  type AnyModel,
  between,
  binary,
  connect,
  gte,
  InvalidRequest,
  layout,
  lt,
  model,
  number,
  t,
  text
} from '../../lib/index.ts'
import { param, type Sendable, toJsonata } from '../../lib/jsonata/index.ts'
import { isDelimiter } from '../../lib/keys/escaping.ts'
import { isoDate, keyString, safeInteger } from '../support/arbitrary.ts'
import { errorFrom } from '../support/errors.ts'
import { tries } from '../support/runs.ts'
import { evaluated } from './evaluate.ts'
import { checkSame, givenAs } from './given.ts'

const db = connect({ table: 'app' })

const Event = model('Event')
  .pk('tenant')
  .sk('#day', 'rank', 'kind', 'done')
  .fields({ day: t.date(), rank: t.int({ digits: 4 }), kind: t.oneOf('a', '100%', '#'), done: t.boolean() })

test('the key of a get is an expression, and nothing stands around it', async () => {
  const Fruit = model('Fruit').pk('apple').sk('DT#date')
  const template = await checkSame(
    db.get(Fruit, { apple: param('$states.input.apple'), date: '2026' }),
    db.get(Fruit, { apple: 'x#y%', date: '2026' }),
    { apple: 'x#y%' }
  )
  const apple = '$states.input.apple'
  const escaped = `$replace($replace(${apple}, '%', '%25'), '#', '%23')`
  const sentence = 'Fruit.PK: apple must be a string that is not empty and has no lone surrogate'
  assert.equal(template, {
    TableName: 'app',
    Key: {
      PK: { S: `{% 'A#' & ($length(${apple}) > 0 ? ${escaped} : $error('${sentence}')) & '#Fruit' %}` },
      SK: { S: 'DT#2026' }
    }
  })
})

test('a key that is an attribute may be a param in each verb', async () => {
  const sessions = layout({ pk: 'user', sk: 'kind', indexes: { byKind: { pk: 'kind', sk: number('at') } } })
  const fields = { kind: t.oneOf('A', 'B'), at: t.int() }
  const Session = sessions.model('Session').pk('user').sk('kind').index('byKind').fields(fields)
  const Reading = layout({ pk: 'device', sk: number('at') })
    .model('Reading')
    .pk('device')
    .sk('at')
    .fields({ at: t.int() })
  const input = { user: 'x#y%', kind: 'B' }
  const open = { user: param('$states.input.user'), kind: 'A' } as const
  const known = { user: 'x#y%', kind: 'A' } as const
  const template = await checkSame(db.get(Session, open), db.get(Session, known), input)
  assert.equal(template, {
    TableName: 'app',
    Key: { user: { S: '{% $states.input.user %}' }, kind: { S: 'A' } }
  })
  await checkSame(db.delete(Session, open), db.delete(Session, known), input)
  await checkSame(db.delete(Session, open).if({ at: 1 }), db.delete(Session, known).if({ at: 1 }), input)
  await checkSame(db.update(Session, open).set({ at: 1 }), db.update(Session, known).set({ at: 1 }), input)
  await checkSame(db.put(Session, { ...open, at: 1 }), db.put(Session, { ...known, at: 1 }), input)
  await checkSame(db.query(Session).where({ user: open.user }), db.query(Session).where({ user: 'x#y%' }), input)
  const kind = param<'A' | 'B'>('$states.input.kind')
  const both = { user: open.user, kind }
  await checkSame(db.get(Session, both), db.get(Session, { ...known, kind: 'B' }), input)
  await checkSame(db.query(Session).where(both), db.query(Session).where({ ...known, kind: 'B' }), input)
  await checkSame(
    db.query(Session).where({ kind, at: 3 }).on('byKind'),
    db.query(Session).where({ kind: 'B', at: 3 }).on('byKind'),
    input
  )
  const device = param('$states.input.user')
  await checkSame(db.get(Reading, { device, at: 5 }), db.get(Reading, { device: 'x#y%', at: 5 }), input)
  await checkSame(db.delete(Reading, { device, at: 5 }), db.delete(Reading, { device: 'x#y%', at: 5 }), input)
})

test('ranges and starts of keys that are numbers and bytes take params', async () => {
  const p = <T>(name: string) => param<T>(`$states.input.${name}`) as NoInfer<T>
  const input = { low: 2, high: 5, first: 'AQ==', last: 'Ag==' }
  const [first, last] = [new Uint8Array([1]), new Uint8Array([2])]
  const Reading = layout({ pk: number('device'), sk: number('at') })
    .model('Reading')
    .pk('device')
    .sk('at')
    .fields({ device: t.int(), at: t.int() })
  const readings = (low: number, high: number) =>
    db
      .query(Reading)
      .where({ device: low, at: between(low, high) })
      .startingAfter({ device: low, at: high })
  await checkSame(readings(p<number>('low'), p<number>('high')), readings(2, 5), input)
  const Chunk = layout({ pk: binary('file'), sk: binary('hash') })
    .model('Chunk')
    .pk('file')
    .sk('hash')
    .fields({ file: t.binary(), hash: t.binary() })
  const chunks = (low: Uint8Array, high: Uint8Array) =>
    db
      .query(Chunk)
      .where({ file: low, hash: between(low, high) })
      .startingAfter({ file: low, hash: low })
  await checkSame(chunks(p<Uint8Array>('first'), p<Uint8Array>('last')), chunks(first, last), input)
  await checkSame(chunks(first, p<Uint8Array>('last')), chunks(first, last), input)
})

const isAsked = (open: Sendable): boolean => {
  try {
    return toJsonata(open) !== undefined
  } catch (error) {
    if (error instanceof InvalidRequest) return false
    throw error
  }
}

test('a range of text is asked whatever the delimiters are', async () => {
  const asked: string[] = []
  for (let code = 0; code < 128; code++) {
    const delimiter = String.fromCharCode(code)
    if (!isDelimiter(delimiter) || '{}'.includes(delimiter)) continue
    const sk = text(`{name}${delimiter}{part}`)
    const File = layout({ pk: 'pk', sk: 'sk', delimiters: delimiter }).model('File').pk('pk').sk(sk)
    for (const range of [gte<string>, lt<string>]) {
      const files = (name: string) => db.query(File).where({ pk: 'a', name: range(name) })
      const open = files(param('$states.input.name'))
      if (!isAsked(open)) continue // keys sort otherwise than values there
      await checkSame(open, files('b'), { name: 'b' })
      asked.push(delimiter)
    }
  }
  assert.ok(asked.length > 60, asked.join(' '))
})

const emptiable = t.string({ emptyInKeys: true })

/** A key attribute of each type, with values that a state machine may be given. */
const kinds: readonly [field: unknown, values: fc.Arbitrary<unknown>][] = [
  [t.string(), keyString],
  [emptiable, fc.oneof(fc.constant(''), keyString)],
  [t.int(), safeInteger],
  [t.int({ digits: 3 }), fc.integer({ min: -999, max: 999 })],
  [t.int({ digits: 1 }), fc.integer({ min: -9, max: 9 })],
  [t.int({ digits: 3, padded: 5 }), fc.integer({ min: -999, max: 999 })],
  [t.int({ padded: false }), fc.integer({ min: -1e9, max: 1e9 })],
  [t.date(), isoDate],
  [t.day(), isoDate.map(date => date.toISOString().slice(0, 10))],
  [t.boolean(), fc.boolean()],
  [t.oneOf('S', 'M#', '%L', "'"), fc.constantFrom('S', 'M#', '%L', "'")],
  [t.literal('X'), fc.constant('X')]
]

interface Draft {
  suffix(text: string): Draft
  pk(...parts: string[]): Draft
  sk(...parts: string[]): Draft
  rawKeys(): Draft
  fields(fields: object): AnyModel
}

/** Models with every type of key attribute, delimiters that stand in numbers and dates, and fixed text that tries to break out of its quotes. */
const anyKey = fc
  .record({
    delimiters: fc.constantFrom('#', '#-', '#:.'),
    kinds: fc.array(fc.constantFrom(...kinds), { minLength: 2, maxLength: 4 }),
    raw: fc.boolean(),
    fixed: fc.constantFrom('A', "it's", '"', '\\', '{%', '%}', '\n', 'é🍌', '$', '&', ''),
    suffix: fc.constantFrom('End', "O'Brien", '{', '}', '\u2028', '`')
  })
  .filter(({ fixed, kinds: [first] }) => fixed !== '' || first?.[0] !== emptiable) // no key may be empty
  .chain(({ delimiters, kinds, raw, fixed, suffix }) => {
    const text = (part: string) => (raw ? part : part.replaceAll('%', ''))
    const parts = kinds.map((_, i) => `${i === 0 ? text(fixed) : `I${i}`}#k${i}`)
    const fields = Object.fromEntries(kinds.map(([field], i) => [`k${i}`, field]))
    const draft = layout({ pk: 'PK', sk: 'SK', delimiters }).model('Any') as unknown as Draft // the types of random parts are of no use
    const [sk = '', ...pk] = parts
    const values = fc.record(Object.fromEntries(kinds.map(([, values], i) => [`k${i}`, values])))
    const whole = (raw ? draft.rawKeys() : draft)
      .pk(...pk)
      .sk(sk)
      .suffix(suffix)
      .fields(fields)
    return fc.record({ model: fc.constant(whole), values })
  })

test('keys of every type are those of get() with the same values', async () => {
  await fc.assert(
    fc.asyncProperty(anyKey, async ({ model, values }) => {
      const params = Object.fromEntries(Object.keys(values).map(name => [name, param(`$states.input.${name}`)]))
      const [open, known] = [params, values].map(key => db.get(model, key as never))
      if (open && known) await checkSame(open, known, givenAs(values))
    }),
    { numRuns: tries(500) }
  )
})

test('a date may be given with an offset, and is spelled as ours', async () => {
  const key = { tenant: 't', rank: 0, kind: 'a', done: true } as const
  const given = { day: '2026-01-01T01:30:00+02:00' }
  const day = new Date(given.day)
  await checkSame(
    db.get(Event, { ...key, day: param<Date>('$states.input.day') }),
    db.get(Event, { ...key, day }),
    given
  )
})

test('what a key derives of a value, the state machine derives of it', async () => {
  const visits = layout({
    pk: 'pk',
    sk: 'sk',
    delimiters: ':#',
    indexes: { byMail: { pk: 'mailKey', sk: 'monthKey' } }
  })
  const Visit = visits
    .model('Visit')
    .pk(text('MAIL#{mail:lower}:{size:upper}'))
    .sk(text('{at:day}#{day:year}'))
    .index('byMail', { pk: text('{mail:upper}'), sk: text('{at:month}#{day}') })
    .fields({ mail: t.string(), size: t.oneOf('S', 'm:'), at: t.date(), day: t.day() })
  const Raw = visits
    .model('Raw')
    .rawKeys()
    .pk(text('MAIL#{mail:lower}'))
    .sk(text('{at:month}'))
    .fields({ mail: z.string(), at: t.date() })
  const values = { mail: 'Ann%#:@Ä.org', size: 'm:', at: new Date('2026-03-04'), day: '2025-12-31' } as const
  const open = {
    mail: param('$states.input.mail'),
    size: param<'m:'>('$states.input.size'),
    at: param<Date>('$states.input.at'),
    day: param('$states.input.day')
  }
  const given = givenAs(values)
  await checkSame(db.get(Visit, open), db.get(Visit, values), given)
  await checkSame(db.put(Visit, open), db.put(Visit, values), given)
  await checkSame(
    db.get(Raw, { mail: open.mail, at: open.at }),
    db.get(Raw, { mail: values.mail, at: values.at }),
    given
  )
  const mails = (mail: string) => db.query(Visit).where({ mail }).on('byMail')
  await checkSame(mails(open.mail), mails(values.mail), given)
  for (const wrong of [{ at: 'today' }, { mail: '' }, { size: 'M:' }])
    await errorFrom(() => evaluated(toJsonata(db.get(Visit, open)), Object.assign({}, given, wrong)))
})

test('a param that only a raw key holds is written if the key tells it whatever it is', async () => {
  const table = layout({ pk: 'pk', sk: 'sk', indexes: { byMail: { pk: 'mailKey', sk: 'sk' } } })
  const only = t.string().onlyInKeys()
  const Session = table
    .model('Session')
    .rawKeys()
    .pk(text('sess:{id}'))
    .sk(text('U#{user}#{device}'))
    .index('byMail', { pk: text('MAIL#{mail}') })
    .fields({ id: only, device: only, user: t.string(), mail: only.optional() })
  const values = { id: 'a#b', user: 'u#', device: '#d#' }
  const open = {
    id: param('$states.input.id'),
    user: param('$states.input.user'),
    device: param('$states.input.device')
  }
  await checkSame(db.put(Session, open), db.put(Session, values), values)
  await checkSame(db.create(Session, { ...open, id: 'a#b' }), db.create(Session, values), values)
  const upsert = (mail: string) => db.update(Session, values).set({ mail }).upsert()
  await checkSame(upsert(param('$states.input.mail')), upsert('a#x'), { mail: 'a#x' })

  const Pair = table.model('Pair').rawKeys().pk(text('{a}#{b}')).sk(text('X')).fields({ a: only, b: only })
  const error = await errorFrom(() => toJsonata(db.put(Pair, { a: 'a', b: param('$states.input.b') })))
  assert.match(
    error.message,
    /b: is .onlyInKeys\(\), and could not be read there: .* or is a param\. Store it beside the key/
  )
})

test('a value that cannot stand in the key makes the state fail', async () => {
  const open = db.get(Event, {
    tenant: param('$states.input.tenant'),
    day: param<Date>('$states.input.day'),
    rank: param<number>('$states.input.rank'),
    kind: param<'a'>('$states.input.kind'),
    done: param<boolean>('$states.input.done')
  })
  const fine = { tenant: 't', day: '2026-01-01T00:00:00Z', rank: 12, kind: 'a', done: false }
  await evaluated(toJsonata(open), fine)
  const bad: Record<string, readonly unknown[]> = {
    tenant: [undefined, null, '', 5, ['t', 'u'], { t: 1 }],
    day: [undefined, null, '', 'today', '2026-19-01T00:00:00Z', 5, true],
    rank: [undefined, null, '12', 1.5, 10_000, -10_000],
    kind: [undefined, null, 'b', 'A', ''],
    done: [undefined, null, 'true', 1]
  }
  for (const [name, values] of Object.entries(bad))
    for (const value of values) {
      const error = await errorFrom(() => evaluated(toJsonata(open), { ...fine, [name]: value }))
      assert.ok(error.message.length > 0, `${name}: ${JSON.stringify(value)}`)
    }
})

test.run()
