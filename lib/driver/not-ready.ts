/** In place of what a builder gives that cannot be run yet: no items, but the sentence that says why not. */
export interface Unready<Problem extends string> {
  readonly ' unready': Problem
}

/**
 * In place of a method of such a builder. It cannot be called, and has what can be constructed: of that, the compiler tells the
 * name, which is the sentence, before all else.
 */
export interface Uncallable<Problem extends string> extends Unready<Problem> {
  new (never: never): never
}

/**
 * What `then` of such a builder calls with. It cannot be awaited either, so that `await` says what the compiler says of it, in
 * fewer words than of the builder, whose type is long; `Promise.all` and its like make {@link Unready} of it.
 */
export interface NotReady<Problem extends string> extends Unready<Problem> {
  then(this: never, onfulfilled: (problem: Unready<Problem>) => unknown): unknown
}

/** A builder that cannot be run yet, as its `then` tells. */
export interface Incomplete<Problem extends string> {
  readonly then: (onfulfilled: (problem: NotReady<Problem>, never: never) => Problem) => unknown
}
