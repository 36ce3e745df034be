import { describe } from './describe.ts'
import { InvalidRequest } from './model.ts'

/** Throws where something is given that has no options, or one that nobody knows. */
export const checkOptions = <O extends object>(
  of: string,
  given: O,
  known: readonly (keyof O & string)[],
  Problem: new (of: string, problem: string) => Error = InvalidRequest
): void => {
  const names: readonly unknown[] = known
  const options: unknown = given // programs without types give whatever they like
  // What has names of its own: of a promise, say, that nobody awaited, all options would be those that nobody gave.
  const isObject = / (Object|Module)]/.test({}.toString.call(options))
  for (const odd of isObject ? Object.keys(given) : [options])
    if (!isObject || !names.includes(odd))
      throw new Problem(of, `takes { ${names.join(', ')} }, but got ${describe(odd)}`)
}

/** Throws InvalidRequest unless what was given is what is taken. */
export const checkGiven = (of: string, takes: string, given: unknown, isTaken: boolean): void => {
  if (!isTaken) throw new InvalidRequest(of, `${takes}, but got ${describe(given)}`)
}

/** Throws InvalidRequest for what is no function. */
export const checkFunction = <F>(of: string, given: F, name = ''): F => {
  checkGiven(of, `${name}takes a function`, given, typeof given === 'function')
  return given
}

/**
 * What a function gave that is not to be asynchronous. Of a promise nobody waits for what it rejects with: of a builder, which
 * was run because it was given by an asynchronous function, that would end the process.
 */
export const givenBy = (given: unknown): unknown => {
  if (given instanceof Promise) given.catch(() => {})
  return given
}

/** Throws InvalidRequest for what gives nothing one after the other. */
export const checkSource = (verb: string, source: unknown): void => {
  if (typeof source !== 'object' || source === null || !(Symbol.asyncIterator in source || Symbol.iterator in source))
    throw new InvalidRequest(verb, 'the source is no iterable')
}
