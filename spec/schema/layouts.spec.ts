/** What a layout, and a model of one, is refused for: where it is made, in a sentence that says what to do. */
import {
  beginsWith,
  binary,
  connect,
  gt,
  InvalidCondition,
  InvalidItem,
  InvalidModel,
  InvalidRequest,
  type ItemOf,
  ifMissing,
  type KeyOf,
  layout,
  models,
  number,
  t,
  tableDefinition,
  text
} from 'keystorm'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { DEFAULT_LAYOUT } from '../../lib/schema/default-layout.ts'
import { definitionIn } from '../../lib/schema/definition.ts'
import { readLayout } from '../../lib/schema/table-layout.ts'
import { STORM } from '../../lib/storm.ts'
import { errorFrom } from '../support/errors.ts'
import { idleClient } from '../support/idle.ts'
import { type Equal, isType } from '../support/types.ts'

const app = layout({
  pk: 'pk',
  sk: 'sk',
  indexes: { GSI1: { pk: 'g1', sk: 'g1s' }, own: { pk: 'status' }, narrow: { pk: 'owner', projection: ['total'] } }
})
const other = layout({ pk: 'pk', sk: 'sk' })
const typed = layout({ pk: 'id', indexes: { byKind: { pk: 'kind' } }, type: 'kind' })
const { client, requests } = idleClient()
const db = connect({ table: 'table', client })
const M = app
  .model('M')
  .pk('a')
  .sk('b')
  .index('GSI1', { pk: ['c'], sk: ['d'] })
  .index('own')
  .fields({ c: t.string().optional(), d: t.string().optional(), status: t.string().optional() })
const N = other.model('N').pk('a').sk('b').suffix('M')
const key = { a: '1', b: '2' }
const many = (count: number, make: (i: number) => object) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`index${i}`, make(i)])) as never // of types that only run time knows

type Case = readonly [what: string, act: () => unknown, error: unknown, message: RegExp]

