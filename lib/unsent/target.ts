import type { Operation, Operations } from '../driver/sender.ts'
import { Target, type TargetOptions } from '../driver/target.ts'

/** What is known of a builder, and of those that were made from it, when they are garbage. */
export interface Trace {
  isSent: boolean
  /** Where the first was made. */
  readonly stack?: string
  /** What is done when they are. */
  readonly end: (trace: Trace) => void
}

/** Lives as long as one of them. */
export interface Life {
  readonly trace: Trace
}

/** A target that notes whether anything was sent, by itself or together with others. */
export class WatchedTarget extends Target {
  readonly #inner: Target
  readonly #life: Life

  constructor(inner: Target, life: Life) {
    super(inner.connected, inner.label)
    this.#inner = inner
    this.#life = life
  }

  override labelled(label: string): Target {
    return new WatchedTarget(this.#inner.labelled(label), this.#life)
  }

  /** Those that are sent together ask this of each other. */
  override isSame(other: Target): boolean {
    for (const target of [this, other]) if (target instanceof WatchedTarget) target.#life.trace.isSent = true
    return super.isSame(other)
  }

  override send<O extends Operation>(
    operation: O,
    input: Operations[O]['input'],
    options: TargetOptions
  ): Promise<Operations[O]['output']> {
    this.#life.trace.isSent = true
    return this.#inner.send(operation, input, options)
  }
}
