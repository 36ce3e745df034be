import { checkFunction, checkOptions } from '../errors.ts'
import type { ModelMap, ModelSet } from '../schema/set.ts'
import type { Change, InvalidChange, OtherChange, View } from './change.ts'
import { recordsIn, type StreamEvent } from './event.ts'
import { type RawChange, rawChange } from './raw-change.ts'
import { invalid, Reader } from './reader.ts'

export interface ReadOptions<V extends View> {
  /** Which images the stream of the table has, which decides the types of `before` and `after`. */
  readonly view?: V | undefined
  /** Is given each record that cannot be read or does not fit its model, which is thrown otherwise. */
  readonly invalid?: ((invalid: InvalidChange) => void) | undefined
}

/**
 * The changes that an event brings, in its order, each typed by the model of its row. Those of rows that are none of the set's
 * models' have no `model`, and hold the raw rows.
 *
 * ```ts
 * export const handler = async (event: DynamoDBStreamEvent) => {
 *   for (const change of changes(app, event))
 *     if (change.model === 'Order' && change.kind === 'created') await confirm(change.after)
 * }
 * ```
 *
 * Throws InvalidEvent at once if the event is another service's. Where a record cannot be read, or a row does not fit its
 * model, the loop throws InvalidEvent or UndecodableItem, unless `invalid` takes it.
 */
export const changes = <const T extends ModelMap, V extends View = 'NEW_AND_OLD_IMAGES'>(
  set: ModelSet<T>,
  event: StreamEvent,
  options: ReadOptions<V> = {}
): IterableIterator<Change<T, V> | OtherChange> => {
  checkRead('changes()', options)
  const reader = new Reader('changes()', set, options.view)
  return read(reader, recordsIn(event), options)
}

/** Throws InvalidRequest for what a read of changes does not take. */
export const checkRead = (verb: string, options: ReadOptions<View>): void => {
  checkOptions(verb, options, ['view', 'invalid'])
  if (options.invalid !== undefined) checkFunction(verb, options.invalid, 'invalid ')
}

function* read<T extends ModelMap, V extends View>(
  reader: Reader,
  records: readonly unknown[],
  options: ReadOptions<V>
): Generator<Change<T, V> | OtherChange, void, undefined> {
  for (const [place, record] of records.entries()) {
    const change = readOne<T, V>(reader, record, () => rawChange(record, place), options)
    if (change !== undefined) yield change
  }
}

/** The change that a record is; `undefined` if it was given to `invalid`. */
export const readOne = <T extends ModelMap, V extends View>(
  reader: Reader,
  record: unknown,
  open: () => RawChange,
  options: ReadOptions<V>
): Change<T, V> | OtherChange | undefined => {
  let raw: RawChange | undefined
  try {
    raw = open()
    const model = reader.ownerOf(raw)
    if (model === undefined) return raw.change
    return reader.changeOf(model, raw) as Change<T, V> // the model's fields decoded it
  } catch (error) {
    if (options.invalid === undefined) throw error
    options.invalid(invalid(error, record, raw?.change))
    return undefined
  }
}
