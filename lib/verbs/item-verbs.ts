import type { Target } from '../driver/target.ts'
import { snapshotOf } from '../fields/snapshot.ts'
import type { Guard } from '../plan/write/precondition.ts'
import { GivenKey } from '../schema/given-key.ts'
import type { AnyModel, CreateOf, InputOf, ItemOf, KeyOf, LockedKeyOf } from '../schema/shape.ts'
import { definitionOf } from './builder/definition-of.ts'
import type { Checked } from './builder/item-write.ts'
import { Check, type Unchecked } from './check/check.ts'
import { Delete } from './delete/delete.ts'
import { Get } from './get/get.ts'
import { Move } from './move/move.ts'
import { Put } from './put/put.ts'
import { NO_CHANGES, Update } from './update/update.ts'

const ANY: Guard = { existence: 'any', version: undefined, conditions: [] }
const OLD: Guard = { existence: 'old', version: undefined, conditions: [] }
const NEW: Guard = { existence: 'new', version: undefined, conditions: [] }

/** The verbs for one item. */
export abstract class ItemVerbs {
  /** Where a builder made now goes. */
  abstract '~target'(): Target

  /** Writes a new item. Throws ItemExists if there is one under its key, InvalidItem and InvalidKey. */
  create<M extends AnyModel>(model: M, item: CreateOf<M>): Put<M, ItemOf<M>, Checked> {
    return this.#put<M, Checked>(model, item, 'new')
  }

  /**
   * Writes an item, new or in the place of the whole old one. Throws InvalidItem and InvalidKey; with `t.version()`
   * also ConditionFailed, if the item is not the one that was read.
   */
  put<M extends AnyModel>(model: M, item: InputOf<M>): Put<M> {
    return this.#put<M>(model, item, 'any')
  }

  /** Reads the item under a primary key: `undefined`, or with `.orThrow()` ItemNotFound, if there is none. */
  get<M extends AnyModel>(model: M, key: KeyOf<M>): Get<ItemOf<M>> {
    const definition = definitionOf('get()', model)
    return new Get({
      target: this['~target'](),
      model: definition,
      key: new GivenKey(definition, key),
      consistent: false,
      mustExist: false,
      only: undefined,
      signal: undefined
    })
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
    const target = this['~target']()
    const definition = definitionOf('update()', model)
    return new Update({
      target,
      table: target.table,
      model: definition,
      key: snapshotOf(key, definition.attributes),
      changes: NO_CHANGES,
      removed: [],
      guard: OLD,
      isUpsert: false,
      returns: 'none',
      signal: undefined
    })
  }

  /** Deletes the item under a primary key, if there is one. */
  delete<M extends AnyModel>(model: M, key: LockedKeyOf<M>): Delete<M> {
    const target = this['~target']()
    const definition = definitionOf('delete()', model)
    return new Delete({
      target,
      table: target.table,
      model: definition,
      key: new GivenKey(definition, key),
      guard: ANY,
      returnsOld: false,
      signal: undefined
    })
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
    const definition = definitionOf('move()', model)
    const { attributes } = definition
    return new Move({
      target: this['~target'](),
      model: definition,
      key: snapshotOf(key, attributes),
      newKey: snapshotOf(newKey, attributes),
      signal: undefined
    })
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
    const target = this['~target']()
    const definition = definitionOf('check()', model)
    return new Check({
      target,
      table: target.table,
      model: definition,
      key: new GivenKey(definition, key),
      guard: ANY,
      signal: undefined
    })
  }

  #put<M extends AnyModel, Problem extends string = never>(model: M, item: unknown, existence: Guard['existence']) {
    const target = this['~target']()
    const definition = definitionOf(existence === 'new' ? 'create()' : 'put()', model)
    return new Put<M, ItemOf<M>, Problem>({
      target,
      table: target.table,
      model: definition,
      item: snapshotOf(item, definition.attributes),
      guard: existence === 'new' ? NEW : ANY,
      returnsOld: false,
      signal: undefined
    })
  }
}
