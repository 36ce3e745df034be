/**
 * `this` of the methods that run a builder: anything; or, if something keeps the builder from running, the sentence that
 * says what, so that the compiler says it.
 */
export type Ready<Problem extends string> = [Problem] extends [never] ? unknown : Problem

/** What gives something of a builder that can be run; a sentence cannot be called. */
export type Ask<Problem extends string, Answer> = [Problem] extends [never] ? () => Answer : Problem

export const askOf = <Problem extends string, Answer>(answer: unknown): Ask<Problem, Answer> => {
  const ask: unknown = () => answer
  return ask as Ask<Problem, Answer> // while there is a problem, only types are misled: asking throws it
}
