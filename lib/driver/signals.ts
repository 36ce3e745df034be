import { checkGiven } from '../errors.ts'

/**
 * Checks and returns the argument of `.signal()`, which may be `undefined`. Throws InvalidRequest for anything that is
 * no signal.
 */
export const checkSignal = (signal: AbortSignal | undefined): AbortSignal | undefined => {
  const isSignal = typeof (signal as Partial<AbortSignal> | null)?.addEventListener === 'function' // or anything else
  checkGiven('signal()', 'takes an AbortSignal', signal, signal === undefined || isSignal)
  return signal
}

interface Waiting {
  readonly acts: Set<() => void>
  readonly listener: () => void
}

/** A signal has one listener for all that wait for it, and none if nothing waits. */
const waiting = new WeakMap<AbortSignal, Waiting>()

/** Calls `act` when the signal is aborted, or at once if it already is. Returns a function that undoes this. */
export const onAbort = (signal: AbortSignal, act: () => void): (() => void) => {
  if (signal.aborted) {
    act()
    return () => {}
  }
  const { acts } = waiting.get(signal) ?? listenTo(signal)
  const own = () => act() // the same `act` may wait twice
  acts.add(own)
  return () => {
    if (acts.delete(own) && acts.size === 0) leave(signal)
  }
}

const listenTo = (signal: AbortSignal): Waiting => {
  const acts = new Set<() => void>()
  const listener = () => {
    leave(signal)
    for (const act of [...acts]) if (acts.delete(act)) act()
  }
  const made = { acts, listener }
  waiting.set(signal, made)
  signal.addEventListener('abort', listener)
  return made
}

const leave = (signal: AbortSignal): void => {
  const left = waiting.get(signal)
  if (left !== undefined) signal.removeEventListener('abort', left.listener)
  waiting.delete(signal)
}

/**
 * A new signal for some work, which aborts with the reason of the first of the other signals that aborts. Its owner
 * must call release() when the work is over, which removes its listeners from the others. (AbortSignal.any() leaves
 * some behind, and costs ten times as much.)
 */
export class Stop {
  readonly #controller = new AbortController()
  readonly #undo: (() => void)[] = []

  constructor(...others: readonly (AbortSignal | undefined)[]) {
    for (const other of others)
      if (other !== undefined) this.#undo.push(onAbort(other, () => this.#controller.abort(other.reason)))
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  abort(reason?: unknown): void {
    this.#controller.abort(reason)
  }

  release(): void {
    for (const undo of this.#undo) undo()
  }
}
