import { UndecodableItem } from '../../errors.ts'
import type { ReadOptions } from '../../plan/read/options.ts'
import type { Definition, StoredItem } from '../../schema/definition.ts'

/** Decodes what a read asks for; `undefined` for items that do not fit and are to be skipped. */
export const decoderOf = (
  model: Definition,
  { only, onInvalid }: Pick<ReadOptions, 'only' | 'onInvalid'>
): ((stored: StoredItem) => Record<string, unknown> | undefined) => {
  const attributes = only && model.attributes.pick(only)
  if (onInvalid === undefined) return stored => model.decode(stored, false, attributes)
  return stored => {
    try {
      return model.decode(stored, false, attributes)
    } catch (error) {
      if (!(error instanceof UndecodableItem)) throw error
      onInvalid(error)
      return undefined
    }
  }
}
