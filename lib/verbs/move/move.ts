import { isDeepStrictEqual } from 'node:util'
import { UNUSED } from '../../alive.ts'
import { itemOf } from '../../driver/output.ts'
import { checkSignal } from '../../driver/signals.ts'
import { labelled, type Target } from '../../driver/target.ts'
import { InvalidRequest } from '../../errors.ts'
import type { Definition } from '../../schema/definition.ts'
import type { Checked, ItemWrite, PreparedWrite, ReadFirst } from '../builder/item-write.ts'
import { Runnable } from '../builder/runnable.ts'
import { compileGet } from '../get/get.ts'
import { sendAlone } from '../transact/send.ts'
import { compileMove, movedItem, noneAt, resolveNewKey } from './command.ts'

interface Plan {
  readonly target: Target
  readonly model: Definition
  readonly key: Readonly<Record<string, unknown>>
  readonly newKey: Readonly<Record<string, unknown>>
  readonly signal: AbortSignal | undefined
}

/**
 * Changes the primary key of one item. It reads the item, then writes the new row and deletes the old one in one
 * transaction. Immutable. Made by `db.move`.
 */
export class Move<Item> extends Runnable<Item> {
  declare readonly ' result': Item
  declare readonly ' problem': Checked
  protected get operation() {
    return 'TransactWriteItems' as const
  }
  static readonly alive: object = new Move(UNUSED)
  readonly #plan: Plan

  constructor(plan: Plan) {
    super()
    this.#plan = plan
  }

  /**
   * Ends the move, with the signal's reason, when the signal is aborted. A signal already aborted sends nothing. If the
   * transaction was already sent, the move may still happen.
   */
  signal(signal: AbortSignal): Move<Item> {
    return new Move({ ...this.#plan, signal: checkSignal(signal) })
  }

  /** Labels the events of its requests: see `connect({ onRequest })`. Throws InvalidRequest. */
  label(label: string): Move<Item> {
    return new Move(labelled(this.#plan, label))
  }

  protected async run(): Promise<Item> {
    const { target, model, signal } = this.#plan
    const purpose = { signal, verb: 'move', models: [model] }
    const write = await this.#prepare(async input => itemOf(await target.send('GetItem', input, purpose)))
    return sendAlone(target, write, crypto.randomUUID(), purpose)
  }

  /** The write as part of a transaction. */
  ' write'(): ItemWrite<Item> {
    const { target, model, signal } = this.#plan
    const prepare = (read?: ReadFirst) => {
      if (read === undefined) throw new InvalidRequest(model.name, READS_FIRST)
      return this.#prepare(read)
    }
    return { target, model, signal, isReturning: false, prepare }
  }

  async #prepare(read: ReadFirst): Promise<PreparedWrite<Item>> {
    const { target, model, key } = this.#plan
    const newKey = resolveNewKey(model, this.#plan.newKey)
    const from = model.key(key)
    const other = Object.keys(newKey).find(name => !model.primary.includes(name))
    if (other !== undefined)
      throw new InvalidRequest(
        model.name,
        `move() was given ${other}, which is not in ${[...model.table.pk, ...model.table.sk].map(({ name }) => name).join(' or ')}`
      )
    model.key({ ...key, ...newKey }) // throws for a wrong key before anything is sent
    const found = await read(compileGet({ table: target.table, model, key: from, consistent: true, only: undefined }))
    if (found === undefined || !model.claims(found))
      return { operations: [noneAt(model, from)], result: () => undefined as Item } // never asked for: it is refused
    const plan = { target, model, found, newKey }
    const moved = movedItem(plan)
    if (isDeepStrictEqual(model.keyIn(moved), from))
      throw new InvalidRequest(model.name, 'move() was given the key the item has')
    const result = () => model.decode(moved) as Item // the model's own fields encoded and decoded it
    return { operations: compileMove(plan, moved), result }
  }
}

/** The error for move() in a batch, and for compile() of a transaction with a move. */
const READS_FIRST = 'move() reads the item first, and so is awaited, by itself or in a transact()'
