import type { ScanCommandInput } from '@aws-sdk/client-dynamodb'
import type { Target } from '../../driver/target.ts'
import { InvalidRequest } from '../../errors.ts'
import type { ConditionInput } from '../../expressions/grammar.ts'
import { conditionOf } from '../../expressions/operators.ts'
import { type Definitions, prepareScan } from '../../plan/read/collection.ts'
import { scopeOfScan } from '../../plan/read/cursor-scope.ts'
import type { ReadOptions } from '../../plan/read/options.ts'
import type { QueryMode } from '../../plan/read/where.ts'
import type { AnyModel, InputOf, ItemOf, NotInIndex } from '../../schema/shape.ts'
import {
  checkNames,
  type Grouped,
  grouped,
  type SharedCondition,
  type SharedNames,
  type TaggedItem,
  taggerOf
} from './by-model.ts'
import { NO_CONSISTENT_INDEX } from './query.ts'
import { checkCount, Read, type Run } from './read.ts'
import { allOf, firstInput, type Reading } from './reading.ts'

interface Plan {
  readonly target: Target
  readonly models: Definitions
  /** Whether items are told apart by their model. */
  readonly isTagged: boolean
  readonly limit: number | undefined
  readonly mode: QueryMode
  readonly segments: number | undefined
  readonly options: ReadOptions
}

type ScannedItem<M extends AnyModel, IsTagged, Only extends string> = IsTagged extends true
  ? TaggedItem<M, Only>
  : [Only] extends [never]
    ? ItemOf<M>
    : Pick<ItemOf<M>, Only & keyof ItemOf<M>>

type Scanned<M extends AnyModel, IsTagged, Only extends string> = IsTagged extends true
  ? Grouped<M, Only>
  : ScannedItem<M, IsTagged, Only>[]

/** What the compiler says of models that have no index key. */
type Unindexed<M> = M extends AnyModel
  ? M['~shape']['gsi1'] extends undefined
    ? NotInIndex<M['~shape']['name']>
    : never
  : never

/**
 * Reads the whole table, and gives the items of some models, in no particular order: all that is in the table is paid
 * for. Of one model it gives items, of several what a query of several models gives. Made by `db.scan`.
 */
export class Scan<
  M extends AnyModel,
  IsTagged extends boolean,
  Only extends string = never,
  Mode extends QueryMode = 'table'
> extends Read<never, ScannedItem<M, IsTagged, Only>, Scanned<M, IsTagged, Only>> {
  declare readonly '~models': M
  declare readonly '~mode': Mode
  protected override get operation() {
    return 'Scan' as const
  }
  readonly #plan: Plan

  constructor(plan: Plan) {
    super()
    this.#plan = plan
  }

  /** Only items that pass the condition, of attributes that all the models have, alike. Called again: and. */
  filter(condition: IsTagged extends true ? SharedCondition<M> : ConditionInput<InputOf<M>>): this {
    const { options } = this.#plan
    return this.with({ ...options, filters: [...options.filters, conditionOf(condition)] })
  }

  /** Reads these attributes, which all the models have, and no others. */
  only<K extends SharedNames<M>>(name: K, ...names: readonly K[]): Scan<M, IsTagged, K, Mode> {
    const { models, options } = this.#plan
    const only = [name, ...names]
    checkNames(models, only)
    return new Scan({ ...this.#plan, options: { ...options, only } })
  }

  /** At most this many items in all. */
  limit(items: number): this {
    return new Scan({ ...this.#plan, limit: checkCount(this.model, 'limit', items) }) as this // same parameters
  }

  /** Reads what every earlier write left, at twice the read units. Not on GSI1. */
  consistent(this: Mode extends 'GSI1' ? typeof NO_CONSISTENT_INDEX : unknown): Scan<M, IsTagged, Only, 'consistent'> {
    const plan = planOf(this)
    if (plan.mode === 'GSI1') throw new InvalidRequest(plan.models[0].name, NO_CONSISTENT_INDEX)
    return new Scan({ ...plan, mode: 'consistent' })
  }

  /**
   * Reads GSI1 instead of the table: the items that are in the index, whatever their partition. All that is in the index is
   * read and paid for, other models' items too.
   *
   * ```ts
   * const flagged = await db.scan(Job).onGsi1()
   * ```
   */
  onGsi1(
    this: [Unindexed<M>] extends [never]
      ? Mode extends 'consistent'
        ? typeof NO_CONSISTENT_INDEX
        : unknown
      : Unindexed<M>
  ): Scan<M, IsTagged, Only, 'GSI1'> {
    const plan = planOf(this)
    const [first] = plan.models
    if (plan.mode === 'consistent') throw new InvalidRequest(first.name, NO_CONSISTENT_INDEX)
    checkIndexed(plan.models)
    return new Scan({ ...plan, mode: 'GSI1' })
  }

  /** Reads this many parts of the table at the same time. At most two pages of each are held. Not for `page()`. */
  segments(count: number): this {
    return new Scan({ ...this.#plan, segments: checkCount(this.model, 'segments', count) }) as this // same parameters
  }

  /** The input of the first Scan, with segments() that of the first segment; nothing is sent. */
  compile(): ScanCommandInput {
    return firstInput(this.prepare().reading(false))
  }

  protected get model(): string {
    return this.#plan.models[0].name
  }

  protected get options() {
    return this.#plan.options
  }

  protected with(options: ReadOptions): this {
    return new Scan({ ...this.#plan, options }) as this // of the same type parameters
  }

  protected async gather(): Promise<Scanned<M, IsTagged, Only>> {
    const { models, isTagged } = this.#plan
    const items: unknown = await allOf(this.prepare().reading(false))
    const all: unknown = isTagged ? grouped(models, items as { model: string; item: unknown }[]) : items
    return all as Scanned<M, IsTagged, Only> // as db.scan says
  }

  protected prepare(): Run<ScannedItem<M, IsTagged, Only>> {
    const { target, models, isTagged, limit, mode, segments, options } = this.#plan
    const prepared = (only = options.only) => prepareScan(target.table, models, mode, { ...options, only })
    const reading = (isCount: boolean): Reading<ScannedItem<M, IsTagged, Only>> => {
      const tag = taggerOf(models, false, options, isCount)
      return {
        target,
        operation: 'Scan',
        input: prepared(isCount ? [] : options.only),
        limit,
        pageSize: options.pageSize,
        isSparse: true,
        segments,
        signal: options.signal,
        accept: stored => {
          const tagged = tag(stored)
          const item: unknown = isTagged ? tagged : tagged?.item
          return item as ScannedItem<M, IsTagged, Only> | undefined // decoded by the model's own fields
        }
      }
    }
    const scope = () => {
      if (segments !== undefined) throw new InvalidRequest(this.model, 'page() reads one page, and not segments()')
      return scopeOfScan({ table: target.table, models, mode, reverse: false, options })
    }
    const facts = () => ({ models: models.map(({ name }) => name), where: {}, isWide: false })
    return { reading, scope, facts }
  }

  /** The plan of a scan whose type, being a `this` parameter, is only known to be ready. */
  static plan(scan: unknown): Plan {
    if (!(scan instanceof Scan)) throw new TypeError('A method of a scan was called without its scan.')
    return scan.#plan
  }
}

const planOf = Scan.plan

/** Refuses models that have no index key. */
const checkIndexed = (models: Definitions): void => {
  for (const model of models) void model.index
}
