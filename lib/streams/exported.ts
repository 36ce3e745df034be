import { checkSource, describe } from '../errors.ts'
import { isPlain } from '../fields/kinds.ts'
import { ownValue } from '../fields/record.ts'
import type { RawValue } from '../schema/raw.ts'
import type { ModelMap, ModelSet } from '../schema/set.ts'
import type { Change, ChangeKind, OtherChange, View } from './change.ts'
import { checkRead, type ReadOptions, readOne } from './changes.ts'
import { jsonIn } from './event.ts'
import { InvalidEvent } from './invalid-event.ts'
import { linesIn, type Pieces } from './lines.ts'
import { image, type RawChange } from './raw-change.ts'
import { Reader, type Views } from './reader.ts'

/** The images in an incremental export, named `outputView` in its manifest. */
export type ExportView = Extract<View, 'NEW_AND_OLD_IMAGES' | 'NEW_IMAGE'>

const OF_EXPORTS: Views = {
  names: ['NEW_AND_OLD_IMAGES', 'NEW_IMAGE'] satisfies ExportView[],
  hint: "if the export has new images alone, say so: { view: 'NEW_IMAGE' }"
}

/**
 * Reads the changes in a file of an export to S3, in DynamoDB JSON. In a full export, every item counts as created. An
 * incremental export has one change for each item that changed. With `view: 'NEW_IMAGE'` it does not tell whether the
 * item existed before, so the change counts as modified. The source yields lines as text, or the bytes of the unzipped
 * file; or it is the whole file, as one string or `Buffer`.
 *
 * ```ts
 * const file = createReadStream('data/abc.json.gz').pipe(createGunzip())
 * for await (const change of fromExport(app, file)) if (change.model === 'Order') await index(change.key, change.after)
 * ```
 *
 * The loop throws InvalidEvent for a line that cannot be read, and UndecodableItem for a row that does not fit its
 * model, unless `invalid` is given.
 */
export const fromExport = <const T extends ModelMap, V extends ExportView = 'NEW_AND_OLD_IMAGES'>(
  set: ModelSet<T>,
  source: Pieces,
  options: ReadOptions<V> = {}
): AsyncIterableIterator<Change<T, V> | OtherChange> => {
  if (typeof source !== 'string') checkSource('fromExport()', source)
  checkRead('fromExport()', options)
  const reader = new Reader('fromExport()', set, options.view, OF_EXPORTS)
  return read(reader, source, options)
}

async function* read<T extends ModelMap, V extends ExportView>(
  reader: Reader,
  source: Pieces,
  options: ReadOptions<V>
): AsyncGenerator<Change<T, V> | OtherChange, void, undefined> {
  let place = 0
  for await (const line of linesIn(source)) {
    place++
    if (line.trim() === '') continue
    const change = readOne<T, V>(reader, line, () => rawChange(line, place, reader, options.view), options)
    if (change !== undefined) yield change
  }
}

const rawChange = (text: string, place: number, { keyNames }: Reader, view: ExportView | undefined): RawChange => {
  const name = `Line ${place} of the export`
  const fail = (problem: string) => new InvalidEvent(name, problem, place)
  const line = jsonIn(text)
  if (!isPlain(line)) throw fail('is no JSON of an item or a change')
  const item = image(line, 'Item', fail)
  const keys = image(line, 'Keys', fail)
  const common = { model: undefined, expired: false, record: line } as const // exports do not record time to live
  if (item !== undefined) {
    const key: Record<string, RawValue> = {}
    for (const keyName of keyNames) {
      const value = ownValue(item, keyName)
      if (value !== undefined) key[keyName] = value
    }
    const full = { kind: 'created', before: undefined, after: item, key, sequence: '0', at: undefined } as const
    return { name, place, change: { ...common, ...full } }
  }
  if (keys === undefined || Object.keys(keys).length === 0) throw fail('has neither an Item nor Keys')
  const micros = microsIn(line.Metadata)
  if (micros === undefined) throw fail(`has no time in its Metadata, but ${describe(line.Metadata)}`)
  const before = image(line, 'OldImage', fail)
  const after = image(line, 'NewImage', fail)
  const was: ChangeKind = before === undefined && view !== 'NEW_IMAGE' ? 'created' : 'modified'
  const kind = after === undefined ? 'removed' : was
  const at = new Date(Number(micros) / 1_000)
  return { name, place, change: { ...common, kind, before, after, key: keys, sequence: micros, at } }
}

/** The time of a write in microseconds since 1970, as text. */
const microsIn = (metadata: unknown): string | undefined => {
  const stored = isPlain(metadata) ? metadata.WriteTimestampMicros : undefined
  const micros = isPlain(stored) ? stored.N : undefined
  return typeof micros === 'string' && /^\d{1,20}$/.test(micros) ? micros : undefined
}
