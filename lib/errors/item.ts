import { type ConditionReason, type Issue, type instance, KeystormError } from './error.ts'
import { hide } from './hide.ts'
import { type ItemKey, showKey } from './key.ts'
import { formatPath, list } from './text.ts'

/** There is no item under this key. `get(…).orThrow()` and `update` throw this. */
export class ItemNotFound extends KeystormError<'ItemNotFound'> {
  constructor(model: string, key: ItemKey, options?: ErrorOptions) {
    super('ItemNotFound', `${model}: no item under ${showKey(key)}.`, { model, key }, options)
  }
}

/** `create` found an item under this key and left it unchanged. */
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

/** The item or change does not fit the model. `data.issues` lists every problem. */
export class InvalidItem extends KeystormError<'InvalidItem'> {
  constructor(model: string, issues: readonly Issue[], verb: 'sent' | 'written' = 'sent') {
    super('InvalidItem', `${model}: nothing was ${verb}, because ${list(issues)}.`, { model, issues })
  }
}

/**
 * A write did nothing: the item fails the condition or has another version. `data.reason` says which. `item` is the
 * stored item, decoded, or `undefined` if there is none.
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
   * Whether the error comes from a write of this model. If so, `item` has the model's type.
   *
   * ```ts
   * if (ConditionFailed.of(Order, error)) console.log(error.item?.version)
   * ```
   */
  static of<Item>(model: NamedModel<Item>, error: unknown): error is ConditionFailed<Item> {
    return error instanceof ConditionFailed && error.data.model === model.name
  }
}

/** An item of any model. */
export type AnyItem = Readonly<Record<string, unknown>>

/** A model, as far as `of()` needs it. */
interface NamedModel<Item> {
  readonly name: string
  readonly ' item': Item
}

/** A stored item does not fit its model. `data.path` says which attribute. */
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

/** A condition or filter is not valid. Nothing was sent. `data.issues` lists every problem. */
export class InvalidCondition extends KeystormError<'InvalidCondition'> {
  constructor(model: string, issues: readonly Issue[]) {
    super('InvalidCondition', `${model}: nothing was sent, because ${list(issues)}.`, { model, issues })
  }
}
