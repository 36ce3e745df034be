import type { QueryCommandInput } from '@aws-sdk/client-dynamodb'
import { UNUSED } from '../../alive.ts'
import { labelled, type Target } from '../../driver/target.ts'
import type { ConditionInput } from '../../expressions/grammar.ts'
import { conditionOf } from '../../expressions/operators.ts'
import { snapshotOf } from '../../fields/snapshot.ts'
import type { Command } from '../../plan/command.ts'
import type { Definitions } from '../../plan/read/models.ts'
import type { OnlyKeys } from '../../plan/read/only-keys.ts'
import { checkNames, NO_OPTIONS } from '../../plan/read/options.ts'
import { firstInput, lackingIn, prepareQuery, type QueryPlan } from '../../plan/read/query.ts'
import {
  type AtRunTime,
  type GivenBy,
  NOWHERE,
  type QueryMode,
  type WhereInput,
  type WhereProblem,
  whereOf
} from '../../plan/read/where.ts'
import type { Nothing, StormIndex } from '../../schema/layout-types.ts'
import type { AnyModel, InputOf, ItemOf } from '../../schema/shape.ts'
import { STORM_INDEX } from '../../storm.ts'
import { definitionOf } from '../builder/definition-of.ts'
import { type Ask, askOf, type WhenReady, whenReady } from '../builder/if-runnable.ts'
import {
  type BehindOf,
  checkMode,
  type NotConsistent,
  type NotExpiring,
  type NotOnIndex,
  type OnIndex,
  type Projected,
  unexpired
} from './mode.ts'
import { checkCount, Read, type Run } from './read.ts'
import { allOf } from './reading.ts'
import { readingOf, runOf } from './run-query.ts'

export interface Plan extends QueryPlan {
  readonly target: Target
  readonly limit: number | undefined
  /** Whether to read whole items also from an index that does not project all attributes. */
  readonly isWhole: boolean
}

/** A plan to change. It copies member by member, since a spread is slow once it has seen plans of many shapes. */
const copy = (plan: Plan): { -readonly [K in keyof Plan]: Plan[K] } => {
  const { target, table, models, where, index, consistent, reverse, limit, isWhole, options } = plan
  return { target, table, models, where, index, consistent, reverse, limit, isWhole, options }
}

const onIndex = (plan: Plan, index: string): Plan => {
  checkMode(plan, index)
  const there = copy(plan)
  there.index = index
  return there
}

/** Reads the items of one partition, of the table or an index, in sort key order. Immutable. Made by `db.query`. */
export class Query<
  M extends AnyModel,
  Given extends string = never,
  Mode extends QueryMode = 'table',
  Item = ItemOf<M>
