import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { describe, InvalidKey } from '../errors.ts'
import { type End, type Ends, fixedEnds, openEnds, textEnds } from './ends.ts'
import { behind, compareText, isShort } from './order.ts'
import { isParam } from './param.ts'
import { type Beginning, type KeyBound, NO_KEYS, NOTHING } from './source.ts'
import type { Template, TextSlot } from './template.ts'

const RANGE_KINDS = ['lt', 'lte', 'gt', 'gte', 'between', 'beginsWith'] as const
export type RangeKind = (typeof RANGE_KINDS)[number]

export const isRangeKind = (kind: string): kind is RangeKind => (RANGE_KINDS as readonly string[]).includes(kind)

/** A range of one attribute's values in a sort key. */
export interface Range {
  readonly attribute: string
  readonly kind: RangeKind
  readonly operands: readonly unknown[]
}

/** A check of an attribute's unescaped key text after the read. Values that have an order sort like their texts. */
export interface Check {
  readonly attribute: string
  readonly kind: RangeKind
  readonly texts: readonly string[]
}

/**
 * The bound of the keys that have this beginning and whose next attribute is in the range. It never leaves the keys of
 * this beginning. Throws InvalidKey.
 */
export const templateBoundOf = (
  template: Template,
  { low: { S: head = '' }, at }: Beginning,
  { attribute, kind, operands }: Range
): KeyBound => {
  const slot = template.slots[at] as TextSlot // the caller has checked for gaps
  const { escaping } = template
  const { order } = slot.codec
  if (order === 'none') throw unfit(template, attribute, `has no order in this key, so ${kind}() cannot be asked of it`)
  if (kind === 'beginsWith') {
    const start = operands[0]
    if (order !== 'text') throw unfit(template, attribute, 'is no text, so beginsWith() cannot be asked of it')
    if (typeof start !== 'string' || !start.isWellFormed()) {
      if (isParam(start)) return beginning(head + template.valueText(slot, start, 'start'))
      throw unfit(template, attribute, `cannot begin with ${describe(start)}`)
    }
    const prefix = head + (escaping === undefined ? start : escaping.write(start))
    // A raw value may end within this start, and the next value begin there.
    const isExact = isShort(prefix) && (escaping !== undefined || !isCut(start, slot.follower))
    return isExact ? beginning(prefix) : beginning(isShort(prefix) ? prefix : head, { attribute, kind, texts: [start] })
  }
  const { follower } = slot
  const one = operands[0]
  const other = operands.length > 1 ? operands[1] : one
  const isUnknown = isParam(one) || isParam(other)
  const isOpen = follower === '' && at < template.slots.length - 1 // the next value follows without a delimiter
  const isBefore = kind === 'lt' && order === 'fixed' && follower === '' && isUnknown && !isOpen
  if (isOpen && isUnknown && kind !== 'gte' && kind !== 'lt')
    throw unfit(
      template,
      attribute,
      `is followed by another value at once, so ${kind}() takes no value of a state's input`
    )
  const use = isBefore ? 'before' : 'bound'
  const first = template.valueText(slot, one, use)
  const last = other === one ? first : template.valueText(slot, other, use)
  if (!isUnknown && compareText(first, last) > 0)
    throw unfit(template, attribute, 'is asked to be between() two values, the lower one second')
  // Text that a state machine writes for "just before" is the end itself.
  const { low, high } = endsOf(isBefore ? fixedEnds(undefined, '#') : endsAt(template, slot), kind, first, last)
  // DynamoDB refuses bounds longer than a key. The bound without them still covers all keys.
  const from = low && isShort(head + low.text) ? head + low.text : undefined
  const end = high && isShort(head + high.text) ? head + high.text : undefined
  const isNone = end === '' // no key is less than an empty value, and DynamoDB refuses an empty bound
  const to = isNone ? '\0' : end
  return interval(
    from || head || undefined,
    to ?? (head === '' ? undefined : behind(head)),
    isNone || isWide(low, from) || isWide(high, to) ? { attribute, kind, texts: [first, last] } : undefined
  )
}

const known = new WeakMap<TextSlot, Ends>()

/** The ends of ranges of a slot's values, cached. */
const endsAt = (template: Template, slot: TextSlot): Ends => {
  let ends = known.get(slot)
  if (ends === undefined) {
    ends = newEndsAt(template, slot)
    known.set(slot, ends)
  }
  return ends
}

const newEndsAt = (template: Template, slot: TextSlot): Ends => {
  const { escaping, slots } = template
  const { follower } = slot
  if (slot.codec.order === 'text') return textEnds(escaping, follower, slot.codec.mayBeEmpty)
  if (follower === '' && slot !== slots.at(-1)) return openEnds
  return fixedEnds(slot.codec.width === undefined ? escaping : undefined, follower)
}

const unfit = ({ model, name }: Template, attribute: string, problem: string): InvalidKey =>
  new InvalidKey(model, name, `${attribute} ${problem}`, attribute)

const isCut = (start: string, follower: string): boolean => follower !== '' && start.includes(follower)

const beginning = (start: string, check?: Check): KeyBound => ({
  condition: start === '' ? 'none' : 'prefix',
  low: { S: start },
  high: NOTHING,
  check,
  known: NO_KEYS
})

const text = (S: string): AttributeValue => ({ S })

const interval = (low: string | undefined, high: string | undefined, check: Check | undefined): KeyBound => {
  if (low === undefined)
    return {
      condition: high === undefined ? 'none' : 'to',
      low: text(high ?? ''),
      high: NOTHING,
      check,
      known: NO_KEYS
    }
  const isOpen = high === undefined
  return {
    condition: isOpen ? 'from' : 'between',
    low: text(low),
    high: isOpen ? NOTHING : text(high),
    check,
    known: NO_KEYS
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

/** Whether the text is in the checked range. */
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
