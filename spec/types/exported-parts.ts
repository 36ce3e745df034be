// As exported-program.ts, for layouts, for errors and for what the parts of the package make. It is never run.
import {
  append,
  between,
  binary,
  ConditionFailed,
  checkTable,
  connect,
  gt,
  isKeystormError,
  keyOf,
  layout,
  lt,
  type Model,
  metered,
  model,
  models,
  number,
  plus,
  storedKeyOf,
  t,
  tableDefinition,
  text
} from 'keystorm'
import { BulkIncomplete, deleteAll, getAll, updateAll, writeAll } from 'keystorm/bulk'
import { coalesced } from 'keystorm/coalesce'
import { leanClient } from 'keystorm/lean'
import { leanClient as fetchClient } from 'keystorm/lean/fetch'
import { modify } from 'keystorm/modify'
import { spans } from 'keystorm/otel'
import { connectWith, create, get, put, queries, query, scan, transact, update } from 'keystorm/pick'
import { changes, consumer, fromExport } from 'keystorm/streams'
import { int, ttl } from 'keystorm/t'
import { warnUnsent } from 'keystorm/unsent'

export const wide = layout({
  pk: 'pk',
  sk: 'sk',
  type: 'kind',
  delimiters: '#:',
  indexes: {
    rendered: { pk: 'rendered', sk: number('rank') },
    local: { local: true, sk: 'used', projection: ['mail'] },
    several: { pk: ['country', 'city'], sk: ['town', number('rank')] },
    keys: { pk: 'owner', projection: 'KEYS_ONLY' }
  }
})
export const narrow = layout({ pk: binary('hash') })
export const parts = { number: number('rank'), binary: binary('hash'), text: text('A#{a}') }
export const drafts = [wide.model('Draft'), wide.model('Draft').pk(text('D#{draft}')), narrow.model('Chunk').pk('hash')]
export const User = wide
  .model('User')
  .pk(text('TENANT#{tenant}#{mail:lower}'))
  .sk('at')
  .index('rendered', { pk: text('TOWN#{town}') })
  .index('local')
  .index('several')
  .index('keys')
  .rawKeys()
  .fields({
    at: t.date(),
    mail: t.string(),
    rank: t.number(),
    used: t.string().optional(),
    country: t.string(),
    city: t.string(),
    town: t.string(),
    owner: t.string().optional(),
    tenant: t.string().onlyInKeys(),
    logins: t.list(t.string()).default([]),
    count: t.int().default(0),
    version: t.version(),
    ends: t.ttl({ required: true })
  })
export const Note = wide
  .model('Note')
  .pk(text('TENANT#{tenant}#{mail:lower}'))
  .sk(text('N#{note}'))
  .fields({ mail: t.string(), text: t.string() })
export const Stored = model('Stored')
  .pk('id')
  .sk('#kind')
  .gsi1('group')
  .fields({
    kind: t.literal('x'),
    group: t.string({ emptyInKeys: true }).optional(),
    shard: t.int({ padded: false }).optional(),
    ends: t.ttl({ required: true })
  })
export const app = models({ User, Note })
export const fields = [int(), ttl(), ttl({ required: true })] as const

export const db = connect()
export const key = { tenant: 'a', mail: 'a@x', at: new Date(0) }
export const note = { tenant: 'a', mail: 'a@x', note: '1' }
export const user = db.query(User).where({ tenant: 'a', mail: 'a@x' })
export const reads = {
  range: db.query(User).where({ ...key, at: between(new Date(0), new Date(1)) }),
  rendered: db
    .query(User)
    .where({ town: 'Pau', rank: gt(3) })
    .on('rendered'),
  local: db.query(User).where({ tenant: 'a', mail: 'a@x', used: 'x' }).on('local').whole(),
  several: db.query(User).where({ country: 'F', city: 'Pau' }).on('several').unexpired(),
  keys: db.query(User).where({ owner: 'ann' }).on('keys').limit(3),
  both: db.query(User, Note).where({ tenant: 'a', mail: 'a@x' }),
  all: db.scan(app).segments(2)
}
export const pages = () => [reads.several.page(), reads.keys.first(), reads.both.page(), reads.all.page()] as const
export const updated = db
  .update(User, key)
  .set({ count: plus(1), logins: append('now') })
  .if({ rank: lt(3) })
  .upsert()
export const modified = modify(db, User, key, user => ({ ...user, count: user.count + 1 })).along(() => [
  db.put(Note, { ...note, text: '' })
])

export const deleted = deleteAll(user)
export const tried = deleted.dryRun()
export const raised = updateAll(user, user => user.set({ count: plus(1) }))
export const several = updateAll(reads.all, { User: user => user.set({ count: plus(1) }) })
export const got = getAll(db, ['1'], note => db.get(Note, { ...key, note }))
export const written = writeAll(db, ['1'], note => db.put(Note, { ...key, note, text: '' }))

export const few = connectWith([create, get, put, queries, query, scan, transact, update], { table: 'app' })
export const clients = [leanClient(), fetchClient({ region: 'eu-west-1' })] as const
export const others = [coalesced(db), warnUnsent(db), spans()] as const

export const all = () => changes(app, { Records: [] })
export const one = () => [...changes(app, { Records: [] }, { view: 'KEYS_ONLY' })][0]
export const lines = () => fromExport(app, [''])
export const handler = consumer(app, { User: { created: ({ after }) => void after }, other: () => {} })

export const failures = (error: unknown) => ({
  any: isKeystormError(error) ? error.data : undefined,
  code: isKeystormError(error) && error.code === 'BulkIncomplete' ? error.data : undefined,
  batch: isKeystormError(error) && error.code === 'BatchIncomplete' ? error.data : undefined,
  bulk: error instanceof BulkIncomplete ? error : undefined,
  failed: ConditionFailed.of(User, error) ? error.item : undefined
})
export const keys = () =>
  [User.key(key), User.indexKey('rendered', { town: 'a', rank: 1 }), User.parse({ pk: '', sk: '' })] as const
export const ofAny = { keyOf, storedKeyOf, at: keyOf(User, { ...key }), stored: storedKeyOf(User, key) }
export const tables = { definition: tableDefinition('app', wide), check: () => checkTable(db, app) }
export const measured = () => metered(() => reads.keys)
export type Any = Model<(typeof User)[' shape']>
