import type { QueryCommandInput } from '@aws-sdk/client-dynamodb'
import { UNUSED } from '../../alive.ts'
import { labelled } from '../../driver/target.ts'
import { InvalidRequest } from '../../errors.ts'
import { conditionOf } from '../../expressions/operators.ts'
import { isRecord } from '../../fields/record.ts'
import { snapshotOf } from '../../fields/snapshot.ts'
import type { CollectionProblem } from '../../plan/read/collection.ts'
import type { OnlyKeys } from '../../plan/read/only-keys.ts'
import { checkNames } from '../../plan/read/options.ts'
import { firstInput } from '../../plan/read/query.ts'
import { type GivenBy, type QueryMode, type WhereInput, whereOf } from '../../plan/read/where.ts'
import type { Nothing, StormIndex } from '../../schema/layout-types.ts'
import type { AnyModel, Shown } from '../../schema/shape.ts'
import { STORM_INDEX } from '../../storm.ts'
import { type WhenReady, whenReady } from '../builder/if-runnable.ts'
import {
  type Grouped,
  grouped,
  type SharedCondition,
  type SharedNames,
  type TaggedItem,
  type TaggedKey,
  tagged
} from './by-model.ts'
import {
  checkMode,
  type NotConsistent,
  type NotExpiring,
  type NotOnIndex,
  type OnIndex,
  onIndex,
  unexpired
} from './mode.ts'
import type { Plan } from './query.ts'
import { checkCount, Read, type Run } from './read.ts'
import { allOf } from './reading.ts'
import { readingOf, runOf } from './run-query.ts'

/**
 * Reads the items of several models in one partition. `await` groups them by model; `for await` yields
 * `{ model, item }` pairs in key order. Immutable. Made by `db.query` with several models.
 */
export class Collection<
  F extends AnyModel,
  M extends AnyModel,
  Given extends string = never,
  Mode extends QueryMode = 'table',
  Only extends string = never
