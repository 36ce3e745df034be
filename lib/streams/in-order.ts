import { onAbort } from '../driver/signals.ts'
import { Slices } from '../driver/slices.ts'

/** The work for one record. */
interface Step {
  /** The item that it is about; `undefined` if unknown, so that it may be any item. */
  readonly item: string | undefined
  /** Rejects if the work failed. */
  run(): Promise<void>
}

/** How many steps run at once, and what ends them early. */
interface Pacing {
  /** How many steps run at the same time. */
  readonly concurrency: number
  /** When it is aborted, no further step starts. */
  readonly signal: AbortSignal
  /** When it resolves, running steps are no longer awaited. */
  readonly patience: Promise<unknown>
}

/**
 * How far ahead of the first unfinished step others may start, for each that may run: these may have to be repeated.
 */
const AHEAD = 10

/**
 * Runs steps in order. Steps of different items may run at the same time. After a failure, no further step starts.
 * Resolves to which steps are done.
 */
export const inOrder = async (
  count: number,
  stepAt: (place: number) => Step,
  { concurrency, signal, patience }: Pacing
): Promise<readonly boolean[]> => {
  const steps: Step[] = []
  const begun = new Array<boolean>(count).fill(false)
  const done = [...begun]
  const running = new Map<string | undefined, Promise<void>>()
  const slices = new Slices()
  let first = 0 // the first step not done
  let hasFailed = false
  let wake = () => {}
  const forget = onAbort(signal, () => wake())

  /**
   * The next step that can start. A step of an unknown item waits for all steps before it, and holds back all after it.
   */
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
