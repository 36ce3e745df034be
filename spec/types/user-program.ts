// A user's program, compiled by each TypeScript that is supported: scripts/type-versions.ts. It is never run.
import {
  type CreateOf,
  connect,
  type Gsi1PkOf,
  gt,
  type InputOf,
  type ItemOf,
  type KeyOf,
  metered,
  model,
  models,
  type PkOf,
  plus,
  type SkOf,
  t,
  type Usage
} from 'keystorm'
import { updateAll } from 'keystorm/bulk'
import { modify } from 'keystorm/modify'
import { type ChangeIn, consumer, type DynamoRecord, type Handlers } from 'keystorm/streams'
import { localTable } from 'keystorm/testing'

type Same<A, B> = (<X>() => X extends A ? 1 : 2) extends <X>() => X extends B ? 1 : 2 ? true : false
const holds = <_ extends true>(): void => {}

// Exported, so that declarations of them are emitted: their types must have names that can be written there.
export const Fruit = model('Fruit')
  .pk('apple', 'BN#banana')
  .suffix('RedFruit')
  .sk('DT#date')
  .gsi1('farm')
  .fields({
    weight: t.number(),
    size: t.oneOf('S', 'M').optional(),
    tags: t.list(t.string()),
    origin: t.map({ country: t.string(), picked: t.date().optional() })
  })

export const Page = model('Page')
  .pk('book')
  .sk('page')
  .fields({ page: t.int({ digits: 4 }), kind: t.literal('text') })

export const app = models({ Fruit, Page })
export const db = connect({ table: 'app' })

const key = { apple: 'a', banana: 'b', date: '2026-01-01' }
const fruit = { ...key, farm: 'f', weight: 1, tags: ['ripe'], origin: { country: 'FR' } }

export const keys = () => Fruit.key({ apple: 'a', banana: 'x#y', date: '2026' })
holds<Same<ReturnType<typeof keys>, { PK: 'A#a#BN#x%23y#RedFruit'; SK: 'DT#2026' }>>()
holds<Same<PkOf<typeof Fruit>, `A#${string}#BN#${string}#RedFruit`>>()
holds<Same<SkOf<typeof Fruit>, `DT#${string}`>>()
holds<Same<Gsi1PkOf<typeof Fruit>, `F#${string}#RedFruit`>>()

interface FruitItem {
  apple: string
  banana: string
  date: string
  farm: string
  weight: number
  size?: 'S' | 'M'
  tags: string[]
  origin: { country: string; picked?: Date }
}
holds<Same<ItemOf<typeof Fruit>, { [K in keyof FruitItem]: FruitItem[K] }>>()
holds<Same<KeyOf<typeof Page>, { book: string; page: number }>>()
export const input: InputOf<typeof Fruit> & CreateOf<typeof Fruit> = { ...fruit, size: undefined }

export const verbs = async () => {
  const created = await db.create(Fruit, fruit)
  await db.put(Page, { book: 'b', page: 1, kind: 'text' })
  const found = await db.get(Fruit, key)
  holds<Same<typeof found, ItemOf<typeof Fruit> | undefined>>()
  const sure = await db.get(Fruit, key).orThrow()
  const weights: number[] = (await db.query(Fruit).where({ apple: 'a', banana: 'b' }).limit(9).reverse()).map(
    f => f.weight
  )
  for await (const each of db.query(Fruit).where({ farm: 'f' }).onGsi1()) weights.push(each.weight)
  const first = await db.query(Page).where({ book: 'b' }).first()
  await db
    .update(Fruit, key)
    .set({ weight: plus(1) })
    .if({ weight: gt(0) })
  await db.delete(Fruit, key)
  const [gotten, page] = await db.transact(db.get(Fruit, key), db.get(Page, { book: 'b', page: 1 }).orThrow())
  holds<Same<typeof gotten, ItemOf<typeof Fruit> | undefined>>()
  holds<Same<typeof page, ItemOf<typeof Page>>>()
  const check = db.check(Fruit, key).if({ weight: gt(0) })
  const [made] = await db.transact(db.create(Fruit, fruit), db.update(Fruit, key).set({ weight: 2 }), check)
  holds<Same<typeof made, ItemOf<typeof Fruit>>>()
  const { result, usage } = await metered(() => db.get(Fruit, key), { maxRequests: 3 })
  holds<Same<typeof result, ItemOf<typeof Fruit> | undefined>>()
  holds<Same<typeof usage, Usage>>()
  const read = app.read({})
  return { created, sure, weights, page: first?.page, weight: read?.model === 'Fruit' ? read.item.weight : undefined }
}

