import {
  booleanCodec,
  DATE_LENGTHS,
  type Derivation,
  dateCodec,
  dayCodec,
  emptiableCodec,
  type KeyCodec,
  printedCodec,
  stringCodec
} from '../keys/codec.ts'
import { isBeyond, oddIn } from '../keys/ends.ts'
import { codeOf, type Escaping } from '../keys/escaping.ts'
import type { KeyPlace } from '../keys/param.ts'
import { checked, literal, once } from './text.ts'

/**
 * Makes the expression for a value's text in a key, the JSONata counterpart of `keys/codec.ts` and `keys/escaping.ts`.
 * The state fails for a value that cannot be in a key: an absent one, for example, would give the key of other items.
 */
export const keyText = (place: KeyPlace): ((source: string) => string) => {
  const { model, key, attribute, codec, escaping, use } = place
  const fail = (problem = `must be ${codec.expects}`) => `${model}.${key}: ${attribute} ${problem}`
  const end = (text: string): string => (use === 'before' ? before(text) : text)
  const written = (text: string): string =>
    escaping === undefined || isTame(codec, escaping) ? text : escaped(text, escaping)
  const { derivation, of } = codec
  if (derivation !== undefined && of !== undefined) {
    const text = keyText({ ...place, codec: of, escaping: undefined })
    return source => written(derivedText(derivation, text(source)))
  }
  if (isAnyText(codec)) {
    if (use === 'value') return source => once(source, v => checked(isText(v, codec), written(v), fail()))
    if (use === 'start')
      return source => once(source, v => checked(isStart(v, place), written(v), fail('cannot begin so')))
    return source => once(source, v => checked(isPlain(v, place), written(v), fail(NOT_PLAIN)))
  }
  if (codec === booleanCodec) return source => once(source, v => checked(isType(v, 'boolean'), `$string(${v})`, fail()))
  if (codec === dateCodec) return source => end(dateText(source, fail()))
  if (codec === dayCodec) return source => end(dayText(source, fail()))
  if (codec.order === 'fixed') return source => end(once(source, v => signed(paddedText(v, codec, fail()), escaping)))
  if (codec === printedCodec)
    return source => once(source, v => checked(isInteger(v, codec), signed(`$formatBase(${v})`, escaping), fail()))
  if (use === 'start')
    return source => once(source, v => checked(isStart(v, place), written(v), fail('cannot begin so')))
  const isChosen = (v: string) =>
    use === 'bound' ? `${choiceOf(v, codec)} and ${isPlain(v, place)}` : choiceOf(v, codec)
  return source => once(source, v => checked(isChosen(v), written(v), fail(use === 'bound' ? NOT_PLAIN : undefined)))
}

const derivedText = (derivation: Derivation, text: string): string =>
  derivation === 'lower' || derivation === 'upper'
    ? `$${derivation}case(${text})`
    : `$substring(${text}, 0, ${DATE_LENGTHS[derivation]})`

const NOT_PLAIN = 'is asked for by a bound that would need each value to be checked after the read'

const isType = (value: string, type: string): string => `$type(${value}) = '${type}'`

/** Escapes an integer, whose sign may be a delimiter. */
const signed = (text: string, escaping: Escaping | undefined): string =>
  escaping?.delimiters.includes('-') ? escaped(text, escaping) : text

const isAnyText = (codec: KeyCodec): boolean => codec === stringCodec || codec === emptiableCodec

const isText = (value: string, { mayBeEmpty }: KeyCodec): string =>
  mayBeEmpty ? isType(value, 'string') : `$length(${value}) > 0`

/** Whether no value can contain an escaped character. */
const isTame = (codec: KeyCodec, escaping: Escaping): boolean =>
  codec.width !== undefined ||
  (!isAnyText(codec.of ?? codec) && codec.samples.every(sample => escaping.write(sample) === sample))

const escaped = (text: string, { delimiters }: Escaping): string =>
  ['%', ...delimiters].reduce((inner, one) => `$replace(${inner}, ${literal(one)}, ${literal(codeOf(one))})`, text)

export const choiceOf = (value: string, { samples }: KeyCodec): string => `${value} in ${literal(samples)}`

/** A raw value must not contain the text that follows it: the value could end there, and the next one begin. */
const isStart = (value: string, { escaping, follower }: KeyPlace): string =>
  escaping === undefined && follower !== ''
    ? `${isType(value, 'string')} and $contains(${value}, ${literal(follower)}) = false`
    : isType(value, 'string')

/** Whether the value has no character by which keys sort otherwise than values: see `keys/ends.ts`. */
const isPlain = (value: string, { codec, escaping, follower }: KeyPlace): string => {
  const beyond = isBeyond(follower) ? `\\u0080-${inClass(follower.length > 1 ? '\uffff' : follower)}` : ''
  const odd = rangesOf(oddIn(escaping, follower)) + beyond
  return isText(value, codec) + (odd === '' ? '' : ` and $contains(${value}, /[${odd}]/) = false`)
}

/** The characters as a class of a regular expression. Adjacent ones become a range. */
const rangesOf = (characters: readonly string[]): string => {
  let text = ''
  for (let i = 0; i < characters.length; i++) {
    const first = characters[i] ?? ''
    let last = first
    while (characters[i + 1]?.charCodeAt(0) === last.charCodeAt(0) + 1) last = characters[++i] ?? last
    text +=
      first === last
        ? inClass(first)
        : last.charCodeAt(0) === first.charCodeAt(0) + 1
          ? inClass(first) + inClass(last)
          : `${inClass(first)}-${inClass(last)}`
  }
  return text
}

/** JSONata looks for the end of a regular expression behind its brackets, also those of a class. */
const inClass = (character: string): string =>
  /[#-&*+.:-@\w]/.test(character) ? character : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

/** An ISO 8601 date, with or without offset, in keystorm's form: in UTC, with milliseconds. */
export const dateText = (source: string, sentence: string): string =>
  source === '$now()'
    ? source
    : `($v := $fromMillis($toMillis(${source})); ${checked('$length($v) = 24', '$v', sentence)})`

/** A day, unchanged after a check. */
export const dayText = (source: string, sentence: string): string => once(source, v => checked(isDay(v), v, sentence))

const isDay = (value: string): string =>
  `${isType(value, 'string')} and $contains(${value}, /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/) and ` +
  `$substring($fromMillis($toMillis(${value} & 'T00:00:00.000Z')), 0, 10) = ${value}`

export const isInteger = (value: string, { samples }: KeyCodec): string => {
  const max = Math.min(Number(samples[0]) * 10 - 1, Number.MAX_SAFE_INTEGER)
  return `$floor(${value}) = ${value} and $abs(${value}) <= ${max}`
}

const paddedText = (value: string, codec: KeyCodec, sentence: string): string => {
  const padded = `$pad($formatBase($abs(${value})), ${-(codec.samples[0]?.length ?? 0)}, '0')`
  const complement = `$join($map($split(${padded}, ''), function($d) { $string(9 - $number($d)) }))`
  return checked(isInteger(value, codec), `${value} < 0 ? '-' & ${complement} : ${padded}`, sentence)
}

/**
 * The text just before a text that ends in a digit or `Z`: its last character becomes the one before, followed by `~`.
 */
const before = (text: string): string =>
  `($t := ${text}; $substring($t, 0, $length($t) - 1) & $lookup(${literal(PREDECESSORS)}, $substring($t, -1)) & '~')`

const PREDECESSORS = Object.fromEntries([...'0123456789Z'].map((last, i) => [last, '/012345678Y'[i]]))
