import { checkOptions, InvalidRequest } from '../errors.ts'
import { Param } from '../keys/param.ts'
import { delimited, type Json, type JsonObject, printArguments } from './print.ts'
import { openCommand, type Sendable } from './to-jsonata.ts'

/** JSON for a state machine, in which params may stand for values; texts such as `'{% $x %}'` are taken as they are. */
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

/** Where a state machine goes on. */
type Onward = { readonly next: string; readonly end?: never } | { readonly end: true; readonly next?: never }

export type StateOptions = Onward & {
  readonly comment?: string
  /** What the state gives to the next one, instead of DynamoDB's answer, which is `$states.result`. */
  readonly output?: Template
  /** Variables for the states behind: `{ order: param('$states.result.Item') }`. */
  readonly assign?: Readonly<Record<string, Template>>
  readonly retry?: readonly Retrier[]
  readonly catch?: readonly Catcher[]
  readonly timeoutSeconds?: number
}

/** A state of a state machine, as the Amazon States Language has it. */
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
 * A whole Task state that sends a builder's command, by the integration of Step Functions with DynamoDB. Its Arguments are
 * those of {@link toJsonata}, but for `ReturnValuesOnConditionCheckFailure`, which that integration does not take for
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
  if ((next === undefined) === (end === undefined))
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

/** A template with the expressions of its params. */
const filled = (template: Template): Json => {
  if (template instanceof Param) return delimited(template.expression)
  if (Array.isArray(template)) return template.map(filled)
  if (typeof template !== 'object' || template === null) return template as Json // who writes it sees to it
  return Object.fromEntries(
    Object.entries(template).flatMap(([name, inner]) => (inner === undefined ? [] : [[name, filled(inner)]]))
  )
}

/** The definition of a state machine whose states are JSONata. */
export interface StateMachine extends JsonObject {
  readonly QueryLanguage: 'JSONata'
  readonly StartAt: string
  readonly States: Readonly<Record<string, State>>
}

/**
 * The definition of a state machine: these states, of {@link toState} or written by hand, the first of them first unless
 * `startAt` says another.
 *
 * ```ts
 * const machine = toStateMachine({ states: { Read: toState(…, { next: 'Done' }), Done: { Type: 'Succeed' } } })
 * ```
 *
 * Throws TypeError where a state leads to one that is not there.
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

/** Where a state may lead. */
const nextOf = ({ Next, Default, Choices, Catch }: JsonObject): string[] =>
  [Next, Default, ...[Choices ?? [], Catch ?? []].flat().map(inner => isObject(inner) && inner.Next)].filter(
    (next): next is string => typeof next === 'string'
  )

const isObject = (value: Json): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
