import type { KeySource, Slot } from '../keys/source.ts'
import { Template } from '../keys/template.ts'
import type { Access } from './access.ts'

/** Keys of indexes that are rendered and belong together: an item has all of them, or none. */
export interface IndexGroup {
  readonly keys: readonly KeySource[]
  /** The attributes that they are made of, but for those that the primary key tells. */
  readonly own: readonly string[]
}

/** The rendered keys of a model's indexes, by what must be written together: indexes that share a key share their lot. */
export const indexGroups = (table: readonly KeySource[], indexes: Iterable<Access>): IndexGroup[] => {
  let groups: Set<KeySource>[] = []
  for (const { pk, sk } of indexes) {
    const keys = [...pk, ...sk].filter(key => key instanceof Template && !table.includes(key))
    if (keys.length === 0) continue
    const apart = groups.filter(group => !keys.some(key => group.has(key)))
    const joined = groups.filter(group => keys.some(key => group.has(key))).flatMap(group => [...group])
    groups = [...apart, new Set([...joined, ...keys])]
  }
  return groups.map(group => {
    const keys = [...group]
    const slots = keys.flatMap(key => key.slots)
    const own = new Set(slots.filter(slot => !isTold(table, slot)).map(({ attribute }) => attribute))
    return { keys, own: [...own] }
  })
}

/** Whether the primary key has the text that stands in an index's: of what it derived from a value, not the value. */
const isTold = (table: readonly KeySource[], { attribute, codec }: Slot): boolean =>
  table
    .flatMap(key => key.slots)
    .some(
      slot =>
        slot.attribute === attribute &&
        (slot.codec?.derivation === undefined || slot.codec.derivation === codec?.derivation)
    )
