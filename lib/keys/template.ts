import { Buffer } from 'node:buffer'
import { describe, InvalidKey } from '../errors.ts'
import { type KeyCodec, type KeyText, stringCodec } from './codec.ts'
import { type Escaped, escapeValue, unescapeValue } from './encoding.ts'
import { type KeyUse, Param, writerFor } from './param.ts'
import type { AttributeOf, IdentifierOf, Part } from './part.ts'
import { type Frame, split, splitRaw, splitRawFromLeft } from './split.ts'

export type KeyName = 'PK' | 'SK' | 'GSI1PK'

/** DynamoDB's limits, in bytes of UTF-8: a partition key 2048, a sort key 1024. */
export const SORT_KEY_BYTES = 1024
export const LIMITS: Readonly<Record<KeyName, number>> = { PK: 2048, SK: SORT_KEY_BYTES, GSI1PK: 2048 }

/** The text of a key with these parts and this suffix, filled with `Values`. The type-level twin of {@link Template.render}. */
export type Rendered<Parts extends readonly string[], Suffix extends string, Values, Raw> =
  Joined<Parts, Values, Raw, ''> extends infer Text extends string
    ? Suffix extends ''
      ? Text
      : Text extends ''
        ? Suffix
        : `${Text}#${Suffix}`
    : never

type Joined<Parts extends readonly string[], Values, Raw, Text extends string> = Parts extends readonly [
  infer P extends string,
  ...infer Rest extends readonly string[]
]
  ? Joined<
      Rest,
      Values,
      Raw,
      `${Text}${Text extends '' ? '' : '#'}${Head<IdentifierOf<P>>}${Value<AttributeOf<P>, Values, Raw>}`
    >
  : Text

type Head<Identifier extends string> = Identifier extends '' ? '' : `${Identifier}#`

type Value<A extends string, Values, Raw> = A extends keyof Values
  ? Raw extends true
    ? KeyText<Values[A]>
    : Escaped<KeyText<Values[A]>>
  : never

/** The place of one attribute in a key. */
export interface Slot extends Part {
  readonly codec: KeyCodec
  /** The fixed text before the value: `A#`, `#B#`. */
  readonly head: string
  /** `constructor` is a fine name, but every object seems to have it. */
  readonly isInherited: boolean
  /** The only value there is, which need not be given. */
  readonly constant?: string | undefined
}

/** The text that keys begin with, of how many given values it is made, and whether that is the whole key. */
interface Beginning {
  readonly text: string
  readonly count: number
  readonly isWhole: boolean
}

export type Values = Readonly<Record<string, unknown>>

/** One key of one model: fixed text with a place for each part. Renders keys, prefixes of keys, and reads keys back. */
export class Template {
  /** What the key looks like, for people: `A#<apple>#B#<banana>#RedFruit`. */
  readonly text: string
  readonly slots: readonly Slot[]
  readonly attributes: readonly string[]
  /** What every key begins with: as {@link begin} gives it without values. */
  readonly start: Beginning
  readonly #frame: Frame
  readonly #limit: number

  constructor(
    readonly model: string,
    readonly name: KeyName,
    parts: readonly (Part & Pick<Slot, 'codec' | 'constant'>)[],
    readonly suffix: string,
    readonly raw: boolean
  ) {
    this.slots = parts.map((part, i) => ({
      ...part,
      isInherited: part.attribute in Object.prototype,
      head: `${i === 0 ? '' : '#'}${part.identifier}${part.identifier === '' ? '' : '#'}`
    }))
    this.attributes = this.slots.map(slot => slot.attribute)
    const tail = suffix === '' || parts.length === 0 ? suffix : `#${suffix}`
    this.#frame = { heads: this.slots.map(slot => slot.head), tail }
    this.#limit = LIMITS[name]
    this.text = this.slots.map(slot => `${slot.head}<${slot.attribute}>`).join('') + tail
    this.start = this.begin({}) ?? { text: '', count: 0, isWhole: false }
  }

  /** The key of these values. Throws InvalidKey where a value is missing or cannot stand in a key. */
  render(values: Values): string {
    let text = ''
    for (const slot of this.slots) text += slot.head + this.#encode(slot, given(values, slot))
    return this.#checked(text + this.#frame.tail)
  }

  /** Whether every attribute of this key has a value. */
  isComplete(values: Values): boolean {
    for (const slot of this.slots) if (given(values, slot) === undefined) return false
    return true
  }

  /**
   * The text that the keys of these values begin with: up to and with the fixed text before the first value that is
   * not given, or before that of `end`, so that `C#c#` never finds `C#cc#`.
   */
  prefix(values: Values, end?: Slot): string {
    let text = ''
    for (const slot of this.slots) {
      text += slot.head
      const value = slot === end ? undefined : given(values, slot)
      if (value === undefined) return this.#checked(text)
      text += this.#encode(slot, value)
    }
    return this.#checked(text + this.#frame.tail)
  }

