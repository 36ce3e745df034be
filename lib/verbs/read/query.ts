import type { QueryCommandInput } from '@aws-sdk/client-dynamodb'
import { labelled, type Target } from '../../driver/target.ts'
import type { ConditionInput } from '../../expressions/grammar.ts'
import { conditionOf } from '../../expressions/operators.ts'
import { snapshotOf } from '../../fields/snapshot.ts'
import type { Beside, Command } from '../../plan/command.ts'
import { prepareQuery, type QueryPlan } from '../../plan/read/query.ts'
import {
  type AtRunTime,
  type GivenBy,
  type Named,
  type OnlyKeys,
  type QueryMode,
  type WhereInput,
  type WhereProblem,
  whereOf
} from '../../plan/read/where.ts'
import type { Nothing, StormIndex } from '../../schema/layout-types.ts'
import type { AnyModel, InputOf, ItemOf } from '../../schema/shape.ts'
import { STORM_INDEX } from '../../storm.ts'
import { type Ask, askOf, type WhenReady, whenReady } from '../builder/if-runnable.ts'
import { checkNames } from './by-model.ts'
import {
  type BehindOf,
  checkMode,
  type IndexOf,
  type NotConsistent,
  type NotExpiring,
  type NotOnIndex,
  type OnIndex,
  type Projected,
  unexpired
} from './mode.ts'
import { checkCount, Read, type Run } from './read.ts'
import { allOf, firstInput } from './reading.ts'
import { readingOf, runOf } from './run-query.ts'

export interface Plan extends QueryPlan {
  readonly target: Target
  readonly limit: number | undefined
  /** Whether whole items are fetched for those of a narrow index. */
  readonly isWhole: boolean
}

/** A plan to change: member by member, since a spread is slow once plans of many shapes have passed through it. */
const copy = (plan: Plan): { -readonly [K in keyof Plan]: Plan[K] } => ({
  target: plan.target,
  table: plan.table,
  models: plan.models,
  where: plan.where,
  index: plan.index,
  consistent: plan.consistent,
  reverse: plan.reverse,
  limit: plan.limit,
  isWhole: plan.isWhole,
  options: plan.options
})

const onIndex = (plan: Plan, index: string): Plan => {
  checkMode(plan, index)
  const there = copy(plan)
  there.index = index
  return there
}

/** Reads the items of one partition, of the table or of an index, in the order of their sort keys. Made by `db.query`. */
export class Query<
  M extends AnyModel,
  Given extends string = never,
  Mode extends QueryMode = 'table',
  Item = ItemOf<M>
