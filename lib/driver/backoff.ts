import { onAbort } from './signals.ts'

const FIRST_MS = 25
const LONGEST_MS = 5_000

/**
 * How long to wait before another try, in milliseconds, when `tries` have failed (one or more): anything between nothing
 * and a bound that doubles with every failure, up to five seconds. Full jitter: tasks that failed together do not come
 * back together.
 */
export const backoff = (tries: number, random: () => number = Math.random): number =>
  random() * Math.min(LONGEST_MS, FIRST_MS * 2 ** (tries - 1))

/** Waits; rejects with the signal's reason as soon as that is aborted. */
export const pause = (milliseconds: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    const undo =
      signal &&
      onAbort(signal, () => {
        clearTimeout(timer)
        reject(signal.reason)
      })
    const timer = setTimeout(() => {
      undo?.()
      resolve()
    }, milliseconds)
  })
