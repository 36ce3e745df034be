import { type ConditionReason, type Issue, type instance, KeystormError } from './error.ts'
import { hide } from './hide.ts'
import { type ItemKey, showKey } from './key.ts'
import { formatPath, list } from './text.ts'

/** There is no item under this key: `get(…).orThrow()` found none, or `update` had none to change. */
export class ItemNotFound extends KeystormError<'ItemNotFound'> {
  constructor(model: string, key: ItemKey, options?: ErrorOptions) {
    super('ItemNotFound', `${model}: no item under ${showKey(key)}.`, { model, key }, options)
  }
}

/** `create` found an item under this key and left it as it is. */
export class ItemExists extends KeystormError<'ItemExists'> {
  constructor(model: string, key: ItemKey, options?: ErrorOptions) {
    super(
      'ItemExists',
      `${model}: there already is an item under ${showKey(key)}; use put to replace it.`,
      { model, key },
      options
    )
  }
}

/** What was to be written does not fit the model; `data.issues` lists everything that is wrong. */
export class InvalidItem extends KeystormError<'InvalidItem'> {
  constructor(model: string, issues: readonly Issue[], verb: 'sent' | 'written' = 'sent') {
    super('InvalidItem', `${model}: nothing was ${verb}, because ${list(issues)}.`, { model, issues })
  }
}

/**
 * The item was not as a condition wants it, or not of the version that was given, and nothing was written: `data.reason`
 * says which. `item` is the item as it is, decoded; `undefined` if there is none.
 */
export class ConditionFailed<Item = unknown> extends KeystormError<'ConditionFailed'> {
  declare static readonly [instance]: ConditionFailed<AnyItem>

  constructor(
    model: string,
    key: ItemKey,
    readonly item: Item | undefined,
    because: { readonly reason: ConditionReason; readonly sentence: string },
    options?: ErrorOptions
  ) {
    const { reason, sentence } = because
    super(
      'ConditionFailed',
      `${model}: nothing was written under ${showKey(key)}, because ${sentence}.`,
      hide({ model, key, item, reason }, 'item'),
      options
    )
    hide(this, 'item')
  }

  /**
   * Whether an error is that of a write of this model, whose item then has the model's type.
   *
   * ```ts
   * if (ConditionFailed.of(Order, error)) console.log(error.item?.version)
   * ```
   */
  static of<Item>(model: NamedModel<Item>, error: unknown): error is ConditionFailed<Item> {
    return error instanceof ConditionFailed && error.data.model === model.name
  }
}

/** An item of whatever model. */
export type AnyItem = Readonly<Record<string, unknown>>

/** What tells of which model an item is. */
interface NamedModel<Item> {
  readonly name: string
  readonly ' item': Item
}

/** A stored item does not fit the model it was read as. */
export class UndecodableItem extends KeystormError<'UndecodableItem'> {
  constructor(model: string, key: Partial<ItemKey>, path: Issue['path'], problem: string) {
    super(
      'UndecodableItem',
      `${model}: the item under ${showKey(key)} does not fit: ${formatPath(path)}: ${problem}.`,
      {
        model,
        key,
        path
      }
    )
  }
}

/** A condition cannot be asked; `data.issues` lists everything that is wrong with it. */
export class InvalidCondition extends KeystormError<'InvalidCondition'> {
  constructor(model: string, issues: readonly Issue[]) {
    super('InvalidCondition', `${model}: nothing was sent, because ${list(issues)}.`, { model, issues })
  }
}
