import { InvalidModel, nameOf } from '../errors.ts'
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
import type { Written } from './escaping.ts'

/** A whole key as it stands, with places for attributes. Made by {@link text}. */
export class Text<T extends string = string> {
  readonly template: T

  constructor(template: T) {
    this.template = template
    Object.freeze(this)
  }

  /** Its places. Throws InvalidModel where braces do not match or name nothing. */
  ' parse'(model: string): Parsed {
    return parseText(model, this.template)
  }
}

/** Not by its class, which would bring it into bundles that have no texts. */
export const isText = (spec: unknown): spec is Text => typeof spec === 'object' && spec !== null && ' parse' in spec

/**
 * The text of a whole key: attributes in braces, and all else as it stands, with no suffix. An attribute that is a text may
 * stand in lower or upper case, and of one that is a date its day, month or year: such a part is not read back from keys.
 *
 * ```ts
 * app.model('Order').pk(text('USER#{user}')).sk(text('#ORDER#{order}'))
 * app.model('User').pk(text('EMAIL#{email:lower}')).sk(text('PROFILE'))
 * ```
 *
 * Behind an attribute, fixed text must begin with a delimiter of the layout, which is `#` unless it says otherwise. The
 * model is refused with InvalidModel where it does not.
 */
export const text = <const T extends string>(template: T): Text<T> => new Text(template)

/** The attribute of what stands in braces. */
type NameIn<Place extends string> = Place extends `${infer Name}:${Derivation}` ? Name : Place

/** The attributes of a text as parts of a key: each is `#` and its name. The type-level twin of {@link parseText}. */
export type PartsOfText<T extends string> = string extends T
  ? readonly string[]
  : T extends `${string}{${infer Place}}${infer Rest}`
    ? readonly [`#${NameIn<Place>}`, ...PartsOfText<Rest>]
    : readonly []

/** The attributes that can be read back from a text: those that stand in it as they are. */
export type HeldInText<T> = T extends `${string}{${infer Place}}${infer Rest}`
  ? Exclude<Place, `${string}:${Derivation}`> | HeldInText<Rest>
  : never

/** A text filled with `Values`, whose own delimiters are escaped unless keys are raw. */
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
  /** What makes the text that stands in the key of that of the value. Throws InvalidModel where that is for others. */
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
