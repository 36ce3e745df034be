import type { Entry } from '../fields/decoder.ts'
import { ownValue } from '../fields/record.ts'
import type { Report } from '../fields/report.ts'
import { SchemaField } from '../fields/schema.ts'
import { Param } from '../keys/param.ts'

type Given = Readonly<Record<string, unknown>>

/** The key attributes of a model that a schema checks. */
export class KeySchemas {
  readonly #fields: ReadonlyMap<string, SchemaField>
  readonly #primary: readonly string[]

  /** From all attributes in keys, and the names of those in the primary key. */
  constructor(inKeys: readonly Entry[], primary: readonly string[]) {
    this.#fields = new Map(inKeys.flatMap(({ name, field }) => (field instanceof SchemaField ? [[name, field]] : [])))
    this.#primary = primary
  }

  get areAny(): boolean {
    return this.#fields.size > 0
  }

  /** Refuses a schema's output in a key attribute if reads would look for it under another key. */
  check(name: string, made: unknown, report: Report): void {
    report.path.push(name)
    this.#fields.get(name)?.checkKey(made, report)
    report.path.pop()
  }

  /** Checks the outputs of all the schemas. */
  checkAll(made: Given, report: Report): void {
    for (const name of this.#fields.keys()) this.check(name, ownValue(made, name), report)
  }

  /** The schemas' outputs for attributes of the primary key. Attributes without a schema or value are left out. */
  resolve(values: Given, report: Report): { name: string; made: unknown }[] {
    return this.#primary.flatMap(name => {
      const field = this.#fields.get(name)
      const value = ownValue(values, name)
      if (field === undefined || value === undefined || value instanceof Param) return []
      report.path.push(name)
      const made = field.resolve(value, report)
      report.path.pop()
      return [{ name, made }]
    })
  }
}
