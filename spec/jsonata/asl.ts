/** The Amazon States Language, as asl-validator knows it. */
import { createRequire } from 'node:module'
import * as assert from 'uvu/assert'
import type { State, StateMachine } from '../../lib/jsonata/index.ts'

type Validate = (definition: unknown) => { readonly isValid: boolean; errorsText(): string }
// CommonJS without types of its own.
const validate = createRequire(import.meta.url)('asl-validator') as Validate

export const assertValidMachine = (machine: StateMachine): void => {
  // The validator writes into what it is given.
  const { isValid, ...result } = validate(structuredClone(machine))
  assert.ok(isValid, isValid ? '' : `${result.errorsText?.()} in ${JSON.stringify(machine)}`)
}

/** States in a row, as one machine. */
export const assertValidStates = (states: readonly State[]): void => {
  const row = states.map((state, i): [string, State] => {
    const { End: _, Next: __, ...rest } = state
    return [
      `S${i}`,
      i === states.length - 1 ? { ...rest, Type: 'Task', End: true } : { ...rest, Type: 'Task', Next: `S${i + 1}` }
    ]
  })
  assertValidMachine({ StartAt: 'S0', QueryLanguage: 'JSONata', States: Object.fromEntries(row) })
}

/** A state alone, with the one it leads to. */
export const assertValidState = (state: State): void => {
  const last = typeof state.Next === 'string' ? { [state.Next]: { Type: 'Succeed' } } : {}
  assertValidMachine({ StartAt: 'Only', QueryLanguage: 'JSONata', States: { Only: { ...state }, ...last } })
}

export const isValidMachine = (machine: unknown): boolean => validate(structuredClone(machine)).isValid
