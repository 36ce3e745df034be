/** Indexes that do not project all attributes: there, what is not projected seems to be absent. */
import { InvalidRequest } from '../../errors.ts'
import { readConditions } from '../../expressions/condition.ts'
import { namesOfPlaces } from '../../expressions/tree.ts'
import type { KeySource } from '../../keys/source.ts'
import type { Definition } from '../../schema/definition.ts'
import type { IndexLayout } from '../../schema/table-layout.ts'
import type { ReadOptions } from './options.ts'

export const isProjected = (name: string, index: IndexLayout | undefined): boolean => {
  if (index === undefined || index.projection === 'ALL') return true
  const { pk, sk, projection } = index
  return [...pk, ...sk].some(key => key.name === name) || (projection !== 'KEYS_ONLY' && projection.includes(name))
}

/** What an index gives of a model's attributes, and which of them its keys alone hold; `undefined` where it gives all. */
export const projectedBy = (
  model: Definition,
  index: IndexLayout | undefined
): { readonly names: readonly string[]; readonly inKeys: readonly string[] } | undefined => {
  if (index === undefined || index.projection === 'ALL') return undefined
  const { pk, sk } = model.on(index.name)
  const keys = [...model.table.pk, ...model.table.sk, ...pk, ...sk]
  const isThere = (name: string) => isProjected(name, index) || keys.some(key => key.name === name)
  const held = [...new Set(keys.flatMap(heldBy))]
  const others = index.projection === 'KEYS_ONLY' ? [] : index.projection
  return { names: [...new Set([...held, ...others])], inKeys: held.filter(name => !isThere(name)) }
}

/** The keys of an index that hold those of the attributes which it does not project beside them. */
export const holdersOn = (
  model: Definition,
  index: IndexLayout | undefined,
  names: readonly string[]
): readonly string[] => {
  const { inKeys = [] } = projectedBy(model, index) ?? {}
  const { pk, sk } = model.on(index?.name)
  const isAsked = (name: string) => names.includes(name) && inKeys.includes(name)
  return [...pk, ...sk].filter(key => heldBy(key).some(isAsked)).map(key => key.name)
}

/** The attributes that can be read back from a key: those that it holds as they are. */
const heldBy = ({ slots }: KeySource): readonly string[] =>
  slots.filter(({ codec }) => codec?.derivation === undefined).map(({ attribute }) => attribute)

/** DynamoDB filters what a query finds by other attributes than the keys it is found by. Throws InvalidRequest. */
export const checkFilter = (
  { name: model, beside }: Definition,
  keys: readonly KeySource[],
  { filters }: Pick<ReadOptions, 'filters'>
): void => {
  const own = keys.filter(key => beside.field(key.name) !== undefined)
  if (own.length === 0) return // keys that are rendered are no attributes that a filter could name
  const condition = readConditions(model, beside, filters)
  const name = condition && namesOfPlaces(condition).find(name => own.some(key => key.name === name))
  if (name !== undefined)
    throw new InvalidRequest(
      model,
      `filter() is given ${name}, a key of what is read, which DynamoDB does not filter by: give it to where()`
    )
}

/**
 * Refuses what would go wrong on such an index. Whole items are fetched later, so of them only the filter is looked at.
 * Throws InvalidRequest.
 */
export const checkNarrow = (
  models: readonly Definition[],
  index: IndexLayout | undefined,
  { filters, only }: Pick<ReadOptions, 'filters' | 'only'>,
  isWhole: boolean
): void => {
  if (index === undefined || index.projection === 'ALL') return
  for (const model of models) {
    const fail = (problem: string) => new InvalidRequest(model.name, problem)
    const { pk, sk } = model.table
    const isThere = (name: string) => isProjected(name, index) || [...pk, ...sk].some(key => key.name === name)
    const condition = readConditions(model.name, model.beside, filters)
    const filtered = condition && namesOfPlaces(condition).find(name => !isThere(name))
    if (filtered !== undefined)
      throw fail(`filter() is given ${filtered}, which ${index.name} does not project: filter what was read`)
    if (isWhole) continue
    const { type } = model.layout
    if (type !== undefined && !isThere(type))
      throw fail(`${index.name} does not project ${type}, which tells whose a row is: read whole items, by .whole()`)
    const given = projectedBy(model, index)?.names
    const asked = only?.find(name => !isThere(name) && !given?.includes(name))
    if (asked !== undefined) throw fail(`only() is given ${asked}, which ${index.name} does not project`)
  }
}
