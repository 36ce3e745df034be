import type { PutItemCommandInput } from '@aws-sdk/client-dynamodb'
import { guardError } from '../commands/guard.ts'
import { compilePut, type PutPlan, stamp } from '../commands/put.ts'
import type { ConditionInput } from '../expressions/grammar.ts'
import { Report } from '../fields/report.ts'
import { asyncSchema } from '../fields/schema.ts'
import { primaryKeyOf } from '../model/definition.ts'
import type { AnyModel, InputOf, ItemOf } from '../model/shape.ts'
import type { Target } from '../table/target.ts'
import { Runnable } from './runnable.ts'

interface Plan extends PutPlan {
  readonly target: Target
  readonly item: unknown
}

/** Writes one whole item, and gives it as a later read will. Immutable. Made by `db.put` and `db.create`. */
export class Put<M extends AnyModel, Result = ItemOf<M>> extends Runnable<Result> {
  declare readonly '~model': M
  readonly #plan: Plan

  constructor(plan: Plan) {
    super()
    this.#plan = plan
  }

  /** Writes only if the item that is there passes the condition; else throws ConditionFailed. Called again: and. */
  if(condition: ConditionInput<InputOf<M>>): Put<M, Result> {
    const { guard } = this.#plan
    return new Put({ ...this.#plan, guard: { ...guard, conditions: [...guard.conditions, condition] } })
  }

  /** Gives the item that was replaced, `undefined` if there was none. */
  returning(_what: 'old'): Put<M, ItemOf<M> | undefined> {
    return new Put({ ...this.#plan, returnsOld: true })
  }

  /** The input of PutItem; nothing is sent. Throws InvalidItem, InvalidKey, InvalidCondition and InvalidRequest. */
  compile(): PutItemCommandInput {
    const { input } = this.#prepare()
    if (input instanceof Promise) throw asyncSchema(this.#plan.model.name, input)
    return input
  }

  protected async run(): Promise<Result> {
    const { target, model, returnsOld } = this.#plan
    const { guard, input } = this.#prepare()
    const command = await input
    const stored = command.Item ?? {}
    try {
      const { Attributes } = await target.send('PutItem', command)
      const result = returnsOld ? Attributes && model.decode(Attributes) : model.decode(stored)
      return result as Result // decoded by the model's own fields
    } catch (error) {
      throw guardError(error, model, primaryKeyOf(stored), guard)
    }
  }

  #prepare() {
    const { model } = this.#plan
    const report = new Report()
    const { item, guard } = stamp(model, this.#plan.item, this.#plan.guard)
    const compile = (resolved: unknown) => compilePut({ ...this.#plan, guard }, model.encode(resolved, report))
    const resolved = model.resolve(item, report)
    return { guard, input: resolved instanceof Promise ? resolved.then(compile) : compile(resolved) }
  }
}
