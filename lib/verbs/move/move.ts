import { isDeepStrictEqual } from 'node:util'
import { labelled, type Target } from '../../driver/target.ts'
import { sendTransaction } from '../../driver/transaction.ts'
import { ConditionFailed, InvalidRequest, ItemExists, ItemNotFound, isRefusal } from '../../errors.ts'
import { whyNot } from '../../plan/write/precondition.ts'
import type { Definition } from '../../schema/definition.ts'
import { plainKey } from '../../schema/plain-key.ts'
import { Runnable } from '../builder/runnable.ts'
import { compileGet } from '../get/get.ts'
import { compileMove, movedItem, resolveNewKey } from './command.ts'

interface Plan {
  readonly target: Target
  readonly model: Definition
  readonly key: Readonly<Record<string, unknown>>
  readonly newKey: Readonly<Record<string, unknown>>
  readonly signal: AbortSignal | undefined
}

/** Changes the primary key of one item: reads it, then writes the new and deletes the old in one transaction. */
export class Move<Item> extends Runnable<Item> {
  protected get operation() {
    return 'TransactWriteItems' as const
  }
  readonly #plan: Plan

  constructor(plan: Plan) {
    super()
    this.#plan = plan
  }

  /**
   * Gives up, with the signal's reason, when the signal is aborted: before anything is sent, or while the answer is awaited,
   * and then it may have been written all the same.
   */
  signal(signal: AbortSignal): Move<Item> {
    return new Move({ ...this.#plan, signal })
  }

  /** What the events of its requests are labelled with: see `connect({ onRequest })`. Throws InvalidRequest. */
  label(label: string): Move<Item> {
    return new Move(labelled(this.#plan, label))
  }

  protected async run(): Promise<Item> {
    const { target, model, key, signal } = this.#plan
    const newKey = resolveNewKey(model, this.#plan.newKey)
    const from = model.key(key)
    const other = Object.keys(newKey).find(name => !model.primary.includes(name))
    if (other !== undefined)
      throw new InvalidRequest(
        model.name,
        `move() was given ${other}, which is not in ${[...model.table.pk, ...model.table.sk].map(({ name }) => name).join(' or ')}`
      )
    model.key({ ...key, ...newKey }) // throws what is wrong with it before anything is sent
    const get = compileGet({ table: target.table, model, key: from, consistent: true, only: undefined })
    const purpose = { signal, verb: 'move', models: [model] }
    const { Item: found } = await target.send('GetItem', get, purpose)
    if (found === undefined || !model.claims(found)) throw new ItemNotFound(model.name, plainKey(from))
    const plan = { target, table: target.table, model, found, newKey }
    const moved = movedItem(plan)
    const to = model.keyIn(moved)
    if (isDeepStrictEqual(to, from)) throw new InvalidRequest(model.name, 'move() was given the key the item has')
    try {
      const input = { ...compileMove(plan, moved), ClientRequestToken: crypto.randomUUID() }
      await sendTransaction(target, 'TransactWriteItems', input, purpose)
    } catch (error) {
      if (!isRefusal(error, 'TransactionCanceledException')) throw error
      const [put, remove] = error.CancellationReasons ?? []
      if (put?.Code === 'ConditionalCheckFailed') throw new ItemExists(model.name, plainKey(to), { cause: error })
      if (remove?.Code !== 'ConditionalCheckFailed') throw error
      const { Item: item } = remove
      const reason = model.roles.version === undefined ? 'condition' : 'version'
      const changed = { reason, sentence: 'the item was changed while it was moved' } as const
      const because = item ? changed : whyNot(model, {}, undefined)
      throw new ConditionFailed(model.name, plainKey(from), item && model.decode(item), because, { cause: error })
    }
    return model.decode(moved) as Item // the model's own fields wrote and read it
  }
}
