import type { GetItemCommandInput } from '@aws-sdk/client-dynamodb'
import type { Target } from '../../driver/target.ts'
import type { StoredItem } from '../../schema/definition.ts'
import type { NO_CHECKS } from '../batch/requests.ts'
import type { WriteOperation } from '../transact/command.ts'

/** What a builder that writes one item is to those who send it together with others. */
export interface ItemWrite<Result = unknown> {
  readonly target: Target
  readonly model: WriteOperation['model']
  readonly signal: AbortSignal | undefined
  /** Whether returning() asks for what only a write of its own can give. */
  readonly isReturning: boolean
  /**
   * Made anew by each call, with the time and the defaults of that moment; a promise where a schema is asynchronous, or
   * something is read first. Without a way to read, what has to throws InvalidRequest.
   */
  prepare(read?: ReadFirst): PreparedWrite<Result> | Promise<PreparedWrite<Result>>
}

/** Reads what is stored, on behalf of whoever sends the write. */
export type ReadFirst = (input: GetItemCommandInput) => Promise<StoredItem | undefined>

export interface PreparedWrite<Result = unknown> {
  /** What it becomes: one for each item that is touched. A batch takes what becomes one. */
  readonly operations: readonly [WriteOperation, ...WriteOperation[]]
  /** What the write gives when it has happened. */
  result(): Result
}

/** A builder that writes an item: create, put, update, delete, move, and a check, which writes nothing. */
export interface WriteBuilder<Problem extends string = Checked> {
  /** What it gives, as a type: the compiler finds that sooner here than in the method. */
  readonly ' result': unknown
  /** What keeps it from being sent with others, as a type. */
  readonly ' problem': Problem
  ' write'(): ItemWrite
}

export const isWriteBuilder = (builder: unknown): builder is WriteBuilder =>
  typeof builder === 'object' && builder !== null && ' write' in builder

/** What the compiler says of a write in a batch that always looks at the item before. */
export type Checked = typeof NO_CHECKS

/** What the compiler says, and the run time throws, of a write among others that is to give an item back. */
export const NO_RETURNING = 'returning() is for a write by itself'
export type NoReturning = typeof NO_RETURNING
