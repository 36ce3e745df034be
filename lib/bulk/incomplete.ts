import { hide } from '../errors/hide.ts'
import { type BulkUndone, KeystormError } from '../errors.ts'

/**
 * A `deleteAll` or `updateAll` ended before all was done. `rest` is what it takes to go on: text, which also another process can
 * take, and which holds keys; `left` are the keys of items that are not known to be done, which are a part of that. `cause` is the error behind it: of an abort, the signal's reason.
 *
 * ```ts
 * await deleteAll(read).resume(error.rest)
 * ```
 */
export class BulkIncomplete extends KeystormError<'BulkIncomplete'> {
  readonly rest: string
  readonly left: BulkUndone['left']

  constructor(why: string, data: BulkUndone, options?: ErrorOptions) {
    const { verb, done, changed, gone, left } = data
    const others = changed + gone === 0 ? '' : `, ${changed} had changed, ${gone} were gone`
    super(
      'BulkIncomplete',
      `${verb}: ended after ${done} items${others}; it goes on by .resume(error.rest), with ${left.length} that were on their way: ${why.replace(/\.$/, '')}.`,
      hide({ ...data }, 'rest', 'left'),
      options
    )
    this.rest = data.rest
    this.left = left
    hide(this, 'rest', 'left')
  }
}
