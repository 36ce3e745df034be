import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import type { Check, Range } from './bounds.ts'
import type { KeyCodec } from './codec.ts'
import type { Reader } from './generated.ts'

export type Values = Readonly<Record<string, unknown>>

/** The type of a key attribute, as DynamoDB names it. */
export type KeyType = 'S' | 'N' | 'B'

/** DynamoDB's limits, in bytes: a partition key 2048, a sort key 1024. */
export const PARTITION_KEY_BYTES = 2048
export const SORT_KEY_BYTES = 1024

/** The place of one attribute in a key. */
export interface Slot {
  readonly attribute: string
  /** The fixed text before the value: `A#`, `#B#`. */
  readonly head: string
  /** Writes the values into key text. An own key has no codec: it is the attribute itself. */
  readonly codec: KeyCodec | undefined
  /** Whether every object inherits this name, such as `constructor`. Then only an own property counts as given. */
  readonly isInherited: boolean
  /** The only possible value. Callers can omit it. */
  readonly constant?: string | undefined
}

/**
 * The bound of one key attribute in a query: its part of the key condition, and the check that remains after the read.
 */
export interface KeyBound {
  readonly condition: 'none' | 'prefix' | 'whole' | 'from' | 'to' | 'between' | 'above' | 'below'
  readonly low: AttributeValue
  /** Only for `between`. */
  readonly high: AttributeValue
  /** The range that keys within the bounds can be outside of; `undefined` if the bounds are exact. */
  readonly check: Check | undefined
  /** The values of the sort keys before this one. Most indexes have one sort key, so this is empty. */
  readonly known: readonly AttributeValue[]
}

/** What keys begin with, in `low`: a prefix, or the `whole` key. `none` is the empty prefix. */
export interface Beginning extends KeyBound {
  readonly condition: 'none' | 'prefix' | 'whole'
  /** The number of given values in it. */
  readonly count: number
  /** The position of the first slot without a value. */
  readonly at: number
}

/** Fills one key attribute of a model's rows: a template (text with slots), or an own key (one attribute as it is). */
export interface KeySource {
  /** The name of the key attribute in the table. */
  readonly name: string
  /** Reads the key attribute from a row. */
  readonly read: Reader
  readonly type: KeyType
  /** The key for people to read: `A#<apple>#B#<banana>#RedFruit`. */
  readonly text: string
  readonly slots: readonly Slot[]
  /** The model's attributes in the key. */
  readonly attributes: readonly string[]
  /** Whether values stand unescaped, so that some keys cannot be parsed. */
  readonly isRaw: boolean
  /** The only texts that an own key can be, if they are few. */
  readonly choices?: readonly string[] | undefined
  /** The beginning of every key. */
  readonly start: Beginning
  /** The key of these values. Throws InvalidKey if a value is missing or cannot stand in a key. */
  stored(values: Values): AttributeValue
  /** Whether every attribute of this key has a value. */
  isComplete(values: Values): boolean
  /**
   * The beginning of the keys with these values. It ends with the fixed text before the first value that is missing, or
   * before the value of `end`, so that `C#c#` never finds `C#cc#`. `undefined` if no key can begin like this.
   */
  begin(values: Values, end?: string): Beginning | undefined
  /** As `begin`, but values can be params. Throws InvalidKey. */
  prefix(values: Values, end?: string): Beginning
  /** The bound of a range. Only own keys have it: keyBoundOf() makes that of a template. */
  range?(beginning: Beginning, range: Range): KeyBound
  /** The problem of a stored value as a key of an index; `undefined` if there is none. */
  misfit?(stored: AttributeValue): string | undefined
  /**
   * Throws Misfit if the item that was read has the key of another row, such as a number that was rounded. Only for keys
   * that can be misread.
   */
  readonly checkRead?: ((row: Readonly<Record<string, AttributeValue>>, item: Values) => void) | undefined
  /** DynamoDB's limit for the key, in bytes. */
  readonly limit: number
  /**
   * Adds the values in a stored key to `values`; `false` if the key is not one of this source. `beside` holds the row's
   * other attributes, which some raw keys need to be parsed.
   */
  parse(stored: AttributeValue | undefined, values: Record<string, unknown>, beside?: Values): boolean
  /**
   * Whether a stored key can be one of this source. It can be true for a raw key that {@link parse} cannot take apart.
   */
  matches(stored: AttributeValue | undefined): boolean
  /** The text of one attribute in a stored key, for a check; `undefined` if the key does not tell. */
  textIn(stored: AttributeValue | undefined, attribute: string, beside?: Values): string | undefined
}

/** Whether the key holds a text derived from the value, which does not give the value back. */
export const isDerived = ({ codec }: Slot): boolean => codec?.derivation !== undefined

/** The value of an attribute: the given one or its constant. */
export const given = (values: Values, { attribute, isInherited, constant }: Slot): unknown => {
  const value = isInherited && !Object.hasOwn(values, attribute) ? undefined : values[attribute]
  return value === undefined ? constant : value
}

/** Whether the values have one for the attribute. */
export const isGiven = (values: Values, { attribute, isInherited }: Slot): boolean =>
  values[attribute] !== undefined && (!isInherited || Object.hasOwn(values, attribute))

/** Whether a slot has its own value among these, or needs one. A constant needs none. */
export const isCounted = (values: Values, slot: Slot): boolean => slot.constant === undefined || isGiven(values, slot)

/** The number of these slots that count, if all have values. */
export const countGiven = (values: Values, slots: readonly Slot[]): number => {
  let count = 0
  for (const slot of slots) if (isCounted(values, slot)) count++
  return count
}

export const NOTHING: AttributeValue = Object.freeze({ S: '' })
export const NO_KEYS: readonly AttributeValue[] = []

/** The bound of a read that takes any sort key. */
export const UNBOUND = { condition: 'none', low: NOTHING, high: NOTHING, check: undefined, known: NO_KEYS } as const

/** A {@link Beginning} of text. */
export type TextBeginning = Beginning & { readonly low: { readonly S: string } }

export const beginningOf = (
  condition: Beginning['condition'],
  text: string,
  count: number,
  at: number
): TextBeginning => ({
  condition,
  low: { S: text },
  high: NOTHING,
  check: undefined,
  known: NO_KEYS,
  count,
  at
})
