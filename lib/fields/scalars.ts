import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { checkFlag, checkOptions, describe, InvalidModel } from '../errors.ts'
import { booleanCodec, choiceCodec, emptiableCodec, stringCodec } from '../keys/codec.ts'
import { type Field, MadeField, misfit } from './field.ts'
import { Misfit, type Report } from './report.ts'

class StringField extends MadeField<string, string, true> {
  override get element(): MadeField {
    return this
  }

  override get scalar() {
    return 'S' as const
  }

  constructor(codec = stringCodec) {
    super(codec)
  }

  override takes(source: MadeField): boolean {
    return source.scalar === 'S'
  }

  encode(value: unknown, report: Report): AttributeValue | undefined {
    if (typeof value !== 'string') return report.misfit(value, 'a string', { type: 'S' })
    return encodeText(value, report)
  }

  decode(stored: AttributeValue): string {
    const text = textIn(stored)
    if (typeof text !== 'string') throw misfit('a string', stored)
    return text
  }
}

/** The field of all texts without a field in the model. */
export const TEXT = new StringField()

/** The stored form of a text. */
export const encodeText = (text: string, report: Report): AttributeValue | undefined => {
  if (!report.fits(text.length)) return undefined
  return text.isWellFormed() ? { S: text } : report.fail('must not hold a lone surrogate')
}

/** The text of a stored value. STORM stored the values of text fields as given, and read them as Python prints them. */
const textIn = (stored: AttributeValue): string | undefined => stored.S ?? stored.N ?? booleanText(stored)

const booleanText = ({ BOOL }: AttributeValue): string | undefined =>
  typeof BOOL === 'boolean' ? (BOOL ? 'True' : 'False') : undefined

class BooleanField extends MadeField<boolean, boolean, true> {
  override get scalar() {
    return 'BOOL' as const
  }

  constructor() {
    super(booleanCodec)
  }

  encode(value: unknown, report: Report): AttributeValue | undefined {
    return typeof value === 'boolean' ? { BOOL: value } : report.misfit(value, 'true or false', { type: 'BOOL' })
  }

  decode(stored: AttributeValue): boolean {
    if (typeof stored.BOOL === 'boolean') return stored.BOOL
    if (stored.N === '0' || stored.N === '1') return stored.N === '1' // STORM stored 0 and 1 as given
    throw misfit('true or false', stored)
  }
}

class ChoiceField<Choice extends string, Keyable extends true | 'constant'> extends MadeField<Choice, Choice, Keyable> {
  override get element(): MadeField {
    return TEXT
  }

  override get scalar() {
    return 'S' as const
  }

  readonly #expects: string
  readonly #choices: ReadonlySet<unknown>

  constructor(choices: readonly Choice[]) {
    const codec = choiceCodec(choices)
    super(codec)
    this.#expects = codec.expects
    this.#choices = new Set(choices)
  }

  encode(value: unknown, report: Report): AttributeValue | undefined {
    if (this.#isChoice(value)) return encodeText(value, report)
    return report.misfit(value, this.#expects, { type: 'S', codec: this.codec })
  }

  decode(stored: AttributeValue): Choice {
    const text = textIn(stored)
    if (this.#isChoice(text)) return text
    if (text === undefined) throw misfit(this.#expects, stored)
    throw new Misfit(`${this.#expects} was expected, but the stored value is ${describe(text)}`)
  }

  override takes(source: MadeField): boolean {
    return source instanceof ChoiceField && [...source.#choices].every(choice => this.#choices.has(choice))
  }

  #isChoice(value: unknown): value is Choice {
    return this.#choices.has(value)
  }
}

/**
 * A string. Stored as `{ S }`. In keys `#` (or the layout's delimiters) and `%` are escaped, and it must not be empty.
 * With `{ emptyInKeys: true }` it can be empty in keys, for tables where other programs write such keys.
 *
 * ```ts
 * model('Step').pk('run').sk('#task', '#step').fields({ task: t.string({ emptyInKeys: true }) })   // SK  #1
 * ```
 */
export const string = (options: { readonly emptyInKeys?: boolean } = {}): Field<string, string, true> => {
  checkOptions('t.string()', options, ['emptyInKeys'], InvalidModel)
  const { emptyInKeys = false } = options
  checkFlag('t.string()', 'emptyInKeys', emptyInKeys, InvalidModel)
  return new StringField(emptyInKeys ? emptiableCodec : stringCodec)
}

/** `true` or `false`. Stored as `{ BOOL }`. In keys it is the text `true` or `false`. */
export const boolean = (): Field<boolean, boolean, true> => new BooleanField()

/**
 * One of several strings, at least one. Stored as `{ S }`. Spread an array or an enum.
 *
 * ```ts
 * t.oneOf('S', 'M', 'L')
 * t.oneOf(...SIZES)
 * t.oneOf(...Object.values(Size))
 * ```
 */
export const oneOf = <const Choices extends readonly string[]>(
  ...choices: Choices & (Choices extends readonly [] ? readonly [string] : unknown)
): Field<Choices[number], Choices[number], Choices extends readonly [string] ? 'constant' : true> => choiceOf(choices)

/**
 * Always this string, such as `t.literal('PROFILE')`. Stored as `{ S }`. Calls can omit it where it stands in a key.
 */
export const literal = <const Value extends string>(value: Value): Field<Value, Value, 'constant'> => choiceOf([value])

const choiceOf = <Choice extends string, Keyable extends true | 'constant'>(choices: readonly Choice[]) => {
  if (choices.length === 0 || !choices.every(isChoice))
    throw new InvalidModel(
      't.oneOf() or t.literal()',
      'give at least one choice, each a text, none of them empty or with a lone surrogate' +
        (Array.isArray(choices[0]) ? '; of an array, t.oneOf(...choices)' : '')
    )
  return new ChoiceField<Choice, Keyable>(choices)
}

const isChoice = (choice: unknown): boolean => typeof choice === 'string' && choice !== '' && choice.isWellFormed()
