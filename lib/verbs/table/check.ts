import type { TableDescription } from '@aws-sdk/client-dynamodb'
import type { Target } from '../../driver/target.ts'
import { describe, InvalidResponse, NoTable } from '../../errors.ts'
import { isRecord } from '../../fields/record.ts'
import { tableInput } from '../../schema/table-definition.ts'
import type { TableLayout } from '../../schema/table-layout.ts'
import { type Connected, checkDb } from '../check-db.ts'
import { layoutOf, type TablePlan } from './planned.ts'

/**
 * Compares the table of `db` with a layout, or with the layout of models. Resolves to one sentence for each difference,
 * [] if there is none. Further indexes of the table are no difference. Throws NoTable.
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

/** Throws InvalidResponse if the answer has no table. */
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

/** How a table differs from a layout. */
export const differences = (table: string, found: TableDescription | undefined, layout: TableLayout): Difference[] => {
  const there = inWords(found ?? {})
  return Object.entries(inWords(tableInput(table, layout))).flatMap(([what, wanted]) => {
    const found = there[what] ?? 'not there'
    // Of an index that is not there, one difference says all.
    const isSaid = found === wanted || (there[what] === undefined && what.startsWith(PROJECTION))
    return isSaid ? [] : [{ what, found, wanted }]
  })
}

/** The parts that CreateTable's input and DescribeTable's output share, in the types of the oldest and newest SDK. */
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

/** Describes the keys and indexes of a table as texts, to compare. */
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
      words[`${PROJECTION}${IndexName}`] = `${Projection?.ProjectionType}${others && ` of ${others}`}`
    }
  return words
}

const PROJECTION = 'projection of '

const ORDER: readonly unknown[] = ['HASH', 'RANGE']
