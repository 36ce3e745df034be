import { checkGiven } from '../errors.ts'

/** Gives what `.signal()` is given; `undefined` is none. Throws InvalidRequest for what cannot be listened to. */
export const checkSignal = (signal: AbortSignal | undefined): AbortSignal | undefined => {
  const isSignal = typeof (signal as Partial<AbortSignal> | null)?.addEventListener === 'function' // or whatever was given
  checkGiven('signal()', 'takes an AbortSignal', signal, signal === undefined || isSignal)
  return signal
}

interface Waiting {
  readonly acts: Set<() => void>
  readonly listener: () => void
}

/** However many wait for a signal, it has one listener; and none when nobody waits. */
const waiting = new WeakMap<AbortSignal, Waiting>()

/** Calls `act` when the signal is aborted, or at once if it is. Gives what takes that back. */
export const onAbort = (signal: AbortSignal, act: () => void): (() => void) => {
  if (signal.aborted) {
    act()
    return () => {}
  }
  const { acts } = waiting.get(signal) ?? listenTo(signal)
  const own = () => act() // who waits twice, waits twice
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
 * A signal of its own for some work, aborted with the reason of the first of others that is. Whoever makes one releases it
 * when the work is over: nothing is left on the others then. (AbortSignal.any() leaves something, and costs ten times as much.)
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
