import { setImmediate as turn } from 'node:timers/promises'

/** How long work may block the event loop, in milliseconds. */
const SLICE_MS = 10

/** Splits work into slices that leave the event loop free in between. */
export class Slices {
  #since = performance.now()

  /** Whether the current slice has used its time. */
  get isOver(): boolean {
    return performance.now() - this.#since > SLICE_MS
  }

  /** Waits until the event loop has run everything else. */
  async next(): Promise<void> {
    await turn()
    this.#since = performance.now()
  }
}

/** How many steps to do before looking at the clock. */
const STEPS = 16

/** Maps values in slices, in order. Promises that `act` returns are awaited together. */
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
      one.catch(() => {}) // Promise.all() below reports it
      isAsync = true
    }
    if (made.push(one) % STEPS === 0 && slices.isOver) await slices.next()
  }
  return isAsync ? Promise.all(made) : (made as Made[]) // none is a promise
}
