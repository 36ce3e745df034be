import type { ConsumedCapacity } from '@aws-sdk/client-dynamodb'
import type { Units } from '../usage.ts'
import type { Operation } from './sender.ts'

type Kind = 'read' | 'write'

const KINDS: { readonly [O in Operation]?: Kind } = {
  BatchGetItem: 'read',
  BatchWriteItem: 'write',
  DeleteItem: 'write',
  GetItem: 'read',
  PutItem: 'write',
  Query: 'read',
  Scan: 'read',
  TransactGetItems: 'read',
  TransactWriteItems: 'write',
  UpdateItem: 'write'
}

/** What an operation is charged with: nothing for those of tables. */
export const kindOf = (operation: Operation): Kind | undefined => KINDS[operation]

/** The input with the question what it costs. */
export const asking = <Input extends object>(operation: Operation, input: Input): Input => {
  if (kindOf(operation) === undefined) return input
  // Not a spread: Node 20 takes ten times as long to add a member to one.
  return Object.assign({}, input, { ReturnConsumedCapacity: operation === 'GetItem' ? 'TOTAL' : 'INDEXES' })
}

/** The members of outputs that are counted. Some services that speak as DynamoDB does say null for what is not there. */
interface Output {
  readonly ConsumedCapacity?: ConsumedCapacity | ConsumedCapacity[] | undefined
  readonly Item?: unknown
  readonly Items?: readonly unknown[] | undefined
  readonly ScannedCount?: number | undefined
  readonly Responses?: readonly { readonly Item?: unknown }[] | Readonly<Record<string, readonly unknown[]>> | undefined
}

type Sum = { -readonly [K in keyof Units]: Units[K] }
interface TableSum extends Sum {
  readonly indexes: Record<string, Sum>
}

/** What requests cost up to now. */
export interface Costs extends Sum {
  itemsRead: number
  itemsReturned: number
  readonly tables: Record<string, TableSum>
}

export const noCosts = (): Costs => ({ itemsRead: 0, itemsReturned: 0, readUnits: 0, writeUnits: 0, tables: {} })

/** Adds what an answer says. */
export const addCosts = (costs: Costs, operation: Operation, answer: object): void => {
  const kind = kindOf(operation) ?? 'read'
  const output = answer as Output // of whatever operation
  const returned = itemsIn(output)
  costs.itemsReturned += returned
  costs.itemsRead += output.ScannedCount ?? returned
  for (const capacity of [output.ConsumedCapacity].flat()) {
    if (!capacity) continue
    const table = sumIn(costs.tables, capacity.TableName ?? '', { readUnits: 0, writeUnits: 0, indexes: {} })
    addUnits(costs, capacity, kind)
    addUnits(table, capacity, kind)
    for (const indexes of [capacity.GlobalSecondaryIndexes, capacity.LocalSecondaryIndexes])
      for (const index in indexes)
        addUnits(sumIn(table.indexes, index, { readUnits: 0, writeUnits: 0 }), indexes[index] ?? {}, kind)
  }
}

/** The sum under a name, which may be `__proto__`: a new one if there is none. */
const sumIn = <S extends Sum>(sums: Record<string, S>, name: string, none: S): S => {
  if (Object.hasOwn(sums, name)) return sums[name] ?? none
  if (name === '__proto__') Object.defineProperty(sums, name, { value: none, enumerable: true })
  else sums[name] = none
  return none
}

const itemsIn = ({ Item, Items, Responses }: Output): number => {
  if (Items) return Items.length
  if (Array.isArray(Responses)) return Responses.filter(response => response?.Item).length
  if (Responses) return Object.values(Responses).flat().length
  return Item ? 1 : 0
}

type Consumed = Pick<ConsumedCapacity, 'CapacityUnits' | 'ReadCapacityUnits' | 'WriteCapacityUnits'>

/** Only of transactions, DynamoDB says what was read and what written; of others it says what they are charged with. */
const addUnits = (sum: Sum, consumed: Consumed, kind: Kind): void => {
  const { CapacityUnits: units = 0, ReadCapacityUnits: read, WriteCapacityUnits: write } = consumed
  sum.readUnits += read ?? (kind === 'read' ? units - (write ?? 0) : 0)
  sum.writeUnits += write ?? (kind === 'write' ? units - (read ?? 0) : 0)
}
