import type { DeleteItemCommandInput } from '@aws-sdk/client-dynamodb'
import { compileDelete } from '../commands/delete.ts'
import type { Definition } from '../model/definition.ts'
import type { Target } from '../table/target.ts'
import { Runnable } from './runnable.ts'

interface Plan {
  readonly target: Target
  readonly model: Definition
  readonly key: Readonly<Record<string, unknown>>
}

/** Deletes one item by its primary key; it is no error if there is none. Made by `db.delete`. */
export class Delete extends Runnable<void> {
  readonly #plan: Plan

  constructor(plan: Plan) {
    super()
    this.#plan = plan
  }

  /** The input of DeleteItem; nothing is sent. Throws InvalidKey. */
  compile(): DeleteItemCommandInput {
    const { target, model, key } = this.#plan
    return compileDelete({ table: target.table, key: model.key(key) })
  }

  protected async run(): Promise<void> {
    await this.#plan.target.send('DeleteItem', this.compile())
  }
}
