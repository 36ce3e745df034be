import type { UpdateItemCommandInput } from '@aws-sdk/client-dynamodb'
import { UNUSED } from '../../alive.ts'
import { itemOf } from '../../driver/output.ts'
import { checkSignal } from '../../driver/signals.ts'
import { labelled, type Target } from '../../driver/target.ts'
import { InvalidRequest, isRefusal } from '../../errors.ts'
import type { Found } from '../../expressions/found-row.ts'
import type { Changed, ConditionInput, Paths } from '../../expressions/grammar.ts'
import { conditionOf } from '../../expressions/operators.ts'
import { INSPECT, type Inspected } from '../../fields/inspect.ts'
import { isPlain } from '../../fields/kinds.ts'
import { isRecord, takesRecord } from '../../fields/record.ts'
import { Report } from '../../fields/report.ts'
import { asyncSchema } from '../../fields/schema.ts'
import { snapshot, snapshotOf } from '../../fields/snapshot.ts'
import type { Command } from '../../plan/command.ts'
import type { IndexProblem } from '../../plan/write/index-follow.ts'
import { versionIn } from '../../plan/write/version.ts'
import type { AnyModel, InputOf, ItemOf, RemovableNames } from '../../schema/shape.ts'
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
import type { Checked, ItemWrite, NoReturning, PreparedWrite } from '../builder/item-write.ts'
import { refusedBy } from '../builder/refused.ts'
import type { ChangesOf } from './changes.ts'
import { type CompiledUpdate, checkReturns, compileUpdate, type UpdatePlan } from './command.ts'
import { resolveChanges } from './resolve.ts'
import { usualUpdate } from './usual.ts'

/** The changes of a new update. */
export const NO_CHANGES: UpdatePlan['changes'] = Object.freeze({})

interface Plan extends UpdatePlan {
  readonly target: Target
  readonly signal: AbortSignal | undefined
}

/**
 * Changes attributes of one item, which must exist unless `.upsert()` is called. Resolves to nothing unless
 * `.returning()` is called. Immutable. Made by `db.update`.
 */
export class Update<M extends AnyModel, Result = void, Given extends string = never, Removed extends string = never> {
  declare readonly ' result': Result
  declare readonly ' problem':
    | IndexProblem<M[' shape'], Given, Removed>
    | Checked
    | (Result[] extends Array<void> ? never : NoReturning)
  declare readonly ' given': Given
  declare readonly ' removed': Removed
  static readonly alive: object = new Update(UNUSED)
  readonly #plan: Plan

  constructor(plan: Plan) {
    this.#plan = plan
  }

