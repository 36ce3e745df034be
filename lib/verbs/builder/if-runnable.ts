/**
 * `this` of the methods that run a builder: anything; or, if something keeps the builder from running, the sentence that
 * says what, so that the compiler says it.
 */
export type Ready<Problem extends string> = [Problem] extends [never] ? unknown : Problem

/** In place of what a builder gives that cannot be run yet: no items, but the sentence that says why not. */
export interface Unready<Problem extends string> {
  readonly '~unready': Problem
}

/**
 * What `then` calls with the result. `Promise.all` and its like ignore `this`, but take the result's type from here; those
 * who want a `PromiseLike` are refused, since no callback of one fits the second parameter.
 */
export type Fulfilled<Problem extends string, Result, Value> = [Problem] extends [never]
  ? ((result: Result) => Value | PromiseLike<Value>) | null
  : (problem: Unready<Problem>, never: never) => never

/** Calls what `then` was given. */
export const fulfil = <Result, Value, Failure>(
  running: Promise<Result>,
  onfulfilled: unknown,
  onrejected: ((reason: unknown) => Failure | PromiseLike<Failure>) | null | undefined
): Promise<Value | Failure> => running.then(onfulfilled as (result: Result) => Value | PromiseLike<Value>, onrejected) // of a builder that could be run

/** What gives something of a builder that can be run; a sentence cannot be called. */
export type Ask<Problem extends string, Answer> = [Problem] extends [never] ? () => Answer : Problem

export const askOf = <Problem extends string, Answer>(answer: unknown): Ask<Problem, Answer> => {
  const ask: unknown = () => answer
  return ask as Ask<Problem, Answer> // while there is a problem, only types are misled: asking throws it
}
