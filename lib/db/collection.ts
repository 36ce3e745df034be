import type { QueryCommandInput } from '@aws-sdk/client-dynamodb'
import { type CollectionPlan, type CollectionProblem, prepareCollection, scopeOfMany } from '../commands/collection.ts'
import type { QueryMode } from '../commands/where.ts'
import { InvalidRequest } from '../errors.ts'
import type { ConditionInput } from '../expressions/grammar.ts'
import type { AnyModel, IndexPartitionNames, InputOf, KeyInput, PartitionNames } from '../model/shape.ts'
import type { Target } from '../table/target.ts'
import { checkCount, Read, type Run } from './read.ts'
import { allOf, type Reading } from './reading.ts'
import type { Ready } from './ready.ts'
import { type Grouped, grouped, type TaggedItem, taggerOf } from './tagged.ts'

interface Plan extends CollectionPlan {
  readonly target: Target
  readonly limit: number | undefined
}

type PartitionInput<F extends AnyModel> = KeyInput<
  F['~shape'],
  PartitionNames<F['~shape']> | IndexPartitionNames<F['~shape']>
>

/**
 * Reads the items that several models have in one partition. Awaited, it gives them by model; in `for await`, tagged and
 * in the order of their keys. Made by `db.query` with several models.
 */
export class Collection<
  Problem extends string,
  F extends AnyModel,
  M extends AnyModel,
  Given extends string = never,
  Mode extends QueryMode = 'table'
> extends Read<Problem, TaggedItem<M>, Grouped<M>> {
  declare readonly '~given': Given
  declare readonly '~mode': Mode
  readonly #plan: Plan

  constructor(plan: Plan) {
    super()
    this.#plan = plan
  }

  /** The values of the partition key, PK or with onGsi1 GSI1PK, as the first model names them. */
  where<K extends keyof PartitionInput<F> & string = never>(
    values: Pick<PartitionInput<F>, K>
  ): Collection<CollectionProblem<F, M, Given | K, Mode>, F, M, Given | K, Mode> {
    return new Collection({ ...this.#plan, where: { ...this.#plan.where, ...values } })
  }

  /** Reads GSI1 instead of the table. The index has no strongly consistent reads. */
  onGsi1(): Collection<CollectionProblem<F, M, Given, 'GSI1'>, F, M, Given, 'GSI1'> {
    return new Collection({ ...this.#plan, mode: 'GSI1' })
  }

  /** Only items that pass the condition, which must mean the same in all models. Called again: and. */
  filter(condition: ConditionInput<InputOf<M>>): this {
    const { options } = this.#plan
    return this.with({ ...options, filters: [...options.filters, condition] })
  }

  /** At most this many items in all. */
  limit(items: number): this {
    return new Collection({ ...this.#plan, limit: checkCount(this.model, 'limit', items) }) as this // same parameters
  }

  /** From the last sort key to the first. */
  reverse(): this {
    return new Collection({ ...this.#plan, reverse: true }) as this // of the same type parameters
  }

  /** The input of the first Query; nothing is sent. */
  compile(this: Ready<Problem>): QueryCommandInput {
    if (!(this instanceof Collection)) throw new TypeError('compile() was called without its query.')
    return this.prepare().reading(false).input
  }

  protected get model(): string {
    return this.#plan.models[0].name
  }

  protected get options() {
    return this.#plan.options
  }

  protected with(options: Plan['options']): this {
    if (options.after !== undefined) throw new InvalidRequest(this.model, 'startingAfter() is for one model')
    return new Collection({ ...this.#plan, options }) as this // of the same type parameters
  }

  protected async gather(): Promise<Grouped<M>> {
    const items = await allOf(this.prepare().reading(false))
    return grouped(this.#plan.models, items) as Grouped<M> // each by the fields of its own model
  }

  protected prepare(): Run<TaggedItem<M>> {
    const plan = this.#plan
    const { target, models, limit, mode, options } = plan
    const reading = (isCount: boolean): Reading<TaggedItem<M>> => ({
      target,
      operation: 'Query',
      input: prepareCollection(isCount ? { ...plan, options: { ...options, only: [] } } : plan),
      limit,
      pageSize: options.pageSize,
      isSparse: options.filters.length > 0,
      signal: options.signal,
      accept: taggerOf(models, mode !== 'GSI1', options, isCount) as Reading<TaggedItem<M>>['accept'] // by their fields
    })
    return {
      reading,
      scope: () => scopeOfMany(models, prepareCollection(plan)),
      facts: () => ({ models: models.map(({ name }) => name), where: plan.where, isWide: false }),
      isReversible: true
    }
  }
}
