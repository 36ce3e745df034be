import { Stop } from '../driver/signals.ts'
import { InvalidRequest } from '../errors.ts'

/** What Lambda says of the function that runs. */
export interface LambdaContext {
  getRemainingTimeInMillis(): number
}

/** How much is kept back where nothing else is said: so many milliseconds, and no more than a share of all. */
const RESERVE_MS = 1_000
const RESERVE_SHARE = 0.2

/** No timer waits longer: it would end at once. */
const MAX_TIMER_MS = 2 ** 31

/** A signal that is aborted a while before a function's time is up, or when another one is. */
export class TimeLeft {
  readonly #stop: Stop
  readonly #timers: NodeJS.Timeout[] = []
  /** Resolves when it is time to answer, whatever is still on its way; of a function without an end never. */
  readonly lastMoment: Promise<void>

  constructor(context: LambdaContext | undefined, reserve: number | undefined, signal: AbortSignal | undefined) {
    const told = context?.getRemainingTimeInMillis?.() // which the context of a test may lack
    const left = told !== undefined && told < MAX_TIMER_MS ? told : undefined // or make endless
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
