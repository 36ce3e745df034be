import { Field } from '../fields/field.ts'
import { ownValue } from '../fields/record.ts'
import type { Fields } from '../fields/records.ts'
import type { Slot } from '../keys/source.ts'

/** The fields of key attributes that have one possible value: it is their default. */
export const constantsOf = (slots: readonly Slot[], fields: Fields): Fields =>
  Object.fromEntries(
    slots.flatMap(({ attribute, constant }) => {
      const field = ownValue(fields, attribute)
      const isConstant = constant !== undefined && field instanceof Field && field.traits.fallback === undefined
      return isConstant ? [[attribute, field.default(constant)]] : []
    })
  )

/** Whether an attribute is not stored beside the keys that hold it. */
export const isOnlyInKeys = (fields: Fields, attribute: string): boolean => {
  const field = ownValue(fields, attribute)
  return field instanceof Field && field.traits.isOnlyInKeys === true
}
