export { describe } from './errors/describe.ts'

import type { Usage } from './usage.ts'

/** One thing that is wrong with a value: where (attribute names and list positions) and what. */
export interface Issue {
  readonly path: readonly (string | number)[]
  readonly message: string
}

/** A primary key as it stands in the table. */
export interface PrimaryKey {
  readonly PK: string
  readonly SK: string
}

/** What became of one operation of a transaction that was cancelled. */
export interface CancellationReason {
  /**
   * `None` where nothing was wrong with it; `ItemExists`, `ItemNotFound` or `ConditionFailed`, as the operation by itself
   * would have thrown; else what DynamoDB says, such as `TransactionConflict`.
   */
  readonly code: string
  readonly message: string
  readonly model: string
  readonly key: PrimaryKey
  /** The item that kept the operation from being carried out, decoded, where there is one and DynamoDB sent it back. */
  readonly item: unknown
}

/** How far a batch or load has come. */
export interface Undone<Left = unknown, Result = unknown> {
  readonly verb: 'batchGet()' | 'batchWrite()' | 'load()'
  /** With those that are left, all that were asked for; of load() all that were taken from the source. */
  readonly done: number
  /** What is not known to be done, in the order asked: builders, of load() items. */
  readonly left: readonly Left[]
  /** Where those builders stood. */
  readonly positions: readonly number[]
  /** What the builders of batchGet() give, in the order asked; `undefined` of those that are left. */
  readonly results: readonly (Result | undefined)[]
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
    readonly key: PrimaryKey
    readonly item: unknown
    readonly reason: ConditionReason
  }
  UndecodableItem: { readonly model: string; readonly key: Partial<PrimaryKey>; readonly path: Issue['path'] }
  InvalidRequest: { readonly model: string }
  IncompleteQuery: { readonly model: string; readonly attribute: string }
  InvalidCursor: { readonly model: string }
  ItemNotFound: { readonly model: string; readonly key: PrimaryKey }
  ItemExists: { readonly model: string; readonly key: PrimaryKey }
  BatchIncomplete: Undone
  BudgetExceeded: { readonly limit: string; readonly max: number; readonly usage: Usage }
  TransactionCancelled: { readonly reasons: readonly CancellationReason[] }
  NoTable: { readonly table: string | undefined }
  Unsendable: { readonly param: string }
  NoEngine: { readonly tried: readonly string[] }
}

export type ErrorCode = keyof ErrorData

/**
 * Every error keystorm itself raises. `code` says which, `data` holds what a program may want to know,
 * `cause` the error behind it where there is one. Errors of the AWS SDK pass through unchanged.
 *
 * ```ts
 * if (isKeystormError(error) && error.code === 'InvalidItem') show(error.data.issues)
 * ```
 */
export class KeystormError<C extends ErrorCode = ErrorCode> extends Error {
  readonly code: C
  readonly data: ErrorData[C]

  constructor(code: C, message: string, data: ErrorData[C], options?: ErrorOptions) {
    super(message, options)
    this.name = code
    this.code = code
    this.data = data
  }
}

/** Tells keystorm's errors from others, and lets `code` narrow the type of `data`. */
export const isKeystormError = (error: unknown): error is { [C in ErrorCode]: KeystormError<C> }[ErrorCode] =>
  error instanceof KeystormError

/** There is no item under this key: `get(…).orThrow()` found none, or `update` had none to change. */
export class ItemNotFound extends KeystormError<'ItemNotFound'> {
  constructor(model: string, key: PrimaryKey, options?: ErrorOptions) {
    super('ItemNotFound', `${model}: no item under ${show(key)}.`, { model, key }, options)
  }
}

/** `create` found an item under this key and left it as it is. */
export class ItemExists extends KeystormError<'ItemExists'> {
  constructor(model: string, key: PrimaryKey, options?: ErrorOptions) {
    super(
      'ItemExists',
      `${model}: there already is an item under ${show(key)}; use put to replace it.`,
      { model, key },
      options
    )
  }
}

/** What was to be written does not fit the model; `data.issues` lists everything that is wrong. */
export class InvalidItem extends KeystormError<'InvalidItem'> {
  constructor(model: string, issues: readonly Issue[]) {
    super('InvalidItem', `${model}: nothing was sent, because ${list(issues)}.`, { model, issues })
  }
}

/** A condition cannot be asked; `data.issues` lists everything that is wrong with it. */
export class InvalidCondition extends KeystormError<'InvalidCondition'> {
  constructor(model: string, issues: readonly Issue[]) {
    super('InvalidCondition', `${model}: nothing was sent, because ${list(issues)}.`, { model, issues })
  }
}

/**
 * The item was not as a condition wants it, or not of the version that was given, and nothing was written: `data.reason`
 * says which. `item` is the item as it is, decoded; `undefined` if there is none.
 */
export class ConditionFailed<Item = unknown> extends KeystormError<'ConditionFailed'> {
  constructor(
    model: string,
    key: PrimaryKey,
    readonly item: Item | undefined,
    because: { readonly reason: ConditionReason; readonly sentence: string },
    options?: ErrorOptions
  ) {
    const { reason, sentence } = because
    super(
      'ConditionFailed',
      `${model}: nothing was written under ${show(key)}, because ${sentence}.`,
      { model, key, item, reason },
      options
    )
  }
}

/** A stored item does not fit the model it was read as. */
export class UndecodableItem extends KeystormError<'UndecodableItem'> {
  constructor(model: string, key: Partial<PrimaryKey>, path: Issue['path'], problem: string) {
    super('UndecodableItem', `${model}: the item under ${show(key)} does not fit: ${formatPath(path)}: ${problem}.`, {
      model,
      key,
      path
    })
  }
}

