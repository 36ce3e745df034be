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

/** An update that can run. An update that cannot has a sentence in place of its command. */
interface AnyUpdate {
  // No sentence is empty. Without a text here, the compiler would not print the sentence.
  ' command': (() => Command<'UpdateItem'>) | ''
}

/** Receives an empty update of a model's items, and returns it with the changes. */
export type Change<M extends AnyModel> = (change: Update<M>) => AnyUpdate

/** The changes of several models' items, by model name. Items of models without a change are skipped. */
export type ChangesOf<M extends AnyModel> = { readonly [K in M as K[' shape']['name']]?: Change<K> }

/** The change of a read's items: one, or one for each model by name. */
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
 * Deletes all items that a query, collection or scan finds, page by page. It holds only the items of running requests.
 * It skips and counts items that changed after they were read: they have another version, no longer pass the read's
 * filter, or have moved in its index. It also counts items that no longer exist. If the delete needs no condition, it
 * deletes 25 items a request. Immutable. Each `await` reads again.
 *
 * ```ts
 * const { done, gone } = await deleteAll(db.query(Order).where({ user: 'ann' })).perSecond({ writeUnits: 100 })
 * ```
 *
 * Throws BulkIncomplete, with what is needed to continue, and InvalidRequest. A permanent error before any write is
 * thrown as it is.
 */
export const deleteAll = <R extends AnyRead>(read: R & Ready<R[' problem']>): DeleteAll => new DeleteAll(planOf(read))

/**
 * Applies one update to all items that a query, collection or scan finds, with the rules of {@link deleteAll}. It
 * checks the update before it sends anything, and refuses changes of a key. An update that must not be repeated, such
 * as `plus(1)`, runs once for each item even if an answer is lost: in a transaction, which costs twice the write units.
 *
 * ```ts
 * await updateAll(db.query(Order).where({ user: 'ann' }), change => change.set({ status: 'closed' }).if({ status: 'open' }))
 * await updateAll(db.scan(app), { Order: change => change.remove('note'), User: change => change.set({ orders: 0 }) })
 * ```
 *
 * Throws InvalidItem for changes that cannot be set, and the errors of {@link deleteAll}.
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
