import { MadeField } from '../fields/field.ts'
import { ownValue } from '../fields/record.ts'
import type { Fields, MadeFields } from '../fields/records.ts'
import type { Slot } from '../keys/source.ts'

/** The fields of key attributes with only one value, which becomes their default. */
export const constantsOf = (slots: readonly Slot[], fields: MadeFields): Fields =>
  Object.fromEntries(
    slots.flatMap(({ attribute, constant }) => {
      const field = ownValue(fields, attribute)
      const isConstant = constant !== undefined && field instanceof MadeField && field.traits.fallback === undefined
      return isConstant ? [[attribute, field.default(constant)]] : []
    })
  )
