/** Whether two types are the same, `any` and optionality included. */
export type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false

/** Compiles only for `true`: an assertion about types, beside the assertion about values. */
export const isType = <_Holds extends true>(): void => {}
