import type { TransactWriteItemsCommandInput } from '@aws-sdk/client-dynamodb'
import { UNUSED } from '../../alive.ts'
import { checkSignal } from '../../driver/signals.ts'
import { labelled, type Target } from '../../driver/target.ts'
import type { ConditionInput } from '../../expressions/grammar.ts'
import { conditionOf } from '../../expressions/operators.ts'
import { INSPECT, type Inspected } from '../../fields/inspect.ts'
import type { Command } from '../../plan/command.ts'
import type { Guard } from '../../plan/write/precondition.ts'
import { versionIn } from '../../plan/write/version.ts'
import type { GivenKey } from '../../schema/given-key.ts'
import type { AnyModel, InputOf, NamesByRole } from '../../schema/shape.ts'
import {
  type Ask,
  askOf,
  type Catch,
  type Finally,
  type Fulfilled,
  fulfil,
  type OnRejected,
  type WhenReady,
  whenReady
} from '../builder/if-runnable.ts'
import { shown } from '../builder/inspect.ts'
import type { Checked, ItemWrite, PreparedWrite } from '../builder/item-write.ts'
import { compileTransactWrite } from '../transact/command.ts'
import { sendAlone } from '../transact/send.ts'
import { type CheckPlan, compileCheck, type NOTHING_TO_CHECK } from './command.ts'

interface Plan extends CheckPlan {
  readonly target: Target
  readonly key: GivenKey
  readonly guard: Guard
  readonly signal: AbortSignal | undefined
}

/**
 * The problem of a check without a condition. A model with `t.version()` has none, since its key may bring a version to
 * check.
 */
export type Unchecked<M extends AnyModel> = [NamesByRole<M[' shape'], 'version'>] extends [never]
  ? typeof NOTHING_TO_CHECK
  : never

/**
 * Checks an item against a condition and writes nothing, for a transaction that depends on the item. Awaited by itself,
 * it is a transaction of its own. Immutable. Made by `db.check`.
 */
export class Check<M extends AnyModel, Problem extends string = never> {
  declare readonly ' model': M
  declare readonly ' result': undefined
  declare readonly ' problem': Problem | Checked
  static readonly alive: object = new Check(UNUSED)
  readonly #plan: Plan

  constructor(plan: Plan) {
    this.#plan = plan
  }

  /** Sets the condition that the item must pass. A missing item passes `missing()`. Calls combine with AND. */
  if(condition: ConditionInput<InputOf<M>>): Check<M> {
    const { guard } = this.#plan
    return new Check({ ...this.#plan, guard: { ...guard, conditions: [...guard.conditions, conditionOf(condition)] } })
  }

  /** Ends the check, with the signal's reason, when the signal is aborted. A signal already aborted sends nothing. */
  signal(signal: AbortSignal): Check<M, Problem> {
    return new Check({ ...this.#plan, signal: checkSignal(signal) })
  }

  /** Labels the events of its requests: see `connect({ onRequest })`. Throws InvalidRequest. */
  label(label: string): Check<M, Problem> {
    return new Check(labelled(this.#plan, label))
  }

  /**
   * Returns the TransactWriteItems input of this check alone. Sends nothing. Throws InvalidKey and InvalidCondition.
   */
  get compile(): WhenReady<Problem, () => TransactWriteItemsCommandInput> {
    return whenReady(() => compileTransactWrite([writeOf(this.#plan)], undefined))
  }

  /** Runs the check. Resolves to `undefined`. Throws ConditionFailed, with the stored item. */
  then<Value = undefined, Failure = never>(
    onfulfilled?: Fulfilled<Problem, undefined, Value>,
    onrejected?: OnRejected<Failure> | null
  ): Promise<Value | Failure> {
    return fulfil(run(this.#plan), onfulfilled, onrejected)
  }

  /** Runs the check and handles its error. */
  get catch(): WhenReady<Problem, Catch<undefined>> {
    return whenReady(onrejected => run(this.#plan).catch(onrejected))
  }

  /** Runs the check and then calls the handler, whether it succeeded or failed. */
  get finally(): WhenReady<Problem, Finally<undefined>> {
    return whenReady(onfinally => run(this.#plan).finally(onfinally))
  }

  /** Prints for console.log() the command that it would send. */
  [INSPECT](...[, options, print]: Inspected): string {
    return shown('TransactWriteItems', this, options, print)
  }

  /** The check as part of a transaction. */
  ' write'(): ItemWrite<undefined> {
    const plan = this.#plan
    const { target, model, signal } = plan
    return {
      target,
      model,
      signal,
      isReturning: false,
      prepare: () => writeOf(plan)
    }
  }

  /** The command, for code that sends it in another way, such as a state machine. */
  get ' command'(): Ask<Problem, Command<'TransactWriteItems'>> {
    const plan = this.#plan
    const compile = () => compileTransactWrite([writeOf(plan)], undefined)
    return askOf({ model: plan.model.name, operation: 'TransactWriteItems', compile })
  }
}

const writeOf = (plan: Plan): PreparedWrite<undefined> => {
  const { model } = plan
  const key = plan.key.stored()
  const version = versionIn(model, plan.key.values)
  const guard = version === undefined ? plan.guard : { ...plan.guard, version }
  const operation = { ConditionCheck: compileCheck(plan, key, guard) }
  return { operations: [{ operation, model, key, guard }], result: () => undefined }
}

const run = async (plan: Plan): Promise<undefined> => {
  const { target, model, signal } = plan
  return sendAlone(target, writeOf(plan), undefined, { signal, verb: 'check', models: [model] })
}
