// A program that exports all that keystorm makes, and annotates nothing: what users do whose models stand in a package
// of their own. Its declarations are emitted and compiled: spec/types/exported.spec.ts. It is never run.
import {
  type AnyModel,
  addTo,
  allOf,
  anyOf,
  append,
  attr,
  attributeType,
  beginsWith,
  between,
  type CreateOf,
  connect,
  contains,
  copyOf,
  createTable,
  deleteFrom,
  eq,
  exists,
  type Gsi1PkOf,
  gt,
  gte,
  type InputOf,
  type ItemOf,
  ifMissing,
  isKeystormError,
  type KeyOf,
  lt,
  lte,
  metered,
  minus,
  missing,
  model,
  models,
  ne,
  not,
  oneOf,
  type PkOf,
  plus,
  prepend,
  type Query,
  type SkOf,
  size,
  t,
  tableDefinition,
  withTable
} from 'keystorm'
import { param, toJsonata } from 'keystorm/jsonata'
import { localTable, startLocalEngine } from 'keystorm/testing'

interface Settings {
  theme: 'dark' | 'light'
  nested?: { zoom: number }
}
const Colour = { Red: 'red', Green: 'green' } as const

export const string = t.string()
export const number = t.number()
export const int = t.int({ digits: 4 })
export const bigint = t.bigint()
export const boolean = t.boolean()
export const binary = t.binary()
export const date = t.date()
export const day = t.day()
export const epoch = t.epoch()
export const choice = t.oneOf('a', 'b')
export const colour = t.oneOf(...Object.values(Colour))
export const literal = t.literal('one')
export const list = t.list(t.string())
export const map = t.map({
  text: t.string(),
  count: t.int().optional(),
  deep: t.map({ when: t.date().default(new Date(0)) })
})
export const record = t.record(t.map({ many: t.list(t.json()) }))
export const set = t.set(t.string())
export const numbers = t.set(t.number())
export const json = t.json()
export const type = t.type<Settings>()
export const version = t.version()
export const createdAt = t.createdAt()
export const updatedAt = t.updatedAt()
export const ttl = t.ttl()

export const optional = {
  string: string.optional(),
  number: number.optional(),
  int: int.optional(),
  bigint: bigint.optional(),
  boolean: boolean.optional(),
  binary: binary.optional(),
  date: date.optional(),
  day: day.optional(),
  epoch: epoch.optional(),
  choice: choice.optional(),
  colour: colour.optional(),
  literal: literal.optional(),
  list: list.optional(),
  map: map.optional(),
  record: record.optional(),
  set: set.optional(),
  numbers: numbers.optional(),
  json: json.optional(),
  type: type.optional()
}
export const nullable = {
  string: string.nullable(),
  number: number.nullable(),
  int: int.nullable(),
  bigint: bigint.nullable(),
  boolean: boolean.nullable(),
  binary: binary.nullable(),
  date: date.nullable(),
  day: day.nullable(),
  epoch: epoch.nullable(),
  choice: choice.nullable(),
  colour: colour.nullable(),
  literal: literal.nullable(),
  list: list.nullable(),
  map: map.nullable(),
  record: record.nullable(),
  set: set.nullable(),
  numbers: numbers.nullable(),
  json: json.nullable(),
  type: type.nullable().optional()
}
export const defaulted = {
  string: string.default('a'),
  number: number.default(1),
  int: int.default(1),
  bigint: bigint.default(1n),
  boolean: boolean.default(true),
  binary: binary.default(new Uint8Array([1])),
  date: date.default(new Date(0)),
  day: day.default('2026-11-25'),
  epoch: epoch.default(new Date(0)),
  choice: choice.default('a'),
  colour: colour.default('red'),
  literal: literal.default('one'),
  list: list.default(['a']),
  map: map.default({ text: '', deep: {} }),
  record: record.default({}),
  set: set.default(new Set(['a'])),
  numbers: numbers.default(new Set([1])),
  json: json.default(null),
  type: type.default({ theme: 'dark' })
}

export const Plain = model('Plain')
  .pk('choice', 'I#int')
  .sk('date')
  .gsi1('G#string', 'literal')
  .suffix('Plains')
  .fields({
    string,
    number,
    int,
    bigint,
    boolean,
    binary,
    date,
    day,
    epoch,
    choice,
    colour,
    literal,
    list,
    map,
    record,
    set,
    numbers,
    json,
    type,
    version,
    createdAt,
    updatedAt,
    ttl
  })
export const Optional = model('Optional').pk('id').sk('rank').fields(optional)
export const Nullable = model('Nullable').pk('id').sk('rank').fields(nullable)
export const Defaulted = model('Defaulted').pk('choice').sk('rank').fields(defaulted)
export const Deep = model('Deep')
  .pk('id')
  .sk('O#rank')
  .fields({ plain: t.map(optional), some: t.record(t.list(t.map(defaulted))) })
export const Bare = model('Bare').pk('id').sk('rank')
export const Twin = model('Twin').pk('id').suffix('Bare').sk('T#rank').fields({ json })
export const draft = model('Draft').pk('id')

export const app = models({ Plain, Optional, Nullable, Defaulted, Deep })
export const db = connect()
export const other = connect({ table: 'app' })

