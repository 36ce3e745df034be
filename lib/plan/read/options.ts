import type { QueryCommandInput, ScanCommandInput } from '@aws-sdk/client-dynamodb'
import { InvalidRequest, nameOf, type UndecodableItem } from '../../errors.ts'
import { asRead } from '../../expressions/as-read.ts'
import { readConditions } from '../../expressions/condition.ts'
import { MadeCombination } from '../../expressions/operators.ts'
import { placeOf } from '../../expressions/path.ts'
import { Printer } from '../../expressions/print.ts'
import { type Condition, joined } from '../../expressions/tree.ts'
import { isRecord } from '../../fields/record.ts'
import type { Definition } from '../../schema/definition.ts'
import { type IndexLayout, plainName } from '../../schema/table-layout.ts'
import { type Expiry, unexpiredCondition } from './expiry.ts'
import type { Definitions } from './models.ts'
import { holdersOn, isProjected } from './narrow.ts'

/** The options of all reads of many items. */
export interface ReadOptions {
  /** Conditions as users write them; all must hold. */
  readonly filters: readonly unknown[]
  /** The attributes to read; `undefined` reads all. */
  readonly only: readonly string[] | undefined
  /** The most items that one request reads, and the size of `page()`. */
  readonly pageSize: number | undefined
  /** The key, or the item, after which to start. */
  readonly after: Readonly<Record<string, unknown>> | undefined
  /** Called with the error of each item that does not fit its model; the read then leaves the item out. */
  readonly onInvalid: ((error: UndecodableItem) => void) | undefined
  readonly signal: AbortSignal | undefined
  /** Leaves out expired items. Cursors do not depend on it. */
  readonly expiry?: Expiry | undefined
}

/** Not frozen: a spread of a frozen object takes four times as long. */
export const NO_OPTIONS: ReadOptions = {
  filters: [],
  only: undefined,
  pageSize: undefined,
  after: undefined,
  onInvalid: undefined,
  signal: undefined,
  expiry: undefined
}

type ReadInput = QueryCommandInput | ScanCommandInput

/**
 * Adds filter and projection to the input of a read. `positions` are the keys that a cursor needs, and `needed` further
 * attributes to read. Throws InvalidCondition, and InvalidRequest also if a filter has different meanings in the
 * models.
 */
export const refine = (
  input: ReadInput,
  models: Definitions,
  positions: readonly string[],
  index: IndexLayout | undefined,
  { filters, only, expiry }: Pick<ReadOptions, 'filters' | 'only' | 'expiry'>,
  needed: readonly string[] = []
): void => {
  if (filters.length === 0 && only === undefined && expiry === undefined) return
  const [first, ...others] = models
  if (others.length > 0) checkShared(models, filters)
  const printer = new Printer(first.name)
  const alive = expiry && unexpiredCondition(expiry, first, index)
  const filter = printFilter(printer, first, filters, alive)
  const { ExpressionAttributeValues: values } = printer.placeholders()
  for (const other of others) checkAlike(first, other, [filters, alive], [filter, printer.placeholders()])
  if (filter !== undefined) input.FilterExpression = filter
  if (only !== undefined) {
    const holders = models.flatMap(model => [...model.holdersOf(only), ...holdersOn(model, index, only)])
    const names = [...positions, ...holders, ...only, ...needed]
    input.ProjectionExpression = printProjection(printer, first, names, index)
  }
  const { ExpressionAttributeNames: names } = printer.placeholders()
  if (names !== undefined) input.ExpressionAttributeNames = together(input.ExpressionAttributeNames, names)
  if (values !== undefined) input.ExpressionAttributeValues = together(input.ExpressionAttributeValues, values)
}

/**
 * Directs a read to an index. It requests all attributes, unless some are named. If the index does not project all of
 * them, although the layout says so, DynamoDB then refuses the request instead of returning parts of items.
 */
export const sendToIndex = (input: ReadInput, { name, projection }: IndexLayout): void => {
  input.IndexName = name
  if (input.ProjectionExpression === undefined && projection === 'ALL') input.Select = 'ALL_ATTRIBUTES'
}

/** Throws InvalidRequest if a model lacks one of the attributes. */
export const checkNames = (models: Definitions, names: readonly string[]): void => {
  for (const model of models) {
    const unknown = names.findIndex(name => model.attributes.field(name) === undefined)
    if (unknown >= 0)
      throw new InvalidRequest(
        models[0].name,
        `only() is given ${nameOf(names[unknown])}, which is no attribute${models.length > 1 ? ` of ${model.name}` : ''}`
      )
  }
}

/**
 * Prints the projection: the table's keys, which identify a row, the type, and the named attributes that the index
 * projects. The others may be in keys.
 */
export const printProjection = (
  printer: Printer,
  { layout: { pk, sk, type } }: Definition,
  names: readonly string[],
  index?: IndexLayout
): string => {
  const path = (name: string) => printer.path(placeOf(name))
  let text = plainName(pk.name) ?? path(pk.name)
  if (sk !== undefined) text += `, ${plainName(sk.name) ?? path(sk.name)}`
  const others = new Set(type === undefined ? names : [type, ...names])
  for (const name of others)
    if (name !== pk.name && name !== sk?.name && isProjected(name, index)) text += `, ${path(name)}`
  return printer.checked('The projection', text, 0)
}

/** Adds a filter's placeholders to those of the key, which are this input's own. A spread of both is ten times as slow. */
const together = <T>(key: Record<string, T> | undefined, filter: Record<string, T>): Record<string, T> =>
  key === undefined ? filter : Object.assign(key, filter)

const printFilter = (
  printer: Printer,
  model: Definition,
  filters: readonly unknown[],
  alive: Condition | undefined
): string | undefined => {
  const condition = readConditions(model.name, model.inRows, filters)
  const asked = condition && asRead(condition)
  const filter = asked && alive ? joined('and', [asked, alive]) : (asked ?? alive)
  if (filter === undefined) return undefined
  return filter.kind === 'constant' && filter.holds ? undefined : printer.condition(filter)
}

const checkAlike = (
  first: Definition,
  other: Definition,
  [filters, alive]: readonly [readonly unknown[], Condition | undefined],
  printed: unknown
): void => {
  const printer = new Printer(other.name)
  const filter = printFilter(printer, other, filters, alive)
  if (JSON.stringify([filter, printer.placeholders()]) !== JSON.stringify(printed))
    throw new InvalidRequest(
      first.name,
      `filter() does not mean the same in ${other.name}, where an attribute of it has another type or default`
    )
}

/** The error, at compile time and run time, for a filter on an attribute that some of the models lack. */
export type NotInAll<Name extends string> =
  `filter() is given ${Name}, which not all of the models have: query one model, or filter what was read`

const notInAll = <Name extends string>(name: Name): NotInAll<Name> =>
  `filter() is given ${name}, which not all of the models have: query one model, or filter what was read`

const checkShared = (models: Definitions, filters: readonly unknown[]): void => {
  for (const given of filters.flatMap(namesIn)) {
    const having = (name: string) => models.filter(({ attributes }) => attributes.field(name) !== undefined).length
    const name = having(given) > 0 ? given : (given.split(/[.[]/, 1)[0] ?? given)
    if (having(name) > 0 && having(name) < models.length) throw new InvalidRequest(models[0].name, notInAll(name))
  }
}

const namesIn = (filter: unknown): string[] => {
  if (filter instanceof MadeCombination) return filter.conditions.flatMap(namesIn)
  return isRecord(filter) ? Object.keys(filter) : []
}
