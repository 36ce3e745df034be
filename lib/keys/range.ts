import { type Range, templateBoundOf } from './bounds.ts'
import type { Beginning, KeyBound, KeySource } from './source.ts'
import type { Template } from './template.ts'

/** The bound of the keys that have this beginning and whose next attribute is in the range. Throws InvalidKey. */
export const keyBoundOf = (key: KeySource, beginning: Beginning, range: Range): KeyBound =>
  key.range?.(beginning, range) ?? templateBoundOf(key as Template, beginning, range) // only templates have no range()
