import { pause } from '../driver/backoff.ts'
import { checkOptions, describe, InvalidRequest } from '../errors.ts'
import type { Units } from '../usage.ts'

/** How many units may be used in a second. What is left out has no bound. */
export type Rates = Partial<Units>

const NAMES = ['writeUnits', 'readUnits'] as const

/** Throws InvalidRequest where there is nothing that could ever be used. */
export const checkRates = (verb: string, given: Rates): Rates => {
  checkOptions(`${verb}: perSecond()`, given, NAMES)
  const rates = { ...given }
  for (const name of NAMES) {
    const rate = rates[name]
    if (rate !== undefined && !(typeof rate === 'number' && rate > 0))
      throw new InvalidRequest(verb, `perSecond() takes ${name} of more than 0, but got ${describe(rate)}`)
  }
  return rates
}

/** How much is expected of a thing that is done for the first time. */
const FIRST = 1
/** How much the newest figure counts in what is expected of the next thing. */
const NEWEST = 0.3

/**
 * A bucket into which units flow, and out of which they are taken when DynamoDB says that they were used. What something will
 * use is not known before, so it is reserved by what the ones before have used; what was too much is given back.
 */
export class Bucket {
  readonly #rate: number
  #units = 0
  #since = performance.now()
  #expected = FIRST

  constructor(rate: number) {
    this.#rate = rate
  }

  /** Waits until so many things may be done, and gives what it has reserved for them. */
  async take(things: number, signal: AbortSignal): Promise<number> {
    const reserved = things * this.#expected
    const now = performance.now()
    // Who did nothing for a while has a second's worth, and no more.
    this.#units = Math.min(this.#rate, this.#units + ((now - this.#since) / 1000) * this.#rate) - reserved
    this.#since = now
    if (this.#units < 0) await pause((-this.#units / this.#rate) * 1000, signal)
    return reserved
  }

  /** What the things have used. */
  settle(things: number, reserved: number, used: number): void {
    this.#units += reserved - used
    this.#expected += NEWEST * (used / things - this.#expected)
  }
}
