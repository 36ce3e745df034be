/** Values as a state machine is given them, and the Arguments they must make. */
import * as assert from 'uvu/assert'
import type { MadeField } from '../../lib/fields/field.ts'
import { type Sendable, toJsonata } from '../../lib/jsonata/index.ts'
import { evaluated, expressionIn, plain, textsIn } from './evaluate.ts'

/** A value as JSON: dates and bigints as text, sets as lists, bytes as base64. */
export const givenAs = (value: unknown, field?: MadeField): unknown => {
  const isWhole = field === undefined || field.codec !== undefined
  // JSONata makes text of 15 digits of a number: one with more is given as text.
  if (typeof value === 'number') return isWhole || Number(value.toPrecision(15)) === value ? value : String(value)
  if (typeof value === 'bigint') return String(value)
  if (value instanceof Date) return value.toISOString()
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (value instanceof Set) return [...value].map(element => givenAs(element, field?.element))
  if (Array.isArray(value)) return value.map(element => givenAs(element, field?.step(0)))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, givenAs(inner, field?.step(name))]))
}

/** A command's input as JSON. */
export const asJson = (input: unknown): unknown => plain(withText(input))

/** What was written when it ran, and not at a time that was given. */
const isNow = (value: unknown): boolean =>
  typeof value === 'string' && /^\d{4}-.{18}Z$/.test(value) && Math.abs(Date.parse(value) - Date.now()) < 600_000

const withText = (value: unknown): unknown => {
  if (isNow(value)) return 'now'
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (Array.isArray(value)) return value.map(withText)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withText(inner)]))
}

/** A builder that can show its command. */
export interface Builder extends Sendable {
  compile(): object
}

/**
 * Asserts that the Arguments of a builder with params, evaluated with this input, are the command of the same builder with
 * values. Gives the Arguments.
 */
export const checkSame = async (open: Sendable, known: Builder, input: unknown, variables = {}): Promise<unknown> => {
  const template = toJsonata(open)
  // What begins as an expression is looked at when it is evaluated.
  for (const text of textsIn(template)) if (!text.startsWith('{%') && text.endsWith('%}')) expressionIn(text)
  const result = await evaluated(template, input, variables)
  assert.equal(asJson(result), asJson(known.compile()), JSON.stringify(template))
  return template
}
