import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { isAbsentable, type MadeField } from '../fields/field.ts'
import { Report } from '../fields/report.ts'
import { SchemaField } from '../fields/schema.ts'
import { absentValue, isAbsentAsNull, MISSING, storedAt } from './absent.ts'
import type { Path } from './path.ts'

/** What a read makes of a place: a value, in its stored form, or nothing. */
export interface ReadAs {
  readonly value: AttributeValue | undefined
}

const NOTHING: ReadAs = { value: undefined }

/** Whether a read may make something else of a place than is stored there, at any of its steps. */
export const isWeak = (path: Path): boolean =>
  isAbsentable(path.field) || (path.holder !== undefined && isWeak(path.holder))

/** Whether it is one of a list or record, or inside of a document: such are there or not, whatever their field says. */
const isElement = ({ parent }: Path): boolean => parent !== undefined && parent.core.members === undefined

/** Whether a read may find nothing at a place, or make something else of it, at any of its steps. */
export const mayBeAbsent = (path: Path): boolean =>
  isElement(path) || isAbsentable(path.field) || (path.holder !== undefined && mayBeAbsent(path.holder))

/** What a read makes of a place that is absent; `undefined` where it fails. */
export const readOfAbsent = (path: Path): ReadAs | undefined => {
  const { field } = path
  if (isElement(path)) return NOTHING
  if (field.traits.isOptional && !field.traits.fallback && !(field instanceof SchemaField)) return NOTHING
  return isAbsentable(field) ? asStored(field, absentValue(field)) : undefined
}

/** NULL that is a value. */
export const ITSELF: ReadAs = { value: { NULL: true } }

/** What a read makes of NULL in a place, or in one that holds it; `undefined` where the read fails. */
export const readOfNull = (path: Path, ifAbsent: ReadAs | undefined, isWhole: boolean): ReadAs | undefined => {
  const { field } = path
  if (isAbsentAsNull(field)) return ifAbsent
  if (!field.traits.isNullable && !(field instanceof SchemaField)) return undefined
  return isWhole ? ITSELF : NOTHING
}

/** What a value that a read gives would be stored as. */
const asStored = (field: MadeField, value: unknown): ReadAs | undefined => {
  if (value === undefined) return NOTHING
  const report = new Report()
  const stored = value === MISSING ? undefined : field.encode(value, report)
  return stored !== undefined && report.issues.length === 0 ? { value: stored } : undefined
}

/** What is at a place, where this is the value at one of its steps. */
export const valueAt = (value: AttributeValue | undefined, place: Path, step: Path): AttributeValue | undefined => {
  const inside = place.steps.slice(step.steps.length)
  return value && storedAt({ '': value }, ['', ...inside])
}
