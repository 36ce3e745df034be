import { InvalidRequest } from '../errors.ts'
import { isRecord, takesRecord } from '../fields/record.ts'
import { plainKey } from '../schema/plain-key.ts'
import type { AnyModel, KeyOf, StoredKey } from '../schema/shape.ts'
import { definitionOf } from './builder/definition-of.ts'

/**
 * Returns only the primary key of an item. It omits the version, so a delete or update by this key checks no version,
 * and `batchWrite()` accepts deletes of items that were read.
 *
 * ```ts
 * await db.batchWrite(orders.map(order => db.delete(Order, keyOf(Order, order))))
 * ```
 *
 * @throws InvalidRequest if `model` is no model or `item` no object. A missing key attribute is reported by the verb
 * that gets the key.
 */
export const keyOf = <M extends AnyModel>(model: M, item: KeyOf<M>): KeyOf<M> => {
  const { name: of, primary } = definitionOf('keyOf()', model)
  const given: unknown = item
  if (!isRecord(given)) throw new InvalidRequest(of, takesRecord('keyOf()', given))
  const key: Record<string, unknown> = {}
  for (const name of primary) if (Object.hasOwn(given, name)) key[name] = given[name]
  return key as KeyOf<M> // the item's key attributes, unchanged
}

/**
 * Returns the primary key of an item as it is stored in the table. It is `model.key()` for code that takes any model.
 *
 * ```ts
 * const { PK, SK } = storedKeyOf(Order, order)
 * ```
 *
 * @throws InvalidKey; InvalidRequest if `model` is no model.
 */
export const storedKeyOf = <M extends AnyModel>(model: M, item: KeyOf<M>): StoredKey<M[' shape']> =>
  plainKey(definitionOf('storedKeyOf()', model).key(item)) as unknown as StoredKey<M[' shape']> // the attribute names of its layout
