import type { Course, Progress } from '../../driver/delivery.ts'
import { checkSignal } from '../../driver/signals.ts'
import { checkFunction, checkGiven, checkOptions } from '../../errors.ts'
import { Runnable } from '../builder/runnable.ts'
import { checkCount } from '../read/read.ts'

/** Of a batch that was just made. */
export const COURSE: Course = Object.freeze({
  concurrency: 4,
  attempts: 10,
  milliseconds: 60_000,
  signal: undefined,
  onProgress: undefined
})

/** What is carried out by many requests. */
export abstract class Bulk<Result> extends Runnable<Result> {
  protected abstract readonly verb: string
  protected abstract readonly course: Course
  /** The same on another course. */
  protected abstract with(course: Course): this

  /** How many requests are on their way at the same time: 4 unless this says otherwise. */
  concurrency(requests: number): this {
    return this.with({ ...this.course, concurrency: checkCount(this.verb, 'concurrency', requests) })
  }

  /**
   * How often, and for how many milliseconds, the same items are sent without any of them being done, before they are given
   * up: 10 times and a minute unless this says otherwise. In between there are ever longer pauses, of random length. The
   * SDK's own retries of a request count as one try.
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
   * Is told, after each request, how many items are done, of how many asked for up to then. What it
   * throws, or what its promise rejects with, ends it all: nothing more is sent.
   */
  onProgress(listener: (progress: Progress) => unknown): this {
    return this.with({ ...this.course, onProgress: checkFunction(this.verb, listener, 'onProgress() ') })
  }

  /**
   * Ends it when the signal is aborted: nothing more is sent, and BatchIncomplete says what is left, with the signal's
   * reason as its cause.
   */
  signal(signal: AbortSignal): this {
    return this.with({ ...this.course, signal: checkSignal(signal) })
  }
}
