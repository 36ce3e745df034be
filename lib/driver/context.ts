import { AsyncLocalStorage } from 'node:async_hooks'
import { checkFunction, checkOptions, NoTable } from '../errors.ts'
import { isParam } from '../keys/param.ts'
import { type Client, prepare } from './client.ts'
import { type Connection, Target } from './target.ts'

// The table and client of builders made in an asynchronous task. Created by the first withTable(): on Node 20, every
// `await` of a program costs more once a storage exists.
let storage: AsyncLocalStorage<Pick<Connection, 'table' | 'client'>> | undefined

/**
 * Runs `fn`. Every builder made in it, or in anything it awaits, uses this table, and this client if one is given.
 * Concurrent tasks are not affected. Calls may be nested: the innermost one applies. Returns the result of `fn`.
 *
 * ```ts
 * await withTable('another-table', { client }, async () => { await db.put(Fruit, fruit) })
 * ```
 *
 * Throws NoTable if the name is empty or no text, InvalidRequest for other wrong arguments, and the errors of `fn`.
 */
export function withTable<T>(table: string, fn: () => T): T
export function withTable<T>(table: string, options: { readonly client?: Client }, fn: () => T): T
export function withTable<T>(table: string, ...rest: [() => T] | [{ readonly client?: Client }, () => T]): T {
  const [options, fn] = rest.length === 1 ? [{}, rest[0]] : rest
  if ((typeof table !== 'string' && !isParam(table)) || table === '') throw new NoTable()
  checkOptions('withTable()', options, ['client'])
  checkFunction('withTable()', fn)
  storage ??= new AsyncLocalStorage()
  if (options.client !== undefined) prepare(options.client, 'withTable()')
  return storage.run({ table, client: options.client ?? storage.getStore()?.client }, fn)
}

/** The target of a builder made now: the innermost withTable(), then the options of connect(), then DB_TABLE_NAME. */
export const currentTarget = (connected: Target): Target => {
  const inner = storage?.getStore()
  if (inner === undefined && connected.table !== undefined) return connected
  const { connected: options } = connected
  const { table, client = options.client } = inner ?? { table: process.env.DB_TABLE_NAME || undefined }
  return new Target({ ...options, table, client })
}
