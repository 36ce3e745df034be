import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import {
  DeleteTableCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  ResourceNotFoundException
} from '@aws-sdk/client-dynamodb'
import { withTable } from '../driver/context.ts'
import { checkFunction, checkOptions } from '../errors.ts'
import { connect, type Db } from '../verbs/db.ts'
import { createTable } from '../verbs/table/create.ts'
import { isTablePlan, type TablePlan } from '../verbs/table/planned.ts'
import { type EngineOptions, type LocalEngine, startLocalEngine, wantedEngine } from './engine.ts'
import { WAYS_TO_TRANSACTIONS } from './ways.ts'

/** The argument of the function that {@link localTable} runs. */
export interface LocalTable {
  /** A connection to the table. */
  readonly db: Db
  /** The table's name. */
  readonly table: string
  /** The engine's client, shared by all local tables of this process. */
  readonly client: DynamoDBClient
}

type Use<T> = (place: LocalTable) => T | PromiseLike<T>

/**
 * Runs `fn` on a new, empty table of a local engine, then deletes the table, even if `fn` throws. Resolves to the
 * result of `fn`. Inside `fn`, `withTable()` selects the table, so the code under test can call `connect()` itself.
 *
 * ```ts
 * test('a fruit can be read back', () =>
 *   localTable(async ({ db }) => {
 *     await db.put(Fruit, fruit)
 *     assert.equal(await db.get(Fruit, fruit), fruit)
 *   }))
 * ```
 *
 * The table has STORM's layout. `localTable(layout, fn)` uses another layout, and `localTable(models, fn)` the layout
 * of a set made by `models()`, with its time to live. The first call in a process starts the engine. It ends with the
 * process and does not keep it alive.
 *
 * @throws KeystormError `NoEngine`, see {@link startLocalEngine}; and the errors of `fn`.
 */
export function localTable<T>(fn: Use<T>): Promise<T>
export function localTable<T>(plan: EngineOptions | TablePlan, fn: Use<T>): Promise<T>
export async function localTable<T>(...args: [Use<T>] | [EngineOptions | TablePlan, Use<T>]): Promise<T> {
  const [plan, fn] = args.length === 1 ? [{}, args[0]] : args
  checkFunction('localTable()', fn)
  const [layout, options]: [TablePlan | undefined, EngineOptions] = isTablePlan(plan) ? [plan, {}] : [undefined, plan]
  checkOptions('localTable()', options, ['engine'])
  const { client } = await sharedEngine(options)
  const table = `keystorm-${randomUUID()}`
  const use = async () => {
    const db = connect({ table, client })
    await createTable(db, layout)
    return await fn({ db, table, client })
  }
  let result: T
  try {
    result = await withTable(table, { client }, use)
  } catch (error) {
    // The error of `fn` matters more than a failure to delete the table.
    await deleteTable(client, table).catch(() => {})
    throw error
  }
  await deleteTable(client, table)
  return result
}

const engines = new Map<string, Promise<LocalEngine>>()

const sharedEngine = (options: EngineOptions): Promise<LocalEngine> => {
  const which = wantedEngine(options) ?? process.env.DYNAMODB_ENDPOINT ?? ''
  const engine = engines.get(which) ?? startLocalEngine(options)
  engines.set(which, engine)
  // Forget a failed start, so that the next call tries again.
  engine.catch(() => engines.delete(which))
  if (which === '') engine.then(warnOf, () => {})
  return engine
}

let hasWarned = false

/** Warns once about missing transactions, unless the user chose the engine. */
const warnOf = ({ name, about }: LocalEngine): void => {
  if (name !== 'dynalite' || hasWarned) return
  hasWarned = true
  process.emitWarning(`${about} To have those, ${WAYS_TO_TRANSACTIONS}.`, 'keystorm')
}

/** The longest pause between two questions whether a table is gone, in milliseconds. */
const LONG = 60_000

/** Deletes the table, unless `fn` did, and waits until it is gone: DynamoDB and dynalite answer while they delete it. */
const deleteTable = async (client: DynamoDBClient, table: string): Promise<void> => {
  try {
    await client.send(new DeleteTableCommand({ TableName: table }))
    for (let pause = 5; pause < LONG; pause *= 2) {
      await client.send(new DescribeTableCommand({ TableName: table })) // throws once the table is gone
      await delay(pause)
    }
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error
  }
}
