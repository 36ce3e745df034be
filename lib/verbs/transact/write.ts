import type { TransactWriteItemsCommandInput } from '@aws-sdk/client-dynamodb'
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
import { checkCount, compileTransactWrite, refusalOf, TRANSACT, writeReasonsOf } from './command.ts'
import { sendWrites } from './send.ts'
import { checkTarget, joined, NOT_BOTH, NOT_TAKEN, purposeOf } from './together.ts'

interface Plan {
  readonly target: Target
  readonly builders: readonly unknown[]
  readonly signal: AbortSignal | undefined
  /** The token that was given, and what is sent under it, made by the first run. */
  readonly repeatable: { readonly token: string; sent?: Promise<readonly PreparedWrite[]> } | undefined
}

/**
 * Writes up to 100 items, all of them or none. Gives what each builder would give, in their order: the item of create and
 * put, nothing of the others. Immutable. Made by `db.transact`.
 */
export class TransactWrite<Results> extends Runnable<Results> {
  protected get operation() {
    return 'TransactWriteItems' as const
  }
  readonly #plan: Plan

  constructor(plan: Plan) {
    super()
    this.#plan = plan
  }

  /**
   * The token by which DynamoDB knows, for ten minutes, that it has carried out this transaction already: of 1 to 36
   * characters. Without it, each run has one of its own, which all its retries share. With it, awaiting the builder again
   * repeats the very same request, so whoever never got an answer can ask again. Awaited, it throws InvalidRequest where the token
   * was that of other content, as another builder's is whose dates differ.
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
   * Gives up, with the signal's reason, when the signal is aborted: before anything is sent, or while the answer is awaited,
   * and then it may have been written all the same.
   */
  signal(signal: AbortSignal): TransactWrite<Results> {
    return new TransactWrite({ ...this.#plan, signal: checkSignal(signal) })
  }

  /** What the events of its requests are labelled with: see `connect({ onRequest })`. Throws InvalidRequest. */
  label(label: string): TransactWrite<Results> {
    return new TransactWrite(labelled(this.#plan, label))
  }

  /**
   * The input of TransactWriteItems, with the token if one was given; nothing is sent. Throws InvalidRequest, and what the
   * builders throw.
   */
  compile(): TransactWriteItemsCommandInput {
    const prepared = this.#writes().map(write => {
      const operation = write.prepare()
      if (operation instanceof Promise) throw asyncSchema(write.model.name, operation)
      return operation
    })
    return compileTransactWrite(prepared, this.#plan.repeatable?.token)
  }

  /** The command, for those who send it in other ways. */
  ' command'(): Command<'TransactWriteItems'> {
    const { repeatable } = this.#plan
    const isFixed = repeatable !== undefined && !isParam(repeatable.token)
    const beside = () => (isFixed ? 'token' : undefined)
    return { model: TRANSACT, operation: 'TransactWriteItems', compile: () => this.compile(), beside }
  }

  protected async run(): Promise<Results> {
    const { target, repeatable } = this.#plan
    const writes = this.#writes()
    const stop = joined([this.#plan, ...writes])
    const purpose = purposeOf(writes, stop)
    let prepared: readonly PreparedWrite[] = []
    try {
      stop?.signal.throwIfAborted()
      prepared = await this.#prepare(writes, async input => (await target.send('GetItem', input, purpose)).Item)
      const cancelled = await sendWrites(target, prepared, repeatable?.token ?? crypto.randomUUID(), purpose)
      if (cancelled === undefined) return prepared.map(write => write.result()) as Results // each by its own builder
      delete repeatable?.sent // what was cancelled is no longer known by its token, and may be made anew
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
    checkCount(builders.length)
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
