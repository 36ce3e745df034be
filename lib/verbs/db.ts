import { type Client, prepare } from '../driver/client.ts'
import type { OnRequest } from '../driver/request-event.ts'
import { type Connected, Target, targetOf } from '../driver/target.ts'
import { checkFunction, checkGiven, checkOptions } from '../errors.ts'
import { dateCodec } from '../keys/codec.ts'
import type { OfOtherLayout, OtherLayout } from '../schema/apart.ts'
import type { ModelMap, ModelSet } from '../schema/set.ts'
import type { AnyModel, InputOf } from '../schema/shape.ts'
import type { BatchGet } from './batch/get.ts'
import type { Gets, Listed, Writes } from './batch/listed.ts'
import type { Load, LoadSource } from './batch/load.ts'
import type { BatchWrite } from './batch/write.ts'
import {
  beginBatchGet,
  beginBatchWrite,
  beginCollection,
  beginLoad,
  beginQuery,
  beginScan,
  beginTransact
} from './begin.ts'
import { ItemVerbs } from './item-verbs.ts'
import type { Collection } from './read/collection.ts'
import type { Query } from './read/query.ts'
import type { Scan } from './read/scan.ts'
import type { Results, Together, Transact } from './transact/together.ts'

export interface ConnectOptions {
  /** The table of everything built outside `withTable`; without it DB_TABLE_NAME is read when a builder is made. */
  readonly table?: string
  /**
   * A client of the AWS SDK, used as it is, or a {@link Sender}; without it, a client with the SDK's defaults is made when it is
   * first needed.
   */
  readonly client?: Client
  /**
   * Is told of each request when it is over: what was sent for whom, how long it took, what it cost. Nobody waits for it, and
   * what it throws harms nothing: the first error of a handler is a warning of the process.
   *
   * ```ts
   * const db = connect({ onRequest: ({ verb, models, milliseconds }) => console.log(verb, models, milliseconds) })
   * ```
   */
  readonly onRequest?: OnRequest
  /**
   * Tells the time of `t.createdAt()` and `t.updatedAt()`, and the one that `.unexpired()` goes by, in the place of the machine's
   * clock: for tests.
   *
   * ```ts
   * const db = connect({ clock: () => new Date('2026-01-01') })
   * ```
   */
  readonly clock?: () => Date
}

/** Models that go together in one table; else, in the place of each, a sentence that says which do not. */
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

/** The verbs. Each gives an immutable builder: `await` runs it, `.compile()` shows its command and sends nothing. */
export class Db extends ItemVerbs {
  readonly #target: () => Target

  constructor(options: ConnectOptions) {
    super()
    this.#target = targetsOf(options)
  }

  /**
   * Up to 100 operations as one: gets, which see all items as they are at one moment; or creates, puts, updates, deletes
   * and checks, of which all are carried out or none. Gives what the builders would give, in their order. An item can
   * stand in it once. It is sent again, and still carried out once, when another transaction is in its way or the answer
   * gets lost. Takes builders, or one iterable of them. Throws TransactionCancelled, with a reason for each operation, and InvalidRequest.
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
   * Reads any number of items, 100 a request, several requests at a time. What DynamoDB leaves undone, or fails in passing,
   * is sent again. Gives what the gets would give, in their order. Takes gets, or one iterable of them; of none it gives [],
   * and sends nothing. Throws BatchIncomplete, with what was read and what is left, and InvalidRequest.
   *
   * ```ts
   * const [user, order] = await db.batchGet(db.get(User, { user }), db.get(Order, key).orThrow())
   * ```
   */
  batchGet<const B extends readonly unknown[]>(...gets: Gets<B>): BatchGet<Results<Listed<B>>> {
    return beginBatchGet(this[' target'](), ...gets)
  }

