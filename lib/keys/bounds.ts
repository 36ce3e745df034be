import { Buffer } from 'node:buffer'
import { describe, InvalidKey } from '../errors.ts'
import { escapeValue } from './encoding.ts'
import { type End, type Ends, FIXED, FIXED_LAST, textEnds } from './ends.ts'
import { compareText } from './order.ts'
import { Param } from './param.ts'
import { type Slot, SORT_KEY_BYTES, type Template, type Values } from './template.ts'

export const RANGE_KINDS = ['lt', 'lte', 'gt', 'gte', 'between', 'beginsWith'] as const
export type RangeKind = (typeof RANGE_KINDS)[number]

/** A range of the values of one attribute of SK. */
export interface Range {
  readonly attribute: string
  readonly kind: RangeKind
  readonly operands: readonly unknown[]
}

/** What the text of a value in a key, before it is escaped, must be: all that have an order sort as their texts do. */
export interface Check {
  readonly attribute: string
  readonly kind: RangeKind
  readonly texts: readonly string[]
}

/** The keys to read for a range: those that begin with `prefix`, or from `low` to `high`, both included. */
export interface Bounds {
  readonly prefix: string | undefined
  readonly low: string | undefined
  readonly high: string | undefined
  /** Of each value after the read, where keys of others lie within. */
  readonly check: Check | undefined
}

/**
 * The bounds of the keys whose attribute is in the range; `values` are those of the attributes before it. They never
 * leave the keys that begin with the same fixed text and values. Throws InvalidKey.
 */
export const boundsOf = (template: Template, values: Values, { attribute, kind, operands }: Range): Bounds => {
  const slot = template.slots.find(slot => slot.attribute === attribute) as Slot // who asks has looked for gaps
  const isLast = slot === template.slots.at(-1)
  const { order } = slot.codec
  const head = template.prefix(values, slot)
  const fail = (problem: string) => new InvalidKey(template.model, template.name, `${attribute} ${problem}`, attribute)
  if (order === 'none') throw fail(`has no order, so ${kind}() cannot be asked of it`)
  if (kind === 'beginsWith') {
    const [start] = operands
    if (order !== 'text') throw fail('is no text, so beginsWith() cannot be asked of it')
    if (start instanceof Param) {
      const prefix = head + template.valueText(slot, start, 'start')
      return { prefix, low: undefined, high: undefined, check: undefined }
    }
    if (typeof start !== 'string' || !start.isWellFormed()) throw fail(`cannot begin with ${describe(start)}`)
    const prefix = head + (template.raw ? start : escapeValue(start))
    // A raw value may end, and the next one begin, within such a start.
    const isExact = isShort(prefix) && (!template.raw || isLast || !start.includes('#'))
    const check = isExact ? undefined : { attribute, kind, texts: [start] }
    return { prefix: isShort(prefix) ? prefix : head, low: undefined, high: undefined, check }
  }
  const isUnknown = operands.some(operand => operand instanceof Param)
  const isBefore = kind === 'lt' && order === 'fixed' && isLast && isUnknown
  const texts = operands.map(operand => template.valueText(slot, operand, isBefore ? 'before' : 'bound'))
  const [first = '', last = first] = texts
  if (!isUnknown && compareText(first, last) > 0)
    throw fail('is asked to be between() two values of which the lower one is the second')
  const ends = order === 'text' ? textEnds(template.raw, isLast) : isLast && !isBefore ? FIXED_LAST : FIXED
  const { low, high } = endsOf(ends, kind, first, last)
  const from = low && isShort(head + low.text) ? head + low.text : undefined
  const to = high && isShort(head + high.text) ? head + high.text : undefined
  return {
    prefix: undefined,
    low: from ?? (head === '' ? undefined : head),
    high: to ?? (head === '' ? undefined : `${head.slice(0, -1)}$`), // a head ends in '#', behind which '$' comes next
    check: isWide(low, from) || isWide(high, to) ? { attribute, kind, texts } : undefined
  }
}

const endsOf = (ends: Ends, kind: Exclude<RangeKind, 'beginsWith'>, first: string, last: string) => {
  switch (kind) {
    case 'gt':
    case 'gte':
      return { low: ends[kind](first), high: undefined }
    case 'lt':
    case 'lte':
      return { low: undefined, high: ends[kind](first) }
    case 'between':
      return { low: ends.gte(first), high: ends.lte(last) }
  }
}

const isWide = (end: End | undefined, used: string | undefined): boolean =>
  end !== undefined && (end.isWide || used === undefined)

/** DynamoDB refuses bounds that are longer than a key can be; no key is lost without them. */
const isShort = (text: string): boolean =>
  text.length * 3 <= SORT_KEY_BYTES || Buffer.byteLength(text) <= SORT_KEY_BYTES

/** Whether a text is in a range. */
export const isInRange = ({ kind, texts }: Check, text: string): boolean => {
  const [first = '', last = ''] = texts
  if (kind === 'beginsWith') return text.startsWith(first)
  const order = compareText(text, first)
  switch (kind) {
    case 'lt':
      return order < 0
    case 'lte':
      return order <= 0
    case 'gt':
      return order > 0
    case 'gte':
      return order >= 0
    case 'between':
      return order >= 0 && compareText(text, last) <= 0
  }
}
