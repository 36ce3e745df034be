import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import type { ItemKey, KeyValue } from '../errors.ts'
import { isRecord } from '../fields/record.ts'
import type { StoredItem } from './definition.ts'

/** A stored key as plain JavaScript values. */
export const plainKey = (key: Readonly<StoredItem>): ItemKey =>
  Object.fromEntries(Object.entries(key).map(([name, stored]) => [name, plainValue(stored)])) as ItemKey // by the layout's names

const plainValue = ({ S, N, B }: AttributeValue): KeyValue => {
  if (S !== undefined) return S
  if (N === undefined) return B ?? ''
  const number = Number(N)
  return Number.isSafeInteger(number) || !/^-?\d+$/.test(N) ? number : BigInt(N)
}

/** A key of plain JavaScript values as it is stored. */
export const storedKey = (key: Readonly<Record<string, unknown>>): StoredItem =>
  Object.fromEntries(
    Object.entries(isRecord(key) ? key : {}).flatMap(([name, value]): [string, AttributeValue][] => {
      if (typeof value === 'string') return [[name, { S: value }]]
      if (typeof value === 'number' || typeof value === 'bigint') return [[name, { N: String(value) }]]
      return value instanceof Uint8Array ? [[name, { B: value }]] : []
    })
  )