const CASES: readonly Case[] = [
  ['no layout at all', () => layout(null as never), InvalidModel, /the layout takes a plain object, but got null/],
  [
    'an option that there is not',
    () => layout({ pk: 'pk', index: {} } as never),
    InvalidModel,
    /the layout has no option "index": there are pk, sk, indexes, type, delimiters/
  ],
  [
    'indexes that are no object',
    () => layout({ pk: 'pk', indexes: 7 as never }),
    InvalidModel,
    /indexes takes a plain object/
  ],
  [
    'an index that is not there',
    () => layout({ pk: 'pk', indexes: { abc: undefined as never } }),
    InvalidModel,
    /index "abc" takes a plain object, but got nothing/
  ],
  [
    'an option of an index that there is not',
    () => layout({ pk: 'pk', indexes: { abc: { pk: 'x', project: 'ALL' } as never } }),
    InvalidModel,
    /index "abc" has no option "project": there are pk, sk, local, projection/
  ],
  [
    'delimiters that are no text',
    () => layout({ pk: 'pk', delimiters: 7 as never }),
    InvalidModel,
    /delimiters are characters/
  ],
  [
    'a name of an attribute that is no text, in remove()',
    () => (db.update(M, key) as never as { remove(name: null): object }).remove(null),
    InvalidItem,
    /null: is neither an attribute nor a path/
  ],
  ['one attribute as both keys', () => layout({ pk: 'pk', sk: 'pk' }), InvalidModel, /cannot be both pk and sk/],
  [
    'a key twice in an index',
    () => layout({ pk: 'pk', indexes: { abc: { pk: 'x', sk: 'x' } } }),
    InvalidModel,
    /"x" twice/
  ],
  [
    'an attribute of two types',
    () => layout({ pk: 'pk', indexes: { abc: { pk: 'x' }, def: { pk: number('x') } } }),
    InvalidModel,
    /"x" is a key of type S and of type N/
  ],
  [
    'an index without keys',
    () => layout({ pk: 'pk', indexes: { abc: {} as never } }),
    InvalidModel,
    /no partition key: give it pk/
  ],
  ...['table', 'consistent'].map(
    (name): Case => [
      `an index called ${name}`,
      () => layout({ pk: 'pk', indexes: { [name]: { pk: 'x' } } }),
      InvalidModel,
      /explanations and types call the table so: give it another name/
    ]
  ),
  [
    'too many indexes',
    () => layout({ pk: 'pk', indexes: many(21, i => ({ pk: `x${i}` })) }),
    InvalidModel,
    /21 global indexes, and 20/
  ],
  [
    'too many local indexes',
    () => layout({ pk: 'pk', sk: 'sk', indexes: many(6, i => ({ local: true, sk: `x${i}` })) }),
    InvalidModel,
    /6 local indexes, and 5/
  ],
  ...[7, null, 'status', ['status']].map(
    (keys): Case => [
      `keys of an index that are ${JSON.stringify(keys)}`,
      () =>
        app
          .model('X')
          .pk('a')
          .sk('b')
          .index('GSI1', keys as never),
      InvalidModel,
      /^X: \.index\('GSI1'\) takes its keys, such as \{ pk: \['status'\] \}, but got/
    ]
  ),
  [
    'a key of an index that there is not',
    () =>
      app
        .model('X')
        .pk('a')
        .sk('b')
        .index('GSI1', { PK: ['status'] } as never),
    InvalidModel,
    /^X: \.index\('GSI1'\) takes its keys, such as \{ pk: \['status'\] \}, and "PK" is none/
  ],
  [
    'an empty key of an index',
    () =>
      app
        .model('X')
        .pk('a')
        .sk('b')
        .index('GSI1', { pk: '' } as never),
    InvalidModel,
    /takes parts, such as \['status'\], or text/
  ],
  ['an empty name', () => layout({ pk: '' }), InvalidModel, /can be called ""/],
  ['a name that no object has', () => layout({ pk: '__proto__' }), InvalidModel, /__proto__/],
  [
    "a type that is the table's key",
    () => layout({ pk: 'pk', type: 'pk' }),
    InvalidModel,
    /"pk" is a key of the table: leave type out, and let each model declare it, as t\.literal\('Order'\)/
  ],
  [
    "a type that is an index's number",
    () => layout({ pk: 'pk', indexes: { byType: { pk: number('type') } }, type: 'type' }),
    InvalidModel,
    /"type" is a key of type N, and the model's name is a text/
  ],
  ...[
    () => definitionIn(typed.model('X').pk('id').index('byKind')),
    () => typed.model('X').pk('id').fields({ kind: t.string() }),
    () =>
      typed
        .model('X')
        .pk('id')
        .fields({ kind: t.literal('Y') }),
    () =>
      typed
        .model('X')
        .pk('id')
        .fields({ kind: t.literal('X').optional() }),
    () => definitionIn(typed.model('X').pk(text('{kind}')))
  ].map(
    (make, i) =>
      [
        `a type that is not the model's name ${i}`,
        make,
        InvalidModel,
        /^X: kind is where the layout has the model's name: declare it as t\.literal\('X'\)\.default\('X'\)/
      ] as const
  ),
  [
    'five attributes',
    () => layout({ pk: 'pk', indexes: { abc: { pk: ['a', 'b', 'c', 'd', 'e'] } } }),
    InvalidModel,
    /5 attributes in pk, and 4/
  ],
  ['a letter as delimiter', () => layout({ pk: 'pk', delimiters: 'x' }), InvalidModel, /neither letters nor digits/],
  [
    'values side by side',
    () => app.model('X').pk(text('{a}{b}')).sk(text('x')).fields({ a: t.string(), b: t.string() }),
    InvalidModel,
    /a and b stand side by side in pk: put a delimiter between them/
  ],
  [
    'a value that nothing ends',
    () => app.model('X').pk(text('A#{a}_x')).fields({ a: t.string() }),
    InvalidModel,
    /goes on with "_", which is none of the layout's delimiters \("#"\)/
  ],
  ['a brace too few', () => app.model('X').pk(text('A#{a')), InvalidModel, /lacks a \}/],
  [
    'a derivation that there is not',
    () => app.model('X').pk(text('{a:title}')),
    InvalidModel,
    /there are lower, upper, day/
  ],
  ['models of two layouts in a set', () => models({ M, N } as never), InvalidModel, /of another layout than N/],
  [
    'models of two layouts in a query',
    () => db.query(M, N as never).where({ a: '1' } as never),
    InvalidModel,
    /of another layout/
  ],
  [
    'models of two layouts in a transaction',
    () => db.transact(db.put(M, key), db.put(N, key)),
    InvalidModel,
    /of another layout/
  ],
  [
    'an index that the layout lacks',
    () => app.model('X').index('zzz' as never),
    InvalidModel,
    /has no index "zzz": it has GSI1, own, narrow/
  ],
  [
    'an index of nothing',
    () => definitionIn(app.model('X').pk('a').sk('b').index('own')),
    InvalidModel,
    /own needs status: give it in/
  ],
  [
    'an own key of another type',
    () =>
      definitionIn(
        app
          .model('X')
          .pk('a')
          .sk('b')
          .index('own')
          .fields({ status: t.number() } as never)
      ),
    InvalidModel,
    /status is a key of type S, but its field is stored as N/
  ],
  [
    'a number key of the table without a field',
    () =>
      definitionIn(
        layout({ pk: 'pk', sk: number('at') })
          .model('X')
          .pk('pk')
          .sk('at')
          .fields({})
      ),
    InvalidModel,
    /X: at is a key of type N: \.fields\(\) needs a field of that name and type/
  ],
  [
    'a sort key where there is none',
    () =>
      layout({ pk: 'pk' })
        .model('X')
        .pk('a')
        .sk('b' as never),
    InvalidModel,
    /its table has no sort key/
  ],
  [
    'a field in the place of the type',
    () => layout({ pk: 'pk', type: 'kind' }).model('X').pk('a').fields({ kind: t.string() }),
    InvalidModel,
    /^X: kind is where the layout has the model's name/
  ],
  [
    'a field in the place of a key',
    () => app.model('X').pk('a').sk('b').fields({ pk: t.string() }),
    InvalidModel,
    /called pk/
  ],
  [
    'an attribute that is stored nowhere',
    () => definitionIn(app.model('X').pk('a').sk('b').fields({ x: t.string().onlyInKeys() })),
    InvalidModel,
    /would be lost/
  ],
  [
    'half of an index',
    () => db.update(M, key).set({ c: 'x' } as never) as never,
    InvalidItem,
    /gives c but not d, and g1 and g1s are made of all/
  ],
  [
    'an empty own key',
    () => db.put(M, { ...key, status: '' }),
    InvalidItem,
    /status: is a key of an index, so it must be a text/
  ],
  [
    'an own key that is set empty',
    () => db.update(M, key).set({ status: '' }),
    InvalidItem,
    /status: is a key of an index/
  ],
  [
    'an own key that is empty where there is none',
    () => db.update(M, key).set({ status: ifMissing('') }),
    InvalidItem,
    /status: is a key of an index/
  ],
  [
    'an own key that is too long for a partition key',
    () => db.put(M, { ...key, status: 'é'.repeat(1025) }),
    InvalidItem,
    /status: is a key of an index, and has more than 2048 bytes, which is DynamoDB's limit for a key/
  ],
  [
    'consistent reads of an index',
    () =>
      (db.query(M).where({ c: '1' }) as never as { on(n: string): { consistent(): unknown } }).on('GSI1').consistent(),
    InvalidRequest,
    /GSI1 has no consistent reads/
  ],
  [
    'a key of an index that is neither parts nor a text',
    () =>
      app
        .model('X')
        .pk('a')
        .sk('b')
        .index('GSI1', { pk: 'c' as never, sk: ['d'] })
        .key({ a: '1', b: '2' } as never),
    InvalidModel,
    /g1 takes parts, such as \['status'\], or text\('…'\), but got "c"/
  ],
  [
    'a projection of nothing',
    () => layout({ pk: 'pk', indexes: { abc: { pk: 'x', projection: [] } } }),
    InvalidModel,
    /index .abc.: projection names no attribute: 'KEYS_ONLY' projects the keys/
  ],
  [
    'more projected attributes than DynamoDB takes',
    () =>
      layout({ pk: 'pk', indexes: { abc: { pk: 'x', projection: Array.from({ length: 101 }, (_, i) => `a${i}`) } } }),
    InvalidModel,
    /index .abc. projects 101 attributes, and 100 are DynamoDB's limit/
  ],
  [
    'a key of a type that keys cannot have',
    () => layout({ pk: { name: 'pk', type: 'Q' as 'S' } }),
    InvalidModel,
    /the table: .pk. is a key of type 'S', 'N' or 'B'/
  ],
  [
    'a filter of what only keys hold',
    () =>
      db
        .query(app.model('X').pk('a').sk('b').fields({ b: t.string().onlyInKeys() }))
        .where({ a: '1' })
        .filter({ b: 'x' }),
    InvalidCondition,
    /b: is stored in keys only/
  ]
]

