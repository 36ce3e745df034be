import type { Stop } from '../../driver/signals.ts'
import type { Definition } from '../../schema/definition.ts'
import type { ReadBuilder } from '../builder/item-read.ts'
import type { Checked, WriteBuilder } from '../builder/item-write.ts'
import type { TransactGet } from './get.ts'
import type { TransactWrite } from './write.ts'

// The same sentences are compile-time and run-time errors for builders that a transaction does not take.
export const NOT_BOTH = 'a transaction either reads or writes'
export const NOT_TAKEN = 'a transaction takes get; or create, put, update, delete, move and check'

/** The builders, if they fit one transaction. Otherwise a sentence replaces each builder that does not fit. */
export type Together<B extends readonly unknown[]> = [B[number]] extends [ReadBuilder]
  ? B & AtLeastOne<B>
  : [B[number]] extends [WriteBuilder]
    ? B
    : Examined<B>

type AtLeastOne<B> = B extends readonly [] ? 'transact() takes at least one builder' : unknown

/** The sentence that says why a builder does not fit a transaction of all of them; `never` if it does. */
type Problem<B, All> = B extends ReadBuilder
  ? [All] extends [ReadBuilder]
    ? never
    : typeof NOT_BOTH
  : B extends { readonly ' problem': infer Own; ' write': unknown }
    ? Exclude<Own, Checked>
    : B extends Iterable<infer One> // one iterable of builders
      ? Problem<One, One>
      : typeof NOT_TAKEN

type Examined<B extends readonly unknown[]> = {
  [K in keyof B]: [Problem<B[K], B[number]>] extends [never] ? B[K] : Problem<B[K], B[number]>
}

/** The results of the builders, in order. */
export type Results<B extends readonly unknown[]> = {
  -readonly [K in keyof B]: B[K][' result' & keyof B[K]]
}

/** The transaction builder for some builders. */
export type Transact<B extends readonly unknown[]> = B extends readonly ReadBuilder[]
  ? TransactGet<Results<B>>
  : TransactWrite<Results<B>>

/** The request options of a transaction. */
export const purposeOf = (builders: readonly { readonly model: Definition }[], stop: Stop | undefined) => ({
  signal: stop?.signal,
  verb: 'transact',
  models: builders.map(({ model }) => model)
})
