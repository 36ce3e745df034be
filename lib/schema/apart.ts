import { InvalidModel, KeyCollision } from '../errors.ts'
import { ownValue } from '../fields/record.ts'
import { overlap } from '../keys/overlap.ts'
import type { KeySource } from '../keys/source.ts'
import { Template } from '../keys/template.ts'
import type { Definition, StoredItem } from './definition.ts'
import type { LayoutTypes } from './layout-types.ts'
import type { AnyModel } from './shape.ts'

/** What the compiler says, and the run time throws, of models of two layouts. */
export type OfOtherLayout<Name, Others> =
  `${Name & string}: it is of another layout than ${Others & string}: models that go together have one table, and so one layout`

/** Those of some models that are of another layout. */
export type OtherLayout<L extends LayoutTypes, M> = M extends AnyModel
  ? [L, M[' shape']['table']['layout']] extends [M[' shape']['table']['layout'], L]
    ? never
    : M[' shape']['name']
  : never

/** What is proven already: each model, and those that it cannot share an item with. */
const proven = new WeakMap<Definition, WeakSet<Definition>>()

/**
 * Proves that no two of these models can claim the same item, each pair once in the life of the program. Models of one name
 * are versions of one model, such as the raw keys that its items move away from. Throws KeyCollision, and InvalidModel for
 * models of two layouts.
 */
export const proveApart = (models: Iterable<Definition>): void => {
  const all = [...new Set(models)]
  for (const [i, first] of all.entries()) for (const second of all.slice(i + 1)) provePair(first, second)
}

const provePair = (first: Definition, second: Definition): void => {
  if (first === second || proven.get(first)?.has(second)) return
  if (first.layout !== second.layout)
    throw new InvalidModel(
      first.name,
      `it is of another layout than ${second.name}: models that go together have one table, and so one layout`
    )
  if (first.name === second.name) return
  // Where the layout names an attribute for it, the row itself says whose it is.
  if (first.layout.type === undefined && keysOf(first).every((key, i) => mayMeet(key, keysOf(second)[i])))
    throw new KeyCollision(
      [first.name, second.name],
      [show(first), show(second)],
      adviceFor([...keysOf(first), ...keysOf(second)])
    )
  remember(first, second)
  remember(second, first)
}

/**
 * The model that a row belongs to; `undefined` if it is none of them. Models of one template are told apart by the attribute
 * that names them, so a row without it is nobody's.
 */
export const ownerOf = (models: readonly Definition[], row: Readonly<StoredItem>): Definition | undefined => {
  const owner = models.find(model => model.claims(row))
  if (owner?.layout.type === undefined || ownValue(row, owner.layout.type) !== undefined) return owner
  return models.some(model => model !== owner && model.claims(row)) ? undefined : owner
}

const keysOf = ({ table }: Definition): readonly KeySource[] => [...table.pk, ...table.sk]

/** Whether some key can be of both. An attribute as it is can be any. */
const mayMeet = (one: KeySource, other: KeySource | undefined): boolean =>
  !(one instanceof Template && other instanceof Template) || overlap(one, other)

/** What tells two models apart of which a key is an attribute itself. */
const adviceFor = (keys: readonly KeySource[]): string | undefined => {
  const own = keys.filter(key => !(key instanceof Template))
  if (own.length === 0) return undefined
  const text = own.find(({ type }) => type === 'S')
  const byText =
    text &&
    `make ${text.name} of an attribute with another name, as text('{id}') where the other's key holds a delimiter, else with fixed text; or `
  return `A key that is an attribute itself may be any: ${byText ?? ''}have rows name their models, by layout({ type: '…' })`
}

const remember = (one: Definition, other: Definition): void => {
  const others = proven.get(one) ?? new WeakSet()
  proven.set(one, others.add(other))
}

const show = (model: Definition): string =>
  keysOf(model)
    .map(({ name, text }) => `${name} ${text}`)
    .join(', ')