  /**
   * Puts and deletes any number of items, 25 a request, several requests at a time, in no order and not as one: there are no
   * conditions, and an item can stand in it once. What DynamoDB leaves undone, or fails in passing, is sent again. Gives what
   * the builders would give, in their order. Takes puts and deletes, or one iterable of them; of none it gives [], and sends
   * nothing. With `t.version()`, items that are put without a version are new, and replace what was there. Throws
   * BatchIncomplete, with what is left, and InvalidRequest.
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
   * Puts all items of an iterable or async iterable, such as a stream of rows, as a batchWrite does; it is asked for items no
   * faster than they are written, and each item is taken as it is at that moment. Gives how many there were. With
   * `t.version()`, the items are new, of version 1, and replace what was there. Throws BatchIncomplete, with the items to go
   * on with.
   *
   * ```ts
   * const count = await db.load(User, rows()).onProgress(({ done }) => console.log(done))
   * ```
   */
  load<M extends AnyModel>(model: M, source: LoadSource<InputOf<M>>): Load {
    return beginLoad(this[' target'](), model, source)
  }

  /**
   * Reads the items of a partition. Before it is run, `.where()` must give the whole partition key.
   *
   * ```ts
   * const fruits = await db.query(Fruit).where({ apple: 'a', banana: 'b' }).limit(20)
   * ```
   */
  query<M extends AnyModel>(model: M): Query<M>
  /**
   * Reads the items of several models that share a partition: by model when awaited, tagged in `for await`. Throws
   * KeyCollision where two of them could claim the same item.
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
   * Reads the whole table for the items of one model, of several or of a set made by `models()`. All that is in the table
   * is read and paid for, other models' items too. Throws KeyCollision where two of them could claim the same item.
   *
   * ```ts
   * for await (const { model, item } of db.scan(User, Order).segments(4)) …
   * ```
   */
  scan<M extends AnyModel>(model: M): Scan<M, false>
  /** The items of a set's models, each by its model. */
  scan<T extends ModelMap>(set: ModelSet<T>): Scan<T[keyof T], true>
  /** The items of several models, each by its model. */
  scan<const R extends readonly [AnyModel, AnyModel, ...AnyModel[]]>(...models: OneLayout<R>): Scan<R[number], true>
  scan(first: AnyModel | ModelSet<ModelMap>, ...others: AnyModel[]): unknown {
    return beginScan(this[' target'](), first, ...others)
  }

  /** Where a builder made now goes. */
  ' target'(): Target {
    return this.#target()
  }
}

/** Gives where a builder goes that is made now; loads the SDK, if a client of it will be used. */
export const targetsOf = (given: ConnectOptions): (() => Target) => {
  checkOptions('connect()', given, ['table', 'client', 'onRequest', 'clock'])
  // With a table at any rate: Node 20 takes thirty times as long to add a member to what is spread than to replace it.
  const options: { -readonly [K in keyof Connected]: Connected[K] } = { table: undefined, ...given }
  const { onRequest, clock } = options
  if (onRequest !== undefined) checkFunction('connect()', onRequest, 'onRequest ')
  if (clock !== undefined) options.clock = checkedClock(clock)
  const connected = new Target(options)
  prepare(options.client, 'connect()')
  return () => targetOf(connected, options)
}

/** A clock that gives only times that can be stored: by others, nothing would ever expire. Throws InvalidRequest. */
const checkedClock = (clock: () => Date): (() => Date) => {
  checkGiven('connect()', 'clock takes a function that gives a Date', clock, typeof clock === 'function')
  return () => {
    const time = clock()
    checkGiven('connect()', `clock must give ${dateCodec.expects}`, time, dateCodec.encode(time) !== undefined)
    return time
  }
}

/**
 * Connects the verbs to a table. Nothing is opened or sent; the SDK, if a client of it will be used, begins to be loaded.
 *
 * ```ts
 * const db = connect()                                  // table: DB_TABLE_NAME; client: the SDK's defaults
 * const db = connect({ table: 'app', client })
 * ```
 */
export const connect = (options: ConnectOptions = {}): Db => new Db(options)
