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

/**
 * Does steps in their order, those of one item one after the other. Behind one that failed none is begun, so that of those
 * behind it at most as many are done as were on their way. Gives which of them are done.
 */
export const inOrder = async (
  count: number,
  stepAt: (place: number) => Step,
  { concurrency, signal, patience }: Course
): Promise<readonly boolean[]> => {
  const done = new Array<boolean>(count).fill(false)
  const running = new Map<string | undefined, Promise<void>>()
  const slices = new Slices()
  let hasFailed = false
  let wake = () => {}
  const forget = onAbort(signal, () => wake())
  const begin = async (place: number, { item, run }: Step): Promise<void> => {
    try {
      await run()
      done[place] = true
    } catch {
      hasFailed = true
    }
    running.delete(item)
    wake()
  }
  const isHeld = (item: string | undefined): boolean =>
    running.size >= concurrency ||
    running.has(item) ||
    running.has(undefined) ||
    (item === undefined && running.size > 0)
  const isOver = (): boolean => hasFailed || signal.aborted
  for (let place = 0; place < count; place++) {
    const step = stepAt(place)
    while (isHeld(step.item) && !isOver())
      await new Promise<void>(resolve => {
        wake = resolve
      })
    if (slices.isOver) await slices.next()
    if (isOver()) break
    running.set(step.item, begin(place, step))
  }
  await Promise.race([Promise.all(running.values()), patience])
  forget()
  return [...done]
}
