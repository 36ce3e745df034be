import type { PrimaryKey } from '../storm.ts'
import { quote } from './describe.ts'

/** What a key attribute can be. */
export type KeyValue = string | number | bigint | Uint8Array

/** A key as it stands in the table, by the names that the table's layout gives its attributes. */
export type ItemKey = PrimaryKey & { readonly [attribute: string]: KeyValue }

/** A key; of a long one the beginning. */
export const showKey = (key: Readonly<Record<string, KeyValue | undefined>>): string =>
  Object.entries(key)
    .map(([name, value]) => `${name} ${showValue(value)}`)
    .join(', ')

const showValue = (value: KeyValue | undefined): string => {
  if (value instanceof Uint8Array) return quote(Buffer.from(value).toString('base64'))
  return typeof value === 'string' ? quote(value) : String(value)
}
