import type { GetItemCommandInput } from '@aws-sdk/client-dynamodb'
import { compileGet } from '../commands/get.ts'
import { ItemNotFound } from '../errors.ts'
import type { Definition } from '../model/definition.ts'
import type { Target } from '../table/target.ts'
import { Runnable } from './runnable.ts'

interface Plan {
  readonly target: Target
  readonly model: Definition
  readonly key: Readonly<Record<string, unknown>>
  readonly consistent: boolean
  readonly mustExist: boolean
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

  /** The input of GetItem; nothing is sent. Throws InvalidKey. */
  compile(): GetItemCommandInput {
    const { target, model, key, consistent } = this.#plan
    return compileGet({ table: target.table, key: model.key(key), consistent })
  }

  protected async run(): Promise<Result> {
    const { target, model, key, mustExist } = this.#plan
    const { Item } = await target.send('GetItem', this.compile())
    if (Item === undefined && mustExist) throw new ItemNotFound(model.name, model.key(key))
    return (Item && model.decode(Item)) as Result // the model's own fields decoded it
  }
}
