/** Laws about how work grows: ratios of one run, since what a time is worth differs between machines, and from one moment to the next. */
import * as assert from 'uvu/assert'

const TIMES = 10
const ROUNDS = 4

/**
 * Asserts that ten times as much takes far less than a hundred times as long. `work(size)` does it. It is tried again
 * while it fails: what grows with the square fails each time, and a busy machine does not.
 */
export const assertLinear = (work: (size: number) => unknown, few: number): void => {
  const milliseconds = (size: number): number => {
    const start = performance.now()
    work(size)
    return performance.now() - start
  }
  work(few) // what runs for the first time is slow
  const tried: string[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const [one, ten] = [milliseconds(few), milliseconds(TIMES * few)]
    if (ten < 40 * Math.max(one, 0.2)) return
    tried.push(`${one.toFixed(1)} and ${ten.toFixed(1)} ms`)
  }
  assert.unreachable(`${few}, and ten times as many, took ${tried.join(', then ')}`)
}
