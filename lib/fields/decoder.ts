import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import type { MadeField } from './field.ts'
import { within } from './report.ts'

/** A named field of a record. */
export interface Entry {
  readonly name: string
  readonly field: MadeField
  /** Whether every object inherits this name, such as `constructor`. Then only an own property counts. */
  readonly isInherited: boolean
  /** The place among the attributes that writes fill in; `undefined` if they take only what is given. */
  readonly filled?: number | undefined
}

type Stored = Readonly<Record<string, AttributeValue>>

/** Reads the named fields from a stored record and leaves out other attributes. Throws Misfit. */
export type Decoder = (stored: Stored) => Record<string, unknown>

/** The record's own value of this entry. */
export const valueIn = <T>(record: Readonly<Record<string, T>>, { name, isInherited }: Entry): T | undefined =>
  isInherited && !Object.hasOwn(record, name) ? undefined : record[name]

/** Whether each item has the attribute once it is read: a default fills it in. */
const isAlwaysRead = ({ field: { traits } }: Entry): boolean => !traits.isOptional

/** The order in which records are read: first the attributes that each record has, which generated code puts into a literal. */
export const inOrder = (entries: readonly Entry[]): readonly Entry[] => [
  ...entries.filter(isAlwaysRead),
  ...entries.filter(entry => !isAlwaysRead(entry))
]

/** Decodes in a loop. In a `partial` record, attributes can be missing. */
export const loopedDecoder = (entries: readonly Entry[], stored: Stored, partial = false): Record<string, unknown> => {
  const record: Record<string, unknown> = {}
  let at = ''
  let value: AttributeValue | undefined
  try {
    for (const entry of entries) {
      const { name, field } = entry
      at = name
      value = valueIn(stored, entry)
      if (value === undefined && partial) continue
      const decoded = value === undefined ? field.absent() : field.decode(value, partial)
      if (decoded !== undefined) record[name] = decoded
    }
  } catch (error) {
    throw within(at, error, value === undefined || value) // an error of absent() is not about a value
  }
  return record
}

/**
 * Decodes, like the loop, with generated code, three times as fast: the engine sees constant property names and one object literal for
 * the attributes that are always there. Only the model's attribute names get into the code, as JSON text.
 */
export const generatedDecoder = (entries: readonly Entry[]): Decoder => {
  const decode = (entry: Entry, i: number): string => {
    const name = JSON.stringify(entry.name)
    const value = entry.isInherited ? `(Object.hasOwn(s, ${name}) ? s[${name}] : undefined)` : `s[${name}]`
    return `(i = ${i}, v = ${value}) === undefined ? f${i}.absent() : f${i}.decode(v)`
  }
  const lines = entries.map((entry, i) => ({ entry, name: JSON.stringify(entry.name), code: decode(entry, i) }))
  const always = lines.filter(({ entry }) => isAlwaysRead(entry)).map(({ name, code }) => `${name}: ${code}`)
  const maybe = lines
    .filter(({ entry }) => !isAlwaysRead(entry))
    .map(({ name, code }) => `if ((d = ${code}) !== undefined) r[${name}] = d`)
  const source = `let [${entries.map((_, i) => `f${i}`).join(', ')}] = fields
    return s => {
      let i = 0, v, d
      try {
        const r = { ${always.join(', ')} }
        ${maybe.join('\n')}
        return r
      } catch (error) {
        throw within(names[i], error, v === undefined || v)
      }
    }`
  const make = new Function('fields', 'names', 'within', source) as Make // the source says so
  return make(
    entries.map(({ field }) => field),
    entries.map(({ name }) => name),
    within
  )
}

type Make = (fields: readonly MadeField[], names: readonly string[], wrap: typeof within) => Decoder
