import { wordsOf } from '../errors.ts'
import { backoff, pause } from './backoff.ts'
import { onAbort } from './signals.ts'
import { Slices } from './slices.ts'
import { isTransient } from './transient.ts'

/** How to send a batch in many requests. */
export interface Course {
  /** The number of requests that run at the same time. */
  readonly concurrency: number
  /** How often, and for how long, to send the same things again if none of them succeeds. */
  readonly attempts: number
  readonly milliseconds: number
  readonly signal: AbortSignal | undefined
  readonly onProgress: ((progress: Progress) => unknown) | undefined
}

/** The progress of a batch: how many items are done, of how many requested, or taken from the source, so far. */
export interface Progress {
  readonly done: number
  readonly asked: number
}

/** Why a batch ended early, and the error behind it if there is one. */
export interface Failure {
  readonly why: string
  readonly cause: unknown
  /** Whether another run may succeed: the batch gave up, or was aborted. */
  readonly isPassing: boolean
}

/** An error that a listener threw. It ends the delivery for good. */
class ListenerFailed {
  readonly name: string
  readonly cause: unknown

  constructor(name: string, cause: unknown) {
    this.name = name
    this.cause = cause
  }
}

/** Calls a listener of a batch and waits for it. An error of the listener ends the delivery. */
export const notify = async <T>(name: string, listener: ((news: T) => unknown) | undefined, news: T): Promise<void> => {
  try {
    await listener?.(news)
  } catch (error) {
    throw new ListenerFailed(name, error)
  }
}

/** Sends some things in one request. Resolves to those that were left undone. */
type Send<Thing> = (things: readonly Thing[], isRetry: boolean) => Promise<Thing[]>

/**
 * Sends things, each of which may safely be sent twice, until all are done. It runs several requests at a time, and
 * retries things left undone and transient failures. Any other failure ends the delivery: it sends nothing more, and
 * waits for the running requests.
 */
export class Delivery<Thing extends { readonly id: string }> {
  /** The things not known to be done, in order of arrival. */
  readonly open: Map<string, Thing>
  readonly #course: Course
  readonly #send: Send<Thing>
  readonly #stop = new AbortController()
  #flying = 0
  /** Resolvers that wait for the next request to finish. */
  #waiting: (() => void)[] = []
  #done = 0
  #isDrained = false
  #failure: Failure | undefined

  constructor(course: Course, send: Send<Thing>, open = new Map<string, Thing>()) {
    this.open = open
    this.#course = course
    this.#send = send
  }

  /**
   * Sends chunk after chunk of the open things. Resolves to the failure, if there is one. `isAll` tells whether
   * everything to send is or was open: if all of that is done, an abort comes too late to count.
   */
  async run(
    chunks: Iterator<Thing[]> | AsyncIterator<Thing[]>,
    isAll: () => boolean = () => this.#isDrained
  ): Promise<Failure | undefined> {
    const { concurrency, signal } = this.#course
    const undo = signal && onAbort(signal, () => this.#fail('the signal was aborted', signal.reason, true))
    const slices = new Slices()
    try {
      for (;;) {
        const { done, value } = await this.#unlessStopped(async () => chunks.next())
        this.#isDrained = done === true
        if (done) break
        this.#flying++
        this.#carry(value).then(() => this.#land())
        while (this.#flying >= concurrency) await this.landing()
        if (slices.isOver) await slices.next()
      }
    } catch (error) {
      this.#refuse(error)
    }
    while (this.#flying > 0) await this.#nextLanding()
    undo?.()
    // The iterator of chunks may have something to close. It may also hang, so nothing waits for it.
    if (this.#failure) Promise.resolve(chunks.return?.()).catch(() => {})
    return this.#failure?.isPassing && this.open.size === 0 && isAll() ? undefined : this.#failure
  }

  /** Waits for the next request to finish. Throws once the delivery has ended. */
  landing(): Promise<void> {
    return this.#unlessStopped(() => this.#nextLanding())
  }

  #nextLanding(): Promise<void> {
    return new Promise(resolve => this.#waiting.push(resolve))
  }

  #land(): void {
    this.#flying--
    const waiting = this.#waiting
    this.#waiting = []
    for (const resolve of waiting) resolve()
  }

  /** Sends things until they are done or the delivery gives up. */
  async #carry(things: Thing[]): Promise<void> {
    const { attempts, milliseconds } = this.#course
    let since = performance.now() // a monotonic clock
    for (let tries = 1, isRetry = false; !this.#stop.signal.aborted; tries++, isRetry = true) {
      const { left, error } = await this.#try(things, isRetry)
      if (left !== undefined) {
        if (left.length < things.length) [since, tries] = [performance.now(), 0]
        try {
          await this.#settle(things, left)
        } catch (thrown) {
          return this.#refuse(thrown)
        }
        things = left
      } else if (!isTransient(error)) return this.#refuse(error)
      if (things.length === 0) return
      const wait = backoff(Math.max(tries, 1))
      if (tries >= attempts)
        return this.#fail(`given up after ${attempts} ${attempts === 1 ? 'try' : 'tries'}`, error, true)
      if (performance.now() + wait > since + milliseconds)
        return this.#fail(`given up after ${milliseconds} ms`, error, true)
      try {
        await pause(wait, this.#stop.signal)
      } catch {
        return // another failure has ended the delivery
      }
    }
  }

  async #try(things: readonly Thing[], isRetry: boolean): Promise<{ left?: Thing[]; error?: unknown }> {
    try {
      return { left: await this.#send(things, isRetry) }
    } catch (error) {
      return { error }
    }
  }

  async #settle(sent: readonly Thing[], left: readonly Thing[]): Promise<void> {
    const undone = new Set(left.map(({ id }) => id))
    for (const { id } of sent) if (!undone.has(id) && this.open.delete(id)) this.#done++
    await notify('onProgress', this.#course.onProgress, { done: this.#done, asked: this.#done + this.open.size })
  }

  #refuse(error: unknown): void {
    if (error instanceof ListenerFailed) this.#fail(`${error.name} threw ${wordsOf(error.cause)}`, error.cause, false)
    else this.#fail(error instanceof Error ? wordsOf(error) : `${wordsOf(error)} was thrown`, error, false)
  }

  /** Only the first failure counts. */
  #fail(why: string, cause: unknown, isPassing: boolean): void {
    this.#failure ??= { why, cause, isPassing }
    this.#stop.abort()
  }

  #unlessStopped<T>(act: () => Promise<T>): Promise<T> {
    const { signal } = this.#stop
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason)
      const undo = onAbort(signal, () => reject(signal.reason))
      act().then(resolve, reject).finally(undo)
    })
  }
}
