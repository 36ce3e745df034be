import type { Usage } from '../usage.ts'
import { cut, printable } from './describe.ts'
import { hideItems } from './hide.ts'
import type { ItemKey } from './key.ts'

/** One thing that is wrong with a value: where (attribute names and list positions) and what. */
export interface Issue {
  readonly path: readonly (string | number)[]
  readonly message: string
}

/**
 * What DynamoDB says of an operation of a cancelled transaction (CancellationReason in its API reference), but for failed
 * conditions, which have codes of keystorm's.
 */
export type DynamoReasonCode =
  | 'TransactionConflict'
  | 'ItemCollectionSizeLimitExceeded'
  | 'ProvisionedThroughputExceeded'
  | 'ThrottlingError'
  | 'ValidationError'

/**
 * Why an operation of a transaction was not carried out: `None` where nothing was wrong with it; `ItemExists`, `ItemNotFound`
 * or `ConditionFailed`, as the operation by itself would have thrown; else what DynamoDB says. It may come to say more.
 */
export type ReasonCode = 'None' | 'ItemExists' | 'ItemNotFound' | 'ConditionFailed' | DynamoReasonCode | (string & {})

/** What became of one operation of a transaction that was cancelled. */
export interface CancellationReason {
  readonly code: ReasonCode
  /** Of a `ConditionFailed` or `ItemNotFound`: what was not as it should be. */
  readonly reason?: ConditionReason | undefined
  readonly message: string
  readonly model: string
  readonly key: ItemKey
  /** The item that kept the operation from being carried out, decoded, where there is one and DynamoDB sent it back. */
  readonly item: unknown
}

/** How far a batch or load has come. */
export interface Undone<Left = unknown, Result = unknown> {
  readonly verb: 'batchGet()' | 'batchWrite()' | 'load()' | 'writeAll()'
  /** With those that are left, all that were asked for; of load() and writeAll() all that were taken from the source. */
  readonly done: number
  /** What is not known to be done, in the order asked: builders, of load() items. */
  readonly left: readonly Left[]
  /** Where those builders stood. */
  readonly positions: readonly number[]
  /** What the builders of batchGet() give, in the order asked; `undefined` of those that are left. */
  readonly results: readonly (Result | undefined)[]
}

/** How far a `deleteAll` or `updateAll` has come. */
export interface BulkUndone {
  readonly verb: 'deleteAll()' | 'updateAll()'
  readonly done: number
  readonly changed: number
  readonly gone: number
  /** The keys of items that were taken, and are not known to be done. */
  readonly left: readonly ItemKey[]
  /** What it takes to go on. */
  readonly rest: string
  readonly usage: Usage
}

/** Why a write was not made: there is no item, it has another version than the one given, or it fails the condition. */
export type ConditionReason = 'missing' | 'version' | 'condition'

/** What each error carries beside its message. The code decides the payload's type. */
export interface ErrorData {
  InvalidModel: { readonly model: string }
  KeyCollision: { readonly models: readonly [string, string] }
  InvalidKey: { readonly model: string; readonly key: string; readonly attribute?: string }
  InvalidItem: { readonly model: string; readonly issues: readonly Issue[] }
  InvalidCondition: { readonly model: string; readonly issues: readonly Issue[] }
  ConditionFailed: {
    readonly model: string
    readonly key: ItemKey
    readonly item: unknown
    readonly reason: ConditionReason
  }
  UndecodableItem: { readonly model: string; readonly key: Partial<ItemKey>; readonly path: Issue['path'] }
  InvalidRequest: { readonly model: string }
  IncompleteQuery: { readonly model: string; readonly attribute: string }
  InvalidCursor: { readonly model: string }
  ItemNotFound: { readonly model: string; readonly key: ItemKey }
  ItemExists: { readonly model: string; readonly key: ItemKey }
  BatchIncomplete: Undone
  BulkIncomplete: BulkUndone
  BudgetExceeded: { readonly limit: string; readonly max: number; readonly usage: Usage }
  TransactionCancelled: { readonly reasons: readonly CancellationReason[] }
  NoClient: { readonly missing: string }
  NoTable: { readonly table: string | undefined }
  InvalidResponse: { readonly operation: string }
  Unsendable: { readonly param: string }
  InvalidEvent: { readonly record: number | undefined }
  NoEngine: { readonly tried: readonly string[] }
}

export type ErrorCode = keyof ErrorData

/** How long a message may be. */
export const MAX_MESSAGE = 1_000

/**
 * Every error keystorm itself raises. `code` says which, `data` holds what a program may want to know,
 * `cause` the error behind it where there is one. Errors of the AWS SDK pass through unchanged.
 *
 * Errors may be logged: a message is one line of at most 1,000 characters, and what holds items or builders (`item`,
 * `left`, `results`, in `data` and in reasons, too) is there, but not enumerable.
 *
 * ```ts
 * if (isKeystormError(error) && error.code === 'InvalidItem') show(error.data.issues)
 * ```
 */
export class KeystormError<C extends ErrorCode = ErrorCode> extends Error {
  declare static readonly [Symbol.hasInstance]: InstanceOf

  /** What kind of error it is, as `isKeystormError` tells them apart. */
  readonly code: C
  /** What the code says there is to know: model, key, attributes. */
  readonly data: ErrorData[C]

  constructor(code: C, message: string, data: ErrorData[C], options?: ErrorOptions) {
    super(cut(printable(cut(message, MAX_MESSAGE)), MAX_MESSAGE), options)
    hideItems(options?.cause)
    this.name = code
    this.code = code
    this.data = data
  }
}

type AnyKeystormError = { [C in ErrorCode]: KeystormError<C> }[ErrorCode]

/** What instanceof makes of a class with type parameters, where that is to be more than `unknown` for each. */
export declare const instance: unique symbol

type AnyClass = abstract new (...args: never) => unknown

/** What instanceof makes of the classes of errors: of those with type parameters, TypeScript by itself would make `any`. */
type InstanceOf = <C extends AnyClass>(this: C, error: unknown) => error is MadeBy<C>
type MadeBy<C> = C extends { readonly [instance]: infer E }
  ? E
  : C extends abstract new (
        ...args: never
      ) => infer E
    ? [KeystormError] extends [E]
      ? AnyKeystormError
      : E
    : never

/** Tells keystorm's errors from others, and lets `code` narrow the type of `data`. */
export const isKeystormError = (error: unknown): error is AnyKeystormError => error instanceof KeystormError
