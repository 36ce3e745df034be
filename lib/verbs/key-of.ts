import { InvalidRequest } from '../errors.ts'
import { isRecord, notARecord } from '../fields/record.ts'
import { plainKey } from '../schema/plain-key.ts'
import type { AnyModel, KeyOf, StoredKey } from '../schema/shape.ts'
import { definitionOf } from './builder/definition-of.ts'

/**
 * The primary key of an item, and nothing else of it: without its version, so that a delete or update by it looks at none, and
 * batches take the deletes of items that were read.
 *
 * ```ts
 * await db.batchWrite(orders.map(order => db.delete(Order, keyOf(Order, order))))
 * ```
 *
 * @throws InvalidRequest for what is no model, or no item. What the key lacks is told by the verb that it is given to.
 */
export const keyOf = <M extends AnyModel>(model: M, item: KeyOf<M>): KeyOf<M> => {
  const { name: of, primary } = definitionOf('keyOf()', model)
  const given: unknown = item
  if (!isRecord(given)) throw new InvalidRequest(of, `keyOf() ${notARecord(given)}`)
  const key: Record<string, unknown> = {}
  for (const name of primary) if (Object.hasOwn(given, name)) key[name] = given[name]
  return key as KeyOf<M> // the attributes of the key, as they were given
}

/**
 * The primary key of an item as it stands in the table: what `model.key()` gives, for code that takes any model.
 *
 * ```ts
 * const { PK, SK } = storedKeyOf(Order, order)
 * ```
 *
 * @throws InvalidKey, and InvalidRequest for what is no model.
 */
export const storedKeyOf = <M extends AnyModel>(model: M, item: KeyOf<M>): StoredKey<M[' shape']> =>
  plainKey(definitionOf('storedKeyOf()', model).key(item)) as unknown as StoredKey<M[' shape']> // by the names of its layout
