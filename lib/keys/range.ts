import { boundsOf, type Range } from './bounds.ts'
import type { Beginning, KeyBound, KeySource } from './source.ts'
import type { Template } from './template.ts'

/** The keys that begin so and whose next attribute is in the range. Throws InvalidKey. */
export const keyBoundOf = (key: KeySource, beginning: Beginning, range: Range): KeyBound =>
  key.range?.(beginning, range) ?? boundsOf(key as Template, beginning, range) // the only ones without a range() of their own
