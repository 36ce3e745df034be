/** A repository, written once for all models. The compiler checks its body as well as its callers. */
import {
  type AnyModel,
  type Changes,
  type CreateOf,
  connect,
  type Db,
  gte,
  type InputOf,
  type ItemOf,
  type KeyOf,
  model,
  models,
  type ReadyRead,
  t,
  type WhereOf
} from 'keystorm'
import { localTable } from 'keystorm/testing'

export class Repository<M extends AnyModel> {
  readonly #db: Db
  readonly #model: M

  constructor(db: Db, model: M) {
    this.#db = db
    this.#model = model
  }

  get name(): string {
    return this.#model.name
  }

  create(item: CreateOf<M>): Promise<ItemOf<M>> {
    return this.#db.create(this.#model, item).then(created => created)
  }

  async put(item: InputOf<M>): Promise<ItemOf<M>> {
    return await this.#db.put(this.#model, item)
  }

  async get(key: KeyOf<M>): Promise<ItemOf<M> | undefined> {
    return await this.#db.get(this.#model, key)
  }

  /** In the order asked. */
  async getAll(keys: readonly KeyOf<M>[]): Promise<(ItemOf<M> | undefined)[]> {
    return await this.#db.batchGet(keys.map(key => this.#db.get(this.#model, key)))
  }

  async update(key: KeyOf<M>, changes: Changes<M>): Promise<ItemOf<M>> {
    return await this.#db.update(this.#model, key).set(changes).asGiven().returning('new')
  }

  /** A whole item will do: with `t.version()` it must still be as it was read. */
  async delete(item: ItemOf<M> | KeyOf<M>): Promise<void> {
    await this.#db.delete(this.#model, item)
  }

  /** Whether that is enough for a query, the run time says. */
  async list(where: WhereOf<M>, cursor?: string) {
    return await this.#db.query(this.#model).where(where).asGiven().pageSize(2).page(cursor)
  }

  async *each(where: WhereOf<M>): AsyncGenerator<ItemOf<M>, void, undefined> {
    yield* this.#db.query(this.#model).where(where).asGiven()
  }
}

/** Works on any query or scan whose items have an amount. */
export const total = async (read: ReadyRead<{ readonly amount: number }>): Promise<number> => {
  let sum = 0
  for await (const { amount } of read) sum += amount
  return sum
}

const Order = model('Order').pk('tenant').sk('O#order').fields({ amount: t.number(), version: t.version() })
const Invoice = model('Invoice').pk('tenant').sk('I#invoice').fields({ amount: t.number(), paid: t.boolean() })
const app = models({ Order, Invoice })

/** A repository for each model of a set, under its name. */
export const repositories = <T extends Readonly<Record<string, AnyModel>>>(db: Db, set: { readonly models: T }) => {
  const all = Object.entries<AnyModel>(set.models).map(([name, model]) => [name, new Repository(db, model)])
  return Object.fromEntries(all) as { readonly [K in keyof T]: Repository<T[K]> } // each with its model
}

await localTable(async ({ table, client }) => {
  const db = connect({ table, client })
  const { Order: orders, Invoice: invoices } = repositories(db, app)
  await invoices.put({ tenant: 'ann', invoice: '1', amount: 10, paid: false })
  await invoices.update({ tenant: 'ann', invoice: '1' }, { paid: true })
  for (const order of ['1', '2', '3']) await orders.create({ tenant: 'ann', order, amount: Number(order) })
  const { items, cursor } = await orders.list({ tenant: 'ann' })
  const next = await orders.list({ tenant: 'ann' }, cursor)
  console.log(orders.name, [...items, ...next.items].map(({ order }) => order).join(', ')) // Order 1, 2, 3
  const [last] = next.items
  if (last !== undefined) await orders.delete(last)
  const all = db.query(Order).where({ tenant: 'ann' })
  console.log('total', await total(all), 'from 2 on', await total(all.where({ order: gte('2') }))) // total 3 from 2 on 2
  console.log((await invoices.getAll([{ tenant: 'ann', invoice: '1' }])).map(found => found?.paid)) // [ true ]
})