  /**
   * The beginning of the key, as {@link prefix} gives it, and of how many values it is made; `undefined` if one of them
   * cannot stand in a key.
   */
  begin(values: Values): Beginning | undefined {
    let text = ''
    let count = 0
    for (const slot of this.slots) {
      text += slot.head
      const value = given(values, slot)
      if (value === undefined) return { text: this.#checked(text), count, isWhole: false }
      const encoded = slot.codec === stringCodec ? stringCodec.encode(value) : slot.codec.encode(value)
      if (encoded === undefined) return undefined
      text += this.raw ? encoded : escapeValue(encoded)
      if (slot.constant === undefined || isGiven(values, slot)) count++
    }
    return { text: this.#checked(text + this.#frame.tail), count, isWhole: true }
  }

  /** The values a key was rendered from; `undefined` if this template never renders such a key. */
  parse(key: string, values: Record<string, unknown> = {}): Record<string, unknown> | undefined {
    const texts = (this.raw ? splitRaw : split)(key, this.#frame)
    if (texts === undefined) return undefined
    for (let i = 0; i < this.slots.length; i++) {
      const slot = this.slots[i] as Slot // i is within bounds
      const value = this.#decode(slot, texts[i] ?? '')
      if (value === undefined) return undefined
      values[slot.attribute] = value
    }
    return values
  }

  /** The text of an attribute's value in a key, as it was before it was escaped; `undefined` if the key does not tell. */
  textIn(key: string, attribute: string): string | undefined {
    const texts = (this.raw ? splitRaw : split)(key, this.#frame)
    const text = texts?.[this.attributes.indexOf(attribute)]
    return text === undefined || this.raw ? text : unescapeValue(text)
  }

  /** Whether a key could be one of this template's. With raw keys that may be so though {@link parse} cannot tell how. */
  matches(key: string): boolean {
    if (this.raw) return splitRawFromLeft(key, this.#frame) !== undefined
    // As split() and #decode() would, but in place: this runs for every item of a query.
    const { tail } = this.#frame
    const end = key.length - tail.length
    if (end < 0 || !key.endsWith(tail)) return false
    const isEscaped = key.includes('%')
    let at = 0
    for (const { head, codec } of this.slots) {
      if (!key.startsWith(head, at)) return false
      at += head.length
      const hash = key.indexOf('#', at)
      const stop = hash < 0 || hash > end ? end : hash
      if (stop <= at) return false
      if (isEscaped || codec !== stringCodec) {
        const text = unescapeValue(key.slice(at, stop))
        if (text === undefined || codec.decode(text) === undefined) return false
      }
      at = stop
    }
    return at === end
  }

  #decode(slot: Slot, text: string): unknown {
    const value = this.raw ? text : unescapeValue(text)
    return value === undefined ? undefined : slot.codec.decode(value)
  }

  #encode(slot: Slot, value: unknown): string {
    const text = this.valueText(slot, value)
    return this.raw ? text : escapeValue(text)
  }

  /** The text of a value before it is escaped; of a param, what stands for its escaped text. Throws InvalidKey. */
  valueText(slot: Slot, value: unknown, use: KeyUse = 'value'): string {
    const { attribute } = slot
    const codec = (use !== 'value' && slot.codec.made) || slot.codec
    const text = codec.encode(value)
    if (text !== undefined) return text
    const { model, name: key, raw } = this
    if (value instanceof Param)
      return writerFor(value).key(value, {
        model,
        key,
        attribute,
        codec: codec.made ?? codec,
        raw,
        isLast: slot === this.slots.at(-1),
        use
      })
    throw new InvalidKey(model, key, `${attribute} must be ${codec.expects}, but is ${describe(value)}`, attribute)
  }

  #checked(text: string): string {
    // A character is at most three bytes of UTF-8 for each UTF-16 unit: short keys need no counting.
    if (text.length * 3 > this.#limit) {
      const bytes = Buffer.byteLength(text)
      if (bytes > this.#limit)
        throw new InvalidKey(
          this.model,
          this.name,
          `the key would have ${bytes} bytes, and ${this.#limit} is DynamoDB's limit`
        )
    }
    return text
  }
}

/** The value that an attribute is given, or must have. */
const given = (values: Values, slot: Slot): unknown => {
  const { attribute, isInherited, constant } = slot
  const value = isInherited && !Object.hasOwn(values, attribute) ? undefined : values[attribute]
  return value === undefined ? constant : value
}

/** Whether values have one for the attribute. */
export const isGiven = (values: Values, { attribute, isInherited }: Slot): boolean =>
  values[attribute] !== undefined && (!isInherited || Object.hasOwn(values, attribute))
