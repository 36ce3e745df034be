import { describe } from '../errors.ts'
import { Param } from '../keys/param.ts'

interface MakeParam {
  /**
   * Stands for a value that a state machine computes by a JSONata expression, such as `$states.input.tenant`, a
   * variable or a function call. It fits wherever a value of type `T` does: in keys, items, `where()`, ranges, filters,
   * conditions and changes, in lists and maps, and as the table's name. Throws TypeError for an expression that Step
   * Functions cannot evaluate.
   *
   * ```ts
   * toState(db.get(Fruit, { apple: param('$states.input.apple'), banana: 'b', date: param('$today') }), { end: true })
   * ```
   */
  <T = string>(expression: string): NoInfer<T>
  /** A param whose value may be absent. The item is then written without the attribute. */
  optional<T = string>(expression: string): NoInfer<T> | undefined
}

const make = (expression: string, isOptional: boolean): Param => {
  const problem = typeof expression === 'string' ? problemOf(expression.trim()) : 'is no text'
  if (problem !== undefined) throw new TypeError(`param(${describe(expression)}): the expression ${problem}.`)
  return new Param(onOneLine(expression.trim()), isOptional)
}

/** Removes line breaks from an expression, except inside its texts. */
const onOneLine = (expression: string): string =>
  expression.replace(/"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`[^`]*`|\s*\n\s*/g, part =>
    /^["'`]/.test(part) ? part.replaceAll('\n', '\\n') : ' '
  )

/** Why Step Functions could not evaluate an expression; `undefined` if nothing is known without parsing it. */
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
export const param = makeParam as MakeParam // not its real type: a Param stands for the value until a state is made
