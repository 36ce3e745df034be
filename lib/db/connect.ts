import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { CollectionProblem, Definitions } from '../commands/collection.ts'
import type { Guard } from '../commands/guard.ts'
import { NO_OPTIONS } from '../commands/read-options.ts'
import type { WhereProblem } from '../commands/where.ts'
import { type ModelMap, ModelSet } from '../model/set.ts'
import type { AnyModel, CreateOf, InputOf, ItemOf, KeyOf, LockedKeyOf } from '../model/shape.ts'
import { Target, targetOf } from '../table/target.ts'
import { Check, type Unchecked } from './check.ts'
import { Collection } from './collection.ts'
import { Delete } from './delete.ts'
import { Get } from './get.ts'
import type { ReadBuilder } from './item-read.ts'
import { Move } from './move.ts'
import { Put } from './put.ts'
import { Query } from './query.ts'
import { Scan } from './scan.ts'
import type { Together, Transact } from './together.ts'
import { TransactGet } from './transact-get.ts'
import { TransactWrite } from './transact-write.ts'
import { NO_CHANGES, Update } from './update.ts'

export interface ConnectOptions {
  /** The table of everything built outside `withTable`; without it DB_TABLE_NAME is read when a builder is made. */
  readonly table?: string
  /** A client of the AWS SDK, used as it is; without it, one with the SDK's defaults is made when it is first needed. */
  readonly client?: DynamoDBClient
}

const ANY: Guard = { existence: 'any', version: undefined, conditions: [] }
const OLD: Guard = { existence: 'old', version: undefined, conditions: [] }
const NEW: Guard = { existence: 'new', version: undefined, conditions: [] }

/** The verbs. Each gives an immutable builder: `await` runs it, `.compile()` shows its command and sends nothing. */
export class Db {
  readonly #options: ConnectOptions
  readonly #target: Target

  constructor(options: ConnectOptions) {
    this.#options = options
    this.#target = new Target(options)
  }

  /** Writes a new item. Throws ItemExists if there is one under its key, InvalidItem and InvalidKey. */
  create<M extends AnyModel>(model: M, item: CreateOf<M>): Put<M> {
    return this.#put(model, item, 'new')
  }

  /**
   * Writes an item, new or in the place of the whole old one. Throws InvalidItem and InvalidKey; with `t.version()`
   * also ConditionFailed, if the item is not the one that was read.
   */
  put<M extends AnyModel>(model: M, item: InputOf<M>): Put<M> {
    return this.#put(model, item, 'any')
  }

  /** Reads the item under a primary key: `undefined`, or with `.orThrow()` ItemNotFound, if there is none. */
  get<M extends AnyModel>(model: M, key: KeyOf<M>): Get<ItemOf<M>> {
    return new Get({
      target: this['~target'](),
      model: model['~definition'],
      key,
      consistent: false,
      mustExist: false,
      only: undefined,
      signal: undefined
    })
  }

  /**
   * Changes attributes of the item under a primary key, by `.set()` and `.remove()`. Throws ItemNotFound if there is
   * none, unless `.upsert()` is called.
   *
   * ```ts
   * await db.update(Fruit, key).set({ weight: plus(1) }).if({ weight: lt(100) })
   * ```
   */
  update<M extends AnyModel>(model: M, key: LockedKeyOf<M>): Update<never, M> {
    const target = this['~target']()
    return new Update({
      target,
      table: target.table,
      model: model['~definition'],
      key,
      changes: NO_CHANGES,
      removed: [],
      guard: OLD,
      isUpsert: false,
      returns: 'none',
      signal: undefined
    })
  }

  /** Deletes the item under a primary key, if there is one. */
  delete<M extends AnyModel>(model: M, key: LockedKeyOf<M>): Delete<M> {
    const target = this['~target']()
    return new Delete({
      target,
      table: target.table,
      model: model['~definition'],
      key,
      guard: ANY,
      returnsOld: false,
      signal: undefined
    })
  }

  /**
   * Gives an item another primary key, in one transaction: it is under the old key or under the new, never under both or
   * none. Attributes that `newKey` leaves out stay. Gives the item as it is then. Throws ItemNotFound, ItemExists if
   * there is one under the new key, and ConditionFailed if the item was changed meanwhile.
   *
   * ```ts
   * await db.move(Fruit, key, { date: '2026-02-01' })
   * ```
   */
  move<M extends AnyModel>(model: M, key: KeyOf<M>, newKey: Partial<KeyOf<M>>): Move<ItemOf<M>> {
    return new Move({ target: this['~target'](), model: model['~definition'], key, newKey, signal: undefined })
  }

  /**
   * Looks whether the item under a primary key is as `.if()` wants it, and with a version in the key whether it is still of
   * that version: for a transaction whose writes depend on it. Throws ConditionFailed.
   *
   * ```ts
   * await db.transact(db.create(Order, order), db.check(User, { user }).if({ isActive: true }))
   * ```
   */
  check<M extends AnyModel>(model: M, key: LockedKeyOf<M>): Check<M, Unchecked<M>> {
    const target = this['~target']()
    return new Check({ target, table: target.table, model: model['~definition'], key, guard: ANY, signal: undefined })
  }