for (const [what, act, type, message] of CASES)
  test(`${what} is refused, and nothing is sent`, async () => {
    const before = requests.count
    const error = await errorFrom(async () => await act())
    assert.instance(error, type as typeof InvalidModel)
    assert.match(error.message, message)
    assert.is(requests.count, before)
  })

test('what is given to layout() may be changed afterwards', () => {
  const projection = ['total']
  const narrow = { pk: { name: 'owner', type: 'S' as 'S' | 'N' }, projection }
  const made = layout({ pk: 'pk', indexes: { narrow } })
  const before = JSON.stringify(tableDefinition('t', made))
  projection.push('other')
  narrow.pk.type = 'N'
  assert.is(JSON.stringify(tableDefinition('t', made)), before)
})

test('what the compiler refuses of an index says so in a sentence', () => {
  // @ts-expect-error: M: its layout has no index zzz; it has GSI1 | own | narrow
  assert.throws(() => app.model('M').index('zzz'))
  // @ts-expect-error: M: where() lacks c, a part of g1
  assert.throws(() => db.query(M).where({ d: 'x' }).on('GSI1').compile())
  // @ts-expect-error: N: not in own, its model has no .index('own', …)
  assert.throws(() => db.query(app.model('N').pk('a').sk('b')).where({ a: '1' }).on('own'))
  // @ts-expect-error: GSI1 has no consistent reads: drop .consistent()
  assert.throws(() => db.query(M).where({ a: '1' }).consistent().on('GSI1'))
  // @ts-expect-error: M: set() gives c but not d, and g1s is made of all
  assert.throws(() => db.update(M, key).set({ c: 'x' }).compile())
})

