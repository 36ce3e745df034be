import type { GetItemCommandInput } from '@aws-sdk/client-dynamodb'
import { compileGet } from '../commands/get.ts'
import { ItemNotFound } from '../errors.ts'
import type { Definition, StoredItem } from '../model/definition.ts'
import type { Target } from '../table/target.ts'
import type { ItemRead } from './item-read.ts'
import { Runnable } from './runnable.ts'

interface Plan {
  readonly target: Target
  readonly model: Definition
  readonly key: Readonly<Record<string, unknown>>
  readonly consistent: boolean
  readonly mustExist: boolean
  readonly signal: AbortSignal | undefined
}

/** Reads one item by its primary key. Made by `db.get`. */
export class Get<Item, Result = Item | undefined> extends Runnable<Result> {
  readonly #plan: Plan

  constructor(plan: Plan) {
    super()
    this.#plan = plan
  }

  /** Reads what every earlier write left, at twice the read units. */
  consistent(): Get<Item, Result> {
    return new Get({ ...this.#plan, consistent: true })
  }

  /** Throws ItemNotFound instead of giving `undefined`. */
  orThrow(): Get<Item, Item> {
    return new Get({ ...this.#plan, mustExist: true })
  }

  /** Ends the request, with the signal's reason, when the signal is aborted; if it already is, nothing is sent. */
  signal(signal: AbortSignal): Get<Item, Result> {
    return new Get({ ...this.#plan, signal })
  }

  /** The input of GetItem; nothing is sent. Throws InvalidKey. */
  compile(): GetItemCommandInput {
    const { target, model, key, consistent } = this.#plan
    return compileGet({ table: target.table, key: model.key(key), consistent })
  }

  protected async run(): Promise<Result> {
    const { target, signal } = this.#plan
    const { Item } = await target.send('GetItem', this.compile(), { abortSignal: signal })
    return this.#result(Item)
  }

  #result(stored: StoredItem | undefined): Result {
    const { model, key, mustExist } = this.#plan
    if (stored === undefined && mustExist) throw new ItemNotFound(model.name, model.key(key))
    return (stored && model.decode(stored)) as Result // the model's own fields decoded it
  }

  /** The read, for a request of several. */
  '~read'(): ItemRead<Result> {
    const { target, model, key, signal } = this.#plan
    return { target, model, signal, key: model.key(key), input: this.compile(), result: stored => this.#result(stored) }
  }
}
