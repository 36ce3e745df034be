/**
 * `this` of the methods that run a builder: anything; or, if something keeps the builder from running, the sentence that
 * says what, so that the compiler says it.
 */
export type Ready<Problem extends string> = [Problem] extends [never] ? unknown : Problem
