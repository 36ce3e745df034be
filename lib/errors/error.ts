import type { Usage } from '../usage.ts'
import { cut, printable } from './describe.ts'
import { hideItems } from './hide.ts'
import type { ItemKey } from './key.ts'

/** One problem of a value: `path` says where (attribute names and list positions), `message` says what. */
export interface Issue {
  readonly path: readonly (string | number)[]
  readonly message: string
}

/**
 * The codes of DynamoDB for an operation of a cancelled transaction (CancellationReason in its API reference). Failed
 * conditions are not among them: they have keystorm's own codes.
 */
export type DynamoReasonCode =
  | 'TransactionConflict'
  | 'ItemCollectionSizeLimitExceeded'
  | 'ProvisionedThroughputExceeded'
  | 'ThrottlingError'
  | 'ValidationError'

/**
 * Why a transaction did not carry out an operation. `None`: nothing was wrong with this operation. `ItemExists`,
 * `ItemNotFound`, `ConditionFailed`: the error that the operation throws outside of a transaction. Otherwise it is a
 * code of DynamoDB, which may add new ones.
 */
export type ReasonCode = 'None' | 'ItemExists' | 'ItemNotFound' | 'ConditionFailed' | DynamoReasonCode | (string & {})

/** The result of one operation of a cancelled transaction. */
export interface CancellationReason {
  readonly code: ReasonCode
  /** Why the condition failed. Only for `ConditionFailed` and `ItemNotFound`. */
  readonly reason?: ConditionReason | undefined
  readonly message: string
  readonly model: string
  readonly key: ItemKey
  /** The decoded item that the condition failed on, if DynamoDB sent it back. */
  readonly item: unknown
}

/** The progress of a batch or load that did not finish. */
export interface Undone<Left = unknown, Result = unknown> {
  readonly verb: 'batchGet()' | 'batchWrite()' | 'load()' | 'writeAll()'
  /**
   * The number of items done. `done` and `left` together are all that the program asked for, or all that load() and
   * writeAll() took from the source.
   */
  readonly done: number
  /** The builders (of load(): the items) that are not known to be done, in the order asked. */
  readonly left: readonly Left[]
  /** The positions of these builders in the call. */
  readonly positions: readonly number[]
  /** The results of batchGet(), in the order asked. `undefined` for a builder in `left`. */
  readonly results: readonly (Result | undefined)[]
}

/** The progress of a `deleteAll` or `updateAll` that did not finish. */
export interface BulkUndone {
  readonly verb: 'deleteAll()' | 'updateAll()'
  /** The number of items deleted or updated. */
  readonly done: number
  /** The number of items skipped because they changed after the read. */
  readonly changed: number
  /** The number of items that no longer existed. */
  readonly gone: number
  /** The keys of items that the run took and does not know to be done. */
  readonly left: readonly ItemKey[]
  /** A token for `resume()`, which continues the run. */
  readonly rest: string
  readonly usage: Usage
}

/** Why a write failed: there is no item, the item has another version, or the item fails the condition. */
export type ConditionReason = 'missing' | 'version' | 'condition'

/** The data of each error, by its code. */
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

/** The codes of all errors: `error.code`. */
export type ErrorCode = keyof ErrorData

/** The maximum length of a message, in characters. */
export const MAX_MESSAGE = 1_000

/**
 * The base class of all errors that keystorm raises. `code` names the kind of error. `data` holds its details. `cause`
 * is the error behind it, if any. Errors of the AWS SDK pass through unchanged.
 *
 * Errors are safe to log. A message is one line of at most 1,000 characters. Properties that hold items or builders
 * (`item`, `left`, `results`, also in `data` and in reasons) are not enumerable, so loggers skip them.
 *
 * ```ts
 * if (isKeystormError(error) && error.code === 'InvalidItem') show(error.data.issues)
 * ```
 */
export class KeystormError<C extends ErrorCode = ErrorCode> extends Error {
  declare static readonly [Symbol.hasInstance]: InstanceOf

  /** The kind of error. */
  readonly code: C
  /** The details of this kind of error, such as model, key and issues. */
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

/** A generic class declares here which type instanceof narrows to. Otherwise its type parameters become `unknown`. */
export declare const instance: unique symbol

type AnyClass = abstract new (...args: never) => unknown

/**
 * Types instanceof for error classes. By itself, TypeScript narrows to a generic class with `any` for its type
 * parameters.
 */
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

/** Tells keystorm's errors from others. Then `code` narrows the type of `data`. */
export const isKeystormError = (error: unknown): error is AnyKeystormError => error instanceof KeystormError
