import { Buffer } from 'node:buffer'
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { describe, InvalidKey } from '../errors.ts'
import { type Few, holdsAny, type KeyCodec, type KeyText, type ManyWith, stringCodec } from './codec.ts'
import type { Escaped, Escaping } from './escaping.ts'
import { type Reader, type Renderer, readerOf, rendererOf } from './generated.ts'
import { type KeyUse, Param, writerFor } from './param.ts'
import type { AttributeOf, IdentifierOf } from './part.ts'
import {
  type Beginning,
  beginningOf,
  countGiven,
  given,
  isCounted,
  type KeySource,
  type Slot,
  type TextBeginning,
  type Values
} from './source.ts'
import { canBeCut, type Frame, isKnown, knownOf, split, splitRaw } from './split.ts'

/** The text of a key with these parts and suffix, and with `Values`. The type-level twin of {@link Template.render}. */
export type Rendered<Parts extends readonly string[], Suffix extends string, Values, Raw> =
  Joined<Parts, Values, Raw, undefined, []> extends infer Text
    ? Text extends string
      ? Suffix extends ''
        ? Text
        : `${Text}#${Suffix}`
      : Suffix
    : never

type Joined<
  Parts extends readonly string[],
  Values,
  Raw,
  Text extends string | undefined,
  Many extends readonly unknown[]
> = Parts extends readonly [infer P extends string, ...infer Rest extends readonly string[]]
  ? Value<AttributeOf<P>, Values, Raw> extends infer V extends string
    ? Joined<
        Rest,
        Values,
        Raw,
        `${Text extends string ? `${Text}#` : ''}${Head<IdentifierOf<P>>}${Few<V, Many>}`,
        ManyWith<Many, V>
      >
    : never
  : Text

type Head<Identifier extends string> = Identifier extends '' ? '' : `${Identifier}#`

type Value<A extends string, Values, Raw> = A extends keyof Values
  ? Raw extends true
    ? KeyText<Values[A]>
    : Escaped<KeyText<Values[A]>>
  : never

/** The place of one attribute in key text. */
export interface TextSlot extends Slot {
  readonly codec: KeyCodec
  /** Escapes a value's text. A fixed-width value stays as it is, because it needs no delimiter to end it. */
  readonly write: (text: string) => string
  /** The first character after the value; '' at the end of the key. */
  readonly follower: string
}

const asItIs = (text: string): string => text

/** The first character. Destructuring keeps surrogate pairs whole. */
const firstOf = ([first = '']: string): string => first

/** The options of a template. */
export interface TemplateOptions {
  /** The model's name, for messages. */
  readonly model: string
  /** The name of the key attribute in the table. */
  readonly name: string
  /** The limit of the key, in bytes. */
  readonly limit: number
  readonly slots: readonly Omit<TextSlot, 'isInherited' | 'write' | 'follower'>[]
  /** The fixed text after the last value. */
  readonly tail: string
  /** How delimiters in values are escaped; `undefined` in raw keys. */
  readonly escaping: Escaping | undefined
}

/** One key of one model: fixed text with a slot for each part. It renders keys and their prefixes, and parses keys. */
export class Template implements KeySource {
  readonly type = 'S'
  readonly model: string
  readonly name: string
  readonly read: Reader
  readonly text: string
  readonly slots: readonly TextSlot[]
  readonly attributes: readonly string[]
  readonly isRaw: boolean
  readonly start: Beginning
  readonly frame: Frame
  readonly escaping: Escaping | undefined
  readonly limit: number
  #quick: Renderer

