import { checkFunction } from '../errors.ts'
import { snapshotOf } from '../fields/snapshot.ts'
import type { AnyModel, KeyOf } from '../schema/shape.ts'
import { definitionOf } from '../verbs/builder/definition-of.ts'
import { type Connected, checkDb } from '../verbs/check-db.ts'
import { type Change, Modify } from './modify.ts'
import { ModifyTarget } from './target.ts'

const ATTEMPTS = 10

/**
 * Reads an item, passes it to `change`, which may be asynchronous, and writes the differences, if the item has not
 * changed meanwhile. To know that, it compares `t.version()` and the changed attributes, or without a version all
 * attributes. If the item has changed, it starts again after a random pause, whose bound doubles from 25 ms. `change`
 * receives the item as it is then, and must have no side effects, as it may run several times. If it returns nothing,
 * or an equal item, nothing is written. The write is a transaction: it takes effect once even if keystorm sends it
 * again, and costs twice the write units of an update. Resolves to the item as written. Immutable. Each `await` reads
 * again.
 *
 * ```ts
 * const { last } = await modify(db, Counter, { name: 'invoice' }, counter => ({ ...counter, last: counter.last + 1 }))
 * ```
 *
 * Throws ItemNotFound, unless `.orCreate()` gives a first item; ConditionFailed if other writes came first 10 times;
 * InvalidItem for an item that cannot be written, such as one with another key, which needs `db.move`; InvalidRequest;
 * and the errors of `change`.
 */
export const modify = <M extends AnyModel>(db: Connected, model: M, key: KeyOf<M>, change: Change<M>): Modify<M> => {
  const definition = definitionOf('modify()', model)
  checkFunction(definition.name, change, 'modify() ')
  return new Modify<M>({
    target: new ModifyTarget(checkDb('modify()', db)[' target']()),
    definition,
    model,
    key: snapshotOf(key, definition.attributes),
    change,
    first: undefined,
    along: undefined,
    attempts: ATTEMPTS,
    signal: undefined
  })
}

export type { Change, Modify } from './modify.ts'