test('keys of literals are literal types, of texts and of parts', () => {
  const User = app
    .model('User')
    .pk(text('USER#{id}'))
    .sk(text('PROFILE'))
    .index('GSI1', { pk: text('MAIL#{mail:lower}'), sk: text('{id}') })
  const primary = User.key({ id: '1#' })
  isType<Equal<typeof primary, { pk: 'USER#1%23'; sk: 'PROFILE' }>>()
  assert.equal(primary, { pk: 'USER#1%23', sk: 'PROFILE' })
  const index = User.indexKey('GSI1', { id: '1', mail: 'A@b' })
  isType<Equal<typeof index, { g1: 'MAIL#a@b'; g1s: '1' }>>()
  assert.equal(index, { g1: 'MAIL#a@b', g1s: '1' })
  assert.equal(User.parse(primary), { id: '1#' })
})

test('a read of a narrow index has the type of what it projects', () => {
  const Order = app
    .model('Order')
    .pk('a')
    .sk('b')
    .index('narrow')
    .fields({ owner: t.string(), total: t.number(), note: t.string() })
  const read = async () => await db.query(Order).where({ owner: 'o' }).on('narrow')
  isType<Equal<Awaited<ReturnType<typeof read>>[number], { a: string; b: string; owner: string; total: number }>>()
  assert.is(typeof read, 'function')
})

