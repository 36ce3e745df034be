import { type Client, prepare } from '../driver/client.ts'
import { currentTarget } from '../driver/context.ts'
import type { OnRequest } from '../driver/request-event.ts'
import { type Connection, Target } from '../driver/target.ts'
import { checkFunction, checkGiven, checkOptions } from '../errors.ts'
import { dateCodec } from '../keys/codec.ts'
import type { OfOtherLayout, OtherLayout } from '../schema/apart.ts'
import type { ModelMap, ModelSet } from '../schema/set.ts'
import type { AnyModel, InputOf } from '../schema/shape.ts'
import type { BatchGet } from './batch/get.ts'
import type { Gets, Listed, Writes } from './batch/listed.ts'
import type { Load, LoadSource } from './batch/load.ts'
import type { BatchWrite } from './batch/write.ts'
import { beginBatchGet, beginBatchWrite, beginCollection, beginLoad, beginScan, beginTransact } from './begin.ts'
import { ItemVerbs } from './item-verbs.ts'
import type { Collection } from './read/collection.ts'
import { beginQuery, type Query } from './read/query.ts'
import type { Scan } from './read/scan.ts'
import type { Results, Together, Transact } from './transact/together.ts'

export interface ConnectOptions {
  /** The table for builders made outside `withTable()`. Without it, each new builder reads DB_TABLE_NAME. */
  readonly table?: string
  /**
   * A client of the AWS SDK, used as it is, or a {@link Sender}. Without it, keystorm makes a client with the SDK's
   * defaults when it first needs one.
   */
  readonly client?: Client
  /**
   * Called after each request with what was sent, for which builder, how long it took and what it cost. keystorm does
   * not wait for it. An error that it throws breaks nothing: the first one of a handler becomes a warning of the
   * process.
   *
   * ```ts
   * const db = connect({ onRequest: ({ verb, models, milliseconds }) => console.log(verb, models, milliseconds) })
   * ```
   */
  readonly onRequest?: OnRequest
  /**
   * Replaces the machine's clock in tests. It sets the time of `t.createdAt()` and `t.updatedAt()`, and the time that
   * `.unexpired()` compares with.
   *
   * ```ts
   * const db = connect({ clock: () => new Date('2026-01-01') })
   * ```
   */
  readonly clock?: () => Date
}

/** The models, if they share one layout. Otherwise each becomes a sentence that names a model of another layout. */
type OneLayout<R extends readonly [AnyModel, ...AnyModel[]]> = [
  OtherLayout<R[0][' shape']['table']['layout'], R[number]>
] extends [never]
  ? R
  : {
      readonly [K in keyof R]: OfOtherLayout<
        R[0][' shape']['name'],
        OtherLayout<R[0][' shape']['table']['layout'], R[number]>
      >
    }

/**
 * The verbs. Each returns an immutable builder: `await` runs it, `.compile()` returns its command and sends nothing.
 */
export class Db extends ItemVerbs {
  readonly #connected: Target

  constructor(options: ConnectOptions) {
    super()
    this.#connected = connected(options)
  }

  /**
   * Runs up to 100 operations as one transaction. Either all are gets, which read every item at the same moment; or all
   * are creates, puts, updates, deletes, moves and checks, and then all of them take effect or none does. Resolves to
   * each builder's result, in order. Takes builders, or one iterable of them. Each item can appear once. keystorm
   * retries when another transaction conflicts or the answer is lost; the writes still take effect only once. Throws
   * TransactionCancelled, with a reason for each operation, and InvalidRequest.
   *
   * ```ts
   * const [user, order] = await db.transact(db.get(User, { user }).orThrow(), db.get(Order, key))
   * await db.transact(db.update(Account, a).set({ sum: minus(5) }).if({ sum: gte(5) }), db.update(Account, b).set({ sum: plus(5) }))
   * ```
   */
  transact<const B extends readonly unknown[]>(...builders: Together<B>): Transact<Listed<B>>
  transact(...given: readonly unknown[]): unknown {
    return beginTransact(this[' target'](), ...given)
  }

  /**
   * Reads any number of items: 100 a request, several requests at a time. Retries unprocessed keys and transient
   * failures. Resolves to each get's result, in order. Takes gets, or one iterable of them; for none it resolves to []
   * and sends nothing. Throws BatchIncomplete, with the items read and the gets left, and InvalidRequest.
   *
   * ```ts
   * const [user, order] = await db.batchGet(db.get(User, { user }), db.get(Order, key).orThrow())
   * ```
   */
  batchGet<const B extends readonly unknown[]>(...gets: Gets<B>): BatchGet<Results<Listed<B>>> {
    return beginBatchGet(this[' target'](), ...gets)
  }

