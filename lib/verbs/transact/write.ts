import type { TransactWriteItemsCommandInput } from '@aws-sdk/client-dynamodb'
import { UNUSED } from '../../alive.ts'
import { itemOf } from '../../driver/output.ts'
import { checkSignal } from '../../driver/signals.ts'
import { labelled, type Target } from '../../driver/target.ts'
import { InvalidRequest, TransactionCancelled } from '../../errors.ts'
import { asyncSchema } from '../../fields/schema.ts'
import { isParam } from '../../keys/param.ts'
import type { Command } from '../../plan/command.ts'
import { proveApart } from '../../schema/apart.ts'
import { isReadBuilder } from '../builder/item-read.ts'
import {
  type ItemWrite,
  isWriteBuilder,
  NO_RETURNING,
  type PreparedWrite,
  type ReadFirst
} from '../builder/item-write.ts'
import { Runnable } from '../builder/runnable.ts'
import { checkTarget, joinedSignals } from '../builder/several.ts'
import { checkOperationCount, compileTransactWrite, refusalOf, TRANSACT, writeReasonsOf } from './command.ts'
import { sendTogether } from './send.ts'
import { NOT_BOTH, NOT_TAKEN, purposeOf } from './together.ts'

interface Plan {
  readonly target: Target
  readonly builders: readonly unknown[]
  readonly signal: AbortSignal | undefined
  /** The token, and the writes that the first run prepared for it. */
  readonly repeatable: { readonly token: string; sent?: Promise<readonly PreparedWrite[]> } | undefined
}

/**
 * Writes up to 100 items, all or none. Resolves to each builder's result, in order: the item for create, put and move,
 * `undefined` for the others. Immutable. Made by `db.transact`.
 */
export class TransactWrite<Results> extends Runnable<Results> {
  protected get operation() {
    return 'TransactWriteItems' as const
  }
  static readonly alive: object = new TransactWrite(UNUSED)
  readonly #plan: Plan

  constructor(plan: Plan) {
    super()
    this.#plan = plan
  }

  /**
   * Sets the token by which DynamoDB recognizes this transaction for ten minutes, to carry it out only once: a text of
   * 1 to 36 characters. Without it, each run makes its own token, which all retries of the run share. With it, awaiting
   * the same builder again repeats exactly the same request, to ask again after a lost answer. Throws InvalidRequest
   * when awaited if the token belongs to other content, such as another builder's with other timestamps.
   *
   * ```ts
   * const payment = db.transact(…).token(request.id)
   * ```
   */
  token(token: string): TransactWrite<Results> {
    if (!isParam(token) && (typeof token !== 'string' || token.length < 1 || token.length > 36))
      throw new InvalidRequest(TRANSACT, 'token() takes a text of 1 to 36 characters')
    return new TransactWrite({ ...this.#plan, repeatable: { token } })
  }

  /**
   * Ends the transaction, with the signal's reason, when the signal is aborted. A signal already aborted sends nothing.
   * If the request was already sent, the writes may still happen.
   */
  signal(signal: AbortSignal): TransactWrite<Results> {
    return new TransactWrite({ ...this.#plan, signal: checkSignal(signal) })
  }

  /** Labels the events of its requests: see `connect({ onRequest })`. Throws InvalidRequest. */
  label(label: string): TransactWrite<Results> {
    return new TransactWrite(labelled(this.#plan, label))
  }

  /**
   * Returns the TransactWriteItems input, with the token if there is one. Sends nothing. Throws InvalidRequest, and the
   * errors of the builders.
   */
  compile(): TransactWriteItemsCommandInput {
    const prepared = this.#writes().map(write => {
      const operation = write.prepare()
      if (operation instanceof Promise) throw asyncSchema(write.model.name, operation)
      return operation
    })
    return compileTransactWrite(prepared, this.#plan.repeatable?.token)
  }

  /** The command, for code that sends it in another way, such as a state machine. */
  ' command'(): Command<'TransactWriteItems'> {
    const { repeatable } = this.#plan
    const isFixed = repeatable !== undefined && !isParam(repeatable.token)
    const lacks = () => (isFixed ? 'token' : undefined)
    return { model: TRANSACT, operation: 'TransactWriteItems', compile: () => this.compile(), lacks }
  }

  protected async run(): Promise<Results> {
    const { target, repeatable } = this.#plan
    const writes = this.#writes()
    const stop = joinedSignals([this.#plan, ...writes])
    const purpose = purposeOf(writes, stop)
    let prepared: readonly PreparedWrite[] = []
    try {
      stop?.signal.throwIfAborted()
      prepared = await this.#prepare(writes, async input => itemOf(await target.send('GetItem', input, purpose)))
      const cancelled = await sendTogether(target, prepared, repeatable?.token ?? crypto.randomUUID(), purpose)
      if (cancelled === undefined) return prepared.map(write => write.result()) as Results // each builder makes its own result
      delete repeatable?.sent // DynamoDB forgets the token of a cancelled transaction, so the next run prepares anew
      const { reasons, cause } = cancelled
      throw new TransactionCancelled('written', writeReasonsOf(prepared, reasons, cause), { cause })
    } catch (error) {
      throw refusalOf(prepared, error)
    } finally {
      stop?.release()
    }
  }

  #prepare(writes: readonly ItemWrite[], read: ReadFirst): Promise<readonly PreparedWrite[]> {
    const { repeatable } = this.#plan
    if (repeatable?.sent !== undefined) return repeatable.sent
    const prepared = Promise.all(writes.map(async write => write.prepare(read)))
    if (repeatable !== undefined) {
      repeatable.sent = prepared
      prepared.catch(() => delete repeatable.sent) // nothing was sent yet
    }
    return prepared
  }

  #writes(): ItemWrite[] {
    const { target, builders } = this.#plan
    checkOperationCount(builders.length)
    const writes = builders.map((builder, i) => {
      if (!isWriteBuilder(builder)) throw new InvalidRequest(TRANSACT, notAWrite(builder, i))
      const write = builder[' write']()
      const what = `operation ${i + 1} (${write.model.name})`
      checkTarget(target, write.target, TRANSACT, what)
      if (write.isReturning) throw new InvalidRequest(TRANSACT, `${what}: ${NO_RETURNING}`)
      return write
    })
    proveApart(writes.map(({ model }) => model))
    return writes
  }
}

const notAWrite = (builder: unknown, i: number): string =>
  isReadBuilder(builder) ? `operation ${i + 1} is a get among others: ${NOT_BOTH}` : `operation ${i + 1}: ${NOT_TAKEN}`
