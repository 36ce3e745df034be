import { dateCodec, dayCodec } from '../keys/codec.ts'
import type { ScalarKind } from '../keys/param.ts'
import { choiceOf, dateText, dayText, isInteger } from './key-text.ts'
import { checked, once } from './text.ts'

/** The expression for the content under `S`, `N`, `BOOL` or `B` of a stored value. */
export const scalar = ({ type, codec, isExact }: ScalarKind, where: string): ((source: string) => string) => {
  const sentence = `${where} must be ${codec?.expects}`
  if (codec === undefined) return source => (type === 'N' ? `$string(${source})` : source)
  if (codec === dateCodec)
    return type === 'S'
      ? source => dateText(source, sentence)
      : source => (isExact ? `$string($toMillis(${source}) / 1000)` : `$string($floor($toMillis(${source}) / 1000))`)
  if (codec === dayCodec) return source => dayText(source, sentence)
  if (codec.order === 'text') return source => once(source, v => checked(choiceOf(v, codec), v, sentence))
  if (codec.samples[0]?.length === BIGINT_DIGITS) return source => once(source, v => bigint(v, sentence))
  // $string keeps only 15 digits.
  return source => once(source, v => checked(isInteger(v, codec), `$formatBase(${v})`, sentence))
}

const BIGINT_DIGITS = 38

const bigint = (value: string, sentence: string): string =>
  `($type(${value}) = 'string' and $contains(${value}, /^-?[0-9]{1,38}$/) ? ${value} : ` +
  `${checked(`$floor(${value}) = ${value}`, `$formatBase(${value})`, sentence)})`

/** The stored form of any value, by its type: the counterpart of `t.json()`. */
export const anyValue = (source: string, sentence: string): string => {
  const cases = Object.entries(BY_TYPE).map(([type, stored]) => `$type($v) = '${type}' ? ${stored} : `)
  const store = `function($v) { ${cases.join('')}{'M': $merge([{}, $each($v, function($e, $k) { {$k: $f($e)} })])} }`
  return `($v := ${source}; $f := ${store}; ${checked('$exists($v)', '$f($v)', sentence)})`
}

const BY_TYPE = {
  string: `{'S': $v}`,
  number: `{'N': $string($v)}`,
  boolean: `{'BOOL': $v}`,
  null: `{'NULL': true}`,
  array: `{'L': [$map($v, function($e) { $f($e) })]}`
}

/** The elements of a list or set. `element` is the expression for one, as `$v`. */
export const elements = (source: string, element: string, sentence: string): string =>
  once(source, v => checked(`$exists(${v}) and ${v} != null`, `[$map(${v}, function($v) { ${element} })]`, sentence))

/** The members of a record. `element` is the expression for one, as `$v`. */
export const members = (source: string, element: string, sentence: string): string => {
  const each = (v: string) => `$merge([{}, $each(${v}, function($v, $k) { {$k: ${element}} })])`
  return once(source, v => checked(`$type(${v}) = 'object'`, each(v), sentence))
}