test('keys whose names a spread has made any text are refused by the compiler, which says what to do', () => {
  const keys = { pk: 'pk', sk: 'sk' }
  // @ts-expect-error layout() must see the names of the keys: pk or sk is any string here
  assert.is(layout({ ...keys, indexes: { abc: { pk: 'x' } } })[' table'].pk.name, 'pk')
  const known = { pk: 'pk', sk: 'sk' } as const
  const made = layout({ ...known, indexes: { abc: { pk: 'x' } } })
    .model('X')
    .pk('a')
    .sk('b')
    .index('abc')
  const key = made.fields({ x: t.string() }).key({ a: '1', b: '2' })
  isType<Equal<typeof key, { pk: 'A#1#X'; sk: 'B#2' }>>()
  assert.is(key.pk, 'A#1#X')
})

test('an own key that is a partition key here and a sort key there has the limit of sort keys', async () => {
  const both = layout({
    pk: 'pk',
    indexes: { there: { pk: 'other', sk: 'status' }, here: { pk: 'status', sk: 'other' } }
  })
  const Both = both
    .model('Both')
    .pk('id')
    .index('there')
    .index('here')
    .fields({ status: t.string(), other: t.string() })
  const item = (length: number) => ({ id: '1', status: 'x'.repeat(length), other: 'o' })
  assert.is(db.put(Both, item(1024)).compile().Item?.status?.S?.length, 1024)
  const error = await errorFrom(() => db.put(Both, item(1025)).compile())
  assert.match(error.message, /status: is a key of an index, and has more than 1024 bytes/)
})

test('a rendered key that several indexes have is given for the first of them', () => {
  const scored = layout({
    pk: 'pk',
    sk: 'sk',
    indexes: {
      first: { pk: 'g', sk: 'gs' },
      scores: { pk: 'g', sk: number('score') },
      turned: { pk: 'gs', sk: 'g' },
      own: { pk: 'owner' }
    }
  })
  const Game = scored
    .model('Game')
    .pk(text('GAME#{game}'))
    .sk(text('PLAYER#{player}'))
    .index('own')
    .index('first', { pk: text('MAP#{map:lower}'), sk: text('PLAYER#{player}') })
    .index('scores')
    .index('turned')
    .fields({ map: t.string(), score: t.int(), owner: t.string().optional() })
  isType<Equal<KeyOf<typeof Game>, { game: string; player: string }>>()
  const { Item } = db.put(Game, { game: '1', player: 'ann', map: 'Ice', score: 3 }).compile()
  assert.equal([Item?.g, Item?.gs], [{ S: 'MAP#ice' }, { S: 'PLAYER#ann' }])
  const best = db
    .query(Game)
    .where({ map: 'Ice', score: gt(2) })
    .on('scores')
  assert.is(best.compile().KeyConditionExpression, '#pk = :pk AND #sk > :sk')
  const turned = db.query(Game).where({ player: 'ann', map: 'Ice' }).on('turned')
  assert.equal(turned.compile().ExpressionAttributeValues, { ':pk': { S: 'PLAYER#ann' }, ':sk': { S: 'MAP#ice' } })
  const update = db.update(Game, { game: '1', player: 'ann' }).set({ map: 'Fire' })
  const set = Object.values(update.compile().ExpressionAttributeValues ?? {})
  assert.equal(set, [{ S: 'Fire' }, { S: 'MAP#fire' }, { S: 'PLAYER#ann' }])
})

