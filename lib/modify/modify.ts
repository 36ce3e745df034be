import { isDeepStrictEqual } from 'node:util'
import { backoff, pause } from '../driver/backoff.ts'
import { itemOf } from '../driver/output.ts'
import { checkSignal } from '../driver/signals.ts'
import { labelled, type Target } from '../driver/target.ts'
import {
  type CancellationReason,
  ConditionFailed,
  checkOptions,
  describe,
  givenBy,
  InvalidRequest,
  ItemExists,
  ItemNotFound,
  TransactionCancelled
} from '../errors.ts'
import { isRecord, notARecord, takesRecord } from '../fields/record.ts'
import { snapshotOf } from '../fields/snapshot.ts'
import type { Definition, StoredItem } from '../schema/definition.ts'
import { plainKey } from '../schema/plain-key.ts'
import type { AnyModel, InputOf, ItemOf, KeyOf } from '../schema/shape.ts'
import { beginCreate } from '../verbs/begin-item.ts'
import type { PreparedWrite, WriteBuilder } from '../verbs/builder/item-write.ts'
import { Runnable } from '../verbs/builder/runnable.ts'
import { compileGet } from '../verbs/get/get.ts'
import { TransactWrite } from '../verbs/transact/write.ts'
import { type Step, stepFrom } from './difference.ts'

/**
 * Returns the next item for an item; nothing, or an equal item, leaves it unchanged. It is a conditional type, although
 * the condition always holds: this makes the compiler resolve the model before the function, and so keep literal types.
 */
export type Change<M extends AnyModel> = [M] extends [unknown]
  ? (item: ItemOf<M>) => InputOf<M> | undefined | PromiseLike<InputOf<M> | undefined>
  : never

type Along = (item: never) => unknown

interface Plan<M extends AnyModel> {
  readonly target: Target
  readonly definition: Definition
  readonly model: M
  readonly key: Readonly<Record<string, unknown>>
  readonly change: Change<M>
  readonly first: Readonly<Record<string, unknown>> | undefined
  readonly along: Along | undefined
  readonly attempts: number
  readonly signal: AbortSignal | undefined
}

/** Reads an item, changes it and writes it, again if another write came first. Immutable. Made by `modify`. */
export class Modify<M extends AnyModel> extends Runnable<ItemOf<M>> {
  protected get operation() {
    return 'TransactWriteItems' as const
  }
  readonly #plan: Plan<M>

  constructor(plan: Plan<M>) {
    super()
    this.#plan = plan
  }

