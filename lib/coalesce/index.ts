import { checkOptions, describe, InvalidRequest } from '../errors.ts'
import { type Connected, checkDb } from '../verbs/check-db.ts'
import { Queue } from './queue.ts'
import { CoalescingTarget } from './target.ts'

export interface CoalesceOptions {
  /**
   * How long the first get waits for others, in milliseconds. With 0, the default, it waits until the code that is
   * running has had its turn.
   */
  readonly milliseconds?: number
}

/**
 * Returns the same verbs, but combines gets that are awaited at about the same time into one BatchGetItem for each 100.
 * An item requested twice in the same way is read once; consistent gets form their own request. Each get resolves or
 * throws as it would alone: if DynamoDB refuses the combined request, keystorm sends each get separately. A get's
 * `signal()` ends only its own waiting. A single get, and every other verb, is sent unchanged.
 *
 * ```ts
 * const together = coalesced(db)
 * const users = await Promise.all(orders.map(({ user }) => together.get(User, { user })))
 * ```
 *
 * Throws InvalidRequest.
 */
export const coalesced = <D extends Connected>(db: D, options: CoalesceOptions = {}): D => {
  checkDb('coalesced()', db)
  checkOptions('coalesced()', options, ['milliseconds'])
  const { milliseconds = 0 } = options
  if (!(milliseconds >= 0 && milliseconds < 2 ** 31))
    throw new InvalidRequest('coalesced()', `takes milliseconds from 0 on, but got ${describe(milliseconds)}`)
  const queue = new Queue(milliseconds)
  const target = () => new CoalescingTarget(db[' target'](), queue)
  return Object.create(db, { ' target': { value: target } }) as D // it inherits all verbs of `db`
}