  constructor({ model, name, limit, slots, tail, escaping }: TemplateOptions) {
    this.model = model
    this.name = name
    this.read = readerOf(name)
    this.slots = slots.map((slot, i) => ({
      ...slot,
      isInherited: slot.attribute in Object.prototype,
      write: escaping === undefined || slot.codec.width !== undefined ? asItIs : escaping.write,
      follower: firstOf(slots[i + 1]?.head ?? tail)
    }))
    this.attributes = slots.map(slot => slot.attribute)
    this.escaping = escaping
    this.isRaw = escaping === undefined
    this.frame = {
      heads: slots.map(slot => slot.head),
      tail,
      widths: slots.map((_, i) => this.#widthAt(i, tail)),
      least: slots.map(({ codec }) => (codec.mayBeEmpty ? 0 : 1))
    }
    this.limit = limit
    this.text = slots.map(({ head, attribute }) => `${head}<${attribute}>`).join('') + tail
    this.#quick = rendererOf(this.slots, tail, limit, made => {
      this.#quick = made
    })
    this.start = this.prefix({})
  }

  stored(values: Values): AttributeValue {
    return { S: this.render(values) }
  }

  /** The key of these values as text. Throws InvalidKey if a value is missing or cannot stand in a key. */
  render(values: Values): string {
    return this.#quick(values) ?? this.#render(values)
  }

  #render(values: Values): string {
    let text = ''
    for (const slot of this.slots) text += slot.head + this.#encode(slot, given(values, slot))
    return this.#checked(text + this.frame.tail)
  }

  isComplete(values: Values): boolean {
    for (const slot of this.slots) if (given(values, slot) === undefined) return false
    return true
  }

  begin(values: Values, end?: string): Beginning | undefined {
    const whole = end === undefined ? this.#quick(values) : undefined
    if (whole !== undefined) return beginningOf('whole', whole, countGiven(values, this.slots), this.slots.length)
    let text = ''
    let count = 0
    let at = 0
    for (const slot of this.slots) {
      text += slot.head
      const value = slot.attribute === end ? undefined : given(values, slot)
      if (value === undefined) break
      const encoded = slot.codec.encode(value)
      if (encoded === undefined) return undefined
      text += slot.write(encoded)
      if (isCounted(values, slot)) count++
      at++
    }
    const beginning = this.#beginning(text, count, at)
    return this.#fits(beginning.low.S) ? beginning : undefined
  }

  prefix(values: Values, end?: string): Beginning {
    let text = ''
    let at = 0
    for (const slot of this.slots) {
      text += slot.head
      const value = slot.attribute === end ? undefined : given(values, slot)
      if (value === undefined) break
      text += this.#encode(slot, value)
      at++
    }
    const beginning = this.#beginning(text, 0, at)
    this.#checked(beginning.low.S)
    return beginning
  }

  /** The beginning that consists of the values before the slot `at`. */
  #beginning(text: string, count: number, at: number): TextBeginning {
    const isWhole = at === this.slots.length
    return isWhole
      ? beginningOf('whole', text + this.frame.tail, count, at)
      : beginningOf(text === '' ? 'none' : 'prefix', text, count, at)
  }

  parse(stored: AttributeValue | undefined, values: Record<string, unknown>, beside?: Values): boolean {
    const texts = stored?.S === undefined ? undefined : this.#split(stored.S, beside)
    if (texts === undefined) return false
    for (let i = 0; i < this.slots.length; i++) {
      const slot = this.slots[i] as TextSlot // i is within bounds
      const text = this.#read(slot, texts[i] ?? '')
      const value = text === undefined ? undefined : slot.codec.decode(text)
      if (value === undefined) return false
      if (slot.codec.derivation === undefined) values[slot.attribute] = value
    }
    return true
  }

  textIn(stored: AttributeValue | undefined, attribute: string, beside?: Values): string | undefined {
    const texts = stored?.S === undefined ? undefined : this.#split(stored.S, beside)
    const i = this.attributes.indexOf(attribute)
    const [slot, text] = [this.slots[i], texts?.[i]]
    return slot === undefined || text === undefined ? undefined : this.#read(slot, text)
  }

  matches(stored: AttributeValue | undefined): boolean {
    const key = stored?.S
    if (key === undefined) return false
    const { escaping } = this
    if (escaping === undefined) return canBeCut(key, this.frame)
    // Like #split() and #read(), but without new arrays: this runs for every item of a query.
    const { tail } = this.frame
    const end = key.length - tail.length
    if (end < 0 || !key.endsWith(tail)) return false
    const isEscaped = key.includes('%')
    let at = 0
    let i = 0
    for (const { head, codec } of this.slots) {
      if (!key.startsWith(head, at)) return false
      at += head.length
      const width = this.frame.widths[i++]
      const next = width === undefined ? escaping.end(key, at) : at + width
      const stop = next < 0 || next > end ? end : next
      if (stop <= at && (stop < at || !codec.mayBeEmpty)) return false
      if (isEscaped || codec !== stringCodec) {
        const text = codec.width === undefined ? escaping.read(key.slice(at, stop)) : key.slice(at, stop)
        if (text === undefined || codec.decode(text) === undefined) return false
      }
      at = stop
    }
    return at === end
  }

  /** The width of a value, if no delimiter can end it: none follows, or the value can hold one. */
  #widthAt(i: number, tail: string): number | undefined {
    const { codec } = this.slots[i] as TextSlot // i is within bounds
    if (this.escaping === undefined || codec.width === undefined) return undefined
    if (holdsAny(codec, this.escaping)) return codec.width
    const follower = (this.slots[i + 1]?.head ?? tail).charAt(0)
    const isEnded = follower === '' ? i === this.slots.length - 1 : this.escaping.delimiters.includes(follower)
    return isEnded ? undefined : codec.width
  }

  #split(key: string, beside?: Values): string[] | undefined {
    if (this.escaping !== undefined) return split(key, this.frame, this.escaping)
    const known = this.slots.map(slot => knownOf(slot, beside))
    const texts = splitRaw(key, this.frame, known)
    // Another program may have written a known value differently, so the split is tried without it.
    return texts ?? (known.some(isKnown) ? splitRaw(key, this.frame, []) : undefined)
  }

  #read({ codec }: TextSlot, text: string): string | undefined {
    return this.escaping === undefined || codec.width !== undefined ? text : this.escaping.read(text)
  }

  #encode(slot: TextSlot, value: unknown): string {
    return slot.write(this.valueText(slot, value))
  }

  /** The unescaped text of a value. For a param it is the writer's text, already escaped. Throws InvalidKey. */
  valueText(slot: TextSlot, value: unknown, use: KeyUse = 'value'): string {
    const { attribute } = slot
    const codec = (use !== 'value' && slot.codec.made) || slot.codec
    const text = codec.encode(value)
    if (text !== undefined) return text
    const { model, name: key, escaping } = this
    if (value instanceof Param)
      return writerFor(value).key(value, {
        model,
        key,
        attribute,
        codec: codec.made ?? codec,
        escaping,
        follower: slot.follower,
        use
      })
    throw new InvalidKey(model, key, `${attribute} must be ${codec.expects}, but is ${describe(value)}`, attribute)
  }

  /** A UTF-16 unit takes at most three bytes of UTF-8, so short keys are not counted. */
  #fits(text: string): boolean {
    return text.length * 3 <= this.limit || Buffer.byteLength(text) <= this.limit
  }

  #checked(text: string): string {
    if (this.#fits(text)) return text
    const problem = `the key would have ${Buffer.byteLength(text)} bytes, and ${this.limit} is DynamoDB's limit`
    throw new InvalidKey(this.model, this.name, problem)
  }
}
