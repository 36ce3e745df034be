import { InvalidRequest, NoTable } from '../errors.ts'
import { compileWith } from '../keys/param.ts'
import type { Command, Lacking } from '../plan/command.ts'
import { Holes } from './holes.ts'
import { type Json, printArguments } from './print.ts'

/**
 * A builder of one command: get, create, put, update, delete, check, query or transaction. A query must have its whole
 * partition key.
 */
export interface Sendable {
  ' command'(): Command
}

/** A command with holes for its params. */
interface OpenCommand {
  readonly command: Command
  readonly holes: Holes
  readonly input: object
}

/** Why a state machine cannot do this: a state sends one command, and keystorm does not see the answer. */
const REASONS: Record<Lacking, string> = {
  orThrow: 'orThrow() looks at what was read; use a Choice state',
  unexpired: 'unexpired() looks at what was read; use a Choice state',
  skipInvalid: 'skipInvalid() looks at what was read',
  limit: 'limit() with filter() is met by reading on; pageSize() says how many items are read',
  range: 'its range needs each value to be checked after the read',
  token: 'token() would be the same each time; give it a param, or leave it out'
}

export const openCommand = (builder: Sendable): OpenCommand => {
  // JavaScript programs may pass anything.
  if (typeof builder?.[' command'] !== 'function')
    throw new TypeError(
      'A state is made of get, create, put, update, delete, check, a query of one model, or a transaction.'
    )
  const command = builder[' command']()
  const holes = new Holes(command.model)
  const { input, lacking } = compileWith(holes, () => ({ input: command.compile(), lacking: command.lacks?.() }))
  if (lacking !== undefined)
    throw new InvalidRequest(command.model, `a state machine cannot do what this builder asks for: ${REASONS[lacking]}`)
  for (const part of partsOf(input)) if (!('TableName' in part) || part.TableName === undefined) throw new NoTable()
  return { command, holes, input }
}

/** The parts of an input that name a table: the input, or each operation of a transaction. */
const partsOf = (input: object): readonly object[] =>
  'TransactItems' in input && Array.isArray(input.TransactItems)
    ? input.TransactItems.flatMap((part: Record<string, object>) => Object.values(part))
    : [input]

/**
 * Returns the input of a builder's command, as `.compile()` does, with JSONata expressions in place of params: the
 * Arguments of a state whose QueryLanguage is JSONata. The expressions do keystorm's work: they escape and pad key
 * values, format dates, and make the state fail for values that do not fit. The state machine must process what was
 * read itself.
 *
 * ```ts
 * toJsonata(db.get(Fruit, { apple: param('$states.input.apple'), … }))
 * ```
 *
 * Throws the errors of `.compile()`, InvalidRequest for a builder that a state machine cannot run, and NoTable.
 */
export const toJsonata = (builder: Sendable): Json => {
  const { command, holes, input } = openCommand(builder)
  return printArguments(command.model, holes, input)
}