  /**
   * Creates this item if there is none, instead of throwing ItemNotFound. The item may omit its key, and `change` is
   * not called. Throws InvalidItem when awaited.
   *
   * ```ts
   * await modify(db, Counter, key, counter => ({ ...counter, last: counter.last + 1 })).orCreate({ last: 1 })
   * ```
   */
  orCreate(item: Omit<InputOf<M>, keyof KeyOf<M>>): Modify<M> {
    const { definition } = this.#plan
    const given: unknown = item
    if (!isRecord(given)) throw new InvalidRequest(definition.name, takesRecord('orCreate()', given))
    return new Modify({ ...this.#plan, first: snapshotOf(given, definition.attributes) })
  }

  /**
   * Adds writes to the same transaction: all take effect or none does. `writes` receives the item as it will be, and is
   * called again for each try, but not if the item stays unchanged. Throws TransactionCancelled when awaited if one of
   * these writes fails; its reasons begin with that of the item itself.
   *
   * ```ts
   * modify(db, Project, key, project => ({ ...project, issues: project.issues + 1 }))
   *   .along(({ issues }) => db.create(Issue, { ...key, number: issues, title }))
   * ```
   */
  along(writes: (item: ItemOf<M>) => WriteBuilder | readonly WriteBuilder[]): Modify<M> {
    if (typeof writes !== 'function')
      throw new InvalidRequest(this.#plan.definition.name, `along() takes a function, but got ${describe(writes)}`)
    return new Modify({ ...this.#plan, along: writes })
  }

  /** The most tries: 10 by default. Throws InvalidRequest. */
  retry(options: { readonly attempts: number }): Modify<M> {
    checkOptions(`${this.#plan.definition.name}: retry()`, options, ['attempts'])
    const { attempts } = options
    if (!(Number.isSafeInteger(attempts) && attempts > 0))
      throw new InvalidRequest(this.#plan.definition.name, 'retry() takes attempts, a whole number from 1 on')
    return new Modify({ ...this.#plan, attempts })
  }

  /**
   * Ends the run, with the signal's reason, when the signal is aborted: before a request, between tries, or while it
   * waits for an answer. In the last case, the item may still be written.
   */
  signal(signal: AbortSignal): Modify<M> {
    return new Modify({ ...this.#plan, signal: checkSignal(signal) })
  }

  /** Labels the events of its requests: see `connect({ onRequest })`. Throws InvalidRequest. */
  label(label: string): Modify<M> {
    return new Modify(labelled(this.#plan, label))
  }

  protected async run(): Promise<ItemOf<M>> {
    const { target, definition: model, key: values, attempts, signal } = this.#plan
    const key = model.key(values)
    const get = compileGet({ table: target.table, model, key, consistent: true, only: undefined })
    for (let tries = 1; ; tries++) {
      const row = itemOf(await target.send('GetItem', get, { signal, verb: 'modify', models: [model] }))
      const step = await this.#step(key, row)
      if (step.write === undefined) return step.item as ItemOf<M> // the model's own fields decoded it
      try {
        await this.#send(step.write, step.item)
        return step.item as ItemOf<M> // the same
      } catch (error) {
        const lost = error instanceof TransactionCancelled ? lostRace(error) : undefined
        if (lost === undefined) throw error
        if (tries >= attempts) throw givenUp(model, key, lost, tries, error)
        await pause(backoff(tries), signal)
      }
    }
  }

  /** Makes the write for the row that was found, or for none. */
  async #step(key: StoredItem, row: StoredItem | undefined): Promise<Step | { write: undefined; item: object }> {
    const { target, definition: model, model: given, key: values, change, first } = this.#plan
    if (row !== undefined && model.claims(row)) {
      const item = model.decode(row)
      const next: unknown = await change(item as ItemOf<M>) // decoded by the model's own fields
      const isUntouched = () => isDeepStrictEqual(item, model.decode(row))
      if (next === undefined && isUntouched()) return { write: undefined, item }
      if (!isRecord(next))
        throw new InvalidRequest(
          model.name,
          next === undefined
            ? 'the change of modify() has changed the item that it was given: it must give it back'
            : `the change of modify() ${notARecord(next, 'must give')}`
        )
      // Such an object has no own attributes, perhaps because it keeps its values private. It would remove all
      // attributes.
      if (Object.keys(next).length === 0)
        throw new InvalidRequest(model.name, `the change of modify() gives ${describe(next)}, which has no attributes`)
      return (await stepFrom(target, model, row, next)) ?? { write: undefined, item: model.decode(row) }
    }
    if (first === undefined) throw new ItemNotFound(model.name, plainKey(key))
    if (row !== undefined) throw new ItemExists(model.name, plainKey(key)) // of another model
    const item = { ...first, ...Object.fromEntries(model.primary.map(name => [name, values[name]])) }
    const create = beginCreate(target, given, item as never) // create() checks it
    const write = await create[' write']().prepare()
    return { write, item: write.result() as Record<string, unknown> } // an item of the model
  }

  /** Sends one transaction, which takes effect once even if it is sent again. */
  async #send(write: PreparedWrite, item: object): Promise<void> {
    const { target, definition: model, along, signal } = this.#plan
    const own = { ' write': () => ({ target, model, signal, isReturning: false, prepare: () => write }) }
    // A function that forgets to return its builder gives undefined, which the transaction refuses: the item is not
    // written alone.
    const given = along === undefined ? [] : givenBy(along(item as never)) // an item of the model
    const others: readonly unknown[] = Array.isArray(given) ? given : [given]
    await new TransactWrite({ target, builders: [own, ...others], signal, repeatable: undefined })
  }
}

/** The reason why the item itself was not written, if another write came first. */
const lostRace = ({ data }: TransactionCancelled): CancellationReason | undefined => {
  const [own] = data.reasons
  return own && ['ConditionFailed', 'ItemNotFound', 'ItemExists'].includes(own.code) ? own : undefined
}

const givenUp = (model: Definition, key: StoredItem, lost: CancellationReason, tries: number, cause: unknown) => {
  const times = tries === 1 ? 'between its read and its write' : `between read and write, ${tries} times`
  const reason = model.roles.version === undefined ? 'condition' : 'version'
  const because = { reason, sentence: `somebody else changed the item ${times}: see retry() of modify()` } as const
  return new ConditionFailed(model.name, plainKey(key), lost.item, because, { cause })
}
