import type { ConsumedCapacity } from '@aws-sdk/client-dynamodb'
import type { Units, Usage } from '../usage.ts'
import type { Operation } from './sender.ts'

/** What answers say that requests cost. */
export type Cost = Omit<Usage, 'requests' | 'retries'>

/** What an operation is charged with. */
export const KINDS: Record<Operation, 'read' | 'write' | undefined> = {
  CreateTable: undefined,
  DescribeTable: undefined,
  DescribeTimeToLive: undefined,
  UpdateTimeToLive: undefined,
  BatchGetItem: 'read',
  GetItem: 'read',
  Query: 'read',
  Scan: 'read',
  TransactGetItems: 'read',
  BatchWriteItem: 'write',
  PutItem: 'write',
  UpdateItem: 'write',
  DeleteItem: 'write',
  TransactWriteItems: 'write'
}

/** The input with the question what it costs. */
export const asking = <Input extends object>(operation: Operation, input: Input): Input => {
  if (KINDS[operation] === undefined) return input
  // Not a spread: Node 20 takes ten times as long to add a member to one.
  return Object.assign({}, input, { ReturnConsumedCapacity: operation === 'GetItem' ? 'TOTAL' : 'INDEXES' })
}

/** The members of outputs that are counted. */
interface Output {
  readonly ConsumedCapacity?: ConsumedCapacity | ConsumedCapacity[] | undefined
  readonly Item?: unknown
  readonly Items?: readonly unknown[] | undefined
  readonly ScannedCount?: number | undefined
  readonly Responses?: readonly { readonly Item?: unknown }[] | Readonly<Record<string, readonly unknown[]>> | undefined
}

type Sum = { -readonly [K in keyof Units]: Units[K] }

/** Adds up what requests cost. */
export class Costs {
  readonly total = { itemsRead: 0, itemsReturned: 0, readUnits: 0, writeUnits: 0 }
  readonly #tables = new Map<string, { readonly sum: Sum; readonly indexes: Map<string, Sum> }>()

  /** Adds what an answer says. */
  add(operation: Operation, answer: object): void {
    const kind = KINDS[operation] ?? 'read'
    const output = answer as Output // of whatever operation
    const { ConsumedCapacity: consumed = [] } = output
    const returned = itemsIn(output)
    this.total.itemsReturned += returned
    this.total.itemsRead += output.ScannedCount ?? returned
    for (const capacity of Array.isArray(consumed) ? consumed : [consumed]) this.#charge(capacity, kind)
  }

  #charge(capacity: ConsumedCapacity, kind: 'read' | 'write'): void {
    const name = capacity.TableName ?? ''
    const table = this.#tables.get(name) ?? { sum: { readUnits: 0, writeUnits: 0 }, indexes: new Map<string, Sum>() }
    this.#tables.set(name, table)
    addUnits(this.total, capacity, kind)
    addUnits(table.sum, capacity, kind)
    for (const [index, used] of Object.entries({
      ...capacity.GlobalSecondaryIndexes,
      ...capacity.LocalSecondaryIndexes
    })) {
      const sum = table.indexes.get(index) ?? { readUnits: 0, writeUnits: 0 }
      table.indexes.set(index, sum)
      addUnits(sum, used, kind)
    }
  }

  // Member by member, as each event of a request asks for it: spreads are slow.
  sums(): Cost {
    const { itemsRead, itemsReturned, readUnits, writeUnits } = this.total
    const tables = recordOf(this.#tables, ({ sum, indexes }) => ({
      readUnits: sum.readUnits,
      writeUnits: sum.writeUnits,
      indexes: recordOf(indexes, used => ({ readUnits: used.readUnits, writeUnits: used.writeUnits }))
    }))
    return { itemsRead, itemsReturned, readUnits, writeUnits, tables }
  }
}

const recordOf = <V, T>(map: ReadonlyMap<string, V>, make: (value: V) => T): Record<string, T> => {
  if (map.size === 0) return {}
  // What nearly all are, of one table; Object.fromEntries() takes several times as long.
  if (map.size === 1) for (const [name, value] of map) return { [name]: make(value) }
  return Object.fromEntries(Array.from(map, ([name, value]) => [name, make(value)]))
}

const itemsIn = ({ Item, Items, Responses }: Output): number => {
  if (Items !== undefined) return Items.length
  if (Array.isArray(Responses)) return Responses.filter(response => response.Item !== undefined).length
  if (Responses !== undefined) return Object.values(Responses).reduce((sum, items) => sum + items.length, 0)
  return Item === undefined ? 0 : 1
}

type Consumed = Pick<ConsumedCapacity, 'CapacityUnits' | 'ReadCapacityUnits' | 'WriteCapacityUnits'>

/** Only of transactions, DynamoDB says what was read and what written; of others it says what they are charged with. */
const addUnits = (sum: Sum, consumed: Consumed, kind: 'read' | 'write'): void => {
  const { CapacityUnits: units = 0, ReadCapacityUnits: read, WriteCapacityUnits: write } = consumed
  sum.readUnits += read ?? (kind === 'read' ? units - (write ?? 0) : 0)
  sum.writeUnits += write ?? (kind === 'write' ? units - (read ?? 0) : 0)
}
