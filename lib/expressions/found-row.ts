import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { formatPath } from '../errors.ts'
import { ownValue } from '../fields/record.ts'
import { isAbsentAsNull } from './absent.ts'
import type { Path } from './path.ts'

/**
 * Advice to make a map or list before changing what is inside. DynamoDB cannot do both in one update. ifMissing() keeps
 * a value that another program makes meanwhile.
 */
export const makeFirst = (around: string, verb = 'update'): string =>
  `set ${around} to ifMissing(…) in an ${verb} before`

/** A stored row, as far as expressions look at it. */
export type Row = Readonly<Record<string, AttributeValue>>

/** The row that an update met, and whether DynamoDB said that the update does not fit it. */
export interface Found {
  readonly row: Row
  readonly isUnfit: boolean
}

/** The stored value at a path; `undefined` if there is none. */
export const storedAt = (row: Row, steps: Path['steps']): AttributeValue | undefined => {
  let value: AttributeValue | undefined = { M: row }
  for (const step of steps) {
    if (typeof step === 'number') value = value?.L?.[step]
    else value = value?.M && ownValue(value.M, step)
  }
  return value
}

/**
 * Why a row has no place for the value at a path; `undefined` if it has. If several holders are missing, it names the
 * outermost, which must be made first.
 */
export const noPlace = (row: Row, { holder }: Path): string | undefined => {
  if (holder === undefined) return undefined
  const outer = noPlace(row, holder)
  const stored = storedAt(row, holder.steps)
  if (outer !== undefined || stored?.M !== undefined || stored?.L !== undefined) return outer
  const around = formatPath(holder.steps)
  // ifMissing() keeps a null that is a value, and adds to a list behind its end.
  if (stored?.NULL && !isAbsentAsNull(holder.field))
    return `has no place, because ${around} is null: set that to a value`
  if (typeof holder.steps.at(-1) === 'number')
    return `has no place, because ${around} is not there, or holds nothing: set the list, or append() to it, before`
  return `has no place, because ${around} is not there, or holds nothing: ${makeFirst(around)}`
}
