/**
 * Makes commands until the engine has optimized what makes them, and then collects garbage, all of it. Run with
 * `--expose-gc --trace-deopt`, by which V8 tells of code that it drops because of that, between the two lines printed here. `--forget` lets die what
 * stays alive otherwise.
 */
import { beginsWith, connect, gt, gte, model, plus, t } from 'keystorm'
import { leanClient } from 'keystorm/lean'
import { Printer } from '../../lib/expressions/print.ts'
import { Report } from '../../lib/fields/report.ts'
import { GivenKey } from '../../lib/schema/given-key.ts'
import { Get } from '../../lib/verbs/get/get.ts'
import { Put } from '../../lib/verbs/put/put.ts'
import { Query } from '../../lib/verbs/read/query.ts'
import { Update } from '../../lib/verbs/update/update.ts'

const Fruit = model('Fruit')
  .pk('apple')
  .suffix('Fruit')
  .sk('F#date')
  .gsi1('color')
  .fields({ weight: t.number(), color: t.string(), note: t.string().optional(), tags: t.list(t.string()) })
const Tree = model('Tree').pk('apple').suffix('Fruit').sk('T#name').fields({ height: t.number(), version: t.version() })
const db = connect({
  table: 'orchard',
  client: leanClient({ region: 'nowhere', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } })
})

const key = (i: number) => ({ apple: `gala${i % 9}`, date: `2026-01-0${i % 9}` })
const fruit = (i: number) => ({ ...key(i), weight: i, color: 'red', tags: ['a', `b${i}`] })
const tree = { apple: 'gala', name: 'old', version: 2 }

const CLASSES: readonly { readonly alive?: object }[] = [GivenKey, Report, Printer, Get, Put, Update, Query]
if (process.argv.includes('--forget')) for (const each of CLASSES) Reflect.deleteProperty(each, 'alive')

const works: readonly ((i: number) => unknown)[] = [
  i => db.get(Fruit, key(i)).compile(),
  i => db.get(Fruit, key(i)).only('weight').compile(),
  i => db.put(Fruit, fruit(i)).compile(),
  i =>
    db
      .put(Fruit, fruit(i))
      .if({ weight: gte(i) })
      .compile(),
  i => db.put(Tree, { ...tree, height: i }).compile(),
  i =>
    db
      .update(Fruit, key(i))
      .set({ weight: plus(1), note: `n${i}` })
      .compile(),
  i =>
    db
      .update(Fruit, key(i))
      .set({ note: 'n' })
      .if({ weight: gte(i) })
      .compile(),
  i => db.update(Fruit, key(i)).set({ color: 'green' }).compile(),
  i => db.update(Fruit, key(i)).remove('note').compile(),
  i => db.update(Fruit, key(i)).set({ weight: i, color: 'red', tags: [] }).upsert().compile(),
  i => db.update(Tree, tree).set({ height: i }).compile(),
  i => db.delete(Fruit, key(i)).compile(),
  i =>
    db
      .query(Fruit)
      .where({ apple: `gala${i}`, date: beginsWith('2026') })
      .limit(9)
      .reverse()
      .compile(),
  i =>
    db
      .query(Fruit)
      .where({ color: `red${i}` })
      .onGsi1()
      .compile(),
  i =>
    db
      .query(Fruit)
      .where({ apple: 'gala' })
      .filter({ weight: gt(i) })
      .compile(),
  i =>
    db
      .query(Fruit, Tree)
      .where({ apple: `gala${i}` })
      .compile(),
  i => db.transact(db.put(Fruit, fruit(i)), db.update(Tree, tree).set({ height: i })).compile(),
  i => db.batchGet(db.get(Fruit, key(i)), db.get(Fruit, key(i + 1))).compile(),
  i => db.batchWrite([db.put(Fruit, fruit(i)), db.delete(Fruit, key(i + 1))]).compile()
]

let made: unknown
for (const work of works) for (let i = 0; i < 5_000; i++) made = work(i)
console.log('collects', typeof made)
made = undefined
gc?.()
console.log('has collected')
