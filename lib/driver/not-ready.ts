/** Replaces the result of a builder that cannot run: instead of items, the sentence that says why. */
export interface Unready<Problem extends string> {
  readonly ' unready': Problem
}

/**
 * Replaces a method of such a builder. It cannot be called. It has a construct signature, because the compiler's error
 * then begins with the name of the type argument, which is the sentence.
 */
export interface Uncallable<Problem extends string> extends Unready<Problem> {
  new (never: never): never
}

/**
 * Replaces the result that such a builder's `then` passes on. It cannot be awaited either, so the error of `await`
 * shows the sentence, and not the long type of the builder. `Promise.all` and the like turn it into {@link Unready}.
 */
export interface NotReady<Problem extends string> extends Unready<Problem> {
  then(this: never, onfulfilled: (problem: Unready<Problem>) => unknown): unknown
}

/** A builder that cannot run, recognized by its `then`. */
export interface Incomplete<Problem extends string> {
  readonly then: (onfulfilled: (problem: NotReady<Problem>, never: never) => Problem) => unknown
}
