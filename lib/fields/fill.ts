import { type Entry, valueIn } from './decoder.ts'
import { type Filled, filledOr, valueOr } from './encoder.ts'
import type { Role } from './field.ts'
import type { Report } from './report.ts'
import { SchemaField } from './schema.ts'

type Given = Readonly<Record<string, unknown>>

/** The values of attributes that keystorm writes itself, by their roles. */
export type Stamps = { readonly [R in Role]?: unknown }

/**
 * What a write of the record fills in for these attributes: the stamps, else the record's own after defaults and
 * schemas. A promise if a schema is asynchronous.
 */
export const fill = (
  entries: readonly Entry[],
  record: Given,
  stamps: Stamps,
  report: Report
): Filled | Promise<Filled> => {
  const filled: unknown[] = []
  const pending: Promise<void>[] = []
  for (const [i, entry] of entries.entries()) {
    const { name, field } = entry
    const given = (field.traits.role && stamps[field.traits.role]) ?? valueIn(record, entry)
    report.path.push(name)
    const value = field instanceof SchemaField ? field.resolve(given, report) : valueOr(given, field)
    report.path.pop()
    filled.push(value)
    if (!(field instanceof SchemaField && value instanceof Promise)) continue
    pending.push(
      value.then(settled => {
        filled[i] = settled
      })
    )
  }
  return pending.length === 0 ? filled : Promise.all(pending).then(() => filled)
}

/** The values that these attributes have in a write. */
export const valuesOf = (entries: readonly Entry[], record: Given, filled: Filled): Given => {
  const values: Record<string, unknown> = {}
  for (const entry of entries) values[entry.name] = filledOr(valueIn(record, entry), entry, filled)
  return values
}
