import type { PrimaryKey } from '../storm.ts'
import { quote } from './describe.ts'

/** The types of a key attribute. */
export type KeyValue = string | number | bigint | Uint8Array

/** A stored key, by the attribute names of the table's layout. */
export type ItemKey = PrimaryKey & { readonly [attribute: string]: KeyValue }

/** The key as text. Long values are cut. */
export const showKey = (key: Readonly<Record<string, KeyValue | undefined>>): string =>
  Object.entries(key)
    .map(([name, value]) => `${name} ${showValue(value)}`)
    .join(', ')

const showValue = (value: KeyValue | undefined): string => {
  if (value instanceof Uint8Array) return quote(Buffer.from(value).toString('base64'))
  return typeof value === 'string' ? quote(value) : String(value)
}
