import { onAbort } from '../driver/signals.ts'
import { Slices } from '../driver/slices.ts'

/** What is to be done for one record. */
export interface Step {
  /** The item it is about; `undefined` where nobody knows, so that it may be any. */
  readonly item: string | undefined
  /** Rejects where it could not be done. */
  run(): Promise<void>
}

export interface Course {
  /** How many are done at the same time. */
  readonly concurrency: number
  /** When it is aborted, nothing more is begun. */
  readonly signal: AbortSignal
  /** When it resolves, what was begun is not waited for any longer. */
  readonly patience: Promise<unknown>
}

/** How far beyond the first that is not done others are begun, for each that may run: what may have to be done again. */
const AHEAD = 10

/**
 * Does steps in their order, as many at the same time as are of different items. When one has failed, no other is begun. Gives
 * which of them are done.
 */
export const inOrder = async (
  count: number,
  stepAt: (place: number) => Step,
  { concurrency, signal, patience }: Course
): Promise<readonly boolean[]> => {
  const steps: Step[] = []
  const begun = new Array<boolean>(count).fill(false)
  const done = [...begun]
  const running = new Map<string | undefined, Promise<void>>()
  const slices = new Slices()
  let first = 0 // that is not done
  let hasFailed = false
  let wake = () => {}
  const forget = onAbort(signal, () => wake())

  /** The first that can be begun now. Behind one that may be of any item is none, and before it must be none. */
  const next = (): number | undefined => {
    if (running.size >= concurrency || running.has(undefined)) return undefined
    while (done[first]) first++
    const held = new Set(running.keys())
    for (let place = first; place < Math.min(count, first + concurrency * AHEAD); place++) {
      if (begun[place]) continue
      steps[place] ??= stepAt(place)
      const item = steps[place]?.item
      if (item === undefined) return held.size === 0 ? place : undefined
      if (!held.has(item)) return place
    }
    return undefined
  }
  const begin = async (place: number): Promise<void> => {
    begun[place] = true
    try {
      await steps[place]?.run()
      done[place] = true
    } catch {
      hasFailed = true
    }
    running.delete(steps[place]?.item)
    wake()
  }

  while (!hasFailed && !signal.aborted) {
    const place = next()
    if (place !== undefined) running.set(steps[place]?.item, begin(place))
    else if (running.size === 0) break
    else
      await new Promise<void>(resolve => {
        wake = resolve
      })
    if (slices.isOver) await slices.next()
  }
  await Promise.race([Promise.all(running.values()), patience])
  forget()
  return [...done]
}
