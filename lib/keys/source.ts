import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import type { Reader } from './accessor.ts'
import type { Check, Range } from './bounds.ts'
import type { KeyCodec } from './codec.ts'

export type Values = Readonly<Record<string, unknown>>

/** The type of a key attribute, as DynamoDB names it. */
export type KeyType = 'S' | 'N' | 'B'

/** DynamoDB's limits, in bytes: a partition key 2048, a sort key 1024. */
export const PARTITION_KEY_BYTES = 2048
export const SORT_KEY_BYTES = 1024

/** The place of one attribute of a model in a key. */
export interface Slot {
  readonly attribute: string
  /** The fixed text before the value: `A#`, `#B#`. */
  readonly head: string
  /** How its values stand in a text; of a key that is the attribute itself there is none. */
  readonly codec: KeyCodec | undefined
  /** `constructor` is a fine name, but every object seems to have it. */
  readonly isInherited: boolean
  /** The only value there is, which need not be given. */
  readonly constant?: string | undefined
}

/** What a query asks of one key attribute: its part of the key condition, and what is left to check after the read. */
export interface KeyBound {
  readonly condition: 'none' | 'prefix' | 'whole' | 'from' | 'to' | 'between' | 'above' | 'below'
  readonly low: AttributeValue
  /** Of `between` only. */
  readonly high: AttributeValue
  /** The range that keys within the bounds may be outside of; `undefined` where the bounds are exact. */
  readonly check: Check | undefined
  /** The values of the sort keys before this one; most indexes have one sort key, and so none of these. */
  readonly known: readonly AttributeValue[]
}

/** What keys begin with, or `whole` ones, as `low`. A prefix of no text asks for nothing. */
export interface Beginning extends KeyBound {
  readonly condition: 'none' | 'prefix' | 'whole'
  /** Of how many given values it is made. */
  readonly count: number
  /** The slot whose value is not given. */
  readonly at: number
}

/** What fills one key attribute of a model's rows: text with places for its attributes, or one attribute as it is. */
export interface KeySource {
  /** The attribute of the table. */
  readonly name: string
  /** Reads it from a row. */
  readonly read: Reader
  readonly type: KeyType
  /** What the key looks like, for people: `A#<apple>#B#<banana>#RedFruit`. */
  readonly text: string
  readonly slots: readonly Slot[]
  /** The model's attributes in it. */
  readonly attributes: readonly string[]
  /** Whether values stand in it unescaped, so that not every key can be read. */
  readonly isRaw: boolean
  /** What every key begins with. */
  readonly start: Beginning
  /** The key of these values. Throws InvalidKey where a value is missing or cannot stand in a key. */
  stored(values: Values): AttributeValue
  /** Whether every attribute of this key has a value. */
  isComplete(values: Values): boolean
  /**
   * What the keys of these values begin with: up to and with the fixed text before the first value that is not given, or
   * before that of `end`, so that `C#c#` never finds `C#cc#`; `undefined` if such a key cannot be.
   */
  begin(values: Values, end?: string): Beginning | undefined
  /** The same of values that may be params. Throws InvalidKey. */
  prefix(values: Values, end?: string): Beginning
  /** What `keyBoundOf` gives, of a key that is the attribute itself. */
  range?(beginning: Beginning, range: Range): KeyBound
  /** What is wrong with a stored value as such a key of an index; `undefined` for nothing. */
  misfit?(stored: AttributeValue): string | undefined
  /** DynamoDB's, in bytes. */
  readonly limit: number
  /**
   * Adds the values that a key was made of; `false` if this never makes such a key. A raw key may be read only by the values
   * that stand beside it.
   */
  parse(stored: AttributeValue | undefined, values: Record<string, unknown>, beside?: Values): boolean
  /** Whether a key could be one of this. With raw keys that may be so though {@link parse} cannot tell how. */
  matches(stored: AttributeValue | undefined): boolean
  /** The text of an attribute's value in a key, for a check; `undefined` if the key does not tell. */
  textIn(stored: AttributeValue | undefined, attribute: string, beside?: Values): string | undefined
}

/** The value that an attribute is given, or must have. */
export const given = (values: Values, { attribute, isInherited, constant }: Slot): unknown => {
  const value = isInherited && !Object.hasOwn(values, attribute) ? undefined : values[attribute]
  return value === undefined ? constant : value
}

/** Whether values have one for the attribute. */
export const isGiven = (values: Values, { attribute, isInherited }: Slot): boolean =>
  values[attribute] !== undefined && (!isInherited || Object.hasOwn(values, attribute))

export const NOTHING: AttributeValue = Object.freeze({ S: '' })
export const NO_KEYS: readonly AttributeValue[] = []

/** What a read that takes any sort key asks. */
export const UNBOUND = { condition: 'none', low: NOTHING, high: NOTHING, check: undefined, known: NO_KEYS } as const
