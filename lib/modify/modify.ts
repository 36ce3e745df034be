import { isDeepStrictEqual } from 'node:util'
import { backoff, pause } from '../driver/backoff.ts'
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
import { isRecord, notARecord } from '../fields/record.ts'
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
 * Makes the next item of an item; gives nothing, or one that is the same, to leave it as it is. A conditional type, although it
 * holds for every model: of those alone the compiler looks up the model before it reads the function, and so keeps literals.
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

/** Reads an item, changes it and writes it, until nobody comes in between. Immutable. Made by `modify`. */
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
   * Makes this item where there is none, in the place of ItemNotFound. The key need not be given again, and the change is not
   * asked. Awaited, it throws InvalidItem.
   *
   * ```ts
   * await modify(db, Counter, key, counter => ({ ...counter, last: counter.last + 1 })).orCreate({ last: 1 })
   * ```
   */
  orCreate(item: Omit<InputOf<M>, keyof KeyOf<M>>): Modify<M> {
    const { definition } = this.#plan
    const given: unknown = item
    if (!isRecord(given)) throw new InvalidRequest(definition.name, `orCreate() ${notARecord(given)}`)
    return new Modify({ ...this.#plan, first: snapshotOf(given, definition.attributes) })
  }

  /**
   * Writes others in the same transaction: all are written or none. They are made of the item as it will be, anew with each try;
   * where the item is left as it is, they are not written. Awaited, it throws TransactionCancelled if one of the others cannot be
   * written, whose reasons begin with that of the item itself.
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

  /** How often it is tried at most: 10 times, unless this says otherwise. Throws InvalidRequest. */
  retry(options: { readonly attempts: number }): Modify<M> {
    checkOptions(`${this.#plan.definition.name}: retry()`, options, ['attempts'])
    const { attempts } = options
    if (!(Number.isSafeInteger(attempts) && attempts > 0))
      throw new InvalidRequest(this.#plan.definition.name, 'retry() takes attempts, a whole number from 1 on')
    return new Modify({ ...this.#plan, attempts })
  }

  /**
   * Gives up, with the signal's reason, when the signal is aborted: before anything is sent, between tries, or while an answer is
   * awaited, and then it may have been written all the same.
   */
  signal(signal: AbortSignal): Modify<M> {
    return new Modify({ ...this.#plan, signal: checkSignal(signal) })
  }

  /** What the events of its requests are labelled with: see `connect({ onRequest })`. Throws InvalidRequest. */
  label(label: string): Modify<M> {
    return new Modify(labelled(this.#plan, label))
  }

  protected async run(): Promise<ItemOf<M>> {
    const { target, definition: model, key: values, attempts, signal } = this.#plan
    const key = model.key(values)
    const get = compileGet({ table: target.table, model, key, consistent: true, only: undefined })
    for (let tries = 1; ; tries++) {
      const { Item: row } = await target.send('GetItem', get, { signal, verb: 'modify', models: [model] })
      const step = await this.#step(key, row)
      if (step.write === undefined) return step.item as ItemOf<M> // the model's own fields read it
      try {
        await this.#send(step.write, step.item)
        return step.item as ItemOf<M>
      } catch (error) {
        const lost = error instanceof TransactionCancelled ? lostRace(error) : undefined
        if (lost === undefined) throw error
        if (tries >= attempts) throw givenUp(model, key, lost, tries, error)
        await pause(backoff(tries), signal)
      }
    }
  }

  /** What is to be written where a row was found, or none. */
  async #step(key: StoredItem, row: StoredItem | undefined): Promise<Step | { write: undefined; item: object }> {
    const { target, definition: model, model: given, key: values, change, first } = this.#plan
    if (row !== undefined && model.claims(row)) {
      const item = model.decode(row)
      const next: unknown = await change(item as ItemOf<M>)
      const isUntouched = () => isDeepStrictEqual(item, model.decode(row))
      if (next === undefined && isUntouched()) return { write: undefined, item }
      if (!isRecord(next))
        throw new InvalidRequest(
          model.name,
          next === undefined
            ? 'the change of modify() has changed the item that it was given: it must give it back'
            : `the change of modify() ${notARecord(next).replace('must be', 'must give')}`
        )
      // An object that keeps its values to itself, or nothing: all attributes would be removed.
      if (Object.keys(next).length === 0)
        throw new InvalidRequest(model.name, `the change of modify() gives ${describe(next)}, which has no attributes`)
      return (await stepFrom(target, model, row, next)) ?? { write: undefined, item: model.decode(row) }
    }
    if (first === undefined) throw new ItemNotFound(model.name, plainKey(key))
    if (row !== undefined) throw new ItemExists(model.name, plainKey(key)) // of another model
    const item = { ...first, ...Object.fromEntries(model.primary.map(name => [name, values[name]])) }
    const write = await beginCreate(target, given, item as never)
      [' write']()
      .prepare()
    return { write, item: write.result() as Record<string, unknown> }
  }

  /** One transaction, which is carried out once however often it has to be sent. */
  async #send(write: PreparedWrite, item: object): Promise<void> {
    const { target, definition: model, along, signal } = this.#plan
    const own = { ' write': () => ({ target, model, signal, isReturning: false, prepare: () => write }) }
    const given = givenBy(along?.(item as never)) ?? []
    const others: readonly unknown[] = Array.isArray(given) ? given : [given]
    await new TransactWrite({ target, builders: [own, ...others], signal, repeatable: undefined })
  }
}

/** Why the item itself was not written, if somebody else came in between. */
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
