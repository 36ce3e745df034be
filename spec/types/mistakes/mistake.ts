/** How long a message may be, unless it has its reason. */
export const SHORT = 300

// Why a message takes more characters.
export const BUILDER = 'TypeScript prints the type of the builder that a method is called of, or that is given'
export const MODEL = 'TypeScript prints the types of the models that are given'
export const ITEM = 'TypeScript prints the type of the items'
export const SENTENCES = 'there is a sentence for each of the models'
export const STEPS = 'TypeScript prints each step of its comparison'

/** A mistake that users make: what the compiler says of it at once, and in how many characters, if they are more than SHORT. */
export type Mistake = readonly [
  what: string,
  code: string,
  said: string,
  longer?: readonly [length: number, because: string]
]

/** What stands before each of the mistakes. */
export const prelude = `
import {
  addTo, allOf, type AnyModel, anyOf, append, attr, attributeType, BatchIncomplete, beginsWith, between, ConditionFailed, connect,
  contains, copyOf, createTable, gt, ifMissing, type ItemOf, type KeyOf, keyOf, KeystormError, layout, lt, metered, minus, missing,
  model, models, not, number, oneOf, type PkOf, plus, prepend, size, t, type WhereOf
} from 'keystorm'
import { deleteAll, updateAll } from 'keystorm/bulk'
import { coalesced } from 'keystorm/coalesce'
import { param, toState } from 'keystorm/jsonata'
import { leanClient } from 'keystorm/lean'
import { spans } from 'keystorm/otel'
import { changes } from 'keystorm/streams'
import { startLocalEngine } from 'keystorm/testing'
const Fruit = model('Fruit').pk('apple', 'banana').suffix('RedFruit').sk('DT#date').gsi1('farm', 'region')
  .fields({ farm: t.string().optional(), region: t.string().optional(), weight: t.number(), note: t.string().optional(),
    lines: t.list(t.map({ sku: t.string(), count: t.int() })).optional() })
const Tree = model('Tree').pk('apple', 'banana').sk('coconut', 'DT#date').gsi1('farm').fields({ weight: t.number() })
const Bare = model('Bare').pk('a').sk('b')
const Crate = model('Crate').pk('a').sk('b')
  .fields({ size: t.oneOf('S', 'M').optional(), tags: t.set(t.string()).optional(), at: t.date().optional(), made: t.createdAt() })
const Doc = model('Doc').pk('id').sk('#id').fields({ text: t.string(), version: t.version(), size: t.oneOf('S', 'M').optional() })
const app = layout({ pk: 'pk', sk: 'sk', indexes: { byStatus: { pk: 'status', sk: number('total') }, byUser: { pk: 'user', projection: 'KEYS_ONLY' } } })
const Order = app.model('Order').pk('id').sk('O#no').index('byStatus').index('byUser')
  .fields({ status: t.string(), total: t.number(), user: t.string(), note: t.string().optional() })
const other = layout({ pk: 'pk', sk: 'sk' })
const Guest = other.model('Guest').pk('a').suffix('Bare').sk('G#b')
const set = models({ Fruit, Bare, Doc })
const db = connect()
const key = { apple: 'a', banana: 'b', date: 'd' }
const item = { ...key, weight: 1 }
const whole = { apple: 'a', banana: 'b' }
const bare = { a: 'a', b: 'b' }
const crate = { ...bare }
const query = db.query(Fruit).where(whole)
const update = db.update(Fruit, key)
declare const doc: ItemOf<typeof Doc>
`
