import type { Operation, Operations } from '../driver/sender.ts'
import { Target, type TargetOptions } from '../driver/target.ts'

/** What is known of a builder, and of all builders made from it, when they are garbage collected. */
export interface Trace {
  isSent: boolean
  /** Where the first one was made. */
  readonly stack?: string
  /** Called when all of them are garbage collected. */
  readonly end: (trace: Trace) => void
}

/** Reachable as long as one of the builders is. */
interface Life {
  readonly trace: Trace
}

/** A target that records whether its builder was sent, alone or with others. */
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

  /** Transactions and batches call this for each builder that they send. */
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
