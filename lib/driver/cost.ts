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

/** Which units an operation is charged in; `undefined` for operations on tables. */
export const kindOf = (operation: Operation): Kind | undefined => KINDS[operation]

/** The input, with ReturnConsumedCapacity. */
export const withCapacity = <Input extends object>(operation: Operation, input: Input): Input => {
  if (kindOf(operation) === undefined) return input
  // Not a spread: on Node 20, adding a member to a spread object takes ten times as long.
  return Object.assign({}, input, { ReturnConsumedCapacity: operation === 'GetItem' ? 'TOTAL' : 'INDEXES' })
}

/** The output members that are counted. Some services that are compatible with DynamoDB return null for absent ones. */
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

/** The cost of the requests so far. */
interface Costs extends Sum {
  itemsRead: number
  itemsReturned: number
  readonly tables: Record<string, TableSum>
}

export const noCosts = (): Costs => ({ itemsRead: 0, itemsReturned: 0, readUnits: 0, writeUnits: 0, tables: {} })

/** Adds the cost of an output. */
export const addCosts = (costs: Costs, operation: Operation, answer: object): void => {
  const kind = kindOf(operation) ?? 'read'
  const output = answer as Output // of any operation
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

/** The sum under a name, created if there is none. The name may be `__proto__`. */
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

/**
 * Only for transactions does DynamoDB report read and write units separately. For others, the operation tells which
 * they are.
 */
const addUnits = (sum: Sum, consumed: Consumed, kind: Kind): void => {
  const { CapacityUnits: units = 0, ReadCapacityUnits: read, WriteCapacityUnits: write } = consumed
  sum.readUnits += read ?? (kind === 'read' ? units - (write ?? 0) : 0)
  sum.writeUnits += write ?? (kind === 'write' ? units - (read ?? 0) : 0)
}
