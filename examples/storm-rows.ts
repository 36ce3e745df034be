/** Reads real rows, which STORM wrote to its table, with keystorm. */
import { deepStrictEqual, ok } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { PutItemCommand } from '@aws-sdk/client-dynamodb'
import type { LocalTable } from 'keystorm/testing'
import { oneLine, printColumns } from './print.ts'
import { storm } from './storm-models.ts'
import { keyOf, type Name, type Row, readers } from './storm-readers.ts'

interface Scenario {
  readonly models: readonly string[]
  readonly steps: readonly { readonly op: string; readonly expect?: { readonly table_after?: readonly Row[] } }[]
}

/** A row, and the models of the scenario that wrote it. */
interface Written {
  readonly row: Row
  readonly models: readonly string[]
}

const FILE = new URL('../spec/data/storm/stored.json', import.meta.url)

const isName = (name: string): name is Name => Object.hasOwn(storm.models, name)

/** The rows of our models, one for each key, as STORM last wrote it. */
const load = (): Written[] => {
  const { cases } = JSON.parse(readFileSync(FILE, 'utf8')) as { cases: Scenario[] }
  const rows = new Map<string, Written>()
  for (const { models, steps } of cases) {
    // In some scenarios another program writes rows, which are not STORM's.
    if (!models.every(isName) || steps.some(({ op }) => op === 'put_raw')) continue
    for (const row of steps.flatMap(({ expect }) => expect?.table_after ?? []))
      rows.set(JSON.stringify(keyOf(row)), { row, models })
  }
  return [...rows.values()]
}

/** The model of a row, by its keys alone. Throws unless it is a model of the row's scenario. */
const ownerOf = ({ row, models }: Written): Name => {
  const owner = storm.read(row)?.model
  ok(owner && models.includes(owner), `${owner} was not to be the model of ${JSON.stringify(keyOf(row))}`)
  return owner
}

const inKeyOrder = (a: Row, b: Row): number => ((a.SK?.S ?? '') < (b.SK?.S ?? '') ? -1 : 1)

/** Puts the rows into the table as STORM wrote them, and reads each back in every way. */
export const readStormRows = async ({ db, table, client }: LocalTable): Promise<void> => {
  const written = load()
  for (const { row } of written) await client.send(new PutItemCommand({ TableName: table, Item: row }))

  const rowsOf = new Map<Name, Row[]>()
  for (const one of written) rowsOf.set(ownerOf(one), [...(rowsOf.get(ownerOf(one)) ?? []), one.row])

  let alike = 0
  for (const [name, rows] of rowsOf)
    for (const row of rows) {
      const partition = rows.filter(other => other.PK?.S === row.PK?.S).sort(inKeyOrder)
      if (await readers[name].check(db, row, partition)) alike++
    }

  deepStrictEqual([...rowsOf.keys()].sort(), Object.keys(storm.models).sort())
  console.log()
  printColumns(
    ['model', 'rows', 'the first of them: PK', 'SK'],
    [...rowsOf].map(([name, rows]) => [name, String(rows.length), rows[0]?.PK?.S ?? '', rows[0]?.SK?.S ?? ''])
  )
  const example = written.find(({ models }) => models.includes('ReadmeOrder'))
  if (example) console.log(`\nOne of them, read: ${oneLine(storm.read(example.row), 140)}`)
  const total = written.length
  console.log(`
keystorm would write ${alike} of them alike, byte for byte. In the other ${total - alike}, an update by STORM changed
attributes that stand in keys, and left the keys as they were.
${total} rows that STORM wrote were read back by key and by partition`)
}
