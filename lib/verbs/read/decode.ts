import { UndecodableItem } from '../../errors.ts'
import type { projectedBy } from '../../plan/read/narrow.ts'
import type { ReadOptions } from '../../plan/read/options.ts'
import type { Definition, StoredItem } from '../../schema/definition.ts'

/**
 * Returns a function that decodes the attributes that the read requests and the index projects. With `onInvalid`, it
 * returns `undefined` for a row that does not fit its model.
 */
export const decoderOf = (
  model: Definition,
  { only, onInvalid }: Pick<ReadOptions, 'only' | 'onInvalid'>,
  projected: ReturnType<typeof projectedBy>
): ((stored: StoredItem) => Record<string, unknown> | undefined) => {
  const names = only ?? projected?.names
  const attributes = names && model.attributes.pick(names)
  const decode = projected
    ? (stored: StoredItem) => model.decode(model.fromKeys(stored, projected.inKeys), false, attributes)
    : (stored: StoredItem) => model.decode(stored, false, attributes)
  if (onInvalid === undefined) return decode
  return stored => {
    try {
      return decode(stored)
    } catch (error) {
      if (!(error instanceof UndecodableItem)) throw error
      onInvalid(error)
      return undefined
    }
  }
}
