import { describe } from '../errors.ts'
import { Param } from '../keys/param.ts'

interface MakeParam {
  /**
   * A value that a state machine finds by a JSONata expression, such as `$states.input.tenant`, a variable or a call.
   * It can stand wherever a value of type `T` can: in keys, items, `where()`, ranges, filters, conditions and changes, in
   * lists and maps, and as the name of the table. Throws TypeError for what Step Functions cannot evaluate.
   *
   * ```ts
   * toState(db.get(Fruit, { apple: param('$states.input.apple'), banana: 'b', date: param('$today') }), { end: true })
   * ```
   */
  <T = string>(expression: string): NoInfer<T>
  /** The same, but there may be no such value: then the attribute is left out of the item that is written. */
  optional<T = string>(expression: string): NoInfer<T> | undefined
}

const make = (expression: string, isOptional: boolean): Param => {
  const problem = typeof expression === 'string' ? problemOf(expression.trim()) : 'is no text'
  if (problem !== undefined) throw new TypeError(`param(${describe(expression)}): the expression ${problem}.`)
  return new Param(onOneLine(expression.trim()), isOptional)
}

/** An expression without line breaks, but for what they are in its texts. */
const onOneLine = (expression: string): string =>
  expression.replace(/"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`[^`]*`|\s*\n\s*/g, part =>
    /^["'`]/.test(part) ? part.replaceAll('\n', '\\n') : ' '
  )

/** Why Step Functions could not evaluate an expression, as far as that can be told without parsing it. */
const problemOf = (expression: string): string | undefined => {
  if (expression === '') return 'is empty'
  if (/\{%|%\}/.test(expression)) return 'has delimiters; write it without {% and %}'
  if (/\$eval\b/.test(expression)) return 'calls $eval, which Step Functions does not have'
  if (/^\$(?![\w$])|\$\$/.test(expression))
    return 'names the input document, which Step Functions does not have; begin with $states.input'
  if (/^(?!(?:true|false|null|function)\b)[A-Za-z_`]/.test(expression))
    return 'begins with a field, and there is no input document; begin with $states.input'
  return undefined
}

const makeParam: unknown = Object.assign((expression: string) => make(expression, false), {
  optional: (expression: string) => make(expression, true)
})

/** See {@link MakeParam}. */
export const param = makeParam as MakeParam // the types lie: a Param takes the place of the value until a state is made
