import { placeOf } from '../../expressions/path.ts'
import { type Condition, leaf } from '../../expressions/tree.ts'
import { ownValue } from '../../fields/record.ts'
import type { StoredItem } from '../../schema/definition.ts'

/** Conditions that a row still has the value it was read with under each name, or still has none. */
export const stillHas = (row: Readonly<StoredItem>, names: Iterable<string>): Condition[] =>
  [...names].map(name => {
    const value = ownValue(row, name)
    return value === undefined ? leaf('missing', placeOf(name)) : leaf('=', placeOf(name), { value })
  })

/** The names to compare to know that a row has not changed: its attributes, and its model's that it may lack. */
export const allOfRow = (row: Readonly<StoredItem>, known: readonly string[]): ReadonlySet<string> =>
  new Set([...Object.keys(row), ...known])
