import type { Course, Progress } from '../../driver/delivery.ts'
import { checkSignal } from '../../driver/signals.ts'
import { checkFunction, checkGiven, checkOptions } from '../../errors.ts'
import { Runnable } from '../builder/runnable.ts'
import { checkCount } from '../read/read.ts'

/** The course of a new batch. */
export const COURSE: Course = Object.freeze({
  concurrency: 4,
  attempts: 10,
  milliseconds: 60_000,
  signal: undefined,
  onProgress: undefined
})

/** A builder that sends many requests. */
export abstract class Bulk<Result> extends Runnable<Result> {
  protected abstract readonly verb: string
  protected abstract readonly course: Course
  /** Returns a copy of this builder with another course. */
  protected abstract with(course: Course): this

  /**
   * How many requests run at the same time: 4 by default. Throws InvalidRequest.
   *
   * ```ts
   * await db.batchWrite(writes).concurrency(8)
   * ```
   */
  concurrency(requests: number): this {
    return this.with({ ...this.course, concurrency: checkCount(this.verb, 'concurrency', requests) })
  }

  /**
   * Limits the retries of an item. keystorm gives up after `attempts` tries (10 by default) or `milliseconds` (60,000
   * by default) in which none of the items in a request succeeded. The pauses between tries grow and are random. A
   * request counts as one try, including the SDK's own retries of it. Throws InvalidRequest.
   *
   * ```ts
   * await db.batchWrite(writes).retry({ attempts: 5, milliseconds: 10_000 })
   * ```
   */
  retry(options: { readonly attempts?: number; readonly milliseconds?: number }): this {
    checkOptions(`${this.verb}: retry()`, options, ['attempts', 'milliseconds'])
    const { attempts, milliseconds } = options
    const course = { ...this.course }
    if (attempts !== undefined) course.attempts = checkCount(this.verb, 'retry', attempts)
    if (milliseconds === undefined) return this.with(course)
    checkGiven(this.verb, 'retry() takes milliseconds from 0 on', milliseconds, milliseconds >= 0)
    return this.with({ ...course, milliseconds })
  }

  /**
   * Called after each request with the number of items done and the number of items requested so far. If it throws or
   * rejects, the batch ends and sends nothing more.
   *
   * ```ts
   * await db.load(User, rows()).onProgress(({ done, asked }) => console.log(`${done} of ${asked}`))
   * ```
   */
  onProgress(listener: (progress: Progress) => unknown): this {
    return this.with({ ...this.course, onProgress: checkFunction(this.verb, listener, 'onProgress() ') })
  }

  /**
   * Ends the batch when the signal is aborted. It sends nothing more, and throws BatchIncomplete with what is left and
   * the signal's reason as the cause.
   */
  signal(signal: AbortSignal): this {
    return this.with({ ...this.course, signal: checkSignal(signal) })
  }
}
