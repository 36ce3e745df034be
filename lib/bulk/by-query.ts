import { randomUUID } from 'node:crypto'
import { type Course, Delivery, type Failure, notify } from '../driver/delivery.ts'
import { metered, metersAsHere } from '../driver/meter.ts'
import { Stop } from '../driver/signals.ts'
import { tableOf } from '../driver/target.ts'
import { countOf } from '../errors/describe.ts'
import {
  type BulkUndone,
  checkFlag,
  checkFunction,
  checkGiven,
  checkOptions,
  InvalidRequest,
  type ItemKey
} from '../errors.ts'
import { plainKey } from '../schema/plain-key.ts'
import type { Usage } from '../usage.ts'
import { Bulk, COURSE } from '../verbs/batch/bulk.ts'
import { Packer, type WriteEntry } from '../verbs/batch/requests.ts'
import { sendWrites } from '../verbs/batch/write.ts'
import { DryRun } from './dry-run.ts'
import { BulkIncomplete } from './incomplete.ts'
import { isRefused, KNOWN_MS, oldest } from './known.ts'
import { missed } from './missed.ts'
import { Pace } from './pace.ts'
import { checkRates, type Rates } from './rate.ts'
import { REST, type Rest, readRest, writeRest } from './rest.ts'
import { type Source, sourceOf } from './source.ts'
import { type Row, Walk } from './walk.ts'

/** The outcome for the items of a read. */
export interface Outcome {
  /** How many items were deleted or updated. */
  readonly done: number
  /**
   * How many items were skipped since they changed after they were read, and no longer fit the read or the condition.
   */
  readonly changed: number
  /** How many items no longer existed. */
  readonly gone: number
  /** The requests sent, and their cost. */
  readonly usage: Usage
}

/** An item that was skipped. */
export interface Skipped {
  readonly model: string
  readonly key: ItemKey
  readonly why: 'changed' | 'gone'
  /** The stored item, if there is one and DynamoDB returned it. */
  readonly item: unknown
}

/** A write of a row by its own request, which is refused if the row has changed. */
interface Single {
  readonly id: string
  readonly row: Row
  act(isRetry: boolean): Promise<unknown>
}

/** A write of a row as part of a batch. */
interface Batched extends WriteEntry {
  readonly row: Row
}

export type Entry = Single | Batched

/** The work to do on the rows of a read. */
export interface Job {
  /** The attributes of rows that the work needs besides keys. */
  readonly only: readonly string[]
  /** Makes the write for a row; `undefined` if the row needs none. */
  entry(row: Row, run: string, signal: AbortSignal): Entry | undefined
  /** Whether some writes must not be repeated. A resumed run then relies on DynamoDB still knowing their tokens. */
  readonly isOnce: boolean
  /** The approximate number of write units for a row. */
  units(row: Row): number
}

export interface Plan {
  readonly read: unknown
  readonly course: Course
  readonly rates: Rates
  readonly isUnchecked: boolean
  readonly onSkipped: ((skipped: Skipped) => unknown) | undefined
  readonly rest: string | undefined
  /** Whether items that an earlier run left over count as done. */
  readonly isLeftDone: boolean
}

export const planOf = (read: unknown): Plan => ({
  read,
  course: COURSE,
  rates: {},
  isUnchecked: false,
  onSkipped: undefined,
  rest: undefined,
  isLeftDone: false
})

/** Writes each item that a read finds. Immutable. Each `await` reads again. */
export abstract class ByQuery extends Bulk<Outcome> {
  protected abstract override readonly verb: BulkUndone['verb']
  protected abstract readonly plan: Plan
  protected abstract copy(plan: Plan): this
  /** Plans the work. Throws if it cannot be done on any item. */
  protected abstract job(source: Source): Job | Promise<Job>

