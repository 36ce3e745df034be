import { pause } from '../driver/backoff.ts'
import { checkOptions, describe, InvalidRequest } from '../errors.ts'
import type { Units } from '../usage.ts'

/** The most units to use per second. Omitted ones are unbounded. */
export type Rates = Partial<Units>

const NAMES = ['writeUnits', 'readUnits'] as const

/** Checks the rates. Throws InvalidRequest for a rate of 0 or less. */
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

/** The units to expect for the first request. */
const FIRST = 1
/** The weight of the newest usage in the expectation. */
const NEWEST = 0.3

/**
 * A token bucket: it fills with units at the rate, and drains by the units that DynamoDB reports. The usage of a
 * request is not known before, so the bucket reserves what earlier ones used, and corrects that afterwards.
 */
export class Bucket {
  readonly #rate: number
  #units = 0
  #since = performance.now()
  #expected = FIRST

  constructor(rate: number) {
    this.#rate = rate
  }

  /** Waits until this many things may be done. Resolves to the units reserved for them. */
  async take(things: number, signal: AbortSignal): Promise<number> {
    const reserved = things * this.#expected
    const now = performance.now()
    // After a pause, the bucket holds one second's units at most.
    this.#units = Math.min(this.#rate, this.#units + ((now - this.#since) / 1000) * this.#rate) - reserved
    this.#since = now
    if (this.#units < 0) await pause((-this.#units / this.#rate) * 1000, signal)
    return reserved
  }

  /** Corrects a reservation by the units actually used. */
  settle(things: number, reserved: number, used: number): void {
    this.#units += reserved - used
    this.#expected += NEWEST * (used / things - this.#expected)
  }
}
