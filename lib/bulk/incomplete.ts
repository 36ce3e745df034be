import { countOf } from '../errors/describe.ts'
import { hide } from '../errors/hide.ts'
import { type BulkUndone, KeystormError } from '../errors.ts'

/**
 * A `deleteAll` or `updateAll` ended early. `rest` is a text to continue with, also in another process; it contains
 * keys. `left` lists the keys of items that may not be done, which are part of `rest`. `cause` is the error behind it;
 * after an abort, the signal's reason.
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
    const others = changed + gone === 0 ? '' : `, ${changed} had changed, ${gone} ${gone === 1 ? 'was' : 'were'} gone`
    const flying = `${left.length} that ${left.length === 1 ? 'was' : 'were'} on ${left.length === 1 ? 'its' : 'their'} way`
    super(
      'BulkIncomplete',
      `${verb}: ended after ${countOf(done, 'item')}${others}; it goes on by .resume(error.rest), with ${flying}: ${why.replace(/\.$/, '')}.`,
      hide({ ...data }, 'rest', 'left'),
      options
    )
    this.rest = data.rest
    this.left = left
    hide(this, 'rest', 'left')
  }
}