  /**
   * Limits the average units used per second. Each request waits for the units that earlier ones used, as DynamoDB
   * reports them. `pageSize()` of the read makes pages cheaper. Throws InvalidRequest.
   *
   * ```ts
   * await deleteAll(read).perSecond({ writeUnits: 100, readUnits: 50 })
   * ```
   */
  perSecond(rates: Rates): this {
    return this.copy({ ...this.plan, rates: checkRates(this.verb, rates) })
  }

  /**
   * Also writes items that changed after they were read, and no longer pass the read's filter or have moved in its
   * index. It still checks `t.version()`, and the `.if()` of an update.
   */
  unchecked(): this {
    return this.copy({ ...this.plan, isUnchecked: true })
  }

  /** Called for each skipped item. If it throws or rejects, the run ends. */
  onSkipped(listener: (skipped: Skipped) => unknown): this {
    return this.copy({ ...this.plan, onSkipped: checkFunction(this.verb, listener, 'onSkipped() ') })
  }

  /**
   * Continues an earlier run of the same read, by the `rest` of its BulkIncomplete. It reads the left-over items again
   * and writes them, except those that DynamoDB knows were written and that must not be written twice. DynamoDB knows
   * this for only ten minutes; later, resume() throws. If you have checked the items of `error.left` yourself, pass
   * `isLeftDone: true` to skip them.
   */
  resume(rest: string, options: { readonly isLeftDone?: boolean } = {}): this {
    checkOptions(`${this.verb}: resume()`, options, ['isLeftDone'])
    checkGiven(this.verb, REST, rest, typeof rest === 'string') // without a rest, the run would do everything again
    const { isLeftDone = false } = options
    checkFlag(`${this.verb}: resume()`, 'isLeftDone', isLeftDone)
    return this.copy({ ...this.plan, rest, isLeftDone })
  }

