/** Builds JSONata expressions. */

/** A value as a literal. It escapes `{%` and `%}`, which would end the expression. */
export const literal = (value: unknown): string => {
  if (typeof value === 'string') return quoted(value)
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`
  if (typeof value === 'object' && value !== null)
    return `{${Object.entries(value)
      .map(([name, inner]) => `${quoted(name)}: ${literal(inner)}`)
      .join(', ')}}`
  return JSON.stringify(value)
}

const quoted = (text: string): string =>
  `'${text
    .replace(/\\/g, '\\\\')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it is about
    .replace(/['\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff]|\p{Cs}|(?<=\{)%|(?<=%)\}/gu, unicode)}'`

const unicode = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

/** Whether an expression can be used twice, and next to any operator: a variable, or a path from one. */
export const isSimple = (expression: string): boolean => /^\$\w+(\.[A-Za-z_]\w*)*$/.test(expression)

/** Puts an expression in parentheses if it needs them. */
export const operand = (expression: string): string => (isSimple(expression) ? expression : `(${expression})`)

/** Like operand(), also for a block made by {@link once}, which has its own parentheses. */
export const piece = (expression: string): string =>
  /^\(\$[vt] := /.test(expression) ? expression : operand(expression)

/** Evaluates an expression once, for a use that needs its value several times. */
export const once = (expression: string, use: (value: string) => string): string =>
  isSimple(expression) ? use(expression) : `($v := ${expression}; ${use('$v')})`

/** `use` if the condition holds; otherwise the state fails with the sentence. */
export const checked = (condition: string, use: string, sentence: string): string =>
  `${condition} ? ${use} : $error(${literal(sentence)})`

/** Words that are no field names in JSONata. */
const RESERVED = ['and', 'or', 'in', 'true', 'false', 'null', 'function']

/** The member of an object under a name. */
export const memberOf = (object: string, name: string): string =>
  /^[A-Za-z_]\w*$/.test(name) && !RESERVED.includes(name)
    ? `${operand(object)}.${name}`
    : `$lookup(${object}, ${literal(name)})`

/** A value as JSON: the form of a state machine's input, and of a literal. */
export const jsonOf = (value: unknown): unknown => {
  if (typeof value === 'bigint') return String(value)
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (value instanceof Set) return [...value].map(jsonOf)
  if (Array.isArray(value)) return value.map(jsonOf)
  if (typeof value !== 'object' || value === null || value instanceof Date)
    return value instanceof Date ? value.toISOString() : value
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]) => (inner === undefined ? [] : [[name, jsonOf(inner)]]))
  )
}
