import type { ScanCommandInput } from '@aws-sdk/client-dynamodb'
import { labelled, type Target } from '../../driver/target.ts'
import { InvalidRequest } from '../../errors.ts'
import type { ConditionInput } from '../../expressions/grammar.ts'
import { conditionOf } from '../../expressions/operators.ts'
import { scopeOfScan } from '../../plan/read/cursor-scope.ts'
import type { ReadOptions } from '../../plan/read/options.ts'
import type { Definitions } from '../../plan/read/query.ts'
import { prepareScan } from '../../plan/read/scan.ts'
import type { QueryMode } from '../../plan/read/where.ts'
import type { StormIndex } from '../../schema/layout-types.ts'
import type { AnyModel, InputOf, Shown } from '../../schema/shape.ts'
import { STORM_INDEX } from '../../storm.ts'
import { type WhenReady, whenReady } from '../builder/if-runnable.ts'
import {
  type Chosen,
  checkNames,
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
  type IndexOf,
  type NotConsistent,
  type NotExpiring,
  type NotOnIndex,
  type OnIndex,
  onIndex,
  unexpired
} from './mode.ts'
import { checkCount, Read, type Run } from './read.ts'
import { allOf, firstInput, type Reading } from './reading.ts'
import { keyFacts } from './run-query.ts'
import { parallel, segmentOf } from './segments.ts'

interface Plan {
  readonly target: Target
  readonly models: Definitions
  /** Whether items are told apart by their model. */
  readonly isTagged: boolean
  readonly limit: number | undefined
  readonly index: string | undefined
  readonly consistent: boolean
  readonly segments: number | undefined
  readonly options: ReadOptions
}

type ScannedItem<M extends AnyModel, IsTagged, Only extends string, Mode extends QueryMode> = IsTagged extends true
  ? TaggedItem<M, Only, Mode>
  : Chosen<M, Only, Mode>

type Scanned<M extends AnyModel, IsTagged, Only extends string, Mode extends QueryMode> = IsTagged extends true
  ? Shown<Grouped<M, Only, Mode>>
  : ScannedItem<M, IsTagged, Only, Mode>[]

/**
 * Reads the whole table, and gives the items of some models, in no particular order: all that is in the table is paid
 * for. Of one model it gives items, of several what a query of several models gives. Made by `db.scan`.
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

  /**
   * Without what has expired by the time of the read, which DynamoDB removes only later. The others are read, and paid for,
   * all the same.
   */
  get unexpired(): WhenReady<NotExpiring<M>, () => Scan<M, IsTagged, Only, Mode>> {
    return whenReady(() => new Scan(unexpired(this.#plan)))
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

  /** Reads what every earlier write left, at twice the read units. Not on a global index. */
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
   * Reads an index instead of the table: the items that are in the index, whatever their partition. All that is in the index
   * is read and paid for, other models' items too.
   *
   * ```ts
   * const flagged = await db.scan(Job).on('byFlag')
   * ```
   */
  on<N extends IndexOf<M>>(index: N & OnIndex<M, Mode, N>): Scan<M, IsTagged, Only, N> {
    return new Scan(onIndex(this.#plan, index))
  }

  /** Reads GSI1 of STORM's table instead of the table: the same as `.on('GSI1')`. */
  get onGsi1(): WhenReady<NotOnIndex<M, Mode, StormIndex>, () => Scan<M, IsTagged, Only, StormIndex>> {
    return whenReady(() => new Scan(onIndex(this.#plan, STORM_INDEX)))
  }

  /** Reads this many parts of the table at the same time. At most two pages of each are held. Not for `page()`. */
  segments(count: number): this {
    return new Scan({ ...this.#plan, segments: checkCount(this.model, 'segments', count) }) as this // same parameters
  }

  /** The input of the first Scan, with segments() that of the first segment; nothing is sent. */
  compile(): ScanCommandInput {
    return firstInput(this[' prepare']().reading(false))
  }

  /** What the events of its requests are labelled with: see `connect({ onRequest })`. Throws InvalidRequest. */
  label(label: string): this {
    return new Scan(labelled(this.#plan, label)) as this // of the same type parameters
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

  protected async run(): Promise<Scanned<M, IsTagged, Only, Mode>> {
    const { models, isTagged } = this.#plan
    const items: unknown = await allOf(this[' prepare']().reading(false))
    const all: unknown = isTagged ? grouped(models, items as { model: string; item: unknown }[]) : items
    return all as Scanned<M, IsTagged, Only, Mode> // as db.scan says
  }

  ' prepare'(): Run<ScannedItem<M, IsTagged, Only, Mode>> {
    const plan = this.#plan
    const { target, models, isTagged, limit, index, segments, options } = plan
    const inputOf = (only: typeof options.only) => {
      const input = prepareScan({ ...plan, table: target.table, options: { ...options, only } })
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
      >['accept'] // decoded by the model's own fields
    })
    const scope = () => {
      if (segments !== undefined) throw new InvalidRequest(this.model, 'page() reads one page, and not segments()')
      return scopeOfScan({ table: target.table, models, index, reverse: false, options })
    }
    const facts = () => ({ models: models.map(({ name }) => name), where: {}, isWide: false, ...keyFacts(plan) })
    return { reading, scope, facts }
  }

  /** The plan of a scan, for those who make something of all its items; `undefined` of what is none. */
  static plan(scan: unknown): Plan | undefined {
    return scan instanceof Scan ? scan.#plan : undefined
  }
}
