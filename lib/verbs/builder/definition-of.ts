import { checkGiven, describe, InvalidRequest } from '../../errors.ts'
import { type Definition, definitionIn } from '../../schema/definition.ts'
import { Compiled } from '../../schema/model-keys.ts'
import type { ModelMap, ModelSet } from '../../schema/set.ts'
import type { AnyModel } from '../../schema/shape.ts'

/**
 * Returns the definition of a model. Throws InvalidRequest for anything that is no model, since untyped programs can
 * pass it; and for any further argument, since verbs take no options and would ignore it.
 */
export const definitionOf = (verb: string, model: AnyModel, more: readonly unknown[] = []): Definition => {
  if (more.length > 0) checkGiven(verb, 'takes no options, which are methods such as .if()', more[0], false)
  const compiled: unknown = (model as Partial<AnyModel> | undefined | null)?.[' compiled'] // anything may be passed
  if (compiled instanceof Compiled) return compiled.definition ?? definitionIn(model)
  const given: unknown = model
  throw new InvalidRequest(
    verb,
    isModelSet(given)
      ? 'takes models, and was given a set of them: name those that are meant'
      : `takes a model, and was given ${describe(given)}`
  )
}

/** Does not use `instanceof`, which would bring the class into bundles without model sets. */
export const isModelSet = (given: unknown): given is ModelSet<ModelMap> =>
  typeof given === 'object' &&
  given !== null &&
  'models' in given &&
  typeof given.models === 'object' &&
  given.models !== null
