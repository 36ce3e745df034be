import type { Target } from '../driver/target.ts'
import { checkFunction } from '../errors.ts'
import { snapshotOf } from '../fields/snapshot.ts'
import type { AnyModel, KeyOf } from '../schema/shape.ts'
import { definitionOf } from '../verbs/builder/definition-of.ts'
import { checkDb } from '../verbs/check-db.ts'
import { type Change, Modify } from './modify.ts'
import { ModifyTarget } from './target.ts'

const ATTEMPTS = 10

/**
 * Reads an item, changes it by a function, which may be asynchronous, and writes what is different, if nobody has changed the item
 * in between: by its `t.version()` and what is changed, or else by all that was read. When somebody has, it begins anew, after
 * pauses of random length whose bound doubles from 25 ms. The function is given the item as it is then, and must do nothing
 * else; where it gives nothing, or the same, nothing is written. It is a transaction, which is carried out once however often it
 * has to be sent, and costs twice as many write units as an update. Gives the item as it was written. Immutable; awaited again,
 * it reads again.
 *
 * ```ts
 * const { last } = await modify(db, Counter, { name: 'invoice' }, counter => ({ ...counter, last: counter.last + 1 }))
 * ```
 *
 * Throws ItemNotFound, unless `.orCreate()` says what to begin with; ConditionFailed when it was too late 10 times; InvalidItem
 * for what cannot be written, such as another key, which only `db.move` gives; InvalidRequest; and what the function throws.
 */
export const modify = <M extends AnyModel>(
  db: { ' target'(): Target },
  model: M,
  key: KeyOf<M>,
  change: Change<M>
): Modify<M> => {
  const definition = definitionOf('modify()', model)
  checkFunction(definition.name, change, 'modify() ')
  return new Modify<M>({
    ...{
      target: new ModifyTarget(checkDb('modify()', db)[' target']()),
      definition,
      model,
      key: snapshotOf(key, definition.attributes)
    },
    ...{ change, first: undefined, along: undefined, attempts: ATTEMPTS, signal: undefined }
  })
}

export type { Change, Modify } from './modify.ts'
