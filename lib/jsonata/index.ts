export { Unsendable } from '../errors.ts'
export { param } from './param.ts'
export type { Json, JsonObject } from './print.ts'
export {
  type Catcher,
  type Retrier,
  type State,
  type StateMachine,
  type StateOptions,
  type Template,
  toState,
  toStateMachine
} from './state.ts'
export { type Sendable, toJsonata } from './to-jsonata.ts'
