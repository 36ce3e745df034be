/** The rows STORM left in its table, ready to be put into ours. */
import { type AttributeValue, type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { lacks } from '../support/engine.ts'
import {
  declarationOf,
  type Neutral,
  type NeutralRecord,
  type Row,
  readbackScenarios,
  type Scenario,
  storedScenarios
} from './data.ts'
import { bytesOf, numberOf, TooPrecise } from './values.ts'

/** JSON has no bytes: B and BS are spelled in base64. */
const onTheWire = (value: AttributeValue): AttributeValue => {
  if (value.B !== undefined) return { B: bytesOf(value.B) }
  if (value.BS !== undefined) return { BS: value.BS.map(bytesOf) }
  if (value.L !== undefined) return { L: value.L.map(onTheWire) }
  return value.M === undefined ? value : { M: rowOnTheWire(value.M) }
}

export const rowOnTheWire = (row: Row): Row =>
  Object.fromEntries(Object.entries(row).map(([name, value]) => [name, onTheWire(value)]))

export const seed = async (client: DynamoDBClient, table: string, rows: readonly Row[]): Promise<void> => {
  for (const row of rows) await client.send(new PutItemCommand({ TableName: table, Item: rowOnTheWire(row) }))
}

/** Rows that the engine under test refuses, since a map in them has an empty name: it skips what needs them. */
const isRefused = (row: Row): boolean => Object.values(row).some(hasEmptyName) && lacks('emptyNames') !== undefined

const hasEmptyName = ({ L = [], M = {} }: AttributeValue): boolean =>
  '' in M || [...L, ...Object.values(M)].some(hasEmptyName)

/** Whether the engine under test can hold the rows that a scenario begins with. */
export const canHold = ({ seed = [] }: Pick<Scenario, 'seed'>): boolean => !seed.some(isRefused)

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

/** Puts the rows of all models into one table, and says which model wrote each, by its key. */
export const seedAll = async (client: DynamoDBClient, table: string): Promise<Map<string, string>> => {
  const writers = new Map<string, string>()
  for (const scenario of [...readbackScenarios(), ...storedScenarios()])
    for (const row of rowsOf(scenario).filter(row => !isRefused(row))) {
      writers.set(keyOf(row), writerOf(row, scenario.models))
      await seed(client, table, [row])
    }
  return writers
}

export const keyOf = (row: Row): string => JSON.stringify([row.PK?.S, row.SK?.S])

/**
 * Whether the numbers of a row are what its model says, and JavaScript's. STORM wrote fractions into its ints, and whole
 * numbers into its floats that a double would round. keystorm rounds no whole number: it refuses such a row.
 */
export const fits = (row: Row, id: string): boolean =>
  declarationOf(id).fields.every(({ name, type }) => {
    const number = row[name]?.N
    if (number === undefined || (type !== 'int' && type !== 'float')) return true
    const isWhole = /^-?\d+$/.test(number)
    return type === 'int' ? isWhole : !isWhole || typeof numberOf(number) === 'number'
  })

/** What a row says of a model's attributes, as a neutral value. */
export const neutralOf = (row: Row): NeutralRecord =>
  Object.fromEntries(Object.entries(row).map(([name, value]) => [name, neutral(value)]))

const neutral = (value: AttributeValue): Neutral => {
  const { S, N, BOOL, NULL, B, L, M, SS, NS, BS } = value
  if (NULL) return null
  if (S !== undefined || BOOL !== undefined) return S ?? BOOL ?? null
  if (N !== undefined) return isExact(N) ? { $decimal: N } : { $float: N }
  if (B !== undefined) return { $bytes: String(B) }
  if (L !== undefined) return L.map(neutral)
  if (M !== undefined) return neutralOf(M)
  return { $set: [...(SS ?? []), ...(NS ?? []).map(N => neutral({ N })), ...(BS ?? []).map(B => neutral({ B }))] }
}

const isExact = (text: string): boolean => {
  try {
    numberOf(text)
    return true
  } catch (error) {
    if (error instanceof TooPrecise) return false
    throw error
  }
}
