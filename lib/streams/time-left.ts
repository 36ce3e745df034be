import { Stop } from '../driver/signals.ts'
import { InvalidRequest } from '../errors.ts'

/** The part of Lambda's context object that keystorm uses. */
export interface LambdaContext {
  getRemainingTimeInMillis(): number
}

/** The default reserve: this many milliseconds, but at most this share of the remaining time. */
const RESERVE_MS = 1_000
const RESERVE_SHARE = 0.2

/** Timers cannot wait longer: they would fire at once. */
const MAX_TIMER_MS = 2 ** 31

/** A signal that aborts some time before the function times out, or when another signal aborts. */
export class TimeLeft {
  readonly #stop: Stop
  readonly #timers: NodeJS.Timeout[] = []
  /**
   * Resolves when it is time to answer, even if handlers still run. Never resolves for a function without a timeout.
   */
  readonly lastMoment: Promise<void>

  constructor(context: LambdaContext | undefined, reserve: number | undefined, signal: AbortSignal | undefined) {
    const told = context?.getRemainingTimeInMillis?.() // a test's context may lack the method
    const left = told !== undefined && told < MAX_TIMER_MS ? told : undefined // or may return Infinity
    const kept = reserve ?? Math.min(RESERVE_MS, (left ?? 0) * RESERVE_SHARE)
    if (left !== undefined && kept >= left)
      throw new InvalidRequest(
        'consumer()',
        `reserve keeps ${kept} ms of the ${Math.floor(left)} ms that the function has left, so that nothing could be done`
      )
    this.#stop = new Stop(signal)
    this.lastMoment = new Promise(resolve => {
      if (left === undefined) return
      this.#timers.push(setTimeout(() => this.#stop.abort(timeIsUp()), left - kept))
      this.#timers.push(setTimeout(resolve, left - kept / 2))
    })
  }

  get signal(): AbortSignal {
    return this.#stop.signal
  }

  release(): void {
    for (const timer of this.#timers) clearTimeout(timer)
    this.#stop.release()
  }
}

const timeIsUp = (): DOMException =>
  new DOMException('The time of the function is nearly up: what is not done is asked for again.', 'TimeoutError')
