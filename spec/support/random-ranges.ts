/** Random ranges, as users write them. */
import fc from 'fast-check'
import { beginsWith, between, gt, gte, lt, lte } from 'keystorm'
import { evaluate } from './evaluate.ts'

type Make = (value: unknown) => unknown
const comparisons = { lt, lte, gt, gte } as never as Readonly<Record<string, Make>> // what they are given fits

/** A range between, or of, some values; of text also what begins with it. */
export const rangeOf = (values: fc.Arbitrary<unknown>, isText: boolean): fc.Arbitrary<unknown> =>
  fc.oneof(
    fc.tuple(fc.constantFrom(...Object.values(comparisons)), values).map(([make, value]) => make(value)),
    fc.tuple(values, values).map(([a, b]) => (evaluate([{ v: gt(b) }], { v: a }) ? between(b, a) : between(a, b))),
    ...(isText ? [values.map(value => beginsWith(String(value)))] : [])
  )
