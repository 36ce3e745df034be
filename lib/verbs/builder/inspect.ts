import type { Print } from '../../fields/inspect.ts'

/** Prints a builder: the command that it would send, or the error that keeps it from being sent. Sends nothing. */
export const shown = (operation: string, builder: object, options: unknown, print: Print): string => {
  const compile: unknown = Reflect.get(builder, 'compile')
  if (typeof compile !== 'function') return `${operation} (made of what is read when it runs)`
  try {
    return `${operation} ${print(compile.call(builder), options)}`
  } catch (error) {
    return `${operation} (${error instanceof Error ? error.message : 'cannot be sent'})`
  }
}
