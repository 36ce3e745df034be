import { ConditionalCheckFailedException, type PutItemCommandInput } from '@aws-sdk/client-dynamodb'
import { compilePut } from '../commands/put.ts'
import { ItemExists } from '../errors.ts'
import type { Definition } from '../model/definition.ts'
import type { Target } from '../table/target.ts'
import { Runnable } from './runnable.ts'

interface Plan {
  readonly target: Target
  readonly model: Definition
  readonly item: unknown
  readonly isNew: boolean
}

/** Writes one whole item, and gives it as a later read will. Made by `db.put` and `db.create`. */
export class Put<Item> extends Runnable<Item> {
  readonly #plan: Plan

  constructor(plan: Plan) {
    super()
    this.#plan = plan
  }

  /** The input of PutItem; nothing is sent. Throws InvalidItem and InvalidKey. */
  compile(): PutItemCommandInput {
    const { target, model, item, isNew } = this.#plan
    return compilePut({ table: target.table, item: model.encode(item), isNew })
  }

  protected async run(): Promise<Item> {
    const { target, model } = this.#plan
    const input = this.compile()
    const stored = input.Item ?? {}
    try {
      await target.send('PutItem', input)
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error
      throw new ItemExists(model.name, { PK: stored.PK?.S ?? '', SK: stored.SK?.S ?? '' }, { cause: error })
    }
    return model.decode(stored) as Item // the model's own fields wrote and read it
  }
}
