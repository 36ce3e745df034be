import type { AttributeValue, UpdateItemCommandInput } from '@aws-sdk/client-dynamodb'
import type { Operation, Operations } from '../driver/sender.ts'
import { Target, type TargetOptions } from '../driver/target.ts'
import { InvalidRequest } from '../errors.ts'
import type { StoredItem } from '../schema/definition.ts'
import type { ItemWrite, PreparedWrite } from '../verbs/builder/item-write.ts'

/** The key of a row, and the attributes that give its position in an index. */
interface FoundAt {
  readonly key: StoredItem
  readonly stays: readonly { readonly name: string; readonly value: AttributeValue }[]
}

/** A target for updates of one row. The updates fail if the row has moved in its index. */
export class RowTarget extends Target {
  readonly #place: FoundAt
  readonly #isRetry: boolean

  constructor({ connected, label }: Target, place: FoundAt, isRetry: boolean) {
    super(connected, label)
    this.#place = place
    this.#isRetry = isRetry
  }

  override send<O extends Operation>(
    operation: O,
    input: Operations[O]['input'],
    options: TargetOptions
  ): Promise<Operations[O]['output']> {
    const place = this.#place
    // The operation tells the input's type. The other operations read the row, whose key need not be the one that its
    // attributes make.
    const own =
      operation === 'UpdateItem' ? staying(input as UpdateItemCommandInput, place) : { ...input, Key: place.key }
    return super.send<O>(operation, own, {
      ...options,
      verb: 'updateAll',
      isRetry: this.#isRetry || options.isRetry === true
    })
  }
}

/**
 * The target of an update without a key. It refuses to run: an async callback would await the update that it returns.
 */
export class KeylessTarget extends Target {
  constructor({ connected, label }: Target) {
    super(connected, label)
  }

  override send(): Promise<never> {
    return Promise.reject(new InvalidRequest('updateAll()', 'its update is given back, and not awaited'))
  }
}

/** Adds the conditions of {@link RowTarget} to a write for a transaction. */
export const amended = (write: ItemWrite, place: FoundAt): ItemWrite => {
  const amend = (prepared: PreparedWrite): PreparedWrite => {
    const [{ operation, ...write }] = prepared.operations
    if (operation.Update === undefined) return prepared
    return {
      ...prepared,
      operations: [{ ...write, key: place.key, operation: { Update: staying(operation.Update, place) } }]
    }
  }
  const prepare = () => {
    const prepared = write.prepare()
    return prepared instanceof Promise ? prepared.then(amend) : amend(prepared)
  }
  return { ...write, prepare }
}

/** The members that an UpdateItem input shares with an update in a transaction. */
type Input = Pick<UpdateItemCommandInput, 'Key' | 'ConditionExpression'> &
  Pick<UpdateItemCommandInput, 'ExpressionAttributeNames' | 'ExpressionAttributeValues'>

const staying = <I extends Input>(input: I, { key, stays }: FoundAt): I => {
  if (stays.length === 0) return { ...input, Key: key }
  const names = Object.fromEntries(stays.map(({ name }, i) => [`#at${i}`, name]))
  const values = Object.fromEntries(stays.map(({ value }, i) => [`:at${i}`, value]))
  const { ConditionExpression: guarded, ExpressionAttributeNames, ExpressionAttributeValues } = input
  const condition = stays.map((_, i) => `#at${i} = :at${i}`).join(' AND ')
  return {
    ...input,
    Key: key,
    ConditionExpression: guarded === undefined ? condition : `(${guarded}) AND ${condition}`,
    ExpressionAttributeNames: { ...ExpressionAttributeNames, ...names },
    ExpressionAttributeValues: { ...ExpressionAttributeValues, ...values }
  }
}
