import type { TransactWriteItem } from '@aws-sdk/client-dynamodb'
import type { Guard } from '../commands/guard.ts'
import type { PrimaryKey } from '../errors.ts'
import type { Definition } from '../model/definition.ts'
import type { Target } from '../table/target.ts'

/**
 * What a builder that writes one item is to those who send it together with others. `Problem` says, to the compiler, what
 * keeps it from being sent.
 */
export interface ItemWrite<Result = unknown, Problem extends string = string> {
  readonly target: Target
  readonly model: Definition
  readonly signal: AbortSignal | undefined
  /** Whether returning() asks for what only a write of its own can give. */
  readonly isReturning: boolean
  readonly problem?: Problem
  /** Made anew by each call, with the time and the defaults of that moment; a promise where a schema is asynchronous. */
  prepare(): PreparedWrite<Result> | Promise<PreparedWrite<Result>>
}

/** A write that is ready to be sent, and to be sent again as it is. */
export interface PreparedWrite<Result = unknown> {
  readonly operation: TransactWriteItem
  readonly key: PrimaryKey
  /** What must hold, to tell what failed. */
  readonly guard: Guard
  /** What the write gives when it has happened. */
  result(): Result
}

/** What the compiler says, and the run time throws, of a write among others that is to give an item back. */
export const NO_RETURNING = 'returning() is for a write by itself'
export type NoReturning = typeof NO_RETURNING
