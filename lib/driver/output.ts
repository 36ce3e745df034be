import { describe, InvalidResponse } from '../errors.ts'
import type { Operation, Operations } from './sender.ts'

/**
 * What a client resolved to, which may be anything: a sender is of the user's own. Null is what is not there. What is of one verb,
 * such as the responses of a batch, is looked at there. Throws InvalidResponse for what is no output.
 */
export const checkedOutput = <O extends Operation>(operation: O, given: unknown): Operations[O]['output'] => {
  // Errors, lists, and what `fetch` gives, are called otherwise.
  check(operation, {}.toString.call(given) === '[object Object]', 'it', given)
  const { Items, Item, Attributes } = given as Readonly<Record<string, unknown>>
  checkRows(operation, Items ?? [Item ?? Attributes ?? {}])
  return given as Operations[O]['output'] // as far as it was looked at
}

/**
 * Throws InvalidResponse for what is no list of rows. Whoever gives items that are decoded already does so from the first on, so
 * that one is looked at whole; what is odd behind it is found where it is decoded.
 */
export const checkRows = (operation: Operation, given: unknown): void => {
  check(operation, Array.isArray(given), 'Items', given)
  const rows = given as readonly Readonly<Record<string, unknown>>[] // which are looked at next
  for (const row of rows) check(operation, isObject(row), 'an item', row)
  const [first = {}] = rows
  for (const name in first) check(operation, isObject(first[name]), name, first[name])
}

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null

const check = (operation: Operation, isFine: boolean, what: string, value: unknown): void => {
  if (!isFine) throw new InvalidResponse(operation, `${what} is ${describe(value)}: look at the client of connect()`)
}
