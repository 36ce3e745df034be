import { InvalidModel, KeyCollision } from '../errors.ts'
import { ownValue } from '../fields/record.ts'
import { overlap } from '../keys/overlap.ts'
import type { KeySource } from '../keys/source.ts'
import { Template } from '../keys/template.ts'
import type { Access } from './access.ts'
import { DEFAULT_LAYOUT } from './default-layout.ts'
import type { Definition, StoredItem } from './definition.ts'
import type { LayoutTypes } from './layout-types.ts'
import type { AnyModel } from './shape.ts'
import type { TableLayout } from './table-layout.ts'

/** The error for models of two layouts, at compile time and at run time. */
export type OfOtherLayout<Name, Others> =
  `${Name & string}: it is of another layout than ${Others & string}: models that go together have one table, and so one layout`

/** The names of the models that have another layout. */
export type OtherLayout<L extends LayoutTypes, M> = M extends AnyModel
  ? [L, M[' shape']['table']['layout']] extends [M[' shape']['table']['layout'], L]
    ? never
    : M[' shape']['name']
  : never

/** The proven pairs: each model, and models that it cannot share an item with. */
const proven = new WeakMap<Definition, WeakSet<Definition>>()

const isProven = (one: Definition, other: Definition): boolean => proven.get(one)?.has(other) === true

/**
 * Proves that no two of these models can claim the same item. Each pair is proven once in a process. Models with the
 * same name are versions of one model, for example with raw keys that its items move away from. Throws KeyCollision,
 * and InvalidModel for models of two layouts.
 */
export const proveApart = (models: Iterable<Definition>): void => {
  const all = [...new Set(models)]
  for (const [i, first] of all.entries()) for (const second of all.slice(i + 1)) provePair(first, second)
}

const provePair = (first: Definition, second: Definition): void => {
  if (first === second || isProven(first, second) || isProven(second, first)) return
  if (first.layout !== second.layout)
    throw new InvalidModel(
      first.name,
      `it is of another layout than ${second.name}: models that go together have one table, and so one layout`
    )
  if (first.name === second.name) return
  // If the layout has a type attribute, each row names its model.
  if (first.layout.type === undefined && mayShare(first.table, second.table))
    throw new KeyCollision(
      [first.name, second.name],
      [show(first), show(second)],
      adviceFor(first.layout, [...keysOf(first), ...keysOf(second)])
    )
  const others = proven.get(first) ?? new WeakSet()
  proven.set(first, others.add(second))
}

/**
 * The model that a row belongs to; `undefined` if it belongs to none. If several models have the same template, only
 * the type attribute tells them apart, so a row without it belongs to none.
 */
export const ownerOf = (models: readonly Definition[], row: Readonly<StoredItem>): Definition | undefined => {
  const owner = models.find(model => model.claims(row))
  if (owner?.layout.type === undefined || ownValue(row, owner.layout.type) !== undefined) return owner
  return models.some(model => model !== owner && model.claims(row)) ? undefined : owner
}

/** Whether both can make the same key. Sort keys come first: models of one partition mostly differ there. */
const mayShare = (one: Access, other: Access): boolean =>
  one.sk.every((key, i) => mayMeet(key, other.sk[i])) && one.pk.every((key, i) => mayMeet(key, other.pk[i]))

const keysOf = ({ table }: Definition): readonly KeySource[] => [...table.pk, ...table.sk]

/** Whether both can be the same text. An own key can be any key, unless its field has few texts. */
const mayMeet = (one: KeySource, other: KeySource | undefined): boolean => {
  if (one instanceof Template && other instanceof Template) return overlap(one, other)
  if (other === undefined) return true
  const isIn = (source: KeySource) => (text: string) => source.matches({ S: text })
  return one.choices?.some(isIn(other)) ?? other.choices?.some(isIn(one)) ?? true
}

/** Advice for a collision of models of a layout, or that have own keys. */
const adviceFor = (layout: TableLayout, keys: readonly KeySource[]): string | undefined => {
  const own = keys.filter(key => !(key instanceof Template))
  const byType = "have rows name their models, by layout({ type: '…' })"
  if (own.length === 0)
    return layout === DEFAULT_LAYOUT ? undefined : `Give one of them another text in its keys, or ${byType}`
  const texts = own.filter(({ type }) => type === 'S')
  // If the other model makes this key of a template, another template may be all it takes.
  const text =
    texts.find(({ name }) => keys.some(other => other.name === name && other instanceof Template)) ?? texts[0]
  const byText =
    text &&
    `make ${text.name} of an attribute with another name, as text('{id}') where the other's key holds a delimiter, else with fixed text; or, if it has few texts, declare them, as t.oneOf(); or `
  return `A key that is an attribute itself may be any: ${byText ?? ''}${byType}`
}

const show = (model: Definition): string =>
  keysOf(model)
    .map(({ name, text }) => `${name} ${text}`)
    .join(', ')
