import { backoff, pause } from './backoff.ts'
import { isTransient } from './transient.ts'

/** How things are sent in many requests. */
export interface Course {
  /** How many requests are on their way at the same time. */
  readonly concurrency: number
  /** How often, and for how long, the same things are sent without any of them being done. */
  readonly attempts: number
  readonly milliseconds: number
  readonly signal: AbortSignal | undefined
  readonly onProgress: ((progress: Progress) => void) | undefined
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

/** Sends some of the things in one request, and gives those that it left undone. */
type Send<Thing> = (things: readonly Thing[], isRetry: boolean, signal: AbortSignal | undefined) => Promise<Thing[]>

/**
 * Sends things, each of which may be sent twice without harm, until all are done: several requests at a time, and again
 * what was left undone or failed in passing. The first thing that goes wrong for good ends it: nothing more is sent then,
 * and what is on its way is waited for.
 */
export class Delivery<Thing extends { readonly id: string }> {
  /** What is not known to be done, in the order in which it came. */
  readonly open = new Map<string, Thing>()
  readonly #course: Course
  readonly #send: Send<Thing>
  readonly #stop = new AbortController()
  readonly #flights = new Set<Promise<void>>()
  #done = 0
  #failure: Failure | undefined

  constructor(course: Course, send: Send<Thing>) {
    this.#course = course
    this.#send = send
  }

  /** Sends chunk after chunk of what is open. Gives what went wrong. */
  async run(chunks: Iterator<Thing[]> | AsyncIterator<Thing[]>): Promise<Failure | undefined> {
    const { concurrency, signal } = this.#course
    const abort = () => this.#fail('the signal was aborted', signal?.reason, true)
    if (signal?.aborted) abort()
    signal?.addEventListener('abort', abort, { once: true })
    try {
      for (;;) {
        const { done, value } = await this.#unlessStopped(async () => chunks.next())
        if (done) break
        const flight = this.#carry(value).finally(() => this.#flights.delete(flight))
        this.#flights.add(flight)
        if (this.#flights.size >= concurrency) await Promise.race(this.#flights)
      }
    } catch (error) {
      this.#refuse(error)
    }
    await Promise.all(this.#flights)
    signal?.removeEventListener('abort', abort)
    // Whoever makes the chunks may have something to close, and may also never answer again.
    if (this.#failure) Promise.resolve(chunks.return?.()).catch(() => {})
    return this.#failure
  }

  /** Waits for some request to come back. Throws when there is nothing more to wait for. */
  landing(): Promise<void> {
    return this.#unlessStopped(() => Promise.race(this.#flights))
  }

  /** Sends things until they are done, or there is no hope. */
  async #carry(things: Thing[]): Promise<void> {
    if (this.#stop.signal.aborted) return
    const { attempts, milliseconds, signal } = this.#course
    let since = Date.now()
    let isRetry = false
    for (let tries = 1; ; tries++) {
      let cause: unknown
      try {
        const left = await this.#send(things, isRetry, signal)
        if (left.length < things.length) [since, tries] = [Date.now(), 0]
        this.#settle(things, left)
        things = left
      } catch (error) {
        if (!isTransient(error)) return this.#refuse(error)
        cause = error
      }
      if (things.length === 0) return
      const wait = backoff(Math.max(tries, 1))
      if (tries >= attempts) return this.#fail(`given up after ${attempts} tries`, cause, true)
      if (Date.now() + wait > since + milliseconds) return this.#fail(`given up after ${milliseconds} ms`, cause, true)
      try {
        await pause(wait, this.#stop.signal)
      } catch {
        return // something else has gone wrong
      }
      isRetry = true
    }
  }

  #settle(sent: readonly Thing[], left: readonly Thing[]): void {
    const undone = new Set(left.map(({ id }) => id))
    for (const { id } of sent) if (!undone.has(id) && this.open.delete(id)) this.#done++
    this.#course.onProgress?.({ done: this.#done, asked: this.#done + this.open.size })
  }

  #refuse(error: unknown): void {
    this.#fail(error instanceof Error ? `${error.name}: ${error.message}` : String(error), error, false)
  }

  /** The first failure counts. */
  #fail(why: string, cause: unknown, isPassing: boolean): void {
    this.#failure ??= { why, cause, isPassing }
    this.#stop.abort()
  }

  async #unlessStopped<T>(act: () => Promise<T>): Promise<T> {
    const { signal } = this.#stop
    signal.throwIfAborted()
    let stop = () => {}
    const stopped = new Promise<never>((_, reject) => {
      stop = () => reject(signal.reason)
      signal.addEventListener('abort', stop)
    })
    try {
      return await Promise.race([act(), stopped])
    } finally {
      signal.removeEventListener('abort', stop)
    }
  }
}
