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

/** A state alone, with the one it leads to. */
export const assertValidState = (state: State): void => {
  const last = typeof state.Next === 'string' ? { [state.Next]: { Type: 'Succeed' } } : {}
  assertValidMachine({ StartAt: 'Only', QueryLanguage: 'JSONata', States: { Only: { ...state }, ...last } })
}

export const isValidMachine = (machine: unknown): boolean => validate(structuredClone(machine)).isValid