const key = { choice: 'a', int: 1, date: new Date(0) } as const
export const get = db.get(Plain, key)
export const part = db.get(Optional, { id: 'a', rank: 'b' }).only('json', 'type')
export const query = db.query(Plain).where({ choice: 'a', int: 1, date: between(new Date(0), new Date(1)) })
export const filtered = query.filter(anyOf({ number: gt(1) }, { list: contains('a') })).only('json', 'map')
export const inIndex = db.query(Plain).where({ string: 's' }).onGsi1().reverse()
export const collection = db.query(Bare, Twin).where({ id: 'a' })
export const scan = db.scan(app.models.Plain).filter({ type: exists(), json: missing() })
export const scans = db.scan(Plain, Deep)
export const set1 = db.scan(app)
export const create = db.create(Optional, { id: 'a', rank: 'b', json: { a: [1, null] } })
export const put = db.put(Nullable, { ...nulls(), id: 'a', rank: 'b' })
export const update = db
  .update(Plain, key)
  .set({
    number: plus(1),
    bigint: minus(1),
    list: append('a'),
    numbers: addTo(1),
    json: ifMissing(null),
    type: eq({ theme: 'dark' })
  })
  .set({ set: addTo('a'), 'map.text': 'new' })
export const removed = db
  .update(Optional, { id: 'a', rank: 'b' })
  .remove('json', 'type')
  .set({ list: prepend('z'), set: deleteFrom('a') })
  .returning('new')
export const changed = db
  .update(Deep, { id: 'a', rank: 'b' })
  .set({ plain: { string: copyOf('plain.day') } })
  .returning('changed')
export const remove = db
  .delete(Plain, key)
  .if({ version: gte(1) })
  .returning('old')
export const check = db
  .check(Plain, key)
  .if(allOf({ string: ne('a') }, not({ day: beginsWith('2026') }), { number: ne(attr('int')) }))
export const move = db.move(Optional, { id: 'a', rank: 'b' }, { rank: 'c' })
export const transaction = db.transact(create, update, check)
export const listed = db.transact([get, db.get(Optional, { id: 'a', rank: 'b' }).orThrow()])
export const gets = db.batchGet(get, db.get(Deep, { id: 'a', rank: 'b' }).orThrow())
export const writes = db.batchWrite(db.put(Bare, { id: 'a', rank: 'b' }), db.delete(Plain, key))
export const load = db.load(Bare, [{ id: 'a', rank: 'b' }])

export const conditions = {
  a: lt(1),
  b: lte('a'),
  c: oneOf('a', 'b'),
  d: attributeType('S'),
  e: size(gt(1)),
  f: copyOf('a')
}

export const find = (id: string) => db.get(Optional, { id, rank: 'b' }).orThrow()
export const page = () => query.pageSize(3).page()
export const grouped = async () => ({
  items: await collection,
  scanned: await scans.limit(2),
  first: await query.first()
})
export const verbs = async () =>
  [await create, await put, await removed, await changed, await remove, await move] as const
export const together = async () => ({
  t: await transaction,
  l: await listed,
  g: await gets,
  w: await writes,
  n: await load
})
export const explained = () => ({ query: query.explain(), get: get.compile(), update: update.compile() })
export const failed = (error: unknown) => (isKeystormError(error) ? error : undefined)
export const measured = () => metered(async () => await find('a'))
export const within = () => withTable('other', async () => await page())
export const definition = tableDefinition('app')
export const made = () => createTable(db)
export const read = (row: Parameters<typeof app.read>[0]) => app.read(row)
export const local = localTable
export const engine = () => startLocalEngine()
export const hole = param('$states.input.id')
export const state = toJsonata(db.get(Optional, { id: param('$id'), rank: 'b' }))

export const keys = () => [Plain.key(key), Optional.key({ id: 'a', rank: 'b' })] as const
export const parse = Plain.parse
export const ofAny = {
  get: <M extends AnyModel>(model: M, at: KeyOf<M>) => db.get(model, at),
  put: <M extends AnyModel>(model: M, item: InputOf<M>) => db.put(model, item),
  create: <M extends AnyModel>(model: M, item: CreateOf<M>) => db.create(model, item),
  delete: <M extends AnyModel>(model: M, at: KeyOf<M>) => db.delete(model, at),
  update: <M extends AnyModel>(model: M, at: KeyOf<M>) => db.update(model, at),
  query: <M extends AnyModel>(model: M): Query<M> => db.query(model),
  scan: <M extends AnyModel>(model: M) => db.scan(model),
  load: <M extends AnyModel>(model: M, items: InputOf<M>[]) => db.load(model, items),
  both: <A extends AnyModel, B extends AnyModel>(a: A, b: B) => db.query(a, b),
  test: <T>(value: T) => eq(value),
  field: <T>() => t.type<T>(),
  model: <N extends string>(name: N) => model(name).pk('id').sk('rank')
}
export class Repository {
  readonly base = get
  all(limit: number) {
    return filtered.limit(limit)
  }
  async *each() {
    yield* scans
  }
}

export type Item = ItemOf<typeof Plain> | ItemOf<typeof Optional> | ItemOf<typeof Nullable> | ItemOf<typeof Defaulted>
export type Input = InputOf<typeof Plain> | InputOf<typeof Defaulted>
export type Create = CreateOf<typeof Plain>
export type Keys = KeyOf<typeof Plain> | PkOf<typeof Plain> | SkOf<typeof Plain> | Gsi1PkOf<typeof Plain>

function nulls() {
  return {
    string: null,
    number: null,
    int: null,
    bigint: null,
    boolean: null,
    binary: null,
    date: null,
    day: null,
    epoch: null,
    choice: null,
    colour: null,
    literal: null,
    list: null,
    map: null,
    record: null,
    set: null,
    numbers: null,
    json: null
  }
}
