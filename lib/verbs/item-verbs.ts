import type { Target } from '../driver/target.ts'
import type { AnyModel, CreateOf, InputOf, ItemOf, KeyOf, LockedKeyOf } from '../schema/shape.ts'
import { beginCheck, beginCreate, beginDelete, beginGet, beginMove, beginPut, beginUpdate } from './begin-item.ts'
import type { Check, Unchecked } from './check/check.ts'
import type { Delete } from './delete/delete.ts'
import type { Get } from './get/get.ts'
import type { Move } from './move/move.ts'
import type { Put } from './put/put.ts'
import type { Update } from './update/update.ts'

/** All arguments that a verb received, so the verb can refuse ones that its types do not allow. */
type Given = [model: AnyModel, item: never, ...others: never[]]

/** The verbs for one item. */
export abstract class ItemVerbs {
  /** The table and client of a builder made now. */
  abstract ' target'(): Target

  /**
   * Writes a new item, and resolves to it as a later read would return it. Throws ItemExists if an item is already
   * under its key, InvalidItem and InvalidKey.
   *
   * ```ts
   * const user = await db.create(User, { id: 'ann', email: 'ann@example.com' })
   * ```
   */
  create<M extends AnyModel>(model: M, item: CreateOf<M>): Put<M, ItemOf<M>, 'new'>
  create(...given: Given): unknown {
    return beginCreate(this[' target'](), ...given)
  }

  /**
   * Writes an item, or replaces the whole old one, and resolves to it as a later read would return it. Throws
   * InvalidItem and InvalidKey. With `t.version()` it also throws ConditionFailed if the stored version is not the one
   * that was read.
   *
   * ```ts
   * await db.put(User, { ...user, email: 'ann@example.org' })
   * ```
   */
  put<M extends AnyModel>(model: M, item: InputOf<M>): Put<M>
  put(...given: Given): unknown {
    return beginPut(this[' target'](), ...given)
  }

  /**
   * Reads the item under a primary key. If there is none it resolves to `undefined`, or with `.orThrow()` throws
   * ItemNotFound. Throws InvalidKey.
   *
   * ```ts
   * const user = await db.get(User, { id: 'ann' }).orThrow()
   * ```
   */
  get<M extends AnyModel>(model: M, key: KeyOf<M>): Get<ItemOf<M>>
  get(...given: Given): unknown {
    return beginGet(this[' target'](), ...given)
  }

  /**
   * Changes attributes of the item under a primary key, by `.set()` and `.remove()`. Throws ItemNotFound if there is
   * none, unless `.upsert()` is called.
   *
   * ```ts
   * await db.update(Fruit, key).set({ weight: plus(1) }).if({ weight: lt(100) })
   * ```
   */
  update<M extends AnyModel>(model: M, key: LockedKeyOf<M>): Update<M>
  update(...given: Given): unknown {
    return beginUpdate(this[' target'](), ...given)
  }

  /**
   * Deletes the item under a primary key. Succeeds also if there is none. Throws InvalidKey.
   *
   * ```ts
   * await db.delete(User, { id: 'ann' })
   * ```
   */
  delete<M extends AnyModel>(model: M, key: LockedKeyOf<M>): Delete<M>
  delete(...given: Given): unknown {
    return beginDelete(this[' target'](), ...given)
  }

  /**
   * Changes the primary key of an item, in one transaction: the item is under the old key or under the new one, never
   * under both or neither. Key attributes that `newKey` omits stay the same. Resolves to the moved item. Throws
   * ItemNotFound, ItemExists if an item is already under the new key, and ConditionFailed if the item changed
   * meanwhile.
   *
   * ```ts
   * await db.move(Fruit, key, { date: '2026-02-01' })
   * ```
   */
  move<M extends AnyModel>(model: M, key: KeyOf<M>, newKey: Partial<KeyOf<M>>): Move<ItemOf<M>>
  move(...given: [AnyModel, never, never, ...never[]]): unknown {
    return beginMove(this[' target'](), ...given)
  }

  /**
   * Checks the item under a primary key against `.if()`, and against the version if the key includes one. It is part of
   * a transaction whose writes depend on that item. Throws ConditionFailed.
   *
   * ```ts
   * await db.transact(db.create(Order, order), db.check(User, { user }).if({ isActive: true }))
   * ```
   */
  check<M extends AnyModel>(model: M, key: LockedKeyOf<M>): Check<M, Unchecked<M>>
  check(...given: Given): unknown {
    return beginCheck(this[' target'](), ...given)
  }
}