> extends Read<TaggedItem<M, Only, Mode>, Shown<Grouped<M, Only, Mode>>> {
  declare readonly ' problem': CollectionProblem<F, M, Given, Mode>
  declare readonly ' given': (given: Given) => void
  declare readonly ' mode': Mode
  static readonly alive: object = new Collection(UNUSED)
  readonly #plan: Plan

  constructor(plan: Plan) {
    super()
    this.#plan = plan
  }

  /**
   * Sets the partition key (PK, or GSI1PK with onGsi1), by the first model's attribute names. It can also set
   * attributes of the sort key, from the left, as far as all the models' sort keys begin alike. The last of these may
   * be a range.
   *
   * ```ts
   * db.query(Order, Line).where({ user: 'ann', order: '7' })   // the order, and its lines
   * ```
   */
  where<V extends WhereInput<F[' keys']> = Nothing>(
    values: OnlyKeys<F[' shape'], V, F[' keys']>
  ): Collection<F, M, Given | GivenBy<V, F[' keys']>, Mode, Only> {
    return new Collection({ ...this.#plan, where: whereOf(this.#plan.models[0], values, this.#plan.where) })
  }

  /** Reads an index instead of the table. All the models must be in the index and share its partition. */
  on<N extends keyof F[' shape']['table']['layout']['indexes'] & string>(
    index: N & OnIndex<M, Mode, N>
  ): Collection<F, M, Given, N, Only> {
    return new Collection(onIndex(this.#plan, index))
  }

  /** Reads GSI1 of STORM's table. The same as `.on('GSI1')`. */
  get onGsi1(): WhenReady<NotOnIndex<M, Mode, StormIndex>, () => Collection<F, M, Given, StormIndex, Only>> {
    return whenReady(() => new Collection(onIndex(this.#plan, STORM_INDEX)))
  }

  /** Reads strongly consistently: sees every earlier write, and costs twice the read units. Not for a global index. */
  get consistent(): WhenReady<
    NotConsistent<F, Mode>,
    () => Collection<F, M, Given, Mode extends 'table' ? 'consistent' : Mode, Only>
  > {
    return whenReady(() => {
      const plan = { ...this.#plan, consistent: true }
      checkMode(plan, plan.index)
      return new Collection(plan)
    })
  }

  /**
   * Reads whole items also from an index that does not project all attributes. keystorm reads the rows of each page
   * again by BatchGetItem, 100 a request, which costs as much as reading them by key.
   *
   * ```ts
   * const { User: users } = await db.query(User, Order).where({ team: 'a' }).on('byTeam').whole()
   * ```
   */
  whole(): Collection<F, M, Given, Mode, [Only] extends [never] ? string : Only> {
    return new Collection({ ...this.#plan, isWhole: true })
  }

  /**
   * Keeps only items that pass the condition, on attributes that all the models share with the same type. Calls combine
   * with AND.
   */
  filter(condition: SharedCondition<M>): this {
    const { options } = this.#plan
    return this.with({ ...options, filters: [...options.filters, conditionOf(condition)] })
  }

  /** Leaves out expired items: DynamoDB deletes them only later. The read still reads and pays for them. */
  get unexpired(): WhenReady<NotExpiring<M>, () => Collection<F, M, Given, Mode, Only>> {
    return whenReady(() => new Collection(unexpired(this.#plan)))
  }

  /** Reads only these attributes, which all the models must have. */
  only<K extends SharedNames<M>>(name: K, ...names: readonly K[]): Collection<F, M, Given, Mode, K> {
    const { models, options } = this.#plan
    const only = [name, ...names]
    checkNames(models, only)
    return new Collection({ ...this.#plan, options: { ...options, only } })
  }

  /** Starts after an item or its key, given as `{ model: 'User', item }`, the form that `for await` yields. */
  startingAfter({ model: name, item }: TaggedKey<M, Mode>): this {
    const afterModel = this.#plan.models.find(model => model.name === name)
    if (afterModel === undefined || !isRecord(item))
      throw new InvalidRequest(this.model, `startingAfter() takes { model, item } with a model of the query`)
    const after = snapshotOf(item, afterModel.attributes)
    return new Collection({ ...this.#plan, afterModel, options: { ...this.#plan.options, after } }) as this // same type parameters
  }

  /** Reads at most this many items in all. */
  limit(items: number): this {
    return new Collection({ ...this.#plan, limit: checkCount(this.model, 'limit', items) }) as this // same type parameters
  }

  /** Reads in descending order of the sort key. */
  reverse(): this {
    return new Collection({ ...this.#plan, reverse: true }) as this // same type parameters
  }

  /** Returns the input of the first Query request. Sends nothing. */
  get compile(): WhenReady<this[' problem'], () => QueryCommandInput> {
    return whenReady(() => firstInput(runOf(this.#plan, tagged).reading(false)))
  }

  /** Labels the events of its requests: see `connect({ onRequest })`. Throws InvalidRequest. */
  label(label: string): this {
    return new Collection(labelled(this.#plan, label)) as this // same type parameters
  }

  protected get model(): string {
    return this.#plan.models[0].name
  }

  protected get options() {
    return this.#plan.options
  }

  protected with(options: Plan['options']): this {
    return new Collection({ ...this.#plan, options }) as this // same type parameters
  }

  protected async run(): Promise<Shown<Grouped<M, Only, Mode>>> {
    const items = await allOf(readingOf<TaggedItem<M, Only, Mode>>(this.#plan, tagged))
    return grouped(this.#plan.models, items) as Shown<Grouped<M, Only, Mode>> // each model's own fields decoded it
  }

  ' prepare'(): Run<TaggedItem<M, Only, Mode>> {
    return runOf<TaggedItem<M, Only, Mode>>(this.#plan, tagged)
  }

  /** The plan of a collection, for code that processes all its items; `undefined` if the argument is no collection. */
  static plan(collection: unknown): Plan | undefined {
    return collection instanceof Collection ? collection.#plan : undefined
  }
}
