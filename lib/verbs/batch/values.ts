import { Runnable } from '../builder/runnable.ts'

/**
 * Yields the values of a source, each in a list of its own, because a loop that awaits would run a value that is a builder.
 * An async generator has already awaited what it yields.
 */
export async function* valuesOf<T>(
  source: AsyncIterable<T> | Iterable<T>
): AsyncGenerator<readonly [T], void, undefined> {
  if (Symbol.asyncIterator in source) for await (const value of source) yield [value]
  else for (const value of source) yield [value instanceof Runnable ? value : await value]
}
