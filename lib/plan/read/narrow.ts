import { InvalidRequest } from '../../errors.ts'
import { readConditions } from '../../expressions/condition.ts'
import { namesOfPlaces } from '../../expressions/tree.ts'
import { isDerived, type KeySource } from '../../keys/source.ts'
import type { Access } from '../../schema/access.ts'
import type { Definition } from '../../schema/definition.ts'
import type { IndexLayout } from '../../schema/table-layout.ts'
import type { ReadOptions } from './options.ts'

/** Whether an index projects an attribute. Attributes that it does not project look absent there. */
export const isProjected = (name: string, index: IndexLayout | undefined): boolean => {
  if (index === undefined || index.projection === 'ALL') return true
  const { pk, sk, projection } = index
  return [...pk, ...sk].some(key => key.name === name) || (projection !== 'KEYS_ONLY' && projection.includes(name))
}

/** Whether an index does not tell whose a row is, since it lacks the attribute with the model's name. */
export const hidesType = ({ layout: { type } }: Definition, index: IndexLayout | undefined): boolean =>
  type !== undefined && !isProjected(type, index)

/**
 * The attributes that an index returns, and those among them that only its keys hold; `undefined` if it returns all.
 */
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

/** The index keys that hold requested attributes which the index does not project otherwise. */
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

/** The attributes that can be read back from a key, since it holds them unchanged. */
const heldBy = ({ slots }: KeySource): readonly string[] =>
  slots.filter(slot => !isDerived(slot)).map(({ attribute }) => attribute)

/** Throws InvalidRequest for a filter on the query's own keys, which DynamoDB does not allow. */
export const checkFilter = (
  { name: model, inRows }: Definition,
  { pk, sk }: Access,
  { filters }: Pick<ReadOptions, 'filters'>
): void => {
  const isOwn = ({ name }: KeySource) => inRows.field(name) !== undefined
  if (!pk.some(isOwn) && !sk.some(isOwn)) return // rendered keys are no attributes that a filter could name
  const condition = readConditions(model, inRows, filters)
  const isKey = (name: string) => [...pk, ...sk].some(key => key.name === name)
  const name = condition && namesOfPlaces(condition).find(isKey)
  if (name !== undefined)
    throw new InvalidRequest(
      model,
      `filter() is given ${name}, a key of what is read, which DynamoDB does not filter by: give it to where()`
    )
}

/**
 * Throws InvalidRequest for a filter, or requested attributes, that the index cannot serve. For whole items only the
 * filter counts, since keystorm fetches the other attributes afterwards.
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
    const condition = readConditions(model.name, model.inRows, filters)
    const filtered = condition && namesOfPlaces(condition).find(name => !isThere(name))
    if (filtered !== undefined)
      throw fail(`filter() is given ${filtered}, which ${index.name} does not project: filter what was read`)
    if (isWhole) continue
    if (hidesType(model, index))
      throw fail(
        `${index.name} does not project ${model.layout.type}, which tells whose a row is: read whole items, by .whole()`
      )
    const given = projectedBy(model, index)?.names
    const asked = only?.find(name => !isThere(name) && !given?.includes(name))
    if (asked !== undefined) throw fail(`only() is given ${asked}, which ${index.name} does not project`)
  }
}
