import type { QueryCommandInput } from '@aws-sdk/client-dynamodb'
import type { Target } from '../../driver/target.ts'
import { InvalidRequest } from '../../errors.ts'
import type { ConditionInput } from '../../expressions/grammar.ts'
import { conditionOf } from '../../expressions/operators.ts'
import { snapshotOf } from '../../fields/snapshot.ts'
import type { Beside, Command } from '../../plan/command.ts'
import { prepareQuery, type QueryPlan, scopeOf, startKeyOf } from '../../plan/read/query.ts'
import { passesCheck } from '../../plan/read/sort-bound.ts'
import {
  type GivenBy,
  type OnlyKeys,
  type QueryMode,
  type WhereInput,
  type WhereProblem,
  whereOf
} from '../../plan/read/where.ts'
import type { StoredItem } from '../../schema/definition.ts'
import type { AnyModel, InputOf, ItemOf, KeyOf, NotInIndex } from '../../schema/shape.ts'
import { type Ask, askOf, type Ready } from '../builder/if-runnable.ts'
import { decoderOf } from './decode.ts'
import { checkCount, Read, type Run } from './read.ts'
import { allOf, firstInput, type Reading } from './reading.ts'

interface Plan extends QueryPlan {
  readonly target: Target
  readonly limit: number | undefined
}

/** A plan to change: member by member, since a spread is slow once plans of many shapes have passed through it. */
const copy = (plan: Plan): { -readonly [K in keyof Plan]: Plan[K] } => ({
  target: plan.target,
  table: plan.table,
  model: plan.model,
  where: plan.where,
  mode: plan.mode,
  reverse: plan.reverse,
  limit: plan.limit,
  options: plan.options
})

/** What the compiler says, and the run time throws, of consistent reads on GSI1. */
export const NO_CONSISTENT_INDEX = 'GSI1 has no consistent reads: drop .consistent()'

/** Reads the items of one partition, of the table or of GSI1, in the order of their sort keys. Made by `db.query`. */
export class Query<
  Problem extends string,
  M extends AnyModel,
  Given extends string = never,
  Mode extends QueryMode = 'table',
  Item = ItemOf<M>
