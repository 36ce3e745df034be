import type { TableDescription } from '@aws-sdk/client-dynamodb'
import type { Target } from '../../driver/target.ts'
import { describe, InvalidResponse, NoTable } from '../../errors.ts'
import { isRecord } from '../../fields/record.ts'
import { definitionOf } from '../../schema/table-definition.ts'
import type { TableLayout } from '../../schema/table-layout.ts'
import { checkDb } from '../check-db.ts'
import { layoutOf, type TablePlan } from './planned.ts'

/** A connection, which knows its table. */
export interface Connected {
  ' target'(): Target
}

/**
 * What differs between the table of `db` and a layout, or that of models, a sentence each; none if the layout fits. What the table has beside it,
 * such as more indexes, is no difference. Throws NoTable.
 *
 * ```ts
 * const differences = await checkTable(db, app)   // ['its index byStatus is not there, and not status (S), updated (N)']
 * ```
 */
export const checkTable = async (db: Connected, plan?: TablePlan): Promise<string[]> => {
  const target = checkDb('checkTable()', db)[' target']()
  const { table } = target
  const layout = layoutOf('checkTable()', plan)
  if (table === undefined) throw new NoTable()
  const found = await describeTable(target, table, 'checkTable')
  return differences(table, found, layout).map(
    ({ what, found, wanted }) => `its ${what} is ${found}, and not ${wanted}`
  )
}

/** Throws InvalidResponse where nothing is said of it. */
export const describeTable = async (target: Target, table: string, verb: string): Promise<TableDescription> => {
  const { Table } = await target.send('DescribeTable', { TableName: table }, { verb, models: [] })
  if (!isRecord(Table)) throw new InvalidResponse('DescribeTable', `its Table is ${describe(Table)}`)
  return Table
}

interface Difference {
  readonly what: string
  readonly found: string
  readonly wanted: string
}

/** What of a table is other than a layout has it. */
export const differences = (table: string, found: TableDescription | undefined, layout: TableLayout): Difference[] => {
  const there = inWords(found ?? {})
  return Object.entries(inWords(definitionOf(table, layout))).flatMap(([what, wanted]) => {
    const found = there[what] ?? 'not there'
    return found === wanted ? [] : [{ what, found, wanted }]
  })
}

/** What CreateTable takes and DescribeTable gives, of the oldest SDK and of the newest. */
interface Described {
  readonly AttributeDefinitions?: TableDescription['AttributeDefinitions'] | undefined
  readonly KeySchema?: TableDescription['KeySchema'] | undefined
  readonly GlobalSecondaryIndexes?: readonly DescribedIndex[] | undefined
  readonly LocalSecondaryIndexes?: readonly DescribedIndex[] | undefined
}

interface DescribedIndex {
  readonly IndexName?: string | undefined
  readonly KeySchema?: TableDescription['KeySchema'] | undefined
  readonly Projection?:
    | { readonly ProjectionType?: string | undefined; readonly NonKeyAttributes?: readonly string[] | undefined }
    | undefined
}

/** What items are stored and found by. */
const inWords = (table: Described): Readonly<Record<string, string>> => {
  const typeOf = (name = '') => table.AttributeDefinitions?.find(one => one.AttributeName === name)?.AttributeType
  const keys = (schema: Described['KeySchema'] = []) =>
    schema
      .toSorted((a, b) => ORDER.indexOf(a.KeyType) - ORDER.indexOf(b.KeyType))
      .map(({ AttributeName }) => `${AttributeName} (${typeOf(AttributeName)})`)
      .join(', ')
  const words: Record<string, string> = { key: keys(table.KeySchema) }
  for (const [kind, indexes] of [
    ['index', table.GlobalSecondaryIndexes],
    ['local index', table.LocalSecondaryIndexes]
  ] as const)
    for (const { IndexName, KeySchema, Projection } of indexes ?? []) {
      words[`${kind} ${IndexName}`] = keys(KeySchema)
      const others = (Projection?.NonKeyAttributes ?? []).toSorted().join(', ')
      words[`projection of ${IndexName}`] = `${Projection?.ProjectionType}${others && ` of ${others}`}`
    }
  return words
}

const ORDER: readonly unknown[] = ['HASH', 'RANGE']
