import { wordsOf } from '../errors.ts'
import { backoff, pause } from './backoff.ts'
import { onAbort } from './signals.ts'
import { Slices } from './slices.ts'
import { isTransient } from './transient.ts'

/** How things are sent in many requests. */
export interface Course {
  /** How many requests are on their way at the same time. */
  readonly concurrency: number
  /** How often, and for how long, the same things are sent without any of them being done. */
  readonly attempts: number
  readonly milliseconds: number
  readonly signal: AbortSignal | undefined
  readonly onProgress: ((progress: Progress) => unknown) | undefined
}

/** How far a batch has come: what is known to be done, of what was asked for, or taken from its source, up to now. */
export interface Progress {
  readonly done: number
  readonly asked: number
}

/** Why not everything was done, and the error behind it where there is one. */
export interface Failure {
  readonly why: string
  readonly cause: unknown
  /** Whether it may go better another time: it was given up, or aborted. */
  readonly isPassing: boolean
}

/** What a listener has thrown, which ends it all and is never passing. */
class ListenerFailed {
  readonly name: string
  readonly cause: unknown

  constructor(name: string, cause: unknown) {
    this.name = name
    this.cause = cause
  }
}

/** Tells a listener of a batch, and waits for it; what it throws ends the delivery in which that happens. */
export const told = async <T>(name: string, listener: ((news: T) => unknown) | undefined, news: T): Promise<void> => {
  try {
    await listener?.(news)
  } catch (error) {
    throw new ListenerFailed(name, error)
  }
}

/** Sends some of the things in one request, and gives those that it left undone. */
type Send<Thing> = (things: readonly Thing[], isRetry: boolean) => Promise<Thing[]>

/**
 * Sends things, each of which may be sent twice without harm, until all are done: several requests at a time, and again
 * what was left undone or failed in passing. The first thing that goes wrong for good ends it: nothing more is sent then,
 * and what is on its way is waited for.
 */
export class Delivery<Thing extends { readonly id: string }> {
  /** What is not known to be done, in the order in which it came. */
  readonly open: Map<string, Thing>
  readonly #course: Course
  readonly #send: Send<Thing>
  readonly #stop = new AbortController()
  #flying = 0
  /** Who waits for some request to come back. */
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
   * Sends chunk after chunk of what is open. Gives what went wrong. `isAll` says whether all that is to be sent is, or was, among
   * what is open: an abort when all of that is done comes too late to be one.
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
    // Whoever makes the chunks may have something to close, and may also never answer again.
    if (this.#failure) Promise.resolve(chunks.return?.()).catch(() => {})
    return this.#failure?.isPassing && this.open.size === 0 && isAll() ? undefined : this.#failure
  }

  /** Waits for some request to come back. Throws when there is nothing more to wait for. */
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

  /** Sends things until they are done, or there is no hope. */
  async #carry(things: Thing[]): Promise<void> {
    const { attempts, milliseconds } = this.#course
    let since = performance.now() // a clock that nobody sets
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
        return // something else has gone wrong
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
    await told('onProgress', this.#course.onProgress, { done: this.#done, asked: this.#done + this.open.size })
  }

  #refuse(error: unknown): void {
    if (error instanceof ListenerFailed) this.#fail(`${error.name} threw ${wordsOf(error.cause)}`, error.cause, false)
    else this.#fail(error instanceof Error ? wordsOf(error) : `${wordsOf(error)} was thrown`, error, false)
  }

  /** The first failure counts. */
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