> extends Read<Item> {
  declare readonly ' problem': WhereProblem<M[' shape'], Given, Mode>
  /** One that was given more may stand where less was. */
  declare readonly ' given': (given: Given) => void
  declare readonly ' mode': Mode
  readonly #plan: Plan

  constructor(plan: Plan) {
    super()
    this.#plan = plan
  }

  /**
   * The values that key attributes have: all of PK (or, with onGsi1, of GSI1PK), and as many of SK as wanted, from the
   * left. The last one of SK may be a range: `between`, `beginsWith`, `gt`, `gte`, `lt`, `lte`. Called again, it adds
   * attributes.
   *
   * A range is one of values, whatever stands behind them in the key: `gt('New')` finds `New York`. Items come in the
   * order of their keys. Where that order is another than the values', more is read than fits, and dropped.
   *
   * ```ts
   * db.query(Fruit).where({ apple: 'a', banana: 'b', date: between('2026-01-01', '2026-12-31') })
   * ```
   */
  where<V extends WhereInput<M[' keys']> = Nothing>(
    values: OnlyKeys<M[' shape'], V, keyof M[' keys']> & V & Named<M[' keys']>
  ): Query<M, Given | GivenBy<V, M[' keys']>, Mode, Item> {
    const plan = copy(this.#plan)
    plan.where = whereOf(plan.models[0].name, values, plan.where)
    return new Query(plan)
  }

  /**
   * For code that takes any model: whether `where()` says enough is left to the run time, which throws IncompleteQuery.
   *
   * ```ts
   * const list = <M extends AnyModel>(model: M, where: WhereOf<M>) => db.query(model).where(where).asGiven()
   * ```
   */
  asGiven(): Query<M, AtRunTime, Mode, Item> {
    return new Query(this.#plan)
  }

  /**
   * Reads an index instead of the table: the partition and the sort key are the index's then. A global index has no strongly
   * consistent reads. One that projects less than all attributes gives those that it has.
   *
   * ```ts
   * db.query(Order).where({ status: 'open', placed: gt(day) }).on('GSI1')
   * ```
   */
  on<N extends IndexOf<M>>(index: N & OnIndex<M, Mode, N>): Query<M, Given, N, Projected<M, N, Item>> {
    return new Query(onIndex(this.#plan, index))
  }

  /** Reads GSI1 of STORM's table instead of the table: the same as `.on('GSI1')`. */
  get onGsi1(): WhenReady<NotOnIndex<M, Mode, StormIndex>, () => Query<M, Given, StormIndex, Item>> {
    return whenReady(onStormIndex)
  }

  /** Reads what every earlier write left, at twice the read units. Not on a global index. */
  get consistent(): WhenReady<
    NotConsistent<M, Mode>,
    () => Query<M, Given, Mode extends 'table' ? 'consistent' : Mode, Item>
  > {
    return whenReady(() => {
      const plan = copy(this.#plan)
      plan.consistent = true
      checkMode(plan, plan.index)
      return new Query(plan)
    })
  }

  /**
   * Of an index that projects less than all attributes, whole items all the same: each page is followed by BatchGetItem
   * requests for its items, 100 each, which cost as reading them by their keys does. An `.only()` before it counts no more.
   *
   * ```ts
   * const users = await db.query(User).where({ team: 'a' }).on('byTeam').whole()
   * ```
   */
  whole(): Query<M, Given, Mode, ItemOf<M>> {
    const plan = copy(this.#plan)
    plan.isWhole = true
    if (plan.options.only !== undefined) plan.options = { ...plan.options, only: undefined }
    return new Query(plan)
  }

  /** At most this many items in all, whatever a filter drops; without a filter no more than these are read. */
  limit(items: number): Query<M, Given, Mode, Item> {
    const plan = copy(this.#plan)
    plan.limit = checkCount(this.model, 'limit', items)
    return new Query(plan)
  }

  /** From the last sort key to the first. */
  reverse(): Query<M, Given, Mode, Item> {
    const plan = copy(this.#plan)
    plan.reverse = true
    return new Query(plan)
  }

  /**
   * Only items that pass the condition. The others are read, and paid for, all the same. Called again: and.
   *
   * ```ts
   * db.query(Fruit).where(key).filter({ weight: gt(3) }).limit(20)
   * ```
   */
  filter(condition: ConditionInput<InputOf<M>>): this {
    const { options } = this.#plan
    return this.with({ ...options, filters: [...options.filters, conditionOf(condition)] })
  }

  /**
   * Without what has expired by the time of the read, which DynamoDB removes only later. The others are read, and paid for,
   * all the same.
   *
   * ```ts
   * const sessions = await db.query(Session).where({ user: 'ann' }).unexpired()
   * ```
   */
  get unexpired(): WhenReady<NotExpiring<M>, () => Query<M, Given, Mode, Item>> {
    return whenReady(() => new Query(unexpired(this.#plan)))
  }

  /** Reads these attributes and no others. What is read costs as much as whole items do. */
  only<K extends keyof Item & string>(name: K, ...names: readonly K[]): Query<M, Given, Mode, Pick<Item, K>> {
    const { models, options } = this.#plan
    const only = [name, ...names]
    checkNames(models, only)
    return new Query({ ...this.#plan, options: { ...options, only } })
  }

  /**
   * Starts behind an item, or the key of one, in the order of the query. It need not be there any more. On an index, the key is
   * that of the table and of the index.
   *
   * ```ts
   * db.query(Score).where({ board }).on('byScore').startingAfter({ player, board, score: 7 })
   * ```
   */
  startingAfter(item: BehindOf<M, Mode>): this {
    const { models, options } = this.#plan
    return this.with({ ...options, after: snapshotOf(item, models[0].attributes) })
  }

  /** The command, for those who send it in other ways. */
  get ' command'(): Ask<this[' problem'], Command<'Query'>> {
    const plan = this.#plan
    return askOf({
      model: this.model,
      operation: 'Query',
      compile: () => compileNow(plan),
      beside: () => besideOf(plan)
    })
  }

  /** The input of the first Query; nothing is sent. Throws IncompleteQuery, InvalidKey, InvalidCondition. */
  get compile(): WhenReady<this[' problem'], () => QueryCommandInput> {
    return whenReady(compileIt)
  }

  /** What the events of its requests are labelled with: see `connect({ onRequest })`. Throws InvalidRequest. */
  label(label: string): this {
    return new Query(labelled(this.#plan, label)) as this // of the same type parameters
  }

  protected get model(): string {
    return this.#plan.models[0].name
  }

  protected get options() {
    return this.#plan.options
  }

  protected with(options: Plan['options']): this {
    return new Query({ ...this.#plan, options }) as this // of the same type parameters
  }

  protected async run(): Promise<Item[]> {
    return allOf(readingOf<Item>(this.#plan))
  }

  ' prepare'(): Run<Item> {
    return runOf<Item>(this.#plan)
  }

  /** The plan of a query, for those who make something of all its items; `undefined` of what is none. */
  static plan(query: unknown): Plan | undefined {
    return query instanceof Query ? query.#plan : undefined
  }
}

const planOf = (query: unknown): Plan => {
  const plan = Query.plan(query)
  if (plan === undefined) throw new TypeError('A method of a query was called without its query.')
  return plan
}

// Functions for all queries: one made anew by each would take as long as a step of its own.

function onStormIndex<Next>(this: unknown): Next {
  return new Query(onIndex(planOf(this), STORM_INDEX)) as Next // of the type parameters that the method says
}

function compileIt(this: unknown): QueryCommandInput {
  return compileNow(planOf(this))
}

const compileNow = (plan: Plan): QueryCommandInput => {
  const { limit, options } = plan
  const { input, isSparse } = prepareQuery(plan)
  return firstInput({ input, limit, pageSize: options.pageSize, isSparse })
}

const besideOf = (plan: Plan): Beside | undefined => {
  const { limit, options } = plan
  if (options.onInvalid !== undefined) return 'skipInvalid'
  if ((options.filters.length > 0 || options.expiry) && limit !== undefined) return 'limit'
  return prepareQuery(plan).bound.check && 'range'
}
