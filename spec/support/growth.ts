/** Laws about how work grows: ratios of one run, since what a time is worth differs between machines, and from one moment to the next. */
import * as assert from 'uvu/assert'

const TIMES = 30
const ROUNDS = 4

/**
 * Asserts that thirty times as much takes far less than nine hundred times as long. `work(size)` does it. It is tried
 * again while it fails: what grows with the square fails each time, and a busy machine does not.
 */
export const assertLinear = (work: (size: number) => unknown, few: number): void => {
  const milliseconds = (size: number): number => {
    const start = process.cpuUsage()
    work(size)
    const { user, system } = process.cpuUsage(start) // other processes do not count
    return (user + system) / 1000
  }
  work(few) // what runs for the first time is slow
  const tried: string[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const [one, many] = [milliseconds(few), milliseconds(TIMES * few)]
    if (many < 200 * Math.max(one, 0.5)) return
    tried.push(`${one.toFixed(1)} and ${many.toFixed(1)} ms`)
  }
  assert.unreachable(`${few}, and ${TIMES} times as many, took ${tried.join(', then ')}`)
}