export const builders = () => ({
  get: db.get(Fruit, key),
  put: db.put(Fruit, fruit),
  update: db.update(Fruit, key).set({ weight: 2 }),
  query: db.query(Fruit).where({ apple: 'a', banana: 'b' }).consistent(),
  transaction: db.transact(db.put(Fruit, fruit), db.delete(Fruit, key)),
  compiled: db.query(Page).where({ book: 'b' }).compile()
})

export const functions = () => [
  modify(db, Fruit, key, fruit => ({ ...fruit, size: 'S' })).along(fruit => db.put(Fruit, { ...fruit, size: 'M' })),
  modify(db, Fruit, key, async fruit => (fruit.weight > 1 ? { ...fruit, size: 'M' } : undefined)),
  updateAll(db.query(Fruit).where({ apple: 'a', banana: 'b' }), change => change.set({ size: 'S' }))
]

export const handler = consumer(app, {
  Fruit: { modified: ({ after }) => holds<Same<typeof after, ItemOf<typeof Fruit>>>() },
  other: () => {}
})
const weigh = async ({ after }: ChangeIn<typeof app, 'Fruit', 'created'>) => after.weight
export const handlers: Handlers<typeof app.models> = { Fruit: { created: weigh }, other: () => {} }
export const record: DynamoRecord = { eventName: 'INSERT', dynamodb: { SequenceNumber: '1', Keys: { PK: { S: 'p' } } } }

export const tested = () => localTable(async place => (await place.db.get(Fruit, key))?.weight)

export const mistakes = async () => {
  // @ts-expect-error weight is missing
  db.put(Fruit, { ...key, farm: 'f', tags: [], origin: { country: 'FR' } })
  // @ts-expect-error wieght is no attribute
  db.put(Fruit, { ...fruit, wieght: 1 })
  // @ts-expect-error weight is a number
  db.create(Fruit, { ...fruit, weight: 'heavy' })
  // @ts-expect-error date, a part of SK, is missing
  db.get(Fruit, { apple: 'a', banana: 'b' })
  // @ts-expect-error there may be no item
  ;(await db.get(Fruit, key)).weight
  // @ts-expect-error banana, a part of PK, is missing
  await db.query(Fruit).where({ apple: 'a' })
  // @ts-expect-error weight stands in no key
  db.query(Fruit).where({ weight: 1 })
  // @ts-expect-error Page is not in GSI1
  db.query(Page).onGsi1()
  // @ts-expect-error the index has no consistent reads
  db.query(Fruit).where({ farm: 'f' }).onGsi1().consistent()
  // @ts-expect-error keys cannot be set
  db.update(Fruit, key).set({ apple: 'b' })
  // @ts-expect-error a number is not greater than a string
  db.delete(Fruit, key).if({ weight: gt('x') })
  // @ts-expect-error a model without sk is not a model yet
  db.get(model('Draft').pk('a'), { a: 'a' })
  // @ts-expect-error numbers do not sort as text
  model('Bad').pk('a').sk('n').fields({ n: t.number() })
  const Twin = model('Twin').pk('apple', 'BN#banana').suffix('RedFruit').sk('DT#date')
  // @ts-expect-error Twin and Fruit would claim the same items
  models({ Fruit, Twin })
  // @ts-expect-error a transaction either reads or writes
  db.transact(db.get(Fruit, key), db.delete(Fruit, key))
  // @ts-expect-error each under its own name
  models({ Obst: Fruit })
}
