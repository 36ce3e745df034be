import { checkOptions, InvalidRequest } from '../errors.ts'
import { Param } from '../keys/param.ts'
import { delimited, type Json, type JsonObject, printArguments } from './print.ts'
import { openCommand, type Sendable } from './to-jsonata.ts'

/**
 * JSON for a state machine. It may contain params in place of values. A text such as `'{% $x %}'` is an expression
 * already.
 */
export type Template = unknown

export interface Retrier {
  readonly ErrorEquals: readonly string[]
  readonly IntervalSeconds?: number
  readonly MaxAttempts?: number
  readonly BackoffRate?: number
  readonly MaxDelaySeconds?: number
  readonly JitterStrategy?: 'FULL' | 'NONE'
}

export interface Catcher {
  readonly ErrorEquals: readonly string[]
  readonly Next: string
  readonly Assign?: Template
  readonly Output?: Template
}

/** What follows the state: the next state, or the end. */
type Onward = { readonly next: string; readonly end?: never } | { readonly end: true; readonly next?: never }

export type StateOptions = Onward & {
  readonly comment?: string
  /** The output of the state. Default: DynamoDB's answer, `$states.result`. */
  readonly output?: Template
  /** Assigns variables for later states: `{ order: param('$states.result.Item') }`. */
  readonly assign?: Readonly<Record<string, Template>>
  readonly retry?: readonly Retrier[]
  readonly catch?: readonly Catcher[]
  readonly timeoutSeconds?: number
}

/** A state in the Amazon States Language. */
export interface State extends JsonObject {
  readonly Type: string
}

const OPTIONS = ['comment', 'output', 'assign', 'retry', 'catch', 'timeoutSeconds', 'next', 'end'] as const

const RESOURCES = {
  GetItem: 'dynamodb:getItem',
  PutItem: 'dynamodb:putItem',
  UpdateItem: 'dynamodb:updateItem',
  DeleteItem: 'dynamodb:deleteItem',
  Query: 'aws-sdk:dynamodb:query',
  TransactGetItems: 'aws-sdk:dynamodb:transactGetItems',
  TransactWriteItems: 'aws-sdk:dynamodb:transactWriteItems'
} as const

/**
 * Makes a Task state that sends a builder's command, by Step Functions' integration with DynamoDB. Its Arguments are
 * those of {@link toJsonata}, without `ReturnValuesOnConditionCheckFailure`, which the integration does not accept for
 * single items.
 *
 * ```ts
 * toState(db.get(Fruit, { apple: param('$states.input.apple'), … }), { next: 'Eat', assign: { fruit: param('$states.result.Item') } })
 * ```
 *
 * Throws what {@link toJsonata} throws.
 */
export const toState = (builder: Sendable, options: StateOptions): State => {
  const { command, holes, input } = openCommand(builder)
  const { model, operation } = command
  checkOptions('toState()', options, OPTIONS)
  const { comment, output, assign, retry, catch: catchers, timeoutSeconds, next, end } = options
  if (next === undefined ? end !== true : end !== undefined)
    throw new InvalidRequest(model, `toState() takes either { next: 'the next state' } or { end: true }`)
  const { ReturnValuesOnConditionCheckFailure: _, ...accepted } = { ReturnValuesOnConditionCheckFailure: '', ...input }
  return {
    Type: 'Task',
    QueryLanguage: 'JSONata',
    ...(comment !== undefined && { Comment: comment }),
    Resource: `arn:aws:states:::${RESOURCES[operation]}`,
    Arguments: printArguments(model, holes, accepted),
    ...(assign !== undefined && { Assign: filled(assign) }),
    ...(output !== undefined && { Output: filled(output) }),
    ...(retry !== undefined && { Retry: filled(retry) }),
    ...(catchers !== undefined && { Catch: filled(catchers) }),
    ...(timeoutSeconds !== undefined && { TimeoutSeconds: timeoutSeconds }),
    ...(next !== undefined ? { Next: next } : { End: true })
  }
}

/** Replaces the params in a template by expressions. */
const filled = (template: Template): Json => {
  if (template instanceof Param) return delimited(template.expression)
  if (Array.isArray(template)) return template.map(filled)
  if (typeof template !== 'object' || template === null) return template as Json // the caller is responsible for its content
  return Object.fromEntries(
    Object.entries(template).flatMap(([name, inner]) => (inner === undefined ? [] : [[name, filled(inner)]]))
  )
}

/** The definition of a state machine with JSONata states. */
export interface StateMachine extends JsonObject {
  readonly QueryLanguage: 'JSONata'
  readonly StartAt: string
  readonly States: Readonly<Record<string, State>>
}

/**
 * Makes the definition of a state machine. States come from {@link toState}, or are written by hand. It starts at
 * `startAt`, by default the first state.
 *
 * ```ts
 * const machine = toStateMachine({ states: { Read: toState(…, { next: 'Done' }), Done: { Type: 'Succeed' } } })
 * ```
 *
 * Throws TypeError if a state leads to a missing one.
 */
export const toStateMachine = <const Name extends string>(definition: {
  readonly states: Readonly<Record<Name, State>>
  readonly startAt?: NoInfer<Name>
  readonly comment?: string
  readonly timeoutSeconds?: number
}): StateMachine => {
  checkOptions('toStateMachine()', definition, ['states', 'startAt', 'comment', 'timeoutSeconds'])
  const { states = {}, comment, timeoutSeconds } = definition
  const names = Object.keys(states)
  const startAt: string | undefined = definition.startAt ?? names[0]
  if (startAt === undefined) throw new TypeError('toStateMachine() needs at least one state.')
  for (const [name, state] of [['startAt', { Next: startAt }], ...Object.entries<JsonObject>(states)] as const) {
    const lost = nextOf(state).find(next => !names.includes(next))
    if (lost !== undefined)
      throw new TypeError(`toStateMachine(): ${name} leads to ${lost}, and there is no such state.`)
  }
  return {
    ...(comment !== undefined && { Comment: comment }),
    QueryLanguage: 'JSONata',
    StartAt: startAt,
    ...(timeoutSeconds !== undefined && { TimeoutSeconds: timeoutSeconds }),
    States: states
  }
}

/** The states that may follow a state. */
const nextOf = ({ Next, Default, Choices, Catch }: JsonObject): string[] =>
  [Next, Default, ...[Choices ?? [], Catch ?? []].flat().map(inner => isObject(inner) && inner.Next)].filter(
    (next): next is string => typeof next === 'string'
  )

const isObject = (value: Json): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
