import type { Command } from '../commands/command.ts'
import { InvalidRequest, NoTable } from '../errors.ts'
import { compileWith } from '../keys/param.ts'
import { Holes } from './holes.ts'
import { type Json, printArguments } from './print.ts'

/** A builder of one command: a get, create, put, update, delete or query. A query must have its whole partition key. */
export interface Sendable {
  '~command'(): Command
}

/** A command whose params are holes yet. */
export interface OpenCommand {
  readonly command: Command
  readonly holes: Holes
  readonly input: object
}

export const openCommand = (builder: Sendable): OpenCommand => {
  const command = builder['~command']()
  const holes = new Holes(command.model)
  const { input, unmet } = compileWith(holes, () => ({ input: command.compile(), unmet: command.unmet?.() }))
  if (unmet !== undefined)
    throw new InvalidRequest(command.model, `a state machine cannot do what this builder asks for: ${unmet}`)
  for (const part of partsOf(input)) if (!('TableName' in part) || part.TableName === undefined) throw new NoTable()
  return { command, holes, input }
}

/** What of an input names a table: itself, or each operation of a transaction. */
const partsOf = (input: object): readonly object[] =>
  'TransactItems' in input && Array.isArray(input.TransactItems)
    ? input.TransactItems.flatMap((part: Record<string, object>) => Object.values(part))
    : [input]

/**
 * The input of a builder's command, as `.compile()` gives it, in which JSONata expressions stand for what its params are:
 * Arguments of a state whose QueryLanguage is JSONata. The expressions do what keystorm does here: escape and pad the
 * values of keys, spell dates, and make the state fail of values that do not fit. What needs to be done with what was
 * read is left to the state machine.
 *
 * ```ts
 * toJsonata(db.get(Fruit, { apple: param('$states.input.apple'), … }))
 * ```
 *
 * Throws what `.compile()` throws, InvalidRequest where no state machine can do what the builder asks for, and NoTable.
 */
export const toJsonata = (builder: Sendable): Json => {
  const { command, holes, input } = openCommand(builder)
  return printArguments(command.model, holes, input)
}
