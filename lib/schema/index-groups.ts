import type { KeySource, Slot } from '../keys/source.ts'
import { Template } from '../keys/template.ts'
import type { Access } from './access.ts'

/** Rendered index keys that belong together: an item has all of them or none. */
export interface IndexGroup {
  readonly keys: readonly KeySource[]
  /** The attributes in these keys that the primary key does not tell. */
  readonly own: readonly string[]
}

/** Groups the rendered index keys of a model. Indexes that share a key are in the same group. */
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

/** Whether the primary key tells the slot's text. A derived text does not tell the value. */
const isTold = (table: readonly KeySource[], { attribute, codec }: Slot): boolean =>
  table
    .flatMap(key => key.slots)
    .some(
      slot =>
        slot.attribute === attribute &&
        (slot.codec?.derivation === undefined || slot.codec.derivation === codec?.derivation)
    )
