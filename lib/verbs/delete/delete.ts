import type { DeleteItemCommandInput } from '@aws-sdk/client-dynamodb'
import { UNUSED } from '../../alive.ts'
import { checkSignal } from '../../driver/signals.ts'
import { labelled, type Target } from '../../driver/target.ts'
import type { ConditionInput } from '../../expressions/grammar.ts'
import { conditionOf } from '../../expressions/operators.ts'
import { Printer } from '../../expressions/print.ts'
import { textOf } from '../../keys/param.ts'
import type { Command } from '../../plan/command.ts'
import { compileGuard, type Guard, needsNoCondition } from '../../plan/write/precondition.ts'
import { versionIn } from '../../plan/write/version.ts'
import type { Definition, StoredItem } from '../../schema/definition.ts'
import type { GivenKey } from '../../schema/given-key.ts'
import type { AnyModel, InputOf, ItemOf } from '../../schema/shape.ts'
import type { ItemWrite, PreparedWrite, Problems } from '../builder/item-write.ts'
import { refusedBy } from '../builder/refused.ts'
import { Runnable } from '../builder/runnable.ts'

interface Plan {
  readonly target: Target
  readonly table: string | undefined
  readonly model: Definition
  readonly guard: Guard
  readonly returnsOld: boolean
  readonly key: GivenKey
  readonly signal: AbortSignal | undefined
}

/** Deletes one item by its primary key. Succeeds also if there is none. Immutable. Made by `db.delete`. */
export class Delete<M extends AnyModel, Result = void, Why extends keyof Problems = never> extends Runnable<Result> {
  declare readonly ' model': M
  declare readonly ' result': Result
  declare readonly ' problem': Problems[Why]
  protected get operation() {
    return 'DeleteItem' as const
  }
  static readonly alive: object = new Delete(UNUSED)
  readonly #plan: Plan

  constructor(plan: Plan) {
    super()
    this.#plan = plan
  }

  /**
   * Deletes only if the item passes the condition; otherwise throws ConditionFailed. A missing item passes `missing()`.
   * Calls combine with AND.
   *
   * ```ts
   * await db.delete(Order, key).if({ status: 'draft' })
   * ```
   */
  if(condition: ConditionInput<InputOf<M>>): Delete<M, Result, Why> {
    const { guard } = this.#plan
    return new Delete({ ...this.#plan, guard: { ...guard, conditions: [...guard.conditions, conditionOf(condition)] } })
  }

  /**
   * Resolves to the deleted item, or to `undefined` if there was none.
   *
   * ```ts
   * const deleted = await db.delete(Order, key).returning('old')
   * ```
   */
  returning(_what: 'old'): Delete<M, ItemOf<M> | undefined, 'old'> {
    return new Delete({ ...this.#plan, returnsOld: true })
  }

  /**
   * Ends the request, with the signal's reason, when the signal is aborted. A signal already aborted sends nothing. If
   * the request was already sent, the delete may still happen.
   */
  signal(signal: AbortSignal): Delete<M, Result, Why> {
    return new Delete({ ...this.#plan, signal: checkSignal(signal) })
  }

  /** Labels the events of its requests: see `connect({ onRequest })`. Throws InvalidRequest. */
  label(label: string): Delete<M, Result, Why> {
    return new Delete(labelled(this.#plan, label))
  }

  /** Returns the DeleteItem input. Sends nothing. Throws InvalidKey, InvalidCondition and InvalidRequest. */
  compile(): DeleteItemCommandInput {
    return compileDelete(this.#plan, this.#plan.key.stored(), this.#guard())
  }

  /** The command, for code that sends it in another way, such as a state machine. */
  ' command'(): Command<'DeleteItem'> {
    return { model: this.#plan.model.name, operation: 'DeleteItem', compile: () => this.compile() }
  }

  protected async run(): Promise<Result> {
    const { target, model, key, signal } = this.#plan
    const purpose = { signal, verb: 'delete', models: [model] }
    try {
      const { Attributes } = await target.send('DeleteItem', this.compile(), purpose)
      return (Attributes && model.decode(Attributes)) as Result // only returning() requests attributes, and it sets the type
    } catch (error) {
      throw await refusedBy(error, { target, model, key: key.stored(), guard: this.#guard() }, purpose)
    }
  }

  /** The write as part of a transaction or a batch. */
  ' write'(): ItemWrite<Result> {
    const { target, model, key, returnsOld, signal } = this.#plan
    const prepare = (): PreparedWrite<Result> => ({
      operations: [{ operation: { Delete: this.compile() }, model, key: key.stored(), guard: this.#guard() }],
      result: () => undefined as Result // transactions and batches refuse a delete with returning()
    })
    return { target, model, signal, isReturning: returnsOld, prepare }
  }

  #guard() {
    const { model, key, guard } = this.#plan
    const version = versionIn(model, key.values)
    return version === undefined ? guard : { ...guard, version }
  }
}

/** Throws InvalidCondition and InvalidRequest. */
const compileDelete = ({ table, model, returnsOld }: Plan, key: StoredItem, guard: Guard): DeleteItemCommandInput => {
  if (!returnsOld && needsNoCondition(model, guard)) return { TableName: textOf(table), Key: key }
  const printer = new Printer(model.name)
  const input: DeleteItemCommandInput = { TableName: textOf(table), Key: key }
  if (returnsOld) input.ReturnValues = 'ALL_OLD'
  return Object.assign(input, compileGuard(model, guard, printer), printer.placeholders())
}
