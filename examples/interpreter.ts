/**
 * A small interpreter of state machines, to try keystorm's states on a local engine. It supports Task states of DynamoDB,
 * Choice, Pass, Succeed and Fail, with variables, outputs and catchers. It evaluates expressions with the same library
 * and version as Step Functions.
 */
import {
  DeleteItemCommand,
  type DynamoDBClient,
  DynamoDBServiceException,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactGetItemsCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand
} from '@aws-sdk/client-dynamodb'
import jsonata from 'jsonata'
import type { Json, JsonObject, StateMachine } from 'keystorm/jsonata'

interface Scope {
  readonly states: JsonObject
  readonly variables: JsonObject
}

/** The result of a state, and the name of the next state. */
interface Step {
  readonly output: Json
  readonly variables?: JsonObject
  readonly next: string | undefined
}

/** An error of a state machine. */
export class StateError extends Error {
  constructor(name: string, cause: string) {
    super(cause)
    this.name = name
  }
}

/** Runs a machine to its end, and returns its output. Calls `log` for each state. */
export const runMachine = async (
  machine: StateMachine,
  input: Json,
  client: DynamoDBClient,
  log: (state: string, data: unknown) => void = () => {}
): Promise<Json> => {
  let name: string | undefined = machine.StartAt
  let value = input
  let variables: JsonObject = {}
  while (name !== undefined) {
    const state: JsonObject | undefined = machine.States[name]
    if (state === undefined) throw new Error(`There is no state ${name}.`)
    const context = { State: { Name: name, EnteredTime: new Date().toISOString() } }
    const step: Step = await runState(state, { states: { input: value, context }, variables }, client, data =>
      log(String(name), data)
    )
    value = step.output
    variables = { ...variables, ...step.variables }
    name = step.next
  }
  return value
}

const runState = async (
  state: JsonObject,
  scope: Scope,
  client: DynamoDBClient,
  log: (data: unknown) => void
): Promise<Step> => {
  if (state.Type === 'Fail') throw new StateError(String(state.Error), String(state.Cause ?? ''))
  if (state.Type === 'Choice') return choose(state, scope)
  if (state.Type !== 'Task') return settle(state, scope, scope.states.input ?? null)
  try {
    const input = await evaluate(state.Arguments ?? {}, scope)
    log(input)
    const result = await send(client, String(state.Resource), input)
    return await settle(state, { ...scope, states: { ...scope.states, result } }, result)
  } catch (error) {
    const found = catcherOf(state, error)
    if (found === undefined) throw error
    const errorOutput = { Error: nameOf(error), Cause: String(error) }
    return settle(found, { ...scope, states: { ...scope.states, errorOutput } }, errorOutput)
  }
}

/** The output and the variables of a state, both evaluated with the variables from before. */
const settle = async ({ Assign, Output, Next }: JsonObject, scope: Scope, otherwise: Json): Promise<Step> => ({
  output: Output === undefined ? otherwise : await evaluate(Output, scope),
  variables: Assign === undefined ? {} : ((await evaluate(Assign, scope)) as JsonObject),
  next: typeof Next === 'string' ? Next : undefined
})

const choose = async ({ Choices, Default }: JsonObject, scope: Scope): Promise<Step> => {
  for (const choice of Choices as readonly JsonObject[])
    if ((await evaluate(choice.Condition ?? false, scope)) === true)
      return settle(choice, scope, scope.states.input ?? null)
  return settle({ Next: Default ?? null }, scope, scope.states.input ?? null)
}

const nameOf = (error: unknown): string =>
  error instanceof DynamoDBServiceException ? `DynamoDB.${error.name}` : error instanceof Error ? error.name : 'Error'

const catcherOf = ({ Catch = [] }: JsonObject, error: unknown): JsonObject | undefined =>
  (Catch as readonly JsonObject[]).find(({ ErrorEquals }) =>
    (ErrorEquals as readonly string[]).some(name => name === 'States.ALL' || name === nameOf(error))
  )

/** Evaluates a template, in which texts between `{%` and `%}` are expressions. */
const evaluate = async (template: Json, scope: Scope): Promise<Json> => {
  if (typeof template === 'string') return template.startsWith('{%') ? evaluateText(template, scope) : template
  if (typeof template !== 'object' || template === null) return template
  if (isList(template)) return Promise.all(template.map(inner => evaluate(inner, scope)))
  const members = Object.entries(template).map(async ([name, inner]) => [name, await evaluate(inner, scope)] as const)
  return Object.fromEntries(await Promise.all(members))
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value)

const evaluateText = async (text: string, { states, variables }: Scope): Promise<Json> => {
  const expression = jsonata(text.slice(2, -2))
  expression.registerFunction('uuid', () => crypto.randomUUID())
  const result: unknown = await expression.evaluate(undefined, { ...variables, states }).catch(fail)
  if (result === undefined) throw new StateError('States.QueryEvaluationError', `${text} gives nothing`)
  return JSON.parse(JSON.stringify(result)) // drops the properties that JSONata adds to arrays
}

const fail = ({ message = '' }: { message?: string }): never => {
  throw new StateError('States.QueryEvaluationError', message)
}

/** The Arguments were made for this operation, so they have its input type. */
const send = async (client: DynamoDBClient, resource: string, input: Json): Promise<Json> => {
  const operation = resource.split(':').at(-1)
  const { $metadata: _, ...output } = await sendCommand(client, operation, input as never)
  return JSON.parse(JSON.stringify(output))
}

const sendCommand = (client: DynamoDBClient, operation: string | undefined, input: never) => {
  switch (operation) {
    case 'getItem':
      return client.send(new GetItemCommand(input))
    case 'putItem':
      return client.send(new PutItemCommand(input))
    case 'updateItem':
      return client.send(new UpdateItemCommand(input))
    case 'deleteItem':
      return client.send(new DeleteItemCommand(input))
    case 'query':
      return client.send(new QueryCommand(input))
    case 'transactGetItems':
      return client.send(new TransactGetItemsCommand(input))
    case 'transactWriteItems':
      return client.send(new TransactWriteItemsCommand(input))
    default:
      throw new StateError('States.Runtime', `${operation} is not known here`)
  }
}
