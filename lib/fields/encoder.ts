import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { Param, writerFor } from '../keys/param.ts'
import { type Entry, valueIn } from './decoder.ts'
import type { MadeField } from './field.ts'
import type { Report } from './report.ts'

type Given = Readonly<Record<string, unknown>>
type Stored = Record<string, AttributeValue>

/**
 * What stands in place of a record's own values: defaults, outputs of schemas and managed attributes, in the order of
 * {@link Entry.filled}. A copy of the record to which they are added would be slow: up to Node 20, each such copy
 * has a shape of its own.
 */
export type Filled = readonly unknown[]

/** Writes the named fields of a record. Missing, unknown and unfit attributes go to the report. */
export type Encoder = (record: Given, report: Report, filled?: Filled) => Stored

/** Reports the names of a record that are not attributes. */
type NoteUnknown = (record: Given, report: Report) => void

/** Encodes in a loop. */
export const loopedEncoder = (
  entries: readonly Entry[],
  noteUnknown: NoteUnknown,
  record: Given,
  report: Report,
  filled?: Filled
): Stored => {
  const always: Stored = {}
  const maybe: Stored = {}
  let given = 0
  for (const entry of entries) {
    const { name } = entry
    const value = valueIn(record, entry)
    if (value !== undefined) given++
    report.path.push(name)
    const encoded = encodeValue(entry, filledOr(value, entry, filled), report)
    if (encoded !== undefined) (isAlwaysStored(entry) ? always : maybe)[name] = encoded
    report.path.pop()
  }
  // The record has own properties that were not counted: unknown names, or `undefined` values.
  if (Object.keys(record).length !== given) noteUnknown(record, report)
  return { ...always, ...maybe }
}

export const filledOr = (value: unknown, { filled }: Entry, all: Filled | undefined): unknown =>
  filled === undefined || all === undefined ? value : all[filled]

/** Whether each stored record has the attribute, also one of before there was a default. These come first. */
const isAlwaysStored = ({ field: { traits } }: Entry): boolean =>
  traits.isOptional !== true && traits.fallback === undefined

const encodeValue = ({ field }: Entry, given: unknown, report: Report): AttributeValue | undefined => {
  if (given === undefined && report.isTrial && field.traits.fallback && !field.traits.isFixed) {
    report.asksFunction = true
    return undefined
  }
  const value = valueOr(given, field)
  if (value !== undefined) return field.encode(value, report)
  return field.traits.isOptional ? undefined : report.fail('is missing')
}

export const valueOr = (value: unknown, { traits: { fallback } }: MadeField): unknown => {
  if (fallback === undefined) return value
  if (value === undefined) return fallback()
  return value instanceof Param && value.isOptional ? writerFor(value).orElse(value, fallback()) : value
}

/**
 * Encodes with generated code, like the decoder: the engine sees constant property names, one object literal for the
 * attributes that are always there, and each field's own encoder. Only the model's attribute names get into the code,
 * as JSON text.
 */
export const generatedEncoder = (entries: readonly Entry[], noteUnknown: NoteUnknown): Encoder => {
  const lines = entries.map((entry, i) => {
    const name = JSON.stringify(entry.name)
    const value = entry.isInherited ? `(Object.hasOwn(r, ${name}) ? r[${name}] : undefined)` : `r[${name}]`
    const isPlain = entry.field.traits.fallback === undefined
    const encoded = isPlain
      ? `v === undefined ? encodeValue(e${i}, v, report) : f${i}.encode(v, report)`
      : `encodeValue(e${i}, v, report)`
    return `v = ${value}
      if (v !== undefined) given++
      ${entry.filled === undefined ? '' : `if (filled !== undefined) v = filled[${entry.filled}]`}
      path.push(${name})
      const s${i} = ${encoded}
      path.pop()`
  })
  const named = entries.map((entry, i) => ({ entry, name: JSON.stringify(entry.name), value: `s${i}` }))
  const always = named.filter(({ entry }) => isAlwaysStored(entry)).map(({ name, value }) => `${name}: ${value}`)
  const maybe = named
    .filter(({ entry }) => !isAlwaysStored(entry))
    .map(({ name, value }) => `if (${value} !== undefined) stored[${name}] = ${value}`)
  const source = `const [${entries.map((_, i) => `e${i}`).join(', ')}] = entries
    const [${entries.map((_, i) => `f${i}`).join(', ')}] = fields
    return (r, report, filled) => {
      const { path } = report
      let given = 0, v
      ${lines.join('\n')}
      for (const name in r) given-- // their list would take as long as the rest
      if (given !== 0) noteUnknown(r, report)
      const stored = { ${always.join(', ')} }
      ${maybe.join('\n')}
      return stored
    }`
  const make = new Function('entries', 'fields', 'encodeValue', 'noteUnknown', source) as Make // the source says so
  return make(
    entries,
    entries.map(({ field }) => field),
    encodeValue,
    noteUnknown
  )
}

type Make = (
  entries: readonly Entry[],
  fields: readonly MadeField[],
  encode: typeof encodeValue,
  unknown: NoteUnknown
) => Encoder
