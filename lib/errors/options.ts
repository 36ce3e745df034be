import { describe } from './describe.ts'
import { InvalidRequest } from './model.ts'

/** Throws unless `given` is an object whose keys are all known options. */
export const checkOptions = <O extends object>(
  of: string,
  given: O,
  known: readonly (keyof O & string)[],
  Problem: Problem = InvalidRequest
): void => {
  const names: readonly unknown[] = known
  const options: unknown = given // untyped programs pass anything
  // Only plain objects and modules pass: an unawaited promise has no keys, so all its options would be missing in
  // silence.
  const isObject = / (Object|Module)]/.test({}.toString.call(options))
  for (const odd of isObject ? Object.keys(given) : [options])
    if (!isObject || !names.includes(odd))
      throw new Problem(of, `takes { ${names.join(', ')} }, but got ${describe(odd)}`)
}

/** Throws InvalidRequest unless the argument is valid. */
export const checkGiven = (of: string, takes: string, given: unknown, isTaken: boolean): void => {
  if (!isTaken) throw new InvalidRequest(of, `${takes}, but got ${describe(given)}`)
}

/** Throws InvalidRequest unless the argument is a function. Returns the function. */
export const checkFunction = <F>(of: string, given: F, name = ''): F => {
  checkGiven(of, `${name}takes a function`, given, typeof given === 'function')
  return given
}

type Problem = new (of: string, problem: string) => Error

/** Throws unless the option is true or false: otherwise any text, even 'false', would count as true. */
export const checkFlag = (of: string, name: string, given: boolean, Problem: Problem = InvalidRequest): void => {
  if (typeof given !== 'boolean') throw new Problem(of, `${name} takes true or false, but got ${describe(given)}`)
}

/**
 * Returns the result of a callback that must be synchronous. If the callback was async, nobody awaits its promise: a
 * rejection, say of a builder that the promise ran, would end the process.
 */
export const givenBy = (given: unknown): unknown => {
  if (given instanceof Promise) given.catch(() => {})
  return given
}

/** Throws InvalidRequest unless the source is an iterable or async iterable. */
export const checkSource = (verb: string, source: unknown): void => {
  if (typeof source !== 'object' || source === null || !(Symbol.asyncIterator in source || Symbol.iterator in source))
    throw new InvalidRequest(verb, 'the source is no iterable')
}
