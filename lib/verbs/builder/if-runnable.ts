import type { NotReady, Uncallable } from '../../driver/not-ready.ts'

/** What is wanted of a builder: nothing; or, if something keeps it from running, the sentence that says what, so that the compiler says it. */
export type Ready<Problem extends string> = [Problem] extends [never] ? unknown : Problem

/**
 * A method of a builder that can be run; while there is a problem, what cannot be called. Of a method whose `this` does not fit,
 * the compiler would tell the whole type of the builder before it comes to the problem.
 */
export type WhenReady<Problem extends string, Method> = [Problem] extends [never] ? Method : Uncallable<Problem>

export const whenReady = <Problem extends string, Method>(method: NoInfer<Method>): WhenReady<Problem, Method> => {
  const given: unknown = method
  return given as WhenReady<Problem, Method> // while there is a problem, only types are misled: calling throws it
}

/**
 * What `then` calls with the result. Those who want a `PromiseLike` are refused while there is a problem, since no callback of
 * one fits the second parameter.
 */
export type Fulfilled<Problem extends string, Result, Value> = [Problem] extends [never]
  ? ((result: Result) => Value | PromiseLike<Value>) | null
  : (problem: NotReady<Problem>, never: never) => Problem

/**
 * What handles what is thrown, which is unknown to it, unless it says for what it takes it, such as `(error: Error) => …`, as it may
 * with a promise: the compiler lets the parameter of a method be narrower.
 */
export type OnRejected<Failure> = { handle(reason: unknown): Failure | PromiseLike<Failure> }['handle']

/** What `catch` and `finally` of a builder are: they run it. */
export type Catch<Result> = <Failure = never>(onrejected?: OnRejected<Failure> | null) => Promise<Result | Failure>
export type Finally<Result> = (onfinally?: (() => void) | null) => Promise<Result>

/** Calls what `then` was given. */
export const fulfil = <Result, Value, Failure>(
  running: Promise<Result>,
  onfulfilled: unknown,
  onrejected: OnRejected<Failure> | null | undefined
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
