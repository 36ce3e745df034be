import type { NotReady } from '../../driver/not-ready.ts'

/**
 * `this` of the methods that run a builder: anything; or, if something keeps the builder from running, the sentence that
 * says what, so that the compiler says it.
 */
export type Ready<Problem extends string> = [Problem] extends [never] ? unknown : Problem

/**
 * What `then` calls with the result. Those who want a `PromiseLike` are refused while there is a problem, since no callback of
 * one fits the second parameter.
 */
export type Fulfilled<Problem extends string, Result, Value> = [Problem] extends [never]
  ? ((result: Result) => Value | PromiseLike<Value>) | null
  : (problem: NotReady<Problem>, never: never) => Problem

/** Calls what `then` was given. */
export const fulfil = <Result, Value, Failure>(
  running: Promise<Result>,
  onfulfilled: unknown,
  onrejected: ((reason: unknown) => Failure | PromiseLike<Failure>) | null | undefined
): Promise<Value | Failure> => running.then(onfulfilled as (result: Result) => Value | PromiseLike<Value>, onrejected) // of a builder that could be run

/** What a method gives that is always awaited. */
export type Answer<Problem extends string, Result> = [Problem] extends [never] ? Promise<Result> : NotReady<Problem>

export const answer = <Problem extends string, Result>(run: () => Promise<Result>): Answer<Problem, Result> => {
  const running: unknown = run()
  return running as Answer<Problem, Result> // while there is a problem, only types are misled: awaiting throws it
}

/** What gives something of a builder that can be run; a sentence cannot be called. */
export type Ask<Problem extends string, Given> = [Problem] extends [never] ? () => Given : Problem

export const askOf = <Problem extends string, Given>(given: unknown): Ask<Problem, Given> => {
  const ask: unknown = () => given
  return ask as Ask<Problem, Given> // while there is a problem, only types are misled: asking throws it
}
