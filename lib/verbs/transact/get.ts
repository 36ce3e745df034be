import type { TransactGetItemsCommandInput } from '@aws-sdk/client-dynamodb'
import { UNUSED } from '../../alive.ts'
import { itemOf, reasonsIn } from '../../driver/output.ts'
import { checkSignal } from '../../driver/signals.ts'
import { labelled, type Target } from '../../driver/target.ts'
import { sendTransaction } from '../../driver/transaction.ts'
import { isRefusal, TransactionCancelled } from '../../errors.ts'
import type { Command } from '../../plan/command.ts'
import { proveApart } from '../../schema/apart.ts'
import type { ItemRead, ReadBuilder } from '../builder/item-read.ts'
import { Runnable } from '../builder/runnable.ts'
import { checkTarget, joinedSignals } from '../builder/several.ts'
import { answersOf, checkOperationCount, compileTransactGet, reasonsOf, TRANSACT } from './command.ts'
import { purposeOf } from './together.ts'

interface Plan {
  readonly target: Target
  readonly reads: readonly ReadBuilder[]
  readonly signal: AbortSignal | undefined
}

/**
 * Reads up to 100 items, all at the same moment. Resolves to each get's result, in order. Immutable. Made by
 * `db.transact`.
 */
export class TransactGet<Results> extends Runnable<Results> {
  protected get operation() {
    return 'TransactGetItems' as const
  }
  static readonly alive: object = new TransactGet(UNUSED)
  readonly #plan: Plan

  constructor(plan: Plan) {
    super()
    this.#plan = plan
  }

  /** Ends the request, with the signal's reason, when the signal is aborted. A signal already aborted sends nothing. */
  signal(signal: AbortSignal): TransactGet<Results> {
    return new TransactGet({ ...this.#plan, signal: checkSignal(signal) })
  }

  /** Labels the events of its requests: see `connect({ onRequest })`. Throws InvalidRequest. */
  label(label: string): TransactGet<Results> {
    return new TransactGet(labelled(this.#plan, label))
  }

  /** Returns the TransactGetItems input. Sends nothing. Throws InvalidKey and InvalidRequest. */
  compile(): TransactGetItemsCommandInput {
    return compileTransactGet(this.#reads())
  }

  /** The command, for code that sends it in another way, such as a state machine. */
  ' command'(): Command<'TransactGetItems'> {
    const { reads } = this.#plan
    const lacks = () => reads.map(read => read[' command']().lacks?.()).find(Boolean)
    return { model: TRANSACT, operation: 'TransactGetItems', compile: () => this.compile(), lacks }
  }

  protected async run(): Promise<Results> {
    const { target } = this.#plan
    const reads = this.#reads()
    const stop = joinedSignals([this.#plan, ...reads])
    try {
      const input = compileTransactGet(reads)
      const { Responses } = await sendTransaction(target, 'TransactGetItems', input, purposeOf(reads, stop))
      const answers = answersOf(Responses, reads.length)
      return reads.map((read, i) => read.result(itemOf(answers[i] ?? {}))) as Results // each builder makes its own result
    } catch (error) {
      if (!isRefusal(error, 'TransactionCanceledException')) throw error
      throw new TransactionCancelled('read', reasonsOf(reads, reasonsIn(error), error), { cause: error })
    } finally {
      stop?.release()
    }
  }

  #reads(): ItemRead[] {
    const { target, reads } = this.#plan
    checkOperationCount(reads.length)
    const asked = reads.map((builder, i) => {
      const read = builder[' read']()
      checkTarget(target, read.target, TRANSACT, `operation ${i + 1} (${read.model.name})`)
      return read
    })
    proveApart(asked.map(({ model }) => model))
    return asked
  }
}
