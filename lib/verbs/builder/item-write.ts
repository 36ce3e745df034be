import type { GetItemCommandInput } from '@aws-sdk/client-dynamodb'
import type { Target } from '../../driver/target.ts'
import type { StoredItem } from '../../schema/definition.ts'
import type { NO_CHECKS } from '../batch/requests.ts'
import type { WriteOperation } from '../transact/command.ts'

/** One write, in the form that transactions and batches need. */
export interface ItemWrite<Result = unknown> {
  readonly target: Target
  readonly model: WriteOperation['model']
  readonly signal: AbortSignal | undefined
  /** Whether returning() was called. Only a write sent by itself can return an item. */
  readonly isReturning: boolean
  /**
   * Prepares the write with the current time and defaults; each call prepares it anew. Returns a promise if a schema is
   * asynchronous, or if the write reads the item first. Such a write throws InvalidRequest if `read` is missing.
   */
  prepare(read?: ReadFirst): PreparedWrite<Result> | Promise<PreparedWrite<Result>>
}

/** Reads the stored item for a write that needs it, through the sender of that write. */
export type ReadFirst = (input: GetItemCommandInput) => Promise<StoredItem | undefined>

export interface PreparedWrite<Result = unknown> {
  /** One operation for each item that the write touches. A batch takes only writes of one operation. */
  readonly operations: readonly [WriteOperation, ...WriteOperation[]]
  /** Makes the builder's result after the write has succeeded. */
  result(): Result
}

/** A builder that writes an item: create, put, update, delete, move; and check, which writes nothing. */
export interface WriteBuilder<Problem extends string = Checked> {
  /** The type of the result. The compiler resolves it faster here than through the method. */
  readonly ' result': unknown
  /** The type of what keeps the builder out of a transaction or a batch. */
  readonly ' problem': Problem
  ' write'(): ItemWrite
}

export const isWriteBuilder = (builder: unknown): builder is WriteBuilder =>
  typeof builder === 'object' && builder !== null && ' write' in builder

/** The compile-time error for a conditional write in a batch. */
export type Checked = typeof NO_CHECKS

/** The error, at compile time and run time, for returning() in a transaction or a batch. */
export const NO_RETURNING = 'returning() is for a write by itself'
export type NoReturning = typeof NO_RETURNING

/**
 * What keeps a builder out of a transaction or a batch: that it writes only a new item, or that it returns the old one. The
 * builder's type has the short name, and not the sentence, which the compiler would print twice.
 */
export interface Problems {
  readonly new: Checked
  readonly old: NoReturning
}
