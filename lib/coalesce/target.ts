import type { GetItemCommandInput } from '@aws-sdk/client-dynamodb'
import type { Operation, Operations } from '../driver/sender.ts'
import { Target, type TargetOptions } from '../driver/target.ts'
import type { Queue } from './queue.ts'

/** A target that combines gets. */
export class CoalescingTarget extends Target {
  readonly #inner: Target
  readonly #queue: Queue

  constructor(inner: Target, queue: Queue) {
    super(inner.connected, inner.label)
    this.#inner = inner
    this.#queue = queue
  }

  override labelled(label: string): Target {
    return new CoalescingTarget(this.#inner.labelled(label), this.#queue)
  }

  override send<O extends Operation>(
    operation: O,
    input: Operations[O]['input'],
    options: TargetOptions
  ): Promise<Operations[O]['output']> {
    // Without a table, a get fails in the usual way.
    if (operation !== 'GetItem' || typeof this.table !== 'string') return this.#inner.send(operation, input, options)
    return this.#queue.get(this.#inner, input as GetItemCommandInput, options) // typed by the operation
  }
}
