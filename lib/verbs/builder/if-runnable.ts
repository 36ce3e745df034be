import type { NotReady, Uncallable } from '../../driver/not-ready.ts'

/**
 * The type to intersect an argument with: anything fits if a builder can run. Otherwise it is the sentence that says
 * what is missing, so the compiler shows that sentence.
 */
export type Ready<Problem extends string> = [Problem] extends [never] ? unknown : Problem

/**
 * A method of a builder that can run. If the builder has a problem, it is a value that cannot be called. A `this`
 * parameter would not do: the compiler would print the whole type of the builder before the problem.
 */
export type WhenReady<Problem extends string, Method> = [Problem] extends [never] ? Method : Uncallable<Problem>

export const whenReady = <Problem extends string, Method>(method: NoInfer<Method>): WhenReady<Problem, Method> => {
  const given: unknown = method
  return given as WhenReady<Problem, Method> // only types differ while there is a problem: calling the method throws it
}

/**
 * The callback that `then` calls with the result. While the builder has a problem, the second parameter keeps it from
 * being a `PromiseLike`: no callback of a `PromiseLike` fits that parameter.
 */
export type Fulfilled<Problem extends string, Result, Value> = [Problem] extends [never]
  ? ((result: Result) => Value | PromiseLike<Value>) | null
  : (problem: NotReady<Problem>, never: never) => Problem

/**
 * The callback for errors. Its parameter is unknown, but may be declared narrower, such as `(error: Error) => …`, as
 * with a promise: TypeScript compares parameters of methods bivariantly.
 */
export type OnRejected<Failure> = { handle(reason: unknown): Failure | PromiseLike<Failure> }['handle']

/** The `catch` and `finally` methods of a builder. Each runs it. */
export type Catch<Result> = <Failure = never>(onrejected?: OnRejected<Failure> | null) => Promise<Result | Failure>
export type Finally<Result> = (onfinally?: (() => void) | null) => Promise<Result>

/** Passes the callbacks of a builder's `then` to the promise of its run. */
export const fulfil = <Result, Value, Failure>(
  running: Promise<Result>,
  onfulfilled: unknown,
  onrejected: OnRejected<Failure> | null | undefined
): Promise<Value | Failure> => running.then(onfulfilled as (result: Result) => Value | PromiseLike<Value>, onrejected) // the builder could run

/** The return type of a method whose result is always awaited. */
export type Answer<Problem extends string, Result> = [Problem] extends [never] ? Promise<Result> : NotReady<Problem>

export const answer = <Problem extends string, Result>(run: () => Promise<Result>): Answer<Problem, Result> => {
  const running: unknown = run()
  return running as Answer<Problem, Result> // only types differ while there is a problem: awaiting the method throws it
}

/**
 * A function that gives something of a builder that can run. If the builder has a problem, it is a sentence, which
 * cannot be called.
 */
export type Ask<Problem extends string, Given> = [Problem] extends [never] ? () => Given : Problem

export const askOf = <Problem extends string, Given>(given: unknown): Ask<Problem, Given> => {
  const ask: unknown = () => given
  return ask as Ask<Problem, Given> // only types differ while there is a problem: calling the function throws it
}
