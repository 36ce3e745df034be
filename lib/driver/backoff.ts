import { onAbort } from './signals.ts'

const FIRST_MS = 25
const LONGEST_MS = 5_000

/**
 * The pause before another try, in milliseconds, after `tries` failures (1 or more). It is random, between 0 and a
 * bound that doubles with every failure up to five seconds. With this full jitter, tasks that fail together do not
 * retry together.
 */
export const backoff = (tries: number, random: () => number = Math.random): number =>
  random() * Math.min(LONGEST_MS, FIRST_MS * 2 ** (tries - 1))

/** Waits. Rejects with the signal's reason as soon as the signal is aborted. */
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
