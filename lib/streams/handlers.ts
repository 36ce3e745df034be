import { describe, InvalidRequest } from '../errors.ts'
import { isPlain } from '../fields/kinds.ts'
import { ownValue } from '../fields/record.ts'
import type { ChangeKind, InvalidChange, OtherChange } from './change.ts'

type Action<C> = (change: C, scope: { readonly signal: AbortSignal }) => unknown

/** The handler for each kind of change. */
export interface Actions {
  of(model: string, kind: ChangeKind): Action<object> | undefined
  readonly other: Action<OtherChange>
  readonly invalid: Action<InvalidChange> | undefined
}

const KINDS: readonly string[] = ['created', 'modified', 'removed'] satisfies ChangeKind[]
const BESIDE: readonly string[] = ['other', 'invalid']

/** Checks the handlers for models of these names. Throws InvalidRequest. */
export const actionsOf = (models: readonly string[], handlers: unknown): Actions => {
  const reserved = models.find(name => BESIDE.includes(name))
  if (reserved !== undefined) throw refused(`has a handler ${reserved} of its own, so that no model can be called that`)
  const given = members('the handlers', handlers, [...models, ...BESIDE])
  const other = ownValue(given, 'other')
  const invalid = ownValue(given, 'invalid')
  if (!isAction(other))
    throw refused(`takes other, for rows of no model, but got ${describe(other)}; () => {} passes them over`)
  if (invalid !== undefined && !isAction(invalid)) throw refused(`invalid is no function, but ${describe(invalid)}`)
  const byModel = new Map(
    models.map(model => {
      const own = members(`the handlers of ${model}`, ownValue(given, model) ?? {}, KINDS)
      for (const [kind, action] of Object.entries(own))
        if (action !== undefined && !isAction(action))
          throw refused(`${kind} of ${model} is no function, but ${describe(action)}`)
      return [model, own as Readonly<Record<string, Action<object>>>] // checked above
    })
  )
  return { of: (model, kind) => ownValue(byModel.get(model) ?? {}, kind), other, invalid }
}

const isAction = (value: unknown): value is Action<unknown> => typeof value === 'function'

const refused = (problem: string): InvalidRequest => new InvalidRequest('consumer()', problem)

const members = (what: string, value: unknown, names: readonly string[]): Readonly<Record<string, unknown>> => {
  if (!isPlain(value)) throw refused(`${what} are no object, but ${describe(value)}`)
  const strange = Object.keys(value).find(name => !names.includes(name))
  if (strange === undefined) return value
  throw refused(`${what} have ${describe(strange)}, which is none of ${names.join(', ')}`)
}
