import type { Action, NewValue, Start } from '../expressions/action.ts'
import type { Path } from '../expressions/path.ts'
import type { Operand } from '../expressions/tree.ts'

/** Whether an update has the same result however often it runs: it reads no attribute that it changes. */
export const isRepeatable = (actions: readonly Action[]): boolean => {
  const read = actions.flatMap(action => (action.kind === 'SET' ? pathsIn(action) : []))
  return !read.some(from => actions.some(({ path }) => isSamePlace(from, path)))
}

const pathsIn = ({ path, value }: { readonly path: Path; readonly value: NewValue }): readonly Path[] => {
  if (!('kind' in value)) return pathIn(value)
  switch (value.kind) {
    case 'sum':
      return [...pathIn(value.from), ...pathIn(value.amount)]
    case 'joined':
      return [...pathIn(value.first), ...pathIn(value.second)]
    case 'ifMissing':
      return isSamePlace(value.from.at, path) ? [] : [value.from.at] // once a value of its own exists, it stays
  }
}

const pathIn = (value: Start | Operand): readonly Path[] => {
  if ('at' in value) return [value.at]
  return 'path' in value ? [value.path] : []
}

/** Whether one path equals or contains the other. */
const isSamePlace = ({ steps: one }: Path, { steps: other }: Path): boolean => {
  const length = Math.min(one.length, other.length)
  return one.slice(0, length).every((step, i) => step === other[i])
}
