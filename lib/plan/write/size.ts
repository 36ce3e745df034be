import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { InvalidItem } from '../../errors.ts'
import { decimalOf } from '../../fields/decimal.ts'
import type { StoredItem } from '../../schema/definition.ts'

/** DynamoDB's limits for an item, with its attribute names, and for a request of several items. */
export const MAX_ITEM_BYTES = 400 * 1024
export const MAX_REQUEST_BYTES = 16 * 1024 * 1024

/**
 * Measures an item: its bytes as DynamoDB counts them, and an upper bound of its bytes in a request, where text is
 * escaped and binary is base64.
 */
export const measure = (item: StoredItem): { size: number; wire: number } => {
  const scale = new Scale()
  return { size: scale.members(item), wire: scale.wire }
}

/** An upper bound of the bytes of an item's keys, with their names. */
const KEYS = 8 * 1024

/**
 * Throws InvalidItem for an item beyond DynamoDB's limit. Measures only if `mostBytes`, an upper bound, does not rule
 * that out.
 */
export const checkSize = (model: string, item: StoredItem, mostBytes: number): void => {
  if (mostBytes + KEYS <= MAX_ITEM_BYTES) return
  const { size } = measure(item)
  if (size > MAX_ITEM_BYTES)
    throw new InvalidItem(model, [
      { path: [], message: `has ${size} bytes, names included, and ${MAX_ITEM_BYTES} are DynamoDB's limit` }
    ])
}

/** What JSON may escape. */
const ESCAPED = /[^ !#-[\]-\ud7ff\ue000-\uffff]/

/** Adds up the bytes on the wire while it measures values. */
class Scale {
  wire = 0

  members(map: Readonly<Record<string, AttributeValue>>): number {
    let size = 0
    for (const name in map) {
      const value = map[name]
      if (value !== undefined) size += this.text(name) + this.value(value)
    }
    return size
  }

  text(text: string): number {
    const bytes = Buffer.byteLength(text)
    this.wire += (ESCAPED.test(text) ? Buffer.byteLength(JSON.stringify(text)) : bytes + 2) + FRAME
    return bytes
  }

  number(digits: string): number {
    this.wire += digits.length + FRAME
    return numberSize(digits)
  }

  bytes(bytes: Uint8Array): number {
    this.wire += Math.ceil(bytes.length / 3) * 4 + FRAME
    return bytes.length
  }

  value(value: AttributeValue): number {
    this.wire += FRAME
    if (value.S !== undefined) return this.text(value.S)
    if (value.N !== undefined) return this.number(value.N)
    if (value.B !== undefined) return this.bytes(value.B)
    if (value.M !== undefined) return CONTAINER + Object.keys(value.M).length + this.members(value.M)
    if (value.L !== undefined) return CONTAINER + value.L.length + sum(value.L, element => this.value(element))
    if (value.SS !== undefined) return sum(value.SS, text => this.text(text))
    if (value.NS !== undefined) return sum(value.NS, digits => this.number(digits))
    if (value.BS !== undefined) return sum(value.BS, bytes => this.bytes(bytes))
    return 1 // true, false or null
  }
}

/** The most characters around a value: `{"BOOL":false},`. */
const FRAME = 16
const CONTAINER = 3

/**
 * A byte for every two digits, paired from the decimal point and without zeros at the ends; one for the exponent, one
 * for a sign.
 */
const numberSize = (number: string): number => {
  const { isNegative = false, digits = '', exponent = 0 } = decimalOf(number) ?? {}
  const isOdd = (digits.length + exponent) % 2 !== 0
  return Math.ceil((digits.length + (isOdd ? 1 : 0)) / 2) + 1 + (isNegative ? 1 : 0)
}

const sum = <T>(values: readonly T[], weigh: (value: T) => number): number => {
  let size = 0
  for (const value of values) size += weigh(value)
  return size
}
