import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { connect, copyOf, exists, model, plus, t, withTable } from '../../lib/index.ts'
import { param, toJsonata, toState } from '../../lib/jsonata/index.ts'
import { errorFrom } from '../support/errors.ts'
import { tries } from '../support/runs.ts'
import { assertValidState } from './asl.ts'
import { evaluated } from './evaluate.ts'
import { asJson, checkSame, givenAs } from './given.ts'

const db = connect({ table: 'app' })
const p = <T = string>(name: string) => param<T>(`$states.input.${name}`) as NoInfer<T>

const Order = model('Order')
  .pk('tenant')
  .sk('number')
  .gsi1('status', 'day')
  .fields({
    number: t.int(),
    status: t.oneOf('open', 'paid').optional(),
    day: t.date().optional(),
    note: t.string().nullable().optional(),
    size: t.number().default(1),
    place: t.oneOf('home', '#1').default('home'),
    tags: t.set(t.string()).optional(),
    address: t.map({ city: t.string(), street: t.string().optional(), since: t.date().optional() }).optional(),
    lines: t.list(t.map({ sku: t.string(), 'odd name#': t.int().default(1) })).optional(),
    extra: t.json().optional()
  })
const key = { tenant: 't', number: 1 }

const whole = {
  status: 'paid',
  day: new Date('2026-02-03'),
  note: 'n',
  size: 2.5,
  place: '#1',
  tags: new Set(["it's", '{%']),
  address: { city: 'Pau', street: 'Rue #1', since: new Date(0) },
  lines: [{ sku: 's', 'odd name#': 3 }],
  extra: { a: [1, null, { b: [] }], c: [['x']] }
} as const

test('what may be absent is left out where it is, and its default stands for it', async () => {
  const names = Object.keys(whole) as (keyof typeof whole)[]
  await fc.assert(
    fc.asyncProperty(fc.subarray(names), async given => {
      const item = Object.fromEntries(given.map(name => [name, whole[name]]))
      const params = Object.fromEntries(names.map(name => [name, param.optional(`$states.input.${name}`)]))
      await checkSame(db.put(Order, { ...key, ...params }), db.put(Order, { ...key, ...item }), givenAs(item))
    }),
    { numRuns: tries(100), includeErrorInReport: true }
  )
})

test('so are the members of a map, and what is in lists', async () => {
  const put = (values: object) => db.put(Order, { ...key, ...values })
  for (const address of [{ city: 'Pau' }, { city: 'Pau', street: 'x' }, whole.address])
    await checkSame(put({ address: p('a') }), put({ address }), { a: givenAs(address) })
  await checkSame(
    put({ address: { city: p('c'), street: param.optional('$states.input.s') } }),
    put({ address: { city: 'Pau' } }),
    { c: 'Pau' }
  )
  for (const lines of [[], [{ sku: 'a' }], [{ sku: 'a' }, { sku: 'b', 'odd name#': 0 }]])
    await checkSame(put({ lines: p('l') }), put({ lines }), { l: lines })
})

interface Put {
  readonly Item: Readonly<Record<string, unknown>>
}

test('null is null where it may be, and fails elsewhere', async () => {
  const note = db.put(Order, { ...key, note: param.optional<string | null>('$states.input.note') })
  await checkSame(note, db.put(Order, { ...key, note: null }), { note: null })
  await checkSame(note, db.put(Order, key), {})
  for (const [name, value] of Object.entries({ lines: null, tags: null, status: null, day: null })) {
    const open = db.put(Order, { ...key, [name]: param(`$states.input.${name}`) })
    assert.ok(await errorFrom(() => evaluated(toJsonata(open), { [name]: value })), name)
  }
  // What a map lacks makes a value without a type, which DynamoDB refuses.
  const { Item } = (await evaluated(toJsonata(db.put(Order, { ...key, address: p('a') as never })), { a: {} })) as Put
  assert.equal(Item.address, { M: { city: {} } })
})

test('a value that does not fit makes the state fail with a sentence', async () => {
  const bad: Record<string, readonly [value: unknown, sentence: RegExp]> = {
    status: ['sent', /Order\.status must be one of 'open', 'paid'/],
    day: ['2026-19-01T00:00:00Z', /Order\.day must be a valid Date/],
    lines: [undefined, /Order\.lines must be a list/]
  }
  for (const [name, [value, sentence]] of Object.entries(bad)) {
    const open = db.put(Order, { ...key, [name]: param(`$states.input.${name}`) })
    assert.match((await errorFrom(() => evaluated(toJsonata(open), { [name]: value }))).message, sentence)
  }
})

