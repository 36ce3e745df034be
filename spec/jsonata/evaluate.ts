/** What Step Functions makes of Arguments, by the same JSONata, and what it would not take. */
import jsonata from 'jsonata'
import * as assert from 'uvu/assert'

/** Evaluates Arguments as Step Functions does: texts within `{%` and `%}`, with `$states` and variables bound. */
export const evaluated = async (template: unknown, input: unknown, variables: object = {}): Promise<unknown> => {
  if (typeof template === 'string')
    return template.startsWith('{%') ? evaluateText(template, input, variables) : template
  if (Array.isArray(template)) return Promise.all(template.map(inner => evaluated(inner, input, variables)))
  if (typeof template !== 'object' || template === null) return template
  const entries = Object.entries(template).map(async ([name, inner]) => [
    name,
    await evaluated(inner, input, variables)
  ])
  return Object.fromEntries(await Promise.all(entries))
}

let last: { text: string; expression: jsonata.Expression } | undefined

/** Each text is looked at and then evaluated: it is parsed once. */
const parsed = (text: string): jsonata.Expression => {
  if (last?.text !== text) last = { text, expression: jsonata(text) }
  return last.expression
}

const evaluateText = async (text: string, input: unknown, variables: object): Promise<unknown> => {
  const expression = parsed(expressionIn(text))
  let count = 0
  expression.registerFunction('uuid', () => `uuid-${count++}`)
  const states = { input: plain(input), context: {} }
  const result: unknown = await expression.evaluate(undefined, { ...variables, states }).catch(fail)
  if (result === undefined) throw new Error(`${text} gives nothing, and Step Functions makes the state fail`)
  return plain(result)
}

/** What JSONata throws is no Error. */
const fail = (thrown: { code?: string; message?: string }): never => {
  throw new Error(`${thrown.code}: ${thrown.message}`)
}

/** As JSON has it: without what JSONata hangs on arrays. */
export const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

/** The expression of a text, whose delimiters must stand at its ends and nowhere else. */
export const expressionIn = (text: string): string => {
  assert.match(text, /^\{% .*\S %\}$/)
  const expression = text.slice(3, -3)
  assert.not.match(expression, /\{%|%\}/)
  checkExpression(expression)
  return expression
}

/** The functions of JSONata 2.0.6 that our expressions may call. All of JSONata's are in Step Functions, but $eval. */
const FUNCTIONS = [
  'abs',
  'contains',
  'each',
  'error',
  'exists',
  'floor',
  'formatBase',
  'fromMillis',
  'join',
  'length',
  'lookup',
  'lowercase',
  'map',
  'merge',
  'now',
  'number',
  'pad',
  'replace',
  'split',
  'string',
  'substring',
  'toMillis',
  'type',
  'uppercase',
  'uuid',
  'f'
]

interface Node {
  readonly type?: string
  readonly value?: unknown
  readonly steps?: readonly unknown[]
  readonly procedure?: Node
}

/** Refuses what Step Functions cannot evaluate: unknown functions, `$`, `$$` and fields of an input document. */
const checkExpression = (expression: string): void => {
  const visit = (node: unknown, isStep: boolean): void => {
    if (typeof node !== 'object' || node === null) return
    const { type, value, steps = [], procedure, ...rest } = node as Node
    if (type === 'function')
      assert.ok(FUNCTIONS.includes(String(procedure?.value)), `$${procedure?.value}() in ${expression}`)
    if (type === 'variable') assert.ok(value !== '' && value !== '$', `the input document in ${expression}`)
    if (type === 'name' || type === 'wildcard' || type === 'descendant')
      assert.ok(isStep, `a field, ${value}, in ${expression}`)
    for (const [i, step] of steps.entries()) visit(step, i > 0)
    for (const inner of Object.values(rest)) visit(inner, false)
  }
  visit(parsed(expression).ast(), false)
}

/** Every text of a template, for those who look at each. */
export const textsIn = (template: unknown): string[] => {
  if (typeof template === 'string') return [template]
  return typeof template === 'object' && template !== null ? Object.values(template).flatMap(textsIn) : []
}
