import type { ReadBuilder } from '../builder/item-read.ts'
import type { WriteBuilder } from '../builder/item-write.ts'

// The same sentences are compile-time and run-time errors for builders that a batch does not take.
export const NOT_A_GET = 'a batchGet takes get'
export const NOT_A_WRITE = 'a batchWrite takes put and delete'

/** The builders, passed one by one or as one iterable. */
export type Listed<B extends readonly unknown[]> = B extends readonly [unknown]
  ? B extends readonly [infer List extends readonly unknown[]]
    ? List
    : B extends readonly [Iterable<infer One>]
      ? readonly One[]
      : B
  : B

type One<B> = B extends Iterable<infer Member> ? Member : B

type GetProblem<B> = B extends ReadBuilder ? never : typeof NOT_A_GET
type WriteProblem<B> = B extends { readonly ' problem': infer Own; ' write': unknown } ? Own : typeof NOT_A_WRITE

/** The builders, if all are gets. Otherwise a sentence replaces each builder that is no get. */
export type Gets<B extends readonly unknown[]> = [B[number]] extends [ReadBuilder] ? B : ExaminedGets<B>
type ExaminedGets<B extends readonly unknown[]> = {
  [K in keyof B]: [GetProblem<One<B[K]>>] extends [never] ? B[K] : GetProblem<One<B[K]>>
}

/**
 * The builders, if a batch can write all of them. Otherwise a sentence says why, in the place of each that it cannot
 * write.
 */
export type Writes<B extends readonly unknown[]> = [B[number]] extends [WriteBuilder<never>] ? B : ExaminedWrites<B>
type ExaminedWrites<B extends readonly unknown[]> = {
  [K in keyof B]: [WriteProblem<One<B[K]>>] extends [never] ? B[K] : WriteProblem<One<B[K]>>
}

export const listOf = (builders: readonly unknown[]): readonly unknown[] => {
  const [first] = builders
  const isOne = builders.length === 1 && typeof first === 'object' && first !== null && Symbol.iterator in first
  return isOne ? Array.from(first as Iterable<unknown>) : builders // no builder is iterable
}
