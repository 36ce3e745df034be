import { describe, InvalidRequest } from '../../errors.ts'
import { Definition } from '../../schema/definition.ts'
import { ModelSet } from '../../schema/set.ts'
import type { AnyModel } from '../../schema/shape.ts'

/** What a verb works with, of a model that it is given. Throws InvalidRequest where it is none, as programs without types may do. */
export const definitionOf = (verb: string, model: AnyModel): Definition => {
  const definition: unknown = (model as Partial<AnyModel> | undefined | null)?.['~definition'] // whatever was given
  if (definition instanceof Definition) return definition
  const given: unknown = model
  throw new InvalidRequest(
    verb,
    given instanceof ModelSet
      ? 'takes models, and was given a set of them: name those that are meant'
      : `takes a model, and was given ${describe(given)}`
  )
}
