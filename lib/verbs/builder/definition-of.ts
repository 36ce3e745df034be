import { checkGiven, describe, InvalidRequest } from '../../errors.ts'
import { type Definition, definitionIn } from '../../schema/definition.ts'
import { Compiled } from '../../schema/model-keys.ts'
import type { ModelMap, ModelSet } from '../../schema/set.ts'
import type { AnyModel } from '../../schema/shape.ts'

/**
 * What a verb works with, of a model that it is given. Throws InvalidRequest where it is none, as programs without types may do,
 * and where more is given than the verb takes: options, which it would not follow.
 */
export const definitionOf = (verb: string, model: AnyModel, more: readonly unknown[] = []): Definition => {
  checkGiven(verb, 'takes no options, which are methods such as .if()', more[0], more.length === 0)
  const compiled: unknown = (model as Partial<AnyModel> | undefined | null)?.[' compiled'] // whatever was given
  if (compiled instanceof Compiled) return definitionIn(model)
  const given: unknown = model
  throw new InvalidRequest(
    verb,
    isModelSet(given)
      ? 'takes models, and was given a set of them: name those that are meant'
      : `takes a model, and was given ${describe(given)}`
  )
}

/** Not by its class, which would bring all of it into bundles that have no sets. */
export const isModelSet = (given: unknown): given is ModelSet<ModelMap> =>
  typeof given === 'object' &&
  given !== null &&
  'models' in given &&
  typeof given.models === 'object' &&
  given.models !== null