> extends Read<Item> {
  declare readonly ' problem': WhereProblem<M[' shape'], Given, Mode>
  /** Contravariant: a query that was given more key attributes fits where fewer are required. */
  declare readonly ' given': (given: Given) => void
  declare readonly ' mode': Mode
  static readonly alive: object = new Query(UNUSED)
  readonly #plan: Plan

  constructor(plan: Plan) {
    super()
    this.#plan = plan
  }

  /**
   * Sets key attributes: all of PK (with onGsi1, of GSI1PK), and any number of SK's, from the left. The last one of SK
   * may be a range: `between`, `beginsWith`, `gt`, `gte`, `lt`, `lte`. Further calls add attributes.
   *
   * A range compares values, whatever follows them in the key: `gt('New')` finds `New York`. Items come in key order.
   * Where keys sort otherwise than values do, the query reads more rows than fit and drops the others.
   *
   * ```ts
   * db.query(Fruit).where({ apple: 'a', banana: 'b', date: between('2026-01-01', '2026-12-31') })
   * ```
   */
  where<V extends WhereInput<M[' keys']> = Nothing>(
    values: OnlyKeys<M[' shape'], V, M[' keys']>
  ): Query<M, Given | GivenBy<V, M[' keys']>, Mode, Item> {
    const plan = copy(this.#plan)
    plan.where = whereOf(plan.models[0], values, plan.where)
    return new Query(plan)
  }

  /**
   * For code that takes any model. The compiler no longer checks whether `where()` is complete; the run time throws
   * IncompleteQuery.
   *
   * ```ts
   * const list = <M extends AnyModel>(model: M, where: WhereOf<M>) => db.query(model).where(where).asGiven()
   * ```
   */
  asGiven(): Query<M, AtRunTime, Mode, Item> {
    return new Query(this.#plan)
  }

  /**
   * Reads an index instead of the table, by the index's partition and sort key. A global index has no strongly
   * consistent reads. An index that does not project all attributes returns only those it has.
   *
   * ```ts
   * db.query(Order).where({ status: 'open', placed: gt(day) }).on('GSI1')
   * ```
   */
  // The names as they are: of a type that has a name, the compiler would print that.
  on<N extends keyof M[' shape']['table']['layout']['indexes'] & string>(
    index: N & OnIndex<M, Mode, N>
  ): Query<M, Given, N, Projected<M, N, Item>> {
    return new Query(onIndex(this.#plan, index))
  }

  /** Reads GSI1 of STORM's table. The same as `.on('GSI1')`. */
  get onGsi1(): WhenReady<NotOnIndex<M, Mode, StormIndex>, () => Query<M, Given, StormIndex, Item>> {
    return whenReady(onStormIndex)
  }

  /** Reads strongly consistently: sees every earlier write, and costs twice the read units. Not for a global index. */
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
   * Reads whole items also from an index that does not project all attributes. keystorm reads the items of each page
   * again by BatchGetItem, 100 a request, which costs as much as reading them by key. It cancels an earlier `.only()`.
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

  /**
   * Returns at most this many items, not counting those a filter drops. Without a filter it reads no more than these.
   */
  limit(items: number): Query<M, Given, Mode, Item> {
    const plan = copy(this.#plan)
    plan.limit = checkCount(this.model, 'limit', items)
    return new Query(plan)
  }

  /** Reads in descending order of the sort key. */
  reverse(): Query<M, Given, Mode, Item> {
    const plan = copy(this.#plan)
    plan.reverse = true
    return new Query(plan)
  }

  /**
   * Keeps only items that pass the condition. The read still reads and pays for the others. Calls combine with AND.
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
   * Leaves out expired items: DynamoDB deletes them only later. The read still reads and pays for them.
   *
   * ```ts
   * const sessions = await db.query(Session).where({ user: 'ann' }).unexpired()
   * ```
   */
  get unexpired(): WhenReady<NotExpiring<M>, () => Query<M, Given, Mode, Item>> {
    return whenReady(() => new Query(unexpired(this.#plan)))
  }

  /** Reads only these attributes. The read units are those of whole items. */
  only<K extends keyof Item & string>(name: K, ...names: readonly K[]): Query<M, Given, Mode, Pick<Item, K>> {
    const { models, options } = this.#plan
    const only = [name, ...names]
    checkNames(models, only)
    return new Query({ ...this.#plan, options: { ...options, only } })
  }

  /**
   * Starts after an item or its key, in the order of the query. The item need not exist any more. On an index, give the
   * attributes of the table's key and of the index's.
   *
   * ```ts
   * db.query(Score).where({ board }).on('byScore').startingAfter({ player, board, score: 7 })
   * ```
   */
  startingAfter(item: BehindOf<M, Mode>): this {
    const { models, options } = this.#plan
    return this.with({ ...options, after: snapshotOf(item, models[0].attributes) })
  }

  /** The command, for code that sends it in another way, such as a state machine. */
  get ' command'(): Ask<this[' problem'], Command<'Query'>> {
    const plan = this.#plan
    const lacks = () => lackingIn(plan, plan.limit)
    return askOf({ model: this.model, operation: 'Query', compile: () => compileNow(plan), lacks })
  }

  /**
   * Returns the input of the first Query request. Sends nothing. Throws IncompleteQuery, InvalidKey, InvalidCondition.
   */
  get compile(): WhenReady<this[' problem'], () => QueryCommandInput> {
    return whenReady(compileIt)
  }

  /** Labels the events of its requests: see `connect({ onRequest })`. Throws InvalidRequest. */
  label(label: string): this {
    return new Query(labelled(this.#plan, label)) as this // same type parameters
  }

  protected get model(): string {
    return this.#plan.models[0].name
  }

  protected get options() {
    return this.#plan.options
  }

  protected with(options: Plan['options']): this {
    const plan = copy(this.#plan)
    plan.options = options
    return new Query(plan) as this // same type parameters
  }

  protected async run(): Promise<Item[]> {
    return allOf(readingOf<Item>(this.#plan))
  }

  ' prepare'(): Run<Item> {
    return runOf<Item>(this.#plan)
  }

  /** The plan of a query, for code that processes all its items; `undefined` if the argument is no query. */
  static plan(query: unknown): Plan | undefined {
    return query instanceof Query ? query.#plan : undefined
  }
}

/** The plan of a query that was given nothing yet. */
export const newPlan = <D extends Definitions>(target: Target, models: D) => ({
  target,
  table: target.table,
  models,
  where: NOWHERE,
  index: undefined,
  consistent: false,
  reverse: false,
  limit: undefined,
  isWhole: false,
  options: NO_OPTIONS
})

export const beginQuery = <M extends AnyModel>(target: Target, model: M): Query<M> =>
  new Query<M>(newPlan(target, [definitionOf('query()', model)]))

const noQuery = (): never => {
  throw new TypeError('A method of a query was called without its query.')
}

// All queries share these functions: to make a closure for each query takes as long as a step of the builder.

function onStormIndex<Next>(this: unknown): Next {
  return new Query(onIndex(Query.plan(this) ?? noQuery(), STORM_INDEX)) as Next // with the method's type parameters
}

function compileIt(this: unknown): QueryCommandInput {
  return compileNow(Query.plan(this) ?? noQuery())
}

const compileNow = (plan: Plan): QueryCommandInput => {
  const { limit, options } = plan
  const { input, isSparse } = prepareQuery(plan)
  return firstInput({ input, limit, pageSize: options.pageSize, isSparse })
}
