import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { formatPath } from '../errors.ts'
import { isAbsentable, type MadeField } from '../fields/field.ts'
import { ownValue } from '../fields/record.ts'
import { Misfit } from '../fields/report.ts'
import { SchemaField } from '../fields/schema.ts'
import type { Path } from './path.ts'

/** Stands for the value of an attribute that may not be absent. */
export const MISSING = Symbol('missing')

/** What a read makes of an absent attribute: its default, nothing, or an error, which is {@link MISSING}. */
export const absentValue = (field: MadeField): unknown => {
  try {
    return field.absent()
  } catch (error) {
    if (error instanceof Misfit) return MISSING
    throw error
  }
}

/** The default of an attribute; `undefined` if it has none. */
export const defaultOf = (field: MadeField): unknown => {
  const { fallback } = field.traits
  if (fallback !== undefined) return fallback()
  const made = field instanceof SchemaField ? absentValue(field) : undefined
  return made === MISSING ? undefined : made
}

/** Whether reads take NULL for an attribute that is absent. */
export const isAbsentAsNull = (field: MadeField): boolean => {
  if (field instanceof SchemaField) return field.decode({ NULL: true }) !== null
  return !field.traits.isNullable && isAbsentable(field)
}

/**
 * How a map or list to go into is made, so that one which somebody else has made meanwhile stays. DynamoDB does not make it and go
 * into it in one update.
 */
export const makeFirst = (around: string, verb = 'update'): string =>
  `set ${around} to ifMissing(…) in an ${verb} before`

export type Row = Readonly<Record<string, AttributeValue>>

/** A row that an update has met, and whether DynamoDB said that the update does not fit what it has. */
export interface Found {
  readonly row: Row
  readonly isUnfit: boolean
}

/** What a row has at a path; `undefined` if nothing. */
export const storedAt = (row: Row, steps: Path['steps']): AttributeValue | undefined => {
  let value: AttributeValue | undefined = { M: row }
  for (const step of steps) {
    if (typeof step === 'number') value = value?.L?.[step]
    else value = value?.M && ownValue(value.M, step)
  }
  return value
}

/** Why a row has no place for what a path leads to; of several that it lacks on the way, the outermost is to be made first. */
export const noPlace = (row: Row, steps: Path['steps']): string | undefined => {
  for (let length = 1; length < steps.length; length++) {
    const holder = steps.slice(0, length)
    const { M, L } = storedAt(row, holder) ?? {}
    if (M !== undefined || L !== undefined) continue
    const around = formatPath(holder)
    return `has no place, because ${around} is not there, or holds nothing: ${makeFirst(around)}`
  }
  return undefined
}
