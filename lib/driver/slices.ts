import { setImmediate as turn } from 'node:timers/promises'

/** How long work may keep the event loop, in milliseconds, before all else has its turn. */
const SLICE_MS = 10

/** Work that is done in slices. */
export class Slices {
  #since = performance.now()

  /** Whether the present slice has been long enough. */
  get isOver(): boolean {
    return performance.now() - this.#since > SLICE_MS
  }

  /** Waits until all else has had its turn. */
  async next(): Promise<void> {
    await turn()
    this.#since = performance.now()
  }
}

/** How much is done without looking at the clock. */
const STEPS = 16

/** What `act` makes of each value, in their order. What it makes asynchronously is waited for together. */
export const mapInSlices = async <Value, Made>(
  values: readonly Value[],
  act: (value: Value, place: number) => Made | Promise<Made>
): Promise<Made[]> => {
  const slices = new Slices()
  const made: (Made | Promise<Made>)[] = []
  let isAsync = false
  for (const value of values) {
    const one = act(value, made.length)
    if (one instanceof Promise) {
      one.catch(() => {}) // told below
      isAsync = true
    }
    if (made.push(one) % STEPS === 0 && slices.isOver) await slices.next()
  }
  return isAsync ? Promise.all(made) : (made as Made[]) // none is a promise
}
