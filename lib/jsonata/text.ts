/** Pieces of JSONata. */

/** A value as a literal. `{%` and `%}` are spelled so that nothing takes them for the end of an expression. */
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

/** Whether an expression can be written twice, and stand beside any operator: a variable, or a path from one. */
export const isSimple = (expression: string): boolean => /^\$\w+(\.[A-Za-z_]\w*)*$/.test(expression)

/** An expression in parentheses, unless it needs none. */
export const operand = (expression: string): string => (isSimple(expression) ? expression : `(${expression})`)

/** The same of an expression that {@link once} may have put into a block. */
export const piece = (expression: string): string =>
  /^\(\$[vt] := /.test(expression) ? expression : operand(expression)

/** An expression that uses the value of another one more than once, which is evaluated once. */
export const once = (expression: string, use: (value: string) => string): string =>
  isSimple(expression) ? use(expression) : `($v := ${expression}; ${use('$v')})`

/** `use`, if the condition holds of a value; else the state fails with the sentence. */
export const checked = (condition: string, use: string, sentence: string): string =>
  `${condition} ? ${use} : $error(${literal(sentence)})`

/** Names that stand for something else than a name. */
const RESERVED = ['and', 'or', 'in', 'true', 'false', 'null', 'function']

/** What an object has under a name. */
export const memberOf = (object: string, name: string): string =>
  /^[A-Za-z_]\w*$/.test(name) && !RESERVED.includes(name)
    ? `${operand(object)}.${name}`
    : `$lookup(${object}, ${literal(name)})`

/** A value as JSON has it: how it is given to a state machine, and what its literal is made of. */
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
