import { randomUUID } from 'node:crypto'
import { type Course, Delivery, type Failure, told } from '../driver/delivery.ts'
import { metered, metersAsHere } from '../driver/meter.ts'
import { Stop } from '../driver/signals.ts'
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
import { tableOf } from '../verbs/transact/together.ts'
import { DryRun } from './dry-run.ts'
import { BulkIncomplete } from './incomplete.ts'
import { isRefused, KNOWN_MS, oldest } from './known.ts'
import { missed } from './missed.ts'
import { Pace } from './pace.ts'
import { checkRates, type Rates } from './rate.ts'
import { REST, type Rest, readRest, writeRest } from './rest.ts'
import { type Source, sourceOf } from './source.ts'
import { type Row, Walk } from './walk.ts'

/** What became of the items of a read. */
export interface Outcome {
  /** How many were deleted, or updated. */
  readonly done: number
  /** How many were not, because they were changed since they were read: they do not fit the read any more, or not the condition. */
  readonly changed: number
  /** How many were not there any more. */
  readonly gone: number
  /** What was sent, and what it cost. */
  readonly usage: Usage
}

/** An item that was left alone. */
export interface Skipped {
  readonly model: string
  readonly key: ItemKey
  readonly why: 'changed' | 'gone'
  /** The item as it was found, where there is one and DynamoDB sent it back. */
  readonly item: unknown
}

/** What is done to a row by a request of its own; it is refused where the row is not any more what it was. */
interface Single {
  readonly id: string
  readonly row: Row
  act(isRetry: boolean): Promise<unknown>
}

/** What is done to a row among others. */
interface Batched extends WriteEntry {
  readonly row: Row
}

export type Entry = Single | Batched

/** What is to be done to the rows of a read. */
export interface Job {
  /** The attributes of rows that it takes beside keys. */
  readonly only: readonly string[]
  /** What is done to a row; `undefined` where nothing is. */
  entry(row: Row, run: string, signal: AbortSignal): Entry | undefined
  /** Whether something must not be done again: then DynamoDB has to know it yet when a run is resumed. */
  readonly isOnce: boolean
  /** About how many write units it takes. */
  units(row: Row): number
}

export interface Plan {
  readonly read: unknown
  readonly course: Course
  readonly rates: Rates
  readonly isUnchecked: boolean
  readonly onSkipped: ((skipped: Skipped) => unknown) | undefined
  readonly rest: string | undefined
  /** Whether what a run before has left is taken for done. */
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

/** Does something to each item that a read finds. Immutable; awaited again, it reads again. */
export abstract class ByQuery extends Bulk<Outcome> {
  protected abstract override readonly verb: BulkUndone['verb']
  protected abstract readonly plan: Plan
  protected abstract copy(plan: Plan): this
  /** What is to be done. Throws where it cannot be done to any item. */
  protected abstract job(source: Source): Job | Promise<Job>

  /**
   * Uses no more units a second, on average: a request waits for what those before have used, as DynamoDB says. Pages cost as
   * much as they hold: `pageSize()` of the read makes them smaller. Throws InvalidRequest.
   *
   * ```ts
   * await deleteAll(read).perSecond({ writeUnits: 100, readUnits: 50 })
   * ```
   */
  perSecond(rates: Rates): this {
    return this.copy({ ...this.plan, rates: checkRates(this.verb, rates) })
  }

  /**
   * Does it also to items that were changed since they were read, and do not pass the filter of the read any more, or have another
   * place in its index. The lock of a version is kept, and so is the `.if()` of an update.
   */
  unchecked(): this {
    return this.copy({ ...this.plan, isUnchecked: true })
  }

  /** Is told of each item that is left alone. What it throws, or what its promise rejects with, ends it all. */
  onSkipped(listener: (skipped: Skipped) => unknown): this {
    return this.copy({ ...this.plan, onSkipped: checkFunction(this.verb, listener, 'onSkipped() ') })
  }

  /**
   * Goes on where one of the same read ended: with the `rest` of its BulkIncomplete. What was left then is read again and done, but
   * for what was carried out after all and must not be carried out twice; that is only known for ten minutes, and later refused.
   * Who has looked at the items of `error.left` goes on behind them with `isLeftDone`.
   */
  resume(rest: string, options: { readonly isLeftDone?: boolean } = {}): this {
    checkOptions(`${this.verb}: resume()`, options, ['isLeftDone'])
    checkGiven(this.verb, REST, rest, typeof rest === 'string') // without one, all would be done once more
    const { isLeftDone = false } = options
    checkFlag(`${this.verb}: resume()`, 'isLeftDone', isLeftDone)
    return this.copy({ ...this.plan, rest, isLeftDone })
  }

  /** Reads all, or what a resumed run would, and writes nothing: counts the items, and says about what it would cost. */
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
    // What these send is not what the run itself has used.
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
      await told('onSkipped', onSkipped, { model, key, why, item })
      tally[why]++ // what it was not told of is left
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
    /** Since when each may have been carried out. */
    const since = new Map(Array.from(walk.left.keys(), id => [id, rest?.at ?? 0]))
    const ending = new Stop(signal)
    const held: { row?: Row | undefined } = {}
    const delivery = new Delivery<Entry>({ ...course, signal, onProgress }, send)
    const gone = (key: Row['stored']) => skip(source.models[0].name, plainKey(source.models[0].keyIn(key)), 'gone')
    async function* chunks(): AsyncGenerator<Entry[], void, undefined> {
      const packer = new Packer<Batched>()
      for await (const row of walk.rows(ending.signal, pace.reading(ending.signal), gone)) {
        held.row = row
        const entry = job.entry(row, run, signal)
        held.row = undefined
        // An item that has moved within its index is met again.
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
      const rows = [...Array.from(delivery.open.values(), ({ row }) => row), ...(held.row ? [held.row] : [])]
      const left = [...rows.map(({ stored }) => stored), ...walk.left.values()]
      const at = oldest(rows, walk.left.keys(), since)
      // Nobody goes on with what never began.
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
