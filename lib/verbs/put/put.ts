import type { PutItemCommandInput } from '@aws-sdk/client-dynamodb'
import { UNUSED } from '../../alive.ts'
import { checkSignal } from '../../driver/signals.ts'
import { labelled, type Target } from '../../driver/target.ts'
import type { ConditionInput } from '../../expressions/grammar.ts'
import { conditionOf } from '../../expressions/operators.ts'
import type { Filled } from '../../fields/encoder.ts'
import { Report } from '../../fields/report.ts'
import { asyncSchema } from '../../fields/schema.ts'
import type { Command } from '../../plan/command.ts'
import { checkSize } from '../../plan/write/size.ts'
import type { AnyModel, InputOf, ItemOf } from '../../schema/shape.ts'
import type { ItemWrite, Problems } from '../builder/item-write.ts'
import { refusedBy } from '../builder/refused.ts'
import { Runnable } from '../builder/runnable.ts'
import { compilePut, type PutPlan, stampsIn } from './command.ts'

interface Plan extends PutPlan {
  readonly target: Target
  readonly item: unknown
  readonly signal: AbortSignal | undefined
}

/**
 * Writes one whole item. Resolves to it as a later read would return it. Immutable. Made by `db.put` and `db.create`.
 */
export class Put<M extends AnyModel, Result = ItemOf<M>, Why extends keyof Problems = never> extends Runnable<Result> {
  declare readonly ' model': M
  declare readonly ' result': Result
  declare readonly ' problem': Problems[Why]
  protected get operation() {
    return 'PutItem' as const
  }
  static readonly alive: object = new Put(UNUSED)
  readonly #plan: Plan

  constructor(plan: Plan) {
    super()
    this.#plan = plan
  }

  /**
   * Writes only if the stored item passes the condition; otherwise throws ConditionFailed. Calls combine with AND.
   *
   * ```ts
   * await db.put(User, user).if({ isLocked: missing() })
   * ```
   */
  if(condition: ConditionInput<InputOf<M>>): Put<M, Result, Why> {
    const { guard } = this.#plan
    return new Put({ ...this.#plan, guard: { ...guard, conditions: [...guard.conditions, conditionOf(condition)] } })
  }

  /**
   * Resolves to the replaced item, or to `undefined` if there was none.
   *
   * ```ts
   * const before = await db.put(User, user).returning('old')
   * ```
   */
  returning(_what: 'old'): Put<M, ItemOf<M> | undefined, 'old'> {
    return new Put({ ...this.#plan, returnsOld: true })
  }

  /**
   * Ends the request, with the signal's reason, when the signal is aborted. A signal already aborted sends nothing. If
   * the request was already sent, the write may still happen.
   */
  signal(signal: AbortSignal): Put<M, Result, Why> {
    return new Put({ ...this.#plan, signal: checkSignal(signal) })
  }

  /** Labels the events of its requests: see `connect({ onRequest })`. Throws InvalidRequest. */
  label(label: string): Put<M, Result, Why> {
    return new Put(labelled(this.#plan, label))
  }

  /** Returns the PutItem input. Sends nothing. Throws InvalidItem, InvalidKey, InvalidCondition and InvalidRequest. */
  compile(): PutItemCommandInput {
    const { input, report } = this.#prepare()
    if (input instanceof Promise) throw asyncSchema(this.#plan.model.name, input)
    checkSize(this.#plan.model.name, input.Item ?? {}, report.mostBytes)
    return input
  }

  /** The command, for code that sends it in another way, such as a state machine. */
  ' command'(): Command<'PutItem'> {
    return { model: this.#plan.model.name, operation: 'PutItem', compile: () => this.compile() }
  }

  protected async run(): Promise<Result> {
    const { target, model, returnsOld, signal } = this.#plan
    const { guard, input, report } = this.#prepare()
    const command = await input
    const stored = command.Item ?? {}
    checkSize(model.name, stored, report.mostBytes)
    const purpose = { signal, verb: guard.existence === 'new' ? 'create' : 'put', models: [model] }
    try {
      const { Attributes } = await target.send('PutItem', command, purpose)
      const result = returnsOld ? Attributes && model.decode(Attributes) : model.decode(stored)
      return result as Result // decoded by the model's own fields
    } catch (error) {
      throw await refusedBy(error, { target, model, key: model.keyIn(stored), guard }, purpose)
    }
  }

  /** The write as part of a transaction or a batch. */
  ' write'(): ItemWrite<Result> {
    const { target, model, returnsOld, signal } = this.#plan
    const prepare = () => {
      const { guard, input } = this.#prepare()
      const prepared = (command: PutItemCommandInput) => {
        const { TableName, Item = {} } = command
        const operation = { Put: { ...command, TableName, Item } }
        const result = () => model.decode(Item) as Result // decoded by the model's own fields
        return { operations: [{ operation, model, key: model.keyIn(Item), guard }], result } as const
      }
      return input instanceof Promise ? input.then(prepared) : prepared(input)
    }
    return { target, model, signal, isReturning: returnsOld, prepare }
  }

  #prepare() {
    const { target, table, model, item, returnsOld } = this.#plan
    const report = new Report()
    const { stamps, guard } = stampsIn(model, item, this.#plan.guard, target.connected.clock)
    const compile = (filled: Filled | undefined) =>
      compilePut({ table, model, returnsOld, guard }, model.encode(item, report, filled))
    const filled = model.fill(item, stamps, report)
    return { guard, report, input: filled instanceof Promise ? filled.then(compile) : compile(filled) }
  }
}
