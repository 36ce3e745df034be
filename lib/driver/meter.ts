import { AsyncLocalStorage } from 'node:async_hooks'
import type { ConsumedCapacity } from '@aws-sdk/client-dynamodb'
import { BudgetExceeded, checkOptions, InvalidRequest } from '../errors.ts'
import type { Units, Usage } from '../usage.ts'
import type { Incomplete, NotReady } from './not-ready.ts'
import type { Operation } from './sender.ts'

/** What may be used. What is left out has no bound. */
export interface Budget {
  /** How many requests may be sent, retries included. */
  readonly maxRequests?: number
  /** Once so many read units are used, nothing more is read. */
  readonly maxReadUnits?: number
  /** Once so many write units are used, nothing more is written. */
  readonly maxWriteUnits?: number
}

// Made by the first metered(): on Node 20 every `await` of a program costs more once a storage exists.
let storage: AsyncLocalStorage<Meter> | undefined

/** The innermost metered() around the caller. */
export const currentMeter = (): Meter | undefined => storage?.getStore()

/** A builder that cannot be run yet cannot be metered. */
export function metered<Problem extends string>(
  fn: (usage: () => Usage) => Incomplete<Problem>,
  budget?: Budget
): NotReady<Problem>
/**
 * Counts what is sent inside `fn`, and in whatever it awaits: requests, retries, items, and the units per table and index
 * that DynamoDB says were used. Tasks that run at the same time do not count for each other; a meter inside another counts
 * for both. A builder counts where it is awaited, wherever it was made. Nothing is sent any more once the budget is spent.
 *
 * `fn` is given a function that tells the usage up to now, also of use where `fn` throws.
 *
 * ```ts
 * const { result, usage } = await metered(() => db.query(Fruit).where(key), { maxReadUnits: 100 })
 * usage.readUnits
 * ```
 *
 * @throws BudgetExceeded before the request that would go beyond; it has the usage. InvalidRequest. What `fn` throws.
 */
export function metered<T>(
  fn: (usage: () => Usage) => T | PromiseLike<T>,
  budget?: Budget
): Promise<{ result: T; usage: Usage }>
export function metered(fn: (usage: () => Usage) => unknown, budget: Budget = {}): unknown {
  return run(fn, budget)
}

const run = async (fn: (usage: () => Usage) => unknown, budget: Budget): Promise<{ result: unknown; usage: Usage }> => {
  storage ??= new AsyncLocalStorage()
  const meter = new Meter(checked(budget), storage.getStore())
  const usage = () => meter.usage()
  const result = await storage.run(meter, async () => await fn(usage))
  return { result, usage: usage() }
}

const LIMITS = ['maxRequests', 'maxReadUnits', 'maxWriteUnits'] as const

const checked = (given: Budget): Budget => {
  checkOptions('metered()', given, LIMITS, InvalidRequest)
  const budget = { ...given }
  for (const name of LIMITS) {
    const max = budget[name]
    if (max !== undefined && !(typeof max === 'number' && max >= 0))
      throw new InvalidRequest('metered()', `${name} must be a number from 0 on`)
  }
  return budget
}

/** What an operation is charged with. */
const KINDS: Record<Operation, 'read' | 'write' | undefined> = {
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

/** The members of outputs that are counted. */
interface Output {
  readonly ConsumedCapacity?: ConsumedCapacity | ConsumedCapacity[] | undefined
  readonly Item?: unknown
  readonly Items?: readonly unknown[] | undefined
  readonly ScannedCount?: number | undefined
  readonly Responses?: readonly { readonly Item?: unknown }[] | Readonly<Record<string, readonly unknown[]>> | undefined
}

type Sum = { -readonly [K in keyof Units]: Units[K] }

export class Meter {
  readonly #budget: Budget
  readonly #parent: Meter | undefined
  readonly #total = { requests: 0, retries: 0, itemsRead: 0, itemsReturned: 0, readUnits: 0, writeUnits: 0 }
  readonly #tables = new Map<string, { readonly sum: Sum; readonly indexes: Map<string, Sum> }>()

  constructor(budget: Budget, parent: Meter | undefined) {
    this.#budget = budget
    this.#parent = parent
  }

  /** Counts a request that is about to be sent. Throws BudgetExceeded. */
  start(operation: Operation, isRetry: boolean): void {
    this.#check(operation)
    for (let meter: Meter | undefined = this; meter; meter = meter.#parent) {
      meter.#total.requests++
      if (isRetry) meter.#total.retries++
    }
  }

  #check(operation: Operation): void {
    const kind = KINDS[operation]
    const { maxRequests, maxReadUnits, maxWriteUnits } = this.#budget
    if (maxRequests !== undefined && this.#total.requests + 1 > maxRequests) this.#refuse('maxRequests', maxRequests)
    if (kind === 'read' && maxReadUnits !== undefined && this.#total.readUnits >= maxReadUnits)
      this.#refuse('maxReadUnits', maxReadUnits)
    if (kind === 'write' && maxWriteUnits !== undefined && this.#total.writeUnits >= maxWriteUnits)
      this.#refuse('maxWriteUnits', maxWriteUnits)
    const parent = this.#parent
    if (parent) parent.#check(operation)
  }

  #refuse(limit: (typeof LIMITS)[number], max: number): never {
    throw new BudgetExceeded(limit, max, this.usage())
  }

  /** The input with the question what it costs. */
  asking<Input extends object>(operation: Operation, input: Input): Input {
    if (KINDS[operation] === undefined) return input
    return { ...input, ReturnConsumedCapacity: operation === 'GetItem' ? 'TOTAL' : 'INDEXES' }
  }

  /** Counts what an answer says. */
  finish(operation: Operation, answer: object): void {
    const kind = KINDS[operation] ?? 'read'
    const output = answer as Output // of whatever operation
    const { ConsumedCapacity: consumed = [] } = output
    const returned = itemsIn(output)
    const read = output.ScannedCount ?? returned
    for (let meter: Meter | undefined = this; meter; meter = meter.#parent) {
      meter.#total.itemsReturned += returned
      meter.#total.itemsRead += read
      for (const capacity of Array.isArray(consumed) ? consumed : [consumed]) meter.#add(capacity, kind)
    }
  }

  #add(capacity: ConsumedCapacity, kind: 'read' | 'write'): void {
    const name = capacity.TableName ?? ''
    const table = this.#tables.get(name) ?? { sum: { readUnits: 0, writeUnits: 0 }, indexes: new Map<string, Sum>() }
    this.#tables.set(name, table)
    addUnits(this.#total, capacity, kind)
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
  usage(): Usage {
    const { requests, retries, itemsRead, itemsReturned, readUnits, writeUnits } = this.#total
    const tables = recordOf(this.#tables, ({ sum, indexes }) => ({
      readUnits: sum.readUnits,
      writeUnits: sum.writeUnits,
      indexes: recordOf(indexes, used => ({ readUnits: used.readUnits, writeUnits: used.writeUnits }))
    }))
    return { requests, retries, itemsRead, itemsReturned, readUnits, writeUnits, tables }
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
