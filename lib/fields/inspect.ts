/** The name of the method that Node calls to print an object. */
export const INSPECT = Symbol.for('nodejs.util.inspect.custom')

export type Print = (value: unknown, options: unknown) => string

/** The arguments of a method that Node calls to print an object. */
export type Inspected = readonly [depth: unknown, options: unknown, print: Print]
