import { type Condition, leaf, placeOf } from '../../expressions/tree.ts'
import { ownValue } from '../../fields/record.ts'
import type { StoredItem } from '../../schema/definition.ts'

/** That a row has under each of some names what it had when it was read, or nothing if it had nothing. */
export const stillHas = (row: Readonly<StoredItem>, names: Iterable<string>): Condition[] =>
  [...names].map(name => {
    const value = ownValue(row, name)
    return value === undefined ? leaf('missing', placeOf(name)) : leaf('=', placeOf(name), { value })
  })

/** All that a row has, and what its model might have had it keep: the names that tell whether it is still the same. */
export const allOfRow = (row: Readonly<StoredItem>, known: readonly string[]): ReadonlySet<string> =>
  new Set([...Object.keys(row), ...known])
