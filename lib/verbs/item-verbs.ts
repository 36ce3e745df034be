import type { Target } from '../driver/target.ts'
import type { AnyModel, CreateOf, InputOf, ItemOf, KeyOf, LockedKeyOf } from '../schema/shape.ts'
import { beginCheck, beginCreate, beginDelete, beginGet, beginMove, beginPut, beginUpdate } from './begin-item.ts'
import type { Checked } from './builder/item-write.ts'
import type { Check, Unchecked } from './check/check.ts'
import type { Delete } from './delete/delete.ts'
import type { Get } from './get/get.ts'
import type { Move } from './move/move.ts'
import type { Put } from './put/put.ts'
import type { Update } from './update/update.ts'

/** The verbs for one item. */
export abstract class ItemVerbs {
  /** Where a builder made now goes. */
  abstract ' target'(): Target

  /** Writes a new item. Throws ItemExists if there is one under its key, InvalidItem and InvalidKey. */
  create<M extends AnyModel>(model: M, item: CreateOf<M>): Put<M, ItemOf<M>, Checked> {
    return beginCreate(this[' target'](), model, item)
  }

  /**
   * Writes an item, new or in the place of the whole old one. Throws InvalidItem and InvalidKey; with `t.version()`
   * also ConditionFailed, if the item is not the one that was read.
   */
  put<M extends AnyModel>(model: M, item: InputOf<M>): Put<M> {
    return beginPut(this[' target'](), model, item)
  }

  /** Reads the item under a primary key: `undefined`, or with `.orThrow()` ItemNotFound, if there is none. */
  get<M extends AnyModel>(model: M, key: KeyOf<M>): Get<ItemOf<M>> {
    return beginGet(this[' target'](), model, key)
  }

  /**
   * Changes attributes of the item under a primary key, by `.set()` and `.remove()`. Throws ItemNotFound if there is
   * none, unless `.upsert()` is called.
   *
   * ```ts
   * await db.update(Fruit, key).set({ weight: plus(1) }).if({ weight: lt(100) })
   * ```
   */
  update<M extends AnyModel>(model: M, key: LockedKeyOf<M>): Update<M> {
    return beginUpdate(this[' target'](), model, key)
  }

  /** Deletes the item under a primary key, if there is one. */
  delete<M extends AnyModel>(model: M, key: LockedKeyOf<M>): Delete<M> {
    return beginDelete(this[' target'](), model, key)
  }

  /**
   * Gives an item another primary key, in one transaction: it is under the old key or under the new, never under both or
   * none. Attributes that `newKey` leaves out stay. Gives the item as it is then. Throws ItemNotFound, ItemExists if
   * there is one under the new key, and ConditionFailed if the item was changed meanwhile.
   *
   * ```ts
   * await db.move(Fruit, key, { date: '2026-02-01' })
   * ```
   */
  move<M extends AnyModel>(model: M, key: KeyOf<M>, newKey: Partial<KeyOf<M>>): Move<ItemOf<M>> {
    return beginMove(this[' target'](), model, key, newKey)
  }

  /**
   * Looks whether the item under a primary key is as `.if()` wants it, and with a version in the key whether it is still of
   * that version: for a transaction whose writes depend on it. Throws ConditionFailed.
   *
   * ```ts
   * await db.transact(db.create(Order, order), db.check(User, { user }).if({ isActive: true }))
   * ```
   */
  check<M extends AnyModel>(model: M, key: LockedKeyOf<M>): Check<M, Unchecked<M>> {
    return beginCheck(this[' target'](), model, key)
  }
}
