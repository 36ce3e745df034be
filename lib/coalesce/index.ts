import { checkOptions, describe, InvalidRequest } from '../errors.ts'
import { checkDb } from '../verbs/check-db.ts'
import type { Db } from '../verbs/db.ts'
import { Queue } from './queue.ts'
import { CoalescingTarget } from './target.ts'

export interface CoalesceOptions {
  /**
   * For how many milliseconds the first get waits for others: 0, unless this says otherwise, which is until what is under way in
   * the program has had its turn.
   */
  readonly milliseconds?: number
}

/**
 * The same verbs, whose gets go together: those that are awaited at about the same time become one BatchGetItem, or one for each
 * 100. An item that is asked for twice in the same way is read once; consistent gets go apart from others. Each get gives, or
 * throws, what it would by itself: one whose request is refused among others is sent again alone. Its `signal()` ends only its
 * own waiting. A get that is alone is sent as it is, and so is what is no get.
 *
 * ```ts
 * const together = coalesced(db)
 * const users = await Promise.all(orders.map(({ user }) => together.get(User, { user })))
 * ```
 *
 * Throws InvalidRequest.
 */
export const coalesced = <D extends Pick<Db, ' target'>>(db: D, options: CoalesceOptions = {}): D => {
  checkDb('coalesced()', db)
  checkOptions('coalesced()', options, ['milliseconds'])
  const { milliseconds = 0 } = options
  if (!(milliseconds >= 0 && milliseconds < 2 ** 31))
    throw new InvalidRequest('coalesced()', `takes milliseconds from 0 on, but got ${describe(milliseconds)}`)
  const queue = new Queue(milliseconds)
  const target = () => new CoalescingTarget(db[' target'](), queue)
  return Object.create(db, { ' target': { value: target } }) as D // it has all that the verbs have
}
