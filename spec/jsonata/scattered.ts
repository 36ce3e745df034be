/** Puts params in the place of some values, at any depth. */
import fc from 'fast-check'
import type { MadeField } from '../../lib/fields/field.ts'
import { Report } from '../../lib/fields/report.ts'
import type { AnyModel } from '../../lib/index.ts'
import { param } from '../../lib/jsonata/index.ts'
import { definitionIn } from '../../lib/schema/definition.ts'
import { givenAs } from './given.ts'

/** A value with params in it, and what a state machine is given for them. */
export interface Scattered {
  readonly open: Readonly<Record<string, unknown>>
  readonly given: Readonly<Record<string, unknown>>
}

/** Whether JSON, and the types that JSONata knows, leave a value as it is. */
const isJson = (value: unknown): boolean => {
  if (typeof value === 'number') return Number(value.toPrecision(15)) === value
  if (Array.isArray(value)) return value.every(isJson)
  if (typeof value !== 'object') return typeof value !== 'bigint'
  return value === null || (Object.getPrototypeOf(value) === Object.prototype && Object.values(value).every(isJson))
}

/** Whether a field takes values of any type, or has some in it: those only pass through JSON if JSON has them. */
const isLoose = (field: MadeField | undefined): boolean => {
  if (field === undefined) return false
  const takes = (value: unknown) => field.encode(value, new Report()) !== undefined
  return (takes('text') && takes({})) || ['one', 'odd name#', 0].some(step => isLoose(insideOf(field, step)))
}

const insideOf = (field: MadeField, step: string | number): MadeField | undefined => {
  const inside = field.step(step)
  return inside === field ? undefined : inside
}

/** An item of a model in which some values are params, as `choose` says: whole attributes, elements or members. */
export const scatter = (model: AnyModel, item: Readonly<Record<string, unknown>>, choose: () => number): Scattered => {
  const given: Record<string, unknown> = {}
  const visit = (value: unknown, field: MadeField | undefined): unknown => {
    const loose = isLoose(field)
    if (choose() < 4 && (!loose || isJson(value))) {
      const name = `v${Object.keys(given).length}`
      given[name] = givenAs(value, field)
      return param<unknown>(`$states.input.${name}`)
    }
    if (Array.isArray(value)) return value.map(inner => visit(inner, field?.step(0)))
    if (value instanceof Set && !loose) return new Set([...value].map(inner => visit(inner, field?.element)))
    if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, visit(inner, field?.step(name))]))
  }
  const { attributes } = definitionIn(model)
  const open = Object.fromEntries(
    Object.entries(item).map(([name, value]) => [name, visit(value, attributes.field(name))])
  )
  return { open, given }
}

/** A number from 0 to 9, again and again. */
export const choices = fc.infiniteStream(fc.nat(9)).map(stream => () => stream.next().value as number)
