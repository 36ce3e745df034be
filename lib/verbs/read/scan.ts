import type { ScanCommandInput } from '@aws-sdk/client-dynamodb'
import { UNUSED } from '../../alive.ts'
import { labelled, type Target } from '../../driver/target.ts'
import { InvalidRequest } from '../../errors.ts'
import type { ConditionInput } from '../../expressions/grammar.ts'
import { conditionOf } from '../../expressions/operators.ts'
import { scopeOfScan } from '../../plan/read/cursor-scope.ts'
import type { Definitions } from '../../plan/read/models.ts'
import { checkNames, type ReadOptions } from '../../plan/read/options.ts'
import { firstInput } from '../../plan/read/query.ts'
import { prepareScan } from '../../plan/read/scan.ts'
import type { QueryMode } from '../../plan/read/where.ts'
import type { StormIndex } from '../../schema/layout-types.ts'
import type { AnyModel, InputOf, Shown } from '../../schema/shape.ts'
import { STORM_INDEX } from '../../storm.ts'
import { type WhenReady, whenReady } from '../builder/if-runnable.ts'
import {
  type AnyTagged,
  type Chosen,
  type Grouped,
  grouped,
  type SharedCondition,
  type SharedNames,
  type TaggedItem,
  tagged,
  taggerOf
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
import { checkCount, Read, type Run } from './read.ts'
import { allOf, type Reading } from './reading.ts'
import { keyFacts } from './run-query.ts'
import { parallel, segmentOf } from './segments.ts'

interface Plan {
  readonly target: Target
  readonly models: Definitions
  /** Whether each item comes with the name of its model. */
  readonly isTagged: boolean
  readonly limit: number | undefined
  readonly index: string | undefined
  readonly consistent: boolean
  readonly segments: number | undefined
  readonly options: ReadOptions
  /** Whether the caller reads the whole rows by itself. Only updates and deletes of all items set it. */
  readonly isWhole?: boolean
}

type ScannedItem<M extends AnyModel, IsTagged, Only extends string, Mode extends QueryMode> = IsTagged extends true
  ? TaggedItem<M, Only, Mode>
  : Chosen<M, Only, Mode>

type Scanned<M extends AnyModel, IsTagged, Only extends string, Mode extends QueryMode> = IsTagged extends true
  ? Shown<Grouped<M, Only, Mode>>
  : ScannedItem<M, IsTagged, Only, Mode>[]

/**
 * Scans the whole table, and returns the items of some models in no particular order. Every item of the table counts
 * and costs. For one model it returns items; for several the same as a query of several models. Immutable. Made by
 * `db.scan`.
 */
export class Scan<
  M extends AnyModel,
  IsTagged extends boolean,
  Only extends string = never,
  Mode extends QueryMode = 'table'
> extends Read<ScannedItem<M, IsTagged, Only, Mode>, Scanned<M, IsTagged, Only, Mode>> {
  declare readonly ' models': M
  declare readonly ' problem': never
  declare readonly ' mode': Mode
  protected override get operation() {
    return 'Scan' as const
  }
  static readonly alive: object = new Scan(UNUSED)
  readonly #plan: Plan

  constructor(plan: Plan) {
    super()
    this.#plan = plan
  }

  /**
   * Keeps only items that pass the condition, on attributes that all the models share with the same type. Calls combine
   * with AND.
   */
  filter(condition: IsTagged extends true ? SharedCondition<M> : ConditionInput<InputOf<M>>): this {
    const { options } = this.#plan
    return this.with({ ...options, filters: [...options.filters, conditionOf(condition)] })
  }

  /** Leaves out expired items: DynamoDB deletes them only later. The scan still reads and pays for them. */
  get unexpired(): WhenReady<NotExpiring<M>, () => Scan<M, IsTagged, Only, Mode>> {
    return whenReady(() => new Scan(unexpired(this.#plan)))
  }

  /** Reads only these attributes, which all the models must have. */
  only<K extends SharedNames<M>>(name: K, ...names: readonly K[]): Scan<M, IsTagged, K, Mode> {
    const { models, options } = this.#plan
    const only = [name, ...names]
    checkNames(models, only)
    return new Scan({ ...this.#plan, options: { ...options, only } })
  }

  /** Returns at most this many items in all. */
  limit(items: number): this {
    return new Scan({ ...this.#plan, limit: checkCount(this.model, 'limit', items) }) as this // same type parameters
  }

  /** Reads strongly consistently: sees every earlier write, and costs twice the read units. Not for a global index. */
  get consistent(): WhenReady<
    NotConsistent<M, Mode>,
    () => Scan<M, IsTagged, Only, Mode extends 'table' ? 'consistent' : Mode>
  > {
    return whenReady(() => {
      const plan = { ...this.#plan, consistent: true }
      checkMode(plan, plan.index)
      return new Scan(plan)
    })
  }

  /**
   * Scans an index instead of the table, across all its partitions. DynamoDB reads and charges for every item of the
   * index, also those of other models.
   *
   * ```ts
   * const flagged = await db.scan(Job).on('byFlag')
   * ```
   */
  on<N extends keyof M[' shape']['table']['layout']['indexes'] & string>(
    index: N & OnIndex<M, Mode, N>
  ): Scan<M, IsTagged, Only, N> {
    return new Scan(onIndex(this.#plan, index))
  }

  /** Reads GSI1 of STORM's table. The same as `.on('GSI1')`. */
  get onGsi1(): WhenReady<NotOnIndex<M, Mode, StormIndex>, () => Scan<M, IsTagged, Only, StormIndex>> {
    return whenReady(() => new Scan(onIndex(this.#plan, STORM_INDEX)))
  }

  /**
   * Scans this many segments of the table in parallel. It holds at most two pages of each. Not for `page()`.
   *
   * ```ts
   * for await (const user of db.scan(User).segments(4)) …
   * ```
   */
  segments(count: number): this {
    return new Scan({ ...this.#plan, segments: checkCount(this.model, 'segments', count) }) as this // same type parameters
  }

  /** Returns the input of the first Scan request, with segments() that of the first segment. Sends nothing. */
  compile(): ScanCommandInput {
    return firstInput(this[' prepare']().reading(false))
  }

  /** Labels the events of its requests: see `connect({ onRequest })`. Throws InvalidRequest. */
  label(label: string): this {
    return new Scan(labelled(this.#plan, label)) as this // same type parameters
  }

  protected get model(): string {
    return this.#plan.models[0].name
  }

  protected get options() {
    return this.#plan.options
  }

  protected with(options: ReadOptions): this {
    return new Scan({ ...this.#plan, options }) as this // same type parameters
  }

  protected async run(): Promise<Scanned<M, IsTagged, Only, Mode>> {
    const { models, isTagged } = this.#plan
    const items: unknown = await allOf(this[' prepare']().reading(false))
    const all: unknown = isTagged ? grouped(models, items as AnyTagged[]) : items // tagged() made them
    return all as Scanned<M, IsTagged, Only, Mode> // the type that db.scan declares
  }

  ' prepare'(): Run<ScannedItem<M, IsTagged, Only, Mode>> {
    const plan = this.#plan
    const { target, models, isTagged, limit, index, segments, options } = plan
    const inputOf = (only: typeof options.only) => {
      const input = prepareScan({ table: target.table, ...plan, options: { ...options, only } })
      return segments === undefined ? input : segmentOf(input, 0, segments)
    }
    const reading = (isCount: boolean): Reading<ScannedItem<M, IsTagged, Only, Mode>> => ({
      target,
      models,
      operation: 'Scan',
      input: inputOf(isCount ? [] : options.only),
      limit,
      pageSize: options.pageSize,
      isSparse: true,
      segments,
      parallel: segments === undefined ? undefined : parallel,
      signal: options.signal,
      accept: taggerOf(plan, isCount, false, undefined, isTagged ? tagged : item => item) as Reading<
        ScannedItem<M, IsTagged, Only, Mode>
      >['accept'] // the model's own fields decoded it
    })
    const scope = () => {
      if (segments !== undefined) throw new InvalidRequest(this.model, 'page() reads one page, and not segments()')
      return scopeOfScan({ table: target.table, models, index, reverse: false, options })
    }
    const facts = () => ({ models: models.map(({ name }) => name), where: {}, isWide: false, ...keyFacts(plan) })
    return { reading, scope, facts }
  }

  /** The plan of a scan, for code that processes all its items; `undefined` if the argument is no scan. */
  static plan(scan: unknown): Plan | undefined {
    return scan instanceof Scan ? scan.#plan : undefined
  }
}
