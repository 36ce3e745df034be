import type { AttributeValue, CancellationReason, TransactionCanceledException } from '@aws-sdk/client-dynamodb'
import { describe, InvalidResponse } from '../errors.ts'
import type { Operation, Operations } from './sender.ts'

/**
 * Checks the output of a client, since a sender may be the user's own and return anything. Null counts as absent. Each
 * verb checks the members that only it reads, such as the responses of a batch. Throws InvalidResponse.
 */
export const checkedOutput = <O extends Operation>(operation: O, given: unknown): Operations[O]['output'] => {
  // Errors, lists and the Response of `fetch` have other tags.
  check(operation, {}.toString.call(given) === '[object Object]', 'it', given)
  const { Items, Item, Attributes } = given as Readonly<Record<string, unknown>> // checked just now
  checkRows(operation, Items ?? [Item ?? Attributes ?? {}])
  return given as Operations[O]['output'] // checked as far as every verb needs
}

/**
 * Throws InvalidResponse for anything but a list of rows. A client that returns decoded items does so from the first
 * one, so only the first item is checked in full. The decoder finds what is wrong with later ones.
 */
export const checkRows = (operation: Operation, given: unknown): void => {
  check(operation, Array.isArray(given), 'Items', given)
  const rows = given as readonly Readonly<Record<string, unknown>>[] // checked next
  for (const row of rows) check(operation, isObject(row), 'an item', row)
  const [first = {}] = rows
  for (const name in first) check(operation, isObject(first[name]), name, first[name])
}

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null

const check = (operation: Operation, isFine: boolean, what: string, value: unknown): void => {
  if (!isFine) throw new InvalidResponse(operation, `${what} is ${describe(value)}: look at the client of connect()`)
}

/** The item of an answer, a refusal or a reason; `undefined` if there is none. Null counts as absent. */
export const itemOf = ({
  Item
}: {
  readonly Item?: Record<string, AttributeValue> | null | undefined
}): Record<string, AttributeValue> | undefined =>
  typeof Item === 'object' && Item !== null && !Array.isArray(Item) ? Item : undefined

/** The reasons of a cancelled transaction. Anything else, from a client of the user's own, becomes an empty reason. */
export const reasonsIn = ({ CancellationReasons: given }: TransactionCanceledException): CancellationReason[] =>
  Array.isArray(given) ? given.map(reason => (isObject(reason) ? reason : {})) : []
