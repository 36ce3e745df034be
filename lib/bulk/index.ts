import type { Command } from '../plan/command.ts'
import type { AnyModel } from '../schema/shape.ts'
import type { Ready } from '../verbs/builder/if-runnable.ts'
import type { Collection } from '../verbs/read/collection.ts'
import type { Query } from '../verbs/read/query.ts'
import type { Scan } from '../verbs/read/scan.ts'
import type { Update } from '../verbs/update/update.ts'
import { planOf } from './by-query.ts'
import { DeleteAll } from './delete-all.ts'
import type { AnyRead } from './source.ts'
import { UpdateAll } from './update-all.ts'

/** An update that can be made; one that lacks something has, in the place of its command, a sentence that says what. */
export interface AnyUpdate {
  ' command': () => Command<'UpdateItem'>
}

/** Makes the update of a model's items, of the one that it is given. */
export type Change<M extends AnyModel> = (change: Update<M>) => AnyUpdate

/** The updates of several models' items, by the models' names. The items of others are left alone. */
export type ChangesOf<M extends AnyModel> = { readonly [K in M as K[' shape']['name']]?: Change<K> }

/** The update of a read's items: of one model, or by the names of several. */
type ChangeFor<R> =
  R extends Query<infer M, infer _Given, infer _Mode, infer _Item>
    ? Change<M>
    : R extends Scan<infer M, infer IsTagged, infer _Only, infer _Mode>
      ? IsTagged extends true
        ? ChangesOf<M>
        : Change<M>
      : R extends Collection<infer _First, infer M, infer _Given, infer _Mode, infer _Only>
        ? ChangesOf<M>
        : never

/**
 * Deletes all items that a query, collection or scan finds, page by page, and holds no more of them than are on their way.
 * Items that were changed since they were read, so that they pass the read's filter or have their place in its index no more, or
 * have another version, are left alone and counted; those that are gone are counted, too. Items that can be deleted without
 * looking are deleted 25 a request. Immutable; awaited again, it reads again.
 *
 * ```ts
 * const { done, gone } = await deleteAll(db.query(Order).where({ user: 'ann' })).perSecond({ writeUnits: 100 })
 * ```
 *
 * Throws BulkIncomplete, with what it takes to go on; InvalidRequest; and what cannot get better, where nothing was done yet.
 */
export const deleteAll = <R extends AnyRead>(read: R & Ready<R[' problem']>): DeleteAll => new DeleteAll(planOf(read))

/**
 * Makes one update of all items that a query, collection or scan finds, as {@link deleteAll} deletes them. The update is looked
 * through before anything is sent: one of a key is refused. One that is another when it is made twice, such as `plus(1)`, is made
 * once of each item, whatever gets lost: in a transaction, which costs twice as many write units.
 *
 * ```ts
 * await updateAll(db.query(Order).where({ user: 'ann' }), change => change.set({ status: 'closed' }).if({ status: 'open' }))
 * await updateAll(db.scan(app), { Order: change => change.remove('note'), User: change => change.set({ orders: 0 }) })
 * ```
 *
 * Throws InvalidItem for what cannot be set, and what {@link deleteAll} throws.
 */
export const updateAll = <R extends AnyRead>(read: R & Ready<R[' problem']>, change: ChangeFor<R>): UpdateAll =>
  new UpdateAll({ ...planOf(read), change })

export type { Outcome, Skipped } from './by-query.ts'
export type { DeleteAll } from './delete-all.ts'
export type { DryRun, Prospect } from './dry-run.ts'
export { BulkIncomplete } from './incomplete.ts'
export { getAll, writeAll } from './many.ts'
export type { Rates } from './rate.ts'
export type { UpdateAll } from './update-all.ts'
