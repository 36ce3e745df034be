import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { isAbsentable, type MadeField } from '../fields/field.ts'
import { Report } from '../fields/report.ts'
import { SchemaField } from '../fields/schema.ts'
import { absentValue, isAbsentAsNull, MISSING } from './absent.ts'
import { storedAt } from './found-row.ts'
import type { Path } from './path.ts'

/** A read's result for a place: a value in its stored form, or nothing. */
export interface ReadResult {
  readonly value: AttributeValue | undefined
}

const NOTHING: ReadResult = { value: undefined }

/** Whether a read can differ from the stored value, at any step of the place. */
export const isWeak = (path: Path): boolean =>
  isAbsentable(path.field) || (path.holder !== undefined && isWeak(path.holder))

/**
 * Whether the place is an element of a list or record, or inside a document. It can be absent, whatever its field says.
 */
const isElement = ({ parent }: Path): boolean => parent !== undefined && parent.core.members === undefined

/** Whether the place can be absent, or a read can differ from its stored value, at any step. */
export const mayBeAbsent = (path: Path): boolean =>
  isElement(path) || isAbsentable(path.field) || (path.holder !== undefined && mayBeAbsent(path.holder))

/** A read's result for an absent place; `undefined` if the read fails. */
export const readOfAbsent = (path: Path): ReadResult | undefined => {
  const { field } = path
  if (isElement(path)) return NOTHING
  if (field.traits.isOptional && !field.traits.fallback && !(field instanceof SchemaField)) return NOTHING
  return isAbsentable(field) ? asStored(field, absentValue(field)) : undefined
}

/** NULL as a value of its own. */
export const ITSELF: ReadResult = { value: { NULL: true } }

/**
 * A read's result if this step is NULL: for the step itself (`isWhole`), or for a place inside it. `undefined` if the
 * read fails.
 */
export const readOfNull = (path: Path, ifAbsent: ReadResult | undefined, isWhole: boolean): ReadResult | undefined => {
  const { field } = path
  if (isAbsentAsNull(field)) return ifAbsent
  if (!field.traits.isNullable && !(field instanceof SchemaField)) return undefined
  return isWhole ? ITSELF : NOTHING
}

/** The stored form of a value that a read gives. */
const asStored = (field: MadeField, value: unknown): ReadResult | undefined => {
  if (value === undefined) return NOTHING
  const report = new Report()
  const stored = value === MISSING ? undefined : field.encode(value, report)
  return stored !== undefined && report.issues.length === 0 ? { value: stored } : undefined
}

/** The value at a place, if this is the value at one of its steps. */
export const valueAt = (value: AttributeValue | undefined, place: Path, step: Path): AttributeValue | undefined => {
  const inside = place.steps.slice(step.steps.length)
  return value && storedAt({ '': value }, ['', ...inside])
}
