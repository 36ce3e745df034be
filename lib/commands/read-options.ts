import type { AttributeValue, QueryCommandInput, ScanCommandInput } from '@aws-sdk/client-dynamodb'
import { InvalidRequest, type UndecodableItem } from '../errors.ts'
import { asRead } from '../expressions/as-read.ts'
import { readConditions } from '../expressions/condition.ts'
import { Printer } from '../expressions/print.ts'
import { string } from '../fields/scalars.ts'
import type { Definition } from '../model/definition.ts'

/** What the reads of many items have in common, beside where they look and how many they want. */
export interface ReadOptions {
  /** Conditions as users write them, all of which must hold. */
  readonly filters: readonly unknown[]
  /** The attributes to read; `undefined` for all. */
  readonly only: readonly string[] | undefined
  /** How many items one request may read, and how many `page()` gives. */
  readonly pageSize: number | undefined
  /** The key, or the item, behind which to start. */
  readonly after: Readonly<Record<string, unknown>> | undefined
  /** Called with the error of each item that does not fit its model, which is left out then. */
  readonly onInvalid: ((error: UndecodableItem) => void) | undefined
  readonly signal: AbortSignal | undefined
}

export const NO_OPTIONS: ReadOptions = Object.freeze({
  filters: [],
  only: undefined,
  pageSize: undefined,
  after: undefined,
  onInvalid: undefined,
  signal: undefined
})

type ReadInput = QueryCommandInput | ScanCommandInput
type Models = readonly [Definition, ...Definition[]]

/**
 * Adds filter and projection to the input of a read; `needed` are attributes that are read beside those asked for. Throws
 * InvalidCondition and InvalidRequest, also where a filter does not mean the same in all models.
 */
export const refine = (
  input: ReadInput,
  models: Models,
  { filters, only }: Pick<ReadOptions, 'filters' | 'only'>,
  needed: readonly string[] = []
): void => {
  if (filters.length === 0 && only === undefined) return
  const [first, ...others] = models
  const printer = new Printer(first.name)
  const filter = printFilter(printer, first, filters)
  const { ExpressionAttributeValues: values } = printer.placeholders()
  for (const other of others) checkAlike(first, other, filters, [filter, printer.placeholders()])
  if (filter !== undefined) input.FilterExpression = filter
  if (only !== undefined) input.ProjectionExpression = printProjection(printer, [...only, ...needed])
  const { ExpressionAttributeNames: names } = printer.placeholders()
  if (names !== undefined) input.ExpressionAttributeNames = names
  if (values !== undefined) input.ExpressionAttributeValues = joined(input.ExpressionAttributeValues, values)
}

/** The keys, which say what a row is, and these attributes. */
export const printProjection = (printer: Printer, names: readonly string[]): string => {
  const paths = [...new Set(names)].map(name => printer.path({ steps: [name], field: string() }))
  return printer.checked('The projection', ['PK', 'SK', ...paths].join(', '), 0)
}

type Placed = Record<string, AttributeValue>

const joined = (key: Placed | undefined, filter: Placed): Placed => ({ ...key, ...filter })

const printFilter = (printer: Printer, model: Definition, filters: readonly unknown[]): string | undefined => {
  const condition = readConditions(model.name, model.attributes, filters)
  if (condition === undefined) return undefined
  const filter = asRead(condition)
  return filter.kind === 'constant' && filter.holds ? undefined : printer.condition(filter)
}

const checkAlike = (first: Definition, other: Definition, filters: readonly unknown[], printed: unknown): void => {
  const printer = new Printer(other.name)
  const filter = printFilter(printer, other, filters)
  if (JSON.stringify([filter, printer.placeholders()]) !== JSON.stringify(printed))
    throw new InvalidRequest(first.name, `filter() does not mean the same in ${other.name}`)
}