/** A value cannot stand in a key, or the key is longer than DynamoDB allows. */
export class InvalidKey extends KeystormError<'InvalidKey'> {
  constructor(model: string, key: string, problem: string, attribute?: string) {
    super('InvalidKey', `${model}.${key}: ${problem}.`, attribute ? { model, key, attribute } : { model, key })
  }
}

/** Two models could claim the same item. */
export class KeyCollision extends KeystormError<'KeyCollision'> {
  constructor(models: readonly [string, string], templates: readonly [string, string]) {
    const [first, second] = models
    super(
      'KeyCollision',
      `${first} and ${second} could claim the same item: ${first} is stored under ${templates[0]}, ${second} under ` +
        `${templates[1]}. Give one of them another suffix or another identifier.`,
      { models }
    )
  }
}

/** No table was named, or the one that was named does not exist. */
export class NoTable extends KeystormError<'NoTable'> {
  constructor(table?: string, options?: ErrorOptions) {
    super(
      'NoTable',
      table === undefined
        ? "No table: name one by withTable('name', …), by connect({ table: 'name' }) or in the environment variable DB_TABLE_NAME."
        : `There is no table '${table}' where this client looks: check its name, region and account, or make it with createTable(db).`,
      { table },
      options
    )
  }
}

/** A query lacks a part of its partition key, leaves a gap in the sort key, or names what is not in the key. */
export class IncompleteQuery extends KeystormError<'IncompleteQuery'> {
  constructor(model: string, sentence: string, attribute: string) {
    super('IncompleteQuery', `${sentence}.`, { model, attribute })
  }
}

/** A page was asked for by a cursor that is not one of this query, or was changed on its way. */
export class InvalidCursor extends KeystormError<'InvalidCursor'> {
  constructor(model: string) {
    super(
      'InvalidCursor',
      `${model}: this cursor does not belong to this query, or it was changed: give page() a cursor of the same query.`,
      { model }
    )
  }
}

/** Nothing of a transaction was carried out. `data.reasons` has a reason for each operation, in their order. */
export class TransactionCancelled extends KeystormError<'TransactionCancelled'> {
  constructor(did: 'read' | 'written', reasons: readonly CancellationReason[], options?: ErrorOptions) {
    const failed = reasons.flatMap(({ code, message, model }, i) => {
      const what = message.startsWith(`${model}: `) ? message : [model, code, message].filter(Boolean).join(': ')
      return code === 'None' ? [] : [`operation ${i + 1}: ${what.replace(/\.$/, '')}`]
    })
    const why = failed.length > 0 ? `because of ${failed.join('; ')}` : 'for no reason given'
    super('TransactionCancelled', `transact(): nothing was ${did}, ${why}.`, { reasons }, options)
  }
}

/** Inside of `metered`, nothing more is sent: its budget is spent. `data.usage` says on what. */
export class BudgetExceeded extends KeystormError<'BudgetExceeded'> {
  constructor(limit: string, max: number, usage: Usage) {
    super('BudgetExceeded', `metered(): nothing more was sent, because ${limit}: ${max} is used up.`, {
      limit,
      max,
      usage
    })
  }
}

/**
 * A batch or load ended before all was done. `left` is exactly what is not known to be done, to go on with:
 * `await db.batchWrite(error.left)`. Of a write, some of that may have been done, and may be done again without harm.
 * `cause` is the error behind it, where there is one: of an abort, the signal's reason.
 */
export class BatchIncomplete<Left = unknown, Result = unknown> extends KeystormError<'BatchIncomplete'> {
  readonly left: readonly Left[]
  readonly results: readonly (Result | undefined)[]

  constructor(why: string, undone: Undone<Left, Result>, options?: ErrorOptions) {
    const { verb, done, left, results } = undone
    const all = `${done + left.length}${verb === 'load()' ? ' taken from the source' : ''}`
    const reason = why.replace(/\.$/, '')
    super('BatchIncomplete', `${verb}: ${left.length} of ${all} are left (error.left): ${reason}.`, undone, options)
    this.left = left
    this.results = results
  }
}

/** A model definition that cannot work, refused when it is made or first used. */
export class InvalidModel extends KeystormError<'InvalidModel'> {
  constructor(model: string, problem: string) {
    super('InvalidModel', `${model}: ${problem}.`, { model })
  }
}

/** A call with an argument that cannot work, such as `limit(0.5)`. */
export class InvalidRequest extends KeystormError<'InvalidRequest'> {
  constructor(model: string, problem: string) {
    super('InvalidRequest', `${model}: ${problem}.`, { model })
  }
}

/** A builder holds a param, whose value only a state machine knows: it cannot be sent from here, and nothing was. */
export class Unsendable extends KeystormError<'Unsendable'> {
  constructor(param: string) {
    super(
      'Unsendable',
      `The value of the param ${param} is only known in a state machine, so its builder cannot be compiled or sent here: ` +
        'make a state of it, by toState() or toJsonata() of keystorm/jsonata.',
      { param }
    )
  }
}

const show = (key: Partial<PrimaryKey>): string => `PK ${JSON.stringify(key.PK)}, SK ${JSON.stringify(key.SK)}`

const list = (issues: readonly Issue[]): string =>
  issues.map(issue => `${formatPath(issue.path)}: ${issue.message}`).join('; ')

/** Where something stands, as programs write it: `lines[0].sku`. */
export const formatPath = (path: Issue['path']): string =>
  path.map((step, i) => (typeof step === 'number' ? `[${step}]` : i === 0 ? step : `.${step}`)).join('') || 'the item'