  /** Writes nothing: reads what the run would read, counts the items and estimates the cost. */
  dryRun(): DryRun {
    const { read, course, rates } = this.plan
    const begin = async (source: Source) => {
      const job = await this.job(source)
      return { units: job.units, rest: this.#rest(source, job) }
    }
    return new DryRun({ read, course, rates, verb: this.verb, begin })
  }

  protected get operation() {
    return 'Each item'
  }

  protected get course(): Course {
    return this.plan.course
  }

  protected with(course: Course): this {
    return this.copy({ ...this.plan, course })
  }

  protected async run(): Promise<Outcome> {
    const { read, course, onSkipped } = this.plan
    const { onProgress } = course
    // Requests sent by listeners do not count for the run.
    const heard = {
      onSkipped: onSkipped && metersAsHere(onSkipped),
      onProgress: onProgress && metersAsHere(onProgress)
    }
    const source = sourceOf(this.verb, read)
    const job = await this.job(source)
    const rest = this.#rest(source, job)
    const stop = new Stop(course.signal, source.signal)
    try {
      const { result } = await metered(usage => this.#carry(source, job, rest, stop.signal, usage, heard))
      return result
    } finally {
      stop.release()
    }
  }

  #rest(source: Source, { isOnce }: Job): Rest | undefined {
    const { rest: text, isLeftDone } = this.plan
    if (text === undefined) return undefined
    const rest = readRest(this.verb, source.scope(), text)
    if (isLeftDone) return { ...rest, left: [] }
    if (isOnce && rest.left.length > 0 && Date.now() - rest.at > KNOWN_MS)
      throw new InvalidRequest(
        this.verb,
        `resume() comes too late to know which of the ${countOf(rest.left.length, 'item')} in error.left were updated: look at them, and give resume(rest, { isLeftDone: true })`
      )
    return rest
  }

  async #carry(
    source: Source,
    job: Job,
    rest: Rest | undefined,
    signal: AbortSignal,
    usage: () => Usage,
    { onSkipped, onProgress }: Pick<Plan, 'onSkipped'> & Pick<Course, 'onProgress'>
  ): Promise<Outcome> {
    const { target } = source
    const { course, rates } = this.plan
    const table = tableOf(target)
    const purpose = { signal, verb: this.verb.slice(0, -2), models: source.models }
    const tally = { done: 0, changed: 0, gone: 0 }
    const pace = new Pace(rates, usage)
    const walk = new Walk(source, job.only, rest)
    const run = rest?.run ?? randomUUID()
    const skip = async (model: string, key: ItemKey, why: Skipped['why'], item?: unknown) => {
      await notify('onSkipped', onSkipped, { model, key, why, item })
      tally[why]++ // an item counts once the listener was told of it
    }
    const send = async (entries: readonly Entry[], isRetry: boolean): Promise<Entry[]> => {
      const batch = entries.filter(isBatched)
      const left = batch.length === 0 ? [] : await sendWrites(target, table, purpose)(batch, isRetry)
      tally.done += batch.length - left.length
      let refused = 0
      for (const entry of entries) {
        if (isBatched(entry)) continue
        try {
          await entry.act(isRetry)
          tally.done++
        } catch (error) {
          const miss = missed(error)
          if (miss === undefined) {
            mayBeDone ||= job.isOnce && !isRefused(error)
            throw error
          }
          refused++
          const { stored, model } = entry.row
          await skip(model.name, plainKey(model.keyIn(stored)), miss.why, miss.item)
        }
      }
      pace.written(entries.length - left.length, refused)
      return left
    }
    let mayBeDone = false
    /** When each write may first have taken effect, in milliseconds since 1970. */
    const since = new Map(Array.from(walk.left.keys(), id => [id, rest?.at ?? 0]))
    const ending = new Stop(signal)
    const delivery = new Delivery<Entry>({ ...course, signal, onProgress }, send)
    const gone = (key: Row['stored']) => skip(source.models[0].name, plainKey(source.models[0].keyIn(key)), 'gone')
    async function* chunks(): AsyncGenerator<Entry[], void, undefined> {
      const packer = new Packer<Batched>()
      for await (const row of walk.rows(ending.signal, pace.reading(ending.signal), gone)) {
        const entry = job.entry(row, run, signal)
        walk.held = undefined
        // The read meets an item again if it has moved in its index.
        if (entry === undefined || delivery.open.has(entry.id)) continue
        delivery.open.set(entry.id, entry)
        const chunk = isBatched(entry) ? packer.add(entry) : [entry]
        if (chunk === undefined) continue
        await pace.writing(chunk.length, ending.signal)
        if (job.isOnce && !since.has(entry.id)) since.set(entry.id, Date.now())
        yield chunk
      }
      const last = packer.take()
      if (last === undefined) return
      await pace.writing(last.length, ending.signal)
      yield last
    }
    try {
      const failure = await delivery.run(chunks())
      if (failure === undefined) return { ...tally, usage: usage() }
      const rows = [...Array.from(delivery.open.values(), ({ row }) => row), ...(walk.held ? [walk.held] : [])]
      const left = [...rows.map(({ stored }) => stored), ...walk.left.values()]
      const at = oldest(rows, walk.left.keys(), since)
      // A run that never began cannot be resumed.
      const isBegun =
        failure.isPassing || mayBeDone || rest !== undefined || Object.values(tally).some(count => count > 0)
      if (!isBegun) throw failure.cause
      throw this.#incomplete(failure, source, { ...tally, usage: usage() }, { run, at, ...walk, left })
    } finally {
      ending.abort()
      ending.release()
    }
  }

  #incomplete({ why, cause }: Failure, source: Source, outcome: Outcome, rest: Rest): BulkIncomplete {
    const left = rest.left.map(row => plainKey(source.models[0].keyIn(row)))
    const text = writeRest(this.verb, source.scope(), rest)
    return new BulkIncomplete(why, { verb: this.verb, ...outcome, left, rest: text }, { cause })
  }
}

const isBatched = (entry: Entry): entry is Batched => 'request' in entry
