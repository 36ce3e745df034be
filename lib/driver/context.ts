import { AsyncLocalStorage } from 'node:async_hooks'
import { checkFunction, checkOptions, NoTable } from '../errors.ts'
import { isParam } from '../keys/param.ts'
import { type Client, prepare } from './client.ts'

/** Where builders made in some asynchronous task go. */
export interface Place {
  readonly table?: string | undefined
  readonly client?: Client | undefined
}

// Made by the first withTable: on Node 20 every `await` of a program costs more once a storage exists.
let storage: AsyncLocalStorage<Place> | undefined

/**
 * Everything built inside `fn`, and in whatever it awaits, goes to this table (and this client, where one is given);
 * tasks that run at the same time do not see it. Nests: the innermost wins. Gives what `fn` gives.
 *
 * ```ts
 * await withTable('another-table', { client }, async () => { await db.put(Fruit, fruit) })
 * ```
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

/** The innermost withTable around the caller. */
export const currentPlace = (): Place | undefined => storage?.getStore()
