import { describe } from './describe.ts'

/** Throws where something is given that has no options, or one that nobody knows. */
export const checkOptions = <O extends object>(
  of: string,
  given: O,
  known: readonly (keyof O & string)[],
  Problem: new (of: string, problem: string) => Error
): void => {
  const names: readonly unknown[] = known
  const options: unknown = given // programs without types give whatever they like
  const isObject = Object(options) === options
  for (const odd of isObject ? Object.keys(given) : [options])
    if (!isObject || !names.includes(odd))
      throw new Problem(of, `takes { ${names.join(', ')} }, but got ${describe(odd)}`)
}