> extends Read<Problem, Item> {
  declare readonly '~given': Given
  declare readonly '~mode': Mode
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
  where<V extends WhereInput<M['~keys']>>(
    values: V & OnlyKeys<M['~shape'], V, keyof M['~keys']>
  ): Query<WhereProblem<M['~shape'], Given | GivenBy<V>, Mode>, M, Given | GivenBy<V>, Mode, Item> {
    const { model, where } = this.#plan
    const plan = copy(this.#plan)
    const given = whereOf(model.name, values)
    plan.where = given
    if (where === undefined) return new Query(plan)
    const twice = Object.keys(given).find(name => Object.hasOwn(where, name))
    if (twice !== undefined) throw new InvalidRequest(model.name, `where() was given ${twice} before`)
    plan.where = { ...where, ...given }
    return new Query(plan)
  }

  /** Reads GSI1 instead of the table. The index has no strongly consistent reads. */
  onGsi1(
    this: M['~shape']['gsi1'] extends undefined
      ? NotInIndex<M['~shape']['name']>
      : Mode extends 'consistent'
        ? typeof NO_CONSISTENT_INDEX
        : unknown
  ): Query<WhereProblem<M['~shape'], Given, 'GSI1'>, M, Given, 'GSI1', Item> {
    const plan = planOf(this)
    if (plan.mode === 'consistent') throw new InvalidRequest(plan.model.name, NO_CONSISTENT_INDEX)
    const onIndex = copy(plan)
    onIndex.mode = 'GSI1'
    return new Query(onIndex)
  }

  /** Reads what every earlier write left, at twice the read units. Not on GSI1. */
  consistent(
    this: Mode extends 'GSI1' ? typeof NO_CONSISTENT_INDEX : unknown
  ): Query<Problem, M, Given, 'consistent', Item> {
    const plan = planOf(this)
    if (plan.mode === 'GSI1') throw new InvalidRequest(plan.model.name, NO_CONSISTENT_INDEX)
    return new Query({ ...plan, mode: 'consistent' })
  }

  /** At most this many items in all, whatever a filter drops; without a filter no more than these are read. */
  limit(items: number): Query<Problem, M, Given, Mode, Item> {
    const plan = copy(this.#plan)
    plan.limit = checkCount(plan.model.name, 'limit', items)
    return new Query(plan)
  }

  /** From the last sort key to the first. */
  reverse(): Query<Problem, M, Given, Mode, Item> {
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

  /** Reads these attributes and no others. What is read costs as much as whole items do. */
  only<K extends keyof Item & string>(name: K, ...names: readonly K[]): Query<Problem, M, Given, Mode, Pick<Item, K>> {
    const { model, options } = this.#plan
    const only = [name, ...names]
    const unknown = only.find(name => model.attributes.field(name) === undefined)
    if (unknown !== undefined) throw new InvalidRequest(model.name, `only() is given ${unknown}, which is no attribute`)
    return new Query({ ...this.#plan, options: { ...options, only } })
  }

  /** Starts behind an item, or the key of one, in the order of the query. It need not be there any more. */
  startingAfter(item: KeyOf<M>): this {
    const { model, options } = this.#plan
    return this.with({ ...options, after: snapshotOf(item, model.attributes) })
  }

  /** The command, for those who send it in other ways. */
  get '~command'(): Ask<Problem, Command<'Query'>> {
    const plan = this.#plan
    const { model } = plan
    return askOf({
      model: model.name,
      operation: 'Query',
      compile: () => compileNow(plan),
      beside: () => besideOf(plan)
    })
  }

  /** The input of the first Query; nothing is sent. Throws IncompleteQuery, InvalidKey, InvalidCondition. */
  compile(this: Ready<Problem>): QueryCommandInput {
    return compileNow(planOf(this))
  }

  protected get model(): string {
    return this.#plan.model.name
  }

  protected get options() {
    return this.#plan.options
  }

  protected with(options: Plan['options']): this {
    return new Query({ ...this.#plan, options }) as this // of the same type parameters
  }

  protected gather(): Promise<Item[]> {
    return allOf(this.prepare().reading(false))
  }

  protected prepare(): Run<Item> {
    const plan = this.#plan
    const { model, where = {} } = plan
    return {
      reading: isCount => readingOf<Item>(plan, isCount),
      scope: () => scopeOf(plan),
      facts: () => ({ models: [model.name], where, isWide: prepareQuery(plan).check !== undefined })
    }
  }

  /** The plan of a query whose type, being a `this` parameter, is only known to be ready. */
  static plan(query: unknown): Plan {
    if (!(query instanceof Query)) throw new TypeError('A method of a query was called without its query.')
    return query.#plan
  }
}

const planOf = Query.plan

const compileNow = (plan: Plan): QueryCommandInput => {
  const { limit, options } = plan
  const prepared = prepareQuery(plan)
  const { input, isSparse } = prepared
  if (options.after !== undefined) input.ExclusiveStartKey = startKeyOf(plan, prepared)
  return firstInput({ input, limit, pageSize: options.pageSize, isSparse })
}

const besideOf = (plan: Plan): Beside | undefined => {
  const { limit, options } = plan
  if (options.onInvalid !== undefined) return 'skipInvalid'
  if (options.filters.length > 0 && limit !== undefined) return 'limit'
  return prepareQuery(plan).check && 'range'
}

const readingOf = <Item>(plan: Plan, isCount: boolean): Reading<Item> => {
  const { target, model, mode, limit, options } = plan
  const prepared = prepareQuery(isCount ? { ...plan, options: { ...options, only: [] } } : plan)
  const { input, check, isSparse } = prepared
  if (options.after !== undefined) input.ExclusiveStartKey = startKeyOf(plan, prepared)
  const { pageSize, signal } = options
  const decode = isCount ? () => true : decoderOf(model, options)
  // Prefixes cannot keep out every other model in a partition: `A#<a>` begins like `A#<a>#B#<b>`.
  const accept = (item: StoredItem): Item | undefined => {
    const { PK, SK } = item
    if (PK?.S === undefined || SK?.S === undefined) return undefined
    if (!model.claims({ PK: PK.S, SK: SK.S }, mode !== 'GSI1')) return undefined
    if (check !== undefined && !passesCheck(model, item, check)) return undefined
    return decode(item) as Item | undefined // decoded by the model's own fields
  }
  return { target, operation: 'Query', input, limit, pageSize, isSparse, signal, accept }
}
