import { NOTHING } from '../../keys/source.ts'
import { scopeOfQuery } from '../../plan/read/cursor-scope.ts'
import { hidesType } from '../../plan/read/narrow.ts'
import { type PreparedQuery, prepareQuery } from '../../plan/read/query.ts'
import { compareKeys, isWithin, sortKeysOf } from '../../plan/read/sort-bound.ts'
import type { StoredItem } from '../../schema/definition.ts'
import { taggerOf } from './by-model.ts'
import type { Plan } from './query.ts'
import type { Run } from './read.ts'
import type { Reading } from './reading.ts'
import { wholeRows } from './whole.ts'

/** Makes a result of a decoded item. */
type Give = (item: unknown, model: string) => unknown

const itself: Give = item => item

/** How a query of one or several models runs. `give` makes the result for each item. */
export const runOf = <Item>(plan: Plan, give = itself): Run<Item> => ({
  reading: isCount => readingOf<Item>(plan, give, isCount),
  scope: () => scopeOfQuery(plan),
  facts: () => {
    const { bounds } = prepareQuery(plan)
    const isWide = bounds.some(({ check }) => check !== undefined)
    const hasGaps = new Set(bounds.map(({ low, high }) => JSON.stringify([low, high]))).size > 1
    return { models: plan.models.map(({ name }) => name), where: plan.where.values, isWide, hasGaps, ...keyFacts(plan) }
  }
})

/** Facts about the keys, for an explanation. */
export const keyFacts = ({ models: [first], index }: Pick<Plan, 'models' | 'index'>) => {
  const { isOwnPartition, layout } = first.on(index)
  const { pk, sk } = first.table
  return {
    keyCount: pk.length + sk.length,
    isLocal: layout !== undefined && isOwnPartition,
    projection: layout?.projection
  }
}

/** The requests of a query. */
export const readingOf = <Item>(plan: Plan, give = itself, isCount = false): Reading<Item> => {
  const { target, limit, options } = plan
  const prepared = prepareQuery(isCount ? { ...plan, options: { ...options, only: [] } } : plan)
  const { input, isSparse } = prepared
  const accept = taggerOf(plan, isCount, prepared.access.isOwnPartition, boundsToCheck(prepared), give)
  const { pageSize, signal } = options
  // A count needs no more than to know whose the rows are.
  const isWhole = plan.isWhole && (!isCount || hidesType(plan.models[0], prepared.access.layout))
  const whole = isWhole ? wholeRows(target, plan.models[0], options.signal) : undefined
  return {
    target,
    models: plan.models,
    operation: 'Query',
    whole,
    input,
    limit,
    pageSize,
    isSparse,
    signal,
    accept: (whole === undefined || isCount
      ? accept
      : stored => (isStillFound(prepared, stored) ? accept(stored) : undefined)) as Reading<Item>['accept'] // the models' own fields decoded them
  }
}

/**
 * Whether a row still has a place in the query. A row that was fetched whole may have left it: it changed meanwhile, or
 * the index is behind.
 */
const isStillFound = ({ access: { pk, sk }, partition, bound }: PreparedQuery, row: StoredItem): boolean =>
  [...pk, ...sk].every(({ name, type }) => row[name]?.[type] !== undefined) &&
  pk.every(({ name }, i) => compareKeys(row[name] ?? NOTHING, partition[i] ?? NOTHING) === 0) &&
  isWithin(bound, sortKeysOf(row, sk))

/** The bounds to check each row against. For one model the key condition covers them, except for a `check`. */
const boundsToCheck = ({ bounds, bound }: PreparedQuery): PreparedQuery['bounds'] | undefined =>
  bounds.length > 1 || bound.check !== undefined ? bounds : undefined
