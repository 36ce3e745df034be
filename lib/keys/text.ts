import { InvalidModel, nameOf, quote } from '../errors.ts'
import {
  DERIVATIONS,
  type Derivation,
  dateCodec,
  dayCodec,
  derivedCodec,
  type Few,
  type KeyCodec,
  type KeyText,
  type ManyWith
} from './codec.ts'
import type { Escaping, Written } from './escaping.ts'

/** The text of a whole key, with attributes in braces. Made by {@link text}. */
export class Text<T extends string = string> {
  readonly template: T

  constructor(template: T) {
    this.template = template
    Object.freeze(this)
  }

  /** Parses the text. Throws InvalidModel if braces do not match or name no attribute. */
  ' parse'(model: string): Parsed {
    return parseText(model, this.template)
  }

  /**
   * Checks that keys of this text can be read back. `isOpen` tells for which places that is not known yet, because the
   * attribute's field may still be added. Throws InvalidModel.
   */
  ' check'(
    model: string,
    key: string,
    { places, tail }: Parsed,
    slots: readonly { readonly codec: KeyCodec }[],
    escaping: Escaping | undefined,
    isOpen: (place: Place) => boolean
  ): void {
    if (this.template === '') throw new InvalidModel(model, `${key} would be empty: text('') is no key`)
    for (const [i, place] of places.entries()) {
      const { attribute } = place
      const next = places[i + 1]
      const follower = (next?.head ?? tail).charAt(0)
      if (isOpen(place)) continue
      // A fixed-width value needs no delimiter to end it.
      if (escaping !== undefined && slots[i]?.codec.width !== undefined) continue
      if (follower === '' && next !== undefined)
        throw new InvalidModel(
          model,
          `${attribute} and ${next.attribute} stand side by side in ${key}: put a delimiter between them`
        )
      if (escaping !== undefined && follower !== '' && !escaping.delimiters.includes(follower))
        throw new InvalidModel(
          model,
          `behind ${attribute}, ${key} goes on with ${quote(follower)}, which is none of the layout's delimiters ` +
            `(${quote(escaping.delimiters)}): give layout({ delimiters }) it, too, or put a delimiter there`
        )
    }
  }
}

/** Checks a member, because `instanceof` would bring the class into bundles that use no texts. */
export const isText = (spec: unknown): spec is Text => typeof spec === 'object' && spec !== null && ' parse' in spec

/**
 * Defines a whole key as text, with attributes in braces and without a suffix. All other text stays as it is. A text
 * attribute can stand in lower or upper case (`{email:lower}`, `{email:upper}`), and a date as its day, month or year
 * (`{sent:month}`). Such a derived part is not read back from keys.
 *
 * ```ts
 * app.model('Order').pk(text('USER#{user}')).sk(text('#ORDER#{order}'))
 * app.model('User').pk(text('EMAIL#{email:lower}')).sk(text('PROFILE'))
 * ```
 *
 * The fixed text after an attribute must begin with a delimiter of the layout, by default `#`. Otherwise the model
 * throws InvalidModel.
 */
export const text = <const T extends string>(template: T): Text<T> => new Text(template)

/** The attribute name inside braces. */
export type NameIn<Place extends string> = Place extends `${infer Name}:${Derivation}` ? Name : Place

/** The attributes of a text as key parts: `#` and the name of each. The type-level twin of {@link parseText}. */
export type PartsOfText<T extends string> = string extends T
  ? readonly string[]
  : T extends `${string}{${infer Place}}${infer Rest}`
    ? readonly [`#${NameIn<Place>}`, ...PartsOfText<Rest>]
    : readonly []

/** The attributes of a text as they stand there: `mail`, or `mail:lower`. */
export type PlacesIn<T> = T extends `${string}{${infer Place}}${infer Rest}` ? Place | PlacesIn<Rest> : never

/** The attributes that can be read back from a text: those that are not derived. */
export type HeldInText<T> = T extends `${string}{${infer Place}}${infer Rest}`
  ? Exclude<Place, `${string}:${Derivation}`> | HeldInText<Rest>
  : never

/** A text filled with `Values`. Delimiters in values are escaped unless keys are raw. */
export type FilledText<
  T extends string,
  Values,
  Raw,
  Delimiters extends string,
  Many extends readonly unknown[] = []
> = string extends T
  ? string
  : T extends `${infer Head}{${infer Place}}${infer Rest}`
    ? Filled<Place, Values, Raw, Delimiters> extends infer V extends string
      ? `${Head}${Few<V, Many>}${FilledText<Rest, Values, Raw, Delimiters, ManyWith<Many, V>>}`
      : never
    : T

type Filled<Place extends string, Values, Raw, Delimiters extends string> = Place extends `${infer Name}:${infer How}`
  ? Name extends keyof Values
    ? Derived<KeyText<Values[Name]>, How, Delimiters>
    : never
  : Place extends keyof Values
    ? Raw extends true
      ? KeyText<Values[Place]>
      : Written<KeyText<Values[Place]>, Delimiters>
    : never

type Derived<S extends string, How, Delimiters extends string> = How extends 'lower'
  ? Written<Lowercase<S>, Delimiters>
  : How extends 'upper'
    ? Written<Uppercase<S>, Delimiters>
    : string

/** A place for an attribute in a text. */
export interface Place {
  readonly attribute: string
  /** The fixed text before it. */
  readonly head: string
  /**
   * Makes the codec of derived text from the attribute's codec. Throws InvalidModel if it does not fit the attribute's
   * type.
   */
  readonly derive: ((codec: KeyCodec) => KeyCodec) | undefined
}

interface Parsed {
  readonly places: readonly Place[]
  readonly tail: string
}

const parseText = (model: string, template: string): Parsed => {
  const fail = (problem: string) => new InvalidModel(model, `text('${nameOf(template)}') ${problem}`)
  if (typeof template !== 'string' || !template.isWellFormed()) throw fail('is no text, or holds a lone surrogate')
  const places: Place[] = []
  let rest = template
  for (let open = rest.indexOf('{'); open >= 0; open = rest.indexOf('{')) {
    const close = rest.indexOf('}')
    if (close < open) throw fail(close < 0 ? 'lacks a }' : 'has a } without its {')
    const inside = rest.slice(open + 1, close)
    const colon = inside.lastIndexOf(':')
    const how = colon < 0 ? undefined : inside.slice(colon + 1)
    const derivation = DERIVATIONS.find(one => one === how)
    if (how !== undefined && derivation === undefined)
      throw fail(`derives '${how}': there are ${DERIVATIONS.join(', ')}`)
    const attribute = colon < 0 ? inside : inside.slice(0, colon)
    if (attribute === '' || attribute.includes('{')) throw fail('has braces that name no attribute')
    const derive = derivation && ((codec: KeyCodec) => derived(model, attribute, codec, derivation))
    places.push({ attribute, head: rest.slice(0, open), derive })
    rest = rest.slice(close + 1)
  }
  if (rest.includes('}')) throw fail('has a } without its {')
  return { places, tail: rest }
}

const derived = (model: string, attribute: string, codec: KeyCodec, derivation: Derivation): KeyCodec => {
  const isDate = codec === dateCodec || codec === dayCodec
  const isCase = derivation === 'lower' || derivation === 'upper'
  if (isCase ? codec.order !== 'text' : !isDate)
    throw new InvalidModel(
      model,
      `{${attribute}:${derivation}} is of ${isCase ? 'texts' : 'dates and days'}, and ${attribute} is none`
    )
  return derivedCodec(codec, derivation)
}
