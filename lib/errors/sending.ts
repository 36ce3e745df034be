import type { Usage } from '../usage.ts'
import { cut, few } from './describe.ts'
import { type CancellationReason, type instance, KeystormError, MAX_MESSAGE, type Undone } from './error.ts'
import { hide } from './hide.ts'

/** No table was named, or the named table does not exist. */
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

/**
 * Nothing can be sent. A client package is not installed or cannot be loaded, or `leanClient()` lacks a region,
 * credentials or a valid endpoint. `cause` has the details, if any.
 */
export class NoClient extends KeystormError<'NoClient'> {
  constructor(missing: string, why: string, options?: ErrorOptions) {
    super('NoClient', `${why}.`, { missing }, options)
  }

  static ofPackage(name: string, otherwise: string, options: ErrorOptions): NoClient {
    return new NoClient(name, `${name} cannot be loaded: npm install ${name}, or ${otherwise}`, options)
  }
}

/** A response lacks required parts, so the fate of the request is unknown. A write may have been carried out. */
export class InvalidResponse extends KeystormError<'InvalidResponse'> {
  constructor(operation: string, problem: string) {
    const fate = READS.test(operation) ? '' : ' It may have been carried out.'
    super('InvalidResponse', `${operation}: the answer cannot be understood, because ${problem}.${fate}`, { operation })
  }
}

/** The operations that write nothing. */
const READS = /Get|Query|Scan|Describe/

/**
 * No operation of the transaction was carried out. `data.reasons` has one reason for each operation, in their order.
 */
export class TransactionCancelled extends KeystormError<'TransactionCancelled'> {
  constructor(did: 'read' | 'written', reasons: readonly CancellationReason[], options?: ErrorOptions) {
    const count = reasons.filter(({ code }) => code !== 'None').length
    const space = Math.max(160, Math.floor((MAX_MESSAGE - 100) / count))
    const failed = reasons.flatMap(({ code, message, model }, i) => {
      const what = message.startsWith(`${model}: `) ? message : [model, code, message].filter(Boolean).join(': ')
      return code === 'None' ? [] : [`operation ${i + 1}: ${cut(what, space).replace(/\.$/, '')}`]
    })
    const why = failed.length > 0 ? `because of ${few(failed, '; ', 5)}` : 'for no reason given'
    const hidden = reasons.map(reason => hide({ ...reason }, 'item'))
    super('TransactionCancelled', `transact(): nothing was ${did}, ${why}.`, { reasons: hidden }, options)
  }
}

/**
 * A batch or load ended early. `left` holds everything that is not known to be done. To continue, pass it on:
 * `await db.batchWrite(error.left)`. Some writes in `left` may have been made; they can be made again without harm.
 * `cause` is the error that ended the batch, if any; after an abort it is the signal's reason.
 */
export class BatchIncomplete<Left = unknown, Result = unknown> extends KeystormError<'BatchIncomplete'> {
  declare static readonly [instance]: BatchIncomplete<LeftOver>

  /** The builders (of load(): the items) that are not known to be done, in the order asked. */
  readonly left: readonly Left[]
  /** The results of batchGet(), in the order asked. `undefined` for a builder in `left`. */
  readonly results: readonly (Result | undefined)[]

  constructor(why: string, undone: Undone<Left, Result>, options?: ErrorOptions) {
    const { verb, done, left, results } = undone
    const all = `${done + left.length}${verb === 'load()' || verb === 'writeAll()' ? ' taken from the source' : ''}`
    const reason = why.replace(/\.$/, '')
    super(
      'BatchIncomplete',
      `${verb}: ${left.length} of ${all} ${left.length === 1 ? 'is' : 'are'} left (error.left): ${reason}.`,
      hide({ ...undone }, 'left', 'results'),
      options
    )
    this.left = left
    this.results = results
    hide(this, 'left', 'results')
  }
}

/** A builder or item in `left` of unknown type. The same verb takes it again; a transaction takes builders. */
export interface LeftOver {
  readonly ' left': true
  readonly ' result': unknown
  readonly ' problem': never
  readonly ' read': never
  readonly ' write': never
  readonly ' command': never
}

/** The budget of `metered` is spent, and nothing more was sent. `data.usage` says what was used. */
export class BudgetExceeded extends KeystormError<'BudgetExceeded'> {
  constructor(limit: string, max: number, usage: Usage) {
    super('BudgetExceeded', `metered(): nothing more was sent, because ${limit}: ${max} is used up.`, {
      limit,
      max,
      usage
    })
  }
}