  /**
   * Puts and deletes any number of items: 25 a request, several requests at a time. The writes are neither ordered nor
   * atomic, take no conditions, and each item can appear once. Retries unprocessed items and transient failures.
   * Resolves to each builder's result, in order. Takes puts and deletes, or one iterable of them; for none it resolves
   * to [] and sends nothing. With `t.version()`, an item without a version gets version 1 and replaces any item under
   * its key. Throws BatchIncomplete, with the writes left, and InvalidRequest.
   *
   * ```ts
   * await db.batchWrite(db.put(User, user), db.delete(Order, key))
   * await db.batchWrite(orders.map(order => db.delete(Order, order))).concurrency(8)
   * ```
   */
  batchWrite<const B extends readonly unknown[]>(...writes: Writes<B>): BatchWrite<Results<Listed<B>>> {
    return beginBatchWrite(this[' target'](), ...writes)
  }

  /**
   * Puts all items of an iterable or async iterable, such as a stream of rows, by batch writes. It pulls items no
   * faster than it writes them, and takes a snapshot of each item as it arrives. Resolves to the number of items. With
   * `t.version()`, every item gets version 1 and replaces any item under its key. Throws BatchIncomplete, with the
   * items to go on with.
   *
   * ```ts
   * const count = await db.load(User, rows()).onProgress(({ done }) => console.log(done))
   * ```
   */
  load<M extends AnyModel>(model: M, source: LoadSource<InputOf<M>>): Load {
    return beginLoad(this[' target'](), model, source)
  }

  /**
   * Reads the items of a partition. `.where()` must give the whole partition key before the query runs.
   *
   * ```ts
   * const fruits = await db.query(Fruit).where({ apple: 'a', banana: 'b' }).limit(20)
   * ```
   */
  query<M extends AnyModel>(model: M): Query<M>
  /**
   * Reads the items of several models that share a partition. `await` groups them by model; `for await` gives
   * `{ model, item }` pairs. Throws KeyCollision where two of the models could claim the same item.
   *
   * ```ts
   * const { User: users, Order: orders } = await db.query(User, Order).where({ user: 'ann' })
   * ```
   */
  query<F extends AnyModel, const R extends readonly [AnyModel, ...AnyModel[]]>(
    first: F,
    ...others: R
  ): Collection<F, F | R[number]>
  query(model: AnyModel, ...others: AnyModel[]): unknown {
    const target = this[' target']()
    return others.length === 0 ? beginQuery(target, model) : beginCollection(target, [model, ...others])
  }

  /**
   * Scans the table for the items of one model, of several, or of a set made by `models()`. DynamoDB reads and charges
   * for every item of the table, also those of other models. Throws KeyCollision where two of the models could claim
   * the same item.
   *
   * ```ts
   * for await (const { model, item } of db.scan(User, Order).segments(4)) …
   * ```
   */
  scan<M extends AnyModel>(model: M): Scan<M, false>
  /** Scans for the items of a set's models, grouped by model. */
  scan<T extends ModelMap>(set: ModelSet<T>): Scan<T[keyof T], true>
  /** Scans for the items of several models, grouped by model. */
  scan<const R extends readonly [AnyModel, AnyModel, ...AnyModel[]]>(...models: OneLayout<R>): Scan<R[number], true>
  scan(first: AnyModel | ModelSet<ModelMap>, ...others: AnyModel[]): unknown {
    return beginScan(this[' target'](), first, ...others)
  }

  /** The table and client of a builder made now. */
  ' target'(): Target {
    return currentTarget(this.#connected)
  }
}

/** The table and client that connect() was given. Starts to load the SDK if its client is needed. */
export const connected = (given: ConnectOptions): Target => {
  checkOptions('connect()', given, ['table', 'client', 'onRequest', 'clock'])
  // `table` is always present: on Node 20, adding a member to a spread object takes thirty times as long as replacing
  // one.
  const options: { -readonly [K in keyof Connection]: Connection[K] } = { table: undefined, ...given }
  const { onRequest, clock } = options
  if (onRequest !== undefined) checkFunction('connect()', onRequest, 'onRequest ')
  if (clock !== undefined) options.clock = checkedClock(clock)
  prepare(options.client, 'connect()')
  return new Target(options)
}

/** Checks each time the clock gives: with a time that cannot be stored, nothing would expire. Throws InvalidRequest. */
const checkedClock = (clock: () => Date): (() => Date) => {
  checkGiven('connect()', 'clock takes a function that gives a Date', clock, typeof clock === 'function')
  return () => {
    const time = clock()
    checkGiven('connect()', `clock must give ${dateCodec.expects}`, time, dateCodec.encode(time) !== undefined)
    return time
  }
}

/**
 * Connects the verbs to a table. Opens and sends nothing, but starts to load the SDK if its client is needed.
 *
 * ```ts
 * const db = connect()                                  // table: DB_TABLE_NAME; client: the SDK's defaults
 * const db = connect({ table: 'app', client })
 * ```
 *
 * Throws InvalidRequest for an unknown option, and for a client, a handler or a clock that cannot be one.
 */
export const connect = (options: ConnectOptions = {}): Db => new Db(options)
