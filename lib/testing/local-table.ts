import { randomUUID } from 'node:crypto'
import { DeleteTableCommand, type DynamoDBClient, ResourceNotFoundException } from '@aws-sdk/client-dynamodb'
import { withTable } from '../driver/context.ts'
import { checkFunction, checkOptions } from '../errors.ts'
import { connect, type Db } from '../verbs/db.ts'
import { createTable } from '../verbs/table/create.ts'
import { isTablePlan, type TablePlan } from '../verbs/table/planned.ts'
import { type EngineOptions, type LocalEngine, startLocalEngine, wantedEngine } from './engine.ts'
import { WAYS_TO_TRANSACTIONS } from './ways.ts'

/** What the function given to {@link localTable} works with. */
export interface LocalTable {
  /** Connected to the table. */
  readonly db: Db
  /** The table's name. */
  readonly table: string
  /** The engine's client, which other tables of this process share. */
  readonly client: DynamoDBClient
}

type Use<T> = (place: LocalTable) => T | PromiseLike<T>

/**
 * Runs `fn` on a fresh, empty table of a local engine, deletes the table, also when `fn` throws, and gives what `fn`
 * gives. Inside of `fn` the table is the one of `withTable`, so the code under test may call `connect()` by itself.
 *
 * ```ts
 * test('a fruit can be read back', () =>
 *   localTable(async ({ db }) => {
 *     await db.put(Fruit, fruit)
 *     assert.equal(await db.get(Fruit, fruit), fruit)
 *   }))
 * ```
 *
 * The table is STORM's; `localTable(layout, fn)` makes one of a layout, and
 * `localTable(models, fn)` one of what `models()` gives, with their time to live. The engine is started by the first call in a process and ends with the process; it does not keep the process alive.
 *
 * @throws KeystormError `NoEngine`, see {@link startLocalEngine}; and whatever `fn` throws.
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
    // What went wrong first matters more than a table that cannot be deleted either.
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
  // A failed start is not kept: the next call tries anew.
  engine.catch(() => engines.delete(which))
  if (which === '') engine.then(warnOf, () => {})
  return engine
}

let hasWarned = false

/** Says once that transactions are missing, to who did not choose an engine without. */
const warnOf = ({ name, about }: LocalEngine): void => {
  if (name !== 'dynalite' || hasWarned) return
  hasWarned = true
  process.emitWarning(`${about} To have those, ${WAYS_TO_TRANSACTIONS}.`, 'keystorm')
}

const deleteTable = async (client: DynamoDBClient, table: string): Promise<void> => {
  try {
    await client.send(new DeleteTableCommand({ TableName: table }))
  } catch (error) {
    // Gone already: `fn` deleted it, or it never came to be.
    if (!(error instanceof ResourceNotFoundException)) throw error
  }
}