  /**
   * Up to 100 operations as one: gets, which see all items as they are at one moment; or creates, puts, updates, deletes
   * and checks, of which all are carried out or none. Gives what the builders would give, in their order. An item can
   * stand in it once. It is sent again, and still carried out once, when another transaction is in its way or the answer
   * gets lost. Throws TransactionCancelled, with a reason for each operation, and InvalidRequest.
   *
   * ```ts
   * const [user, order] = await db.transact(db.get(User, { user }).orThrow(), db.get(Order, key))
   * await db.transact(db.update(Account, a).set({ sum: minus(5) }).if({ sum: gte(5) }), db.update(Account, b).set({ sum: plus(5) }))
   * ```
   */
  transact<const B extends readonly unknown[]>(...builders: B & Together<B>): Transact<B>
  transact(...builders: readonly unknown[]): unknown {
    const target = this['~target']()
    const reads = builders.filter(builder => '~read' in Object(builder)) as ReadBuilder[] // looked at
    return reads.length > 0 && reads.length === builders.length
      ? new TransactGet({ target, reads, signal: undefined })
      : new TransactWrite({ target, builders, signal: undefined, repeatable: undefined })
  }

  #put<M extends AnyModel>(model: M, item: unknown, existence: Guard['existence']): Put<M> {
    const target = this['~target']()
    return new Put({
      target,
      table: target.table,
      model: model['~definition'],
      item,
      guard: existence === 'new' ? NEW : ANY,
      returnsOld: false,
      signal: undefined
    })
  }

  /**
   * Reads the items of a partition. Before it is run, `.where()` must give the whole partition key.
   *
   * ```ts
   * const fruits = await db.query(Fruit).where({ apple: 'a', banana: 'b' }).limit(20)
   * ```
   */
  query<M extends AnyModel>(model: M): Query<WhereProblem<M['~shape'], never, 'table'>, M>
  /**
   * Reads the items of several models that share a partition: by model when awaited, tagged in `for await`.
   *
   * ```ts
   * const { User: users, Order: orders } = await db.query(User, Order).where({ user: 'ann' })
   * ```
   */
  query<F extends AnyModel, const R extends readonly [AnyModel, ...AnyModel[]]>(
    first: F,
    ...others: R
  ): Collection<CollectionProblem<F, F | R[number], never, 'table'>, F, F | R[number]>
  query(model: AnyModel, ...others: AnyModel[]): unknown {
    const target = this['~target']()
    const { table } = target
    const options = NO_OPTIONS
    if (others.length > 0) {
      const models = definitionsOf([model, ...others])
      return new Collection({
        target,
        table,
        models,
        where: {},
        mode: 'table',
        reverse: false,
        limit: undefined,
        options,
        afterModel: undefined
      })
    }
    return new Query({
      target,
      table: target.table,
      model: model['~definition'],
      where: undefined,
      mode: 'table',
      reverse: false,
      limit: undefined,
      options: NO_OPTIONS
    })
  }

  /**
   * Reads the whole table for the items of one model, of several or of a set made by `models()`. All that is in the table
   * is read and paid for, other models' items too.
   *
   * ```ts
   * for await (const { model, item } of db.scan(User, Order).segments(4)) …
   * ```
   */
  scan<M extends AnyModel>(model: M): Scan<M, false>
  scan<T extends ModelMap>(set: ModelSet<T>): Scan<T[keyof T], true>
  scan<const R extends readonly [AnyModel, AnyModel, ...AnyModel[]]>(...models: R): Scan<R[number], true>
  scan(first: AnyModel | ModelSet<ModelMap>, ...others: AnyModel[]): unknown {
    const isSet = first instanceof ModelSet
    const models = definitionsOf(isSet ? Object.values(first.models) : [first, ...others])
    const target = this['~target']()
    const isTagged = isSet || others.length > 0
    return new Scan({
      target,
      models,
      isTagged,
      limit: undefined,
      isConsistent: false,
      segments: undefined,
      options: NO_OPTIONS
    })
  }

  /** Where a builder made now goes. */
  '~target'(): Target {
    return targetOf(this.#target, this.#options)
  }
}

const definitionsOf = (models: readonly AnyModel[]): Definitions => {
  const [first, ...others] = models.map(model => model['~definition'])
  if (first === undefined) throw new TypeError('A model is needed.')
  return [first, ...others]
}

/**
 * Connects the verbs to a table. Nothing is opened or sent.
 *
 * ```ts
 * const db = connect()                                  // table: DB_TABLE_NAME; client: the SDK's defaults
 * const db = connect({ table: 'app', client })
 * ```
 */
export const connect = (options: ConnectOptions = {}): Db => new Db(options)
