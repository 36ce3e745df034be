import { countOf } from '../errors/describe.ts'
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
