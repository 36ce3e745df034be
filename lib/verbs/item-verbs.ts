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

/** All that a verb is given: it refuses what is more than its types say. */
type Given = [model: AnyModel, item: never, ...others: never[]]

/** The verbs for one item. */
export abstract class ItemVerbs {
  /** Where a builder made now goes. */
  abstract ' target'(): Target

  /** Writes a new item. Throws ItemExists if there is one under its key, InvalidItem and InvalidKey. */
  create<M extends AnyModel>(model: M, item: CreateOf<M>): Put<M, ItemOf<M>, Checked>
  create(...given: Given): unknown {
    return beginCreate(this[' target'](), ...given)
  }

  /**
   * Writes an item, new or in the place of the whole old one. Throws InvalidItem and InvalidKey; with `t.version()`
   * also ConditionFailed, if the item is not the one that was read.
   */
  put<M extends AnyModel>(model: M, item: InputOf<M>): Put<M>
  put(...given: Given): unknown {
    return beginPut(this[' target'](), ...given)
  }

  /** Reads the item under a primary key: `undefined`, or with `.orThrow()` ItemNotFound, if there is none. */
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

  /** Deletes the item under a primary key, if there is one. */
  delete<M extends AnyModel>(model: M, key: LockedKeyOf<M>): Delete<M>
  delete(...given: Given): unknown {
    return beginDelete(this[' target'](), ...given)
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
  move<M extends AnyModel>(model: M, key: KeyOf<M>, newKey: Partial<KeyOf<M>>): Move<ItemOf<M>>
  move(...given: [AnyModel, never, never, ...never[]]): unknown {
    return beginMove(this[' target'](), ...given)
  }

  /**
   * Looks whether the item under a primary key is as `.if()` wants it, and with a version in the key whether it is still of
   * that version: for a transaction whose writes depend on it. Throws ConditionFailed.
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
