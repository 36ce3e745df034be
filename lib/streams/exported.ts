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
import { Reader } from './reader.ts'

/** Which images an incremental export has, as its manifest says under `outputView`. */
export type ExportView = Extract<View, 'NEW_AND_OLD_IMAGES' | 'NEW_IMAGE'>

/**
 * The changes in a file of an export to S3, in DynamoDB JSON. Of a full export each item is one that was created. Of an
 * incremental one there is one change for each item that is another than before: with `view: 'NEW_IMAGE'` nobody knows whether
 * an item was there before, and it is called modified. The source gives lines as text, or the bytes of the unzipped file.
 *
 * ```ts
 * const file = createReadStream('data/abc.json.gz').pipe(createGunzip())
 * for await (const change of fromExport(app, file)) if (change.model === 'Order') await index(change.key, change.after)
 * ```
 *
 * Where a line cannot be read, or a row does not fit its model, the loop throws InvalidEvent or UndecodableItem, unless
 * `invalid` takes it.
 */
export const fromExport = <const T extends ModelMap, V extends ExportView = 'NEW_AND_OLD_IMAGES'>(
  set: ModelSet<T>,
  source: Pieces,
  options: ReadOptions<V> = {}
): AsyncIterableIterator<Change<T, V> | OtherChange> => {
  if (typeof source !== 'string') checkSource('fromExport()', source)
  checkRead('fromExport()', options)
  const reader = new Reader('fromExport()', set, options.view)
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
  const common = { model: undefined, expired: false, record: line } as const // of time to live, exports say nothing
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

/** The time of a write, in microseconds. */
const microsIn = (metadata: unknown): string | undefined => {
  const stored = isPlain(metadata) ? metadata.WriteTimestampMicros : undefined
  const micros = isPlain(stored) ? stored.N : undefined
  return typeof micros === 'string' && /^\d{1,20}$/.test(micros) ? micros : undefined
}
