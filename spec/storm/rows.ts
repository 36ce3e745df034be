/** The rows STORM left in its table, ready to be put into ours. */
import { type AttributeValue, type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { declarationOf, exactNumber, type Row, type Scenario, TooPrecise } from './data.ts'

/** JSON has no bytes: B and BS are spelled in base64. */
const onTheWire = (value: AttributeValue): AttributeValue => {
  if (value.B !== undefined) return { B: bytes(value.B) }
  if (value.BS !== undefined) return { BS: value.BS.map(bytes) }
  if (value.L !== undefined) return { L: value.L.map(onTheWire) }
  return value.M === undefined ? value : { M: rowOnTheWire(value.M) }
}

const bytes = (base64: Uint8Array | string): Uint8Array =>
  new Uint8Array(typeof base64 === 'string' ? Buffer.from(base64, 'base64') : base64)

export const rowOnTheWire = (row: Row): Row =>
  Object.fromEntries(Object.entries(row).map(([name, value]) => [name, onTheWire(value)]))

export const seed = async (client: DynamoDBClient, table: string, rows: readonly Row[]): Promise<void> => {
  for (const row of rows) await client.send(new PutItemCommand({ TableName: table, Item: rowOnTheWire(row) }))
}

/** Each different row that a scenario had in its table at some time. */
export const rowsOf = ({ seed = [], steps }: Scenario): Row[] => {
  const rows = [
    ...seed,
    ...steps.flatMap(({ item, expect }) => [...(item ? [item] : []), ...(expect?.table_after ?? [])])
  ]
  return [...new Map(rows.map(row => [JSON.stringify(sorted(row)), row])).values()]
}

const sorted = (row: Row) => Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1))

/** The model of a scenario that wrote a row: the one whose key attributes it has. */
export const writerOf = (row: Row, models: readonly string[]): string => {
  const writers = models.filter(id => {
    const { pk_fields, sk_fields } = declarationOf(id)
    return [...pk_fields, ...sk_fields].every(name => row[name]?.S !== undefined)
  })
  const [writer] = writers
  if (writer === undefined || writers.length > 1) throw new Error(`${row.PK?.S} ${row.SK?.S} was written by ${writers}`)
  return writer
}

/**
 * Whether the numbers of a row are what its model says, and JavaScript's. STORM wrote fractions into its ints, and has
 * more digits than a double; what it reads into a float it rounds. keystorm rounds nothing: it refuses such a row.
 */
export const fits = (row: Row, id: string): boolean =>
  declarationOf(id).fields.every(({ name, type }) => {
    const number = row[name]?.N
    if (number === undefined || (type !== 'int' && type !== 'float')) return true
    return isExact(number) && (type === 'float' || Number.isInteger(Number(number)))
  })

const isExact = (text: string): boolean => {
  try {
    exactNumber(text)
    return true
  } catch (error) {
    if (error instanceof TooPrecise) return false
    throw error
  }
}
