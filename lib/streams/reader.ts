import { InvalidRequest, KeystormError, UndecodableItem } from '../errors.ts'
import { ownValue } from '../fields/record.ts'
import { ownerOf } from '../schema/apart.ts'
import { type Definition, definitionIn, type StoredItem } from '../schema/definition.ts'
import { plainKey } from '../schema/plain-key.ts'
import { decodeRaw, type RawItem, rawKey } from '../schema/raw.ts'
import type { ModelMap } from '../schema/set.ts'
import type { InvalidChange, OtherChange, View } from './change.ts'
import { InvalidEvent } from './invalid-event.ts'
import type { RawChange } from './raw-change.ts'

const VIEWS: Readonly<Record<View, { readonly old: boolean; readonly new: boolean }>> = {
  NEW_AND_OLD_IMAGES: { old: true, new: true },
  NEW_IMAGE: { old: false, new: true },
  OLD_IMAGE: { old: true, new: false },
  KEYS_ONLY: { old: false, new: false }
}

/** The views that a source of changes can have, and what an error advises where an image is missing. */
export interface Views {
  readonly names: readonly string[]
  readonly hint: string
}

const OF_STREAMS: Views = {
  names: Object.keys(VIEWS),
  hint: "if its stream has other images, say which: { view: 'NEW_IMAGE' }, 'OLD_IMAGE' or 'KEYS_ONLY'"
}

/** The model of a changed row, and its key. */
interface Owned {
  readonly model: Definition
  readonly key: StoredItem
}

/** Turns raw changes into typed ones. */
export class Reader {
  readonly models: readonly Definition[]
  readonly #view: (typeof VIEWS)[View]
  readonly #hint: string

  constructor(
    verb: string,
    set: { readonly models: ModelMap },
    view: View = 'NEW_AND_OLD_IMAGES',
    { names, hint } = OF_STREAMS
  ) {
    if (typeof set?.models !== 'object') throw new InvalidRequest(verb, 'takes what models() gives')
    if (!names.includes(view)) throw new InvalidRequest(verb, `view must be one of ${names.join(', ')}`)
    this.models = Object.values(set.models).map(definitionIn)
    this.#view = VIEWS[view]
    this.#hint = hint
  }

  /** The names of the table's keys. */
  get keyNames(): readonly string[] {
    const { pk, sk } = this.models[0]?.layout ?? {}
    return [pk, sk].flatMap(key => (key ? [key.name] : []))
  }

  /**
   * The model of a row; `undefined` if it is of no model in the set. Throws UndecodableItem if the change moves the row
   * to another model, and InvalidEvent if the keys are no stored values.
   */
  ownerOf(raw: RawChange): Owned | undefined {
    const { before, after } = raw.change
    const owned = this.#claimed(raw, after ?? before)
    const type = this.models[0]?.layout.type
    if (type === undefined || before === undefined || after === undefined) return owned
    const former = this.#claimed(raw, before)
    if (former?.model === owned?.model) return owned
    const { model, key: stored } = owned ?? (former as Owned) // one of them is defined
    const problem = `the row was of ${modelNameOf(former)}, and is of ${modelNameOf(owned)}`
    throw new UndecodableItem(model.name, plainKey(stored), [type], problem)
  }

  /**
   * The change with decoded items. Throws UndecodableItem, and InvalidEvent if an image that the view promises is
   * missing.
   */
  changeOf({ model, key }: Owned, { name, place, change }: RawChange): object {
    const { kind } = change
    const read = (image: 'OldImage' | 'NewImage', row: RawItem | undefined): Record<string, unknown> => {
      if (row !== undefined) return decodeRaw(model, row)
      throw new InvalidEvent(name, `has no ${image}; ${this.#hint}`, place)
    }
    const before = this.#view.old && kind !== 'created' ? read('OldImage', change.before) : undefined
    const after = this.#view.new && kind !== 'removed' ? read('NewImage', change.after) : undefined
    return { ...change, model: model.name, before, after, key: keyOf(model, key, after ?? before) }
  }

  /** Finds the model by the record's keys, and by the type attribute of an image. */
  #claimed({ name, place, change: { key } }: RawChange, image: RawItem | undefined): Owned | undefined {
    const layout = this.models[0]?.layout
    if (layout === undefined) return undefined
    const type = layout.type === undefined ? undefined : image && ownValue(image, layout.type)
    const row = rawKey(type === undefined ? key : { ...key, [layout.type ?? '']: type }, layout)
    if (row === undefined) throw new InvalidEvent(name, 'has keys that are no stored values', place)
    const model = ownerOf(this.models, row)
    return model && { model, key: model.keyIn(row) }
  }
}

const modelNameOf = (owned: Owned | undefined): string => owned?.model.name ?? 'no model'

/**
 * The attributes of the primary key: parsed from the key, or taken from the item if the key does not have all of them.
 */
const keyOf = (model: Definition, key: StoredItem, item: Readonly<Record<string, unknown>> = {}) => {
  const parsed = model.parse(key) ?? {}
  if (model.primary.every(name => Object.hasOwn(parsed, name))) return parsed
  const missing = model.primary.find(name => !Object.hasOwn(item, name))
  if (missing === undefined) return Object.fromEntries(model.primary.map(name => [name, item[name]]))
  const problem = 'it cannot be read back from the key, and there is no image that has it'
  throw new UndecodableItem(model.name, plainKey(key), [missing], problem)
}

/** The argument of an `invalid` handler for an error of keystorm. Rethrows any other error. */
export const invalid = (error: unknown, record: unknown, change: OtherChange | undefined): InvalidChange => {
  if (!(error instanceof KeystormError)) throw error
  return { error, change, record }
}