test('an identifier that is made by the state machine is one in the whole command', async () => {
  const open = db.create(Order, { ...key, tenant: param('$uuid()'), extra: { id: param('$uuid()') } })
  const template = toJsonata(open)
  assert.type(template, 'string')
  const { Item } = (await evaluated(template, {})) as { Item: Record<string, { S: string }> }
  assert.equal([Item.tenant, Item.PK], [{ S: 'uuid-0' }, { S: 'T#uuid-0#Order' }])
  assertValidState(toState(open, { end: true }))
  const once = toJsonata(db.get(Order, { ...key, tenant: param('$uuid()') })) as { Key: { PK: { S: string } } }
  assert.match(once.Key.PK.S, /^\{% 'T#' & \(\$v := \$uuid\(\); /)
})

test('any expression can stand for a value', async () => {
  const cases: readonly [expression: string, value: string][] = [
    ["$states.input.n = 1 ? 'one' : 'many'", 'one'],
    ['$v', 'variable'],
    ['($v := $states.input.n; $string($v))', '1'],
    ['$states.input.list[1]', 'b'],
    ['$states.input."odd name"', '#'],
    ["'a' & $f.x", 'af'],
    ['$keystorm0 & $t', 'kt'],
    [
      `$states.input.n = 1
      ? 'it"s
b' : "\n"`,
      'it"s\nb'
    ]
  ]
  for (const [expression, value] of cases)
    await checkSame(
      db.create(Order, { ...key, tenant: param(expression), note: param(expression), extra: { e: param(expression) } }),
      db.create(Order, { ...key, tenant: value, note: value, extra: { e: value } }),
      { n: 1, list: ['a', 'b'], 'odd name': '#' },
      { v: 'variable', f: { x: 'f' }, keystorm0: 'k', t: 't' }
    )
})

test('constants are what they are, however they look', async () => {
  const texts = [
    '{% $x %}',
    '{%',
    '%}',
    ' {% a %}',
    'a\nb',
    '',
    "it's",
    '\\',
    '\\u0041',
    '"',
    '`',
    '\u0000\u2028\ufeff',
    '🍌',
    '$uuid()'
  ]
  for (const text of texts) {
    const item = { ...key, note: text, extra: { [text || 'x']: [text], more: text }, tags: new Set([text]) }
    const put = (size: number) => db.put(Order, { ...item, size })
    await checkSame(put(p<number>('n')), put(2), { n: 2 })
    assertValidState(toState(put(p<number>('n')), { end: true }))
  }
  const [plain, looking] = ['a', '{% $x %}'].map(
    note => toJsonata(db.put(Order, { ...key, note })) as never
  ) as unknown as [{ Item: { note: { S: string } } }, { Item: { note: { S: string } } }]
  assert.is(plain.Item.note.S, 'a')
  assert.is(looking.Item.note.S, "{% '{\\u0025 $x %\\u007d' %}")
})

test('the table may be a param', async () => {
  const other = connect({ table: p('table') })
  await checkSame(other.get(Order, key), connect({ table: 'other' }).get(Order, key), { table: 'other' })
  const build = (table: string) => withTable(table, () => db.query(Order).where({ tenant: 't' }))
  await checkSame(build(param('$name')), build('n'), {}, { name: 'n' })
})

const Job = model('Job')
  .pk('queue')
  .sk('job')
  .fields({
    tries: t.int().default(0),
    top: t.int().optional(),
    version: t.version(),
    made: t.createdAt(),
    changed: t.updatedAt(),
    end: t.ttl()
  })
const job = { queue: 'mail', job: '1' }

test('times are those of the state machine, and versions go up', async () => {
  const end = new Date('2030-01-01')
  await checkSame(db.create(Job, { ...job, end: p<Date>('end') }), db.create(Job, { ...job, end }), { end })
  await checkSame(db.put(Job, { ...job, version: p<number>('v') }), db.put(Job, { ...job, version: 7 }), { v: 7 })
  const update = (version: number, tries: number) =>
    db
      .update(Job, { ...job, version })
      .set({ tries: plus(tries) })
      .returning('new')
  // Twice, since updates of one shape are not compiled anew.
  for (const tries of [1, 2])
    await checkSame(update(p<number>('v'), p<number>('t')), update(3, tries), { v: 3, t: tries })
  const remove = (version: number) => db.delete(Job, { ...job, version }).if({ tries: exists() })
  await checkSame(remove(p<number>('v')), remove(2), { v: 2 })
  const upsert = (queue: string) =>
    db
      .update(Job, { ...job, queue })
      .set({ tries: plus(1) })
      .upsert()
  await checkSame(upsert(p('q')), upsert('q#'), { q: 'q#' })
  const { Item } = toJsonata(db.create(Job, job)) as { Item: Record<string, unknown> }
  assert.equal([Item.made, Item.changed], [{ S: '{% $now() %}' }, { S: '{% $now() %}' }])
  assert.ok(await errorFrom(() => toJsonata(db.create(Job, { ...job, version: p('v') } as never))))
})

test('what changes start from, where the key tells it', async () => {
  const copied = (tenant: string, number: number) =>
    db.update(Order, { tenant, number }).set({ note: copyOf('tenant'), size: plus('number', 1) })
  await checkSame(copied(p('t'), p<number>('n')), copied("it's", 3), { t: "it's", n: 3 })
  const { ExpressionAttributeValues } = toJsonata(copied('a', p<number>('n'))) as { ExpressionAttributeValues: object }
  assert.match(JSON.stringify(ExpressionAttributeValues), /Order\.number must be an integer/)
})

test('transactions', async () => {
  const write = (tenant: string, max: number) =>
    db.transact(
      db.create(Order, { tenant, number: 1, note: "it's" }),
      db.update(Job, { queue: tenant, job: '1' }).set({ tries: plus(1) }),
      db.delete(Order, { tenant, number: 2 }).if({ status: 'open' }),
      db.check(Job, { queue: tenant, job: '2' }).if({ top: max })
    )
  await checkSame(write(p('t'), p<number>('max')), write('a#', 3), { t: 'a#', max: 3 })
  await checkSame(write(p('t'), 3).token(p('token')), write('a', 3).token('once'), { t: 'a', token: 'once' })
  const read = (tenant: string) =>
    db.transact(db.get(Order, { tenant, number: 1 }), db.get(Job, { queue: tenant, job: '1' }))
  await checkSame(read(p('t')), read('a'), { t: 'a' })
  const check = (max: number) => db.check(Job, job).if({ top: max })
  await checkSame(check(p<number>('max')), check(5), { max: 5 })
  const resources = [write(p('t'), 1), read(p('t')), check(1)].map(builder => toState(builder, { end: true }))
  assert.equal(
    resources.map(({ Resource }) => Resource),
    ['transactWriteItems', 'transactGetItems', 'transactWriteItems'].map(
      name => `arn:aws:states:::aws-sdk:dynamodb:${name}`
    )
  )
  for (const state of resources) assertValidState(state)
})

test('the input of a command without params is as compile() gives it', () => {
  const put = db.put(Order, { ...key, note: 'n', tags: new Set(['a']) })
  assert.equal(toJsonata(put), asJson(put.compile()))
})

test('nothing can be made of a param here', () => {
  const n = param<number>('$n')
  for (const make of [() => `Order ${p('x')}`, () => n + 1, () => n > 3, () => String(n)])
    assert.throws(make, /The param \$.* has no value here: .* said in its expression/)
})

test('a param is of the type that it is given, and a string without one', () => {
  const text: string = param('$x')
  const mayBe: string | undefined = param.optional('$x')
  const status: 'open' | 'paid' = param<'open' | 'paid'>('$x')
  db.put(Order, { ...key, note: text, status, day: param<Date>('$x'), extra: mayBe })
  // @ts-expect-error a string is no number
  db.put(Order, { ...key, size: param('$x') })
  // @ts-expect-error nor one of these
  db.put(Order, { ...key, status: param('$x') })
  // @ts-expect-error a tenant must be there
  db.put(Order, { ...key, tenant: param.optional('$x') })
  // @ts-expect-error a number is no string
  db.get(Order, { ...key, tenant: param<number>('$x') })
  assert.ok(Object.isFrozen(text))
})

test.run()
