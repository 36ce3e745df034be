import { checkFunction, checkOptions } from '../errors.ts'
import type { ModelMap, ModelSet } from '../schema/set.ts'
import type { Change, InvalidChange, OtherChange, View } from './change.ts'
import { recordsIn, type StreamEvent } from './event.ts'
import { type RawChange, rawChange } from './raw-change.ts'
import { invalid, Reader } from './reader.ts'

export interface ReadOptions<V extends View> {
  /** The images in the table's stream. It determines the types of `before` and `after`. */
  readonly view?: V | undefined
  /** Called for each record that cannot be read or does not fit its model. Without it, the loop throws instead. */
  readonly invalid?: ((invalid: InvalidChange) => void) | undefined
}

/**
 * Returns the changes of an event, in order, each typed by the model of its row. A change of a row of no model in the
 * set has `model: undefined`, and raw images.
 *
 * ```ts
 * export const handler = async (event: DynamoDBStreamEvent) => {
 *   for (const change of changes(app, event))
 *     if (change.model === 'Order' && change.kind === 'created') await confirm(change.after)
 * }
 * ```
 *
 * Throws InvalidEvent at once for an event of another service. The loop throws InvalidEvent for a record that cannot be
 * read, and UndecodableItem for a row that does not fit its model, unless `invalid` is given.
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

/** Throws InvalidRequest for wrong options. */
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

/** The change in a record; `undefined` if `invalid` received it. */
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
    return reader.changeOf(model, raw) as Change<T, V> // the model's own fields decoded it
  } catch (error) {
    if (options.invalid === undefined) throw error
    options.invalid(invalid(error, record, raw?.change))
    return undefined
  }
}