  /**
   * Sets attributes, to values or by changes such as `plus(1)`. Ignores `undefined`, at any depth: use `.remove()`. A
   * plain object is merged into a `t.map()` or `t.record()`. Any other value replaces the old one, including each entry
   * of a record; `eq({…})` replaces a whole map. Names may be paths: `'lines[0].quantity'`. Further calls add changes.
   * Throws InvalidItem when awaited if a map that a change goes into does not exist.
   *
   * ```ts
   * db.update(Fruit, key).set({ weight: plus(1), 'address.city': 'Paris', tags: addTo('ripe') })
   * ```
   */
  set<K extends string = never>(changes: ChangesOf<M, K>): Update<M, Result, Given | (K & M[' follows']), Removed> {
    const { model, changes: before } = this.#plan
    const given: unknown = changes
    const isLiteral = isPlain(given)
    if (!isLiteral && !isRecord(given)) throw new InvalidRequest(model.name, takesRecord('set()', given))
    const added = model.attributes.copyChanges(isLiteral ? given : snapshotOf(given))
    for (const name in added) {
      const change = added[name]
      if (change === undefined) delete added[name]
      else if (before !== NO_CHANGES && Object.hasOwn(before, name))
        throw new InvalidRequest(model.name, `set() was given ${name} before`)
      else if (typeof change === 'object' && Object.hasOwn(added, name)) added[name] = snapshot(change)
    }
    return new Update({ ...this.#plan, changes: before === NO_CHANGES ? added : { ...before, ...added } })
  }

  /** For code that takes any model: only the run time checks whether all attributes of an index key are set. */
  asGiven(): Update<M, Result> {
    return new Update(this.#plan)
  }

  /** Removes optional attributes. Names may be paths: `'address.zip'`, `'lines[0].note'`. The run time checks paths. */
  remove<K extends (RemovableNames<M> & string) | keyof Paths>(
    ...names: K[]
  ): Update<M, Result, Given, Removed | (K & M[' follows'])> {
    return new Update({ ...this.#plan, removed: [...this.#plan.removed, ...names] })
  }

  /** Writes only if the item passes the condition; otherwise throws ConditionFailed. Calls combine with AND. */
  if(condition: ConditionInput<InputOf<M>>): Update<M, Result, Given, Removed> {
    const { guard } = this.#plan
    return new Update({ ...this.#plan, guard: { ...guard, conditions: [...guard.conditions, conditionOf(condition)] } })
  }

  /** Creates the item if there is none. Its key, its defaults and the set values must make a complete item. */
  upsert(): Update<M, Result, Given, Removed> {
    return new Update({ ...this.#plan, isUpsert: true, guard: { ...this.#plan.guard, existence: 'any' } })
  }

  /**
   * Leaves `t.version()` unchanged, so an update of a counter does not make somebody's concurrent edit fail. A version
   * in the key is still checked. Throws InvalidRequest if the model has no version.
   *
   * ```ts
   * await db.update(Issue, key).set({ comments: plus(1) }).keepVersion()
   * ```
   */
  keepVersion(): Update<M, Result, Given, Removed> {
    const { model } = this.#plan
    if (model.roles.version === undefined)
      throw new InvalidRequest(model.name, 'keepVersion() is for models with a t.version()')
    return new Update({ ...this.#plan, keepsVersion: true })
  }

  /**
   * Resolves to the item after the update (`'new'`), before it (`'old'`), or to the changed attributes (`'changed'`).
   * Of a map or list that the update changes inside, `'changed'` has only that part.
   */
  returning(what: 'new'): Update<M, ItemOf<M>, Given, Removed>
  /** Resolves to the item before the update, or to `undefined` if there was none. */
  returning(what: 'old'): Update<M, ItemOf<M> | undefined, Given, Removed>
  /** Resolves to the changed attributes. Of a map or list that the update changes inside, it has only that part. */
  returning(what: 'changed'): Update<M, Changed<ItemOf<M>>, Given, Removed>
  returning(what: 'new' | 'old' | 'changed'): Update<M, unknown, Given, Removed> {
    return new Update({ ...this.#plan, returns: checkReturns(this.#plan.model.name, what) })
  }

  /**
   * Ends the request, with the signal's reason, when the signal is aborted. A signal already aborted sends nothing. If
   * the request was already sent, the update may still happen.
   */
  signal(signal: AbortSignal): Update<M, Result, Given, Removed> {
    return new Update({ ...this.#plan, signal: checkSignal(signal) })
  }

  /** Labels the events of its requests: see `connect({ onRequest })`. Throws InvalidRequest. */
  label(label: string): Update<M, Result, Given, Removed> {
    return new Update(labelled(this.#plan, label))
  }

  /** Returns the UpdateItem input, unsent. Throws InvalidItem, InvalidKey, InvalidCondition and InvalidRequest. */
  get compile(): WhenReady<IndexProblem<M[' shape'], Given, Removed>, () => UpdateItemCommandInput> {
    return whenReady(compileIt)
  }

  /** Runs the update. `await` calls this, each time. */
  then<Value = Result, Failure = never>(
    onfulfilled?: Fulfilled<IndexProblem<M[' shape'], Given, Removed>, Result, Value>,
    onrejected?: OnRejected<Failure> | null
  ): Promise<Value | Failure> {
    return fulfil(run<Result>(this.#plan), onfulfilled, onrejected)
  }

  /** Runs the update and handles its error. */
  get catch(): WhenReady<IndexProblem<M[' shape'], Given, Removed>, Catch<Result>> {
    return whenReady(onrejected => run<Result>(this.#plan).catch(onrejected))
  }

  /** Runs the update and then calls the handler, whether it succeeded or failed. */
  get finally(): WhenReady<IndexProblem<M[' shape'], Given, Removed>, Finally<Result>> {
    return whenReady(onfinally => run<Result>(this.#plan).finally(onfinally))
  }

  /** Prints for console.log() the command that it would send. */
  [INSPECT](...[, options, print]: Inspected): string {
    return shown('UpdateItem', this, options, print)
  }

  /** The write as part of a transaction. */
  ' write'(): ItemWrite<Result> {
    return writeOf(this.#plan)
  }

  /** The command, for code that sends it in another way, such as a state machine. */
  get ' command'(): Ask<IndexProblem<M[' shape'], Given, Removed>, Command<'UpdateItem'>> {
    const plan = this.#plan
    return askOf({ model: plan.model.name, operation: 'UpdateItem', compile: () => compileNow(plan) })
  }

  /** The plan of an update, for code that applies it to many items; `undefined` if the argument is no update. */
  static plan(update: unknown): Plan | undefined {
    return update instanceof Update ? update.#plan : undefined
  }
}

const compile = (unlocked: Plan, found?: Found): CompiledUpdate | Promise<CompiledUpdate> => {
  const plan = locked(unlocked)
  if (!plan.model.attributes.hasSchemas)
    return (found === undefined ? usualUpdate(plan) : undefined) ?? compileUpdate(plan, undefined, found)
  const report = new Report()
  const compile = (changes: UpdatePlan['changes']) => compileUpdate({ ...plan, changes }, report, found)
  const changes = resolveChanges(plan, report)
  return changes instanceof Promise ? changes.then(compile) : compile(changes)
}

/** All updates share this function: to make a closure for each takes as long as a step of the builder. */
function compileIt(this: unknown): UpdateItemCommandInput {
  const plan = Update.plan(this)
  if (plan === undefined) throw new TypeError('A method of an update was called without its update.')
  return compileNow(plan)
}

const compileNow = (plan: Plan): UpdateItemCommandInput => {
  const compiled = compile(plan)
  if (compiled instanceof Promise) throw asyncSchema(plan.model.name, compiled)
  return compiled.input
}

/** How often an update is compiled again for the row that was found, if the row changes meanwhile. */
const MAX_TRIES = 3

const run = async <Result>(plan: Plan): Promise<Result> => {
  const { target, model, key, returns } = plan
  let compiled = await compile(plan)
  for (let tries = 0; ; tries++) {
    const { input } = compiled
    try {
      const { Attributes } = await target.send('UpdateItem', input, purposeOf(plan))
      const isPartial = returns === 'changed'
      // UPDATED_NEW has neither removed attributes nor the key, which an error would name.
      const found = isPartial ? { ...Attributes, ...input.Key } : Attributes
      const item = found && model.decode(found, isPartial)
      if (isPartial) for (const name in input.Key) delete item?.[name] // an attribute, if the key is one
      return item as Result // the type that returning() declared
    } catch (error) {
      const again = tries < MAX_TRIES ? await compileAsFound(plan, compiled, error) : undefined
      if (again === undefined)
        throw await refusedBy(error, { target, model, key: model.key(key), guard: locked(plan).guard }, purposeOf(plan))
      compiled = again
    }
  }
}

const purposeOf = ({ model, signal }: Plan) => ({ signal, verb: 'update', models: [model] })

/** Compiles a refused update again for the row as it is; `undefined` if no assumption about the row was wrong. */
const compileAsFound = async (
  plan: Plan,
  { input, assumes }: CompiledUpdate,
  error: unknown
): Promise<CompiledUpdate | undefined> => {
  const isAsked = isRefusal(error, 'ConditionalCheckFailedException')
  // An update that does not fit its row is a ValidationException.
  if (isAsked ? !assumes : !isRefusal(error, 'ValidationException')) return undefined
  const { TableName, Key } = input
  const read = { TableName, Key, ConsistentRead: true }
  const sent = (isAsked && itemOf(error)) || itemOf(await plan.target.send('GetItem', read, purposeOf(plan)))
  const again = await compile(plan, { row: sent ?? {}, isUnfit: !isAsked })
  const isSame =
    again.input.UpdateExpression === input.UpdateExpression &&
    again.input.ConditionExpression === input.ConditionExpression
  return isSame ? undefined : again
}

const writeOf = <Result>(plan: Plan): ItemWrite<Result> => {
  const { target, model, signal, returns } = plan
  const prepared = ({ input, assumes, footing }: CompiledUpdate): PreparedWrite<Result> => {
    const { UpdateExpression } = input
    const { guard } = locked(plan)
    if (UpdateExpression === undefined)
      throw new InvalidRequest(
        model.name,
        'an upsert that writes nothing beside the key cannot be part of a transaction, which asks for changes: put() it'
      )
    const Update = Object.assign(input, { UpdateExpression })
    return {
      operations: [
        { operation: { Update }, model, key: input.Key ?? {}, guard: assumes ? { ...guard, assumes } : guard, footing }
      ],
      result: () => undefined as Result // transactions refuse an update with returning()
    }
  }
  const prepare = () => {
    const compiled = compile(plan)
    return compiled instanceof Promise ? compiled.then(prepared) : prepared(compiled)
  }
  return { target, model, signal, isReturning: returns !== 'none', prepare }
}

/** The plan, with the version from its key. */
const locked = (plan: Plan): Plan => {
  const version = versionIn(plan.model, plan.key)
  return version === undefined ? plan : { ...plan, guard: { ...plan.guard, version } }
}
