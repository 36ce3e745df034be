import type { Target } from '../../driver/target.ts'
import type { Command } from '../../plan/command.ts'
import type { StoredItem } from '../../schema/definition.ts'
import type { ReadOperation } from '../transact/command.ts'

/** What a builder that reads one item is to those who send it together with others. */
export interface ItemRead<Result = unknown> extends ReadOperation {
  readonly target: Target
  readonly signal: AbortSignal | undefined
  /** What the read gives for what was found. Throws ItemNotFound where there must be an item. */
  result(stored: StoredItem | undefined): Result
}

/** A builder that reads one item: get. */
export interface ReadBuilder {
  /** What it gives, as a type: the compiler finds that sooner here than in the method. */
  readonly ' result': unknown
  ' read'(): ItemRead
  ' command'(): Command<'GetItem'>
}

export const isReadBuilder = (builder: unknown): builder is ReadBuilder =>
  typeof builder === 'object' && builder !== null && ' read' in builder
