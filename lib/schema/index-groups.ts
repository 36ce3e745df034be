import type { KeySource } from '../keys/source.ts'
import { Template } from '../keys/template.ts'
import type { Access } from './access.ts'

/** Keys of indexes that are rendered and belong together: an item has all of them, or none. */
export interface IndexGroup {
  readonly keys: readonly KeySource[]
  /** The attributes that they are made of, but for those of the primary key. */
  readonly own: readonly string[]
}

/** The rendered keys of a model's indexes, by what must be written together: indexes that share a key share their lot. */
export const indexGroups = (table: readonly KeySource[], indexes: Iterable<Access>): IndexGroup[] => {
  const primary = new Set(table.flatMap(key => key.attributes))
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
    const own = new Set(keys.flatMap(key => key.attributes).filter(name => !primary.has(name)))
    return { keys, own: [...own] }
  })
}
