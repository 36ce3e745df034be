import type { Target } from '../../driver/target.ts'
import type { Command } from '../../plan/command.ts'
import type { StoredItem } from '../../schema/definition.ts'
import type { ReadOperation } from '../transact/command.ts'

/** One read, in the form that transactions and batches need. */
export interface ItemRead<Result = unknown> extends ReadOperation {
  readonly target: Target
  readonly signal: AbortSignal | undefined
  /** Makes the builder's result of the row that was found. Throws ItemNotFound if the builder requires an item. */
  result(stored: StoredItem | undefined): Result
}

/** A builder that reads one item: get. */
export interface ReadBuilder {
  /** The type of the result. The compiler resolves it faster here than through the method. */
  readonly ' result': unknown
  ' read'(): ItemRead
  ' command'(): Command<'GetItem'>
}

export const isReadBuilder = (builder: unknown): builder is ReadBuilder =>
  typeof builder === 'object' && builder !== null && ' read' in builder