test('the times that keystorm writes may be own keys of indexes, and no part of rendered ones', async () => {
  const timed = layout({
    pk: 'pk',
    sk: 'sk',
    indexes: {
      byMade: { pk: 'owner', sk: 'made' },
      byChange: { pk: 'owner', sk: 'changed' },
      GSI1: { pk: 'g', sk: 'gs' }
    }
  })
  const note = timed.model('Note').pk(text('{id}')).sk(text('NOTE'))
  const times = { owner: t.string(), made: t.createdAt(), changed: t.updatedAt() }
  const Note = note.index('byMade').index('byChange').fields(times)
  const since = db
    .query(Note)
    .where({ owner: 'ann', made: gt(new Date(0)) })
    .on('byMade')
  assert.equal(since.compile().ExpressionAttributeValues, {
    ':pk': { S: 'ann' },
    ':sk': { S: '1970-01-01T00:00:00.000Z' }
  })
  const rendered = await errorFrom(() =>
    // @ts-expect-error an upsert does not know when the item was made, and could not render it
    note.index('GSI1', { pk: text('{owner}'), sk: text('{made}') }).fields(times)
  )
  assert.match(rendered.message, /made stands in gs, but values of its type cannot/)
})

test('a key of the table whose name holds # is named like any other', () => {
  const devices = layout({ pk: 'Device#Site', sk: 'State#Date' })
  const Log = devices.model('Log').pk('Device#Site').sk('State#Date').fields({ code: t.int() })
  const key = { 'Device#Site': 'd#1', 'State#Date': 'WARNING#2026-01-01' }
  isType<Equal<KeyOf<typeof Log>, { 'Device#Site': string; 'State#Date': string }>>()
  assert.equal(Log.key(key), key)
  assert.equal(Log.parse(key), key)
  const warnings = db.query(Log).where({ 'Device#Site': 'd#1', 'State#Date': beginsWith('WARNING#') })
  assert.equal(warnings.compile().ExpressionAttributeValues, { ':pk': { S: 'd#1' }, ':sk': { S: 'WARNING#' } })
  const Moved = devices.model('Moved').pk(text('{device}')).sk('S#Date') // another name than the key's is a part
  assert.equal(Moved.key({ device: 'd', Date: 'x' }), { 'Device#Site': 'd', 'State#Date': 'S#x' })
})

test('a key of an index may be given by its own name, as if it were left out', () => {
  const timed = layout({ pk: 'id', indexes: { byState: { pk: 'State#Date', sk: number('n') } } })
  const fields = { 'State#Date': t.string(), n: t.int() }
  const Left = timed.model('Job').pk('id').index('byState').fields(fields)
  const Job = timed
    .model('Job')
    .pk('id')
    .index('byState', { pk: ['State#Date'], sk: ['n'] })
    .fields(fields)
  isType<Equal<ItemOf<typeof Job>, ItemOf<typeof Left>>>()
  const key = { 'State#Date': 'OPEN#1', n: 3 }
  assert.equal(Job.indexKey('byState', key), key)
  const open = db.query(Job).where({ 'State#Date': 'OPEN#1', n: gt(1) })
  assert.is(open.on('byState').compile().KeyConditionExpression, '#pk = :pk AND #sk > :sk')
  const one = db.update(Job, { id: '1' }).set({ n: 4 }) // alone, as no key is made of it
  assert.is(one.compile().UpdateExpression, 'SET #0 = :0')
})

test('bytes that are a sort key are asked for by their beginning', () => {
  const chunks = layout({ pk: 'h', sk: binary('r') })
  const Entry = chunks.model('Entry').pk('h').sk('r').fields({ r: t.binary() })
  const start = new Uint8Array([1, 0])
  const query = db.query(Entry).where({ h: 'day', r: beginsWith(start) })
  assert.is(query.compile().KeyConditionExpression, '#pk = :pk AND begins_with(#sk, :sk)')
  assert.equal(query.compile().ExpressionAttributeValues?.[':sk'], { B: start })
})

test("STORM's layout, which is written down, is what reading it gives, but that it has no items' own keys", () => {
  const { ownKey, ...read } = readLayout(STORM)
  const { ownKey: none, ...written } = DEFAULT_LAYOUT
  assert.equal(written, read)
  assert.ok(ownKey)
  assert.is(none, undefined)
})

test.run()
