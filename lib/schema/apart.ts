import { KeyCollision } from '../errors.ts'
import { overlap } from '../keys/overlap.ts'
import type { Definition } from './definition.ts'

/** What is proven already: each model, and those that it cannot share an item with. */
const proven = new WeakMap<Definition, WeakSet<Definition>>()

/**
 * Proves that no two of these models can claim the same item, each pair once in the life of the program. Models of one name
 * are versions of one model, such as the raw keys that its items move away from. Throws KeyCollision.
 */
export const proveApart = (models: Iterable<Definition>): void => {
  const all = [...new Set(models)]
  for (const [i, first] of all.entries()) for (const second of all.slice(i + 1)) provePair(first, second)
}

const provePair = (first: Definition, second: Definition): void => {
  if (first.name === second.name || proven.get(first)?.has(second)) return
  if (overlap(first.pk, second.pk) && overlap(first.sk, second.sk))
    throw new KeyCollision([first.name, second.name], [show(first), show(second)])
  remember(first, second)
  remember(second, first)
}

const remember = (one: Definition, other: Definition): void => {
  const others = proven.get(one) ?? new WeakSet()
  proven.set(one, others.add(other))
}

const show = ({ pk, sk }: Definition): string => `PK ${pk.text}, SK ${sk.text}`
