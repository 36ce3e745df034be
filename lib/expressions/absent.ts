import { isAbsentable, type MadeField } from '../fields/field.ts'
import { Misfit } from '../fields/report.ts'
import { SchemaField } from '../fields/schema.ts'

/** Stands for the value of a required attribute that is absent. */
export const MISSING = Symbol('missing')

/**
 * The value that a read gives for an absent attribute: its default, `undefined`, or {@link MISSING} if the read fails.
 */
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

/** Whether reads treat NULL like an absent attribute. */
export const isAbsentAsNull = (field: MadeField): boolean => {
  if (field instanceof SchemaField) return field.decode({ NULL: true }) !== null
  return !field.traits.isNullable && isAbsentable(field)
}
